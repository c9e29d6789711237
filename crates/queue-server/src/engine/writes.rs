//! How long the disk has been at the write that is under way, seen from outside while it still hangs.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use queue_core::time::Millis;

use crate::clock::Clock;

/// A write with its sync that takes longer is that of a disk which does not answer: no new command is taken. Sound
/// disks stall for milliseconds, worn cards for a second or two, and clients give up after ten.
pub const WRITE_MAX: Millis = Millis::from_secs(5);

/// No write is under way.
const NONE: i64 = i64::MIN;

/// The writes of one journal. Clones share them.
#[derive(Clone, Debug)]
pub struct Writes {
    clock: Clock,
    /// Uptime when the write under way began.
    began: Arc<AtomicI64>,
}

/// A write that is under way until this is dropped.
pub(crate) struct UnderWay<'a> {
    writes: &'a Writes,
    from: Instant,
}

impl Writes {
    /// Nothing under way yet, timed by the uptime of `clock`.
    #[must_use]
    pub fn new(clock: &Clock) -> Self {
        Self { clock: clock.clone(), began: Arc::new(AtomicI64::new(NONE)) }
    }

    /// A write begins.
    pub(crate) fn begin(&self) -> UnderWay<'_> {
        self.began.store(self.clock.uptime_ms(), Ordering::Relaxed);
        UnderWay { writes: self, from: Instant::now() }
    }

    /// How long the write under way has lasted; zero while there is none.
    #[must_use]
    pub fn lasting(&self) -> Millis {
        let began = self.began.load(Ordering::Relaxed);
        let lasting = if began == NONE { 0 } else { self.clock.uptime_ms().saturating_sub(began) };
        Millis(u64::try_from(lasting).unwrap_or(0))
    }

    /// Whether it lasts longer than [`WRITE_MAX`].
    #[must_use]
    pub fn stalled(&self) -> bool {
        self.lasting() > WRITE_MAX
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        if self.writes.stalled() {
            tracing::warn!(seconds = self.writes.lasting().secs(), "the disk answers again");
        }
        self.writes.began.store(NONE, Ordering::Relaxed);
        metrics::histogram!("queue_journal_sync_seconds").record(self.from.elapsed().as_secs_f64());
    }
}
