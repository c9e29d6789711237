//! Records in the bytes of a file, without the store that wrote it: lines where they lie in one piece, blocks that
//! were packed, and long lines from their parts, both found by their checksums.
//!
//! A line answers for itself by its hash, so it does not matter which of the store's pages it stands in, or whether
//! that page is the newest of its kind.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;

use queue_core::record::Seq;

use super::bytes::{Source, read};
use crate::codec::outline::seq_in;
use crate::error::{JournalError, OnPath};
use crate::sled::block::{self, BLOCK_BYTES_MAX, Meta, PART_HEAD_BYTES, PARTS_MAX, Value};
use crate::sled::{packed, traces};

/// Bytes looked at in one go.
const WINDOW_BYTES: usize = 4 * 1024 * 1024;
/// Bytes before a window that what begins in it may need.
const LEAD_BYTES: usize = 16;
/// Places that are tried for one part, nearest first: parts of a line are written together.
const TRIES_MAX: usize = 64;
/// How every line begins.
const START: &[u8] = b"{\"v\":";

/// What is found.
pub(super) enum Piece<'a> {
    /// What may be a record.
    Line(&'a [u8]),
    /// How far the stream went once.
    Meta(Meta),
}

/// Hands on everything in the file at `path` that may be a record, and every meta value.
pub(super) fn scan(
    path: &Path,
    take: &mut impl FnMut(Piece<'_>) -> Result<(), JournalError>,
) -> Result<(), JournalError> {
    let file = File::open(path).on("open", path)?;
    let end = file.metadata().on("read", path)?.len();
    let mut parts = Parts::default();
    let mut at = 0;
    while at < end {
        let lead = LEAD_BYTES.min(usize::try_from(at).unwrap_or(LEAD_BYTES));
        let from = at - lead as u64;
        let window = read(&file, end, from, lead + WINDOW_BYTES + BLOCK_BYTES_MAX);
        let own = lead..window.len().min(lead + WINDOW_BYTES);
        let mut metas = Vec::new();
        traces::metas_in(&window, |meta| metas.push(meta));
        metas.into_iter().try_for_each(|meta| take(Piece::Meta(meta)))?;
        for brace in places(&window, own.clone(), b'{') {
            let rest = &window[brace..window.len().min(brace + BLOCK_BYTES_MAX)];
            if !rest.starts_with(START) {
                continue;
            }
            if let Some(length) = rest.iter().position(|byte| *byte == b'\n') {
                take(Piece::Line(&rest[..length]))?;
            }
        }
        for kind in places(&window, own.clone(), b'P') {
            parts.look(&window[kind..], from + kind as u64);
        }
        for mark in [packed::KIND, packed::KIND_WITH_DAY] {
            places(&window, own.clone(), mark).try_for_each(|kind| packed_lines(&window[kind..], take))?;
        }
        at += WINDOW_BYTES as u64;
    }
    parts.join(&file, end, take)
}

/// The lines of every packed block that lies whole in `bytes`, one after the other. For tests that read what was
/// written to the disk.
#[doc(hidden)]
#[must_use]
pub fn unpacked(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut lines = Vec::new();
    for mark in [packed::KIND, packed::KIND_WITH_DAY] {
        for kind in places(bytes, 0..bytes.len(), mark) {
            let keep = &mut |piece: Piece<'_>| {
                if let Piece::Line(line) = piece {
                    lines.push(line.to_vec());
                }
                Ok(())
            };
            packed_lines(&bytes[kind..], keep).expect("keeping a line does not fail");
        }
    }
    lines
}

/// Hands on the lines of the packed block that `bytes` may begin with. Its checksum is not asked: of a block that was
/// damaged many a line still answers to its own hash.
fn packed_lines(
    bytes: &[u8],
    take: &mut impl FnMut(Piece<'_>) -> Result<(), JournalError>,
) -> Result<(), JournalError> {
    let Some(length) = packed::begins(bytes) else { return Ok(()) };
    let Ok(lines) = packed::unpack(&bytes[..length]) else { return Ok(()) };
    let mut lines = lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.try_for_each(|line| take(Piece::Line(line)))
}

/// Where `byte` stands in `within` of `window`.
fn places(window: &[u8], within: std::ops::Range<usize>, byte: u8) -> impl Iterator<Item = usize> {
    let first = within.start;
    window[within].iter().enumerate().filter(move |(_, is)| **is == byte).map(move |(index, _)| first + index)
}

/// Where parts of long lines may lie.
#[derive(Default)]
struct Parts {
    /// First parts: place in the file, seq, number of parts.
    heads: Vec<(u64, Seq, u16)>,
    /// Others by their number of parts and index: places, ascending.
    others: BTreeMap<(u16, u16), Vec<u64>>,
}

impl Parts {
    /// Looks at `bytes`, which begin with the mark of a part at `at`.
    fn look(&mut self, bytes: &[u8], at: u64) {
        let Some([index, parts]) = block::part_numbers(bytes) else { return };
        if index >= parts || parts < 2 || usize::from(parts) > PARTS_MAX {
            return;
        }
        if index > 0 {
            self.others.entry((parts, index)).or_default().push(at);
        } else if let Some(seq) = bytes.get(PART_HEAD_BYTES..).and_then(seq_in) {
            self.heads.push((at, seq, parts));
        }
    }

    /// Puts every line together of which all parts are there.
    fn join(
        &self,
        source: &impl Source,
        end: u64,
        take: &mut impl FnMut(Piece<'_>) -> Result<(), JournalError>,
    ) -> Result<(), JournalError> {
        let mut whole = BTreeSet::new();
        for (at, seq, parts) in &self.heads {
            if whole.contains(seq) {
                continue;
            }
            let line = (0..*parts).try_fold(Vec::new(), |mut line, index| {
                line.extend(self.part(source, end, (*at, *seq), (*parts, index))?);
                Some(line)
            });
            if let Some(line) = line {
                whole.insert(*seq);
                take(Piece::Line(&line))?;
            }
        }
        Ok(())
    }

    /// The bytes of one part of the line that begins at `head`, from the nearest place where it holds.
    fn part(
        &self,
        source: &impl Source,
        end: u64,
        (head, seq): (u64, Seq),
        (parts, index): (u16, u16),
    ) -> Option<Vec<u8>> {
        let key = block::part_key(seq, index);
        let nowhere = Vec::new();
        let others = self.others.get(&(parts, index)).unwrap_or(&nowhere);
        let mut near: Vec<u64> = if index == 0 { vec![head] } else { around(others, head).to_vec() };
        near.sort_by_key(|at| at.abs_diff(head));
        near.truncate(TRIES_MAX);
        near.into_iter().find_map(|at| {
            let bytes = read(source, end, at, BLOCK_BYTES_MAX);
            let length = block::part_length(&key, &bytes, index + 1 == parts)?;
            match block::unpack(&key, &bytes[..length]) {
                Ok(Value::Part { bytes, .. }) => Some(bytes.to_vec()),
                Ok(Value::Block { .. }) | Err(_) => None,
            }
        })
    }
}

/// Those of `places`, which ascend, that may be among the nearest to `head`.
fn around(places: &[u64], head: u64) -> &[u64] {
    let middle = places.partition_point(|at| *at < head);
    &places[middle.saturating_sub(TRIES_MAX)..places.len().min(middle + TRIES_MAX)]
}
