//! A backup: every stream up to its durable end, as one checksummed stream of lines.
//!
//! ```text
//! {"backup":1,"at":1732270000000,"streams":[{"stream":"house","records":2,"head":"…64…"},…]}
//! <record 1 of the first stream>
//! <record 2 …>
//! <records of the next stream, …>
//! {"end":1,"streams":[…as in the header…],"sha256":"…64…"}
//! ```
//! Every line ends with a line break; records are as stored. The SHA-256 is over all bytes before the last line.
//! A backup without its last line is cut off and worth nothing. Taking one while the server runs is fine: each
//! stream goes up to what was durable when the backup began. Reading it back is [`restore`].
//!
//! A backup may continue an earlier one. Its version is then 2, and each stream names what it follows:
//! `{"stream":"house","after":{"seq":2,"hash":"…64…"},"records":1,"head":"…64…"}`; without `after` it follows
//! nothing. Such a backup is restored together with those before it, which must connect.

pub mod folder;
pub mod restore;

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use queue_core::ids::Slug;
use queue_core::record::{GENESIS, Seq, hex};
use queue_core::time::At;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::backup::restore::check;
use crate::codec::Sealed;
use crate::error::{JournalError, OnPath};
use crate::reader::{Lines, Reader};
use crate::sled::files;

/// The version of a backup that is whole by itself.
pub const FULL_FORMAT: u16 = 1;
/// The version of a backup that continues another one.
pub const CONTINUED_FORMAT: u16 = 2;
/// A chunk is handed out when it is this long, in bytes; one record may make it longer.
pub const CHUNK_BYTES: usize = 64 * 1024;

/// What the name of a backup ends with while it is written.
pub(crate) const UNFINISHED: &str = ".part";
/// Permissions of a backup's file.
const OWNER_ALONE: u32 = 0o600;

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// [`FULL_FORMAT`] or [`CONTINUED_FORMAT`].
    pub backup: u16,
    /// When it was begun.
    pub at: At,
    /// What follows, in this order.
    pub streams: Vec<StreamPart>,
}

/// One stream of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StreamPart {
    /// The stream.
    pub stream: Slug,
    /// What it follows; nothing where it begins with the first record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Base>,
    /// How many records.
    pub records: u64,
    /// The hash of the last one, or of what it follows where there is none.
    pub head: String,
}

/// The record that a part of a backup follows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Base {
    /// Its place.
    pub seq: Seq,
    /// Its hash.
    pub hash: String,
}

impl StreamPart {
    /// The place of its last record; that of what it follows where there is none.
    #[must_use]
    pub fn last(&self) -> Seq {
        Seq(self.after.as_ref().map_or(0, |base| base.seq.0).saturating_add(self.records))
    }
}

impl Header {
    /// Whether it can be restored alone.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.backup == FULL_FORMAT
    }

    /// The places that it reaches, with those before it.
    #[must_use]
    pub fn reached(&self) -> BTreeMap<Slug, Seq> {
        self.streams.iter().map(|part| (part.stream.clone(), part.last())).collect()
    }
}

/// The last line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Trailer {
    pub(crate) end: u16,
    pub(crate) streams: Vec<StreamPart>,
    pub(crate) sha256: String,
}

/// A backup being taken: its bytes, chunk by chunk. Ends after the last line, or after the first error.
#[derive(Debug)]
pub struct Backup {
    header: Header,
    hasher: Sha256,
    waiting: Vec<Lines>,
    state: State,
}

#[derive(Debug)]
enum State {
    Header,
    Records,
    Ended,
}

impl Backup {
    /// Begins a backup of `readers` at the instant `at`; what becomes durable later is not in it.
    #[must_use]
    pub fn new(readers: &[Reader], at: At) -> Self {
        let whole = readers.iter().map(|reader| (reader, None));
        Self::of(FULL_FORMAT, whole, at)
    }

    /// Begins a backup that continues `before`.
    ///
    /// # Errors
    /// [`JournalError::Failed`] where the journals do not hold the records that `before` ends with;
    /// [`JournalError::Damaged`] where they cannot be read.
    pub fn after(readers: &[Reader], before: &Header, at: At) -> Result<Self, JournalError> {
        let next = Self::since(readers, &before.reached(), at)?;
        for part in &before.streams {
            let now = next.header.streams.iter().find(|now| now.stream == part.stream);
            let connects = match now.map(|now| &now.after) {
                Some(Some(base)) => base.hash == part.head,
                Some(None) => part.last().0 == 0,
                None => false,
            };
            if !connects {
                let what = format!("continue a backup of `{}` after record {}", part.stream, part.last().0);
                return Err(JournalError::failed(what, "the journal holds another record there"));
            }
        }
        Ok(next)
    }

