//! What can be brought back of a damaged folder: everything that is still whole, wherever it lies, and nothing else.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use queue_core::record::{GENESIS, Seq};
use queue_journal::backup::restore::NewFolder;
use queue_journal::backup::{Backup, write_file};
use queue_journal::salvage::{Places, Salvage, salvage};
use queue_journal::verify::verify;
use queue_journal::{Journal, JournalError};
use tempfile::TempDir;

use crate::damage::{RECORDS, images};
use crate::support::{START, chain, copy_folder, facts, files_under, open_folder, stream};

/// The salvage of the one stream of `data`, and the folder it worked in.
pub(crate) fn salvaged(data: Option<&Path>, backups: &[PathBuf]) -> (Salvage, TempDir) {
    let work = TempDir::new().unwrap();
    let (working, found) = (work.path().join("working"), work.path().join("found"));
    let mut all = salvage(Places { data, backups, working: &working, found: &found }).unwrap();
    assert_eq!(all.len(), 1);
    (all.pop().unwrap(), work)
}

/// A copy of an image with `damage` done to the bytes of its database.
fn damaged(cut_off: bool, damage: impl FnOnce(&mut Vec<u8>)) -> TempDir {
    let root = TempDir::new().unwrap();
    copy_folder(images()[usize::from(cut_off)].path(), root.path());
    let path = root.path().join("journal/kim-lien/db");
    let mut bytes = fs::read(&path).unwrap();
    damage(&mut bytes);
    fs::write(&path, bytes).unwrap();
    root
}

/// Leaves the store of `root` nothing that it could read.
pub(crate) fn spoil_store(root: &Path) {
    let live = root.join("journal/kim-lien");
    for name in ["conf", "clean"] {
        fs::write(live.join(name), b"nonsense").unwrap();
    }
    // The first bytes of the log hold the root of the tree: without them the store knows nothing.
    let mut bytes = fs::read(live.join("db")).unwrap();
    bytes[..64].fill(0xff);
    fs::write(live.join("db"), bytes).unwrap();
}

/// Spoils these records wherever the store of `root` has a copy of them.
pub(crate) fn hide(root: &Path, records: &[u64]) {
    let database = root.join("journal/kim-lien/db");
    let mut bytes = fs::read(&database).unwrap();
    for seq in records {
        let wanted = format!("\"seq\":{seq},");
        while let Some(at) = bytes.windows(wanted.len()).position(|window| window == wanted.as_bytes()) {
            bytes[at] = b'!';
        }
    }
    fs::write(&database, bytes).unwrap();
}

/// The lines of the records as they were written once, by place.
fn written() -> BTreeMap<u64, Vec<u8>> {
    let all = chain(&stream(), 1, GENESIS, RECORDS, facts);
    all.into_iter().map(|sealed| (sealed.seq.0, sealed.line)).collect()
}

/// Checks what was found against what was written: each line once, unchanged; what is missing is what was not found.
fn check(salvage: &Salvage, work: &TempDir, case: &str) {
    let mode = |path: &str| fs::metadata(work.path().join(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("found"), mode("found/kim-lien.jsonl")), (0o700, 0o600), "{case}");
    let text = fs::read_to_string(work.path().join("found/kim-lien.jsonl")).unwrap();
    let mut left = written();
    for line in text.lines() {
        let seq = serde_json::from_str::<serde_json::Value>(line).unwrap()["seq"].as_u64().unwrap();
        assert_eq!(left.remove(&seq).as_deref(), Some(line.as_bytes()), "{case}: record {seq}");
    }
    assert_eq!(salvage.known_end, Some(Seq(RECORDS)), "{case}");
    let missing: Vec<u64> = salvage.missing().into_iter().flatten().collect();
    assert_eq!(missing, left.into_keys().collect::<Vec<_>>(), "{case}");
    assert_eq!(salvage.chain_end().0 + 1, missing.first().copied().unwrap_or(RECORDS + 1), "{case}");
}

