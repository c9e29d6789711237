//! What durability costs at the door: numbers taken over HTTP, on disk against the same server in memory.
//!
//! ```text
//! cargo bench -p queue-server --bench issue             64 and 256 at once, then a flood
//! cargo bench -p queue-server --bench issue -- short    the same with few, to see that it runs
//! ```
//! `QUEUE_BENCH_DIR` names the disk; the default is the folder for temporary files.
//!
//! Each server is a process of its own with the real accept loop, router, engine and journal; so are the clients,
//! which keep their connections and send a number's request, with an idempotency key, as soon as the one before is
//! answered. Rounds on disk and in memory take turns, each on a fresh office, so that a slow moment of the machine hits
//! both alike, and nobody's hall is fuller.
//!
//! The flood: more clients than the office has places for orders, and a disk that takes 20 ms longer a sync and writes
//! 512 KiB a second, so that the places fill on a quick machine too. What the office cannot take it refuses with 503
//! `busy`, and every request is answered. Afterwards nobody is refused, it answers as does a server on the same kind of
//! disk that was asked for as many numbers in peace, and the memory of the process stays bounded.
//!
//! The last line says which bars were missed, if any; the exit code is then 1.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench stops where it cannot go on, and prints"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::Duration;

use queue_core::house::{House, stream};
use queue_core::layout::Layout;
use queue_core::office::Office;
use queue_core::time::Millis;
use queue_journal::Journal;
use queue_journal::folder::DataFolder;
use queue_journal::memory::MemoryJournal;
use queue_server::auth::house::keep;
use queue_server::auth::limit::{Attempts, TicketLimit};
use queue_server::auth::origin::Origins;
use queue_server::auth::password::Passwords;
use queue_server::auth::session::{Lifetimes, Sessions};
use queue_server::backups::Latest;
use queue_server::boot::Offices;
use queue_server::chance::Chance;
use queue_server::clock::Clock;
use queue_server::engine::failure::Failure;
use queue_server::engine::readiness::Readiness;
use queue_server::engine::writing::Writing;
use queue_server::engine::{Engine, Parts as EngineParts};
use queue_server::site::{Parts, Site};
use queue_server::{accept, http, office_file, telemetry};
use tokio::sync::watch;

#[path = "../../queue-core/benches/shared/bars.rs"]
mod bars;
#[path = "issue/clients.rs"]
mod clients;
#[path = "issue/slow.rs"]
mod slow;

use bars::Bars;
use slow::{BYTES_A_SECOND, SYNC, Slow};

/// Clients at once, requests of a round, and the least ratio of throughput.
const ROUNDS: [(usize, usize, f64); 2] = [(64, 4_000, 0.6), (256, 6_000, 0.8)];
/// Rounds of each side.
const TURNS: usize = 6;
/// Requests of a round before the clock runs.
const WARM_UP: usize = 500;
/// More than orders, entries and a batch have places.
const FLOOD: usize = 6_000;
/// Requests of each client of the flood.
const FLOOD_REQUESTS: usize = 2;
/// What the process may hold beyond what it held before, while it is flooded and afterwards.
const FLOOD_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// What is answered after the flood, of what a server answers that was asked for as many numbers in peace.
const RECOVERED_MIN: f64 = 0.7;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["serve", kept, folder] => serve(kept, Path::new(folder)),
        ["ask", address, clients, requests] => {
            clients::ask(address.parse().unwrap(), clients.parse().unwrap(), requests.parse().unwrap());
        }
        ["short"] => return measure(40, 1, 200, Bars::unjudged()),
        _ => return measure(1, TURNS, FLOOD, Bars::judged()),
    }
    ExitCode::SUCCESS
}

