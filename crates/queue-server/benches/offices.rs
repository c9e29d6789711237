//! What offices cost that share a process: memory, threads, files, time to start, CPU at rest, for each command and in
//! a busy hour, and the disk of a visit. The figures of `docs/scale.md`.
//!
//! ```text
//! cargo bench -p queue-server --bench offices                 1, 126 and 999 offices
//! cargo bench -p queue-server --bench offices -- 126 1000     126 offices, 1,000 visits each
//! cargo bench -p queue-server --bench offices -- short        three offices and little time, to see that it runs
//! ```
//! It has no bars: its figures are for planning.
//! `QUEUE_BENCH_DIR` names the disk; the default is the folder for temporary files.
//!
//! Each office is the sample ward, with an engine and a journal on disk of its own, as in the server; commands go into
//! the engine without HTTP, whose cost does not depend on the number of offices. Each count runs in processes of its own: one
//! that works, one that starts after a clean stop and is killed, one that starts after that.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench stops where it cannot go on, and prints"
)]

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Command as Program;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use queue_core::command::{Command, Issue};
use queue_core::ids::{CounterId, OfficeId, ServiceId, Slug, TicketId, UserId};
use queue_core::layout::Layout;
use queue_core::permit::{Actor, Role};
use queue_server::boot::{self, BootSettings, Booted};
use queue_server::clock::Clock;
use queue_server::engine::failure::Failure;
use queue_server::engine::handle::{OfficeHandle, Submission};
use queue_server::office_file;
use queue_server::telemetry::float;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Offices at work at the same time while the cost of a command is measured.
const AT_ONCE: usize = 64;
/// How long a work takes beside its commands.
struct Pace {
    /// Nothing happens for so long while rest is measured.
    rest: Duration,
    /// In the busy hour a visit comes to each office every so often,
    visit_every: Duration,
    /// so many times.
    visits: u32,
}

/// Of 1,000 visits a day a fifth come in the busiest hour.
const FULL: Pace = Pace { rest: Duration::from_secs(10), visit_every: Duration::from_secs(18), visits: 2 };
/// To see that it runs.
const SHORT: Pace =
    Pace { rest: Duration::from_millis(200), visit_every: Duration::from_millis(400), visits: 2 };
/// Issue, call, start, finish.
const COMMANDS: u64 = 4;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["work", folder, offices, visits] => work(Path::new(folder), number(offices), number(visits), &FULL),
        ["work-short", folder, offices, visits] => {
            work(Path::new(folder), number(offices), number(visits), &SHORT);
        }
        ["start", folder, offices] => start(Path::new(folder), number(offices)),
        [] => [(1, 1000), (126, 20), (999, 5)]
            .into_iter()
            .for_each(|(offices, visits)| measure("work", offices, visits)),
        ["short"] => measure("work-short", 3, 2),
        [offices] => measure("work", number(offices), 20),
        [offices, visits] => measure("work", number(offices), number(visits)),
        other => panic!("{other:?}: give the number of offices, and of visits of each"),
    }
}

fn number(word: &str) -> u64 {
    word.parse().unwrap()
}

/// One count of offices, in three processes on one folder.
fn measure(work: &str, offices: u64, visits: u64) {
    let disk = std::env::var_os("QUEUE_BENCH_DIR").map_or_else(std::env::temp_dir, Into::into);
    let root = tempfile::TempDir::new_in(disk).unwrap();
    let folder = root.path().join("data");
    println!("{offices} offices, {visits} visits each");
    let (count, visits) = (offices.to_string(), visits.to_string());
    for arguments in [&[work, "", &count, &visits][..], &["start", "", &count], &["start", "", &count]] {
        let mut arguments: Vec<&std::ffi::OsStr> = arguments.iter().map(std::ffi::OsStr::new).collect();
        arguments[1] = folder.as_os_str();
        assert!(Program::new(std::env::current_exe().unwrap()).args(arguments).status().unwrap().success());
    }
}

