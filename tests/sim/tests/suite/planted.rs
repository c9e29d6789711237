//! A checker that finds nothing proves nothing: each planted bug is found again at the seed that found it first.

use queue_core::planted::{ALL, Bug};
use queue_sim::driver::run;
use queue_sim::many;

/// Each bug and the first seed, counted from 0, that finds it.
const FOUND: &[(Bug, u64)] = &[];

/// Seeds that the long form looks through for a bug.
const SEEDS_MAX: u64 = 2_000;

#[test]
fn every_planted_bug_is_found_again() {
    let long = std::env::var_os("QUEUE_LONG").is_some_and(|long| long == "1");
    assert!(FOUND.len() >= 20, "at least twenty bugs are planted");
    for bug in ALL {
        let known = FOUND.iter().find(|(planted, _)| planted == bug).map(|(_, seed)| *seed);
        let seed = known.unwrap_or_else(|| panic!("nobody has looked for {bug:?}"));
        if long {
            let first = many::violated(0, SEEDS_MAX, Some(*bug), 1);
            let first = first.first().map(|(seed, _)| *seed);
            assert_eq!(first, Some(seed), "{bug:?} is found by another seed first");
        } else {
            let found = many::violated(seed, 1, Some(*bug), 1);
            assert!(!found.is_empty(), "{bug:?} is not found any more: {}", many::replay(seed, Some(*bug)));
        }
    }
}

#[test]
fn without_a_bug_the_same_seeds_hold() {
    let seeds: std::collections::BTreeSet<u64> = FOUND.iter().map(|(_, seed)| *seed).collect();
    for seed in seeds {
        let outcome = run(seed, None);
        assert!(outcome.violations.is_empty(), "seed {seed}: {:#?}", outcome.violations);
    }
}
