//! Records, places for journals, and the second process that the tests start.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use queue_core::ids::Slug;
use queue_core::record::{About, GENESIS, Key, Record, Seq, Texts};
use queue_core::text::Text;
use queue_core::time::At;
use queue_journal::codec::{Sealed, open, seal};
use queue_journal::folder::DataFolder;
use queue_journal::memory::MemoryJournal;
use queue_journal::{Journal, JournalError, Reader};
use serde::{Deserialize, Serialize};
use tempfile::TempDir;

/// 2024-11-22T10:00:00Z.
pub(crate) const START: At = At(1_732_269_600_000);
pub(crate) const MINUTE: i64 = 60_000;

/// A small stand-in for the events of an office, written in the same manner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Fact {
    DayOpened { layout: String },
    DayClosed,
    TicketIssued { number: String },
    TicketParked { reason: Text },
}

impl Texts for Fact {
    fn texts_mut(&mut self) -> Vec<&mut Text> {
        match self {
            Self::TicketParked { reason } => vec![reason],
            Self::DayOpened { .. } | Self::DayClosed | Self::TicketIssued { .. } => Vec::new(),
        }
    }
}

pub(crate) fn stream() -> Slug {
    Slug::new("kim-lien").unwrap()
}

/// Record `seq`, unsealed, one minute after the one before.
pub(crate) fn record(stream: &Slug, seq: u64, events: Vec<Fact>) -> Record<Fact> {
    let key =
        Key { scope: "device:kiosk-1".to_owned(), key: format!("key-{seq}"), fingerprint: "5f".repeat(32) };
    Record {
        v: 1,
        stream: stream.clone(),
        seq: Seq(seq),
        at: At(START.0 + i64::try_from(seq).unwrap() * MINUTE),
        epoch: 1,
        actor: "user:lan".to_owned(),
        key: (seq.is_multiple_of(3)).then_some(key),
        status: 201,
        about: About::Office,
        events,
        prev_hash: String::new(),
        hash: String::new(),
        texts: Vec::new(),
    }
}

/// What record `seq` of the tests tells: most are short, some carry a text, one in `LARGE_EVERY` is long.
pub(crate) fn facts(seq: u64) -> Vec<Fact> {
    const LARGE_EVERY: u64 = 50;
    match seq {
        _ if seq % LARGE_EVERY == 1 => vec![Fact::DayOpened { layout: "quầy ".repeat(2_000) }],
        _ if seq.is_multiple_of(LARGE_EVERY) => vec![Fact::DayClosed],
        _ if seq.is_multiple_of(7) => {
            let reason = Text::seal(&format!("giấy tờ của \"ông An\" {seq}"), u128::from(seq));
            vec![Fact::TicketParked { reason }]
        }
        _ => vec![Fact::TicketIssued { number: format!("A{seq:03}") }],
    }
}

/// Sealed records that follow `tail`, as [`facts`] tells them.
pub(crate) fn following(stream: &Slug, journal: &Reader, count: u64) -> Vec<Sealed> {
    let (first, head) = journal.tail().map_or((1, GENESIS.to_owned()), |tail| (tail.seq.0 + 1, tail.hash));
    chain(stream, first, &head, count, facts)
}

/// `count` sealed records from `first` on, chained to `head`.
pub(crate) fn chain(
    stream: &Slug,
    first: u64,
    head: &str,
    count: u64,
    facts: impl Fn(u64) -> Vec<Fact>,
) -> Vec<Sealed> {
    let mut head = head.to_owned();
    let mut sealed = Vec::new();
    for seq in first..first + count {
        let next = seal(&mut record(stream, seq, facts(seq)), &head).unwrap();
        head.clone_from(&next.hash);
        sealed.push(next);
    }
    sealed
}

/// Everything a reader gives, opened.
pub(crate) fn all(reader: &Reader) -> Vec<Record<Fact>> {
    reader.all().map(|line| open::<Fact>(&line.unwrap()).unwrap()).collect()
}

/// A back end with a journal in it.
pub(crate) struct Place {
    pub(crate) name: &'static str,
    pub(crate) journal: Box<dyn Journal>,
    _root: Option<TempDir>,
}

/// One empty journal in each back end.
pub(crate) fn places() -> Vec<Place> {
    let root = TempDir::new().unwrap();
    let on_disk = open_folder(root.path()).unwrap().journal(&stream()).unwrap();
    vec![
        Place { name: "memory", journal: Box::new(MemoryJournal::new(stream())), _root: None },
        Place { name: "sled", journal: Box::new(on_disk), _root: Some(root) },
    ]
}

/// A data folder with `count` records in batches of 10, closed well.
pub(crate) fn closed_folder(count: u64) -> TempDir {
    let root = TempDir::new().unwrap();
    let mut journal = open_journal(root.path()).unwrap();
    fill(journal.as_mut(), count);
    journal.close().unwrap();
    root
}

pub(crate) fn open_journal(root: &Path) -> Result<Box<dyn Journal>, JournalError> {
    Ok(Box::new(open_folder(root)?.journal(&stream())?))
}

/// Takes a data folder that nobody else has.
///
/// A second process that another test is starting holds every lock of this one from its fork to its exec.
pub(crate) fn open_folder(root: &Path) -> Result<DataFolder, JournalError> {
    let until = Instant::now() + Duration::from_secs(5);
    loop {
        match DataFolder::open(root) {
            Err(JournalError::InUse { .. }) if Instant::now() < until => std::thread::yield_now(),
            other => return other,
        }
    }
}

pub(crate) fn fill(journal: &mut dyn Journal, count: u64) {
    // Batches that lie in blocks as they are, and one that is packed.
    let records = following(&stream(), &journal.reader(), count);
    let (packed, plain) = records.split_at(records.len() / 4);
    for batch in [packed].into_iter().chain(plain.chunks(10)) {
        journal.append(batch).unwrap();
    }
}

/// Copies a folder with all in it.
pub(crate) fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Every file under `folder` with its bytes, by path, in order.
pub(crate) fn files_under(folder: &Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            files.extend(files_under(&entry.path()));
        } else {
            files.push((entry.path(), std::fs::read(entry.path()).unwrap()));
        }
    }
    files.sort();
    files
}

/// This test program, to be run again as a second process that does `role` on `root`.
///
/// A role is a test that does nothing unless it finds its folder in the environment.
pub(crate) fn second_process(role: &str, root: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", role, "--nocapture", "--test-threads=1"]).env(role.replace("::", "_"), root);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The folder that this process was started for, where it is a second process in `role`.
pub(crate) fn root_for(role: &str) -> Option<std::path::PathBuf> {
    std::env::var_os(role.replace("::", "_")).map(Into::into)
}
