//! Many seeds, one world a thread; and the command that replays one.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use queue_core::planted::Bug;

use crate::driver::{Outcome, WORKER, run};

/// Worlds at a time.
const THREADS: usize = 2;
/// Whether a seed repeats exactly: the runtime's own chance follows it only under this cfg.
#[must_use]
pub fn is_exact() -> bool {
    cfg!(tokio_unstable)
}

/// The command that replays `seed`.
#[must_use]
pub fn replay(seed: u64, bug: Option<Bug>) -> String {
    let bug = bug.map_or(String::new(), |bug| format!(" --bug {bug:?}"));
    format!("RUSTFLAGS='--cfg tokio_unstable' cargo run --profile sim -p queue-sim -- {seed}{bug}")
}

/// Runs `count` seeds from `first` on, until as many as `enough` were violated; gives those, in order.
#[must_use]
pub fn violated(first: u64, count: u64, bug: Option<Bug>, enough: usize) -> Vec<(u64, Outcome)> {
    counted(first, count, bug, enough).0
}

/// The same, and how many runs had their end held against the reference.
#[must_use]
pub fn counted(first: u64, count: u64, bug: Option<Bug>, enough: usize) -> (Vec<(u64, Outcome)>, u64) {
    quiet();
    let (next, found) = (AtomicU64::new(first), Mutex::new(Vec::new()));
    let compared = AtomicU64::new(0);
    let work = || {
        loop {
            let seed = next.fetch_add(1, Ordering::SeqCst);
            if seed >= first + count || lock(&found).len() >= enough {
                return;
            }
            let outcome = run(seed, bug);
            compared.fetch_add(u64::from(outcome.compared), Ordering::SeqCst);
            if !outcome.violations.is_empty() {
                lock(&found).push((seed, outcome));
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(work);
        }
    });
    let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.sort_by_key(|(seed, _)| *seed);
    (found, compared.into_inner())
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A planted bug may well panic in the engine: the outcome says so, the screen need not.
fn quiet() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if thread::current().name() != Some(WORKER) {
                before(panic);
            }
        }));
    });
}
