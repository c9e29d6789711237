//! Replays seeds and hunts for planted bugs: `queue-sim SEED [COUNT] [--bug NAME]`, or `queue-sim hunt [MOST]`.

use std::io::{self, Write};
use std::time::Instant;

use anyhow::{Context, Result};
use queue_core::planted::{self, Bug};
use queue_sim::{driver, many};

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.first().is_some_and(|arg| arg == "hunt") {
        let most = args.get(1).map_or(Ok(2000), |most| most.parse())?;
        let wanted = args.get(2);
        return hunt(most, wanted.map(String::as_str));
    }
    let bug = args.iter().position(|arg| arg == "--bug").and_then(|at| args.get(at + 1));
    let bug = bug.map(|name| named(name)).transpose()?;
    let first: u64 = args.first().context("give a seed")?.parse()?;
    let count: u64 = args.get(1).and_then(|count| count.parse().ok()).unwrap_or(1);
    let begun = Instant::now();
    let mut out = io::stdout().lock();
    for seed in first..first + count {
        let outcome = driver::run(seed, bug);
        let driver::Outcome { violations, trace, story, records, answers, faults, compared } = outcome;
        if count == 1 {
            writeln!(out, "{}", story.join("\n"))?;
        }
        writeln!(
            out,
            "seed {seed}: {records} records, {answers} answers, {faults} faults, end compared {compared}, trace {trace}"
        )?;
        for what in violations.iter().take(10) {
            writeln!(out, "  VIOLATED: {what}")?;
        }
    }
    writeln!(out, "{count} seeds in {:.1} s", begun.elapsed().as_secs_f64())?;
    Ok(())
}

fn named(name: &str) -> Result<Bug> {
    let found = planted::ALL.iter().find(|bug| format!("{bug:?}") == name);
    found.copied().with_context(|| format!("no planted bug is called {name}"))
}

/// Counts from seed 0 how many seeds each planted bug takes.
fn hunt(most: u64, wanted: Option<&str>) -> Result<()> {
    let mut out = io::stdout().lock();
    for bug in planted::ALL {
        if wanted.is_some_and(|wanted| format!("{bug:?}") != wanted) {
            continue;
        }
        let found = many::violated(0, most, Some(*bug), 1);
        let told = found.first().map(|(seed, outcome)| (*seed, outcome.violations.first().cloned()));
        match told {
            Some((seed, what)) => writeln!(out, "{bug:?} | {seed} | {}", what.unwrap_or_default())?,
            None => writeln!(out, "{bug:?} | not found in {most}")?,
        }
        out.flush()?;
    }
    Ok(())
}
