//! What only a journal on disk can be asked: reopening, locking, copies, and files that went missing.

use std::fs;

use queue_core::ids::Slug;
use queue_core::record::Seq;
use queue_journal::folder::DataFolder;
use queue_journal::sled::{BALLAST_BYTES, Ballast, Stop};
use queue_journal::verify::{verify, verify_folder};
use queue_journal::{Journal, JournalError};
use tempfile::TempDir;

use crate::support::{all, closed_folder, facts, files_under, fill, open_folder, open_journal, stream};

#[test]
fn a_journal_goes_on_where_it_was_closed_and_where_it_was_dropped() {
    for clean in [true, false] {
        let root = TempDir::new().unwrap();
        let mut tail = None;
        for round in 1..=4_u64 {
            let mut journal = open_journal(root.path()).unwrap();
            assert_eq!(journal.tail(), tail, "clean {clean} round {round}");
            fill(journal.as_mut(), 30);
            tail = journal.tail();
            if clean {
                journal.close().unwrap();
            }
        }
        let journal = open_journal(root.path()).unwrap();
        let read = all(&journal.reader());
        assert_eq!(read.len(), 120);
        assert!(read.iter().all(|record| record.events == facts(record.seq.0)));
        assert_eq!(journal.reader().marks().len(), 5);
        let copy = root.path().join("set-aside/kim-lien/copy/db");
        assert_eq!(copy.exists(), !clean, "a copy is kept after an unclean stop only");
        assert!(!root.path().join("set-aside/kim-lien/pending").exists());
        assert_eq!(verify(&journal.reader()).unwrap().records, 120);
    }
}

#[test]
fn a_closed_journal_leaves_its_readers_an_error() {
    let root = TempDir::new().unwrap();
    let mut journal = open_journal(root.path()).unwrap();
    fill(journal.as_mut(), 3);
    let reader = journal.reader();
    journal.close().unwrap();
    let refused = reader.all().next().unwrap().unwrap_err();
    assert!(refused.to_string().contains("it was closed"), "{refused}");
}

#[test]
fn one_process_holds_a_data_folder() {
    let root = TempDir::new().unwrap();
    let journal = open_journal(root.path()).unwrap();
    let refused = DataFolder::open(root.path()).unwrap_err();
    assert!(matches!(refused, JournalError::InUse { .. }), "{refused}");
    journal.close().unwrap();
    open_folder(root.path()).unwrap();
}

#[test]
fn a_stream_has_one_writer_in_a_process() {
    let root = TempDir::new().unwrap();
    let folder = open_folder(root.path()).unwrap();
    let first = folder.journal(&stream()).unwrap();
    let refused = folder.journal(&stream()).unwrap_err();
    assert!(refused.to_string().contains("it is open in this process already"), "{refused}");
    drop(first);
    assert_eq!(folder.journal(&stream()).unwrap().last_stop(), Stop::Unclean);
}

#[test]
fn a_lost_tail_is_noticed_although_all_that_is_left_holds() {
    // An earlier state of the database under the note of a later one: contiguous, chained, and too short.
    let root = closed_folder(100);
    let live = root.path().join("journal/kim-lien");
    let earlier = TempDir::new().unwrap();
    crate::support::copy_folder(&live, earlier.path());
    let mut journal = open_journal(root.path()).unwrap();
    fill(journal.as_mut(), 5);
    journal.close().unwrap();
    fs::remove_dir_all(&live).unwrap();
    crate::support::copy_folder(earlier.path(), &live);

    let refused = open_journal(root.path()).err().unwrap();
    let JournalError::Damaged { seq, what, remedy, .. } = &refused else { panic!("{refused}") };
    assert_eq!(*seq, Some(Seq(101)));
    assert!(what.contains("up to 105 were acknowledged") && what.contains("ends with 100"), "{what}");
    assert!(remedy.contains("queue-server recover"), "{remedy}");
}

