//! What a live connection has yet to be told: calls in order, each once; of whole states only the newest.
//!
//! A feed keeps no backlog: however long a reader was away, it gets the calls still in the ring that have not
//! expired, and one whole state. What was offered and not taken is not told.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use queue_core::planted::{self, Bug};
use queue_core::record::Seq;
use tokio::sync::watch;

use super::burst::{News, Part, Place};
use crate::clock::OfficeTime;
use crate::engine::handle::{self, Published};

/// One topic, from the view of one connection.
pub(super) enum Feed {
    /// Boards and calls. The hub tells when there are new ones.
    Lobby(Lobby),
    /// A counter, a ticket or the figures.
    Whole(Whole),
}

/// The lobby's feed.
pub(super) struct Lobby {
    published: watch::Receiver<Arc<Published>>,
    place: Place,
    time: OfficeTime,
}

/// The feed of a whole state.
pub(super) struct Whole {
    /// The newest state, until it was told.
    newest: Option<Arc<str>>,
    changed: Changed,
}

/// The office's engine has ended, or what was watched is gone.
pub(super) struct Ended;

type Changed = Pin<Box<dyn Future<Output = Result<watch::Receiver<handle::Whole>, Ended>> + Send>>;

impl Lobby {
    /// A feed that begins with the calls after `since`, or with none of the past.
    pub(super) fn new(
        published: watch::Receiver<Arc<Published>>,
        since: Option<Seq>,
        time: OfficeTime,
    ) -> Self {
        let newest = published.borrow().seq;
        // A screen may remember more than a journal that was restored from a backup.
        let mut seq = since.map_or(newest, |since| since.min(newest));
        if planted::is(Bug::SinceHearsTwice) && since.is_some() {
            seq = Seq(seq.0.saturating_sub(1));
        }
        if planted::is(Bug::SinceMissesOne) && since.is_some() {
            seq = seq.next();
        }
        Self { published, place: Place { seq, board: None }, time }
    }

    /// A feed that was told everything up to this moment.
    pub(super) fn told_all(published: watch::Receiver<Arc<Published>>, time: OfficeTime) -> Self {
        let mut lobby = Self::new(published, None, time);
        let news = lobby.news();
        news.iter().for_each(|(part, _)| lobby.told(part));
        lobby
    }

    /// What was told.
    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    /// What is new: calls that have not expired, then the board.
    pub(super) fn news(&self) -> Vec<News> {
        let newest = Arc::clone(&self.published.borrow());
        let told = self.place.board.as_ref().is_some_and(|told| Arc::ptr_eq(told, &newest.board));
        if told {
            return Vec::new();
        }
        let now = self.time.now();
        let calls = newest.calls.iter().filter(|call| call.seq > self.place.seq && call.expires_at > now);
        let mut news: Vec<News> = calls.map(|call| (Part::Call(call.seq), Arc::clone(&call.text))).collect();
        if planted::is(Bug::OnlyNewestCallTold) && news.len() > 1 {
            news.drain(..news.len() - 1);
        }
        if planted::is(Bug::LaggingScreenDropped) && news.len() > 1 {
            return Vec::new();
        }
        // A board comes with all calls up to its record, so that later calls are those of later records.
        let place = Place { seq: newest.seq.max(self.place.seq), board: Some(Arc::clone(&newest.board)) };
        news.push((Part::Board(place), Arc::clone(&newest.board)));
        news
    }

    /// Remembers what was told.
    pub(super) fn told(&mut self, part: &Part) {
        match part {
            Part::Call(seq) => self.place.seq = *seq,
            Part::Board(place) => self.place = place.clone(),
            Part::Hello | Part::Whole => {}
        }
    }
}

impl Whole {
    /// A feed that begins with the state of this moment.
    pub(super) fn new(mut states: watch::Receiver<handle::Whole>) -> Self {
        let newest = Some(Arc::clone(&states.borrow_and_update().text));
        Self { newest, changed: Box::pin(changed(states)) }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Result<(), Ended> {
        while let Poll::Ready(changed_states) = self.changed.as_mut().poll(cx) {
            let mut states = changed_states?;
            self.newest = Some(Arc::clone(&states.borrow_and_update().text));
            self.changed = Box::pin(changed(states));
        }
        Ok(())
    }
}

async fn changed(
    mut states: watch::Receiver<handle::Whole>,
) -> Result<watch::Receiver<handle::Whole>, Ended> {
    states.changed().await.map_err(|_| Ended)?;
    Ok(states)
}

impl Feed {
    /// What is new, in the order in which it is told; at first the whole. The same again until it was told.
    ///
    /// The waker of `cx` is called when a whole state has changed; the lobby is the hub's to tell.
    pub(super) fn news(&mut self, cx: &mut Context<'_>) -> Result<Vec<News>, Ended> {
        match self {
            Self::Lobby(lobby) => Ok(lobby.news()),
            Self::Whole(whole) => {
                whole.poll(cx)?;
                Ok(whole.newest.iter().map(|text| (Part::Whole, Arc::clone(text))).collect())
            }
        }
    }

