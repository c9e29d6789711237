//! What travels between the stages of an engine: orders in, entries to the journal, settled entries out, reads.

use queue_core::event::OfficeEvent;
use queue_core::ids::{CounterId, TicketId};
use queue_core::office::Answer as CoreAnswer;
use queue_core::record::{Record, Seq};
use queue_core::refusal::Refusal;
use queue_journal::JournalError;
use queue_journal::codec::Sealed;
use tokio::sync::{oneshot, watch};

use super::handle::{Load, Rejection, Released, Submission, TicketList, Whole};
use crate::clock::Zone;

/// A command and whoever waits for its outcome.
pub(super) struct Order {
    pub submission: Submission,
    pub reply: Reply,
}

/// An answer that is owed. Dropped unanswered, it reads as `outcome-unknown`.
pub(super) struct Reply(oneshot::Sender<Result<Released, Rejection>>);

impl Reply {
    pub(super) fn new(sender: oneshot::Sender<Result<Released, Rejection>>) -> Self {
        Self(sender)
    }

    /// Whoever asked may have gone away; the outcome stands all the same.
    pub(super) fn give(self, outcome: Result<Released, Rejection>) {
        drop(self.0.send(outcome));
    }
}

/// A record as it is written, or why it cannot be; nothing once the journal took it.
pub(super) type Line = Option<Result<Sealed, JournalError>>;

/// What was decided, in order. Refusals and repeats wait behind the records they depended on.
pub(super) enum Entry {
    /// A new record, with its line until the journal takes that; the system's own have nobody who waits.
    Accepted { record: Box<Record<OfficeEvent>>, line: Line, reply: Option<Reply> },
    /// A key given before, with its first answer.
    Repeated { seq: Seq, status: u16, answer: CoreAnswer, reply: Reply },
    /// A no.
    Refused { refusal: Refusal, reply: Reply },
}

impl Entry {
    /// Whoever waits for it.
    pub(super) fn into_reply(self) -> Option<Reply> {
        match self {
            Self::Accepted { reply, .. } => reply,
            Self::Repeated { reply, .. } | Self::Refused { reply, .. } => Some(reply),
        }
    }
}

/// A read of the durable office. Every kind is here.
pub(super) enum Ask {
    Ticket {
        id: TicketId,
        reply: oneshot::Sender<Option<queue_wire::ticket::Ticket>>,
    },
    Counter {
        id: CounterId,
        reply: oneshot::Sender<Option<queue_wire::counter::Counter>>,
    },
    Office {
        reply: oneshot::Sender<queue_wire::office::Office>,
    },
    /// Whether a key of this scope was answered.
    Key {
        scope: String,
        key: String,
        reply: oneshot::Sender<bool>,
    },
    StatsToday {
        reply: oneshot::Sender<queue_wire::stats::Stats>,
    },
    Today {
        reply: oneshot::Sender<super::history::Today>,
    },
    /// How far the durable office is, and its zone.
    Past {
        reply: oneshot::Sender<(Seq, Zone)>,
    },
    Load {
        reply: oneshot::Sender<Load>,
    },
    Tickets {
        list: TicketList,
        reply: oneshot::Sender<queue_wire::ticket::Tickets>,
    },
    Layout {
        reply: oneshot::Sender<queue_wire::settings::Layout>,
    },
    WatchCounter {
        id: CounterId,
        reply: oneshot::Sender<Option<watch::Receiver<Whole>>>,
    },
    WatchTicket {
        id: TicketId,
        reply: oneshot::Sender<Option<watch::Receiver<Whole>>>,
    },
    WatchStats {
        reply: oneshot::Sender<watch::Receiver<Whole>>,
    },
}
