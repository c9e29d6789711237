//! The journal's store on turmoil's file system: one file of frames, one frame for each value of a batch.
//!
//! What a broken off write leaves is what the contract of a store allows: the frames that are whole, in order, and
//! the parts of one long line, which share a frame, together or not at all.
//!
//! The disk fails when it is told to: a write or a sync that errs, a full disk, a power cut before, in the middle
//! of and after a write, with what was not synced lost or torn. A sync that failed drops what it should have kept.

use std::collections::BTreeMap;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use queue_journal::JournalError;
use queue_journal::ordered::{Entry, OrderedStore};
use turmoil::fs::shim::std::fs::{File, OpenOptions, create_dir_all, read, sync_dir};

const FOLDER: &str = "/journal";
const FILE: &str = "/journal/frames";
/// Length and checksum.
const HEAD_BYTES: usize = 8;

/// What goes wrong at one of the next writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiskFault {
    /// The write errs; some of it may be in the file.
    WriteFails,
    /// There is no room for it.
    Full,
    /// The sync errs, and what it should have kept is gone.
    SyncFails,
    /// The power goes before the first byte.
    CutBefore,
    /// The power goes in the middle of the write.
    CutWithin,
    /// The power goes between write and sync.
    CutUnsynced,
    /// The power goes when all is on the disk and nobody knows.
    CutSynced,
}

/// Every fault.
pub const DISK_FAULTS: &[DiskFault] = &[
    DiskFault::WriteFails,
    DiskFault::Full,
    DiskFault::SyncFails,
    DiskFault::SyncFails,
    DiskFault::CutBefore,
    DiskFault::CutWithin,
    DiskFault::CutUnsynced,
    DiskFault::CutSynced,
];

/// A fault that is to come.
#[derive(Clone, Copy, Debug)]
pub struct Armed {
    /// Writes that go well before.
    pub after: u64,
    /// What comes then.
    pub fault: DiskFault,
    /// Chance of its own: where a write is broken off.
    pub word: u64,
}

/// What the driver and the checkers know of the disk; it outlives the server's crashes. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Disk(Arc<Mutex<State>>);

/// The state of the disk.
#[derive(Debug, Default)]
pub struct State {
    /// What comes at one of the next writes.
    pub armed: Option<Armed>,
    /// Faults that have come, by order.
    pub fired: Vec<DiskFault>,
    /// The power is gone: nothing works until the next start.
    pub cut: bool,
    /// The last record that is on the disk, and its hash.
    pub durable: (u64, String),
    /// For each record in order: when it was on the disk, in simulated milliseconds.
    pub since: Vec<u64>,
    /// The simulated time.
    pub now_ms: u64,
    /// When the server went, until a start has read the journal.
    pub went_ms: Option<u64>,
    /// Syncs that were completed.
    pub syncs: u64,
}

impl Disk {
    /// The state.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Notes that the journal is on the disk up to `seq`. What a start finds was written before the crash.
    pub fn reached(&mut self, seq: u64, hash: &str) {
        let at_ms = self.went_ms.unwrap_or(self.now_ms);
        while (self.since.len() as u64) < seq {
            self.since.push(at_ms);
        }
        if seq > self.durable.0 {
            self.durable = (seq, hash.to_owned());
        }
    }

    fn next_fault(&mut self) -> Option<Armed> {
        let armed = self.armed.as_mut()?;
        if armed.after > 0 {
            armed.after -= 1;
            return None;
        }
        self.fired.push(armed.fault);
        self.armed.take()
    }
}

/// The open store.
#[derive(Debug)]
pub struct FrameStore {
    disk: Disk,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    file: File,
    entries: BTreeMap<Vec<u8>, Vec<u8>>,
    /// Where the next frame goes.
    end: u64,
    /// Up to here all is on the disk.
    synced: u64,
    /// What comes at the next sync.
    fault: Option<DiskFault>,
    /// The last record that was written, with its hash.
    written: Option<(u64, String)>,
}