#[test]
fn a_changed_bit_costs_at_most_the_record_it_stands_in() {
    let mut lost = 0;
    for step in 0..24_u32 {
        let root = damaged(step % 2 == 0, |bytes| {
            let used = bytes.iter().rposition(|byte| *byte != 0).unwrap();
            let at = used * step as usize / 24;
            bytes[at] ^= 1 << (step % 8);
        });
        let before = files_under(root.path());
        let (salvage, work) = salvaged(Some(root.path()), &[]);
        check(&salvage, &work, &format!("step {step}"));
        let missing = salvage.missing();
        assert!(
            missing.is_empty() || missing.len() == 1 && missing[0].start() == missing[0].end(),
            "{missing:?}"
        );
        lost += missing.len();
        assert!(files_under(root.path()) == before, "step {step}: the damaged folder was touched");
    }
    assert!(lost < 24, "some bits are of no record");
}

#[test]
fn a_lost_page_or_tail_costs_what_stood_in_it() {
    for (name, cut) in [("page", false), ("tail", true)] {
        let root = damaged(true, |bytes| {
            let wanted = b"\"seq\":120,";
            let last = bytes.windows(wanted.len()).rposition(|window| window == wanted).unwrap();
            if cut { bytes.truncate(last) } else { bytes[last..last + 4096].fill(0) }
        });
        let (salvage, work) = salvaged(Some(root.path()), &[]);
        check(&salvage, &work, name);
    }
}

#[test]
fn without_the_store_everything_is_found_in_its_bytes_long_records_too() {
    let root = damaged(false, |_| {});
    spoil_store(root.path());
    let (salvage, work) = salvaged(Some(root.path()), &[]);
    check(&salvage, &work, "bytes alone");
    assert!(salvage.is_whole(), "{:?}", salvage.missing());
}

#[test]
fn backup_and_salvage_together_are_whole_again() {
    let source = images()[0].path();
    let files = TempDir::new().unwrap();
    let backup = files.path().join("backup");
    {
        // The backup was taken when there were 150 records.
        let (root, lines) = (TempDir::new().unwrap(), chain(&stream(), 1, GENESIS, 150, facts));
        let mut journal = open_folder(root.path()).unwrap().journal(&stream()).unwrap();
        lines.chunks(10).for_each(|batch| journal.append(batch).unwrap());
        write_file(Backup::new(&[journal.reader()], START), &backup).unwrap();
    }
    let root = TempDir::new().unwrap();
    copy_folder(source, root.path());
    hide(root.path(), &[97, 98, 99, 120, 149]);
    let (alone, work) = salvaged(Some(root.path()), &[]);
    check(&alone, &work, "without the backup");
    assert_eq!(alone.missing(), [97..=99, 120..=120, 149..=149]);
    assert_eq!((alone.chain_end(), alone.behind(), alone.is_whole()), (Seq(96), RECORDS - 101, false));

    let (mut both, _work) = salvaged(Some(root.path()), std::slice::from_ref(&backup));
    assert_eq!((both.in_folder, both.in_backups, both.is_whole()), (RECORDS - 5, 5, true));
    let target = TempDir::new().unwrap();
    let new = NewFolder::begin(target.path(), &[]).unwrap();
    both.write(&mut new.writer()).unwrap();
    new.finish().unwrap();
    let journal = open_folder(target.path()).unwrap().journal(&stream()).unwrap();
    assert_eq!(verify(&journal.reader()).unwrap().records, RECORDS);

    let (mut only_backup, _work) = salvaged(None, &[backup]);
    assert_eq!(
        (only_backup.chain_end(), only_backup.known_end, only_backup.is_whole()),
        (Seq(150), None, false)
    );
    assert!(only_backup.missing().is_empty() && only_backup.lines_behind().unwrap().is_empty());
}

#[test]
fn a_folder_in_use_is_not_salvaged() {
    let root = TempDir::new().unwrap();
    let _folder = open_folder(root.path()).unwrap();
    let places = Places { data: Some(root.path()), backups: &[], working: root.path(), found: root.path() };
    assert!(matches!(salvage(places), Err(JournalError::InUse { .. })));
}
