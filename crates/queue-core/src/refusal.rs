//! The noes of the rules: each has a stable code, which pages turn into words.
//!
//! Failures (disk, network) are not here; they belong to the server.

use crate::ids::{CounterId, ServiceId};
use crate::layout::LayoutFault;

/// Why a command was not accepted. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The command needs a session.
    #[error("sign in first")]
    NotSignedIn,
    /// The role is too small.
    #[error("your role does not allow this")]
    NotAllowed,
    /// No such service.
    #[error("there is no service `{0}` in this office")]
    UnknownService(String),
    /// No such class.
    #[error("there is no class `{0}` in this office")]
    UnknownClass(String),
    /// No such counter.
    #[error("there is no counter {0} in this office")]
    UnknownCounter(CounterId),
    /// No such ticket.
    #[error("there is no such ticket")]
    UnknownTicket,
    /// The language is not one of the office's.
    #[error("the office does not speak `{0}`")]
    UnknownLanguage(String),
    /// Outside the opening hours, or the day is closed.
    #[error("the office issues no numbers at this time")]
    OfficeClosed,
    /// An alarm stopped everything.
    #[error("numbers are stopped: follow the staff's instructions")]
    Alarm,
    /// A supervisor stopped this service's numbers.
    #[error("numbers for `{0}` are stopped for now")]
    NumbersStopped(ServiceId),
    /// The series is at its last number, or the day holds as many tickets as it can.
    #[error("today's numbers for `{0}` are used up")]
    NumbersUsedUp(ServiceId),
    /// Somebody else sits there.
    #[error("counter {0} is taken by another clerk")]
    CounterTaken(CounterId),
    /// The clerk sits elsewhere.
    #[error("you are at counter {0}: close it first")]
    AtAnotherCounter(CounterId),
    /// Closed or paused.
    #[error("counter {0} is not open")]
    CounterClosed(CounterId),
    /// A called ticket has neither started nor been marked absent.
    #[error("start or mark absent the called ticket first")]
    TicketOpen,
    /// The counter holds no ticket.
    #[error("the counter holds no ticket")]
    NoTicket,
    /// The ticket is called and has not started.
    #[error("the ticket has not started")]
    NotStarted,
    /// The ticket has started.
    #[error("the ticket has started already")]
    AlreadyStarted,
    /// Too soon after the call.
    #[error("the citizen still has {seconds_left} s to come")]
    TooEarly {
        /// Whole seconds, rounded up.
        seconds_left: u64,
    },
    /// The ticket is not in line.
    #[error("the ticket is not waiting")]
    NotWaiting,
    /// The ticket is not parked.
    #[error("the ticket is not parked")]
    NotParked,
    /// As many tickets are parked as an office can keep.
    #[error("too many tickets are parked: finish or release some first")]
    TooManyParked,
    /// The ticket was not marked absent.
    #[error("the ticket is not absent")]
    NotAbsent,
    /// It was taken back once before.
    #[error("the ticket was taken back once already")]
    AlreadyReinstated,
    /// No class was asked for.
    #[error("there is no class to confirm")]
    NothingToConfirm,
    /// It can no longer be given back.
    #[error("the ticket cannot be cancelled any more")]
    NotCancellable,
    /// It was not served.
    #[error("only a served ticket can be rated")]
    NotServed,
    /// It was rated.
    #[error("the ticket was rated already")]
    AlreadyRated,
    /// A reason is needed.
    #[error("give a reason")]
    ReasonRequired,
    /// A field has a value that cannot be.
    #[error("{field}: {what}")]
    InvalidField {
        /// Which.
        field: &'static str,
        /// What would be right.
        what: String,
    },
    /// The layout cannot stand, or not beside what is going on.
    #[error("{0}")]
    BadLayout(LayoutFault),
    /// The day is closed already, or a later one is open.
    #[error("the business day is closed")]
    DayClosed,
    /// That business day is open already.
    #[error("the business day is open already")]
    DayOpen,
    /// The alarm is on, or off, already.
    #[error("the alarm is so already")]
    AlarmUnchanged,
    /// The same key was given with another body.
    #[error("this Idempotency-Key was used for another request")]
    KeyReused,
    /// As many keys are remembered as can be, and each may still be repeated.
    #[error("too many requests in two days: try again later")]
    TooManyKeys,
    /// The clock stands far ahead of the journal.
    #[error("the computer's clock is far ahead of the journal: an administrator must correct it")]
    ClockDoubtful,
}

