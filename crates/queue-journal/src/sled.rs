//! A journal on sled 0.34.7, made durable: sled's own `flush` reaches neither the disk's cache nor the file's size.
//!
//! One append hands the store its blocks ([`block`]) one by one, the meta value last, and makes one `fdatasync` on a
//! second handle of the same file; only then it answers. Of an append that a crash broke off a beginning may be there. Opening reads everything once ([`scan`]) and never repairs: what does not hold is
//! refused, with the files as they were ([`aside`]).

pub(crate) mod acked;
pub(crate) mod aside;
pub(crate) mod ballast;
pub(crate) mod block;
pub(crate) mod files;
mod opening;
pub(crate) mod packed;
pub mod quiet;
pub(crate) mod scan;
pub(crate) mod store;
pub(crate) mod traces;

use std::fs::{self, OpenOptions};
use std::path::PathBuf;
use std::sync::Arc;

use queue_core::ids::Slug;
use queue_core::record::Seq;

use crate::codec::Sealed;
use crate::error::{JournalError, OnPath};
use crate::folder::{Claim, DataFolder};
use crate::journal::{Journal, Tail};
use crate::ordered::{OrderedJournal, OrderedStore};
use crate::reader::Reader;
use crate::sled::acked::Keeper;
use crate::sled::aside::Aside;
use crate::sled::quiet::guarded;
use crate::sled::scan::Scanned;
use crate::sled::store::{Database, Store};

pub use crate::sled::ballast::{BALLAST_BYTES, Ballast};
pub use crate::sled::files::Stop;

/// A journal on disk, with its one writer.
#[derive(Debug)]
pub struct SledJournal {
    /// Keeps other processes, and a second writer in this one, out as long as the journal is open.
    _claim: Claim,
    found: Stop,
    live: PathBuf,
    store: Arc<Store>,
    records: OrderedJournal,
    keeper: Option<Keeper>,
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
        let databases = folder.streams()?.len();
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
        let opened = opening::open(&live, databases, stream, acked).and_then(|(database, scanned)| {
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
        let mut journal = Self::settled(folder, claim, last_stop, (stream, database), scanned)?;
        if last_stop == Stop::Unclean {
            aside.keep()?;
        }
        // Until the copy is kept, a power cut brings the original back, which may have less: records that were read
        // from memory after a sync of them had failed.
        journal.keeper = Some(Keeper::start(&acked_path, journal.records.progress().clone())?);
        Ok(journal)
    }

    /// Makes what was read durable before anything is written after it.
    fn settled(
        folder: &DataFolder,
        claim: Claim,
        found: Stop,
        (stream, database): (&Slug, Database),
        scanned: Scanned,
    ) -> Result<Self, JournalError> {
        let live = folder.live(stream);
        let path = live.join("db");
        let data = OpenOptions::new().read(true).write(true).open(&path).on("open", &path)?;
        let store = Arc::new(Store::new(stream.clone(), database, data, path));
        let records = files::sync_all(&live)
            .and_then(|()| files::sync(folder.root()))
            .and_then(|()| files::unmark(&live))
            .and_then(|()| {
                let store = Arc::clone(&store) as Arc<dyn OrderedStore>;
                OrderedJournal::scanned(stream.clone(), store, scanned)
            })
            .and_then(|records| store.forget_earlier_meta().map(|()| records));
        match records {
            Ok(records) => Ok(Self { _claim: claim, found, live, store, records, keeper: None }),
            Err(error) => {
                // On a disk that fails its drop would write, and may panic.
                std::mem::forget(store.take());
                Err(error)
            }
        }
    }

    /// How the journal was left before it was opened, for the log.
    #[must_use]
    pub fn last_stop(&self) -> Stop {
        self.found
    }

    /// Writes what is left and leaves the mark of a clean stop.
    fn finish(&mut self) -> Result<(), JournalError> {
        self.store.flush("close")?;
        self.store.sync()?;
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
        self.records.append(batch)?;
        let noted = self.keeper.as_ref().map_or(Ok(()), Keeper::notice);
        self.records.judged(noted)
    }

    fn tail(&self) -> Option<Tail> {
        self.records.tail()
    }

    fn reader(&self) -> Reader {
        self.records.reader()
    }

    fn close(mut self: Box<Self>) -> Result<(), JournalError> {
        if let Some(error) = self.records.poison() {
            return Err(error.clone());
        }
        let outcome = self.finish();
        self.records.judged(outcome)
    }
}

impl Drop for SledJournal {
    /// Without [`Journal::close`] this is an unclean stop. After a failure the database is leaked: dropping it
    /// would write again, and may panic.
    fn drop(&mut self) {
        let database = self.store.take();
        if self.records.poison().is_some() {
            std::mem::forget(database);
        } else if guarded(|| drop(database)).is_err() {
            // Nothing depends on it: every acknowledged record is on disk, and the stop counts as unclean.
        }
    }
}
