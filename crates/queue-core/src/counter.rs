//! A counter at work: who sits there, whether it is open, which ticket it holds.

use crate::ids::{CounterId, TicketId, UserId};
use crate::policy::Why;
use crate::text::Text;
use crate::time::At;

/// A counter. Invariant: it holds at most one ticket, and a clerk holds at most one counter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counter {
    /// The number over it.
    pub id: CounterId,
    /// Open, paused or closed.
    pub state: CounterState,
    /// Who opened it; `None` exactly while it is closed.
    pub clerk: Option<UserId>,
    /// The ticket called or served there.
    pub ticket: Option<TicketId>,
    /// Why that ticket came.
    pub why: Option<Why>,
    /// Since when it is in this state.
    pub since: At,
}

/// Whether a counter calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CounterState {
    /// Nobody sits there.
    Closed,
    /// Calls and serves.
    Open,
    /// Finishes what it holds, and calls nobody.
    Paused {
        /// Why.
        reason: Text,
    },
}

impl Counter {
    /// A closed counter.
    #[must_use]
    pub fn closed(id: CounterId, since: At) -> Self {
        Self { id, state: CounterState::Closed, clerk: None, ticket: None, why: None, since }
    }

    /// Whether it may call.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.state == CounterState::Open
    }
}
