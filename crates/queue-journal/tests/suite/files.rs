//! What lies in a data folder beside the database, byte for byte: the mark of a clean stop, the note of the last
//! acknowledged record, the copy that is set aside, the ballast.

use std::fs;
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::Path;

use queue_core::ids::Slug;
use queue_core::record::{GENESIS, Seq};
use queue_core::time::At;
use queue_journal::export::export;
use queue_journal::folder::{DataFolder, STREAMS_MAX};
use queue_journal::reader::MARKS_MAX;
use queue_journal::salvage::{Places, salvage};
use queue_journal::sled::{BALLAST_BYTES, Ballast, Stop};
use queue_journal::{Journal, JournalError, MarkKind};
use tempfile::TempDir;

use crate::support::{
    Fact, START, chain, closed_folder, copy_folder, files_under, fill, open_folder, open_journal, places,
    stream,
};

/// Where the second slot of a note lies.
const SECOND_SLOT: u64 = 4096;

#[test]
fn the_mark_of_a_clean_stop_lists_every_file_with_length_and_checksum() {
    let root = closed_folder(60);
    let live = root.path().join("journal/kim-lien");
    let mut due: Vec<String> = files_under(&live)
        .into_iter()
        .filter(|(path, _)| !path.ends_with("clean"))
        .map(|(path, bytes)| {
            let name = path.strip_prefix(&live).unwrap().display().to_string();
            format!("{} {:08x} {name}", bytes.len(), crc32fast::hash(&bytes))
        })
        .collect();
    due.insert(0, "queue-journal closed 1".to_owned());
    assert!(due.len() > 2, "{due:?}");
    let mark = fs::read_to_string(live.join("clean")).unwrap();
    assert_eq!(mark.lines().collect::<Vec<_>>(), due);
}

#[test]
fn what_was_changed_while_nobody_ran_counts_as_an_unclean_stop() {
    type Change = fn(&Path);
    let cases: [(&str, Stop, Change); 6] = [
        ("nothing", Stop::Clean, |_| ()),
        ("a file more", Stop::Unclean, |live| fs::write(live.join("blobs/7"), b"x").unwrap()),
        ("an unreadable mark", Stop::Unclean, |live| fs::write(live.join("clean"), [0xff, 0xfe]).unwrap()),
        ("another mark", Stop::Unclean, |live| {
            fs::write(live.join("clean"), b"queue-journal closed 1\n").unwrap()
        }),
        ("no mark", Stop::Unclean, |live| fs::remove_file(live.join("clean")).unwrap()),
        ("a zero more", Stop::Unclean, |live| {
            let db = fs::OpenOptions::new().append(true).open(live.join("db")).unwrap();
            db.set_len(db.metadata().unwrap().len() + 1).unwrap();
        }),
    ];
    for (name, stop, change) in cases {
        let root = closed_folder(30);
        fs::create_dir_all(root.path().join("journal/kim-lien/blobs")).unwrap();
        change(&root.path().join("journal/kim-lien"));
        let folder = open_folder(root.path()).unwrap();
        match folder.journal(&stream()) {
            Ok(journal) => {
                assert_eq!((journal.last_stop(), journal.reader().durable()), (stop, Seq(30)), "{name}");
            }
            Err(refused) => panic!("{name}: {refused}"),
        }
    }
    let folder = TempDir::new().unwrap();
    assert_eq!(open_folder(folder.path()).unwrap().journal(&stream()).unwrap().last_stop(), Stop::Fresh);
}

#[test]
fn the_copy_that_is_set_aside_is_what_was_found() {
    let root = closed_folder(30);
    let live = root.path().join("journal/kim-lien");
    fs::remove_file(live.join("clean")).unwrap();
    let found: Vec<_> = files_under(&live).into_iter().map(|(_, bytes)| bytes).collect();
    let folder = open_folder(root.path()).unwrap();
    drop(folder.journal(&stream()).unwrap());
    let copy = folder.copy_of(&stream());
    assert_eq!(copy, root.path().join("set-aside/kim-lien/copy"));
    assert!(files_under(&copy).into_iter().map(|(_, bytes)| bytes).eq(found));
    assert_eq!(folder.root(), root.path());
}