#[test]
fn another_history_of_the_same_length_is_noticed() {
    let (root, other) = (closed_folder(20), TempDir::new().unwrap());
    let mut journal = open_journal(other.path()).unwrap();
    let retold = |seq| facts(seq + 1);
    let batch = crate::support::chain(&stream(), 1, queue_core::record::GENESIS, 20, retold);
    journal.append(&batch).unwrap();
    journal.close().unwrap();
    fs::copy(other.path().join("acked/kim-lien"), root.path().join("acked/kim-lien")).unwrap();
    let refused = open_journal(root.path()).err().unwrap();
    assert!(
        refused.to_string().contains("at record 20: it is not the record that was acknowledged"),
        "{refused}"
    );
}

#[test]
fn files_that_are_gone_are_never_an_empty_journal() {
    // What is removed, and whether the journal may still open, then with all records.
    let cases: [(&[&str], bool); 6] = [
        (&["journal/kim-lien/db"], false),
        (&["journal/kim-lien"], false),
        (&["journal"], false),
        (&["journal/kim-lien/db", "acked/kim-lien"], false),
        (&["journal/kim-lien/clean"], true),
        (&["acked/kim-lien"], true),
    ];
    for (gone, opens) in cases {
        let root = closed_folder(60);
        for path in gone {
            let path = root.path().join(path);
            if path.is_dir() { fs::remove_dir_all(path).unwrap() } else { fs::remove_file(path).unwrap() }
        }
        let before = files_under(root.path());
        match open_journal(root.path()) {
            Ok(journal) => {
                assert!(opens, "{gone:?}");
                assert_eq!(journal.reader().durable(), Seq(60), "{gone:?}");
            }
            Err(refused) => {
                assert!(!opens, "{gone:?}: {refused}");
                assert!(matches!(refused, JournalError::Damaged { .. }), "{gone:?}: {refused}");
                assert_eq!(files_under(root.path()), before, "{gone:?}: it was touched");
            }
        }
    }
}

#[test]
fn a_folder_is_verified_stream_by_stream() {
    let root = closed_folder(30);
    let folder = open_folder(root.path()).unwrap();
    let house = Slug::new("house").unwrap();
    Box::new(folder.journal(&house).unwrap()).close().unwrap();
    let found = verify_folder(&folder).unwrap();
    let found: Vec<_> =
        found.into_iter().map(|(stream, verified)| (stream.to_string(), verified.unwrap().records)).collect();
    assert_eq!(found, [("house".to_owned(), 0), ("kim-lien".to_owned(), 30)]);
    drop(folder);
    assert_eq!(open_journal(root.path()).unwrap().reader().durable(), Seq(30));
}

#[test]
fn the_ballast_is_made_once_and_can_be_dropped() {
    let root = TempDir::new().unwrap();
    let folder = open_folder(root.path()).unwrap();
    assert!(!folder.drop_ballast().unwrap());
    // A small disk, or one that cannot set room aside, has none, and that is no error.
    for _ in 0..2 {
        let kept = folder.keep_ballast().unwrap() == Ballast::Kept;
        let bytes = fs::metadata(root.path().join("ballast")).map_or(0, |meta| meta.len());
        assert_eq!(bytes == BALLAST_BYTES, kept);
        assert_eq!(bytes == 0, !kept);
    }
    folder.drop_ballast().unwrap();
    assert!(!root.path().join("ballast").exists());
    assert!(folder.free_bytes().unwrap() > 0);
}

#[test]
fn a_start_that_was_cut_off_while_it_wrote_a_snapshot_starts_again() {
    for torn in [Vec::new(), vec![0; 141]] {
        let root = closed_folder(40);
        let live = root.path().join("journal/kim-lien");
        fs::write(live.join("snap.00000000000FFFFF.generating"), &torn).unwrap();
        let journal = open_journal(root.path()).unwrap();
        assert_eq!(journal.reader().durable(), Seq(40), "{} bytes", torn.len());
        assert_eq!(all(&journal.reader()).len(), 40);
    }
}