    /// Remembers what was told.
    pub(super) fn told(&mut self, part: &Part) {
        match (self, part) {
            (Self::Lobby(lobby), part) => lobby.told(part),
            (Self::Whole(whole), Part::Whole) => whole.newest = None,
            (Self::Whole(_), Part::Hello | Part::Call(_) | Part::Board(_)) => {}
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use queue_core::time::At;

    use super::*;
    use crate::clock::{Clock, Zone};
    use crate::engine::handle::PublishedCall;

    fn at(ms: i64) -> OfficeTime {
        OfficeTime::new(&Clock::manual(At(ms)), None)
    }

    /// A board at `seq` with calls as (seq, expires at).
    pub(crate) fn published(seq: u64, calls: &[(u64, i64)]) -> Arc<Published> {
        let call = |(seq, expires_at): &(u64, i64)| PublishedCall {
            seq: Seq(*seq),
            expires_at: At(*expires_at),
            text: format!("call {seq}").into(),
        };
        let calls = calls.iter().map(call).collect();
        Arc::new(Published { seq: Seq(seq), board: format!("board {seq}").into(), calls, zone: Zone::utc() })
    }

    fn told(lobby: &mut Lobby) -> Vec<String> {
        let news = lobby.news();
        news.iter().for_each(|(part, _)| lobby.told(part));
        news.iter().map(|(_, text)| text.to_string()).collect()
    }

    #[test]
    fn a_new_screen_hears_no_call_of_the_past() {
        let (sender, receiver) = watch::channel(published(7, &[(3, 90), (6, 95)]));
        let mut lobby = Lobby::new(receiver, None, at(10));
        assert_eq!(told(&mut lobby), ["board 7"]);
        sender.send_replace(published(8, &[(3, 90), (6, 95), (8, 99)]));
        assert_eq!(told(&mut lobby), ["call 8", "board 8"]);
        assert!(told(&mut lobby).is_empty());
    }

    #[test]
    fn a_screen_that_was_away_hears_what_it_missed_and_may_still_be_announced() {
        let calls = [(3, 90), (5, 10), (6, 95)];
        for (since, expected) in [
            (0, vec!["call 3", "call 6", "board 7"]),
            (3, vec!["call 6", "board 7"]),
            (6, vec!["board 7"]),
            (99, vec!["board 7"]),
        ] {
            let (_sender, receiver) = watch::channel(published(7, &calls));
            let mut lobby = Lobby::new(receiver, Some(Seq(since)), at(50));
            assert_eq!(told(&mut lobby), expected, "since {since}");
        }
    }

    #[test]
    fn a_screen_that_remembers_more_than_the_journal_hears_the_next_call() {
        let (sender, receiver) = watch::channel(published(7, &[(6, 95)]));
        let mut lobby = Lobby::new(receiver, Some(Seq(99)), at(50));
        assert_eq!(told(&mut lobby), ["board 7"]);
        sender.send_replace(published(8, &[(6, 95), (8, 99)]));
        assert_eq!(told(&mut lobby), ["call 8", "board 8"]);
    }

    #[test]
    fn a_screen_that_fell_behind_gets_every_call_and_one_board() {
        let (sender, receiver) = watch::channel(published(1, &[]));
        let mut lobby = Lobby::new(receiver, None, at(0));
        assert_eq!(told(&mut lobby), ["board 1"]);
        sender.send_replace(published(2, &[(2, 90)]));
        sender.send_replace(published(3, &[(2, 90), (3, 90)]));
        sender.send_replace(published(4, &[(2, 90), (3, 90)]));
        assert_eq!(told(&mut lobby), ["call 2", "call 3", "board 4"]);
    }

    #[test]
    fn what_was_not_taken_is_news_again_as_it_is_then() {
        let (sender, receiver) = watch::channel(published(1, &[]));
        let mut lobby = Lobby::new(receiver, None, at(0));
        assert_eq!(told(&mut lobby), ["board 1"]);
        sender.send_replace(published(3, &[(2, 90), (3, 90)]));
        lobby.told(&lobby.news()[0].0.clone());
        sender.send_replace(published(4, &[(2, 90), (3, 90), (4, 90)]));
        assert_eq!(told(&mut lobby), ["call 3", "call 4", "board 4"]);
    }
}
