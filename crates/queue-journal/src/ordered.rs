//! The part of a journal that every store on a disk shares: records packed into blocks, the meta value, poison,
//! and the one reading of everything while opening.
//!
//! What lies beneath is an [`OrderedStore`]: sled ([`crate::sled`]), or the simulation's own file.

use std::fmt;
use std::sync::Arc;

use queue_core::ids::Slug;
use queue_core::planted::{self, Bug};
use queue_core::record::{GENESIS, Seq};

use crate::codec::Sealed;
use crate::error::JournalError;
use crate::journal::{Journal, Tail, check_batch};
use crate::reader::{Progress, Reader, Source};
use crate::sled::acked::Acked;
use crate::sled::block::{self, META_KEY, Meta};
use crate::sled::scan::{self, Scanned};

/// A key and its value.
pub type Entry = (Vec<u8>, Vec<u8>);

/// Keys and values in the order of their bytes, on a disk. One writer; any thread may read.
pub trait OrderedStore: fmt::Debug + Send + Sync + 'static {
    /// Writes `batch` in its order. Of a write that a crash broke off, a beginning may be there; the parts of one
    /// line are there together.
    ///
    /// # Errors
    /// Whether any of it is written is then unknown.
    fn write(&self, batch: Vec<Entry>) -> Result<(), JournalError>;

    /// Returns when everything that was written is on the disk.
    ///
    /// # Errors
    /// What the disk holds is then unknown, and asking again tells nothing.
    fn sync(&self) -> Result<(), JournalError>;

    /// The value under `key`.
    ///
    /// # Errors
    /// Where the store cannot be read.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, JournalError>;

    /// The entry with the greatest key below `key`.
    ///
    /// # Errors
    /// Where the store cannot be read.
    fn before(&self, key: &[u8]) -> Result<Option<Entry>, JournalError>;
}

/// A journal in blocks on an ordered store.
#[derive(Debug)]
pub struct OrderedJournal {
    stream: Slug,
    store: Arc<dyn OrderedStore>,
    progress: Progress,
    poison: Option<JournalError>,
}

impl OrderedJournal {
    /// Reads `entries`, which are all of `store` in order, and goes on behind them. `acked` is the last record that
    /// is known to have been acknowledged, with its hash.
    ///
    /// # Errors
    /// [`JournalError::Damaged`] with the first record that does not hold; what the store answers.
    pub fn open(
        stream: Slug,
        store: Arc<dyn OrderedStore>,
        entries: impl IntoIterator<Item = Entry>,
        acked: Option<(Seq, String)>,
    ) -> Result<Self, JournalError> {
        let acked = acked.map(|(seq, hash)| Acked { seq, hash });
        let values = entries.into_iter().map(Ok::<_, String>);
        let meta = store.get(META_KEY)?;
        let scanned = scan::check(values, &stream, acked.as_ref(), meta.as_deref())?;
        Self::scanned(stream, store, scanned)
    }

    /// A journal on a store that was read. Where the meta value does not reach the end, or is missing, it is written:
    /// a batch that was broken off is as good as any other from then on.
    pub(crate) fn scanned(
        stream: Slug,
        store: Arc<dyn OrderedStore>,
        scanned: Scanned,
    ) -> Result<Self, JournalError> {
        if let Some(first) = scanned.unmarked {
            store.write(vec![meta_entry(first, scanned.tail.as_ref())])?;
            store.sync()?;
        }
        let progress = Progress::default();
        if let Some(tail) = scanned.tail {
            progress.advance(tail, scanned.marks.into_iter());
        }
        Ok(Self { stream, store, progress, poison: None })
    }

    /// How far it is durable.
    pub(crate) fn progress(&self) -> &Progress {
        &self.progress
    }

    /// The error that it answers from now on, if any.
    pub(crate) fn poison(&self) -> Option<&JournalError> {
        self.poison.as_ref()
    }

    /// Answers `outcome`, and for ever where it is an error.
    pub(crate) fn judged(&mut self, outcome: Result<(), JournalError>) -> Result<(), JournalError> {
        if let Err(error) = &outcome {
            self.poison = Some(error.clone());
        }
        outcome
    }

    fn write(&self, batch: &[Sealed], last: &Sealed) -> Result<(), JournalError> {
        let mut values = Vec::new();
        block::pack(batch, |key, value| values.push((key, value)));
        values.push(meta_entry(Seq(last.seq.0 + 1 - batch.len() as u64), Some(&last.tail())));
        self.store.write(values)?;
        if planted::is(Bug::AnswerBeforeSync) {
            return Ok(());
        }
        if planted::is(Bug::SyncTriedAgain) {
            return self.store.sync().or_else(|_| self.store.sync());
        }
        self.store.sync()
    }
}

/// The meta value of a journal that ends with `tail`, in a batch that begins with `first`.
fn meta_entry(first: Seq, tail: Option<&Tail>) -> Entry {
    let (last, head) = tail.map_or((Seq(0), GENESIS), |tail| (tail.seq, tail.hash.as_str()));
    let head = head.to_owned();
    let meta = Meta { format: block::LAYOUT, base: Seq(1), first, last, count: last.0, head };
    (META_KEY.to_vec(), block::pack_meta(&meta))
}

impl Journal for OrderedJournal {
    fn append(&mut self, batch: &[Sealed]) -> Result<(), JournalError> {
        if let Some(error) = &self.poison {
            return Err(error.clone());
        }
        let Some(last) = batch.last() else { return Ok(()) };
        let tail = self.progress.tail();
        let outcome = check_batch(self.stream.as_str(), tail.as_ref(), batch)
            .and_then(|()| self.write(batch, last))
            .map(|()| self.progress.advance(last.tail(), batch.iter().flat_map(Sealed::marks)));
        self.judged(outcome)
    }

    fn tail(&self) -> Option<Tail> {
        self.progress.tail()
    }

    fn reader(&self) -> Reader {
        Reader::new(self.stream.clone(), self.progress.clone(), Source::Ordered(Arc::clone(&self.store)))
    }

    fn close(mut self: Box<Self>) -> Result<(), JournalError> {
        if let Some(error) = &self.poison {
            return Err(error.clone());
        }
        let outcome = self.store.sync();
        self.judged(outcome)
    }
}
