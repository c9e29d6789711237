//! The calls that screens may have missed: those of fresh records, and at the start those of the journal's end,
//! so that a restart between a call and its announcement loses none.

use std::collections::VecDeque;
use std::sync::Arc;

use queue_core::event::OfficeEvent;
use queue_core::ids::{CounterId, TicketId};
use queue_core::planted::{self, Bug};
use queue_core::record::{Record, Seq};
use queue_core::time::At;
use queue_journal::Reader;
use queue_wire::live::Message;

use super::CALLS_KEPT;
use super::handle::PublishedCall;
use super::topics;
use crate::present::{self, CALL_LIFE, Scene};

/// Records looked at for calls at the start; a busy hall writes fewer in the life of a call.
const RECORDS_MAX: u64 = 4096;

/// The last calls, oldest first, at most [`CALLS_KEPT`].
#[derive(Default)]
pub(super) struct Calls(VecDeque<PublishedCall>);

impl Calls {
    /// The calls at the journal's end that have not expired at `now`.
    pub(super) fn of_the_past(reader: &Reader, scene: Scene<'_>, now: At) -> Self {
        let mut calls = Self::default();
        if planted::is(Bug::CallsForgottenAtRestart) {
            return calls;
        }
        let last = scene.office.seq.0;
        let first = Seq(last.saturating_sub(RECORDS_MAX).max(1));
        for record in reader.records::<OfficeEvent>(first..=Seq(last)) {
            match record {
                Ok(record) if record.at.plus(CALL_LIFE) > now => calls.add_all(scene, &record),
                Ok(_) => {}
                Err(error) => {
                    tracing::error!(%error, "calls of before the start cannot be read: screens do not hear them");
                    return Self::default();
                }
            }
        }
        calls
    }

    /// Adds a call; the oldest gives way.
    pub(super) fn push(&mut self, call: PublishedCall) {
        if self.0.len() == CALLS_KEPT {
            self.0.pop_front();
        }
        self.0.push_back(call);
    }

    /// All of them, to be published.
    pub(super) fn all(&self) -> Arc<[PublishedCall]> {
        self.0.iter().cloned().collect()
    }

    fn add_all(&mut self, scene: Scene<'_>, record: &Record<OfficeEvent>) {
        for event in &record.events {
            let call = if let OfficeEvent::TicketCalled { ticket, counter, .. } = event {
                announced(scene, *ticket, *counter, 0, record)
            } else if let OfficeEvent::TicketRecalled { ticket, counter, recall, .. } = event {
                announced(scene, *ticket, *counter, *recall, record)
            } else {
                None
            };
            if let Some(call) = call {
                self.push(call);
            }
        }
    }
}

/// The announcement of a call that `record` made; none where the day of the ticket is over.
pub(super) fn announced(
    scene: Scene<'_>,
    ticket: TicketId,
    counter: CounterId,
    recall: u32,
    record: &Record<OfficeEvent>,
) -> Option<PublishedCall> {
    let called = scene.office.tickets.get(&ticket)?;
    let call = present::announcement(scene, called, counter, recall, record.at);
    let text = topics::text(&Message::Call { seq: record.seq.0, call });
    Some(PublishedCall { seq: record.seq, expires_at: record.at.plus(CALL_LIFE), text })
}
