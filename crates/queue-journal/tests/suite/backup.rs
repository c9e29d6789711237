//! Backups: whole, checked, and restored into an empty folder only.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use queue_core::ids::Slug;
use queue_core::record::{GENESIS, Seq};
use queue_core::time::At;
use queue_journal::backup::folder::{Keeping, backups, newest_at, take};
use queue_journal::backup::restore::{check, restore};
use queue_journal::backup::{Backup, write_file};
use queue_journal::export::export;
use queue_journal::memory::MemoryJournal;
use queue_journal::verify::verify;
use queue_journal::{Journal, JournalError, Reader};
use tempfile::TempDir;

use crate::support::{START, chain, facts, fill, following, open_folder, open_journal, stream};

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
    assert_eq!(restore(std::slice::from_ref(&file), target.path()).unwrap(), std::slice::from_ref(&written));
    let folder = open_folder(target.path()).unwrap();
    assert_eq!(folder.streams().unwrap().len(), 3);
    for part in &written.streams {
        let journal = folder.journal(&part.stream).unwrap();
        let verified = verify(&journal.reader()).unwrap();
        assert_eq!((verified.records, &verified.head), (part.records, &part.head));
    }

    let again = restore(std::slice::from_ref(&file), target.path()).unwrap_err();
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
        let refused = restore(std::slice::from_ref(&file), &target).unwrap_err();
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

/// Appends `count` records to each journal.
fn go_on(journals: &mut [Box<dyn Journal>], count: u64) {
    for journal in journals {
        let name = journal.reader().stream().clone();
        for batch in following(&name, &journal.reader(), count).chunks(10) {
            journal.append(batch).unwrap();
        }
    }
}

#[test]
fn backups_that_continue_each_other_restore_together_and_not_otherwise() {
    let (source, files) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let (mut journals, readers) = running(&source);
    let mut chain = vec![files.path().join("0")];
    let mut last = write_file(Backup::new(&readers, START), &chain[0]).unwrap();
    for index in 1..4 {
        go_on(&mut journals, 7 * (index - 1));
        let next = Backup::after(&readers, &last, START).unwrap();
        chain.push(files.path().join(index.to_string()));
        last = write_file(next, &chain[chain.len() - 1]).unwrap();
        assert!(!last.is_full());
    }
    let records: Vec<_> = last.streams.iter().map(|part| (part.records, part.last().0)).collect();
    assert_eq!(records, [(14, 151), (14, 21), (14, 76)]);

    let target = files.path().join("target");
    let at = |indices: &[usize]| indices.iter().map(|index| chain[*index].clone()).collect::<Vec<_>>();
    // The second holds nothing new, so the third continues the first as well.
    for (wrong, told) in [
        (&[1, 2, 3][..], "continues `an-phu` after record 130, and the backups before it end with record 0"),
        (&[0, 3], "continues `an-phu` after record 137, and the backups before it end with record 130"),
        (&[0, 2, 1], "give all from the last full one on, in order"),
        (&[0, 1, 2, 2], "give all from the last full one on, in order"),
        (&[0, 0], "continues `an-phu` after record 0"),
    ] {
        let refused = restore(&at(wrong), &target).unwrap_err();
        assert!(refused.to_string().contains(told), "{wrong:?}: {refused}");
        assert!(!target.exists());
    }
    for right in [&[0, 1, 2, 3][..], &[0, 2, 3]] {
        let target = TempDir::new().unwrap();
        restore(&at(right), target.path()).unwrap();
        let folder = open_folder(target.path()).unwrap();
        for (journal, part) in journals.iter().zip(&last.streams) {
            let verified = verify(&folder.journal(&part.stream).unwrap().reader()).unwrap();
            assert_eq!((verified.records, &verified.head), (part.last().0, &part.head));
            assert_eq!(journal.tail().unwrap().hash, verified.head);
        }
    }
}