#[test]
fn an_opening_that_was_cut_off_is_begun_again_from_the_original() {
    for (name, live_is_there) in [("half a copy in its place", true), ("nothing in its place", false)] {
        let root = closed_folder(30);
        let [live, aside] = ["journal/kim-lien", "set-aside/kim-lien"].map(|path| root.path().join(path));
        fs::create_dir_all(aside.join("working")).unwrap();
        fs::write(aside.join("working/db"), b"half of a copy").unwrap();
        fs::rename(&live, aside.join("pending")).unwrap();
        if live_is_there {
            fs::create_dir_all(&live).unwrap();
            fs::write(live.join("db"), b"half of a copy").unwrap();
        }
        let journal = open_journal(root.path()).unwrap();
        assert_eq!(journal.reader().durable(), Seq(30), "{name}");
        assert!(!aside.join("pending").exists() && !aside.join("working").exists(), "{name}");
    }
}

#[test]
fn a_heap_of_files_where_a_handful_is_due_is_refused() {
    let root = closed_folder(5);
    let blobs = root.path().join("journal/kim-lien/blobs");
    fs::create_dir_all(&blobs).unwrap();
    for i in 0..=1_000 {
        fs::write(blobs.join(i.to_string()), b"").unwrap();
    }
    let refused = open_journal(root.path()).err().unwrap();
    assert!(refused.to_string().contains("more than 1000 files"), "{refused}");
}

#[test]
fn the_note_has_two_slots_with_place_hash_and_checksum() {
    let root = TempDir::new().unwrap();
    Box::new(open_folder(root.path()).unwrap().journal(&stream()).unwrap()).close().unwrap();
    let note = root.path().join("acked/kim-lien");
    assert_eq!(slots(&note), [Some((0, GENESIS.to_owned())), Some((0, GENESIS.to_owned()))]);
    let mut journal = open_journal(root.path()).unwrap();
    fill(journal.as_mut(), 25);
    let head = journal.tail().unwrap().hash;
    journal.close().unwrap();
    let slots = slots(&note);
    assert!(slots.contains(&Some((25, head))), "{slots:?}");
    assert!(slots.iter().all(Option::is_some), "the other slot holds an older note, or the same: {slots:?}");
}

#[test]
fn a_journal_that_is_dropped_leaves_the_note_of_its_last_record() {
    let root = TempDir::new().unwrap();
    let mut journal = open_journal(root.path()).unwrap();
    fill(journal.as_mut(), 45);
    let head = journal.tail().unwrap().hash;
    drop(journal);
    let slots = slots(&root.path().join("acked/kim-lien"));
    assert!(slots.contains(&Some((45, head))), "{slots:?}");
}

#[test]
fn a_spoiled_slot_leaves_the_other_and_two_spoiled_slots_are_refused() {
    let hash = |seq: usize| chain(&stream(), 1, GENESIS, 30, crate::support::facts)[seq - 1].hash.clone();
    let spoil = |path: &Path, at: u64| {
        let file = fs::OpenOptions::new().write(true).open(path).unwrap();
        file.write_all_at(b"#", at).unwrap();
    };
    let good = |path: &Path, at: u64, seq: u64, hash: &str| {
        let file = fs::OpenOptions::new().write(true).open(path).unwrap();
        file.write_all_at(&slot(seq, hash), at).unwrap();
    };
    // A note of record 31 or of another record 20 must be believed whichever slot it stands in.
    for at in [0, SECOND_SLOT] {
        for (seq, says) in
            [(31, "up to 31 were acknowledged"), (20, "it is not the record that was acknowledged")]
        {
            let root = closed_folder(30);
            let note = root.path().join("acked/kim-lien");
            spoil(&note, SECOND_SLOT - at);
            good(&note, at, seq, &hash(19));
            let refused = open_journal(root.path()).err().unwrap();
            assert!(refused.to_string().contains(says), "{refused}");
        }
        // The newer one of two counts: here it is the wrong one.
        let root = closed_folder(30);
        let note = root.path().join("acked/kim-lien");
        good(&note, at, 30, &hash(29));
        good(&note, SECOND_SLOT - at, 29, &hash(29));
        assert!(open_journal(root.path()).is_err());
    }
    for within in [0, 7, 8, 15, 16, 79, 80, 83] {
        let root = closed_folder(30);
        let note = root.path().join("acked/kim-lien");
        spoil(&note, within);
        assert!(open_journal(root.path()).is_ok(), "one slot spoiled at {within}");
        let root = closed_folder(30);
        let note = root.path().join("acked/kim-lien");
        spoil(&note, within);
        spoil(&note, SECOND_SLOT + within);
        let refused = open_journal(root.path()).err().unwrap();
        assert!(refused.to_string().contains("is unreadable"), "both at {within}: {refused}");
        assert!(refused.to_string().contains("queue-server recover"), "{refused}");
    }
}

