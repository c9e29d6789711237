//! What a live connection has yet to be told: calls in order, each once; of whole states only the newest.
//!
//! A feed keeps no backlog: however long a reader was away, it gets the calls still in the ring that have not
//! expired, and one whole state.

use std::sync::Arc;

use queue_core::record::Seq;
use tokio::sync::watch;

use crate::clock::Clock;
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
    clock: Clock,
}

/// The office's engine has ended.
pub(super) struct Ended;

impl Lobby {
    /// A feed that begins with the calls after `since`, or with none of the past.
    pub(super) fn new(published: watch::Receiver<Arc<Published>>, since: Option<Seq>, clock: Clock) -> Self {
        let told = since.unwrap_or_else(|| published.borrow().seq);
        Self { published, told, board: None, clock }
    }

    fn take(&mut self) -> Vec<Arc<str>> {
        let newest = Arc::clone(&self.published.borrow_and_update());
        let now = self.clock.now();
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
