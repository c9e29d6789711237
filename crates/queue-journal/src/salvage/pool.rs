//! The valid records of one stream, wherever they were found, each once: their lines in a file, their places in
//! memory. Which of them make the chain is found out by [`super::chain`].

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use queue_core::ids::Slug;
use queue_core::record::Seq;

use crate::codec::outline::Outline;
use crate::error::{JournalError, OnPath};

/// SHA-256.
pub(super) type Hash = [u8; 32];

/// A record, and where its line lies in the pool's file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) seq: Seq,
    pub(super) hash: Hash,
    pub(super) prev: Hash,
    pub(super) from: Sources,
    offset: u64,
    bytes: usize,
}

impl Found {
    /// Whether it was written right behind `before`.
    pub(super) fn follows(&self, before: &Self) -> bool {
        self.seq == before.seq.next() && self.prev == before.hash
    }
}

/// Where a line was found.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source {
    /// The store gives it.
    Store,
    /// It lies in the bytes of a file.
    Bytes,
    /// A backup has it.
    Backup,
}

/// Everywhere that a record was found, but for the bytes of files, which tell nothing about it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sources {
    pub(super) store: bool,
    pub(super) backup: bool,
}

impl Sources {
    fn add(&mut self, source: Source) {
        match source {
            Source::Store => self.store = true,
            Source::Backup => self.backup = true,
            Source::Bytes => {}
        }
    }
}

/// The records.
#[derive(Debug)]
pub(super) struct Pool {
    stream: Slug,
    path: PathBuf,
    lines: BufWriter<File>,
    end: u64,
    found: BTreeMap<(Seq, Hash), Found>,
}

impl Pool {
    /// An empty pool with its file at `path`.
    pub(super) fn new(stream: Slug, path: &Path) -> Result<Self, JournalError> {
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create(true).truncate(true).open(path).on("make", path)?;
        let lines = BufWriter::new(file);
        Ok(Self { stream, path: path.to_owned(), lines, end: 0, found: BTreeMap::new() })
    }

    pub(super) fn stream(&self) -> &Slug {
        &self.stream
    }

    /// How many records are in it.
    pub(super) fn count(&self) -> u64 {
        self.found.len() as u64
    }

    /// Every record, by place.
    pub(super) fn all(&self) -> Vec<Found> {
        self.found.values().copied().collect()
    }

    /// Takes a line in where it is a valid record of the stream that is not there yet; says whether it was.
    pub(super) fn add(&mut self, line: &[u8], source: Source) -> Result<bool, JournalError> {
        let Ok(outline) = Outline::checked(line) else { return Ok(false) };
        if outline.stream != self.stream.as_str() || outline.check_texts().is_err() {
            return Ok(false);
        }
        let (Some(hash), Some(prev)) = (bytes_of(outline.hash), bytes_of(outline.prev_hash)) else {
            return Ok(false);
        };
        let (seq, offset, bytes) = (outline.seq, self.end, line.len());
        if seq.0 == 0 {
            return Ok(false);
        }
        if let Some(known) = self.found.get_mut(&(seq, hash)) {
            known.from.add(source);
            return Ok(false);
        }
        self.lines.write_all(line).on("write", &self.path)?;
        self.end += bytes as u64;
        let mut from = Sources::default();
        from.add(source);
        self.found.insert((seq, hash), Found { seq, hash, prev, from, offset, bytes });
        Ok(true)
    }

    /// The line of a record.
    pub(super) fn read(&mut self, found: &Found) -> Result<Vec<u8>, JournalError> {
        self.lines.flush().on("write", &self.path)?;
        let mut line = vec![0; found.bytes];
        self.lines.get_ref().read_exact_at(&mut line, found.offset).on("read", &self.path)?;
        Ok(line)
    }
}

/// The bytes of a hash in hexadecimal.
pub(super) fn bytes_of(hex: &str) -> Option<Hash> {
    let mut hash = [0; 32];
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    for (byte, pair) in hash.iter_mut().zip(hex.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(hash)
}
