//! What a journal is: append a batch durably, know the tail, give out readers.
//!
//! The back ends are [`crate::memory`] and, on any ordered store, [`crate::ordered`]; what each checks before it
//! writes stands here.

use queue_core::record::{GENESIS, Seq};
use queue_core::time::At;

use crate::codec::{RECORD_BYTES_MAX, Sealed};
use crate::error::JournalError;
use crate::reader::Reader;

/// The most records that one [`Journal::append`] takes: what gathers while a disk syncs.
pub const BATCH_RECORDS_MAX: usize = 1024;
/// The most bytes of lines that an engine should gather for one append; a single record may be longer.
pub const BATCH_BYTES_MAX: usize = 256 * 1024;

/// One stream of records with one writer.
///
/// A journal that answered an error once is poisoned: it answers the same error to every later append, because
/// what the disk holds is unknown until it was opened and read again.
pub trait Journal: Send {
    /// Writes `batch` and returns when it is on disk; blocks for one sync, so never call it from async code.
    ///
    /// The records follow the tail and each other without a gap. An empty batch does nothing.
    ///
    /// # Errors
    /// Any [`JournalError`]; whether the batch is on disk is then unknown, and the journal is poisoned.
    fn append(&mut self, batch: &[Sealed]) -> Result<(), JournalError>;

    /// The last durable record; `None` while the stream is empty.
    fn tail(&self) -> Option<Tail>;

    /// A handle for other threads to read with.
    fn reader(&self) -> Reader;

    /// Ends the journal with a last sync and, on disk, leaves the mark of a clean stop.
    ///
    /// # Errors
    /// The error that poisoned the journal, or that of the last sync.
    fn close(self: Box<Self>) -> Result<(), JournalError>;
}

/// The last durable record of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tail {
    /// Its place.
    pub seq: Seq,
    /// Its hash, 64 hexadecimal characters.
    pub hash: String,
    /// When it was accepted.
    pub at: At,
}

/// A record where a business day begins or ends, so that a boot finds where to start reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Its place.
    pub seq: Seq,
    /// When it was accepted.
    pub at: At,
    /// What happened there.
    pub kind: MarkKind,
}

/// What a [`Mark`] stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkKind {
    /// The record holds a `day_opened`.
    DayOpened,
    /// The record holds a `day_closed`.
    DayClosed,
}

/// Checks that `batch` may follow `tail`: not too many, not too long, no gap, chained.
pub(crate) fn check_batch(stream: &str, tail: Option<&Tail>, batch: &[Sealed]) -> Result<(), JournalError> {
    let refuse = |cause: String| Err(JournalError::failed(format!("append to `{stream}`"), cause));
    if batch.len() > BATCH_RECORDS_MAX {
        return refuse(format!("{} records in one batch, at most {BATCH_RECORDS_MAX}", batch.len()));
    }
    let mut due = tail.map_or(Seq(1), |tail| tail.seq.next());
    let mut head = tail.map_or(GENESIS, |tail| tail.hash.as_str());
    for sealed in batch {
        if sealed.stream.as_str() != stream {
            return refuse(format!("record {} belongs to `{}`", sealed.seq.0, sealed.stream));
        }
        if sealed.seq != due {
            return refuse(format!("record {} came where {} was due", sealed.seq.0, due.0));
        }
        if sealed.prev_hash != head {
            return refuse(format!("record {} is not chained to the one before", sealed.seq.0));
        }
        if sealed.line.len() > RECORD_BYTES_MAX {
            let (seq, bytes) = (sealed.seq, sealed.line.len());
            return Err(JournalError::TooLarge { stream: stream.to_owned(), seq, bytes });
        }
        due = due.next();
        head = &sealed.hash;
    }
    Ok(())
}
