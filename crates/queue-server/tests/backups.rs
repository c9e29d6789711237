//! The server's own backups: taken when they are due, told when they fail, never in the way of the offices.

#![expect(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::fs;
use std::num::NonZeroU32;
use std::path::Path;
use std::time::Duration;

use queue_core::event::OfficeEvent;
use queue_core::office::Office;
use queue_core::permit::Actor;
use queue_core::replay::{Asked, Drafted, absorb, draft};
use queue_core::time::{At, Millis};
use queue_journal::backup::folder::backups;
use queue_journal::memory::MemoryJournal;
use queue_journal::{Journal, codec};
use queue_server::backups::{Latest, Outcome, STOP_MAX, TRY_MAX, Taker, Task, start};
use queue_server::boot::Offices;
use queue_server::clock::{Clock, Zone, parse_instant};
use queue_server::engine::failure::Failure;
use queue_server::engine::readiness::Readiness;
use queue_server::engine::writing::Writing;
use queue_server::engine::{Engine, Parts};
use queue_server::office_file;
use queue_server::settings::{BackupSettings, Settings};
use rustix::fs::{CWD, FileType, Mode, mknodat};
use tokio::sync::watch;

const HOUR: Millis = Millis::from_secs(3600);
const POLLS_MAX: u32 = 1000;

/// A journal that opened a day, with the office in it.
fn journal() -> (MemoryJournal, Zone) {
    let layout = office_file::sample();
    let zone = Zone::of(&layout);
    let mut office = Office::founding(layout.clone());
    let mut journal = MemoryJournal::new(layout.id.0.clone());
    let at = morning();
    let command = queue_core::command::Command::OpenDay { plan: zone.plan(&layout, at) };
    let asked = Asked { actor: &Actor::System, key: None, command: &command, status: 200, at, epoch: 1 };
    let Drafted::Fresh(mut record) = draft(&office, asked).unwrap() else { panic!("fresh") };
    let sealed = codec::seal::<OfficeEvent>(&mut record, &office.head).unwrap();
    journal.append(&[sealed]).unwrap();
    absorb(&mut office, &record);
    (journal, zone)
}

fn morning() -> At {
    parse_instant("2026-11-23T08:00:00+07:00").unwrap()
}

fn settings(folder: &Path, at: &str) -> BackupSettings {
    let mut settings: Settings = toml::from_str(queue_server::settings::DEFAULTS).unwrap();
    settings.backup.folder = folder.to_owned();
    settings.backup.at = at.to_owned().try_into().unwrap();
    settings.backup.full_every = NonZeroU32::new(3).unwrap();
    settings.backup
}

/// Backups of the journal into `folder`, each day at `at`.
fn task(folder: &Path, at: &str, (journal, zone): &(MemoryJournal, Zone), clock: &Clock) -> Task {
    Task {
        settings: settings(folder, at),
        readers: vec![journal.reader()],
        clock: clock.clone(),
        zone: zone.clone(),
        offices: Offices::new([]),
        latest: Latest::default(),
    }
}

/// The names in `folder`, oldest first.
fn names(folder: &Path) -> Vec<String> {
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    backups(folder).unwrap().iter().map(|kept| name(&kept.path)).collect()
}

fn count(folder: &Path) -> usize {
    backups(folder).unwrap().len()
}

#[test]
fn a_backup_is_taken_at_once_and_then_each_day_at_its_hour() {
    let (folder, parts, clock) = (tempfile::tempdir().unwrap(), journal(), Clock::manual(morning()));
    let task = task(folder.path(), "18:30", &parts, &clock);
    let latest = task.latest.clone();
    let mut taker = Taker::new(task).unwrap();
    taker.look();
    assert_eq!(latest.get(), Some(Outcome { last_at: Some(morning()), failed: None }));
    // Hour by hour over three days: one at 18:30 each, seen at 19:00.
    let mut seen = Vec::new();
    for _ in 0..72 {
        let before = count(folder.path());
        clock.advance(HOUR);
        taker.look();
        if count(folder.path()) > before {
            seen.push(clock.now().since(morning()).secs() / 3600);
        }
    }
    assert_eq!(seen, [11, 35, 59]);
    let full: Vec<bool> = backups(folder.path()).unwrap().iter().map(|kept| kept.full).collect();
    assert_eq!(full, [true, false, false, true]);
}

#[test]
fn after_days_off_one_backup_is_taken_and_a_clock_set_back_takes_none_twice() {
    let (folder, parts, clock) = (tempfile::tempdir().unwrap(), journal(), Clock::manual(morning()));
    let new = || Taker::new(task(folder.path(), "18:30", &parts, &clock)).unwrap();
    new().look();
    clock.advance(Millis::from_secs(86_400 * 5));
    let mut taker = new();
    taker.look();
    clock.advance(HOUR);
    taker.look();
    assert_eq!(count(folder.path()), 2);
    clock.set(At(clock.now().0 - 20 * 3_600_000));
    new().look();
    assert_eq!(count(folder.path()), 2);
}

#[test]
fn a_backup_of_a_clock_that_ran_ahead_holds_up_none_behind_it() {
    let (folder, parts) = (tempfile::tempdir().unwrap(), journal());
    let clock = Clock::manual(parse_instant("2031-01-01T08:00:00+07:00").unwrap());
    let mut taker = Taker::new(task(folder.path(), "18:30", &parts, &clock)).unwrap();
    taker.look();
    clock.set(morning());
    let mut taken = Vec::new();
    // Every ten minutes over two days; a process of its own after the first.
    for round in 0..288 {
        if round == 144 {
            taker = Taker::new(task(folder.path(), "18:30", &parts, &clock)).unwrap();
        }
        clock.advance(Millis::from_secs(600));
        let before = count(folder.path());
        taker.look();
        if count(folder.path()) > before {
            taken.push(round);
        }
    }
    // At once, and then at 18:30 of each day.
    assert_eq!(taken, [0, 62, 206]);
    let due = ["010000-full", "010001-next", "010002-next", "010003-full"];
    assert_eq!(names(folder.path()), due.map(|end| format!("queue-20310101-{end}.backup")));
}