impl FrameStore {
    /// Opens the store and gives all that is in it: every whole frame; a torn tail is cut off, as a store does.
    ///
    /// # Errors
    /// What the file system says.
    pub fn open(disk: Disk) -> io::Result<(Arc<Self>, Vec<Entry>)> {
        create_dir_all(FOLDER)?;
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(FILE)?;
        sync_dir("/")?;
        sync_dir(FOLDER)?;
        let bytes = read(FILE)?;
        let (entries, end) = frames(&bytes);
        if end < bytes.len() as u64 {
            file.set_len(end)?;
        }
        file.sync_all()?;
        let listed = entries.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
        let inner = Inner { file, entries, end, synced: end, fault: None, written: None };
        Ok((Arc::new(Self { disk, inner: Mutex::new(inner) }), listed))
    }

    /// How far the journal goes by its own note, with the hash of that record.
    #[must_use]
    pub fn noted(&self) -> Option<(u64, String)> {
        self.inner().entries.get(&b"m"[..]).and_then(|value| meta(b"m", value))
    }

    /// Lets go of everything: the process is gone.
    pub fn forget(&self) {
        self.inner().entries.clear();
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn failed(what: &str, cause: &str) -> JournalError {
    JournalError::Failed { what: format!("{what} {FILE}"), cause: cause.to_owned() }
}

fn on(what: &str) -> impl Fn(io::Error) -> JournalError + '_ {
    move |error| failed(what, &error.to_string())
}

impl OrderedStore for FrameStore {
    fn write(&self, batch: Vec<Entry>) -> Result<(), JournalError> {
        let mut state = self.disk.state();
        if state.cut {
            return Err(failed("write", "the power is gone"));
        }
        let armed = state.next_fault();
        let fault = armed.map(|armed| armed.fault);
        let mut inner = self.inner();
        let frames = pack(&batch);
        let begun = beginning(&frames, armed.map_or(0, |armed| armed.word));
        match fault {
            Some(DiskFault::CutBefore) => {
                state.cut = true;
                return Err(failed("write", "the power is gone"));
            }
            Some(DiskFault::CutWithin) => {
                state.cut = true;
                inner.file.write_all_at(&begun, inner.end).map_err(on("write"))?;
                return Err(failed("write", "the power is gone"));
            }
            Some(DiskFault::WriteFails) => {
                inner.file.write_all_at(&begun, inner.end).map_err(on("write"))?;
                return Err(failed("write", "Input/output error (os error 5)"));
            }
            Some(DiskFault::Full) => return Err(JournalError::Full { what: format!("write {FILE}") }),
            Some(DiskFault::SyncFails | DiskFault::CutUnsynced | DiskFault::CutSynced) | None => {}
        }
        inner.fault = fault;
        let bytes = frames.concat();
        inner.file.write_all_at(&bytes, inner.end).map_err(on("write"))?;
        inner.end += bytes.len() as u64;
        for (key, value) in batch {
            if let Some(told) = meta(&key, &value) {
                inner.written = Some(told);
            }
            inner.entries.insert(key, value);
        }
        Ok(())
    }

    fn sync(&self) -> Result<(), JournalError> {
        let mut state = self.disk.state();
        if state.cut {
            return Err(failed("sync", "the power is gone"));
        }
        let mut inner = self.inner();
        match inner.fault.take() {
            Some(DiskFault::CutUnsynced) => {
                state.cut = true;
                return Err(failed("sync", "the power is gone"));
            }
            Some(DiskFault::SyncFails) => {
                // What the kernel could not write it forgets; the next sync has nothing to complain about.
                inner.file.set_len(inner.synced).map_err(on("sync"))?;
                inner.end = inner.synced;
                inner.written = None;
                return Err(failed("sync", "Input/output error (os error 5)"));
            }
            Some(DiskFault::CutSynced) => state.cut = true,
            Some(DiskFault::WriteFails | DiskFault::Full | DiskFault::CutBefore | DiskFault::CutWithin)
            | None => {}
        }
        inner.file.sync_data().map_err(on("sync"))?;
        inner.synced = inner.end;
        state.syncs += 1;
        if let Some((seq, hash)) = inner.written.take() {
            state.reached(seq, &hash);
        }
        if state.cut { Err(failed("sync", "the power is gone")) } else { Ok(()) }
    }

    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, JournalError> {
        Ok(self.inner().entries.get(key).cloned())
    }

