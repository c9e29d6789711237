//! What durability costs: the journal against a plain file with the same batches and one `fdatasync` each.
//!
//! ```text
//! cargo bench -p queue-journal --bench append                    the table of writers, then a million records
//! cargo bench -p queue-journal --bench append -- writers 64      one line of the table
//! cargo bench -p queue-journal --bench append -- open 1000000    opening, disk and memory of that many records
//! cargo bench -p queue-journal --bench append -- short           all of it with few, to see that it runs
//! ```
//! `QUEUE_BENCH_DIR` names the disk; the default is the folder for temporary files.
//!
//! A batch is as large as there are writers, up to what an engine takes at a time: each writer waits for its
//! answer before it sends again, so that all of them gather while the disk syncs. Both sides write each batch in turn,
//! so that a slow moment of the disk hits both alike. Sealing belongs to the decider and is in neither side's figures.
//!
//! The bars are those of a disk with 1 ms a sync: throughput over all batches, and the middle batch, each with 1 ms in
//! place of the sync that the plain file had in the same turn. What this disk gave stands beside it, and the CPU time
//! of the whole process. The last line says which bars were missed, if any; the exit code is then 1.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench stops where it cannot go on, and prints"
)]

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
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

#[path = "../../queue-core/benches/shared/bars.rs"]
mod bars;

use bars::Bars;

/// Writers, batches of each side, the least ratio of throughput and the most of the middle batch's time.
const ROUNDS: [(u64, usize, f64, f64); 5] = [
    (1, 3_000, 0.80, 1.5),
    (16, 2_000, 0.85, 1.5),
    (64, 1_200, 0.80, 1.6),
    (256, 500, 0.65, 2.0),
    (1024, 200, 0.60, 3.0),
];
/// The sync of the modelled disk.
const SLOW_SYNC: Duration = Duration::from_millis(1);
/// Bytes on disk for each byte of lines.
const DISK_MAX: f64 = 2.0;
/// What a process holds with a journal of a million records, in MiB.
const MEMORY_MAX: f64 = 200.0;
/// Opening a million records after a clean stop, all of them read and checked.
const OPENED_MAX: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let disk = std::env::var_os("QUEUE_BENCH_DIR").map_or_else(std::env::temp_dir, Into::into);
    let root = tempfile::TempDir::new_in(disk).unwrap();
    let root = root.path();
    let mut bars = Bars::judged();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["open", records] => opening(root, records.parse().unwrap(), &mut bars),
        ["reopen", folder, records] => {
            reopening(Path::new(folder), records.parse().unwrap());
            return ExitCode::SUCCESS;
        }
        ["writers", wanted] => {
            let wanted: u64 = wanted.parse().unwrap();
            writers(root, ROUNDS.into_iter().filter(|(writers, ..)| *writers == wanted), &mut bars);
        }
        ["short"] => {
            bars = Bars::unjudged();
            let few = ROUNDS.map(|(writers, batches, bar, most)| (writers, batches / 50, bar, most));
            writers(root, few, &mut bars);
            opening(root, 20_000, &mut bars);
        }
        _ => {
            writers(root, ROUNDS, &mut bars);
            opening(root, 1_000_000, &mut bars);
        }
    }
    bars.end()
}

fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap();
    text.split(' ').next().unwrap().to_owned()
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

/// 128 bits that no packing makes shorter: `SplitMix64`, two steps (Steele, Lea, Flood, 2014).
fn random(seq: u64, of: u64) -> u128 {
    let mixed = [0, 1].map(|step| {
        let mut bits = (seq * 8 + of * 2 + step).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    });
    u128::from(mixed[0]) << 64 | u128::from(mixed[1])
}

