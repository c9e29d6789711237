//! Reading a whole database once while it is opened: every checksum, every hash, every place.
//!
//! What passes here is exactly what was written: all up to the meta value, and behind it what came to the disk of a
//! batch that a crash broke off. What was lost together with its meta value is found by [`super::acked`].

use std::ops::Bound;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::thread;

use queue_core::ids::Slug;
use queue_core::planted::{self, Bug};
use queue_core::record::{GENESIS, Seq};
use sled::IVec;

use crate::codec::outline::{Outline, marks_in};
use crate::error::JournalError;
use crate::journal::{BATCH_RECORDS_MAX, Mark, Tail};
use crate::sled::acked::Acked;
use crate::sled::block::{self, META_KEY, Meta, Value};
use crate::sled::quiet::{guarded, told};
use crate::sled::store::{Database, lines_of};

/// What a whole stream is found to be.
#[derive(Debug, Default)]
pub(crate) struct Scanned {
    pub(crate) tail: Option<Tail>,
    pub(crate) marks: Vec<Mark>,
    /// The first record behind the meta value, where a batch was broken off or the meta value is of the earlier
    /// layout: it is to be written anew.
    pub(crate) unmarked: Option<Seq>,
}

/// Values that go from the thread that reads to the thread that checks, at a time.
const CHUNK_VALUES: usize = 256;
/// Values that are read before the store is asked again from there. It counts what it holds in memory only when
/// a page was asked for, many times: one long walk would keep 400 MB of a journal of a million records.
const LOOK_VALUES: usize = 4;
/// Chunks that may wait between the two.
const CHUNKS_MAX: usize = 4;

/// Values as they lie in the database, or why there are no more.
type Chunk = Result<Vec<Read>, String>;

/// A value as it lies in the database.
struct Read {
    key: IVec,
    value: IVec,
    /// Whether the reading side has found that every line in it answers to its hash.
    holds: bool,
}

/// Reads everything in `database`: one thread reads, this one checks. Hashing is most of the work, so the reading
/// thread, where it is ahead, hashes too; what a line says and in which order is judged here alone.
///
/// # Errors
/// [`JournalError::Damaged`] with the first record that does not hold.
pub(crate) fn scan(
    database: &Database,
    stream: &Slug,
    acked: Option<&Acked>,
) -> Result<Scanned, JournalError> {
    let meta = database.meta().map_err(|error| JournalError::damaged(stream, None, told(&error)))?;
    let mut scan = Scan::new(stream, acked, meta.as_deref());
    thread::scope(|scope| {
        let (chunks, arriving) = sync_channel(CHUNKS_MAX);
        scope.spawn(move || {
            // After the first error of the checking side nobody listens any more.
            if let Err(message) = guarded(|| feed(&database.records, &chunks)) {
                let _late = chunks.send(Err(format!("the store broke off while reading it: {message}")));
            }
        });
        for chunk in arriving {
            for Read { key, value, holds } in chunk.map_err(|what| scan.damaged(what))? {
                scan.value(&key, &value, holds)?;
            }
        }
        scan.end()
    })
}

/// Checks `values`, which are all of a store in the order of their keys, against its `meta` value.
///
/// # Errors
/// [`JournalError::Damaged`] with the first record that does not hold.
pub(crate) fn check<K: AsRef<[u8]>, V: AsRef<[u8]>>(
    values: impl Iterator<Item = Result<(K, V), String>>,
    stream: &Slug,
    acked: Option<&Acked>,
    meta: Option<&[u8]>,
) -> Result<Scanned, JournalError> {
    let mut scan = Scan::new(stream, acked, meta);
    for entry in values {
        let (key, value) = entry.map_err(|what| scan.damaged(what))?;
        let read = scan.value(key.as_ref(), value.as_ref(), false);
        if read.is_err() && planted::is(Bug::DamageTakenForTheEnd) {
            return Ok(scan.found);
        }
        read?;
    }
    scan.end()
}

fn feed(records: &sled::Tree, chunks: &SyncSender<Chunk>) {
    let mut from = Bound::Unbounded;
    let mut chunk = Vec::with_capacity(CHUNK_VALUES);
    loop {
        let before = chunk.len();
        for entry in records.range::<IVec, _>((from, Bound::Unbounded)).take(LOOK_VALUES) {
            match entry {
                Ok((key, value)) => chunk.push(Read { key, value, holds: false }),
                Err(error) => {
                    let _late = chunks.send(Ok(chunk));
                    let _late = chunks.send(Err(told(&error)));
                    return;
                }
            }
        }
        let ended = chunk.len() < before + LOOK_VALUES;
        from = chunk.last().map_or(Bound::Unbounded, |read| Bound::Excluded(read.key.clone()));
        if ended || chunk.len() >= CHUNK_VALUES {
            let full = std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK_VALUES));
            if !hand_on(chunks, full) || ended {
                return;
            }
        }
    }
}

