//! What a journal must know of a line, found without reading its events: place, time, hashes, texts, marks.
//!
//! Invariant: only the exact form that [`super::seal`] writes is accepted; whatever else stands in a line makes
//! it damaged. Meaning is read by [`super::open`].

use std::collections::BTreeSet;

use queue_core::record::{FORMAT, Seq};
use queue_core::text::Plain;
use queue_core::time::At;
use sha2::{Digest, Sha256};

use crate::error::JournalError;
use crate::journal::MarkKind;

/// Characters of a written hash.
pub(crate) const HASH_CHARS: usize = 64;
/// What stands between the hashed part and the hash.
pub(crate) const HASH_KEY: &[u8] = b",\"hash\":\"";
/// What stands before the hash of the record before.
const PREV_KEY: &[u8] = b",\"prev_hash\":\"";
/// How every line begins.
const START: &[u8] = b"{\"v\":";
/// How an event begins that opens or closes a day. A quote inside a JSON string is always escaped, so these
/// bytes stand nowhere but at the beginning of an event.
const DAY: &str = "{\"type\":\"day_";

/// The frame of a line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outline<'a> {
    pub(crate) stream: &'a str,
    pub(crate) seq: Seq,
    pub(crate) at: At,
    pub(crate) prev_hash: &'a str,
    pub(crate) hash: &'a str,
    /// The line up to the hash key; the hash is over this and a closing brace.
    pub(crate) hashed: &'a [u8],
    /// The array of texts, or nothing.
    texts: &'a [u8],
}

impl<'a> Outline<'a> {
    /// Finds the frame of `line` and checks version and hash.
    pub(crate) fn checked(line: &'a [u8]) -> Result<Self, JournalError> {
        let outline = Self::of(line).map_err(|what| {
            JournalError::damaged("a line", seq_in(line), format!("it is no record: {what}"))
        })?;
        let mut hasher = Sha256::new();
        hasher.update(outline.hashed);
        hasher.update(b"}");
        if is_written(&hasher.finalize(), outline.hash) {
            return Ok(outline);
        }
        let what = "its bytes do not answer to its hash";
        Err(JournalError::damaged(outline.stream, Some(outline.seq), what))
    }

    /// Finds the frame of a line whose hash was checked before.
    pub(crate) fn of(line: &'a [u8]) -> Result<Self, String> {
        let (stream, seq, at) = start_of(line)?;
        let hash_at = hash_key_in(line).ok_or("no hash")?;
        let (hashed, rest) = line.split_at(hash_at);
        let (hash, rest) = hash_in(rest, HASH_KEY).ok_or("no whole hash")?;
        let prev_at = hashed.len().checked_sub(PREV_KEY.len() + HASH_CHARS + 1).ok_or("too short")?;
        let (prev_hash, between) =
            hash_in(&hashed[prev_at..], PREV_KEY).ok_or("no hash of the one before")?;
        if !between.is_empty() {
            return Err("something stands between the hashes".to_owned());
        }
        let texts = match rest {
            b"}" => &[][..],
            _ => rest
                .strip_prefix(b",\"texts\":")
                .and_then(|rest| rest.strip_suffix(b"}"))
                .ok_or("something else than texts stands after the hash")?,
        };
        Ok(Self { stream, seq, at, prev_hash, hash, hashed, texts })
    }

    /// The texts beside the hashed part.
    pub(crate) fn texts(&self) -> Result<Vec<Plain>, JournalError> {
        if self.texts.is_empty() {
            return Ok(Vec::new());
        }
        serde_json::from_slice(self.texts).map_err(|error| {
            JournalError::damaged(self.stream, Some(self.seq), format!("its texts cannot be read: {error}"))
        })
    }

    /// Checks that every text beside the hashed part answers to a digest inside it.
    pub(crate) fn check_texts(&self) -> Result<(), JournalError> {
        let texts = self.texts()?;
        if texts.is_empty() {
            return Ok(());
        }
        // Gone through once for all texts: a line can be long and have a thousand of them.
        let parts = self.hashed.split(|byte| *byte == b'"');
        let digests: BTreeSet<&[u8]> = parts.filter(|part| part.len() == HASH_CHARS).collect();
        for plain in texts {
            if !digests.contains(plain.digest().as_bytes()) {
                let what = "a text beside it answers to none of its digests";
                return Err(JournalError::damaged(self.stream, Some(self.seq), what));
            }
        }
        Ok(())
    }
}

