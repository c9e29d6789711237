//! What may be asked of an office. Who asks stands beside it ([`crate::permit::Actor`]).

#![expect(missing_docs, reason = "the variants say what they are; their fields are the hall's own words")]

use crate::event::OfficeEvent;
use crate::ids::{ClassId, CounterId, Lang, ServiceId, Slug, TicketId};
use crate::layout::Layout;
use crate::number::Number;
use crate::record::{About, Seq};
use crate::text::Text;
use crate::time::{At, DayPlan};

/// An order to the office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Take a number.
    Issue(Issue),
    /// Call whoever is next, finishing the ticket being served.
    CallNext { counter: CounterId },
    /// Call this number, out of order with a reason, or a parked one to take it up again.
    CallChosen { counter: CounterId, number: Number, reason: Option<Text> },
    /// Call the called ticket once more.
    Recall { counter: CounterId },
    /// The called citizen is at the counter.
    Start { counter: CounterId },
    /// The service is done; a ticket with further services goes on to the next one.
    Finish { counter: CounterId, outcome: Option<Text> },
    /// The called citizen did not come.
    Absent { counter: CounterId },
    /// Set the ticket aside for a signature or a result.
    Park { counter: CounterId, reason: Text },
    /// Put the ticket back in line, at its place.
    Return { counter: CounterId },
    /// Send the ticket on.
    Transfer { counter: CounterId, to: Target },
    /// Open a counter, or go on after a pause.
    OpenCounter { counter: CounterId },
    /// Stop calling for a while.
    PauseCounter { counter: CounterId, reason: Text },
    /// Leave the counter; a ticket held there goes back in line.
    CloseCounter { counter: CounterId },
    /// Give the number back.
    Cancel { ticket: TicketId },
    /// Grant the class that was asked for, or another one.
    Confirm { ticket: TicketId, class: Option<ClassId> },
    /// The results of these parked tickets are there.
    Ready { tickets: Vec<TicketId> },
    /// Take an absent ticket back in line, once.
    Reinstate { ticket: TicketId },
    /// Correct a wrong service.
    Move { ticket: TicketId, service: ServiceId },
    /// Rate the visit.
    Rate { ticket: TicketId, score: u8, comment: Option<Text> },
    /// Release a waiting, parked or called ticket that will not be served.
    Release { ticket: TicketId, reason: Text },
    /// Begin a business day; closes the one before where it is still open.
    OpenDay { plan: DayPlan },
    /// End the business day.
    CloseDay { reason: Option<Text> },
    /// Take the closing of the day back: the series go on, the expired stay expired.
    ReopenDay { reason: Text },
    /// Nothing but time has passed.
    Tick,
    /// Change the layout; the plan gives the windows of today under it.
    ChangeLayout { layout: Box<Layout>, plan: DayPlan },
    /// Stop all numbers and tell every screen to leave the building.
    RaiseAlarm { reason: Text },
    /// The alarm is over.
    EndAlarm { reason: Option<Text> },
    /// Set the office's time back after a clock that ran far ahead.
    CorrectClock { to: At, plan: DayPlan, reason: Text },
    /// Go on although records were lost.
    AcceptLoss(Box<Loss>),
}

/// Records that were lost, and what is known of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// The first lost record: the next one of the office.
    pub from: Seq,
    /// The last one that is known to have been there; nothing where nothing tells how far the journal went.
    pub to: Option<Seq>,
    /// How many of them were found nowhere.
    pub missing: u64,
    /// What the others tell of the days before the present business day, in order.
    pub before: Vec<OfficeEvent>,
    /// What the others tell of the present business day, in order.
    pub behind: Vec<OfficeEvent>,
    /// The newest layout that the others or the operator tell of; nothing where they tell of none.
    pub layout: Option<Box<Layout>>,
    /// The highest number that was given today, where a person says so.
    pub told: Option<u32>,
    /// The business day.
    pub plan: DayPlan,
    /// Why it is accepted, and by whom.
    pub reason: Text,
}

/// What is asked for with a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// 128 fresh random bits.
    pub ticket: TicketId,
    /// The service.
    pub service: ServiceId,
    /// The class; the default one where nothing is asked.
    pub class: Option<ClassId>,
    /// The language; the office's default where nothing is said.
    pub lang: Option<Lang>,
    /// Where it is taken.
    pub channel: Slug,
    /// Services that follow.
    pub then: Vec<ServiceId>,
    /// Dossiers, 1 to 999.
    pub dossiers: u16,
    /// Needs a clerk to come and fetch.
    pub assist: bool,
}

impl Issue {
    /// A number of `service` taken at `channel`, with nothing else asked for.
    #[must_use]
    pub fn plain(ticket: TicketId, service: ServiceId, channel: Slug) -> Self {
        Self {
            ticket,
            service,
            class: None,
            lang: None,
            channel,
            then: Vec::new(),
            dossiers: 1,
            assist: false,
        }
    }
}

/// Where a ticket is sent.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// To the line of a service.
    Service(ServiceId),
    /// To one counter, for the same service.
    Counter(CounterId),
}

impl Command {
    /// What the answer to this command shows.
    #[must_use]
    pub fn about(&self) -> About {
        match self {
            Self::Issue(issue) => About::Ticket(issue.ticket),
            Self::CallNext { counter }
            | Self::CallChosen { counter, .. }
            | Self::Recall { counter }
            | Self::Start { counter }
            | Self::Finish { counter, .. }
            | Self::Absent { counter }
            | Self::Park { counter, .. }
            | Self::Return { counter }
            | Self::Transfer { counter, .. }
            | Self::OpenCounter { counter }
            | Self::PauseCounter { counter, .. }
            | Self::CloseCounter { counter } => About::Counter(*counter),
            Self::Cancel { ticket }
            | Self::Confirm { ticket, .. }
            | Self::Reinstate { ticket }
            | Self::Move { ticket, .. }
            | Self::Rate { ticket, .. }
            | Self::Release { ticket, .. } => About::Ticket(*ticket),
            Self::Ready { tickets } => match tickets.as_slice() {
                [ticket] => About::Ticket(*ticket),
                _ => About::Office,
            },
            Self::OpenDay { .. }
            | Self::CloseDay { .. }
            | Self::ReopenDay { .. }
            | Self::Tick
            | Self::ChangeLayout { .. }
            | Self::RaiseAlarm { .. }
            | Self::EndAlarm { .. }
            | Self::CorrectClock { .. }
            | Self::AcceptLoss(_) => About::Office,
        }
    }
}
