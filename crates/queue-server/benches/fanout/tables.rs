//! The measurements and their tables.

use std::path::PathBuf;
use std::time::Duration;

use tempfile::TempDir;

use crate::bars::Bars;
use crate::part::{Part, now_ns};

/// CPU of a delivery, in that of the bare loop's.
const DELIVERY_MAX: f64 = 1.5;
/// What the server holds for an idle connection.
const CONNECTION_BYTES_MAX: f64 = 6_144.0;
/// How soon others hear a call beside readers that take nothing, in the time without those.
const STALL_MAX: f64 = 1.15;
/// How soon everybody is back after a kill, in seconds.
const AGAIN_S_MAX: f64 = 3.0;

/// How much is measured.
pub(crate) struct Extent {
    /// Screens, rounds, and events of a round.
    deliveries: [(usize, usize, u64); 2],
    /// Idle connections, how long they rest before they are weighed, and the phones of `first`.
    idle: usize,
    rest: Duration,
    /// People who wait, each with a phone's topic, and how many of them are called in `first`.
    waiting: u32,
    calls: u32,
    /// Screens and readers that take nothing, calls before and while the clock runs.
    beside: (usize, usize),
    warm_up: u64,
    events: u64,
    /// Screens that come back.
    back: usize,
    /// Rounds of `stall` and `again`.
    rounds: usize,
}

/// What the bars are for.
pub(crate) const FULL: Extent = Extent {
    deliveries: [(1_000, 20, 20), (10_000, 10, 6)],
    idle: 10_000,
    // Long enough for a ping to each and its pong.
    rest: Duration::from_secs(12),
    waiting: 990,
    calls: 60,
    beside: (300, 100),
    warm_up: 30,
    events: 150,
    back: 10_000,
    rounds: 5,
};

/// To see that it runs.
pub(crate) const SHORT: Extent = Extent {
    deliveries: [(20, 2, 2), (50, 1, 2)],
    idle: 100,
    rest: Duration::from_millis(200),
    waiting: 20,
    calls: 5,
    beside: (30, 10),
    warm_up: 2,
    events: 4,
    back: 100,
    rounds: 2,
};

/// A server with a called ticket, its folder, and a process of readers.
struct Hall {
    server: Part,
    port: String,
    folder: TempDir,
}

