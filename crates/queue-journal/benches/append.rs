//! What durability costs: the journal against a plain file with the same batches and one `fdatasync` each.
//!
//! ```text
//! cargo bench -p queue-journal --bench append                    the table of writers
//! cargo bench -p queue-journal --bench append -- open 1000000    opening, disk and memory of that many records
//! ```
//! `QUEUE_BENCH_DIR` names the disk; the default is the folder for temporary files.
//!
//! A batch is as large as there are writers, up to what an engine takes at a time: each writer waits for its
//! answer before it sends again, so that all of them gather while the disk syncs. Both sides write each batch in turn, so that a slow moment of the disk hits
//! both alike. Sealing belongs to the decider's thread and is not in the figures of either side.
//!
//! Bars for throughput: .80 .85 .80 .65 .60 of the plain file at 1, 16, 64, 256 and 1,024 writers on a disk with
//! 1 ms a sync: there the middle batch of each side counts, with 1 ms in place of the measured sync.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench stops where it cannot go on, and prints"
)]

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use queue_core::ids::{Slug, TicketId};
use queue_core::record::{About, GENESIS, Key, Record, Seq, Texts};
use queue_core::text::Text;
use queue_core::time::At;
use queue_journal::codec::{Sealed, seal};
use queue_journal::folder::DataFolder;
use queue_journal::journal::BATCH_BYTES_MAX;
use queue_journal::{Journal, Tail};
use serde::Serialize;

/// Writers, batches of each side, and the least ratio of throughput.
const ROUNDS: [(u64, usize, f64); 5] =
    [(1, 3_000, 0.80), (16, 2_000, 0.85), (64, 1_200, 0.80), (256, 500, 0.65), (1024, 200, 0.60)];
/// The sync of the modelled disk.
const SLOW_SYNC: Duration = Duration::from_millis(1);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let disk = std::env::var_os("QUEUE_BENCH_DIR").map_or_else(std::env::temp_dir, Into::into);
    let root = tempfile::TempDir::new_in(disk).unwrap();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["open", records] => opening(root.path(), records.parse().unwrap()),
        _ => writers(root.path()),
    }
}

/// A ticket that was taken, of the length and form of a real one.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Fact {
    TicketIssued {
        ticket: TicketId,
        number: String,
        service: &'static str,
        class: &'static str,
        dossiers: u16,
    },
}

impl Texts for Fact {
    fn texts_mut(&mut self) -> Vec<&mut Text> {
        Vec::new()
    }
}

fn stream() -> Slug {
    Slug::new("kim-lien").unwrap()
}

fn batch(tail: Option<&Tail>, count: u64) -> Vec<Sealed> {
    let (mut seq, mut head) =
        tail.map_or((Seq(1), GENESIS.to_owned()), |tail| (tail.seq.next(), tail.hash.clone()));
    let mut batch = Vec::new();
    for _ in 0..count {
        let ticket = TicketId(u128::from(seq.0).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835));
        let number = format!("A{:03}", seq.0 % 1000);
        let (service, class) = ("chung-thuc", "thuong");
        let key = Key {
            scope: "device:kiosk-1".to_owned(),
            key: format!("{:032x}", ticket.0),
            fingerprint: "5f".repeat(32),
        };
        let mut record = Record {
            v: 1,
            stream: stream(),
            seq,
            at: At(1_732_269_600_000 + i64::try_from(seq.0).unwrap() * 1000),
            epoch: 1,
            actor: "device:kiosk-1".to_owned(),
            key: Some(key),
            status: 201,
            about: About::Ticket(ticket),
            events: vec![Fact::TicketIssued { ticket, number, service, class, dossiers: 1 }],
            prev_hash: String::new(),
            hash: String::new(),
            texts: Vec::new(),
        };
        let sealed = seal(&mut record, &head).unwrap();
        head.clone_from(&sealed.hash);
        seq = seq.next();
        batch.push(sealed);
    }
    batch
}

/// The times of the batches of one side.
#[derive(Default)]
struct Times(Vec<Duration>);

impl Times {
    fn seconds(&self) -> f64 {
        self.0.iter().sum::<Duration>().as_secs_f64()
    }

    fn percentile(&self, of_100: usize) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort();
        sorted[(sorted.len() * of_100 / 100).min(sorted.len() - 1)]
    }
}

#[derive(Clone, Copy)]
enum Side {
    Journal,
    Plain,
}

/// What gathered, in batches as long as an engine makes them.
fn parts(gathered: &[Sealed]) -> Vec<&[Sealed]> {
    let mut parts = Vec::new();
    let (mut begin, mut bytes) = (0, 0);
    for (index, sealed) in gathered.iter().enumerate() {
        bytes += sealed.line.len();
        if bytes >= BATCH_BYTES_MAX {
            parts.push(&gathered[begin..=index]);
            (begin, bytes) = (index + 1, 0);
        }
    }
    parts.push(&gathered[begin..]);
    parts.retain(|part| !part.is_empty());
    parts
}

