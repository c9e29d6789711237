//! Reading a whole database once while it is opened: every checksum, every hash, every place.
//!
//! What passes here is exactly what was written, up to the last meta value; what was written after it and was
//! lost with it is found by [`super::acked`].

use std::ops::Bound;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use queue_core::ids::Slug;
use queue_core::record::{GENESIS, Seq};
use sled::{Db, IVec};

use crate::codec::outline::{Outline, marks_in};
use crate::error::JournalError;
use crate::journal::{Mark, Tail};
use crate::sled::acked::Acked;
use crate::sled::block::{self, META_KEY, Meta, Value};
use crate::sled::quiet::{guarded, told};
use crate::sled::store::lines_of;

/// What a whole stream is found to be.
#[derive(Debug, Default)]
pub(crate) struct Scanned {
    pub(crate) tail: Option<Tail>,
    pub(crate) marks: Vec<Mark>,
}

/// Values that go from the thread that reads to the thread that checks, at a time.
const CHUNK_VALUES: usize = 256;
/// Values that are read before the store is asked again from there. It counts what it holds in memory only when
/// a page was asked for, many times: one long walk would keep 400 MB of a journal of a million records.
const LOOK_VALUES: usize = 4;
/// Chunks that may wait between the two.
const CHUNKS_MAX: usize = 16;

/// Values as they lie in the database, or why there are no more.
type Chunk = Result<Vec<(IVec, IVec)>, String>;

/// Reads everything in `database`: one thread reads, this one checks.
///
/// # Errors
/// [`JournalError::Damaged`] with the first record that does not hold.
pub(crate) fn scan(database: &Db, stream: &Slug, acked: Option<&Acked>) -> Result<Scanned, JournalError> {
    thread::scope(|scope| {
        let (chunks, arriving) = sync_channel(CHUNKS_MAX);
        scope.spawn(move || {
            // After the first error of the checking side nobody listens any more.
            if let Err(message) = guarded(|| feed(database, &chunks)) {
                let _late = chunks.send(Err(format!("the store broke off while reading it: {message}")));
            }
        });
        let values = arriving.into_iter().flat_map(|chunk| match chunk {
            Ok(values) => Arrived::Values(values.into_iter()),
            Err(what) => Arrived::Broken(Some(what)),
        });
        check(values, stream, acked)
    })
}

/// Checks `values`, which are all of a store in the order of their keys.
///
/// # Errors
/// [`JournalError::Damaged`] with the first record that does not hold.
pub(crate) fn check<K: AsRef<[u8]>, V: AsRef<[u8]>>(
    values: impl Iterator<Item = Result<(K, V), String>>,
    stream: &Slug,
    acked: Option<&Acked>,
) -> Result<Scanned, JournalError> {
    let mut scan = Scan { stream, acked, found: Scanned::default(), parts: None, meta: None };
    for entry in values {
        let (key, value) = entry.map_err(|what| scan.damaged(what))?;
        scan.value(key.as_ref(), value.as_ref())?;
    }
    if scan.parts.is_some() {
        return Err(scan.damaged("its last parts are missing"));
    }
    scan.check_meta()?;
    scan.check_acked()?;
    Ok(scan.found)
}

/// The values of a chunk one by one, or why there are no more.
enum Arrived {
    Values(std::vec::IntoIter<(IVec, IVec)>),
    Broken(Option<String>),
}

impl Iterator for Arrived {
    type Item = Result<(IVec, IVec), String>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Values(values) => values.next().map(Ok),
            Self::Broken(what) => what.take().map(Err),
        }
    }
}

fn feed(database: &Db, chunks: &SyncSender<Chunk>) {
    let mut from = Bound::Unbounded;
    let mut chunk = Vec::with_capacity(CHUNK_VALUES);
    loop {
        let before = chunk.len();
        for entry in database.range::<IVec, _>((from, Bound::Unbounded)).take(LOOK_VALUES) {
            match entry {
                Ok(entry) => chunk.push(entry),
                Err(error) => {
                    let _late = chunks.send(Ok(chunk));
                    let _late = chunks.send(Err(told(&error)));
                    return;
                }
            }
        }
        let ended = chunk.len() < before + LOOK_VALUES;
        from = chunk.last().map_or(Bound::Unbounded, |(key, _)| Bound::Excluded(key.clone()));
        if ended || chunk.len() >= CHUNK_VALUES {
            let full = std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK_VALUES));
            if chunks.send(Ok(full)).is_err() || ended {
                return;
            }
        }
    }
}

struct Scan<'a> {
    stream: &'a Slug,
    acked: Option<&'a Acked>,
    found: Scanned,
    /// A long line of which parts are still to come: their number, and the bytes so far.
    parts: Option<(u16, u16, Vec<u8>)>,
    meta: Option<Meta>,
}

