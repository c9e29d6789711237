//! Two histories in one folder: which one a salvage takes, and that it says so.

use std::fs;
use std::path::{Path, PathBuf};

use queue_core::record::{GENESIS, Seq};
use queue_journal::Journal;
use queue_journal::backup::{Backup, write_file};
use queue_journal::codec::Sealed;
use queue_journal::salvage::{Evidence, Fork, Salvage};
use tempfile::TempDir;

use crate::damage::{RECORDS, images};
use crate::salvage::{hide, salvaged};
use crate::support::{START, chain, copy_folder, facts, open_folder, stream};

/// The last record that both histories have.
const COMMON: u64 = 200;
/// Lengths of the other history: it ends before the one that the store has, and behind it.
const SHORTER: u64 = 20;
const LONGER: u64 = 40;
const BEHIND_SHORTER: u64 = COMMON + SHORTER;
const BEHIND_LONGER: u64 = COMMON + LONGER;

/// What tells of a folder's histories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    Nothing,
    OfTheStores,
    OfTheOther,
}

struct Case {
    store: bool,
    note: Told,
    backup: Told,
    other: u64,
    /// The end of the chain, and how many records stand behind it.
    end: (u64, u64),
    left_out: u64,
    evidence: Evidence,
    settled: bool,
    whole: bool,
}

#[test]
fn the_store_goes_before_the_note_the_note_before_a_backup_and_all_before_length() {
    use Evidence::{Backup as InBackup, Length, Note, Store};
    use Told::{Nothing, OfTheOther, OfTheStores};
    let case = |given: (bool, Told, Told, u64), end, left_out, evidence, (settled, whole)| {
        let (store, note, backup, other) = given;
        Case { store, note, backup, other, end, left_out, evidence, settled, whole }
    };
    let cases = [
        // A tail that was never acknowledged lies beside the one that was written after it: nothing is lost.
        case((true, OfTheStores, Nothing, SHORTER), (RECORDS, 0), 20, Store, (true, true)),
        case((false, OfTheStores, Nothing, SHORTER), (RECORDS, 0), 20, Note, (true, true)),
        // What stands behind the end may have been given to somebody.
        case((true, OfTheStores, Nothing, LONGER), (RECORDS, 10), 30, Store, (true, false)),
        case((false, OfTheStores, Nothing, LONGER), (RECORDS, 10), 30, Note, (true, false)),
        case((false, OfTheOther, Nothing, SHORTER), (BEHIND_SHORTER, 10), 20, Note, (true, false)),
        // Nothing tells which of them people were told of.
        case((true, Nothing, Nothing, SHORTER), (RECORDS, 0), 20, Store, (false, false)),
        case((false, Nothing, Nothing, SHORTER), (RECORDS, 0), 20, Length, (false, false)),
        case((false, Nothing, Nothing, LONGER), (BEHIND_LONGER, 0), 30, Length, (false, false)),
        case((false, Nothing, OfTheOther, SHORTER), (BEHIND_SHORTER, 10), 20, InBackup, (false, false)),
        case((false, Nothing, OfTheOther, LONGER), (BEHIND_LONGER, 0), 30, InBackup, (false, false)),
        // Both were acknowledged.
        case((true, OfTheOther, Nothing, SHORTER), (RECORDS, 0), 20, Store, (false, false)),
        case((true, OfTheStores, OfTheOther, SHORTER), (RECORDS, 0), 20, Store, (false, false)),
        case((false, OfTheStores, OfTheOther, SHORTER), (RECORDS, 0), 20, Note, (false, false)),
    ];
    for (number, case) in cases.iter().enumerate() {
        check(case, &format!("case {number}"));
    }
}

#[test]
fn behind_a_gap_one_history_is_followed_as_far_as_it_goes() {
    let root = forked(LONGER);
    hide(root.path(), &[150]);
    let (mut salvage, _work) = salvaged(Some(root.path()), &[]);
    assert_eq!((salvage.chain_end(), salvage.missing()), (Seq(149), vec![150..=150]));
    let [fork] = &salvage.forks[..] else { panic!("{:?}", salvage.forks) };
    assert_eq!((fork.places.clone(), fork.left_out), (COMMON + 1..=RECORDS, 30));
    let (stores, other) = (written(), fork_of(LONGER));
    let wanted = stores[150..].iter().chain(&other[30..]).map(|sealed| sealed.line.clone());
    assert!(salvage.lines_behind().unwrap() == wanted.collect::<Vec<_>>());
}