#[test]
fn a_backup_continues_only_what_the_journal_holds() {
    let (source, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let (_journals, readers) = running(&source);
    let ahead = [(stream(), Seq(56))].into();
    let refused = Backup::since(&readers, &ahead, START).unwrap_err();
    assert!(refused.to_string().contains("it ends with record 55"), "{refused}");

    // The same places, other records: nothing connects, and the folder's next backup is a full one.
    let keeping = Keeping { full_every: 9, full_kept: 9 };
    let first = take(other.path(), &readers, (START, "20241122-100000"), keeping).unwrap();
    let elsewhere = TempDir::new().unwrap();
    let mut strange = open_folder(elsewhere.path()).unwrap().journal(&stream()).unwrap();
    let lines = chain(&stream(), 1, GENESIS, 80, |seq| facts(seq + 1));
    lines.chunks(10).for_each(|batch| strange.append(batch).unwrap());
    let second = take(other.path(), &[strange.reader()], (START, "20241123-100000"), keeping).unwrap();
    assert_eq!([first.header.is_full(), second.header.is_full()], [true, true]);
}

#[test]
fn a_folder_of_backups_keeps_so_many_full_ones_with_what_continues_them() {
    let (source, folder) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let (mut journals, readers) = running(&source);
    let keeping = Keeping { full_every: 3, full_kept: 2 };
    fs::write(folder.path().join("holiday.jpg"), b"").unwrap();
    fs::write(folder.path().join("queue-notes.backup"), b"").unwrap();
    let mut seen = Vec::new();
    for day in 10..22 {
        go_on(&mut journals, 1);
        if day == 18 {
            // The newest of them is damaged: nothing can continue it.
            let newest = backups(folder.path()).unwrap().pop().unwrap().path;
            fs::write(newest, b"{").unwrap();
        }
        let at = At(START.0 + day * 86_400_000);
        let taken = take(folder.path(), &readers, (at, &format!("202411{day}-100000")), keeping).unwrap();
        assert_eq!(newest_at(folder.path()).unwrap(), Some(at));
        seen.push(if taken.header.is_full() { taken.dropped.to_string() } else { "next".to_owned() });
    }
    let due = ["0", "next", "next", "0", "next", "next", "3", "next", "3", "next", "next", "2"];
    assert_eq!(seen, due);
    let kept = backups(folder.path()).unwrap();
    assert_eq!(kept.iter().map(|kept| kept.full).collect::<Vec<_>>(), [true, false, false, true]);
    assert!(folder.path().join("holiday.jpg").exists() && folder.path().join("queue-notes.backup").exists());
    let (target, files) = (TempDir::new().unwrap(), kept[..3].iter().map(|kept| kept.path.clone()));
    let restored = restore(&files.collect::<Vec<_>>(), target.path()).unwrap();
    assert_eq!(restored[2].streams[0].last(), Seq(130 + 11));
}

#[test]
fn a_backup_that_fails_leaves_nothing_and_drops_nothing() {
    let folder = TempDir::new().unwrap();
    let keeping = Keeping { full_every: 1, full_kept: 1 };
    let records = chain(&stream(), 1, GENESIS, 130, facts);
    let mut good = MemoryJournal::new(stream());
    good.append(&records[..50]).unwrap();
    let first = take(folder.path(), &[good.reader()], (START, "20241122-100000"), keeping).unwrap();
    let cut_off = folder.path().join("queue-20241122-110000-full.backup.part");
    let strange = folder.path().join("queue-notes.part");
    // A byte that only the hash of its record knows, and one that breaks the reading off behind the first chunks.
    for (changed, from, to) in [(40, "A041", "A141"), (64, "\"seq\":65", "\"seq\":66")] {
        fs::write(&cut_off, b"{").unwrap();
        fs::write(&strange, b"").unwrap();
        let mut records = records.clone();
        let line = String::from_utf8(records[changed].line.clone()).unwrap();
        assert!(line.contains(from), "{line}");
        records[changed].line = line.replace(from, to).into_bytes();
        let mut bad = MemoryJournal::new(stream());
        for batch in records.chunks(10) {
            bad.append(batch).unwrap();
        }
        let later = At(START.0 + 86_400_000);
        let refused = take(folder.path(), &[bad.reader()], (later, "20241123-100000"), keeping).unwrap_err();
        assert!(matches!(refused, JournalError::Damaged { .. }), "{from}: {refused}");
        assert_eq!(newest_at(folder.path()).unwrap(), Some(START), "{from}");
        let mut left: Vec<_> =
            fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        left.sort();
        assert_eq!(left, [first.path.clone(), strange.clone()], "{from}");
    }
}

#[test]
fn a_backup_needs_its_folder_and_is_its_owners_alone() {
    let (source, disk) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let (_journals, readers) = running(&source);
    let keeping = Keeping { full_every: 1, full_kept: 1 };
    let folder = disk.path().join("queue");
    let refused = take(&folder, &readers, (START, "20241122-100000"), keeping).unwrap_err();
    assert!(refused.to_string().contains("there is no such folder"), "{refused}");
    assert!(!folder.exists());
    // What a killed process left, for everybody to read, is not written into.
    let file = disk.path().join("by-hand");
    let left = disk.path().join("by-hand.part");
    fs::write(&left, b"half").unwrap();
    fs::set_permissions(&left, fs::Permissions::from_mode(0o644)).unwrap();
    write_file(Backup::new(&readers, START), &file).unwrap();
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_restore_makes_every_level_of_its_folder() {
    let (source, files) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let (_journals, readers) = running(&source);
    let file = files.path().join("backup");
    write_file(Backup::new(&readers, START), &file).unwrap();
    let target = files.path().join("on/another/disk");
    restore(&[file], &target).unwrap();
    assert_eq!(open_folder(&target).unwrap().streams().unwrap().len(), 3);
}
