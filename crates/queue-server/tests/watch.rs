//! A server that is watched: a disk that hangs is seen while it hangs, new commands hear an honest word, reading goes
//! on, the figures say it, and no sign of life is given until the disk is back.

#![expect(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

#[path = "engine/hall.rs"]
#[expect(dead_code, reason = "this test needs a part of the hall")]
mod hall;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixDatagram;
use std::process::{Command as Program, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hall::{Gate, GatedJournal, Hall, anyone, by, call, hall, issue, under, until};
use queue_core::house::{House, HouseCommand};
use queue_core::ids::{CounterId, TicketId, UserId};
use queue_core::permit::{Actor, Role};
use queue_core::refusal::Refusal;
use queue_core::text::Text;
use queue_core::time::Millis;
use queue_server::auth::house::{self, HouseHandle, HouseOrder, HouseRejection};
use queue_server::boot::Offices;
use queue_server::engine::handle::{Rejection, Released};
use queue_server::engine::readiness::Unready;
use queue_server::engine::writes::WRITE_MAX;
use queue_server::engine::writing::Writing;
use queue_server::engine::{ORDERS_MAX, failure::Failure};
use queue_server::watchdog::Watchdog;
use rustix::process::{Pid, Signal, kill_process};
use tokio::sync::watch;

/// A disk that hangs for just too long, by the hall's clock.
fn hangs(hall: &Hall) {
    hall.clock.advance(Millis(WRITE_MAX.0 + 1));
}

/// A hall whose disk is at a write that does not come back, and the answer that waits for it.
async fn at_a_write() -> (Hall, tokio::task::JoinHandle<Result<Released, Rejection>>) {
    let hall = hall().await;
    hall.open(1, "lan").await;
    hall.gate.shut();
    let taken = hall.send(under("k", "f", anyone(issue(1))));
    until("it is being written", || hall.gate.waited()).await;
    (hall, taken)
}

#[tokio::test]
async fn a_write_that_hangs_is_told_while_it_hangs_and_refuses_new_commands() {
    // Given a number on its way to a disk that does not answer.
    let (hall, taken) = at_a_write().await;
    assert_eq!(hall.office.unready(), None);
    let second = hall.send(anyone(issue(2)));
    until("it is decided", || hall.office.backlog().entries == 1).await;
    // When that lasts too long.
    hangs(&hall);
    assert_eq!(hall.office.unready(), Some(Unready::DiskSlow));
    assert!(hall.office.backlog().writing > WRITE_MAX);
    // Then new commands are refused at once, by whatever rule they might have been.
    assert_eq!(hall.office.submit(anyone(issue(3))).await, Err(Rejection::DiskSlow));
    assert_eq!(hall.office.submit(by("lan", call(1))).await, Err(Rejection::DiskSlow));
    // But the key that is on its way is not told that nothing happened.
    let again = hall.send(under("k", "f", anyone(issue(9))));
    // And reading goes on.
    assert_eq!(hall.office.counter(CounterId(1)).await.unwrap().clerk.as_deref(), Some("lan"));
    assert_eq!(hall.office.ticket(TicketId(1)).await, Err(Rejection::Refused(Refusal::UnknownTicket)));
    assert!(!taken.is_finished() && !second.is_finished() && !again.is_finished());
    // When the disk is back, all that was taken is answered, and new commands are.
    hall.gate.open();
    let first = taken.await.unwrap().unwrap();
    assert_eq!(hall::ticket(&first).unwrap().number, "A001");
    assert_eq!(again.await.unwrap().unwrap(), first);
    assert!(second.await.unwrap().is_ok());
    assert_eq!(hall.office.unready(), None);
    let third = hall.accepted(anyone(issue(3))).await;
    assert_eq!(hall::ticket(&third).unwrap().number, "A003", "what was refused did not happen");
}

#[tokio::test]
async fn a_key_on_its_way_waits_though_somebody_is_before_it() {
    let (hall, taken) = at_a_write().await;
    hangs(&hall);
    // Given a new command that nobody has decided when the key comes again.
    let (fresh, again) = (hall.office.clone(), hall.office.clone());
    let both = tokio::spawn(async move {
        let again = again.submit(under("k", "f", anyone(issue(9))));
        tokio::join!(fresh.submit(anyone(issue(2))), again)
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!both.is_finished() && !taken.is_finished());
    // Then the new command is refused, and the key has its first answer.
    hall.gate.open();
    let (fresh, again) = both.await.unwrap();
    assert_eq!(fresh, Err(Rejection::DiskSlow));
    assert_eq!(again.unwrap(), taken.await.unwrap().unwrap());
}

#[tokio::test]
async fn a_computer_that_slept_is_not_silent() {
    let hall = hall().await;
    hall.clock.advance(Millis::from_secs(3_600));
    assert!(hall.office.answers().await);
}

#[tokio::test]
async fn a_flood_on_a_disk_that_hangs_is_bounded_and_refused() {
    let (hall, taken) = at_a_write().await;
    // Given commands in waves until the office holds no more.
    let (mut flood, mut before) = (Vec::new(), hall.office.backlog());
    for wave in 1..=100_u128 {
        let ids = wave * 1000..wave * 1000 + 400;
        flood.extend(ids.map(|id| hall.send(anyone(issue(id)))));
        tokio::time::sleep(Duration::from_millis(20)).await;
        let now = hall.office.backlog();
        if now == before && now.orders == ORDERS_MAX {
            break;
        }
        before = now;
    }
    assert_eq!((before.orders, before.entries > ORDERS_MAX), (ORDERS_MAX, true), "{before:?}");
    // Then a disk that hangs is told to the next at once, though nobody decides.
    assert_eq!(hall.office.submit(anyone(issue(99_999))).await, Err(Rejection::Busy));
    hangs(&hall);
    assert_eq!(hall.office.submit(anyone(issue(99_999))).await, Err(Rejection::DiskSlow));
    hall.gate.open();
    assert!(taken.await.unwrap().is_ok());
    let mut given = 1;
    for person in flood {
        match person.await.unwrap() {
            Ok(_) => given += 1,
            Err(Rejection::Busy | Rejection::DiskSlow) => {}
            // The test's office has 999 numbers a day.
            Err(other) => {
                assert!(matches!(other, Rejection::Refused(Refusal::NumbersUsedUp(_))), "{other:?}")
            }
        }
    }
    // And who was refused has no number.
    assert_eq!(hall.office.stats_today().await.unwrap().total.issued, given);
    assert_eq!(hall.office.backlog().orders, 0);
}

#[tokio::test]
async fn the_house_tells_of_its_own_disk() {
    let hall = hall().await;
    let (gate, house) = house(&hall);
    gate.shut();
    let (adding, other) = (house.clone(), house.clone());
    let added = tokio::spawn(async move { adding.submit(add("lan")).await });
    until("it is being written", || gate.waited()).await;
    assert_eq!(house.unready(), None);
    hangs(&hall);
    assert_eq!(house.unready(), Some(Unready::DiskSlow));
    assert_eq!(other.submit(add("minh")).await, Err(HouseRejection::DiskSlow));
    gate.open();
    assert!(added.await.unwrap().is_ok());
    assert_eq!(house.unready(), None);
    // A journal that breaks ends its keeper, and that is told too.
    gate.break_down();
    assert_eq!(other.submit(add("minh")).await, Err(HouseRejection::OutcomeUnknown));
    until("it has ended", || house.unready() == Some(Unready::Stopped)).await;
}

#[tokio::test]
async fn no_sign_of_life_is_given_while_a_disk_hangs_or_a_stage_is_dead() {
    let (hall, taken) = at_a_write().await;
    let (_gate, house) = house(&hall);
    let (_stop, stop) = watch::channel(false);
    let told = Arc::new(Mutex::new(Vec::new()));
    let (offices, notes) = (Offices::new([hall.office.clone()]), Arc::clone(&told));
    let patience = Some(Duration::from_millis(60));
    let watchdog = Watchdog { offices, house, stop, patience };
    tokio::spawn(watchdog.run(move |state| notes.lock().unwrap().push(state.to_string())));
    let signs = || told.lock().unwrap().iter().filter(|state| *state == "WATCHDOG=1").count();
    let says = |part: &str| told.lock().unwrap().iter().any(|state| state.contains(part));
    // A write that has just begun is no reason to fall silent.
    until("it lives", || signs() > 2).await;
    assert!(says("STATUS=every office takes commands"));
    // When the write hangs.
    hangs(&hall);
    until("it is told", || says("STATUS=1 not ready: hall: disk-slow")).await;
    let before = signs();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(signs(), before, "the service manager would end it");
    // When the disk is back, so are the signs.
    hall.gate.open();
    assert!(taken.await.unwrap().is_ok());
    until("it lives again", || signs() > before + 1).await;
    // A full disk is no reason to be started again.
    hall.disk_low.store(true, std::sync::atomic::Ordering::Relaxed);
    until("it is told", || says("hall: disk-full")).await;
    let before = signs();
    until("it lives all the same", || signs() > before).await;
    hall.disk_low.store(false, std::sync::atomic::Ordering::Relaxed);
    // An engine that has ended is.
    hall.engine.stop().await;
    until("it is told", || says("hall: stopped")).await;
    let before = signs();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(signs(), before);
}

#[test]
fn systemd_is_told_of_the_start_of_life_and_of_the_end() {
    // Given what systemd gives a service of `Type=notify` with a watchdog.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    socket.set_read_timeout(Some(hall::SOON)).unwrap();
    let mut server = Program::new(env!("CARGO_BIN_EXE_queue-server"))
        .arg("--data")
        .arg(folder.path().join("data"))
        .args(["--listen", "127.0.0.1:0"])
        .env("QUEUE_ADMIN_PASSWORD", "a good password")
        .env("NOTIFY_SOCKET", &path)
        .env("WATCHDOG_USEC", "300000")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let hear = || {
        let mut message = [0; 256];
        let length = socket.recv(&mut message).expect("a message comes");
        String::from_utf8_lossy(&message[..length]).trim().to_owned()
    };
    // Then it hears of the start once the server listens, then of its life.
    assert_eq!(hear(), "READY=1");
    let lines = BufReader::new(server.stdout.as_mut().unwrap()).lines().map_while(Result::ok);
    let line = lines.into_iter().find(|line| line.starts_with("listening on http://")).unwrap();
    let address = line.trim_start_matches("listening on http://");
    let heard = [hear(), hear(), hear(), hear()];
    assert_eq!(heard.iter().filter(|state| *state == "WATCHDOG=1").count(), 3, "{heard:?}");
    assert!(heard.contains(&"STATUS=every office takes commands".to_owned()), "{heard:?}");
    // And the figures are there, of the office and of the house; a refusal alone is no write.
    let refused = post(address, "/api/v1/offices/kim-lien/tickets", r#"{"service":"no-such-service"}"#);
    assert!(refused.contains("unknown-service"), "{refused}");
    let figures = get(address, "/metrics");
    for figure in [
        "queue_ready{office=\"kim-lien\"} 1",
        "queue_ready{office=\"house\"} 1",
        "queue_orders_waiting{office=\"kim-lien\"} 0",
        "queue_entries_waiting{office=\"kim-lien\"} 0",
        "queue_journal_writing_seconds{office=\"kim-lien\"} 0",
        "queue_journal_length{office=\"kim-lien\"} 1",
        "queue_tickets_waiting{office=\"kim-lien\"} 0",
        "queue_tickets_parked{office=\"kim-lien\"} 0",
        "queue_clock_behind_seconds{office=\"kim-lien\"} 0",
        // The day, and the first user.
        "queue_journal_sync_seconds_bucket{le=\"+Inf\"} 2",
        "queue_journal_batch_records_bucket{le=\"1\"} 1",
        "queue_disk_free_bytes ",
        "process_resident_memory_bytes ",
    ] {
        assert!(figures.contains(&format!("\n{figure}")), "{figure}: {figures}");
    }
    let ready = get(address, "/readyz");
    assert!(ready.contains(r#""house":null"#) && ready.contains(r#""clock_behind_s":0"#), "{ready}");
    // When it is stopped, then that is told before it ends.
    kill_process(Pid::from_child(&server), Signal::TERM).unwrap();
    while hear() != "STOPPING=1" {}
    assert_eq!(server.wait().unwrap().code(), Some(0));
}

/// A house beside the hall, its journal behind a gate of its own.
fn house(hall: &Hall) -> (Gate, HouseHandle) {
    let (gate, failure) = (Gate::default(), Failure::then(|_| ()));
    let journal = GatedJournal::boxed("house", &gate);
    let kept = house::keep(journal, House::default(), hall.clock.clone(), failure, Writing::Thread);
    (gate, kept.unwrap().0)
}

fn add(name: &str) -> HouseOrder {
    let command = HouseCommand::AddUser {
        user: UserId(name.into()),
        roles: [Role::Clerk].into(),
        password_hash: Text::seal("hash", 1),
        must_change: false,
    };
    HouseOrder { actor: Actor::System, key: None, command, status: 201 }
}

fn get(address: &str, path: &str) -> String {
    exchange(address, &format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n"))
}

fn post(address: &str, path: &str, body: &str) -> String {
    let length = body.len();
    let head = format!("POST {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n");
    exchange(
        address,
        &format!("{head}content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"),
    )
}

fn exchange(address: &str, request: &str) -> String {
    let mut socket = TcpStream::connect(address).unwrap();
    socket.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    answer
}
