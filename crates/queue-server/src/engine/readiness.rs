//! Whether an office takes commands at this moment, and why not; told by `/readyz` and checked on the way in.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The state that the parts of an engine share with its handles. Flags only, no domain state.
#[derive(Clone, Debug, Default)]
pub struct Readiness {
    /// One disk for all offices.
    disk_low: Arc<AtomicBool>,
    clock_doubtful: Arc<AtomicBool>,
    failed: Arc<AtomicBool>,
}

/// Why an office takes no commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unready {
    /// The journal failed; the process is about to end.
    Failed,
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
            Self::ClockDoubtful => "clock-doubtful",
            Self::DiskFull => "disk-full",
        }
    }
}

impl Readiness {
    /// A ready office on the disk that `disk_low` tells about.
    #[must_use]
    pub fn new(disk_low: Arc<AtomicBool>) -> Self {
        Self { disk_low, ..Self::default() }
    }

    /// Whether the disk is below the low-water mark.
    #[must_use]
    pub fn disk_is_low(&self) -> bool {
        self.disk_low.load(Ordering::Relaxed)
    }

    /// The gravest reason, if any.
    #[must_use]
    pub fn why_not(&self) -> Option<Unready> {
        if self.failed.load(Ordering::Relaxed) {
            Some(Unready::Failed)
        } else if self.clock_doubtful.load(Ordering::Relaxed) {
            Some(Unready::ClockDoubtful)
        } else if self.disk_is_low() {
            Some(Unready::DiskFull)
        } else {
            None
        }
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
