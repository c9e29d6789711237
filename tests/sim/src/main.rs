//! Replays seeds: `cargo run -p queue-sim -- SEED [COUNT] [--bug NAME]`.

use std::time::Instant;

use queue_core::planted;
use queue_sim::driver;

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let bug = args.iter().position(|arg| arg == "--bug").and_then(|at| args.get(at + 1));
    let bug = bug
        .map(|name| {
            let found = planted::ALL.iter().find(|bug| format!("{bug:?}") == *name);
            found.copied().ok_or_else(|| anyhow::anyhow!("no planted bug is called {name}"))
        })
        .transpose()?;
    let first: u64 = args.first().map_or(Ok(0), |seed| seed.parse())?;
    let count: u64 = args.get(1).and_then(|count| count.parse().ok()).unwrap_or(1);
    let begun = Instant::now();
    for seed in first..first + count {
        let outcome = driver::run(seed, bug);
        let driver::Outcome { violations, trace, story, records, answers, faults } = outcome;
        if count == 1 {
            eprintln!("{}", story.join("\n"));
        }
        eprintln!("seed {seed}: {records} records, {answers} answers, {faults} faults, {}", &trace[..16]);
        for what in violations.iter().take(10) {
            eprintln!("  VIOLATED: {what}");
        }
    }
    eprintln!("{count} seeds in {:.1} s", begun.elapsed().as_secs_f64());
    Ok(())
}
