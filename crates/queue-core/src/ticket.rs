//! A ticket: what a citizen holds, from the number taken to the end of the visit.

use serde::{Deserialize, Serialize};

use crate::ids::{ClassId, CounterId, Lang, ServiceId, Slug, TicketId};
use crate::number::Number;
use crate::planted::{self, Bug};
use crate::text::Text;
use crate::time::{At, Date};

/// Most further services on one ticket.
pub const THEN_MAX: usize = 8;
/// Most dossiers on one ticket.
pub const DOSSIERS_MAX: u16 = 999;
/// Most parked tickets of an office, those whose result lies ready among them: each day's opening carries them all in
/// one record, each with a reason of up to 3 KB.
pub const PARKED_MAX: usize = 1_000;

/// A ticket as the office knows it. It carries no name, no phone and no reason for a priority.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Random, for whoever holds the ticket.
    pub id: TicketId,
    /// As printed.
    pub number: Number,
    /// The business day it was issued on.
    pub date: Date,
    /// What it waits for, or is served for.
    pub service: ServiceId,
    /// What follows, in order, with the same number.
    pub then: Vec<ServiceId>,
    /// The class that counts.
    pub class: ClassId,
    /// A class asked for that staff have not confirmed.
    pub asked: Option<ClassId>,
    /// The language chosen.
    pub lang: Lang,
    /// Where it was taken: `kiosk`, `phone`, `reception`.
    pub channel: Slug,
    /// Dossiers in this turn, 1 to 999.
    pub dossiers: u16,
    /// Needs a clerk to come and fetch; no reason is kept.
    pub assist: bool,
    /// When the number was taken: the start of its waiting, whatever happened since.
    pub issued_at: At,
    /// Order of issue in the office, the tie-break of equal credits.
    pub order: u64,
    /// The one counter that may call it, after a transfer to a counter.
    pub only: Option<CounterId>,
    /// Whether its result lies ready after parking.
    pub ready: bool,
    /// Whether it was taken back after an absence; that is done once.
    pub reinstated: bool,
    /// Whether it was rated; that is done once.
    pub rated: bool,
    /// Its last call, for the board.
    pub last_call: Option<LastCall>,
    /// Where it stands.
    pub state: State,
}

/// The last call of a ticket, whatever became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastCall {
    /// Where to.
    pub counter: CounterId,
    /// When it was called, or called again.
    pub at: At,
    /// Out of order, for a reason.
    pub out_of_order: bool,
    /// To collect a result.
    pub for_result: bool,
}

/// Where a ticket stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// In line.
    Waiting,
    /// Called to a counter and not there yet.
    Called {
        /// Where to.
        counter: CounterId,
        /// When it was first called there.
        at: At,
        /// How often it was called again.
        recall: u32,
    },
    /// At the counter.
    Serving {
        /// Where.
        counter: CounterId,
        /// When service started.
        at: At,
        /// When it was called there.
        called_at: At,
    },
    /// Waiting for a signature or a result, not in line.
    Parked {
        /// Who parked it.
        counter: CounterId,
        /// When.
        at: At,
        /// Why.
        reason: Text,
    },
    /// Served.
    Finished {
        /// Where.
        counter: CounterId,
        /// When.
        at: At,
    },
    /// Did not come.
    Absent {
        /// Where it was called.
        counter: CounterId,
        /// When it was marked.
        at: At,
    },
    /// Given back.
    Cancelled {
        /// When.
        at: At,
    },
    /// Not served when the day closed.
    Expired {
        /// When.
        at: At,
    },
}

impl Ticket {
    /// The counter that holds it, called or serving.
    #[must_use]
    pub fn holder(&self) -> Option<CounterId> {
        match self.state {
            State::Called { counter, .. } | State::Serving { counter, .. } => Some(counter),
            State::Waiting
            | State::Parked { .. }
            | State::Finished { .. }
            | State::Absent { .. }
            | State::Cancelled { .. }
            | State::Expired { .. } => None,
        }
    }

    /// The text of a person in it: why it was parked.
    pub fn text_mut(&mut self) -> Option<&mut Text> {
        match &mut self.state {
            State::Parked { reason, .. } => Some(reason),
            State::Waiting
            | State::Called { .. }
            | State::Serving { .. }
            | State::Finished { .. }
            | State::Absent { .. }
            | State::Cancelled { .. }
            | State::Expired { .. } => None,
        }
    }

    /// Moves what happened after `latest` to it: the clock had run ahead.
    pub(crate) fn not_after(&mut self, latest: At) {
        if planted::is(Bug::NegativeWait) {
            return;
        }
        let moved = |at: &mut At| *at = (*at).min(latest);
        moved(&mut self.issued_at);
        if let Some(call) = &mut self.last_call {
            moved(&mut call.at);
        }
        match &mut self.state {
            State::Waiting => {}
            State::Serving { at, called_at, .. } => {
                moved(at);
                moved(called_at);
            }
            State::Called { at, .. }
            | State::Parked { at, .. }
            | State::Finished { at, .. }
            | State::Absent { at, .. }
            | State::Cancelled { at }
            | State::Expired { at } => moved(at),
        }
    }

    /// Whether the visit is over. An absent ticket is over too, though it may be reinstated once.
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(
            self.state,
            State::Finished { .. } | State::Absent { .. } | State::Cancelled { .. } | State::Expired { .. }
        )
    }
}