impl Hall {
    fn open(waiting: u32) -> Self {
        let disk = std::env::var_os("QUEUE_BENCH_DIR").map_or_else(std::env::temp_dir, Into::into);
        let folder = TempDir::new_in(disk).unwrap();
        let (mut server, port) = serving(&folder, "0");
        server.ask("open");
        let ids = folder.path().join("ids");
        server.ask(&format!("tickets {waiting} {}", ids.display()));
        server.ask("next");
        Self { server, port, folder }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn readers(&self, group: &str, count: usize, manner: &str, topics: &str) -> Part {
        let mut readers = Part::start(&["readers"]).0;
        readers.ask(&format!("open {group} {} {count} {manner} {topics}", self.port));
        readers
    }

    /// Calls and gives the times before it was submitted and when it was durable.
    fn call(&mut self, how: &str) -> (i64, i64) {
        let times = self.server.ask(how);
        let (begun, durable) = times.split_once(' ').unwrap();
        (begun.parse().unwrap(), durable.parse().unwrap())
    }
}

fn serving(folder: &TempDir, port: &str) -> (Part, String) {
    Part::start(&["serving", folder.path().join("data").to_str().unwrap(), port])
}

/// CPU of a delivery against the bare loop, and memory of an idle connection.
pub(crate) fn cost(extent: &Extent, bars: &mut Bars) {
    println!("CPU of a delivery, all of the server's against the bare loop's; aim 1.30");
    println!("screens  rounds  bytes  bare us  hub us  ratio  bar          middle round");
    for (screens, rounds, events) in extent.deliveries {
        delivery(screens, rounds, events, bars);
    }
    println!("\nmemory of the server for an idle connection");
    println!("what     connections  bytes each  bar");
    let count = extent.idle;
    for (what, topics) in [("screens", "lobby"), ("phones", "ids")] {
        let mut hall = Hall::open(extent.waiting);
        // What the first connections bring once is not theirs.
        drop(hall.readers("first", 100, "reads", "lobby"));
        std::thread::sleep(Duration::from_secs(1));
        let before = hall.server.number("memory");
        let topics = if topics == "lobby" { PathBuf::from(topics) } else { hall.file(topics) };
        let _readers = hall.readers("idle", count, "reads", topics.to_str().unwrap());
        std::thread::sleep(extent.rest);
        let each = (hall.server.number("memory") - before) / count as f64;
        let met = bars.word(&format!("memory of idle {what}"), each <= CONNECTION_BYTES_MAX);
        println!("{what:<7}  {count:>11}  {each:>10.0}  {CONNECTION_BYTES_MAX:.0} {met}");
    }
}

fn delivery(screens: usize, rounds: usize, events: u64, bars: &mut Bars) {
    let mut hall = Hall::open(20);
    let file = hall.file("burst").display().to_string();
    let mut live = hall.readers("live", screens, "reads", "lobby");
    hall.call("recall");
    live.ask("await live 1");
    live.ask(&format!("burst live {file}"));
    let bytes = std::fs::metadata(&file).unwrap().len();
    let (mut bare, port) = Part::start(&["bare"]);
    let mut plain = Part::start(&["readers"]).0;
    bare.tell(&format!("accept {screens} {file}"));
    plain.ask(&format!("open plain {port} {screens} reads lobby"));
    bare.answer();
    let (mut calls, mut sends) = (1, 1);
    let (mut of_bare, mut of_hub, mut ratios) = (0.0, 0.0, Vec::new());
    for _ in 0..rounds {
        let mut cpu = 0.0;
        for _ in 0..events {
            cpu += bare.number("send");
            sends += 1;
            plain.ask(&format!("await plain {sends}"));
        }
        let bare_each = cpu / (events as f64 * screens as f64);
        let (before, told) = (hall.server.number("cpu"), live.number("states live"));
        for _ in 0..events {
            hall.call("recall");
            calls += 1;
            live.ask(&format!("await live {calls}"));
        }
        // A board beside those of the calls, as time brings some, is a delivery too.
        let (after, told) = (hall.server.number("cpu"), live.number("states live") - told);
        let hub_each = (after - before) / told;
        of_bare += bare_each;
        of_hub += hub_each;
        ratios.push(hub_each / bare_each);
    }
    let us = |sum: f64| sum / rounds as f64 / 1000.0;
    let ratio = of_hub / of_bare;
    println!(
        "{screens:>7}  {rounds:>6}  {bytes:>5}  {:>7.2}  {:>6.2}  {ratio:>5.2}  {DELIVERY_MAX:.2} {:<6}  {:>12.2}",
        us(of_bare),
        us(of_hub),
        bars.word(&format!("CPU of a delivery to {screens}"), ratio <= DELIVERY_MAX),
        middle(ratios)
    );
}

/// How soon 50 lobby screens hear a call while 10,000 phones are told about their tickets.
pub(crate) fn first(extent: &Extent) {
    println!(
        "\nfrom the clerk's key to the call at 50 lobby screens, the sync included; each call moves every phone"
    );
    println!("phones  calls  p50 ms  p99 ms  sync p50 ms");
    for phones in [0, extent.idle] {
        let mut hall = Hall::open(extent.waiting);
        let ids = hall.file("ids").display().to_string();
        let mut screens = hall.readers("lobby", 50, "reads", "lobby");
        let mut others = (phones > 0).then(|| hall.readers("phones", phones, "reads", &ids));
        let mut syncs = Vec::new();
        let calls = extent.calls;
        for call in 1..=calls {
            let (begun, durable) = hall.call("next");
            screens.ask(&format!("await lobby {call}"));
            screens.ask(&format!("lag lobby {begun}"));
            syncs.push(durable - begun);
            std::thread::sleep(Duration::from_millis(137));
        }
        syncs.sort_unstable();
        let lags = lags(&mut screens, "lobby");
        println!(
            "{phones:>6}  {calls:>5}  {:>6.2}  {:>6.2}  {:>11.2}",
            lags[0] / 1e6,
            lags[1] / 1e6,
            syncs[syncs.len() / 2] as f64 / 1e6
        );
        if let Some(others) = &mut others {
            let told = others.number("states phones");
            println!("        the phones were told {:.1} times each", told / phones as f64 - 1.0);
        }
    }
}

/// What 100 readers that take nothing cost 300 others.
pub(crate) fn stall(extent: &Extent, bars: &mut Bars) {
    let (reading, stalling) = extent.beside;
    println!("\n{reading} screens, alone and beside {stalling} that take nothing");
    println!("round  alone p50 ms  beside p50 ms  ratio  p99 ratio");
    let mut hall = Hall::open(20);
    let mut screens = hall.readers("lobby", reading, "reads", "lobby");
    let mut calls = 0;
    let mut events = |hall: &mut Hall, screens: &mut Part, count: u64| {
        for _ in 0..count {
            let (_, durable) = hall.call("recall");
            calls += 1;
            screens.ask(&format!("await lobby {calls}"));
            screens.ask(&format!("lag lobby {durable}"));
        }
        lags(screens, "lobby")
    };
    let mut middles = Vec::new();
    for round in 1..=extent.rounds {
        events(&mut hall, &mut screens, extent.warm_up);
        let alone = events(&mut hall, &mut screens, extent.events);
        let stalled = hall.readers("stalled", stalling, "stalls", "lobby");
        events(&mut hall, &mut screens, extent.warm_up);
        let beside = events(&mut hall, &mut screens, extent.events);
        drop(stalled);
        let ratio = beside[0] / alone[0];
        middles.push(ratio);
        println!(
            "{round:>5}  {:>12.2}  {:>13.2}  {ratio:>5.2}  {:>9.2}",
            alone[0] / 1e6,
            beside[0] / 1e6,
            beside[1] / alone[1]
        );
    }
    let middle = middle(middles);
    let met = bars.word("p50 beside stalled readers", middle <= STALL_MAX);
    println!("middle round: {middle:.2}   bar {STALL_MAX:.2}   {met}");
}

/// How soon 10,000 screens are back with a fresh board after the server was killed and is there again.
pub(crate) fn again(extent: &Extent, bars: &mut Bars) {
    println!(
        "\n{} screens after kill -9, from when the server listens again, their first pause of up to 1 s included",
        extent.back
    );
    println!("round  s of server's start  s until all are back  server's CPU s");
    let mut hall = Hall::open(20);
    let mut readers = hall.readers("lobby", extent.back, "comes-back", "lobby");
    let mut rounds = Vec::new();
    for round in 1..=extent.rounds {
        let (folder, port) = (hall.folder, hall.port);
        readers.ask("shut lobby");
        hall.server.kill();
        readers.ask("lost lobby");
        let begun = now_ns();
        let (server, port) = serving(&folder, &port);
        hall = Hall { server, port, folder };
        let (cpu, open) = (hall.server.number("cpu"), readers.number("open-again lobby"));
        let back = readers.number("fresh lobby");
        let cpu = hall.server.number("cpu") - cpu;
        let (start, took) = (open - begun as f64, (back - open) / 1e9);
        rounds.push(took);
        println!("{round:>5}  {:>19.2}  {took:>20.2}  {:>14.2}", start / 1e9, cpu / 1e9);
    }
    let middle = middle(rounds);
    let met = bars.word("10,000 screens back", middle <= AGAIN_S_MAX);
    println!("middle round: {middle:.2} s   bar {AGAIN_S_MAX:.1} s   {met}");
}

/// The middle one of some figures.
fn middle(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// p50, p99 and the longest, in nanoseconds.
fn lags(readers: &mut Part, group: &str) -> [f64; 3] {
    let line = readers.ask(&format!("lags {group}"));
    let mut words = line.split(' ').map(|word| word.parse().unwrap());
    std::array::from_fn(|_| words.next().unwrap())
}
