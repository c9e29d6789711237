//! Replays seeds and hunts for planted bugs: `queue-sim SEED [COUNT] [--bug NAME]`, or `queue-sim hunt [MOST [NAME]]`.

use std::io::{self, Write};
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use queue_core::planted::{self, Bug};
use queue_sim::driver::{self, Outcome};
use queue_sim::many;

/// Violations of a run that are told.
const TOLD_MAX: usize = 10;

fn main() -> Result<()> {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let program = std::env::current_exe()?;
    if args.first().is_some_and(|arg| arg == "hunt") {
        let most = args.get(1).map_or(Ok(2000), |most| most.parse())?;
        return hunt(&program, most, args.get(2).map(String::as_str));
    }
    let only_outcome = args.first().is_some_and(|arg| arg == many::OUTCOME);
    if only_outcome {
        args.remove(0);
    }
    let bug = args.iter().position(|arg| arg == "--bug").and_then(|at| args.get(at + 1));
    let bug = bug.map(|name| named(name)).transpose()?;
    let first: u64 = args.first().context("give a seed")?.parse()?;
    let mut out = io::stdout().lock();
    if only_outcome {
        // A planted bug may well panic in the engine: the outcome says so, the screen need not.
        std::panic::set_hook(Box::new(|_| {}));
        serde_json::to_writer(&mut out, &driver::run(first, bug))?;
        return Ok(out.flush()?);
    }
    let count: u64 = args.get(1).and_then(|count| count.parse().ok()).unwrap_or(1);
    let begun = Instant::now();
    drop(out);
    if count == 1 {
        let outcome = driver::run(first, bug);
        writeln!(io::stdout(), "{}", outcome.story.join("\n"))?;
        tell(first, &outcome);
    } else {
        many::each(&program, (first, count), bug, |seed, outcome| {
            tell(seed, &outcome);
            true
        });
    }
    writeln!(io::stdout(), "{count} seeds in {:.1} s", begun.elapsed().as_secs_f64())?;
    Ok(())
}

fn tell(seed: u64, outcome: &Outcome) {
    let Outcome { violations, trace, records, answers, sums, compared, .. } = outcome;
    let mut text = format!(
        "seed {seed}: {records} records, {answers} answers, {sums}, end compared {compared}, trace {trace}\n"
    );
    for what in violations.iter().take(TOLD_MAX) {
        text += &format!("  VIOLATED: {what}\n");
    }
    io::stdout().write_all(text.as_bytes()).expect("somebody reads the outcome");
}

fn named(name: &str) -> Result<Bug> {
    let found = planted::ALL.iter().find(|bug| format!("{bug:?}") == name);
    found.copied().with_context(|| format!("no planted bug is called {name}"))
}

/// Counts from seed 0 how many seeds each planted bug takes.
fn hunt(program: &Path, most: u64, wanted: Option<&str>) -> Result<()> {
    let mut out = io::stdout().lock();
    for bug in planted::ALL {
        if wanted.is_some_and(|wanted| format!("{bug:?}") != wanted) {
            continue;
        }
        let found = many::tally(program, (0, most), Some(*bug), 1).violated;
        match found.first() {
            Some((seed, outcome)) => {
                let what = outcome.violations.first().cloned().unwrap_or_default();
                writeln!(out, "{bug:?} | {} | {what}", seed + 1)?;
            }
            None => writeln!(out, "{bug:?} | not found in {most}")?,
        }
        out.flush()?;
    }
    Ok(())
}
