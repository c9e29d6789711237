//! What a live connection has yet to be told: calls in order, each once; of whole states only the newest.
//!
//! A feed keeps no backlog: however long a reader was away, it gets the calls still in the ring that have not
//! expired, and one whole state.

use std::sync::Arc;

use queue_core::record::Seq;
use tokio::sync::watch;

use crate::clock::OfficeTime;
use crate::engine::handle::{Published, Whole};

/// One topic, from the view of one connection.
pub(super) enum Feed {
    /// Boards and calls.
    Lobby(Lobby),
    /// A counter, a ticket or the figures.
    Whole(watch::Receiver<Whole>),
}

/// The lobby's feed.
pub(super) struct Lobby {
    published: watch::Receiver<Arc<Published>>,
    /// The last call told, or the newest before the connection where none was asked for.
    told: Seq,
    /// The last board told.
    board: Option<Arc<str>>,
    time: OfficeTime,
}

/// The office's engine has ended.
pub(super) struct Ended;

impl Lobby {
    /// A feed that begins with the calls after `since`, or with none of the past.
    pub(super) fn new(
        published: watch::Receiver<Arc<Published>>,
        since: Option<Seq>,
        time: OfficeTime,
    ) -> Self {
        let newest = published.borrow().seq;
        // A screen may remember more than a journal that was restored from a backup.
        let told = since.map_or(newest, |since| since.min(newest));
        Self { published, told, board: None, time }
    }

    fn take(&mut self) -> Vec<Arc<str>> {
        let newest = Arc::clone(&self.published.borrow_and_update());
        let now = self.time.now();
        let calls = newest.calls.iter().filter(|call| call.seq > self.told && call.expires_at > now);
        let mut messages: Vec<Arc<str>> = calls.map(|call| Arc::clone(&call.text)).collect();
        self.told = newest.calls.last().map_or(self.told, |call| call.seq.max(self.told));
        if self.board.as_ref().is_none_or(|told| !Arc::ptr_eq(told, &newest.board)) {
            self.board = Some(Arc::clone(&newest.board));
            messages.push(Arc::clone(&newest.board));
        }
        messages
    }
}

impl Feed {
    /// What is new since the last time, in the order in which it is told. At first: the whole.
    pub(super) fn take(&mut self) -> Vec<Arc<str>> {
        match self {
            Self::Lobby(lobby) => lobby.take(),
            Self::Whole(newest) => vec![Arc::clone(&newest.borrow_and_update().text)],
        }
    }

    /// Waits until there is something new.
    pub(super) async fn changed(&mut self) -> Result<(), Ended> {
        let changed = match self {
            Self::Lobby(lobby) => lobby.published.changed().await,
            Self::Whole(newest) => newest.changed().await,
        };
        changed.map_err(|_| Ended)
    }
}

#[cfg(test)]
mod tests {
    use queue_core::time::At;

    use super::*;
    use crate::clock::Clock;
    use crate::engine::handle::PublishedCall;

    fn at(ms: i64) -> OfficeTime {
        OfficeTime::new(&Clock::manual(At(ms)), None)
    }

    /// A board at `seq` with calls as (seq, expires at).
    fn published(seq: u64, calls: &[(u64, i64)]) -> Arc<Published> {
        let call = |(seq, expires_at): &(u64, i64)| PublishedCall {
            seq: Seq(*seq),
            expires_at: At(*expires_at),
            text: format!("call {seq}").into(),
        };
        let calls = calls.iter().map(call).collect();
        Arc::new(Published { seq: Seq(seq), board: format!("board {seq}").into(), calls })
    }

    fn told(lobby: &mut Lobby) -> Vec<String> {
        lobby.take().iter().map(ToString::to_string).collect()
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
}