/// What kind of no it is; the server turns it into a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 401.
    NotSignedIn,
    /// 403.
    NotAllowed,
    /// 404.
    Unknown,
    /// 409.
    Conflict,
    /// 422.
    Invalid,
    /// 503.
    Unavailable,
}

impl Refusal {
    /// The stable code and the kind. A published code keeps its meaning for ever.
    #[must_use]
    pub fn code(&self) -> (&'static str, Kind) {
        match self {
            Self::NotSignedIn => ("not-signed-in", Kind::NotSignedIn),
            Self::NotAllowed => ("not-allowed", Kind::NotAllowed),
            Self::UnknownService(_) => ("unknown-service", Kind::Unknown),
            Self::UnknownClass(_) => ("unknown-class", Kind::Unknown),
            Self::UnknownCounter(_) => ("unknown-counter", Kind::Unknown),
            Self::UnknownTicket => ("unknown-ticket", Kind::Unknown),
            Self::UnknownLanguage(_) => ("unknown-language", Kind::Invalid),
            Self::OfficeClosed => ("office-closed", Kind::Conflict),
            Self::Alarm => ("alarm", Kind::Conflict),
            Self::NumbersStopped(_) => ("numbers-stopped", Kind::Conflict),
            Self::NumbersUsedUp(_) => ("numbers-used-up", Kind::Conflict),
            Self::CounterTaken(_) => ("counter-taken", Kind::Conflict),
            Self::AtAnotherCounter(_) => ("at-another-counter", Kind::Conflict),
            Self::CounterClosed(_) => ("counter-closed", Kind::Conflict),
            Self::TicketOpen => ("ticket-open", Kind::Conflict),
            Self::NoTicket => ("no-ticket", Kind::Conflict),
            Self::NotStarted => ("not-started", Kind::Conflict),
            Self::AlreadyStarted => ("already-started", Kind::Conflict),
            Self::TooEarly { .. } => ("too-early", Kind::Conflict),
            Self::NotWaiting => ("not-waiting", Kind::Conflict),
            Self::NotParked => ("not-parked", Kind::Conflict),
            Self::TooManyParked => ("too-many-parked", Kind::Conflict),
            Self::NotAbsent => ("not-absent", Kind::Conflict),
            Self::AlreadyReinstated => ("already-reinstated", Kind::Conflict),
            Self::NothingToConfirm => ("nothing-to-confirm", Kind::Conflict),
            Self::NotCancellable => ("not-cancellable", Kind::Conflict),
            Self::NotServed => ("not-served", Kind::Conflict),
            Self::AlreadyRated => ("already-rated", Kind::Conflict),
            Self::ReasonRequired => ("reason-required", Kind::Invalid),
            Self::InvalidField { .. } => ("invalid-field", Kind::Invalid),
            Self::BadLayout(_) => ("bad-layout", Kind::Invalid),
            Self::DayClosed => ("day-closed", Kind::Conflict),
            Self::DayOpen => ("day-open", Kind::Conflict),
            Self::AlarmUnchanged => ("alarm-unchanged", Kind::Conflict),
            Self::KeyReused => ("idempotency-key-reused", Kind::Invalid),
            Self::TooManyKeys => ("busy", Kind::Unavailable),
            Self::ClockDoubtful => ("clock-doubtful", Kind::Unavailable),
        }
    }
}
