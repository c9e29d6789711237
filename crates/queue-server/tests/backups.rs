//! The server's own backups: taken when they are due, told when they fail, never in the way of the offices.

#![expect(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::fs;
use std::num::NonZeroU32;
use std::path::Path;

use queue_core::event::OfficeEvent;
use queue_core::office::Office;
use queue_core::permit::Actor;
use queue_core::replay::{Asked, Drafted, absorb, draft};
use queue_core::time::{At, Millis};
use queue_journal::backup::folder::backups;
use queue_journal::memory::MemoryJournal;
use queue_journal::{Journal, codec};
use queue_server::backups::{Latest, Outcome, Taker};
use queue_server::clock::{Zone, parse_instant};
use queue_server::office_file;
use queue_server::settings::{BackupSettings, Settings};

const HOUR: Millis = Millis::from_secs(3600);

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

fn count(folder: &Path) -> usize {
    backups(folder).unwrap().len()
}

#[test]
fn a_backup_is_taken_at_once_and_then_each_day_at_its_hour() {
    let (folder, (journal, zone)) = (tempfile::tempdir().unwrap(), journal());
    let latest = Latest::default();
    let mut taker =
        Taker::new(settings(folder.path(), "18:30"), vec![journal.reader()], zone, latest.clone()).unwrap();
    let mut now = morning();
    taker.look(now);
    assert_eq!(latest.get(), Some(Outcome { last_at: Some(now), failed: None }));
    // Hour by hour over three days: one at 18:30 each, seen at 19:00.
    let mut seen = Vec::new();
    for _ in 0..72 {
        let before = count(folder.path());
        now = now.plus(HOUR);
        taker.look(now);
        if count(folder.path()) > before {
            seen.push(now.since(morning()).secs() / 3600);
        }
    }
    assert_eq!(seen, [11, 35, 59]);
    let full: Vec<bool> = backups(folder.path()).unwrap().iter().map(|kept| kept.full).collect();
    assert_eq!(full, [true, false, false, true]);
}

#[test]
fn after_days_off_one_backup_is_taken_and_a_clock_set_back_takes_none_twice() {
    let (folder, (journal, zone)) = (tempfile::tempdir().unwrap(), journal());
    let new = || {
        let settings = settings(folder.path(), "18:30");
        Taker::new(settings, vec![journal.reader()], zone.clone(), Latest::default()).unwrap()
    };
    new().look(morning());
    let later = morning().plus(Millis::from_secs(5 * 86_400));
    let mut taker = new();
    taker.look(later);
    taker.look(later.plus(HOUR));
    assert_eq!(count(folder.path()), 2);
    new().look(morning().plus(HOUR));
    assert_eq!(count(folder.path()), 2);
}

#[test]
fn a_backup_that_fails_is_told_and_tried_again() {
    let (parent, (journal, zone)) = (tempfile::tempdir().unwrap(), journal());
    let (folder, latest) = (parent.path().join("disk"), Latest::default());
    fs::write(&folder, b"no folder").unwrap();
    let mut taker =
        Taker::new(settings(&folder, "06:00"), vec![journal.reader()], zone, latest.clone()).unwrap();
    taker.look(morning());
    let failed = latest.get().unwrap().failed.unwrap();
    assert!(failed.contains("disk"), "{failed}");
    fs::remove_file(&folder).unwrap();
    taker.look(morning().plus(Millis::from_secs(60)));
    assert!(latest.get().unwrap().failed.is_some(), "not tried at once");
    let again = morning().plus(Millis::from_secs(700));
    taker.look(again);
    assert_eq!(latest.get(), Some(Outcome { last_at: Some(again), failed: None }));
    assert_eq!(count(&folder), 1);
}

#[test]
fn without_a_folder_nothing_is_taken() {
    let (journal, zone) = journal();
    let latest = Latest::default();
    assert!(
        Taker::new(settings(Path::new(""), "18:30"), vec![journal.reader()], zone, latest.clone()).is_none()
    );
    assert_eq!(latest.get(), None);
}
