//! The measurements and their tables.

use std::path::PathBuf;
use std::time::Duration;

use tempfile::TempDir;

use crate::part::{Part, now_ns};

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
pub(crate) fn cost() {
    println!("CPU of a delivery, all of the server's against the bare loop's; bar 1.50, aim 1.30");
    println!("screens  rounds  bytes  bare us  hub us  ratio  middle round");
    for (screens, rounds, events) in [(1_000, 20, 20), (10_000, 10, 6)] {
        delivery(screens, rounds, events);
    }
    println!("\nmemory of the server for an idle connection; bar 6,144 bytes");
    println!("what     connections  bytes each");
    for (what, topics) in [("screens", "lobby"), ("phones", "ids")] {
        let mut hall = Hall::open(990);
        // What the first connections bring once is not theirs.
        drop(hall.readers("first", 100, "reads", "lobby"));
        std::thread::sleep(Duration::from_secs(1));
        let before = hall.server.number("memory");
        let topics = if topics == "lobby" { PathBuf::from(topics) } else { hall.file(topics) };
        let _readers = hall.readers("idle", 10_000, "reads", topics.to_str().unwrap());
        std::thread::sleep(Duration::from_secs(12));
        let after = hall.server.number("memory");
        println!("{what:<7}  {:>11}  {:>10.0}", 10_000, (after - before) / 10_000.0);
    }
}

fn delivery(screens: usize, rounds: usize, events: u64) {
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
    ratios.sort_by(f64::total_cmp);
    let us = |sum: f64| sum / rounds as f64 / 1000.0;
    println!(
        "{screens:>7}  {rounds:>6}  {bytes:>5}  {:>7.2}  {:>6.2}  {:>5.2}  {:>12.2}",
        us(of_bare),
        us(of_hub),
        of_hub / of_bare,
        ratios[ratios.len() / 2]
    );
}

/// How soon 50 lobby screens hear a call while 10,000 phones are told about their tickets.
pub(crate) fn first() {
    println!(
        "\nfrom the clerk's key to the call at 50 lobby screens, the sync included; each call moves every phone"
    );
    println!("phones  calls  p50 ms  p99 ms  sync p50 ms");
    for phones in [0, 10_000] {
        let mut hall = Hall::open(990);
        let ids = hall.file("ids").display().to_string();
        let mut screens = hall.readers("lobby", 50, "reads", "lobby");
        let mut others = (phones > 0).then(|| hall.readers("phones", phones, "reads", &ids));
        let mut syncs = Vec::new();
        let calls = 60;
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
pub(crate) fn stall() {
    const WARM_UP: u64 = 30;
    const EVENTS: u64 = 150;
    println!("\n300 screens, alone and beside 100 that take nothing; bar for the p50 1.15");
    println!("round  alone p50 ms  beside p50 ms  ratio  p99 ratio");
    let mut hall = Hall::open(20);
    let mut screens = hall.readers("lobby", 300, "reads", "lobby");
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
    for round in 1..=5 {
        events(&mut hall, &mut screens, WARM_UP);
        let alone = events(&mut hall, &mut screens, EVENTS);
        let stalled = hall.readers("stalled", 100, "stalls", "lobby");
        events(&mut hall, &mut screens, WARM_UP);
        let beside = events(&mut hall, &mut screens, EVENTS);
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
    middles.sort_by(f64::total_cmp);
    println!("middle round: {:.2}", middles[middles.len() / 2]);
}

/// How soon 10,000 screens are back with a fresh board after the server was killed and is there again.
pub(crate) fn again() {
    println!(
        "\n10,000 screens after kill -9, from when the server listens again, their first pause of up to 1 s"
    );
    println!("included; bar 3.0 s");
    println!("round  s of server's start  s until all are back  server's CPU s");
    let mut hall = Hall::open(20);
    let mut readers = hall.readers("lobby", 10_000, "comes-back", "lobby");
    for round in 1..=5 {
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
        let start = open - begun as f64;
        println!("{round:>5}  {:>19.2}  {:>20.2}  {:>14.2}", start / 1e9, (back - open) / 1e9, cpu / 1e9);
    }
}

/// p50, p99 and the longest, in nanoseconds.
fn lags(readers: &mut Part, group: &str) -> [f64; 3] {
    let line = readers.ask(&format!("lags {group}"));
    let mut words = line.split(' ').map(|word| word.parse().unwrap());
    std::array::from_fn(|_| words.next().unwrap())
}
