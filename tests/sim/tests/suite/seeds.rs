//! The real code under every seed; a seed that repeats exactly.

use std::collections::BTreeSet;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use queue_sim::many::{self, replay};

/// Seeds that are the same each time.
const FIXED: u64 = 300;
/// Seeds that nobody has seen.
const FRESH: u64 = 100;
/// Seeds of the long form.
const LONG: u64 = 10_000;
/// Violated seeds that are told.
const TOLD_MAX: usize = 3;
/// Of a hundred runs, the end of so many is held against the reference.
const COMPARED_PERCENT_MIN: u64 = 95;

fn hold(first: u64, count: u64) {
    let (violated, compared) = many::counted(first, count, None, TOLD_MAX);
    let told: Vec<String> = violated
        .iter()
        .map(|(seed, outcome)| {
            let what: Vec<&String> = outcome.violations.iter().take(5).collect();
            format!("seed {seed}: {what:#?}\nreplay it: {}", replay(*seed, None))
        })
        .collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
    eprintln!("the end of {compared} of {count} runs was held against the reference");
    assert!(compared * 100 >= count * COMPARED_PERCENT_MIN, "{compared} of {count}");
}

#[test]
fn the_fixed_seeds_hold() {
    let long = std::env::var_os("QUEUE_LONG").is_some_and(|long| long == "1");
    hold(0, if long { LONG } else { FIXED });
}

#[test]
fn fresh_seeds_hold() {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970");
    let first = 1_000_000 + now.as_secs() * FRESH;
    eprintln!("fresh seeds {first} to {}", first + FRESH - 1);
    hold(first, FRESH);
}

#[test]
fn a_seed_repeats_exactly_in_every_process() {
    assert!(many::is_exact(), "run this with RUSTFLAGS='--cfg tokio_unstable', as `tests/run sim` does");
    let trace = |seed: u64| {
        let ran = Command::new(env!("CARGO_BIN_EXE_queue-sim")).arg(seed.to_string()).output();
        let told = String::from_utf8(ran.expect("the program runs").stdout).expect("text");
        told.split_once("trace ").map(|(_, trace)| trace[..64].to_owned()).expect("a run tells its trace")
    };
    let mut traces = BTreeSet::new();
    for seed in [1, 7, 11, 20] {
        let once = trace(seed);
        for _ in 0..3 {
            assert_eq!(once, trace(seed), "seed {seed} went another way the second time");
        }
        traces.insert(once);
    }
    assert_eq!(traces.len(), 4, "different seeds go different ways");
}
