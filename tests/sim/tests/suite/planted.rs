//! A checker that finds nothing proves nothing: each planted bug is found, counted from seed 0.

use queue_core::planted::ALL;
use queue_sim::many;

use crate::seeds::program;

/// Seeds that are looked through for a bug.
const SEEDS_MAX: u64 = 200;
/// The same in the long form.
const SEEDS_MAX_LONG: u64 = 2_000;

#[test]
fn every_planted_bug_is_found() {
    let long = std::env::var_os("QUEUE_LONG").is_some_and(|long| long == "1");
    let most = if long { SEEDS_MAX_LONG } else { SEEDS_MAX };
    assert!(ALL.len() >= 20, "at least twenty bugs are planted");
    let mut missed = Vec::new();
    for bug in ALL {
        let found = many::tally(program(), (0, most), Some(*bug), 1).violated;
        match found.first() {
            Some((seed, outcome)) => {
                eprintln!(
                    "{bug:?} | {} | {}",
                    seed + 1,
                    outcome.violations.first().map_or("", String::as_str)
                );
            }
            None => missed.push(bug),
        }
    }
    assert!(missed.is_empty(), "not found in {most} seeds: {missed:?}");
}
