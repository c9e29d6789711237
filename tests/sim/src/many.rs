//! Many seeds, each in a process of its own; and the command that replays one.
//!
//! A run may depend on what ran before it in its process: the runtime numbers its tasks over all of a process, and
//! the last digits of these numbers decide in which order it drops them at a crash.

use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use queue_core::planted::Bug;

use crate::driver::Outcome;
use crate::sums::Sums;

/// Worlds at a time.
const AT_A_TIME: usize = 2;
/// The word that asks the program for a run with nothing but its outcome as JSON.
pub const OUTCOME: &str = "outcome";

/// What became of many seeds.
#[derive(Debug, Default)]
pub struct Tally {
    /// The violated ones, in order.
    pub violated: Vec<(u64, Outcome)>,
    /// How many had their end held against the reference.
    pub compared: u64,
    /// How much happened in all.
    pub sums: Sums,
}

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

/// Runs `count` seeds from `first` on with `program`, which is `queue-sim`, until as many as `enough` were violated.
#[must_use]
pub fn tally(program: &Path, (first, count): (u64, u64), bug: Option<Bug>, enough: usize) -> Tally {
    let tally = Mutex::new(Tally::default());
    each(program, (first, count), bug, |seed, outcome| {
        let mut tally = tally.lock().unwrap_or_else(PoisonError::into_inner);
        tally.compared += u64::from(outcome.compared);
        tally.sums += outcome.sums;
        if !outcome.violations.is_empty() {
            tally.violated.push((seed, outcome));
        }
        tally.violated.len() < enough
    });
    let mut tally = tally.into_inner().unwrap_or_else(PoisonError::into_inner);
    tally.violated.sort_by_key(|(seed, _)| *seed);
    tally
}

/// Runs `count` seeds from `first` on and hands each outcome to `told`, in no order, as long as that wants more.
pub fn each(
    program: &Path,
    (first, count): (u64, u64),
    bug: Option<Bug>,
    told: impl Fn(u64, Outcome) -> bool + Sync,
) {
    let next = AtomicU64::new(first);
    let work = || {
        loop {
            let seed = next.fetch_add(1, Ordering::SeqCst);
            if seed >= first + count {
                return;
            }
            if !told(seed, alone(program, seed, bug)) {
                next.store(first + count, Ordering::SeqCst);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(work);
        }
    });
}

/// Runs `seed` in a process of its own. One that ends without an outcome is a violation.
#[must_use]
pub fn alone(program: &Path, seed: u64, bug: Option<Bug>) -> Outcome {
    let mut command = Command::new(program);
    command.args([OUTCOME, &seed.to_string()]);
    if let Some(bug) = bug {
        command.args(["--bug", &format!("{bug:?}")]);
    }
    let wrong = |what: String| Outcome { violations: vec![what], ..Outcome::default() };
    match command.output() {
        Ok(ran) => serde_json::from_slice(&ran.stdout).unwrap_or_else(|_| {
            wrong(format!("the run broke off, {}: {}", ran.status, String::from_utf8_lossy(&ran.stderr)))
        }),
        Err(error) => wrong(format!("{} cannot be run: {error}", program.display())),
    }
}
