//! The data folder: what lies where, and the lock that keeps a second process out.
//!
//! ```text
//! DATA/lock                    held by the one process that uses the folder
//! DATA/journal/<stream>/       one database for each stream: the live journal
//! DATA/acked/<stream>          the last acknowledged record of each stream
//! DATA/set-aside/<stream>/     a copy from before the last recovery
//! DATA/ballast                 room to start again on a full disk
//! DATA/restoring               there while a restore runs
//! ```
//! `DATA/sessions/` is the server's own.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use queue_core::ids::Slug;

use crate::error::{JournalError, OnPath};
use crate::sled::SledJournal;
use crate::sled::aside::Aside;
use crate::sled::ballast::{self, Ballast};
use crate::sled::files;

/// The most streams of one folder: one office each, and the house.
pub const STREAMS_MAX: usize = 1000;

/// A data folder that this process holds; it is let go when the last clone and the last journal of it are gone.
#[derive(Clone, Debug)]
pub struct DataFolder {
    root: PathBuf,
    _lock: Arc<File>,
    open_streams: Arc<Mutex<BTreeSet<Slug>>>,
}

/// Makes sure that no process has the folder `root`, and none takes it while the answer is held; nothing in it is
/// written to.
pub(crate) fn held_by_nobody(root: &Path) -> Result<Option<File>, JournalError> {
    let path = root.join("lock");
    let file = match File::open(&path) {
        // Nobody ever took it.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        other => other.on("open", &path)?,
    };
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Err(JournalError::InUse { path }),
        Err(TryLockError::Error(error)) => Err(error).on("lock", &path),
    }
}

/// A stream that this process has open, until this is dropped; one writer each.
#[derive(Debug)]
pub(crate) struct Claim {
    folder: DataFolder,
    stream: Slug,
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.folder.open_streams().remove(&self.stream);
    }
}

impl DataFolder {
    /// Takes the folder `root` for this process; makes it where there is none.
    ///
    /// # Errors
    /// [`JournalError::InUse`] where another process has it; [`JournalError::Damaged`] where a restore was cut
    /// off in it; what the system answers.
    pub fn open(root: &Path) -> Result<Self, JournalError> {
        files::make(root)?;
        let folder = Self::locked(root)?;
        if folder.restoring().exists() {
            return Err(JournalError::Damaged {
                stream: root.display().to_string(),
                seq: None,
                what: "a restore was cut off in it".to_owned(),
                remedy: "empty the folder and restore again".to_owned(),
            });
        }
        Ok(folder)
    }

    /// Takes the folder without asking what is in it.
    pub(crate) fn locked(root: &Path) -> Result<Self, JournalError> {
        let path = root.join("lock");
        let file =
            OpenOptions::new().write(true).create(true).truncate(false).open(&path).on("open", &path)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { root: root.to_owned(), _lock: Arc::new(file), open_streams: Arc::default() }),
            Err(TryLockError::WouldBlock) => Err(JournalError::InUse { path }),
            Err(TryLockError::Error(error)) => Err(error).on("lock", &path),
        }
    }

    /// Where the folder is.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The streams that are here, by name: those with a journal, and those that only their note remembers.
    ///
    /// # Errors
    /// What the system answers; [`JournalError::Failed`] beyond [`STREAMS_MAX`].
    pub fn streams(&self) -> Result<Vec<Slug>, JournalError> {
        let mut streams = Vec::new();
        for part in ["journal", "acked"] {
            let path = self.root.join(part);
            if !path.exists() {
                continue;
            }
            for entry in fs::read_dir(&path).on("read", &path)? {
                let name = entry.on("read", &path)?.file_name();
                // Whatever else a person put there is not ours.
                let Some(stream) = name.to_str().and_then(|name| Slug::new(name).ok()) else { continue };
                streams.push(stream);
                if streams.len() > 2 * STREAMS_MAX {
                    let cause = format!("more than {STREAMS_MAX} streams");
                    return Err(JournalError::failed(format!("list {}", path.display()), cause));
                }
            }
        }
        streams.sort();
        streams.dedup();
        Ok(streams)
    }

    /// Opens the journal of `stream`, or makes an empty one.
    ///
    /// # Errors
    /// [`JournalError::Damaged`] with what was found and what to do; the files are then as they were.
    pub fn journal(&self, stream: &Slug) -> Result<SledJournal, JournalError> {
        SledJournal::open(self, stream)
    }

    /// Where the copy of `stream` lies from before its last recovery, if there was one.
    #[must_use]
    pub fn copy_of(&self, stream: &Slug) -> PathBuf {
        Aside::copy_in(&self.set_aside(stream))
    }

    /// Makes the ballast file where it is missing and there is room for it.
    ///
    /// # Errors
    /// What the system answers.
    pub fn keep_ballast(&self) -> Result<Ballast, JournalError> {
        ballast::keep(&self.root)
    }

    /// Deletes the ballast file, to make room on a full disk; whether there was one.
    ///
    /// # Errors
    /// What the system answers.
    pub fn drop_ballast(&self) -> Result<bool, JournalError> {
        ballast::drop(&self.root)
    }

    /// Bytes that this process may still write on the disk of the folder.
    ///
    /// # Errors
    /// What the system answers.
    pub fn free_bytes(&self) -> Result<u64, JournalError> {
        ballast::free_bytes(&self.root)
    }

    /// Takes `stream` for one writer.
    pub(crate) fn claim(&self, stream: &Slug) -> Result<Claim, JournalError> {
        if self.open_streams().insert(stream.clone()) {
            Ok(Claim { folder: self.clone(), stream: stream.clone() })
        } else {
            Err(JournalError::failed(
                format!("open the journal of `{stream}`"),
                "it is open in this process already",
            ))
        }
    }

    fn open_streams(&self) -> MutexGuard<'_, BTreeSet<Slug>> {
        self.open_streams.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn live(&self, stream: &Slug) -> PathBuf {
        self.root.join("journal").join(stream.as_str())
    }

    pub(crate) fn acked(&self, stream: &Slug) -> PathBuf {
        self.root.join("acked").join(stream.as_str())
    }

    pub(crate) fn set_aside(&self, stream: &Slug) -> PathBuf {
        self.root.join("set-aside").join(stream.as_str())
    }

    pub(crate) fn restoring(&self) -> PathBuf {
        self.root.join("restoring")
    }
}
