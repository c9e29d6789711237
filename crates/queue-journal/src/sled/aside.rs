//! Opening after an unclean stop happens on a copy, because opening a sled database overwrites parts of it.
//!
//! ```text
//! set-aside/<stream>/working   the copy while it is being made
//! set-aside/<stream>/pending   the untouched original while the copy is being opened in its place
//! set-aside/<stream>/copy      the original of the last unclean stop that opened well, kept
//! ```
//! A refused opening puts the original back, so a damaged journal stays byte for byte as it was found.

use std::fs;
use std::path::{Path, PathBuf};

use queue_core::ids::Slug;
use queue_core::record::Seq;

use crate::error::{JournalError, OnPath};
use crate::sled::scan::Scanned;
use crate::sled::{files, traces};

/// The place for the copies of one stream, and its live folder.
#[derive(Clone, Debug)]
pub(crate) struct Aside {
    live: PathBuf,
    folder: PathBuf,
}

impl Aside {
    /// `live` is the folder of the database, `folder` that of its copies.
    pub(crate) fn new(live: &Path, folder: &Path) -> Self {
        Self { live: live.to_owned(), folder: folder.to_owned() }
    }

    fn pending(&self) -> PathBuf {
        self.folder.join("pending")
    }

    /// Where the copy is kept, in the folder of a stream's copies.
    pub(crate) fn copy_in(folder: &Path) -> PathBuf {
        folder.join("copy")
    }

    /// Takes back an opening that was cut off, so that the original is what is opened next.
    pub(crate) fn settle(&self) -> Result<(), JournalError> {
        if self.pending().exists() { self.put_back() } else { Ok(()) }
    }

    /// Moves the original aside and puts a copy of it in its place.
    pub(crate) fn begin(&self) -> Result<(), JournalError> {
        fs::create_dir_all(&self.folder).on("make", &self.folder)?;
        let working = self.folder.join("working");
        files::remove(&working)?;
        if let Err(error) = files::copy(&self.live, &working) {
            // What was copied so far would only fill the disk.
            files::remove(&working)?;
            return Err(error);
        }
        fs::rename(&self.live, self.pending()).on("rename", &self.live)?;
        fs::rename(&working, &self.live).on("rename", &working)?;
        self.sync()
    }

    /// Checks that the untouched original holds no trace of a durable batch beyond what was read of the copy.
    pub(crate) fn check_traces(&self, stream: &Slug, scanned: &Scanned) -> Result<(), JournalError> {
        let due = scanned.tail.as_ref().map_or(Seq(1), |tail| tail.seq.next());
        let database = self.pending().join("db");
        let latest = if database.exists() { traces::latest_batch(&database)? } else { None };
        match latest {
            Some(first) if first > due => {
                let what =
                    format!("it is missing: a batch that began with record {} was written after it", first.0);
                Err(JournalError::damaged(stream, Some(due), what))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// The copy opened well: keeps the original as the one copy. Before anything is appended.
    pub(crate) fn keep(&self) -> Result<(), JournalError> {
        let copy = Self::copy_in(&self.folder);
        files::remove(&copy)?;
        fs::rename(self.pending(), &copy).on("rename", &self.pending())?;
        self.sync()
    }

    /// The copy was refused: puts the original back.
    pub(crate) fn put_back(&self) -> Result<(), JournalError> {
        let refused = self.folder.join("working");
        files::remove(&refused)?;
        if self.live.exists() {
            fs::rename(&self.live, &refused).on("rename", &self.live)?;
        }
        fs::rename(self.pending(), &self.live).on("rename", &self.pending())?;
        self.sync()?;
        files::remove(&refused)
    }

    fn sync(&self) -> Result<(), JournalError> {
        files::sync(&self.folder)?;
        self.live.parent().map_or(Ok(()), files::sync)
    }
}
