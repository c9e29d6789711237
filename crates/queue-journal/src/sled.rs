//! A journal on sled 0.34.7, made durable: sled's own `flush` reaches neither the disk's cache nor the file's size.
//!
//! One append is one sled batch of blocks ([`block`]) and one `fdatasync` on a second handle of the same file;
//! only then it answers. Opening reads everything once ([`scan`]) and never repairs: what does not hold is
//! refused, with the files as they were ([`aside`]).

mod acked;
pub(crate) mod aside;
pub(crate) mod ballast;
mod block;
mod files;
mod opening;
mod quiet;
mod scan;
pub(crate) mod store;
mod traces;

use std::fs::{self, File, OpenOptions};
use std::path::PathBuf;
use std::sync::Arc;

use queue_core::ids::Slug;
use queue_core::record::Seq;

use crate::codec::Sealed;
use crate::error::{JournalError, OnPath};
use crate::folder::{Claim, DataFolder};
use crate::journal::{Journal, Tail, check_batch};
use crate::reader::{Progress, Reader, Source};
use crate::sled::acked::Keeper;
use crate::sled::aside::Aside;
use crate::sled::block::{META_KEY, Meta};
use crate::sled::quiet::guarded;
use crate::sled::scan::Scanned;
use crate::sled::store::Store;

pub use crate::sled::ballast::{BALLAST_BYTES, Ballast};
pub use crate::sled::files::Stop;

/// A journal on disk, with its one writer.
#[derive(Debug)]
pub struct SledJournal {
    stream: Slug,
    /// Keeps other processes, and a second writer in this one, out as long as the journal is open.
    _claim: Claim,
    found: Stop,
    live: PathBuf,
    store: Arc<Store>,
    /// The second handle on the database's file: its sync is the durable one.
    data: File,
    keeper: Option<Keeper>,
    progress: Progress,
    poison: Option<JournalError>,
}

impl SledJournal {
    /// Opens the journal of `stream` in `folder`, or makes an empty one where there was never one.
    pub(crate) fn open(folder: &DataFolder, stream: &Slug) -> Result<Self, JournalError> {
        let claim = folder.claim(stream)?;
        let (live, acked_path) = (folder.live(stream), folder.acked(stream));
        let aside = Aside::new(&live, &folder.set_aside(stream));
        aside.settle()?;
        let acked = acked::read(&acked_path, stream.as_str())?;
        let last_stop = files::last_stop(&live)?;
        let acked_seq = acked.as_ref().map_or(0, |acked| acked.seq.0);
        if last_stop == Stop::Fresh && acked_seq > 0 {
            let what = format!("{} is gone, and records up to {acked_seq} were acknowledged", live.display());
            return Err(JournalError::damaged(stream, Some(Seq(1)), what));
        }
        for path in [Some(live.as_path()), acked_path.parent()].into_iter().flatten() {
            fs::create_dir_all(path).on("make", path)?;
        }
        let never_noted = acked.is_none();
        if last_stop == Stop::Fresh && never_noted {
            acked::begin(&acked_path)?;
        }
        if last_stop == Stop::Unclean {
            aside.begin()?;
        }
        let check_rest = |scanned: &Scanned| {
            if last_stop != Stop::Fresh && never_noted && scanned.tail.is_none() {
                let what = "there are files, and no record in them";
                return Err(JournalError::damaged(stream, Some(Seq(1)), what));
            }
            if last_stop == Stop::Unclean { aside.check_traces(stream, scanned) } else { Ok(()) }
        };
        let opened = opening::open(&live, stream, acked).and_then(|(database, scanned)| {
            match check_rest(&scanned) {
                Ok(()) => Ok((database, scanned)),
                Err(error) => {
                    // As in a refused scan: its drop would write.
                    std::mem::forget(database);
                    Err(error)
                }
            }
        });
        let (database, scanned) = match opened {
            Ok(opened) => opened,
            Err(error) => {
                if last_stop == Stop::Unclean {
                    aside.put_back()?;
                }
                return Err(error);
            }
        };
        let store = Arc::new(Store::new(stream.clone(), database));
        let journal = Self::settled(folder, claim, last_stop, store, scanned)?;
        if last_stop == Stop::Unclean {
            aside.keep()?;
        }
        Ok(journal)
    }

