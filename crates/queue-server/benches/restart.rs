//! How long an office stands still when its server is started again, with years of records behind it.
//!
//! ```text
//! cargo bench -p queue-server --bench restart             a million records: after a clean stop, and after a kill
//! cargo bench -p queue-server --bench restart -- short    the same with twenty thousand, to see that it runs
//! ```
//! `QUEUE_BENCH_DIR` names the disk; the default is the folder for temporary files. The records are drafted and sealed
//! by the code that the engine uses: an office of a thousand visits a day, each day opened by a record of its own, the
//! last one yesterday. Then the real program is started and timed until it says where it listens, so that opening
//! today is in the figure. What was written lies in the system's cache still. The last line says which bars were
//! missed, if any; the exit code is then 1.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench stops where it cannot go on, and prints"
)]

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use queue_core::command::{Command as Act, Issue};
use queue_core::event::OfficeEvent;
use queue_core::ids::{CounterId, Slug, TicketId, UserId};
use queue_core::layout::Layout;
use queue_core::office::Office;
use queue_core::permit::{Actor, Role};
use queue_core::record::{Key, Seq};
use queue_core::replay::{Asked, Drafted, absorb, draft, restore};
use queue_core::time::{At, Millis};
use queue_journal::Journal;
use queue_journal::codec::{Sealed, seal};
use queue_journal::folder::DataFolder;
use queue_server::clock::{Clock, Zone};
use queue_server::office_file;
use rustix::process::{Pid, Signal, kill_process};

#[path = "../../queue-core/benches/shared/bars.rs"]
mod bars;

use bars::Bars;

/// A start may take this long, and the copy after an unclean stop comes on top.
const READY_MAX: Duration = Duration::from_secs(2);
const VISITS_A_DAY: usize = 1_000;
/// Records of a visit: the number, the call, the start; the end comes with the next call.
const RECORDS_A_VISIT: usize = 3;
const BATCH_RECORDS: usize = 64;
const STARTS: usize = 3;

fn main() -> ExitCode {
    let short = std::env::args().any(|word| word == "short");
    let mut bars = if short { Bars::unjudged() } else { Bars::judged() };
    let records = if short { 20_000 } else { 1_000_000 };
    let disk = std::env::var_os("QUEUE_BENCH_DIR").map_or_else(std::env::temp_dir, Into::into);
    let root = tempfile::TempDir::new_in(disk).unwrap();
    let data = root.path().join("data");
    let begun = Instant::now();
    let stream = Years::write(&data, records);
    let bytes = fs::metadata(data.join("journal").join(stream.as_str()).join("db")).unwrap().len();
    println!("{records} records, {} MiB on disk, written in {:.1?}", bytes >> 20, begun.elapsed());
    println!("load average {}", fs::read_to_string("/proc/loadavg").unwrap().trim());
    // The first start adds the first user and today.
    stop(start(&data).0, Signal::TERM);
    parts(&data, &stream);
    let clean = (0..STARTS).map(|_| {
        let (server, took) = start(&data);
        stop(server, Signal::TERM);
        took
    });
    told("start after a clean stop", clean.collect(), READY_MAX, &mut bars);
    let copy = copied(&data, &stream, root.path());
    println!("a copy of the journal, synced, as is set aside after an unclean stop: {copy:.2?}");
    let unclean = (0..STARTS).map(|_| {
        stop(start(&data).0, Signal::KILL);
        let (server, took) = start(&data);
        stop(server, Signal::TERM);
        took
    });
    told("start after a kill", unclean.collect(), READY_MAX + copy, &mut bars);
    bars.end()
}

/// The middle one of some starts counts.
fn told(what: &str, mut times: Vec<Duration>, bar: Duration, bars: &mut Bars) {
    times.sort();
    let middle = times[times.len() / 2];
    let met = bars.word(what, middle <= bar);
    println!("{what}: {middle:.2?} of {times:.2?}   bar {bar:.2?}   {met}");
}

/// What a start is made of, measured in this process.
fn parts(data: &Path, stream: &Slug) {
    let folder = DataFolder::open(data).unwrap();
    let begun = Instant::now();
    let journal = folder.journal(stream).unwrap();
    let opened = begun.elapsed();
    let begun = Instant::now();
    let reader = journal.reader();
    let from = reader.boot_from();
    let office = restore(reader.records::<OfficeEvent>(from..=Seq(u64::MAX)).map(Result::unwrap)).unwrap();
    let count = office.seq.0 + 1 - from.0;
    println!(
        "parts: checksums, opening and reading everything {opened:.2?}; replay of the last {count} records {:.2?}",
        begun.elapsed()
    );
    Box::new(journal).close().unwrap();
}