fn layouts(offices: u64) -> Vec<Layout> {
    let named = |number: u64| {
        let mut layout = office_file::sample();
        layout.id = OfficeId(Slug::new(&format!("ward-{number:04}")).unwrap());
        layout.hours = None;
        layout.services.iter_mut().for_each(|service| service.digits = 6);
        layout
    };
    (1..=offices).map(named).collect()
}

async fn open(folder: &Path, offices: u64) -> Booted {
    let settings = BootSettings {
        data: folder.to_owned(),
        layouts: layouts(offices),
        sample: office_file::sample(),
        public_url: "http://bench.test".into(),
        clock: Clock::system(),
        failure: Failure::then(|what| panic!("{what}")),
    };
    boot::open(settings).await.unwrap()
}

/// A new folder: start, rest, commands as fast as they go, a busy hour, stop.
#[tokio::main]
async fn work(folder: &Path, offices: u64, visits: u64, pace: &Pace) {
    let (began, before) = (Instant::now(), Process::now());
    let booted = open(folder, offices).await;
    println!("  first start    {:>8.2} s", began.elapsed().as_secs_f64());
    let at_rest = Process::now();
    at_rest.tell("at rest", &before, offices);
    tokio::time::sleep(pace.rest).await;
    println!(
        "  CPU at rest    {:>8.2} % of a core",
        100.0 * at_rest.cpu_until_now() / pace.rest.as_secs_f64()
    );

    let halls: Vec<OfficeHandle> = booted.offices.iter().cloned().collect();
    for office in &halls {
        submit(office, Command::OpenCounter { counter: place().0 }).await;
    }
    let disk_before = bytes_in(folder);
    let (began, at_work) = (Instant::now(), Process::now());
    let mut waits = fast(&halls, visits).await;
    let (took, commands) = (began.elapsed().as_secs_f64(), offices * visits * COMMANDS);
    let cpu = at_work.cpu_until_now();
    println!(
        "  as fast as it goes {:>8.0} commands/s, {:.0} us of CPU each",
        float(commands) / took,
        1e6 * cpu / float(commands)
    );
    tell_waits(&mut waits);
    Process::now().tell("after it", &before, offices);

    let (began, busy) = (Instant::now(), Process::now());
    let mut waits = busy_hour(&halls, pace).await;
    let cpu = 100.0 * busy.cpu_until_now() / began.elapsed().as_secs_f64();
    println!(
        "  a busy hour    {:>8.1} commands/s, {cpu:.2} % of a core",
        float(waits.len() as u64) / (pace.visit_every * pace.visits).as_secs_f64()
    );
    tell_waits(&mut waits);

    let visits_written = float(offices * visits) + float(waits.len() as u64 / COMMANDS);
    drop(halls);
    let began = Instant::now();
    stop(booted).await;
    println!("  stop           {:>8.2} s", began.elapsed().as_secs_f64());
    let grown = bytes_in(folder).saturating_sub(disk_before);
    println!(
        "  disk           {:>8.0} bytes a visit, {} MiB in all",
        float(grown) / visits_written,
        bytes_in(folder) >> 20
    );
}

/// A folder that is there: start, and end without a stop.
#[tokio::main]
async fn start(folder: &Path, offices: u64) {
    let clean = folder
        .join("journal/ward-0001")
        .read_dir()
        .unwrap()
        .any(|entry| entry.unwrap().file_name() == "clean");
    let (began, before) = (Instant::now(), Process::now());
    let booted = open(folder, offices).await;
    let how = if clean { "start (clean) " } else { "start (killed)" };
    println!("  {how} {:>8.2} s", began.elapsed().as_secs_f64());
    Process::now().tell("after it", &before, offices);
    assert_eq!(booted.offices.iter().count() as u64, offices);
    std::process::exit(0);
}

async fn stop(mut booted: Booted) {
    booted.house.take().unwrap().journal.close().unwrap();
    booted.stop().await;
}

/// Every office serves its visits one after the other, some offices at the same time; how long each command took.
async fn fast(halls: &[OfficeHandle], visits: u64) -> Vec<Duration> {
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let mut offices = JoinSet::new();
    for office in halls {
        let (office, turns) = (office.clone(), Arc::clone(&turns));
        offices.spawn(async move {
            let _turn = turns.acquire_owned().await.unwrap();
            let mut waits = Vec::new();
            for visit in 0..visits {
                waits.extend(serve(&office, visit).await);
            }
            waits
        });
    }
    offices.join_all().await.concat()
}

