//! Backups: whole, checked, and restored into an empty folder only.

use std::fs;

use queue_core::ids::Slug;
use queue_journal::backup::restore::{check, restore};
use queue_journal::backup::{Backup, write_file};
use queue_journal::export::export;
use queue_journal::verify::verify;
use queue_journal::{Journal, JournalError, Reader};
use tempfile::TempDir;

use crate::support::{START, fill, following, open_folder, open_journal, stream};

/// A folder with two offices' worth of records and an empty house, open.
fn running(root: &TempDir) -> (Vec<Box<dyn Journal>>, Vec<Reader>) {
    let folder = open_folder(root.path()).unwrap();
    let mut journals: Vec<Box<dyn Journal>> = Vec::new();
    for (name, count) in [("an-phu", 130), ("house", 0), ("kim-lien", 55)] {
        let name = Slug::new(name).unwrap();
        let mut journal = folder.journal(&name).unwrap();
        for batch in following(&name, &journal.reader(), count).chunks(10) {
            journal.append(batch).unwrap();
        }
        journals.push(Box::new(journal));
    }
    let readers = journals.iter().map(|journal| journal.reader()).collect();
    (journals, readers)
}

#[test]
fn a_backup_of_a_running_folder_restores_to_the_same_records() {
    let (source, target, files) = (TempDir::new().unwrap(), TempDir::new().unwrap(), TempDir::new().unwrap());
    let (mut journals, readers) = running(&source);
    let backup = Backup::new(&readers, START);
    // What becomes durable while the backup runs is not in it.
    fill(journals[2].as_mut(), 20);
    let file = files.path().join("monday.backup");
    let written = write_file(backup, &file).unwrap();
    let counts: Vec<_> = written.streams.iter().map(|part| part.records).collect();
    assert_eq!(counts, [130, 0, 55]);
    assert_eq!(fs::read_dir(files.path()).unwrap().count(), 1, "nothing is left beside it");

    assert_eq!(check(&file).unwrap(), written);
    assert_eq!(restore(&file, target.path()).unwrap(), written);
    let folder = open_folder(target.path()).unwrap();
    assert_eq!(folder.streams().unwrap().len(), 3);
    for part in &written.streams {
        let journal = folder.journal(&part.stream).unwrap();
        let verified = verify(&journal.reader()).unwrap();
        assert_eq!((verified.records, &verified.head), (part.records, &part.head));
    }

    let again = restore(&file, target.path()).unwrap_err();
    assert!(again.to_string().contains("it is not empty"), "{again}");
}

#[test]
fn any_changed_byte_or_cut_of_a_backup_is_refused_and_nothing_is_written() {
    let (source, files) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let (_journals, readers) = running(&source);
    let bytes: Vec<u8> = Backup::new(&readers, START).flat_map(Result::unwrap).collect();
    let file = files.path().join("backup");
    let target = files.path().join("target");
    for step in 0..200 {
        let at = step * bytes.len() / 200;
        let mut changed = bytes.clone();
        if step % 2 == 0 {
            changed[at] ^= 1
        } else {
            changed.truncate(at)
        }
        fs::write(&file, &changed).unwrap();
        let refused = restore(&file, &target).unwrap_err();
        assert!(matches!(refused, JournalError::Damaged { .. }), "at {at}: {refused}");
        assert!(!target.exists(), "at {at}: something was written");
    }
    for extra in ["\n", "{}\n"] {
        fs::write(&file, [&bytes, extra.as_bytes()].concat()).unwrap();
        assert!(check(&file).unwrap_err().to_string().contains("something follows"));
    }
}

#[test]
fn a_restore_that_was_cut_off_cannot_be_opened() {
    let root = TempDir::new().unwrap();
    fs::write(root.path().join("restoring"), b"").unwrap();
    let refused = open_journal(root.path()).err().unwrap();
    assert!(refused.to_string().contains("a restore was cut off"), "{refused}");
}

#[test]
fn an_export_is_one_record_a_line_in_order() {
    let source = TempDir::new().unwrap();
    let (_journals, readers) = running(&source);
    let mut out = Vec::new();
    assert_eq!(export(&readers, &mut out).unwrap(), 185);
    let text = String::from_utf8(out).unwrap();
    let places: Vec<_> = text
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .map(|record| (record["stream"].as_str().unwrap().to_owned(), record["seq"].as_u64().unwrap()))
        .collect();
    let due = (1..=130)
        .map(|seq| ("an-phu".to_owned(), seq))
        .chain((1..=55).map(|seq| (stream().to_string(), seq)));
    assert!(places.into_iter().eq(due));
}
