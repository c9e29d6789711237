//! The valid records of one stream, wherever they were found, each once: their lines in a file, their places in
//! memory; and which of them make the chain.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use queue_core::ids::Slug;
use queue_core::record::{GENESIS, Seq};

use crate::codec::outline::Outline;
use crate::error::{JournalError, OnPath};
use crate::sled::acked::Acked;

/// SHA-256.
type Hash = [u8; 32];

/// A record, and where its line lies in the pool's file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) seq: Seq,
    hash: Hash,
    prev: Hash,
    offset: u64,
    bytes: usize,
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
    pub(super) fn add(&mut self, line: &[u8]) -> Result<bool, JournalError> {
        let Ok(outline) = Outline::checked(line) else { return Ok(false) };
        if outline.stream != self.stream.as_str() || outline.check_texts().is_err() {
            return Ok(false);
        }
        let (Some(hash), Some(prev)) = (bytes_of(outline.hash), bytes_of(outline.prev_hash)) else {
            return Ok(false);
        };
        let (seq, offset, bytes) = (outline.seq, self.end, line.len());
        if seq.0 == 0 || self.found.contains_key(&(seq, hash)) {
            return Ok(false);
        }
        self.lines.write_all(line).on("write", &self.path)?;
        self.end += bytes as u64;
        self.found.insert((seq, hash), Found { seq, hash, prev, offset, bytes });
        Ok(true)
    }

    /// The line of a record.
    pub(super) fn read(&mut self, found: &Found) -> Result<Vec<u8>, JournalError> {
        self.lines.flush().on("write", &self.path)?;
        let mut line = vec![0; found.bytes];
        self.lines.get_ref().read_exact_at(&mut line, found.offset).on("read", &self.path)?;
        Ok(line)
    }

    /// The chain from the first record, and what stands behind its end. Where two records claim a place, the chain is
    /// the one that holds the acknowledged record; else the one that goes further.
    pub(super) fn chain(&self, acked: Option<&Acked>) -> (Vec<Found>, Vec<Found>) {
        let acked = acked.and_then(|acked| Some((acked.seq, bytes_of(&acked.hash)?)));
        let all = self.all();
        let mut best: Vec<Reach> = Vec::new();
        best.resize_with(all.len(), Reach::default);
        let mut later: Range<usize> = all.len()..all.len();
        while later.start > 0 {
            let seq = all[later.start - 1].seq;
            let first = all[..later.start].partition_point(|found| found.seq < seq);
            for index in first..later.start {
                let found = &all[index];
                let follows = |next: &usize| all[*next].seq == seq.next() && all[*next].prev == found.hash;
                let next = later.clone().filter(follows).max_by_key(|next| best[*next].how_far());
                let own = (acked == Some((seq, found.hash)), seq);
                let (with_acked, last) = next.map_or(own, |next| best[next].how_far());
                best[index] = Reach { with_acked: with_acked || own.0, last, next };
            }
            later = first..later.start;
        }
        let begins = |index: &usize| all[*index].seq == Seq(1) && Some(all[*index].prev) == bytes_of(GENESIS);
        let mut chain = Vec::new();
        let mut at = (0..all.len()).take_while(|index| all[*index].seq == Seq(1)).filter(begins);
        let mut at = at.by_ref().max_by_key(|index| best[*index].how_far());
        while let Some(index) = at {
            chain.push(all[index]);
            at = best[index].next;
        }
        if let Some((seq, hash)) = acked
            && chain.get(place(seq)).is_some_and(|found| found.hash != hash)
        {
            // Another record was acknowledged in this place: from here on it is not what people were told.
            chain.truncate(place(seq));
        }
        let end = chain.last().map_or(Seq(0), |found| found.seq);
        let first_behind = all.partition_point(|found| found.seq <= end);
        let mut behind: Vec<Found> = Vec::new();
        let mut rest: Vec<usize> = (first_behind..all.len()).collect();
        rest.sort_by_key(|index| (all[*index].seq, std::cmp::Reverse(best[*index].how_far())));
        behind.extend(rest.into_iter().map(|index| all[index]));
        behind.dedup_by_key(|found| found.seq);
        (chain, behind)
    }
}

/// How far the records go that follow one.
#[derive(Clone, Copy, Debug, Default)]
struct Reach {
    with_acked: bool,
    last: Seq,
    next: Option<usize>,
}

impl Reach {
    fn how_far(&self) -> (bool, Seq) {
        (self.with_acked, self.last)
    }
}

/// The index of `seq` in a chain.
fn place(seq: Seq) -> usize {
    usize::try_from(seq.0.wrapping_sub(1)).unwrap_or(usize::MAX)
}

/// The bytes of a hash in hexadecimal.
fn bytes_of(hex: &str) -> Option<Hash> {
    let mut hash = [0; 32];
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    for (byte, pair) in hash.iter_mut().zip(hex.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(hash)
}