#[test]
fn a_batch_that_left_its_trace_anywhere_in_the_file_is_missed() {
    let megabyte = 1024 * 1024;
    // Also where the trace lies across the pieces in which the file is read.
    for (at, first, noticed) in [
        (megabyte - 700, 41, true),
        (megabyte - 100, 41, true),
        (3 * megabyte - 1, 99, true),
        (megabyte, 31, false),
    ] {
        let root = closed_folder(30);
        let live = root.path().join("journal/kim-lien");
        fs::remove_file(live.join("clean")).unwrap();
        let db = fs::OpenOptions::new().write(true).open(live.join("db")).unwrap();
        assert!(db.metadata().unwrap().len() <= at, "the trace is beyond what the store wrote");
        db.write_all_at(&meta(first), at).unwrap();
        match open_journal(root.path()) {
            Ok(_) => assert!(!noticed, "at {at}"),
            Err(refused) => {
                let said = format!("at record 31: it is missing: a batch that began with record {first}");
                assert!(noticed && refused.to_string().contains(&said), "at {at}: {refused}");
            }
        }
    }
}

#[test]
fn the_streams_of_a_folder_are_those_with_a_journal_or_a_note_and_nothing_else() {
    let root = closed_folder(3);
    let folder = open_folder(root.path()).unwrap();
    for path in ["journal/an-phu", "journal/.trash", "journal/Lost+Found", "acked/house", "set-aside/gone"] {
        fs::create_dir_all(root.path().join(path)).unwrap();
    }
    let names = |folder: &DataFolder| {
        folder.streams().map(|streams| streams.iter().map(Slug::to_string).collect::<Vec<_>>())
    };
    assert_eq!(names(&folder).unwrap(), ["an-phu", "house", "kim-lien"]);
    let empty = TempDir::new().unwrap();
    assert_eq!(names(&open_folder(empty.path()).unwrap()).unwrap(), [""; 0]);
    // Each stream may stand in both places.
    for i in 0..STREAMS_MAX {
        fs::create_dir_all(empty.path().join(format!("journal/s{i}"))).unwrap();
        fs::create_dir_all(empty.path().join(format!("acked/s{i}"))).unwrap();
    }
    let folder = open_folder(empty.path()).unwrap();
    assert_eq!(names(&folder).unwrap().len(), STREAMS_MAX);
    fs::create_dir_all(empty.path().join("acked/one-more")).unwrap();
    assert!(names(&folder).unwrap_err().to_string().contains("more than 1000 streams"));
}

#[test]
fn a_ballast_of_another_size_is_made_anew() {
    let root = TempDir::new().unwrap();
    let folder = open_folder(root.path()).unwrap();
    fs::write(root.path().join("ballast"), b"short").unwrap();
    let kept = folder.keep_ballast().unwrap() == Ballast::Kept;
    assert_eq!(
        kept,
        folder.free_bytes().unwrap() + BALLAST_BYTES >= 4 * BALLAST_BYTES,
        "where there is room"
    );
    if kept {
        assert_eq!(fs::metadata(root.path().join("ballast")).unwrap().len(), BALLAST_BYTES);
        assert!(folder.drop_ballast().unwrap() && !folder.drop_ballast().unwrap());
    }
    assert_eq!(BALLAST_BYTES, 67_108_864);
}

