//! Who did what, when and why: one row for each event, read from the records themselves.
//!
//! Invariant: no row joins a rating to a number.

use crate::event::OfficeEvent;
use crate::ids::CounterId;
use crate::number::Number;
use crate::policy::Why;
use crate::text::Text;

/// An event as an auditor reads it; who, when and the hash stand in its record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act<'e> {
    /// What, such as `ticket_called`: the `type` of the event in the journal.
    pub act: &'static str,
    /// The ticket's number.
    pub number: Option<Number>,
    /// The counter.
    pub counter: Option<CounterId>,
    /// Why.
    pub reason: Option<&'e Text>,
}

/// The row of an event.
#[must_use]
pub fn act(event: &OfficeEvent) -> Act<'_> {
    let (act, number, counter, reason) = match event {
        OfficeEvent::DayOpened { .. } => ("day_opened", None, None, None),
        OfficeEvent::DayClosed { reason, .. } => ("day_closed", None, None, reason.as_ref()),
        OfficeEvent::DayReopened { reason, .. } => ("day_reopened", None, None, Some(reason)),
        OfficeEvent::LayoutChanged { .. } => ("layout_changed", None, None, None),
        OfficeEvent::AlarmRaised { reason } => ("alarm_raised", None, None, Some(reason)),
        OfficeEvent::AlarmEnded { reason } => ("alarm_ended", None, None, reason.as_ref()),
        OfficeEvent::ClockCorrected { reason, .. } => ("clock_corrected", None, None, Some(reason)),
        OfficeEvent::LossAccepted { reason, .. } => ("loss_accepted", None, None, Some(reason)),
        OfficeEvent::TicketIssued { number, .. } => ("ticket_issued", Some(number), None, None),
        OfficeEvent::TicketCalled { number, counter, why, .. } => {
            ("ticket_called", Some(number), Some(counter), given(why))
        }
        OfficeEvent::NobodyCalled { counter } => ("nobody_called", None, Some(counter), None),
        OfficeEvent::TicketRecalled { number, counter, .. } => {
            ("ticket_recalled", Some(number), Some(counter), None)
        }
        OfficeEvent::TicketStarted { number, counter, .. } => {
            ("ticket_started", Some(number), Some(counter), None)
        }
        OfficeEvent::TicketFinished { number, counter, outcome, .. } => {
            ("ticket_finished", Some(number), Some(counter), outcome.as_ref())
        }
        OfficeEvent::TicketForwarded { number, counter, outcome, .. } => {
            ("ticket_forwarded", Some(number), Some(counter), outcome.as_ref())
        }
        OfficeEvent::TicketAbsent { number, counter, .. } => {
            ("ticket_absent", Some(number), Some(counter), None)
        }
        OfficeEvent::TicketParked { number, counter, reason, .. } => {
            ("ticket_parked", Some(number), Some(counter), Some(reason))
        }
        OfficeEvent::TicketReadied { number, .. } => ("ticket_readied", Some(number), None, None),
        OfficeEvent::TicketReturned { number, counter, .. } => {
            ("ticket_returned", Some(number), Some(counter), None)
        }
        OfficeEvent::TicketTransferred { number, counter, .. } => {
            ("ticket_transferred", Some(number), Some(counter), None)
        }
        OfficeEvent::TicketReinstated { number, .. } => ("ticket_reinstated", Some(number), None, None),
        OfficeEvent::ClassConfirmed { number, .. } => ("class_confirmed", Some(number), None, None),
        OfficeEvent::TicketMoved { number, .. } => ("ticket_moved", Some(number), None, None),
        OfficeEvent::TicketCancelled { number, .. } => ("ticket_cancelled", Some(number), None, None),
        OfficeEvent::TicketReleased { number, reason, .. } => {
            ("ticket_released", Some(number), None, Some(reason))
        }
        OfficeEvent::TicketRated { counter, comment, .. } => {
            ("ticket_rated", None, Some(counter), comment.as_ref())
        }
        OfficeEvent::CounterOpened { counter, .. } => ("counter_opened", None, Some(counter), None),
        OfficeEvent::CounterPaused { counter, reason } => {
            ("counter_paused", None, Some(counter), Some(reason))
        }
        OfficeEvent::CounterClosed { counter } => ("counter_closed", None, Some(counter), None),
        OfficeEvent::TimePassed => ("time_passed", None, None, None),
    };
    Act { act, number: number.copied(), counter: counter.copied(), reason }
}

/// The reason that staff gave for a call out of order.
fn given(why: &Why) -> Option<&Text> {
    match why {
        Why::Chosen { reason } => Some(reason),
        Why::Turn { .. } | Why::TakenUp => None,
    }
}
