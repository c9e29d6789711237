//! What a failed journal, or a bug in the engine, leads to: one line in the log, then the process ends.
//!
//! It never goes on with a state that the disk does not have; the supervisor starts it again and replay restores.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The exit code of a failed write or sync while running.
pub const EXIT_FAILED: i32 = 4;
/// How long the last answers (`outcome-unknown`) get to leave before the process ends.
const GRACE: Duration = Duration::from_millis(300);

/// What happens once when the engine cannot go on. Clones share it.
#[derive(Clone)]
pub struct Failure {
    happened: Arc<AtomicBool>,
    then: Arc<dyn Fn(&str) + Send + Sync>,
}

impl Failure {
    /// Ends the process with exit code 4, shortly after the last answers.
    #[must_use]
    pub fn exit() -> Self {
        Self::then(|_| {
            std::thread::spawn(|| {
                std::thread::sleep(GRACE);
                std::process::exit(EXIT_FAILED);
            });
        })
    }

    /// Does `then` instead, at once, where it happens; for tests and for programs that embed the engine.
    #[must_use]
    pub fn then(then: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self { happened: Arc::default(), then: Arc::new(then) }
    }

    /// Whether it happened.
    #[must_use]
    pub fn happened(&self) -> bool {
        self.happened.load(Ordering::SeqCst)
    }

    /// Says what failed and ends; only the first failure counts.
    pub fn happen(&self, what: &str) {
        if self.happened.swap(true, Ordering::SeqCst) {
            return;
        }
        tracing::error!(what, "the engine failed; the process ends with exit code {EXIT_FAILED}");
        (self.then)(what);
    }
}