#[test]
fn the_free_room_is_what_the_system_says() {
    let root = TempDir::new().unwrap();
    let free = open_folder(root.path()).unwrap().free_bytes().unwrap();
    let disk = rustix::fs::statvfs(root.path()).unwrap();
    let system = disk.f_bavail * disk.f_frsize;
    // Others write to the disk too.
    assert!(free / 2 <= system && system / 2 <= free, "{free} and {system}");
}

#[test]
fn a_full_disk_is_told_apart_and_the_way_out_is_named() {
    let root = closed_folder(3);
    let reader = open_journal(root.path()).unwrap().reader();
    let memory = places().remove(0);
    drop(reader);
    let mut full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut journal = memory.journal;
    fill(journal.as_mut(), 3);
    let refused = export(&[journal.reader()], &mut full).unwrap_err();
    assert!(matches!(refused, JournalError::Full { .. }), "{refused}");
    let words = refused.to_string();
    assert!(words.contains("write the export") && words.contains("`ballast`"), "{words}");
    struct Broken;
    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the cable is out"))
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let refused = export(&[journal.reader()], &mut Broken).unwrap_err();
    assert_eq!(refused.to_string(), "failed to write the export: the cable is out");
}

#[test]
fn marks_of_more_than_ten_years_are_let_go_oldest_first() {
    let mut place = places().remove(0);
    let days = chain(&stream(), 1, GENESIS, MARKS_MAX as u64 + 2, |_| vec![Fact::DayClosed]);
    for batch in days.chunks(1_000) {
        place.journal.append(batch).unwrap();
    }
    let marks = place.journal.reader().marks();
    assert_eq!((marks.len(), marks[0].seq, marks[0].kind), (10_000, Seq(3), MarkKind::DayClosed));
    assert!(marks[0].at > At(START.0));
}

#[test]
fn a_folder_that_cannot_be_looked_at_is_no_empty_one() {
    let root = TempDir::new().unwrap();
    let [data, working, found] = ["data", "working", "found"].map(|name| root.path().join(name));
    fs::write(&data, b"a file where a folder is due").unwrap();
    let places = Places { data: Some(&data), backups: &[], working: &working, found: &found };
    let refused = salvage(places).unwrap_err();
    assert!(refused.to_string().starts_with("failed to open"), "{refused}");
    // One that nobody ever took can be: there is nothing in it.
    fs::remove_file(&data).unwrap();
    fs::create_dir(&data).unwrap();
    assert!(salvage(places).unwrap().is_empty());
}

#[test]
fn a_folder_can_be_moved_while_it_is_closed() {
    let (root, other) = (closed_folder(12), TempDir::new().unwrap());
    copy_folder(root.path(), other.path());
    let folder = open_folder(other.path()).unwrap();
    let journal = folder.journal(&stream()).unwrap();
    assert_eq!((journal.last_stop(), journal.reader().durable()), (Stop::Clean, Seq(12)));
}

/// A slot of the note: magic, place, hash, checksum.
fn slot(seq: u64, hash: &str) -> Vec<u8> {
    let mut slot = [b"QACKED01", &seq.to_be_bytes()[..], hash.as_bytes()].concat();
    slot.extend(crc32fast::hash(&slot).to_be_bytes());
    slot
}

/// What the two slots of a note hold, where they hold.
fn slots(note: &Path) -> [Option<(u64, String)>; 2] {
    let bytes = fs::read(note).unwrap();
    [0, usize::try_from(SECOND_SLOT).unwrap()].map(|at| {
        let written = bytes.get(at..at + 84)?;
        let seq = u64::from_be_bytes(written[8..16].try_into().unwrap());
        let hash = String::from_utf8(written[16..80].to_vec()).unwrap();
        (written == slot(seq, &hash)).then_some((seq, hash))
    })
}

/// The meta value of a batch of one record that begins with `first`.
fn meta(first: u64) -> Vec<u8> {
    let json = format!(
        r#"{{"format":1,"base":1,"first":{first},"last":{first},"count":{first},"head":"{}"}}"#,
        "0".repeat(64)
    );
    let mut value = [b"M\0\0\0\0", json.as_bytes()].concat();
    let checksum = crc32fast::hash(&[b"mM", &value[5..]].concat());
    value[1..5].copy_from_slice(&checksum.to_be_bytes());
    value
}
