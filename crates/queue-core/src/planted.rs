//! Planted bugs: faults that the simulation puts in to see that its checkers find them.
//!
//! Invariant: without the feature `planted`, which only `tests/sim` asks for, [`is`] is the constant `false` and
//! every planted line is compiled away. Cargo gives one package of a build the features that another asked for, so
//! that a build of everything has the feature too; a release, which has no debug assertions, is without them even so.

/// A fault that somebody could have written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say what goes wrong; where, the code says")]
pub enum Bug {
    // The journal.
    AnswerBeforeSync,
    SyncTriedAgain,
    MetaUnchecked,
    DamageTakenForTheEnd,
    AckedNoteIgnored,
    // The engine.
    DiskFullTakenForWritten,
    PublishBeforeDurable,
    RefusalBeforeItsCause,
    LastOfBatchNotWritten,
    KeysLostAtRestart,
    TimeFollowsTheClockBack,
    DaySkipped,
    DayOpenedAgainAtRestart,
    CallsForgottenAtRestart,
    ConsoleNotTold,
    // The lobby's line.
    LaggingScreenDropped,
    SinceHearsTwice,
    SinceMissesOne,
    OnlyNewestCallTold,
    // The rules.
    FingerprintNotCompared,
    CallWithoutRecheck,
    TicketTakenFromAnotherCounter,
    PriorityUnbounded,
    SecondInLineCalled,
    TransferLost,
    ParkedForgottenOverNight,
    NegativeWait,
    NumberSkipped,
    PressAppliedTwice,
    AbsentTooEarly,
}

/// Every planted bug.
pub const ALL: &[Bug] = &[
    Bug::AnswerBeforeSync,
    Bug::SyncTriedAgain,
    Bug::MetaUnchecked,
    Bug::DamageTakenForTheEnd,
    Bug::AckedNoteIgnored,
    Bug::DiskFullTakenForWritten,
    Bug::PublishBeforeDurable,
    Bug::RefusalBeforeItsCause,
    Bug::LastOfBatchNotWritten,
    Bug::KeysLostAtRestart,
    Bug::TimeFollowsTheClockBack,
    Bug::DaySkipped,
    Bug::DayOpenedAgainAtRestart,
    Bug::CallsForgottenAtRestart,
    Bug::ConsoleNotTold,
    Bug::LaggingScreenDropped,
    Bug::SinceHearsTwice,
    Bug::SinceMissesOne,
    Bug::OnlyNewestCallTold,
    Bug::FingerprintNotCompared,
    Bug::CallWithoutRecheck,
    Bug::TicketTakenFromAnotherCounter,
    Bug::PriorityUnbounded,
    Bug::SecondInLineCalled,
    Bug::TransferLost,
    Bug::ParkedForgottenOverNight,
    Bug::NegativeWait,
    Bug::NumberSkipped,
    Bug::PressAppliedTwice,
    Bug::AbsentTooEarly,
];

#[cfg(all(feature = "planted", debug_assertions))]
thread_local! {
    static PLANTED: std::cell::Cell<Option<Bug>> = const { std::cell::Cell::new(None) };
}

/// Whether `bug` is in the code of this thread.
#[cfg(all(feature = "planted", debug_assertions))]
#[must_use]
pub fn is(bug: Bug) -> bool {
    PLANTED.get() == Some(bug)
}

/// Never.
#[cfg(not(all(feature = "planted", debug_assertions)))]
#[must_use]
pub const fn is(_bug: Bug) -> bool {
    false
}

/// Puts `bug` into the code of this thread, and takes the last one out.
#[cfg(all(feature = "planted", debug_assertions))]
pub fn plant(bug: Option<Bug>) {
    PLANTED.set(bug);
}

/// Does nothing in a release.
#[cfg(all(feature = "planted", not(debug_assertions)))]
pub const fn plant(_bug: Option<Bug>) {}