#[test]
fn a_history_that_leaves_another_one_is_of_the_same_fork() {
    let root = forked(SHORTER);
    let other = fork_of(SHORTER);
    let third = chain(&stream(), COMMON + 11, &other[9].hash, 5, |seq| facts(seq + 2));
    lay_beside(root.path(), "third", &third);
    let (salvage, work) = salvaged(Some(root.path()), &[]);
    assert_eq!((salvage.chain_end(), salvage.left_out(), salvage.is_whole()), (Seq(RECORDS), 25, true));
    let [Fork { places, left_out: 25, evidence: Evidence::Store, noted: true, told: false }] =
        &salvage.forks[..]
    else {
        panic!("{:?}", salvage.forks)
    };
    assert_eq!(*places, COMMON + 1..=BEHIND_SHORTER);
    assert_eq!(found(&work), RECORDS + 25, "nothing that was found is kept back");
}

fn check(case: &Case, name: &str) {
    let root = forked(case.other);
    let note = root.path().join("acked/kim-lien");
    match case.note {
        Told::OfTheStores => {}
        Told::Nothing => fs::remove_file(&note).unwrap(),
        Told::OfTheOther => {
            fs::copy(folder_of(case.other).path().join("acked/kim-lien"), &note).unwrap();
        }
    }
    if !case.store {
        crate::salvage::spoil_store(root.path());
    }
    let (backups, _files) = backup_of(case);
    let (mut salvage, work) = salvaged(Some(root.path()), &backups);
    let [fork] = &salvage.forks[..] else { panic!("{name}: {:?}", salvage.forks) };
    let first_end = RECORDS.min(COMMON + case.other);
    assert_eq!(fork.places, COMMON + 1..=first_end, "{name}");
    assert_eq!((fork.left_out, fork.evidence), (case.left_out, case.evidence), "{name}");
    assert_eq!((fork.is_settled(), salvage.is_whole()), (case.settled, case.whole), "{name}");
    assert_eq!((salvage.chain_end().0, salvage.behind()), case.end, "{name}");
    assert_eq!(found(&work), RECORDS + case.other, "{name}: nothing that was found is kept back");
    assert_eq!(end_of(&mut salvage), line_at(case), "{name}");
}

/// A folder that was closed well, with another history behind [`COMMON`] in a file beside.
fn forked(other: u64) -> TempDir {
    let root = TempDir::new().unwrap();
    copy_folder(images()[0].path(), root.path());
    lay_beside(root.path(), "copy", &fork_of(other));
    root
}

/// Puts records where a salvage looks for them without the store.
fn lay_beside(root: &Path, name: &str, records: &[Sealed]) {
    let blobs = root.join("set-aside/kim-lien/copy/blobs");
    fs::create_dir_all(&blobs).unwrap();
    let text: Vec<u8> = records.iter().flat_map(|sealed| [&sealed.line, &b"\n"[..]].concat()).collect();
    fs::write(blobs.join(name), text).unwrap();
}

fn written() -> Vec<Sealed> {
    chain(&stream(), 1, GENESIS, RECORDS, facts)
}

fn fork_of(count: u64) -> Vec<Sealed> {
    let common = usize::try_from(COMMON).unwrap();
    chain(&stream(), COMMON + 1, &written()[common - 1].hash, count, |seq| facts(seq + 1))
}

/// A folder in which the other history alone stands, closed well.
fn folder_of(other: u64) -> TempDir {
    let root = TempDir::new().unwrap();
    let mut journal = Box::new(open_folder(root.path()).unwrap().journal(&stream()).unwrap());
    let common = usize::try_from(COMMON).unwrap();
    for batch in [&written()[..common], &fork_of(other)].concat().chunks(10) {
        journal.append(batch).unwrap();
    }
    journal.close().unwrap();
    root
}

fn backup_of(case: &Case) -> (Vec<PathBuf>, TempDir) {
    let files = TempDir::new().unwrap();
    if case.backup != Told::OfTheOther {
        return (Vec::new(), files);
    }
    let root = folder_of(case.other);
    let journal = open_folder(root.path()).unwrap().journal(&stream()).unwrap();
    let file = files.path().join("backup");
    write_file(Backup::new(&[journal.reader()], START), &file).unwrap();
    (vec![file], files)
}

fn end_of(salvage: &mut Salvage) -> Vec<u8> {
    salvage.last_line().unwrap().unwrap()
}

/// The line that the chain has to end with.
fn line_at(case: &Case) -> Vec<u8> {
    let history = if case.end.0 == RECORDS { written() } else { fork_of(case.other) };
    history.last().unwrap().line.clone()
}

fn found(work: &TempDir) -> u64 {
    fs::read_to_string(work.path().join("found/kim-lien.jsonl")).unwrap().lines().count() as u64
}