/// Hands `values` to the checking side; while that is behind, hashes them first. `false` when nobody listens.
fn hand_on(chunks: &SyncSender<Chunk>, values: Vec<Read>) -> bool {
    match chunks.try_send(Ok(values)) {
        Ok(()) => true,
        Err(TrySendError::Full(Ok(mut values))) => {
            for read in &mut values {
                read.holds = lines_hold(&read.key, &read.value);
            }
            chunks.send(Ok(values)).is_ok()
        }
        Err(TrySendError::Full(Err(_)) | TrySendError::Disconnected(_)) => false,
    }
}

/// Whether this is a block of lines that all answer to their hashes.
fn lines_hold(key: &[u8], value: &[u8]) -> bool {
    match block::unpack(key, value) {
        Ok(Value::Block { lines, .. }) => lines_of(&lines)
            .all(|line| Outline::checked(line).is_ok_and(|outline| outline.check_texts().is_ok())),
        Ok(Value::Part { .. }) | Err(_) => false,
    }
}

struct Scan<'a> {
    stream: &'a Slug,
    acked: Option<&'a Acked>,
    found: Scanned,
    /// A long line of which parts are still to come: their number, and the bytes so far.
    parts: Option<(u16, u16, Vec<u8>)>,
    meta: Option<Result<Meta, &'static str>>,
    /// The hash of the record that the meta value calls the last.
    last: Option<String>,
}

impl<'a> Scan<'a> {
    fn new(stream: &'a Slug, acked: Option<&'a Acked>, meta: Option<&[u8]>) -> Self {
        let meta = meta.map(block::unpack_meta);
        Self { stream, acked, found: Scanned::default(), parts: None, meta, last: None }
    }

    /// What was found, when there are no more values.
    fn end(mut self) -> Result<Scanned, JournalError> {
        if self.parts.is_some() {
            return Err(self.damaged("its last parts are missing"));
        }
        self.check_meta()?;
        self.check_acked()?;
        self.found.unmarked = match &self.meta {
            Some(Ok(meta)) => {
                (meta.format < block::LAYOUT || meta.last.0 + 1 < self.due().0).then(|| meta.last.next())
            }
            Some(Err(_)) | None => Some(Seq(1)),
        };
        Ok(self.found)
    }

    fn due(&self) -> Seq {
        self.found.tail.as_ref().map_or(Seq(1), |tail| tail.seq.next())
    }

    /// Damage at the record that is due.
    fn damaged(&self, what: impl Into<String>) -> JournalError {
        JournalError::damaged(self.stream, Some(self.due()), what)
    }

    /// The next value; `holds` where its lines were found to answer to their hashes.
    fn value(&mut self, key: &[u8], value: &[u8], holds: bool) -> Result<(), JournalError> {
        if key == META_KEY {
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
                for line in lines_of(&lines) {
                    self.line(line, with_day, holds)?;
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
            return self.line(&line, true, false);
        }
        self.parts = Some((index, parts, line));
        Ok(())
    }

    fn line(&mut self, line: &[u8], with_day: bool, holds: bool) -> Result<(), JournalError> {
        let outline = if holds {
            Outline::of(line).map_err(|what| self.damaged(what))?
        } else {
            let outline = Outline::checked(line)?;
            outline.check_texts()?;
            outline
        };
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
        if let Some(Ok(meta)) = &self.meta
            && meta.last == outline.seq
        {
            self.last = Some(outline.hash.to_owned());
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
        if planted::is(Bug::MetaUnchecked) {
            return Ok(());
        }
        match (&self.meta, &self.found.tail) {
            (None, None) => Ok(()),
            (None, Some(_)) => {
                Err(self.damaged("the meta value, which says how far the journal goes, is missing"))
            }
            (Some(Err(what)), _) => Err(self.damaged(*what)),
            (Some(Ok(meta)), tail) => {
                let last = tail.as_ref().map_or(Seq(0), |tail| tail.seq);
                // A crash in the middle of a batch leaves a beginning of it, without its meta value.
                let begun = meta.last.0.saturating_add(BATCH_RECORDS_MAX as u64);
                if meta.last > last || last.0 > begun {
                    let what =
                        format!("the journal should go to record {}, and goes to {}", meta.last.0, last.0);
                    return Err(self.damaged(what));
                }
                let head = self.last.as_deref().unwrap_or(GENESIS);
                if meta.head != head || meta.base != Seq(1) || meta.count != meta.last.0 {
                    return Err(self.damaged("the meta value does not fit the records before"));
                }
                Ok(())
            }
        }
    }

    fn check_acked(&self) -> Result<(), JournalError> {
        let last = self.found.tail.as_ref().map_or(0, |tail| tail.seq.0);
        match self.acked {
            Some(acked) if acked.seq.0 > last && !planted::is(Bug::AckedNoteIgnored) => Err(self.damaged(
                format!("records up to {} were acknowledged, and the journal ends with {last}", acked.seq.0),
            )),
            Some(_) | None => Ok(()),
        }
    }
}