    /// Begins a backup of what follows the places `reached`; streams that are not named there are whole.
    ///
    /// # Errors
    /// [`JournalError::Failed`] where a stream ends before that; [`JournalError::Damaged`] where its record there
    /// cannot be read.
    pub fn since(readers: &[Reader], reached: &BTreeMap<Slug, Seq>, at: At) -> Result<Self, JournalError> {
        let based = readers.iter().map(|reader| {
            let seq = reached.get(reader.stream()).copied().filter(|seq| seq.0 > 0);
            Ok((reader, seq.map(|seq| base(reader, seq)).transpose()?))
        });
        let based = based.collect::<Result<Vec<_>, JournalError>>()?;
        Ok(Self::of(CONTINUED_FORMAT, based.into_iter(), at))
    }

    fn of<'r>(backup: u16, readers: impl Iterator<Item = (&'r Reader, Option<Base>)>, at: At) -> Self {
        let (mut streams, mut waiting) = (Vec::new(), Vec::new());
        for (reader, after) in readers {
            let (seq, head) =
                reader.tail().map_or((Seq(0), GENESIS.to_owned()), |tail| (tail.seq, tail.hash));
            let before = after.as_ref().map_or(Seq(0), |base| base.seq);
            waiting.push(reader.lines(before.next()..=seq));
            let records = seq.0.saturating_sub(before.0);
            streams.push(StreamPart { stream: reader.stream().clone(), after, records, head });
        }
        waiting.reverse();
        let header = Header { backup, at, streams };
        Self { header, hasher: Sha256::new(), waiting, state: State::Header }
    }

    /// What it holds.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    fn records(&mut self) -> Result<Vec<u8>, JournalError> {
        let mut chunk = Vec::with_capacity(CHUNK_BYTES);
        while chunk.len() < CHUNK_BYTES {
            let Some(lines) = self.waiting.last_mut() else { break };
            match lines.next() {
                Some(line) => {
                    chunk.extend_from_slice(&line?);
                    chunk.push(b'\n');
                }
                None => {
                    self.waiting.pop();
                }
            }
        }
        Ok(chunk)
    }

    fn trailer(&self) -> Result<Vec<u8>, JournalError> {
        let sha256 = hex(&self.hasher.clone().finalize());
        line_of(&Trailer { end: self.header.backup, streams: self.header.streams.clone(), sha256 })
    }

    fn chunk(&mut self) -> Result<Vec<u8>, JournalError> {
        if matches!(self.state, State::Header) {
            self.state = State::Records;
            return line_of(&self.header);
        }
        let records = self.records()?;
        if records.is_empty() {
            self.state = State::Ended;
            return self.trailer();
        }
        Ok(records)
    }
}

impl Iterator for Backup {
    type Item = Result<Vec<u8>, JournalError>;

    fn next(&mut self) -> Option<Self::Item> {
        if matches!(self.state, State::Ended) {
            return None;
        }
        let chunk = self.chunk();
        match &chunk {
            Ok(bytes) => self.hasher.update(bytes),
            Err(_) => self.state = State::Ended,
        }
        Some(chunk)
    }
}

/// Writes `backup` to the file `path`: beside it first, synced, read back, then renamed over it. Only its owner may
/// read it: it holds what passwords are checked against.
///
/// # Errors
/// [`JournalError::Damaged`] where a record cannot be read, or what was written does not hold; what the system answers.
/// `path` is then as it was, and nothing is left beside it.
pub fn write_file(backup: Backup, path: &Path) -> Result<Header, JournalError> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(UNFINISHED);
    let working = path.with_file_name(name);
    // One that a killed process left, maybe with other permissions.
    files::remove_file(&working)?;
    let mut options = OpenOptions::new();
    let options = options.write(true).create_new(true).mode(OWNER_ALONE);
    let file = options.open(&working).on("make", &working)?;
    let written = write_checked(backup, file, &working)
        .and_then(|header| fs::rename(&working, path).on("rename", &working).map(|()| header));
    if written.is_err() {
        // The first error is the one to tell; a file that stays is swept by the next backup into its folder.
        let _removed = fs::remove_file(&working);
    }
    let header = written?;
    files::sync(files::above(path))?;
    Ok(header)
}

/// Fills `file`, which is at `working`, and reads it back.
fn write_checked(backup: Backup, mut file: File, working: &Path) -> Result<Header, JournalError> {
    let header = backup.header().clone();
    for chunk in backup {
        file.write_all(&chunk?).on("write", working)?;
    }
    file.sync_all().on("sync", working)?;
    if check(working)? == header {
        Ok(header)
    } else {
        Err(JournalError::failed(format!("read back {}", working.display()), "it is another one"))
    }
}

/// The record of `reader` at `seq`, as what a backup follows.
fn base(reader: &Reader, seq: Seq) -> Result<Base, JournalError> {
    match reader.lines(seq..=seq).next() {
        Some(line) => Ok(Base { seq, hash: Sealed::from_line(line?)?.hash }),
        None => {
            let what = format!("continue a backup of `{}` after record {}", reader.stream(), seq.0);
            Err(JournalError::failed(what, format!("it ends with record {}", reader.durable().0)))
        }
    }
}

fn line_of(value: &impl Serialize) -> Result<Vec<u8>, JournalError> {
    let mut line = serde_json::to_vec(value)
        .map_err(|error| JournalError::failed("write a line of the backup", error.to_string()))?;
    line.push(b'\n');
    Ok(line)
}
