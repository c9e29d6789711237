//! What the recorder (`tests/shim/shim.c`) wrote: every change of the watched files and everything that left the
//! process, in the order in which it happened.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};

const MAGIC: u32 = 0x5153_4831;
const HEAD_BYTES: usize = 40;

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// Bytes into a file.
    Write,
    /// A sync of a file or folder.
    Sync,
    /// A file was made longer or shorter.
    Truncate,
    /// A file was opened that was made by it, or emptied.
    Open,
    /// A file or folder got another name.
    Rename,
    /// A file or folder was removed.
    Unlink,
    /// A folder was made.
    Mkdir,
    /// Room was set aside.
    Allocate,
    /// A file was read; only faults are recorded.
    Read,
    /// Free space was asked for; only faults are recorded.
    Statvfs,
    /// Bytes left the process through a socket, or standard output.
    Send,
}

/// Where in its course.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Before the system was asked.
    Begin,
    /// After the system has answered.
    End,
    /// A fault was put in its way.
    Fault,
}

/// How much a sync does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyncKind {
    /// `fsync`.
    All,
    /// `fdatasync`.
    Data,
    /// `sync_file_range`, which reaches neither the disk's cache nor the length of the file: no sync at all.
    Range,
}

/// One entry.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What was done.
    pub op: Op,
    /// Where in its course.
    pub phase: Phase,
    /// The kind of a sync; 1 made a file, 2 emptied it; 1 removed a folder.
    pub detail: u8,
    /// The same at begin and end.
    pub token: u64,
    /// Where a write begins; the length after a truncation.
    pub offset: u64,
    /// At the end: what was answered, or the error, negative.
    pub result: i64,
    /// Below the watched folder; or `socket:[…]`.
    pub path: Arc<str>,
    /// What was written or sent; the other name of a renaming.
    pub data: Arc<[u8]>,
}

impl Entry {
    /// Whether it is the successful end of such a call.
    #[must_use]
    pub fn done(&self, op: Op) -> bool {
        self.op == op && self.phase == Phase::End && self.result >= 0
    }

    /// The kind of a sync.
    #[must_use]
    pub fn sync_kind(&self) -> SyncKind {
        match self.detail {
            1 => SyncKind::All,
            2 => SyncKind::Data,
            _ => SyncKind::Range,
        }
    }

    /// The bytes as text; what is no ASCII reads as `?`, so that places stay the same.
    #[must_use]
    pub fn text(&self) -> String {
        self.data.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { '?' }).collect()
    }
}

/// A whole record.
#[derive(Clone, Debug)]
pub struct Trace {
    /// In order.
    pub entries: Vec<Entry>,
}

impl Trace {
    /// Reads a record; a last entry that was cut off by a kill counts as not there.
    ///
    /// # Errors
    /// When it is not one.
    pub fn read(path: &Path) -> Result<Self> {
        let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
        let mut entries = Vec::new();
        let mut rest = bytes.as_slice();
        while let Some((head, after)) = rest.split_at_checked(HEAD_BYTES) {
            let [path_bytes, data_bytes] = [number(head, 32), number(head, 36)].map(|size| size as usize);
            let Some((body, next)) = after.split_at_checked(path_bytes + data_bytes) else { break };
            entries.push(entry(head, &body[..path_bytes], &body[path_bytes..])?);
            rest = next;
        }
        ensure!(!entries.is_empty(), "nothing was recorded");
        Ok(Self { entries })
    }

    /// How many faults were met.
    #[must_use]
    pub fn faults(&self) -> usize {
        self.entries.iter().filter(|entry| entry.phase == Phase::Fault).count()
    }
}

fn number(head: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(head[at..at + 4].try_into().expect("four bytes"))
}

fn long(head: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(head[at..at + 8].try_into().expect("eight bytes"))
}

fn entry(head: &[u8], path: &[u8], data: &[u8]) -> Result<Entry> {
    ensure!(number(head, 0) == MAGIC, "the record is broken");
    let op = match head[4] {
        1 => Op::Write,
        2 => Op::Sync,
        3 => Op::Truncate,
        4 => Op::Open,
        5 => Op::Rename,
        6 => Op::Unlink,
        7 => Op::Mkdir,
        8 => Op::Allocate,
        9 => Op::Read,
        10 => Op::Statvfs,
        11 => Op::Send,
        other => bail!("the record has an entry of kind {other}"),
    };
    let phase = match head[5] {
        1 => Phase::Begin,
        2 => Phase::End,
        3 => Phase::Fault,
        other => bail!("the record has an entry of phase {other}"),
    };
    Ok(Entry {
        op,
        phase,
        detail: head[6],
        token: long(head, 8),
        offset: long(head, 16),
        result: long(head, 24).cast_signed(),
        path: String::from_utf8_lossy(path).into(),
        data: data.into(),
    })
}
