//! Whether an office takes commands at this moment, and why not; told by `/readyz` and checked on the way in.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use queue_core::time::Millis;
use tokio::time::Instant;

use super::writes::Writes;
use crate::clock::Clock;

/// The state that the parts of an engine share with its handles. Flags and times only, no domain state.
#[derive(Clone, Debug)]
pub struct Readiness {
    /// One disk for all offices.
    disk_low: Arc<AtomicBool>,
    clock_doubtful: Arc<AtomicBool>,
    failed: Arc<AtomicBool>,
    writes: Writes,
    /// When this was made, in the time of the decider's timer: a computer that sleeps is not silent.
    made: Instant,
    /// Milliseconds from then to when the decider was last seen at work.
    beat: Arc<AtomicU64>,
}

/// Why an office takes no commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unready {
    /// The journal failed; the process is about to end.
    Failed,
    /// A stage of the engine has ended: the office was stopped, or a bug is about to end the process.
    Stopped,
    /// A write has been under way for too long.
    DiskSlow,
    /// The clock stands far ahead of the journal.
    ClockDoubtful,
    /// The disk is below the low-water mark.
    DiskFull,
}

impl Unready {
    /// As in problems and in `/readyz`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Failed => "journal-failed",
            Self::Stopped => "stopped",
            Self::DiskSlow => "disk-slow",
            Self::ClockDoubtful => "clock-doubtful",
            Self::DiskFull => "disk-full",
        }
    }
}

impl Default for Readiness {
    /// A ready office on a disk of its own.
    fn default() -> Self {
        Self::new(Arc::default())
    }
}

impl Readiness {
    /// A ready office on the disk that `disk_low` tells about.
    #[must_use]
    pub fn new(disk_low: Arc<AtomicBool>) -> Self {
        Self {
            disk_low,
            clock_doubtful: Arc::default(),
            failed: Arc::default(),
            writes: Writes::new(&Clock::system()),
            made: Instant::now(),
            beat: Arc::default(),
        }
    }

    /// The same at its beginning, with its writes timed by `clock`.
    pub(super) fn timed_by(self, clock: &Clock) -> Self {
        Self { writes: Writes::new(clock), made: Instant::now(), beat: Arc::default(), ..self }
    }

    /// Whether the disk is below the low-water mark.
    #[must_use]
    pub fn disk_is_low(&self) -> bool {
        self.disk_low.load(Ordering::Relaxed)
    }

    /// The writes of the journal.
    #[must_use]
    pub fn writes(&self) -> &Writes {
        &self.writes
    }

    /// The gravest reason, if any.
    #[must_use]
    pub fn why_not(&self) -> Option<Unready> {
        if self.failed.load(Ordering::Relaxed) {
            Some(Unready::Failed)
        } else if self.writes.stalled() {
            Some(Unready::DiskSlow)
        } else if self.clock_doubtful.load(Ordering::Relaxed) {
            Some(Unready::ClockDoubtful)
        } else if self.disk_is_low() {
            Some(Unready::DiskFull)
        } else {
            None
        }
    }

    /// How long ago the decider was seen at work.
    pub(super) fn silent(&self) -> Millis {
        Millis(self.age_ms().saturating_sub(self.beat.load(Ordering::Relaxed)))
    }

    /// The decider is at work.
    pub(super) fn beat(&self) {
        self.beat.store(self.age_ms(), Ordering::Relaxed);
    }

    fn age_ms(&self) -> u64 {
        u64::try_from(self.made.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    pub(super) fn clock_is_doubtful(&self) -> bool {
        self.clock_doubtful.load(Ordering::Relaxed)
    }

    pub(super) fn doubt_clock(&self, doubtful: bool) {
        self.clock_doubtful.store(doubtful, Ordering::Relaxed);
    }

    pub(super) fn fail(&self) {
        self.failed.store(true, Ordering::Relaxed);
    }
}
