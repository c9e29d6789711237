//! Reading a stream from any thread, up to its last durable record.
//!
//! A reader is cheap to clone and never holds up the writer: it reads one block at a time. What it reads is not
//! trusted: block checksums, hashes and places are checked on the way.

use std::collections::VecDeque;
use std::marker::PhantomData;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, PoisonError};

use queue_core::ids::Slug;
use queue_core::record::{Record, Seq, Texts};
use queue_core::time::{At, Millis};
use serde::de::DeserializeOwned;

use crate::codec;
use crate::codec::outline::seq_in;
use crate::error::JournalError;
use crate::journal::{Mark, MarkKind, Tail};
use crate::memory::MemoryLines;
use crate::ordered::OrderedStore;
use crate::sled::store::lines_from;

/// How long an idempotency key answers; a boot reads at least this far back.
pub const KEYS_LIVE: Millis = Millis::from_secs(48 * 3600);
/// The marks that are kept in memory, the newest: two a day make more than ten years.
pub const MARKS_MAX: usize = 10_000;

/// A handle to read one stream with.
#[derive(Clone, Debug)]
pub struct Reader {
    stream: Slug,
    progress: Progress,
    source: Source,
}

/// Where the lines are.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// In memory.
    Memory(Arc<MemoryLines>),
    /// In blocks on an ordered store.
    Ordered(Arc<dyn OrderedStore>),
}

/// How far a stream is durable; written by its one writer after each sync.
#[derive(Clone, Debug, Default)]
pub(crate) struct Progress(Arc<Mutex<Durable>>);

/// The durable end of a stream and its marks.
#[derive(Debug, Default)]
pub(crate) struct Durable {
    pub(crate) tail: Option<Tail>,
    pub(crate) marks: VecDeque<Mark>,
}

impl Progress {
    /// Moves the end to `tail` and adds `marks`.
    pub(crate) fn advance(&self, tail: Tail, marks: impl Iterator<Item = Mark>) {
        let mut durable = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        durable.tail = Some(tail);
        for mark in marks {
            if durable.marks.len() == MARKS_MAX {
                durable.marks.pop_front();
            }
            durable.marks.push_back(mark);
        }
    }

    /// The last durable record.
    pub(crate) fn tail(&self) -> Option<Tail> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).tail.clone()
    }
}

impl Reader {
    pub(crate) fn new(stream: Slug, progress: Progress, source: Source) -> Self {
        Self { stream, progress, source }
    }

    /// The stream.
    #[must_use]
    pub fn stream(&self) -> &Slug {
        &self.stream
    }

    /// The last durable record; `None` while the stream is empty.
    #[must_use]
    pub fn tail(&self) -> Option<Tail> {
        self.progress.tail()
    }

    /// The last durable place, 0 while the stream is empty.
    #[must_use]
    pub fn durable(&self) -> Seq {
        self.tail().map_or(Seq(0), |tail| tail.seq)
    }

    /// Where days begin and end, oldest first; the newest [`MARKS_MAX`].
    #[must_use]
    pub fn marks(&self) -> Vec<Mark> {
        self.progress.0.lock().unwrap_or_else(PoisonError::into_inner).marks.iter().copied().collect()
    }

    /// Where a boot starts to read: the newest record with a `day_opened` that is at least the last but one of
    /// them and at least [`KEYS_LIVE`] older than the tail, so that yesterday's tickets and all living keys
    /// answer; else the first record.
    #[must_use]
    pub fn boot_from(&self) -> Seq {
        let head_at = self.tail().map_or(At(0), |tail| tail.at);
        self.marks()
            .iter()
            .rev()
            .filter(|mark| mark.kind == MarkKind::DayOpened)
            .skip(1)
            .find(|mark| head_at.since(mark.at) >= KEYS_LIVE)
            .map_or(Seq(1), |mark| mark.seq)
    }

    /// The lines of the records in `range`, in order, without line breaks; what is not durable when this is
    /// called is left out. Each comes with its checksum and place checked, not its hash ([`codec::open`] does).
    #[must_use]
    pub fn lines(&self, range: RangeInclusive<Seq>) -> Lines {
        let next = (*range.start()).max(Seq(1));
        let last = (*range.end()).min(self.durable());
        Lines { reader: self.clone(), next, last, waiting: VecDeque::new() }
    }

    /// All durable lines.
    #[must_use]
    pub fn all(&self) -> Lines {
        self.lines(Seq(1)..=Seq(u64::MAX))
    }

    /// The records in `range`, opened; else as [`Self::lines`].
    #[must_use]
    pub fn records<E: DeserializeOwned + Texts>(&self, range: RangeInclusive<Seq>) -> Records<E> {
        Records { lines: self.lines(range), events: PhantomData }
    }
}

/// The lines of a stream, in order. Ends after the first error.
#[derive(Debug)]
pub struct Lines {
    reader: Reader,
    next: Seq,
    last: Seq,
    waiting: VecDeque<Vec<u8>>,
}

impl Lines {
    /// The next lines from the store: those of one block.
    fn fetch(&self) -> Result<VecDeque<Vec<u8>>, JournalError> {
        let lines = match &self.reader.source {
            Source::Memory(lines) => lines.block(self.next),
            Source::Ordered(store) => lines_from(store.as_ref(), &self.reader.stream, self.next)?,
        };
        let first = lines.front().and_then(|line| seq_in(line));
        if first == Some(self.next) {
            return Ok(lines);
        }
        Err(JournalError::damaged(&self.reader.stream, Some(self.next), "it is not where it should be"))
    }
}

impl Iterator for Lines {
    type Item = Result<Vec<u8>, JournalError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.next > self.last {
            return None;
        }
        if self.waiting.is_empty() {
            match self.fetch() {
                Ok(lines) => self.waiting = lines,
                Err(error) => {
                    self.next = self.last.next();
                    return Some(Err(error));
                }
            }
        }
        self.next = self.next.next();
        self.waiting.pop_front().map(Ok)
    }
}

/// The records of a stream, in order. Ends after the first line that cannot be fetched.
#[derive(Debug)]
pub struct Records<E> {
    lines: Lines,
    events: PhantomData<E>,
}

impl<E: DeserializeOwned + Texts> Iterator for Records<E> {
    type Item = Result<Record<E>, JournalError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.lines.next().map(|line| codec::open(&line?))
    }
}