    fn before(&self, key: &[u8]) -> Result<Option<Entry>, JournalError> {
        let inner = self.inner();
        let below = (std::ops::Bound::Unbounded, std::ops::Bound::Excluded(key));
        let found = inner.entries.range::<[u8], _>(below).next_back();
        Ok(found.map(|(key, value)| (key.clone(), value.clone())))
    }
}

/// The last record and its hash, where this is the meta value.
#[must_use]
pub fn meta(key: &[u8], value: &[u8]) -> Option<(u64, String)> {
    if key != b"m" {
        return None;
    }
    let told: serde_json::Value = serde_json::from_slice(value.get(5..)?).ok()?;
    Some((told["last"].as_u64()?, told["head"].as_str()?.to_owned()))
}

/// The frames of `batch`, in order.
fn pack(batch: &[Entry]) -> Vec<Vec<u8>> {
    batch
        .chunk_by(|(one, _), (next, _)| line_of(one).is_some_and(|line| line_of(next) == Some(line)))
        .map(frame)
        .collect()
}

/// The line that a key of a block or a part stands for: `e` and the record's number.
fn line_of(key: &[u8]) -> Option<&[u8]> {
    key.get(..9).filter(|line| line[0] == b'e')
}

fn frame(entries: &[Entry]) -> Vec<u8> {
    let mut frame = vec![0; HEAD_BYTES];
    for (key, value) in entries {
        for part in [key, value] {
            let bytes = u32::try_from(part.len()).expect("a value is a few kilobytes");
            frame.extend_from_slice(&bytes.to_be_bytes());
            frame.extend_from_slice(part);
        }
    }
    let bytes = u32::try_from(frame.len() - HEAD_BYTES).expect("a batch is a few megabytes");
    let checksum = crc32fast::hash(&frame[HEAD_BYTES..]);
    frame[..4].copy_from_slice(&bytes.to_be_bytes());
    frame[4..HEAD_BYTES].copy_from_slice(&checksum.to_be_bytes());
    frame
}

/// What of `frames` a write that `word` breaks off leaves in the file: some whole ones, often part of the next.
fn beginning(frames: &[Vec<u8>], word: u64) -> Vec<u8> {
    let number = |word: u64, limit: usize| usize::try_from(word % limit.max(1) as u64).unwrap_or(0);
    let whole = number(word, frames.len());
    let torn = frames.get(whole).map_or(&[][..], |next| &next[..number(word >> 32, next.len())]);
    [&frames[..whole].concat(), torn].concat()
}

/// What the whole frames hold, and where the last of them ends.
fn frames(bytes: &[u8]) -> (BTreeMap<Vec<u8>, Vec<u8>>, u64) {
    let mut entries = BTreeMap::new();
    let mut at = 0;
    while let Some(frame) = frame_at(bytes, at) {
        let mut rest = frame;
        while let Some((key, after)) = part(rest) {
            let Some((value, after)) = part(after) else { break };
            entries.insert(key.to_vec(), value.to_vec());
            rest = after;
        }
        at += HEAD_BYTES + frame.len();
    }
    (entries, at as u64)
}

fn frame_at(bytes: &[u8], at: usize) -> Option<&[u8]> {
    let (length, rest) = bytes.get(at..)?.split_first_chunk::<4>()?;
    let (checksum, rest) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let frame = rest.get(..length).filter(|frame| !frame.is_empty())?;
    (crc32fast::hash(frame).to_be_bytes() == *checksum).then_some(frame)
}

fn part(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)
}
