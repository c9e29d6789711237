//! A record as one line of JSON, sealed with its hash, and back.
//!
//! The form is described in `queue_core::record`: fields in a fixed order, `prev_hash` last of the hashed part,
//! then `hash`, then the `texts` of people, which the hash does not cover (each answers to a digest that it
//! does cover, so an erased text leaves the line valid). A line holds no line break.
//!
//! ```text
//! {"v":1,"stream":"kim-lien","seq":7,"at":…,"epoch":1,"actor":"system","status":200,"about":"office",
//!  "events":[…],"prev_hash":"…64…","hash":"…64…","texts":[{"salt":"…32…","text":"…"}]}
//! ```

pub(crate) mod outline;

use std::collections::BTreeMap;

use queue_core::ids::Slug;
use queue_core::record::{FORMAT, Record, Seq, Texts, hex};
use queue_core::text::Plain;
use queue_core::time::At;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::codec::outline::{HASH_CHARS, HASH_KEY, Outline, marks_in};
use crate::error::JournalError;
use crate::journal::{Mark, MarkKind, Tail};

/// The longest line, in bytes. The longest that the rules allow closes a day and opens the next one: 200,000 expired
/// tickets of 29 bytes (6 MB), their waits and the visits by second in every group (13 MB), a thousand carried tickets
/// with the longest reasons (5 MB), a layout (1 MB). What is decided can thus always be written.
pub const RECORD_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Room for the line of a ticket that was taken, with its key: most lines are shorter.
const LINE_BYTES_USUAL: usize = 1024;

/// A record ready to be appended: its line, and what a journal needs to know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The stream it belongs to.
    pub stream: Slug,
    /// Its place.
    pub seq: Seq,
    /// When it was accepted.
    pub at: At,
    /// Hash of the record before.
    pub prev_hash: String,
    /// Its hash.
    pub hash: String,
    /// The line, without a line break at its end.
    pub line: Vec<u8>,
    /// Whether a business day begins or ends in it; empty for most.
    pub marks: Vec<MarkKind>,
}

impl Sealed {
    /// Reads a line that was sealed elsewhere (a backup, an export) and checks it as [`open`] does, but for the
    /// meaning of its events.
    ///
    /// # Errors
    /// [`JournalError::Damaged`] or [`JournalError::TooLarge`], naming the record where it can be read.
    pub fn from_line(line: Vec<u8>) -> Result<Self, JournalError> {
        let outline = Outline::checked(&line)?;
        outline.check_texts()?;
        let stream = Slug::new(outline.stream)
            .map_err(|error| JournalError::damaged(outline.stream, Some(outline.seq), error.to_string()))?;
        let (seq, at) = (outline.seq, outline.at);
        let (prev_hash, hash) = (outline.prev_hash.to_owned(), outline.hash.to_owned());
        let marks = marks_in(outline.hashed);
        Ok(Self { stream, seq, at, prev_hash, hash, line, marks })
    }

    /// The tail of a stream that ends with this record.
    #[must_use]
    pub fn tail(&self) -> Tail {
        Tail { seq: self.seq, hash: self.hash.clone(), at: self.at }
    }

    /// The marks that this record sets.
    pub(crate) fn marks(&self) -> impl Iterator<Item = Mark> + '_ {
        self.marks.iter().map(|kind| Mark { seq: self.seq, at: self.at, kind: *kind })
    }
}