fn measure(divided_by: usize, turns: usize, flood: usize, mut bars: Bars) -> ExitCode {
    let disk = std::env::var_os("QUEUE_BENCH_DIR").map_or_else(std::env::temp_dir, PathBuf::from);
    let root = tempfile::TempDir::new_in(disk).unwrap();
    println!(
        "clients  on disk/s  in memory/s  ratio  bar       disk p50  p99      memory p50  p99       load"
    );
    for (clients, requests, bar) in ROUNDS {
        let (mut on_disk, mut in_memory) = (Vec::new(), Vec::new());
        for turn in 0..2 * turns {
            // Disk, memory, memory, disk, …: neither is always the second.
            let durable = matches!(turn % 4, 0 | 3);
            let kept = if durable { "disk" } else { "memory" };
            let server = Server::start(kept, &root.path().join(format!("{clients}-{turn}")));
            server.asked(clients, WARM_UP / divided_by);
            let answers = server.asked(clients, requests / divided_by);
            assert_eq!(answers.refused, 0, "nobody is refused at {clients}");
            server.stop();
            if durable { &mut on_disk } else { &mut in_memory }.push(answers);
        }
        let (disk, memory) = (Answers::middle(&on_disk), Answers::middle(&in_memory));
        let ratio = disk.rate() / memory.rate();
        println!(
            "{clients:>7}  {:>9.0}  {:>11.0}  {ratio:>5.2}  {bar:.2} {:<6}  {:>7.1?}  {:>7.1?}  {:>7.1?}  {:>7.1?}  {}",
            disk.rate(),
            memory.rate(),
            bars.word(&format!("throughput of {clients}"), ratio >= bar),
            disk.p50,
            disk.p99,
            memory.p50,
            memory.p99,
            load(),
        );
    }
    flooded(&root.path().join("flood"), divided_by, flood, &mut bars);
    bars.end()
}

/// A server with more clients than places, and one that gave as many numbers in peace; both on a slow disk.
fn flooded(place: &Path, divided_by: usize, flood: usize, bars: &mut Bars) {
    let (warm_up, requests) = (WARM_UP / divided_by, 4_000 / divided_by);
    let server = Server::start("slow", &place.join("flooded"));
    server.asked(64, warm_up);
    let held_before = server.resident_bytes("VmRSS:");
    let during = server.asked(flood, flood * FLOOD_REQUESTS);
    let (peak, held_after) = (server.resident_bytes("VmHWM:"), server.resident_bytes("VmRSS:"));
    let after = server.asked(64, requests);
    server.stop();
    let server = Server::start("slow", &place.join("in-peace"));
    server.asked(64, warm_up + usize::try_from(during.answered).unwrap());
    let peace = server.asked(64, requests);
    server.stop();
    println!(
        "flood of {flood} on a disk that takes {SYNC:?} longer a sync and writes {} KiB a second: {} answered, {} refused with 503 busy {}",
        BYTES_A_SECOND >> 10,
        during.answered,
        during.refused,
        bars.word("refusals in the flood", during.refused > 0),
    );
    let ratio = after.rate() / peace.rate();
    println!(
        "afterwards, on the same disk: {} refused {}; {:.0}/s, without a flood {:.0}/s, ratio {ratio:.2} bar {RECOVERED_MIN} {}",
        after.refused,
        bars.word("nobody refused after the flood", after.refused == 0),
        after.rate(),
        peace.rate(),
        bars.word("rate after the flood", ratio >= RECOVERED_MIN),
    );
    let grown = peak.saturating_sub(held_before);
    println!(
        "memory: {} MiB before, {} at the peak, {} after; grown by {} bar {} {}; load {}",
        held_before >> 20,
        peak >> 20,
        held_after >> 20,
        grown >> 20,
        FLOOD_BYTES_MAX >> 20,
        bars.word("memory in the flood", grown <= FLOOD_BYTES_MAX),
        load(),
    );
}

fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap();
    text.split(' ').next().unwrap().to_owned()
}

/// A server in a process of its own.
struct Server {
    process: Child,
    address: String,
}

/// What the clients of a round were answered.
#[derive(Clone, Debug)]
struct Answers {
    answered: u64,
    refused: u64,
    took: Duration,
    p50: Duration,
    p99: Duration,
}

