//! What happened, as it stands in the journal. Version 1 of the written form; never change a meaning here.
//!
//! Events record the choice, not the rule: [`OfficeEvent::TicketCalled`] names the ticket and why it was
//! taken, so that a changed rule replays the same past.

#![expect(missing_docs, reason = "the variants say what they are; their fields are the hall's own words")]

use serde::{Deserialize, Serialize};

use crate::command::Target;
use crate::ids::{ClassId, CounterId, Lang, ServiceId, Slug, TicketId, UserId};
use crate::layout::Layout;
use crate::number::Number;
use crate::policy::Why;
use crate::record::{Seq, Texts};
use crate::text::Text;
use crate::ticket::Ticket;
use crate::time::{At, Date, DayPlan};
use crate::views::tally::Tally;

/// A fact of an office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum OfficeEvent {
    /// A business day began. Carries all that a replay needs which starts here.
    DayOpened { plan: DayPlan, layout: Box<Layout>, carried: Vec<Ticket>, next_order: u64 },
    /// The business day ended: who waited is expired, who was served is finished, the parked stay listed.
    DayClosed {
        date: Date,
        expired: Vec<TicketId>,
        finished: Vec<TicketId>,
        parked: Vec<TicketId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Text>,
        summary: Box<Tally>,
    },
    /// The closing was taken back: `tickets`, which it had expired, wait again at their places.
    DayReopened {
        reason: Text,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        tickets: Vec<TicketId>,
    },
    /// The layout was changed.
    LayoutChanged { layout: Box<Layout>, plan: DayPlan },
    /// Numbers are stopped and every screen shows the alarm.
    AlarmRaised { reason: Text },
    /// The alarm is over.
    AlarmEnded {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Text>,
    },
    /// The office's time was set right. `series` are the last numbers that the plan's date gave before.
    ClockCorrected {
        to: At,
        plan: DayPlan,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        series: Vec<(ServiceId, u32)>,
        reason: Text,
    },
    /// Records `from` to `to` (where that is known) were lost, and an operator accepted it. `series` are the last
    /// numbers that may have been given; the series go on behind them.
    LossAccepted {
        from: Seq,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<Seq>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        series: Vec<(ServiceId, u32)>,
        reason: Text,
    },
    /// A number was taken.
    TicketIssued {
        ticket: TicketId,
        number: Number,
        service: ServiceId,
        class: ClassId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        asked: Option<ClassId>,
        lang: Lang,
        channel: Slug,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        then: Vec<ServiceId>,
        dossiers: u16,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        assist: bool,
    },
    /// A ticket was called to a counter.
    TicketCalled { ticket: TicketId, number: Number, counter: CounterId, why: Why },
    /// A counter asked and nobody waited.
    NobodyCalled { counter: CounterId },
    /// A called ticket was called again; `recall` counts from 1.
    TicketRecalled { ticket: TicketId, number: Number, counter: CounterId, recall: u32 },
    /// The citizen is at the counter.
    TicketStarted { ticket: TicketId, number: Number, counter: CounterId },
    /// The visit is over.
    TicketFinished {
        ticket: TicketId,
        number: Number,
        counter: CounterId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        outcome: Option<Text>,
    },
    /// One service is done, and the ticket waits for the next one it holds.
    TicketForwarded {
        ticket: TicketId,
        number: Number,
        counter: CounterId,
        service: ServiceId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        outcome: Option<Text>,
    },
    /// The citizen did not come.
    TicketAbsent { ticket: TicketId, number: Number, counter: CounterId },
    /// Set aside.
    TicketParked { ticket: TicketId, number: Number, counter: CounterId, reason: Text },
    /// Its result is there: it waits to be called for it.
    TicketReadied { ticket: TicketId, number: Number },
    /// Back in line at its place.
    TicketReturned { ticket: TicketId, number: Number, counter: CounterId },
    /// Sent on.
    TicketTransferred { ticket: TicketId, number: Number, counter: CounterId, to: Target },
    /// An absent ticket is back in line.
    TicketReinstated { ticket: TicketId, number: Number },
    /// A class was granted.
    ClassConfirmed { ticket: TicketId, number: Number, class: ClassId },
    /// A wrong service was corrected.
    TicketMoved { ticket: TicketId, number: Number, service: ServiceId },
    /// Given back by the citizen.
    TicketCancelled { ticket: TicketId, number: Number },
    /// Released by a supervisor.
    TicketReleased { ticket: TicketId, number: Number, reason: Text },
    /// Rated. `counter` is where it was served last.
    TicketRated {
        ticket: TicketId,
        counter: CounterId,
        score: u8,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<Text>,
    },
    /// A counter opened, or went on after a pause.
    CounterOpened { counter: CounterId, clerk: UserId },
    /// A counter paused.
    CounterPaused { counter: CounterId, reason: Text },
    /// A counter closed.
    CounterClosed { counter: CounterId },
    /// Time passed over a deadline, and nothing else happened.
    TimePassed,
}

impl Texts for OfficeEvent {
    fn texts_mut(&mut self) -> Vec<&mut Text> {
        match self {
            Self::TicketCalled { why: Why::Chosen { reason }, .. }
            | Self::AlarmRaised { reason }
            | Self::DayReopened { reason, .. }
            | Self::ClockCorrected { reason, .. }
            | Self::LossAccepted { reason, .. }
            | Self::TicketParked { reason, .. }
            | Self::TicketReleased { reason, .. }
            | Self::CounterPaused { reason, .. } => vec![reason],
            Self::DayClosed { reason: text, .. }
            | Self::AlarmEnded { reason: text }
            | Self::TicketFinished { outcome: text, .. }
            | Self::TicketForwarded { outcome: text, .. }
            | Self::TicketRated { comment: text, .. } => text.iter_mut().collect(),
            Self::DayOpened { carried, .. } => carried.iter_mut().filter_map(Ticket::text_mut).collect(),
            Self::TicketCalled { why: Why::Turn { .. } | Why::TakenUp, .. }
            | Self::LayoutChanged { .. }
            | Self::TicketIssued { .. }
            | Self::NobodyCalled { .. }
            | Self::TicketRecalled { .. }
            | Self::TicketStarted { .. }
            | Self::TicketAbsent { .. }
            | Self::TicketReadied { .. }
            | Self::TicketReturned { .. }
            | Self::TicketTransferred { .. }
            | Self::TicketReinstated { .. }
            | Self::ClassConfirmed { .. }
            | Self::TicketMoved { .. }
            | Self::TicketCancelled { .. }
            | Self::CounterOpened { .. }
            | Self::CounterClosed { .. }
            | Self::TimePassed => Vec::new(),
        }
    }
}
