//! The real code under every seed; a seed that repeats exactly.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Mutex;
use std::time::{SystemTime, UNIX_EPOCH};

use queue_sim::many::{self, Tally, replay};
use queue_sim::sums::Sums;

/// Seeds that are the same each time.
const FIXED: u64 = 300;
/// Seeds that nobody has seen.
const FRESH: u64 = 100;
/// Seeds of the long form.
const LONG: u64 = 10_000;
/// Violated seeds that are told.
const TOLD_MAX: usize = 3;
/// Of a hundred runs, the end of so many is held against the reference.
const COMPARED_PERCENT_MIN: u64 = 98;

/// The least that happens in the fixed seeds.
const SUMS_MIN: Sums = Sums {
    starts: 1_400,
    crashes: 950,
    stops: 150,
    cuts: 600,
    lost_replies: 600,
    clock_steps: 650,
    disk_faults: 600,
    begun: 15,
    tickets: 18_000,
    calls: 8_400,
    comparisons: 5_900,
};

/// The program that runs one seed.
pub(crate) fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_queue-sim"))
}

fn hold(first: u64, count: u64) -> Sums {
    let Tally { violated, compared, sums } = many::tally(program(), (first, count), None, TOLD_MAX);
    let told: Vec<String> = violated
        .iter()
        .map(|(seed, outcome)| {
            let what: Vec<&String> = outcome.violations.iter().take(5).collect();
            format!("seed {seed}: {what:#?}\nreplay it: {}", replay(*seed, None))
        })
        .collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
    eprintln!("{count} runs: the end of {compared} was held against the reference; {sums}");
    assert!(compared * 100 >= count * COMPARED_PERCENT_MIN, "{compared} of {count}");
    sums
}

#[test]
fn the_fixed_seeds_hold() {
    let long = std::env::var_os("QUEUE_LONG").is_some_and(|long| long == "1");
    let sums = hold(0, if long { LONG } else { FIXED });
    let short = sums.short_of(&SUMS_MIN);
    assert!(short.is_empty(), "too little happened: {short:?}");
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
    let trace = |seed: u64| many::alone(program(), seed, None).trace;
    let mut traces = BTreeSet::new();
    for seed in [1, 7, 11, 20] {
        let once = trace(seed);
        assert_eq!(once.len(), 64, "a run tells its trace");
        for _ in 0..3 {
            assert_eq!(once, trace(seed), "seed {seed} went another way the second time");
        }
        traces.insert(once);
    }
    assert_eq!(traces.len(), 4, "different seeds go different ways");
}

#[test]
fn a_seed_goes_its_way_after_ten_others_too() {
    let among = Mutex::new(BTreeMap::new());
    many::each(program(), (1, 13), None, |seed, outcome| {
        among.lock().expect("nobody panics with it").insert(seed, outcome.trace);
        true
    });
    let among = among.into_inner().expect("nobody panicked with it");
    for seed in 11..14 {
        assert_eq!(among[&seed], many::alone(program(), seed, None).trace, "seed {seed} after ten others");
    }
}