/// Chains `record` to the record with the hash `prev_hash` (`record::GENESIS` for the first), puts both hashes into
/// it, and writes its line. The texts of its events go beside the hashed part.
///
/// # Errors
/// [`JournalError::TooLarge`] beyond [`RECORD_BYTES_MAX`]; [`JournalError::Failed`] where a text does not
/// answer to its digest or an event cannot be written.
pub fn seal<E: Serialize + Texts>(record: &mut Record<E>, prev_hash: &str) -> Result<Sealed, JournalError> {
    let mut texts: Vec<Plain> = Vec::new();
    for text in record.events.iter_mut().flat_map(Texts::texts_mut) {
        let Some(plain) = &text.plain else { continue };
        if plain.digest() != text.digest {
            return Err(JournalError::failed(
                format!("seal record {} of `{}`", record.seq.0, record.stream),
                "a text does not answer to its digest",
            ));
        }
        if !texts.contains(plain) {
            texts.push(plain.clone());
        }
    }
    record.v = FORMAT;
    record.prev_hash = prev_hash.to_owned();
    record.hash.clear();
    record.texts.clear();
    let failed = |error: serde_json::Error| JournalError::failed("write a record as JSON", error.to_string());
    let mut line = Vec::with_capacity(LINE_BYTES_USUAL);
    serde_json::to_writer(&mut line, record).map_err(failed)?;
    let hash = hex(&Sha256::digest(&line));
    let marks = marks_in(&line);
    line.pop();
    line.extend_from_slice(HASH_KEY);
    line.extend_from_slice(hash.as_bytes());
    line.push(b'"');
    if !texts.is_empty() {
        line.extend_from_slice(b",\"texts\":");
        serde_json::to_writer(&mut line, &texts).map_err(failed)?;
    }
    line.push(b'}');
    if line.len() > RECORD_BYTES_MAX {
        let (stream, seq, bytes) = (record.stream.to_string(), record.seq, line.len());
        return Err(JournalError::TooLarge { stream, seq, bytes });
    }
    record.hash.clone_from(&hash);
    let (stream, seq, at) = (record.stream.clone(), record.seq, record.at);
    Ok(Sealed { stream, seq, at, prev_hash: prev_hash.to_owned(), hash, line, marks })
}

/// Reads a line back: checks version, hash and the digests of its texts, and puts the texts into its events.
/// An erased text stays erased ([`queue_core::text::Text::plain`] is `None`); `texts` is empty afterwards.
///
/// Whether it follows the record before is a question for the reader of a whole stream ([`crate::verify`]).
///
/// # Errors
/// [`JournalError::Damaged`] with the place of the record, where it can be read.
pub fn open<E: DeserializeOwned + Texts>(line: &[u8]) -> Result<Record<E>, JournalError> {
    let outline = Outline::checked(line)?;
    let damaged = |what: String| JournalError::damaged(outline.stream, Some(outline.seq), what);
    let mut record: Record<E> =
        serde_json::from_slice(line).map_err(|error| damaged(format!("it cannot be read: {error}")))?;
    let texts = std::mem::take(&mut record.texts);
    let mut beside: BTreeMap<String, (Plain, bool)> =
        texts.into_iter().map(|plain| (plain.digest(), (plain, false))).collect();
    for text in record.events.iter_mut().flat_map(Texts::texts_mut) {
        if let Some((plain, used)) = beside.get_mut(&text.digest) {
            text.plain = Some(plain.clone());
            *used = true;
        }
    }
    if beside.values().any(|(_, used)| !used) {
        return Err(damaged("a text beside it answers to none of its digests".to_owned()));
    }
    Ok(record)
}

/// Removes the texts whose digests `erase` names from a line; the hashes stay valid.
///
/// # Errors
/// [`JournalError::Damaged`] where the line does not hold.
pub fn erase(line: &[u8], erase: &[&str]) -> Result<Vec<u8>, JournalError> {
    let outline = Outline::checked(line)?;
    let mut kept = outline.texts()?;
    kept.retain(|plain| !erase.contains(&plain.digest().as_str()));
    let mut shorter = line[..outline.hashed.len() + HASH_KEY.len() + HASH_CHARS + 1].to_vec();
    if !kept.is_empty() {
        let texts = serde_json::to_vec(&kept)
            .map_err(|error| JournalError::failed("write texts as JSON", error.to_string()))?;
        shorter.extend_from_slice(b",\"texts\":");
        shorter.extend_from_slice(&texts);
    }
    shorter.push(b'}');
    Ok(shorter)
}
