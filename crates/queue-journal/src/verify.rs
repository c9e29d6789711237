//! Walking a whole stream: every record, every hash, every text, in order.

use queue_core::ids::Slug;
use queue_core::record::{GENESIS, Seq};

use crate::codec::Sealed;
use crate::error::JournalError;
use crate::folder::DataFolder;
use crate::journal::Journal;
use crate::reader::Reader;

/// What a stream was found to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The stream.
    pub stream: Slug,
    /// How many records, all of which hold.
    pub records: u64,
    /// The hash of the last one; 64 zeros where there is none.
    pub head: String,
}

/// A stream and what was found of it.
pub type StreamVerified = (Slug, Result<Verified, JournalError>);

/// Walks what `reader` can read.
///
/// # Errors
/// [`JournalError::Damaged`] with the first record that does not hold.
pub fn verify(reader: &Reader) -> Result<Verified, JournalError> {
    let mut chain = Chain::new(reader.stream().clone());
    for line in reader.all() {
        chain.extend(&Sealed::from_line(line?)?)?;
    }
    let expected = reader.durable().0;
    let found = chain.verified();
    if found.records < expected {
        let what = format!("the journal should go to record {expected}");
        return Err(JournalError::damaged(reader.stream(), Some(Seq(found.records + 1)), what));
    }
    Ok(found)
}

/// Walks every stream of a stopped data folder, in the order of their names. Each journal is opened, read and
/// closed again; one that does not hold stays as it was.
///
/// The inner error is [`JournalError::Damaged`] with a seq where a record does not hold, and anything else where
/// the store cannot be opened.
///
/// # Errors
/// Where the streams cannot be listed.
pub fn verify_folder(folder: &DataFolder) -> Result<Vec<StreamVerified>, JournalError> {
    let verify_one = |stream: &Slug| {
        let journal = folder.journal(stream)?;
        let verified = verify(&journal.reader())?;
        Box::new(journal).close()?;
        Ok(verified)
    };
    let streams = folder.streams()?.into_iter();
    Ok(streams.map(|stream| (stream.clone(), verify_one(&stream))).collect())
}

/// A chain of records as it grows, for whoever reads one from the first record on.
#[derive(Debug)]
pub(crate) struct Chain {
    stream: Slug,
    /// The place and the hash that the next record follows.
    last: Option<(Seq, String)>,
}

impl Chain {
    /// From the first record on.
    pub(crate) fn new(stream: Slug) -> Self {
        Self::after(stream, None)
    }

    /// From the record behind `last` on.
    pub(crate) fn after(stream: Slug, last: Option<(Seq, String)>) -> Self {
        Self { stream, last }
    }

    /// Adds a record that was read and checked by itself.
    pub(crate) fn extend(&mut self, sealed: &Sealed) -> Result<(), JournalError> {
        let (due, head) =
            self.last.as_ref().map_or((Seq(1), GENESIS), |(seq, hash)| (seq.next(), hash.as_str()));
        let damaged = |what: String| Err(JournalError::damaged(&self.stream, Some(due), what));
        if sealed.stream != self.stream {
            return damaged(format!("it belongs to `{}`", sealed.stream));
        }
        if sealed.seq != due {
            return damaged(format!("record {} stands in its place", sealed.seq.0));
        }
        if sealed.prev_hash != head {
            return damaged("it is not chained to the one before".to_owned());
        }
        self.last = Some((sealed.seq, sealed.hash.clone()));
        Ok(())
    }

    /// What was read so far.
    pub(crate) fn verified(&self) -> Verified {
        Verified {
            stream: self.stream.clone(),
            records: self.last.as_ref().map_or(0, |(seq, _)| seq.0),
            head: self.last.as_ref().map_or(GENESIS, |(_, hash)| hash.as_str()).to_owned(),
        }
    }
}