fn batch(tail: Option<&Tail>, count: u64) -> Vec<Sealed> {
    let (mut seq, mut head) =
        tail.map_or((Seq(1), GENESIS.to_owned()), |tail| (tail.seq.next(), tail.hash.clone()));
    let mut batch = Vec::new();
    for _ in 0..count {
        let ticket = TicketId(random(seq.0, 0));
        let number = format!("A{:03}", seq.0 % 1000);
        let (service, class) = ("chung-thuc", "thuong");
        let key = Key {
            scope: "device:kiosk-1".to_owned(),
            key: format!("{:032x}", random(seq.0, 1)),
            fingerprint: format!("{:032x}{:032x}", random(seq.0, 2), random(seq.0, 3)),
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

/// What one side came to.
#[derive(Default)]
struct Done {
    times: Times,
    syncs: Times,
    cpu: Duration,
}

impl Done {
    /// The middle batch on the modelled disk: `sync` is the middle one measured.
    fn modelled_middle(&self, sync: Duration) -> f64 {
        (self.times.percentile(50) + SLOW_SYNC).saturating_sub(sync).as_secs_f64()
    }

    /// All batches on the modelled disk: 1 ms for each in place of what the disk's own `syncs` took in the same turns.
    fn modelled_all(&self, syncs: &Times) -> f64 {
        self.times.seconds() - syncs.seconds() + SLOW_SYNC.as_secs_f64() * self.times.0.len() as f64
    }
}

fn writers(root: &Path, rounds: impl IntoIterator<Item = (u64, usize, f64, f64)>, bars: &mut Bars) {
    println!(
        "writers  at 1 ms: ratio  bar          p50 x  bar          here: ratio  p50 x  p99 x  plain p50  journal p50  \
         CPU us a record: plain  journal  load"
    );
    for (writers, batches, least, most) in rounds {
        let (plain, journal) = sides(&root.join(writers.to_string()), writers, batches);
        let sync = plain.syncs.percentile(50);
        let longer = journal.modelled_middle(sync) / plain.modelled_middle(sync);
        let ratio = plain.modelled_all(&plain.syncs) / journal.modelled_all(&plain.syncs);
        let records = writers as f64 * batches as f64;
        let times = |of_100| {
            journal.times.percentile(of_100).as_secs_f64() / plain.times.percentile(of_100).as_secs_f64()
        };
        let cpu = |done: &Done| done.cpu.as_secs_f64() * 1e6 / records;
        println!(
            "{writers:>7}  {:>14.2}  {least:.2} {:<6}  {longer:>6.2}  {most:.2} {:<6}  {:>11.2}  {:>5.2}  {:>5.2}  {:>9.1?}  {:>11.1?}  {:>22.1}  {:>7.1}  {}",
            ratio,
            bars.word(&format!("throughput of {writers}"), ratio >= least),
            bars.word(&format!("middle batch of {writers}"), longer <= most),
            plain.times.seconds() / journal.times.seconds(),
            times(50),
            times(99),
            plain.times.percentile(50),
            journal.times.percentile(50),
            cpu(&plain),
            cpu(&journal),
            load(),
        );
    }
}

/// Batches in turn into a plain file and a journal.
fn sides(place: &Path, writers: u64, batches: usize) -> (Done, Done) {
    let folder = DataFolder::open(place).unwrap();
    let mut journal = folder.journal(&stream()).unwrap();
    let mut file = File::create(place.join("plain")).unwrap();
    let (mut plain, mut ours) = (Done::default(), Done::default());
    for turn in 0..batches {
        for part in parts(&batch(journal.tail().as_ref(), writers)) {
            let mut sides = [Side::Journal, Side::Plain];
            sides.rotate_left(turn % 2);
            for side in sides {
                let (begun, cpu) = (Instant::now(), cpu());
                let done = match side {
                    Side::Journal => {
                        journal.append(part).unwrap();
                        &mut ours
                    }
                    Side::Plain => {
                        let mut lines = Vec::with_capacity(BATCH_BYTES_MAX);
                        for sealed in part {
                            lines.extend_from_slice(&sealed.line);
                            lines.push(b'\n');
                        }
                        file.write_all(&lines).unwrap();
                        let written = Instant::now();
                        file.sync_data().unwrap();
                        plain.syncs.0.push(written.elapsed());
                        &mut plain
                    }
                };
                done.times.0.push(begun.elapsed());
                done.cpu += self::cpu() - cpu;
            }
        }
    }
    Box::new(journal).close().unwrap();
    (plain, ours)
}

/// CPU time of all threads of this process.
fn cpu() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap(), u32::try_from(time.tv_nsec).unwrap())
}

fn opening(root: &Path, records: u64, bars: &mut Bars) {
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
    Box::new(journal).close().unwrap();
    drop(folder);
    let disk = std::fs::metadata(root.join("journal/kim-lien/db")).unwrap().len();
    let mib = |bytes: f64| bytes / 1024.0 / 1024.0;
    let ratio = disk as f64 / payload as f64;
    println!(
        "{records} records, {:.0} MiB of lines, {:.0} MiB on disk: ratio {ratio:.2}   bar {DISK_MAX:.2}   {}",
        mib(payload as f64),
        mib(disk as f64),
        bars.word("disk", ratio <= DISK_MAX),
    );
    // In a process that has written nothing, so that its memory is that of opening alone.
    let mut again = Command::new(std::env::current_exe().unwrap());
    again.arg("reopen").arg(root).arg(records.to_string());
    let output = again.stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success());
    let said = String::from_utf8(output.stdout).unwrap();
    let figures: Vec<f64> = said.split_whitespace().map(|word| word.parse().unwrap()).collect();
    let [clean, clean_cpu, held, unclean, unclean_cpu, read] = figures[..] else { panic!("{said}") };
    println!(
        "opened and read after a clean stop in {clean:.2} s (CPU {clean_cpu:.2} s)   bar {OPENED_MAX:.2?} for a million   {}; load {}",
        bars.word("opening", clean <= OPENED_MAX.as_secs_f64()),
        load(),
    );
    let (memory, met) = (mib(held), bars.word("memory", mib(held) <= MEMORY_MAX));
    println!("memory {memory:.0} MiB   bar {MEMORY_MAX:.0}   {met}");
    println!(
        "opened and read after an unclean stop, with the copy, in {unclean:.2} s (CPU {unclean_cpu:.2} s)"
    );
    println!("{records} lines read through a reader in {read:.2} s");
}

/// Prints what [`opening`] tells: seconds and CPU seconds after a clean stop, bytes held, both after an unclean stop,
/// seconds of reading.
fn reopening(root: &Path, records: u64) {
    let folder = DataFolder::open(root).unwrap();
    let open = || {
        let (begun, before) = (Instant::now(), cpu());
        let journal = folder.journal(&stream()).unwrap();
        (journal, begun.elapsed().as_secs_f64(), (cpu() - before).as_secs_f64())
    };
    let (journal, clean, clean_cpu) = open();
    let held = resident_bytes();
    drop(journal);
    let (journal, unclean, unclean_cpu) = open();
    let begun = Instant::now();
    let read = journal.reader().all().map(Result::unwrap).count();
    assert_eq!(read as u64, records, "every line is there");
    println!("{clean} {clean_cpu} {held} {unclean} {unclean_cpu} {}", begun.elapsed().as_secs_f64());
    Box::new(journal).close().unwrap();
}

/// What this process holds in memory.
fn resident_bytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() * 1024.0
}