impl Scan<'_> {
    fn due(&self) -> Seq {
        self.found.tail.as_ref().map_or(Seq(1), |tail| tail.seq.next())
    }

    /// Damage at the record that is due.
    fn damaged(&self, what: impl Into<String>) -> JournalError {
        JournalError::damaged(self.stream, Some(self.due()), what)
    }

    fn value(&mut self, key: &[u8], value: &[u8]) -> Result<(), JournalError> {
        if key == META_KEY {
            self.meta = Some(block::unpack_meta(value).map_err(|what| self.damaged(what))?);
            return Ok(());
        }
        let Some((first, further_part)) = block::seq_of(key) else {
            return Err(self.damaged("a key of no known form stands in the store"));
        };
        let value = block::unpack(key, value).map_err(|what| self.damaged(what))?;
        if first != self.due() {
            return Err(self.damaged(format!("it is missing: record {} follows", first.0)));
        }
        match (value, self.parts.take()) {
            (Value::Block { count, with_day, lines }, None) if !further_part => {
                let mut seen: u16 = 0;
                for line in lines_of(lines) {
                    self.line(line, with_day)?;
                    seen = seen.saturating_add(1);
                }
                if seen == count { Ok(()) } else { Err(self.damaged("its block has lost lines")) }
            }
            (Value::Part { index: 0, parts, bytes }, None) if !further_part => {
                self.part(0, parts, bytes.to_vec())
            }
            (Value::Part { index, parts, bytes }, Some((last, all, mut line)))
                if further_part && index == last + 1 && parts == all =>
            {
                line.extend_from_slice(bytes);
                self.part(index, parts, line)
            }
            (Value::Block { .. } | Value::Part { .. }, _) => Err(self.damaged("a part of it is missing")),
        }
    }

    fn part(&mut self, index: u16, parts: u16, line: Vec<u8>) -> Result<(), JournalError> {
        if index + 1 == parts {
            return self.line(&line, true);
        }
        self.parts = Some((index, parts, line));
        Ok(())
    }

    fn line(&mut self, line: &[u8], with_day: bool) -> Result<(), JournalError> {
        let outline = Outline::checked(line)?;
        outline.check_texts()?;
        if outline.stream != self.stream.as_str() {
            return Err(self.damaged(format!("it belongs to `{}`", outline.stream)));
        }
        if outline.seq != self.due() {
            return Err(self.damaged(format!("it is missing: record {} follows", outline.seq.0)));
        }
        let head = self.found.tail.as_ref().map_or(GENESIS, |tail| tail.hash.as_str());
        if outline.prev_hash != head {
            return Err(self.damaged("it is not chained to the one before"));
        }
        if let Some(acked) = self.acked
            && acked.seq == outline.seq
            && acked.hash != outline.hash
        {
            return Err(self.damaged("it is not the record that was acknowledged"));
        }
        let (seq, at) = (outline.seq, outline.at);
        if with_day {
            self.found.marks.extend(marks_in(outline.hashed).into_iter().map(|kind| Mark { seq, at, kind }));
        }
        match &mut self.found.tail {
            // The hash is copied into the text that is there: a million records, one allocation.
            Some(tail) => {
                outline.hash.clone_into(&mut tail.hash);
                (tail.seq, tail.at) = (seq, at);
            }
            None => self.found.tail = Some(Tail { seq, hash: outline.hash.to_owned(), at }),
        }
        Ok(())
    }

    fn check_meta(&self) -> Result<(), JournalError> {
        match (&self.meta, &self.found.tail) {
            (None, None) => Ok(()),
            (None, Some(_)) => {
                Err(self.damaged("the meta value, which says how far the journal goes, is missing"))
            }
            (Some(meta), tail) => {
                let last = tail.as_ref().map_or(Seq(0), |tail| tail.seq);
                let head = tail.as_ref().map_or(GENESIS, |tail| tail.hash.as_str());
                if meta.last != last {
                    let what =
                        format!("the journal should go to record {}, and goes to {}", meta.last.0, last.0);
                    return Err(self.damaged(what));
                }
                if meta.head != head || meta.base != Seq(1) || meta.count != last.0 {
                    return Err(self.damaged("the meta value does not fit the records before"));
                }
                Ok(())
            }
        }
    }

    fn check_acked(&self) -> Result<(), JournalError> {
        let last = self.found.tail.as_ref().map_or(0, |tail| tail.seq.0);
        match self.acked {
            Some(acked) if acked.seq.0 > last => Err(self.damaged(format!(
                "records up to {} were acknowledged, and the journal ends with {last}",
                acked.seq.0
            ))),
            Some(_) | None => Ok(()),
        }
    }
}
