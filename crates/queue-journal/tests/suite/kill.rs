//! kill -9 while records are being written: what was acknowledged is there, once, in order.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;

use queue_core::record::Seq;
use queue_journal::verify::verify;
use tempfile::TempDir;

use crate::support::{all, facts, following, open_journal, root_for, second_process, stream};

const ROLE: &str = "kill::writes_for_another_process";
const ROUNDS: u64 = 6;

#[test]
fn writes_for_another_process() {
    let Some(root) = root_for(ROLE) else { return };
    let mut journal = open_journal(&root).unwrap();
    // It is killed long before; the bound is for a test that forgot to.
    for round in 0..100_000_u64 {
        let batch = following(&stream(), &journal.reader(), 1 + round % 5);
        journal.append(&batch).unwrap();
        writeln!(std::io::stdout(), "\nacked {}", batch.last().unwrap().seq.0).unwrap();
    }
}

/// Starts a writer, kills it when it has acknowledged `count` more, and returns the last acknowledged record.
fn write_and_kill(root: &Path, count: u64) -> u64 {
    let mut child = second_process(ROLE, root).spawn().unwrap();
    let mut first = None;
    let mut last = 0;
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut acked =
        lines.map_while(Result::ok).filter_map(|line| line.strip_prefix("acked ")?.parse::<u64>().ok());
    for seq in acked.by_ref() {
        last = seq;
        if seq >= *first.get_or_insert(seq) + count {
            child.kill().unwrap();
            break;
        }
    }
    // What it said before the kill reached it counts too.
    last = acked.last().unwrap_or(last);
    child.wait().unwrap();
    assert!(first.is_some(), "the writer acknowledged nothing");
    last
}

#[test]
fn nothing_acknowledged_is_lost_at_kill_9() {
    let root = TempDir::new().unwrap();
    for round in 0..ROUNDS {
        let acked = write_and_kill(root.path(), 20 + 37 * round);
        let journal = open_journal(root.path()).unwrap();
        assert!(journal.reader().durable() >= Seq(acked), "round {round}: {acked} acknowledged");
        let read = all(&journal.reader());
        assert!(read.iter().all(|record| record.events == facts(record.seq.0)), "round {round}");
        assert_eq!(verify(&journal.reader()).unwrap().records, journal.reader().durable().0);
        // Every second round goes on after a clean stop.
        if round % 2 == 0 {
            journal.close().unwrap();
        }
    }
}