/// Visits as they come in the busiest hour, each office at a moment of its own.
async fn busy_hour(halls: &[OfficeHandle], pace: &Pace) -> Vec<Duration> {
    let mut offices = JoinSet::new();
    let all = u32::try_from(halls.len()).unwrap();
    let (every, visits) = (pace.visit_every, u64::from(pace.visits));
    for (index, office) in (0_u32..).zip(halls.iter().cloned()) {
        offices.spawn(async move {
            let mut waits = Vec::new();
            tokio::time::sleep(every * index / all).await;
            for visit in 0..visits {
                let next = tokio::time::Instant::now() + every;
                waits.extend(serve(&office, 1_000_000 + visit).await);
                tokio::time::sleep_until(next).await;
            }
            waits
        });
    }
    offices.join_all().await.concat()
}

/// One visit; how long each of its commands took.
async fn serve(office: &OfficeHandle, visit: u64) -> [Duration; 4] {
    let (counter, service) = place();
    let issue =
        Command::Issue(Issue::plain(TicketId(u128::from(visit) + 1), service, Slug::new("kiosk").unwrap()));
    [
        submit(office, issue).await,
        submit(office, Command::CallNext { counter }).await,
        submit(office, Command::Start { counter }).await,
        submit(office, Command::Finish { counter, outcome: None }).await,
    ]
}

async fn submit(office: &OfficeHandle, command: Command) -> Duration {
    let began = Instant::now();
    let actor = Actor::User { name: UserId("lan".into()), role: Role::Clerk };
    office.submit(Submission { actor, key: None, command, status: 200 }).await.unwrap();
    began.elapsed()
}

/// The first counter of the sample, and the first service that it serves.
fn place() -> (CounterId, ServiceId) {
    static PLACE: LazyLock<(CounterId, ServiceId)> = LazyLock::new(|| {
        let counter = office_file::sample().counters.swap_remove(0);
        (counter.id, counter.services[0].clone())
    });
    PLACE.clone()
}

fn tell_waits(waits: &mut [Duration]) {
    waits.sort_unstable();
    let at = |part: usize| waits[(waits.len() - 1) * part / 100].as_secs_f64() * 1e3;
    println!(
        "    a command took {:>8.2} ms (p50), {:.2} ms (p99), {:.2} ms (longest)",
        at(50),
        at(99),
        at(100)
    );
}

/// What the system says of this process.
struct Process {
    resident_kib: u64,
    threads: u64,
    files: u64,
    cpu: f64,
}

impl Process {
    fn now() -> Self {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let said = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
            number(line.split_whitespace().next().unwrap())
        };
        // Fields 14 and 15, counted behind the name in brackets: ticks of 10 ms in the program and in the kernel.
        let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        Self {
            resident_kib: said("VmRSS:"),
            threads: said("Threads:"),
            files: std::fs::read_dir("/proc/self/fd").unwrap().count() as u64,
            cpu: float(number(fields[11]) + number(fields[12])) / 100.0,
        }
    }

    /// Seconds of CPU since this was measured.
    fn cpu_until_now(&self) -> f64 {
        Self::now().cpu - self.cpu
    }

    fn tell(&self, when: &str, before: &Self, offices: u64) {
        let each = self.resident_kib.saturating_sub(before.resident_kib) / offices;
        println!(
            "  {when:<14} {:>8} MiB resident ({each} KiB an office), {} threads, {} files, {:.2} s of CPU so far",
            self.resident_kib >> 10,
            self.threads,
            self.files,
            self.cpu
        );
    }
}

fn bytes_in(folder: &Path) -> u64 {
    let entries = folder.read_dir().unwrap().map(|entry| entry.unwrap());
    let bytes = entries.map(|entry| {
        let meta = entry.metadata().unwrap();
        if meta.is_dir() { bytes_in(&entry.path()) } else { meta.blocks() * 512 }
    });
    bytes.sum()
}