#[tokio::test]
async fn none_is_taken_while_an_office_doubts_the_clock() {
    let (folder, parts, clock) = (tempfile::tempdir().unwrap(), journal(), Clock::manual(morning()));
    let layout = office_file::sample();
    let mut engine = Engine::start(Parts {
        journal: Box::new(MemoryJournal::new(layout.id.0.clone())),
        office: Office::founding(layout),
        clock: clock.clone(),
        public_url: "http://hall.test".into(),
        readiness: Readiness::default(),
        failure: Failure::then(|what| panic!("{what}")),
        writing: Writing::Thread,
    })
    .unwrap();
    engine.opened().await.unwrap();
    let offices = Offices::new([engine.handle().clone()]);
    let mut taker = Taker::new(Task { offices, ..task(folder.path(), "18:30", &parts, &clock) }).unwrap();
    for (to, doubted, taken) in [("2031-01-01", true, 0), ("2026-11-23", false, 1)] {
        clock.set(parse_instant(&format!("{to}T08:00:00+07:00")).unwrap());
        poll(|| engine.handle().doubts_clock() == doubted).await;
        taker.look();
        assert_eq!(count(folder.path()), taken, "{to}");
    }
    engine.stop().await;
}

#[test]
fn a_backup_that_fails_is_told_and_tried_again() {
    let (parent, parts, clock) = (tempfile::tempdir().unwrap(), journal(), Clock::manual(morning()));
    let folder = parent.path().join("disk");
    let task = task(&folder, "06:00", &parts, &clock);
    let latest = task.latest.clone();
    let mut taker = Taker::new(task).unwrap();
    taker.look();
    let failed = latest.get().unwrap().failed.unwrap();
    assert!(failed.contains("disk: there is no such folder"), "{failed}");
    fs::create_dir(&folder).unwrap();
    clock.advance(Millis::from_secs(60));
    // The pause is not one of the clock on the wall.
    clock.set(morning().plus(HOUR));
    taker.look();
    assert!(latest.get().unwrap().failed.is_some(), "not tried at once");
    clock.advance(Millis::from_secs(640));
    clock.set(morning());
    taker.look();
    assert_eq!(latest.get(), Some(Outcome { last_at: Some(morning()), failed: None }));
    assert_eq!(count(&folder), 1);
}

/// A folder whose newest backup cannot be opened until [`let_go`].
fn hanging(folder: &Path) {
    mknodat(CWD, folder.join(HANGS), FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
}

/// A name that goes before that of every backup of the tests, and alone is the newest.
const HANGS: &str = "queue-20200101-000000-full.backup";

fn let_go(folder: &Path) {
    // Opened for both it waits for nobody; whoever reads finds its end when it is closed, and whoever has not opened it
    // by then, on a busy machine, finds nothing.
    let both = fs::OpenOptions::new().read(true).write(true).open(folder.join(HANGS)).unwrap();
    fs::remove_file(folder.join(HANGS)).unwrap();
    drop(both);
}

#[tokio::test]
async fn a_backup_that_hangs_is_told_and_holds_up_no_stop() {
    let (folder, parts, clock) = (tempfile::tempdir().unwrap(), journal(), Clock::manual(morning()));
    hanging(folder.path());
    let task = task(folder.path(), "18:30", &parts, &clock);
    let latest = task.latest.clone();
    let (stop, stopping) = watch::channel(false);
    tokio::time::pause();
    let mut backups = start(Taker::new(task).unwrap(), stopping);
    let mut failed = None;
    for _ in 0..POLLS_MAX {
        tokio::time::advance(TRY_MAX / 10).await;
        failed = latest.get().unwrap().failed;
        if failed.is_some() {
            break;
        }
    }
    stop.send_replace(true);
    tokio::task::yield_now().await;
    let early = futures_util::FutureExt::now_or_never(&mut backups).is_some();
    tokio::time::advance(STOP_MAX + Duration::from_millis(1)).await;
    let mut ended = false;
    for _ in 0..POLLS_MAX {
        tokio::task::yield_now().await;
        ended = ended || backups.is_finished();
    }
    let_go(folder.path());
    assert!(failed.is_some_and(|why| why.contains("30 minutes")));
    assert!(!early, "it was not waited for");
    assert!(ended, "the stop waits");
}

#[tokio::test]
async fn whoever_lost_the_stop_leaves_no_busy_loop_behind() {
    let (folder, parts, clock) = (tempfile::tempdir().unwrap(), journal(), Clock::manual(morning()));
    let (stop, stopping) = watch::channel(false);
    let backups = start(Taker::new(task(folder.path(), "18:30", &parts, &clock)).unwrap(), stopping);
    drop(stop);
    tokio::time::timeout(Duration::from_secs(10), backups).await.expect("it ends").unwrap();
}

/// Waits, with a bound, until `done`.
async fn poll(done: impl Fn() -> bool) {
    for _ in 0..POLLS_MAX {
        if done() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it did not come");
}

#[test]
fn without_a_folder_nothing_is_taken() {
    let parts = journal();
    let task = task(Path::new(""), "18:30", &parts, &Clock::manual(morning()));
    let latest = task.latest.clone();
    assert!(Taker::new(task).is_none());
    assert_eq!(latest.get(), None);
}
