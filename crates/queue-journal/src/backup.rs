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

pub mod restore;

use std::fs::File;
use std::io::Write;
use std::path::Path;

use queue_core::ids::Slug;
use queue_core::record::{GENESIS, Seq, hex};
use queue_core::time::At;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::{JournalError, OnPath};
use crate::reader::{Lines, Reader};

/// The version of the form.
pub const BACKUP_FORMAT: u16 = 1;
/// A chunk is handed out when it is this long, in bytes; one record may make it longer.
pub const CHUNK_BYTES: usize = 64 * 1024;

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// [`BACKUP_FORMAT`].
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
    /// How many records, from the first.
    pub records: u64,
    /// The hash of the last one.
    pub head: String,
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
        let mut streams = Vec::with_capacity(readers.len());
        let mut waiting = Vec::with_capacity(readers.len());
        for reader in readers {
            let (seq, head) =
                reader.tail().map_or((Seq(0), GENESIS.to_owned()), |tail| (tail.seq, tail.hash));
            streams.push(StreamPart { stream: reader.stream().clone(), records: seq.0, head });
            waiting.push(reader.lines(Seq(1)..=seq));
        }
        waiting.reverse();
        let header = Header { backup: BACKUP_FORMAT, at, streams };
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
        line_of(&Trailer { end: BACKUP_FORMAT, streams: self.header.streams.clone(), sha256 })
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

/// Writes `backup` to the file `path`: beside it first, synced, then renamed over it.
///
/// # Errors
/// [`JournalError::Damaged`] where a record cannot be read; what the system answers. `path` is then as it was.
pub fn write_file(backup: Backup, path: &Path) -> Result<Header, JournalError> {
    let header = backup.header().clone();
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let working = path.with_file_name(name);
    let mut file = File::create(&working).on("make", &working)?;
    for chunk in backup {
        file.write_all(&chunk?).on("write", &working)?;
    }
    file.sync_all().on("sync", &working)?;
    std::fs::rename(&working, path).on("rename", &working)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).on("sync", folder)?;
    Ok(header)
}

fn line_of(value: &impl Serialize) -> Result<Vec<u8>, JournalError> {
    let mut line = serde_json::to_vec(value)
        .map_err(|error| JournalError::failed("write a line of the backup", error.to_string()))?;
    line.push(b'\n');
    Ok(line)
}