/// How long a synced copy of the journal takes, once removed again.
fn copied(data: &Path, stream: &Slug, to: &Path) -> Duration {
    let to = to.join("copy");
    let begun = Instant::now();
    fs::copy(data.join("journal").join(stream.as_str()).join("db"), &to).unwrap();
    File::open(&to).unwrap().sync_all().unwrap();
    let took = begun.elapsed();
    fs::remove_file(&to).unwrap();
    took
}

/// Starts the program; the time until it listens.
fn start(data: &Path) -> (Child, Duration) {
    let begun = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_queue-server"));
    command.arg("--data").arg(data).args(["--listen", "127.0.0.1:0"]);
    command.env("QUEUE_ADMIN_PASSWORD", "a-bench-has-no-secrets");
    let mut server =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(server.stdout.as_mut().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|line| line.starts_with("listening on ")), "the server ended before it listened");
    drop(lines);
    (server, begun.elapsed())
}

fn stop(mut server: Child, signal: Signal) {
    kill_process(Pid::from_child(&server), signal).unwrap();
    let status = server.wait().unwrap();
    assert!(signal != Signal::TERM || status.success(), "{status}");
}

/// An office over the years, on its way into a journal.
struct Years {
    office: Office,
    zone: Zone,
    journal: Box<dyn Journal>,
    batch: Vec<Sealed>,
    ids: u128,
}

impl Years {
    /// Writes days of visits up to yesterday, and closes the journal.
    fn write(data: &Path, records: usize) -> Slug {
        let layout = Layout { hours: None, ..office_file::sample() };
        let stream = layout.id.0.clone();
        let folder = DataFolder::open(data).unwrap();
        let zone = Zone::of(&layout);
        let mut years = Self {
            office: Office::founding(layout),
            zone,
            journal: Box::new(folder.journal(&stream).unwrap()),
            batch: Vec::new(),
            ids: 1,
        };
        let days = records.div_ceil(VISITS_A_DAY * RECORDS_A_VISIT);
        let day = Millis::from_secs(24 * 3600);
        let today = Clock::system().now();
        let first = At(today.0 - i64::try_from(day.0).unwrap() * i64::try_from(days).unwrap());
        for number in 0..days {
            let noon = first.plus(Millis(day.0 * u64::try_from(number).unwrap()));
            years.day(noon);
        }
        years.append();
        years.journal.close().unwrap();
        stream
    }

    /// A business day: counters open, a thousand people come and go.
    fn day(&mut self, at: At) {
        let plan = self.zone.plan(&self.office.layout, at);
        let mut now = plan.starts_at.plus(Millis::from_secs(8 * 3600)).max(self.office.clock);
        self.does(&Actor::System, &Act::OpenDay { plan }, now);
        let counters: Vec<CounterId> = self.office.counters.keys().copied().collect();
        let clerk = |counter: CounterId| Actor::User {
            name: UserId(format!("clerk-{}", counter.0).into()),
            role: Role::Clerk,
        };
        for counter in &counters {
            self.does(&clerk(*counter), &Act::OpenCounter { counter: *counter }, now);
        }
        let services: Vec<_> = self.office.layout.services.iter().map(|service| service.id.clone()).collect();
        let kiosk = Actor::Device(Slug::new("kiosk-1").unwrap());
        for visit in 0..VISITS_A_DAY {
            now = now.plus(Millis::from_secs(30));
            let issue = Issue::plain(
                TicketId(self.random()),
                services[visit % services.len()].clone(),
                Slug::new("kiosk").unwrap(),
            );
            self.does(&kiosk, &Act::Issue(issue), now);
            let counter = counters[visit % counters.len()];
            self.does(&clerk(counter), &Act::CallNext { counter }, now);
            if self.office.counters[&counter].ticket.is_some() {
                self.does(&clerk(counter), &Act::Start { counter }, now);
            }
        }
    }

    /// One record, as the engine makes it.
    fn does(&mut self, actor: &Actor, command: &Act, at: At) {
        let key = Key {
            scope: actor.to_string(),
            key: format!("{:032x}", self.random()),
            fingerprint: format!("{:032x}{:032x}", self.random(), self.random()),
        };
        let key = (*actor != Actor::System).then_some(key);
        let asked = Asked { actor, key, command, status: 200, at, epoch: 1 };
        let Drafted::Fresh(mut record) = draft(&self.office, asked).unwrap() else {
            panic!("a key was drawn twice")
        };
        let head = self.office.head.clone();
        self.batch.push(seal(&mut record, &head).unwrap());
        absorb(&mut self.office, &record);
        if self.batch.len() == BATCH_RECORDS {
            self.append();
        }
    }

    fn append(&mut self) {
        self.journal.append(&self.batch).unwrap();
        self.batch.clear();
    }

    fn random(&mut self) -> u128 {
        self.ids = self.ids.wrapping_add(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
        let mixed = (self.ids ^ (self.ids >> 61)).wrapping_mul(0xbf58_476d_1ce4_e5b9_94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 59)
    }
}