impl Server {
    /// Keeps its records on "disk", on a "slow" one or in "memory".
    fn start(kept: &str, place: &Path) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["serve", kept]).arg(place);
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut address = String::new();
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut address).unwrap();
        Self { process, address: address.trim().to_owned() }
    }

    /// Lets clients ask, in a process of their own.
    fn asked(&self, clients: usize, requests: usize) -> Answers {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["ask", &self.address, &clients.to_string(), &requests.to_string()]);
        let output = command.stderr(Stdio::inherit()).output().unwrap();
        assert!(output.status.success());
        let text = String::from_utf8(output.stdout).unwrap();
        let numbers: Vec<u64> = text.split_whitespace().map(|word| word.parse().unwrap()).collect();
        let [answered, refused, took, p50, p99] = numbers.as_slice() else { panic!("{text}") };
        assert_eq!(answered + refused, requests as u64, "every request is answered");
        let nanos = |nanos: &u64| Duration::from_nanos(*nanos);
        Answers {
            answered: *answered,
            refused: *refused,
            took: nanos(took),
            p50: nanos(p50),
            p99: nanos(p99),
        }
    }

    /// A line of the process's status.
    fn resident_bytes(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
    }

    fn stop(mut self) {
        drop(self.process.stdin.take());
        assert!(self.process.wait().unwrap().success());
    }
}

impl Answers {
    fn rate(&self) -> f64 {
        self.answered as f64 / self.took.as_secs_f64()
    }

    /// The round in the middle.
    fn middle(rounds: &[Self]) -> Self {
        let mut rounds = rounds.to_vec();
        rounds.sort_by(|a, b| a.rate().total_cmp(&b.rate()));
        rounds[rounds.len() / 2].clone()
    }
}

/// The server process: says where it listens, and ends when its standard input does.
#[tokio::main]
async fn serve(kept: &str, place: &Path) {
    telemetry::metrics();
    let mut layout = Layout { hours: None, ..office_file::sample() };
    for service in &mut layout.services {
        service.digits = 6;
    }
    let on_disk = || Box::new(DataFolder::open(place).unwrap().journal(&layout.id.0).unwrap());
    let journal: Box<dyn Journal> = match kept {
        "memory" => Box::new(MemoryJournal::new(layout.id.0.clone())),
        "slow" => Box::new(Slow(on_disk())),
        _ => on_disk(),
    };
    let (clock, failure) = (Clock::system(), Failure::then(|what| panic!("{what}")));
    let mut engine = Engine::start(EngineParts {
        office: Office::founding(layout),
        journal,
        clock: clock.clone(),
        public_url: "http://hall.test".into(),
        readiness: Readiness::default(),
        failure: failure.clone(),
        writing: Writing::Thread,
    })
    .unwrap();
    engine.opened().await.unwrap();
    let house = Box::new(MemoryJournal::new(stream()));
    let (house, keeper) = keep(house, House::default(), clock.clone(), failure, Writing::Thread).unwrap();
    let listener = accept::listen(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopping) = watch::channel(false);
    let (hour, many) = (Millis::from_secs(3600), NonZeroU32::new(1_000_000_000).unwrap());
    let site = Site::new(Parts {
        offices: Offices::new([engine.handle().clone()]),
        house,
        sessions: Sessions::in_memory(Lifetimes { idle: hour, absolute: hour }),
        passwords: Passwords::new().unwrap(),
        attempts: Attempts::default(),
        ticket_limit: TicketLimit::new(many, many),
        origins: Origins::new(address, "http://hall.test", &[]),
        trusted_proxies: Vec::new(),
        clock,
        chance: Chance::system(),
        listen: address,
        public_url: "http://hall.test".into(),
        build: "bench".into(),
        backups: Latest::default(),
        stop: stopping.clone(),
    });
    let serving = tokio::spawn(accept::serve(listener, http::router(site.clone()), 20_000, stopping));
    println!("{address}");
    std::io::stdout().flush().unwrap();
    let waiting = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    waiting.await.unwrap().unwrap();
    stop.send_replace(true);
    serving.await.unwrap();
    drop(site);
    engine.stop().await;
    keeper.stop().await;
}