    /// Makes what was read durable before anything is written after it.
    fn settled(
        folder: &DataFolder,
        claim: Claim,
        found: Stop,
        store: Arc<Store>,
        scanned: Scanned,
    ) -> Result<Self, JournalError> {
        let stream = store.stream().clone();
        let live = folder.live(&stream);
        let path = live.join("db");
        let data = OpenOptions::new().read(true).write(true).open(&path).on("open", &path)?;
        files::sync_all(&live)?;
        files::sync(folder.root())?;
        files::unmark(&live)?;
        let progress = Progress::default();
        if let Some(tail) = scanned.tail {
            progress.advance(tail, scanned.marks.into_iter());
        }
        let keeper = Some(Keeper::start(&folder.acked(&stream), progress.clone())?);
        Ok(Self { stream, _claim: claim, found, live, store, data, keeper, progress, poison: None })
    }

    /// How the journal was left before it was opened, for the log.
    #[must_use]
    pub fn last_stop(&self) -> Stop {
        self.found
    }

    fn write(&self, batch: &[Sealed], last: &Sealed) -> Result<(), JournalError> {
        let mut values = sled::Batch::default();
        block::pack(batch, |key, value| values.insert(key, value));
        let meta = Meta {
            format: block::LAYOUT,
            base: Seq(1),
            first: Seq(last.seq.0 + 1 - batch.len() as u64),
            last: last.seq,
            count: last.seq.0,
            head: last.hash.clone(),
        };
        values.insert(META_KEY, block::pack_meta(&meta));
        let written = self.store.with("append to", |database| {
            database.apply_batch(values)?;
            database.flush()
        })?;
        written.map_err(|error| store_failed("append to", &self.stream, error))?;
        self.data.sync_data().on("sync", &self.live.join("db"))
    }

    /// Writes what is left and leaves the mark of a clean stop.
    fn finish(&mut self) -> Result<(), JournalError> {
        let flushed = self.store.with("close", |database| database.flush())?;
        flushed.map_err(|error| store_failed("close", &self.stream, error))?;
        self.data.sync_data().on("sync", &self.live.join("db"))?;
        let database = self.store.take();
        guarded(|| drop(database)).map_err(|message| JournalError::failed("close the store", message))?;
        if let Some(keeper) = self.keeper.take() {
            keeper.stop()?;
        }
        files::sync_all(&self.live)?;
        files::mark_clean(&self.live)
    }
}

impl Journal for SledJournal {
    fn append(&mut self, batch: &[Sealed]) -> Result<(), JournalError> {
        if let Some(error) = &self.poison {
            return Err(error.clone());
        }
        let tail = self.progress.tail();
        let Some(last) = batch.last() else { return Ok(()) };
        let outcome = check_batch(self.stream.as_str(), tail.as_ref(), batch)
            .and_then(|()| self.write(batch, last))
            .and_then(|()| {
                self.progress.advance(last.tail(), batch.iter().flat_map(Sealed::marks));
                self.keeper.as_ref().map_or(Ok(()), Keeper::notice)
            });
        if let Err(error) = &outcome {
            self.poison = Some(error.clone());
        }
        outcome
    }

    fn tail(&self) -> Option<Tail> {
        self.progress.tail()
    }

    fn reader(&self) -> Reader {
        Reader::new(self.stream.clone(), self.progress.clone(), Source::Sled(Arc::clone(&self.store)))
    }

    fn close(mut self: Box<Self>) -> Result<(), JournalError> {
        if let Some(error) = &self.poison {
            return Err(error.clone());
        }
        let outcome = self.finish();
        if let Err(error) = &outcome {
            self.poison = Some(error.clone());
        }
        outcome
    }
}

impl Drop for SledJournal {
    /// Without [`Journal::close`] this is an unclean stop. After a failure the database is leaked: dropping it
    /// would write again, and may panic.
    fn drop(&mut self) {
        let database = self.store.take();
        if self.poison.is_some() {
            std::mem::forget(database);
        } else if guarded(|| drop(database)).is_err() {
            // Nothing depends on it: every acknowledged record is on disk, and the stop counts as unclean.
        }
    }
}

fn store_failed(verb: &str, stream: &Slug, error: sled::Error) -> JournalError {
    let what = format!("{verb} the journal of `{stream}`");
    if let sled::Error::Io(error) = &error {
        return JournalError::from_io(what, error);
    }
    JournalError::failed(what, error.to_string())
}