/// The days that begin or end in a line.
pub(crate) fn marks_in(line: &[u8]) -> Vec<MarkKind> {
    let mut marks = Vec::new();
    if !contains(line, DAY.as_bytes()) {
        return marks;
    }
    if contains(line, b"{\"type\":\"day_closed\"") {
        marks.push(MarkKind::DayClosed);
    }
    if contains(line, b"{\"type\":\"day_opened\"") {
        marks.push(MarkKind::DayOpened);
    }
    marks
}

/// The place that a line claims, where its beginning can be read.
pub(crate) fn seq_in(line: &[u8]) -> Option<Seq> {
    start_of(line).ok().map(|(_, seq, _)| seq)
}

/// `{"v":1,"stream":"kim-lien","seq":7,"at":1732270000000,` and what it says.
fn start_of(line: &[u8]) -> Result<(&str, Seq, At), String> {
    // The numbers and the slug stand in the first 150 bytes.
    let start = &line[..line.len().min(200)];
    let rest = start.strip_prefix(START).ok_or("it does not begin with a version")?;
    let (version, rest) = text_before(rest, b',').ok_or("no stream")?;
    if version.parse() != Ok(FORMAT) {
        return Err(format!("version {version} is not known here, only {FORMAT}"));
    }
    let rest = rest.strip_prefix(b"\"stream\":\"").ok_or("no stream")?;
    let (stream, rest) = text_before(rest, b'"').ok_or("no seq")?;
    let rest = rest.strip_prefix(b",\"seq\":").ok_or("no seq")?;
    let (seq, rest) = text_before(rest, b',').ok_or("no time")?;
    let rest = rest.strip_prefix(b"\"at\":").ok_or("no time")?;
    let (at, _) = text_before(rest, b',').ok_or("nothing after the time")?;
    let seq = seq.parse().map_err(|_| format!("`{seq}` is no seq"))?;
    let at = at.parse().map_err(|_| format!("`{at}` is no time"))?;
    Ok((stream, Seq(seq), At(at)))
}

/// The text up to `end`, and what follows it.
fn text_before(bytes: &[u8], end: u8) -> Option<(&str, &[u8])> {
    let length = bytes.iter().position(|byte| *byte == end)?;
    let (text, rest) = bytes.split_at(length);
    Some((std::str::from_utf8(text).ok()?, rest.get(1..)?))
}

/// Whether `text` is `bytes` in lower-case hexadecimal; a million times at a start, so that no text is made of them.
fn is_written(bytes: &[u8], text: &str) -> bool {
    let digit = |value: u8| if value < 10 { b'0' + value } else { b'a' + value - 10 };
    let pairs = text.as_bytes().chunks_exact(2);
    text.len() == bytes.len() * 2
        && bytes.iter().zip(pairs).all(|(byte, pair)| [digit(byte >> 4), digit(byte & 15)] == pair)
}

/// Where the hash key stands: right before the end, or before the texts. Texts hold no key of that name, so
/// the last one is the record's.
fn hash_key_in(line: &[u8]) -> Option<usize> {
    let without_texts = line.len().checked_sub(HASH_KEY.len() + HASH_CHARS + 2)?;
    if line[without_texts..].starts_with(HASH_KEY) {
        return Some(without_texts);
    }
    line.windows(HASH_KEY.len()).rposition(|window| window == HASH_KEY)
}

/// The hash after `key` and its closing quote, and what follows.
fn hash_in<'a>(bytes: &'a [u8], key: &[u8]) -> Option<(&'a str, &'a [u8])> {
    let rest = bytes.strip_prefix(key)?;
    let (hash, rest) = rest.split_at_checked(HASH_CHARS)?;
    let rest = rest.strip_prefix(b"\"")?;
    let lower_hex = hash.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if lower_hex { Some((std::str::from_utf8(hash).ok()?, rest)) } else { None }
}

/// Whether `needle` stands in `bytes`; lines are UTF-8, and then the search of `str` is the fast one.
fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    match (std::str::from_utf8(bytes), std::str::from_utf8(needle)) {
        (Ok(text), Ok(needle)) => text.contains(needle),
        _ => bytes.windows(needle.len()).any(|window| window == needle),
    }
}
