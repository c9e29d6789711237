//! A disk that fails: full, read-only, or with an error on write or sync, while the server runs and while it starts.
//!
//! `running` and `starting` break one kind of call at a time, `sweep` breaks each single call in turn, `room` fills
//! the disk. Everywhere the same holds: nobody is told what is not so, nothing acknowledged is lost, the process ends
//! where it must, says why in one line, and comes back.

#[path = "faults/room.rs"]
mod room;
#[path = "faults/running.rs"]
mod running;
#[path = "faults/starting.rs"]
mod starting;
#[path = "faults/sweep.rs"]
mod sweep;

use anyhow::{Result, ensure};
use queue_tests::program::Ended;

/// The line in which a program says why it ended; there is one and no panic.
pub(crate) fn reason(ended: &Ended) -> Result<&str> {
    let Ended { stderr, .. } = ended;
    ensure!(
        !stderr.contains("panicked") && !stderr.contains("RUST_BACKTRACE"),
        "a panic on the screen: {stderr}"
    );
    let says_why = |line: &&str| line.contains("ERROR") || line.starts_with("queue-server: ");
    let lines: Vec<&str> = stderr.lines().filter(says_why).collect();
    // A start that fails in the engine says what failed, and that it could not start.
    ensure!((1..=2).contains(&lines.len()), "{} lines say why it ended: {stderr}", lines.len());
    Ok(lines[0])
}
