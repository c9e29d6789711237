//! A data folder as an earlier layout left it: the meta value among the records, no block packed.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use queue_core::record::GENESIS;
use queue_journal::verify::verify;
use queue_journal::{Journal, JournalError};
use tempfile::TempDir;

use crate::salvage::salvaged;
use crate::shelf::checksum;
use crate::support::{all, chain, copy_folder, facts, fill, open_folder, open_journal, stream};

const RECORDS: u64 = 120;
/// Records of a batch, so few that they stand in a block as they are.
const BATCH: usize = 5;
/// How long a database that was just closed may still be locked.
const UNLOCK_MAX: Duration = Duration::from_secs(10);

#[test]
fn an_earlier_folder_opens_goes_on_and_loses_nothing() {
    let root = earlier();
    let mut journal = open_journal(root.path()).unwrap();
    let before = all(&journal.reader());
    assert_eq!(before.len() as u64, RECORDS);
    // The meta value moves to its own tree at once, so that there are never two.
    journal.close().unwrap();
    assert_eq!(values_in(root.path()), (0, 1));
    for turn in 1..=3 {
        journal = open_journal(root.path()).unwrap();
        fill(journal.as_mut(), 25);
        journal.close().unwrap();
        assert_eq!(values_in(root.path()), (0, 1), "turn {turn}");
        let journal = open_folder(root.path()).unwrap().journal(&stream()).unwrap();
        let records = all(&journal.reader());
        assert_eq!(records[..before.len()], before, "turn {turn}");
        assert_eq!(records.len() as u64, RECORDS + 25 * turn);
        assert_eq!(verify(&journal.reader()).unwrap().records, RECORDS + 25 * turn);
        Box::new(journal).close().unwrap();
    }
}

#[test]
fn an_earlier_folder_that_was_killed_after_more_was_appended_opens_whole() {
    let root = earlier();
    let mut journal = open_journal(root.path()).unwrap();
    fill(journal.as_mut(), 25);
    // As a killed process leaves it: the files of this moment, and no mark of a clean stop.
    let killed = TempDir::new().unwrap();
    copy_folder(root.path(), killed.path());
    journal.close().unwrap();
    let journal = open_journal(killed.path()).unwrap();
    assert_eq!(all(&journal.reader()).len() as u64, RECORDS + 25);
}

#[test]
fn a_lost_tail_of_an_earlier_folder_is_noticed_and_all_else_is_salvaged() {
    let root = earlier();
    fs::remove_file(root.path().join("acked/kim-lien")).unwrap();
    let (salvage, _work) = salvaged(Some(root.path()), &[]);
    assert_eq!((salvage.in_folder, salvage.is_whole()), (RECORDS, true));
    let database = database(root.path());
    let (last, _) = database.range(b"e".as_slice()..b"f").next_back().unwrap().unwrap();
    database.remove(last).unwrap();
    database.flush().unwrap();
    drop(database);
    // The meta value is what knows.
    let refused = open_journal(root.path()).map(drop);
    let Err(JournalError::Damaged { what, .. }) = refused else { panic!("{refused:?}") };
    assert!(what.contains("should go to record 120"), "{what}");
}

/// A folder in the earlier layout with [`RECORDS`] records.
fn earlier() -> TempDir {
    let root = TempDir::new().unwrap();
    let mut journal = open_journal(root.path()).unwrap();
    for batch in chain(&stream(), 1, GENESIS, RECORDS, facts).chunks(BATCH) {
        journal.append(batch).unwrap();
    }
    journal.close().unwrap();
    let database = database(root.path());
    let metas = database.open_tree("meta").unwrap();
    let mut meta = metas.get("m").unwrap().unwrap().to_vec();
    let version = meta.windows(10).position(|bytes| bytes == b"\"format\":2").unwrap() + 9;
    meta[version] = b'1';
    let checksum = checksum(b"m", &meta);
    meta[1..5].copy_from_slice(&checksum);
    database.insert("m", meta).unwrap();
    drop(metas);
    assert!(database.drop_tree("meta").unwrap());
    let packed = |value: &sled::IVec| matches!(value.first(), Some(b'Z' | b'Y'));
    assert!(!database.iter().values().any(|value| packed(&value.unwrap())), "a block is packed");
    database.flush().unwrap();
    drop(database);
    assert_eq!(values_in(root.path()), (1, 0));
    root
}

/// How many meta values stand among the records, and in the tree of their own.
fn values_in(root: &Path) -> (usize, usize) {
    // A look at a copy, for a look changes the files.
    let copy = TempDir::new().unwrap();
    copy_folder(root, copy.path());
    let database = database(copy.path());
    let count = |tree: &sled::Tree| usize::from(tree.contains_key("m").unwrap());
    let own = if database.tree_names().iter().any(|name| name == b"meta") {
        count(&database.open_tree("meta").unwrap())
    } else {
        0
    };
    (count(&database), own)
}

fn database(root: &Path) -> sled::Db {
    let config = sled::Config::new().path(root.join("journal/kim-lien"));
    let begun = Instant::now();
    loop {
        match config.open() {
            // The threads of one that was just closed let go of it a moment later.
            Err(sled::Error::Io(error)) if begun.elapsed() < UNLOCK_MAX => {
                assert!(error.to_string().contains("lock"), "{error}");
                std::thread::sleep(Duration::from_millis(10));
            }
            opened => return opened.unwrap(),
        }
    }
}