fn writers(root: &Path) {
    println!(
        "writers  batches  plain rec/s  journal rec/s  ratio  at 1 ms  bar   p50 x  p99 x  plain p50   journal p50"
    );
    for (writers, batches, bar) in ROUNDS {
        let place = root.join(writers.to_string());
        let folder = DataFolder::open(&place).unwrap();
        let mut journal = folder.journal(&stream()).unwrap();
        let mut plain = File::create(place.join("plain")).unwrap();
        let (mut plain_times, mut journal_times) = (Times::default(), Times::default());
        let mut syncs = Times::default();
        for turn in 0..batches {
            for part in parts(&batch(journal.tail().as_ref(), writers)) {
                let mut sides = [Side::Journal, Side::Plain];
                sides.rotate_left(turn % 2);
                for side in sides {
                    let begun = Instant::now();
                    match side {
                        Side::Journal => {
                            journal.append(part).unwrap();
                            journal_times.0.push(begun.elapsed());
                        }
                        Side::Plain => {
                            let mut lines = Vec::with_capacity(BATCH_BYTES_MAX);
                            for sealed in part {
                                lines.extend_from_slice(&sealed.line);
                                lines.push(b'\n');
                            }
                            plain.write_all(&lines).unwrap();
                            let written = Instant::now();
                            plain.sync_data().unwrap();
                            syncs.0.push(written.elapsed());
                            plain_times.0.push(begun.elapsed());
                        }
                    }
                }
            }
        }
        Box::new(journal).close().unwrap();
        let (raw, ours) = (plain_times.seconds(), journal_times.seconds());
        // The middle batch of each side, with 1 ms in place of the sync of this disk.
        let sync = syncs.percentile(50).as_secs_f64();
        let on_slow_disk =
            |times: &Times| times.percentile(50).as_secs_f64() - sync + SLOW_SYNC.as_secs_f64();
        let modelled = on_slow_disk(&plain_times) / on_slow_disk(&journal_times);
        let records = (writers * u64::try_from(batches).unwrap()) as f64;
        let times = |of_100| {
            journal_times.percentile(of_100).as_secs_f64() / plain_times.percentile(of_100).as_secs_f64()
        };
        println!(
            "{writers:>7}  {batches:>7}  {:>11.0}  {:>13.0}  {:>5.2}  {:>7.2}  {bar:.2}  {:>5.2}  {:>5.2}  {:>9.1?}  {:>11.1?}",
            records / raw,
            records / ours,
            raw / ours,
            modelled,
            times(50),
            times(99),
            plain_times.percentile(50),
            journal_times.percentile(50),
        );
    }
}

fn opening(root: &Path, records: u64) {
    let folder = DataFolder::open(root).unwrap();
    let mut journal = folder.journal(&stream()).unwrap();
    let mut payload = 0;
    let mut left = records;
    while left > 0 {
        let batch = batch(journal.tail().as_ref(), left.min(64));
        payload += batch.iter().map(|sealed| sealed.line.len()).sum::<usize>();
        left -= u64::try_from(batch.len()).unwrap();
        journal.append(&batch).unwrap();
    }
    let begun = Instant::now();
    Box::new(journal).close().unwrap();
    println!("closed in {:.2?}", begun.elapsed());
    let disk = std::fs::metadata(root.join("journal/kim-lien/db")).unwrap().len();
    let mib = |bytes: f64| bytes / 1024.0 / 1024.0;
    println!(
        "{records} records, {:.0} MiB of lines, {:.0} MiB on disk, ratio {:.2}",
        mib(payload as f64),
        mib(disk as f64),
        disk as f64 / payload as f64
    );
    let before = resident_bytes();
    let begun = Instant::now();
    let journal = folder.journal(&stream()).unwrap();
    println!("opened and read after a clean stop in {:.2?}", begun.elapsed());
    println!(
        "memory {:.0} MiB, of which opening took {:.0}",
        mib(resident_bytes()),
        mib(resident_bytes() - before)
    );
    drop(journal);
    let begun = Instant::now();
    let journal = folder.journal(&stream()).unwrap();
    println!("opened and read after an unclean stop, with the copy, in {:.2?}", begun.elapsed());
    let begun = Instant::now();
    let read = journal.reader().all().map(Result::unwrap).count();
    println!("{read} lines read through a reader in {:.2?}", begun.elapsed());
    drop(std::io::stdout().flush());
}

/// What this process holds in memory.
fn resident_bytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() * 1024.0
}
