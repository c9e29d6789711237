//! The side file with the last acknowledged record of a stream: two checksummed slots, written in turn.
//!
//! It finds a lost tail, which no check of the records themselves can. It lies outside the database, is written
//! at most every [`ACKED_EVERY`] by a thread of its own, after the sync and off the way of the answer, and is
//! synced only when it is made and at a clean stop: an older note is never wrong, only less strict.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use queue_core::record::{GENESIS, Seq};

use crate::error::{JournalError, OnPath, REMEDY};
use crate::reader::Progress;
use crate::sled::files;

/// The shortest time between two writes: what a crash together with a lost tail may hide.
pub(crate) const ACKED_EVERY: Duration = Duration::from_millis(100);

/// Slots lie in different pages, so that no torn write spoils both.
const SLOT_AT: [u64; 2] = [0, 4096];
const MAGIC: &[u8; 8] = b"QACKED01";
const HASH_BYTES: usize = 64;
const SLOT_BYTES: usize = MAGIC.len() + 8 + HASH_BYTES + 4;

/// The last acknowledged record, as noted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Acked {
    pub(crate) seq: Seq,
    pub(crate) hash: String,
}

/// Reads the note at `path`; `None` where there is no file.
///
/// # Errors
/// [`JournalError::Damaged`] where the file holds no valid slot.
pub(crate) fn read(path: &Path, stream: &str) -> Result<Option<Acked>, JournalError> {
    let bytes = match std::fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        other => other.on("read", path)?,
    };
    let slots = SLOT_AT.iter().filter_map(|at| {
        let start = usize::try_from(*at).ok()?;
        unpack(bytes.get(start..start + SLOT_BYTES)?)
    });
    match slots.max_by_key(|acked| acked.seq) {
        Some(acked) => Ok(Some(acked)),
        None => Err(JournalError::Damaged {
            stream: stream.to_owned(),
            seq: None,
            what: format!("the note of the last acknowledged record, {}, is unreadable", path.display()),
            remedy: REMEDY.to_owned(),
        }),
    }
}

/// Notes that nothing is acknowledged yet, before the first file of a new journal is made: afterwards an empty
/// journal can be told from one that lost everything.
///
/// # Errors
/// What the system answers.
pub(crate) fn begin(path: &Path) -> Result<(), JournalError> {
    let working = path.with_extension("new");
    let mut bytes = vec![0; 4096 + SLOT_BYTES];
    let slot = pack(Seq(0), GENESIS);
    bytes[..SLOT_BYTES].copy_from_slice(&slot);
    bytes[4096..].copy_from_slice(&slot);
    std::fs::write(&working, bytes).on("write", &working)?;
    files::sync(&working)?;
    std::fs::rename(&working, path).on("rename", &working)?;
    path.parent().map_or(Ok(()), files::sync)
}

fn pack(seq: Seq, hash: &str) -> Vec<u8> {
    let mut slot = MAGIC.to_vec();
    slot.extend_from_slice(&seq.0.to_be_bytes());
    slot.extend_from_slice(hash.as_bytes());
    slot.extend_from_slice(&crc32fast::hash(&slot).to_be_bytes());
    slot
}

fn unpack(slot: &[u8]) -> Option<Acked> {
    let (body, checksum) = slot.split_last_chunk::<4>()?;
    if crc32fast::hash(body).to_be_bytes() != *checksum {
        return None;
    }
    let (seq, hash) = body.strip_prefix(MAGIC)?.split_first_chunk::<8>()?;
    Some(Acked { seq: Seq(u64::from_be_bytes(*seq)), hash: String::from_utf8(hash.to_vec()).ok()? })
}

/// The thread that keeps the note.
#[derive(Debug)]
pub(crate) struct Keeper {
    signal: Arc<Signal>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Signal {
    state: Mutex<State>,
    work: Condvar,
    stop: Condvar,
}

#[derive(Debug, Default)]
struct State {
    behind: bool,
    idle: bool,
    stopped: bool,
    failure: Option<JournalError>,
}

impl Signal {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The open file and the slot that is written next.
#[derive(Debug)]
struct Note {
    path: PathBuf,
    file: File,
    slot: usize,
}

impl Keeper {
    /// Writes and syncs the note of the present tail, and goes on noting what `progress` reaches.
    ///
    /// # Errors
    /// Where the file cannot be made, written or synced.
    pub(crate) fn start(path: &Path, progress: Progress) -> Result<Self, JournalError> {
        let mut options = OpenOptions::new();
        let file = options.write(true).create(true).truncate(false).open(path).on("open", path)?;
        let mut note = Note { path: path.to_owned(), file, slot: 0 };
        // Both slots, so that the next write has a good one beside it.
        note.write(&progress)?;
        note.write(&progress)?;
        note.file.sync_all().on("sync", path)?;
        path.parent().map_or(Ok(()), files::sync)?;
        let signal = Arc::new(Signal::default());
        let shared = Arc::clone(&signal);
        let thread = thread::Builder::new()
            .name("journal-acked".to_owned())
            .spawn(move || keep(&shared, &mut note, &progress))
            .on("start the thread that writes", path)?;
        Ok(Self { signal, thread: Some(thread) })
    }

    /// Says that there is something to note; returns the failure of an earlier note.
    pub(crate) fn notice(&self) -> Result<(), JournalError> {
        let mut state = self.signal.state();
        state.behind = true;
        if state.idle {
            self.signal.work.notify_one();
        }
        state.failure.clone().map_or(Ok(()), Err)
    }

    /// Writes and syncs the last note and ends the thread.
    ///
    /// # Errors
    /// The first failure of a note.
    pub(crate) fn stop(mut self) -> Result<(), JournalError> {
        self.end();
        let failure = self.signal.state().failure.clone();
        failure.map_or(Ok(()), Err)
    }

    fn end(&mut self) {
        self.signal.state().stopped = true;
        self.signal.work.notify_one();
        self.signal.stop.notify_one();
        if let Some(thread) = self.thread.take() {
            // The thread has no panic in it; its failure is in the state.
            let _ended = thread.join();
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.end();
    }
}

impl Note {
    fn write(&mut self, progress: &Progress) -> Result<(), JournalError> {
        let tail = progress.tail();
        let (seq, hash) = tail.as_ref().map_or((Seq(0), GENESIS), |tail| (tail.seq, tail.hash.as_str()));
        self.file.write_all_at(&pack(seq, hash), SLOT_AT[self.slot]).on("write", &self.path)?;
        self.slot = 1 - self.slot;
        Ok(())
    }
}

fn keep(signal: &Signal, note: &mut Note, progress: &Progress) {
    loop {
        let mut state = signal.state();
        state.idle = true;
        let waiting = |state: &mut State| !state.behind && !state.stopped;
        state = signal.work.wait_while(state, waiting).unwrap_or_else(PoisonError::into_inner);
        let (behind, stopped) = (state.behind, state.stopped);
        (state.idle, state.behind) = (false, false);
        drop(state);
        let mut outcome = if behind { note.write(progress) } else { Ok(()) };
        if stopped {
            outcome = outcome.and_then(|()| note.file.sync_all().on("sync", &note.path));
        }
        let mut state = signal.state();
        if let Err(error) = outcome {
            state.failure = Some(error);
            return;
        }
        if stopped {
            return;
        }
        let pause = signal.stop.wait_timeout_while(state, ACKED_EVERY, |state| !state.stopped);
        drop(pause);
    }
}
