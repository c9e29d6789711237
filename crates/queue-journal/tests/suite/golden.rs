//! Records of format 1 as they were written once; they are read for ever.
//!
//! A change that makes this fail makes journals of offices unreadable: add a version, keep the old reader.

use std::fs;
use std::path::{Path, PathBuf};

use queue_core::ids::Slug;
use queue_core::record::{About, GENESIS, Seq};
use queue_core::time::At;
use queue_journal::Journal;
use queue_journal::backup::Backup;
use queue_journal::backup::restore::restore;
use queue_journal::codec::{Sealed, open, seal};
use queue_journal::verify::verify;

use crate::support::{Fact, START, following, open_folder};

const FORMAT_1: &str = include_str!("../golden/format-1.jsonl");
/// Heads of the streams in the golden backups.
const HOUSE_3: &str = "3de2179b687bb6090d91f352d2a78b7b618cc14520e93e693a80dd7f9984c955";
const HOUSE_4: &str = "54fb1666d425c86edfe5a44766c77b861325be74a7f9696f4762e376268834f1";
const KIM_LIEN_120: &str = "7dda18971b9eb8e1bf5ee66c371bf30db296f578b7495d97a4ac9c6e4ea4bd3a";
const KIM_LIEN_155: &str = "92899e6a0b0c64955c03280527cc386f7eb2c8742eb7db1ef2525e9e65eb1326";

#[test]
fn records_of_format_1_are_read() {
    let records: Vec<_> = FORMAT_1.lines().map(|line| open::<Fact>(line.as_bytes()).unwrap()).collect();
    assert_eq!(records.len(), 6);
    assert_eq!(records[0].prev_hash, GENESIS);
    for (index, pair) in records.windows(2).enumerate() {
        assert_eq!(pair[1].prev_hash, pair[0].hash, "after {index}");
        assert_eq!(pair[1].seq, pair[0].seq.next());
    }
    assert_eq!(records[1].at.0, START.0 + 120_000);
    assert_eq!(records[1].about, About::Ticket("0123456789abcdefghjkmnpqrs".parse().unwrap()));
    assert_eq!(records[2].key.as_ref().map(|key| key.key.as_str()), Some("key-3"));
    let texts: Vec<_> = records
        .iter()
        .flat_map(|record| &record.events)
        .filter_map(|event| match event {
            Fact::TicketParked { reason } => Some(reason.as_str()),
            Fact::DayOpened { .. } | Fact::DayClosed | Fact::TicketIssued { .. } => None,
        })
        .collect();
    // The second of them was erased.
    assert_eq!(texts, ["chờ \"giấy khai sinh\"\n", ""]);
    assert_eq!(records[5].events.len(), 2);
    assert_eq!(records[5].seq, Seq(6));
}

#[test]
fn records_of_format_1_are_still_written_byte_for_byte() {
    let mut head = GENESIS.to_owned();
    for line in FORMAT_1.lines() {
        let mut record = open::<Fact>(line.as_bytes()).unwrap();
        let written = seal(&mut record, &head).unwrap();
        assert_eq!(String::from_utf8(written.line).unwrap(), line);
        assert_eq!(Sealed::from_line(line.as_bytes().to_vec()).unwrap().hash, written.hash);
        head = written.hash;
    }
}

/// A full backup of format 1 and one of format 2 that continues it: of `house` 3 and 1 records, of `kim-lien` 120 and
/// 35, with long records, texts and days among them.
#[test]
fn backups_of_formats_1_and_2_restore() {
    let files = ["backup-1-full.jsonl", "backup-2-continued.jsonl"].map(golden);
    for (count, ends) in [(1, [(3, HOUSE_3), (120, KIM_LIEN_120)]), (2, [(4, HOUSE_4), (155, KIM_LIEN_155)])]
    {
        let target = tempfile::TempDir::new().unwrap();
        let headers = restore(&files[..count], target.path()).unwrap();
        assert_eq!(headers.iter().map(|header| header.backup).collect::<Vec<_>>(), [1, 2][..count]);
        let folder = open_folder(target.path()).unwrap();
        for (stream, (records, head)) in ["house", "kim-lien"].into_iter().zip(ends) {
            let journal = folder.journal(&Slug::new(stream).unwrap()).unwrap();
            let found = verify(&journal.reader()).unwrap();
            assert_eq!((found.records, found.head.as_str()), (records, head), "{stream} of {count}");
        }
    }
}

#[test]
fn backups_of_formats_1_and_2_are_still_written_byte_for_byte() {
    let root = tempfile::TempDir::new().unwrap();
    let folder = open_folder(root.path()).unwrap();
    let mut journals = ["house", "kim-lien"].map(|name| folder.journal(&Slug::new(name).unwrap()).unwrap());
    let readers = journals.each_ref().map(|journal| journal.reader());
    let mut go_on = |counts: [u64; 2]| {
        for (journal, count) in journals.iter_mut().zip(counts) {
            let batch = following(journal.reader().stream(), &journal.reader(), count);
            journal.append(&batch).unwrap();
        }
    };
    go_on([3, 120]);
    let full = Backup::new(&readers, START);
    let before = full.header().clone();
    let full: Vec<u8> = full.flat_map(Result::unwrap).collect();
    go_on([1, 35]);
    let continued = Backup::after(&readers, &before, At(START.0 + 86_400_000)).unwrap();
    let continued: Vec<u8> = continued.flat_map(Result::unwrap).collect();
    for (name, written) in [("backup-1-full.jsonl", full), ("backup-2-continued.jsonl", continued)] {
        assert!(fs::read(golden(name)).unwrap() == written, "{name} is written differently");
    }
}

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}
