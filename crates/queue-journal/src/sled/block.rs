//! How records lie in the database: blocks of lines, parts of long lines, and one meta value.
//!
//! | key | value |
//! |---|---|
//! | `e` + first seq (8 bytes, big endian) | a block: `B` or `D`, checksum, count (2), lines, each with a line break |
//! | the same | a packed block: `Z` or `Y`, checksum, count (2), and what [`super::packed`] says |
//! | the same | the first part of a long line: `P`, checksum, index (2), parts (2), bytes |
//! | `e` + seq + index (2 bytes, big endian) | a further part |
//! | `m`, in the tree [`META_TREE`] | checksum, and [`Meta`] as JSON |
//!
//! Numbers are big endian. The checksum is CRC-32 over the key and all of the value but itself. `D` and `Y` are
//! blocks in which a day begins or ends. Lines are UTF-8 JSON, in the file as they are unless many came at a time.

use std::borrow::Cow;

use queue_core::record::Seq;
use serde::{Deserialize, Serialize};

use crate::codec::{RECORD_BYTES_MAX, Sealed};
use crate::sled::packed;

/// The longest value: larger ones spill into files that the store never syncs.
pub(crate) const BLOCK_BYTES_MAX: usize = 4096;
/// Where the meta value stands. In a tree of its own, so that the store does not write its neighbours, the newest
/// blocks, anew for it.
pub(crate) const META_TREE: &[u8] = b"meta";
/// The key of the meta value.
pub(crate) const META_KEY: &[u8] = b"m";
/// The longest [`Meta`] as JSON: four numbers of 20 digits, a hash, the names.
pub(crate) const META_BYTES_MAX: usize = 256;
/// The version of this layout. In version 1 no block was packed and the meta value stood among the records.
pub(crate) const LAYOUT: u16 = 2;

const BLOCK: u8 = b'B';
const BLOCK_WITH_DAY: u8 = b'D';
const PART: u8 = b'P';
/// Kind, checksum and count.
pub(crate) const BLOCK_HEAD_BYTES: usize = 7;
/// Kind, checksum, index and number of parts.
pub(crate) const PART_HEAD_BYTES: usize = 9;
const PART_BYTES_MAX: usize = BLOCK_BYTES_MAX - PART_HEAD_BYTES;
/// Parts of the longest line.
pub(crate) const PARTS_MAX: usize = RECORD_BYTES_MAX.div_ceil(PART_BYTES_MAX);

/// What one value under `e` holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    /// Lines from the key's seq on, each ending with a line break; whether a day begins or ends in them.
    Block { count: u16, with_day: bool, lines: Cow<'a, [u8]> },
    /// A part of one line.
    Part { index: u16, parts: u16, bytes: &'a [u8] },
}

/// The end of the stream, written with every batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Meta {
    /// [`LAYOUT`], or an earlier one.
    pub(crate) format: u16,
    /// The first record in the database.
    pub(crate) base: Seq,
    /// The first of the batch that this value was written with.
    pub(crate) first: Seq,
    /// The last.
    pub(crate) last: Seq,
    /// How many.
    pub(crate) count: u64,
    /// The hash of the last.
    pub(crate) head: String,
}

/// The key of the block, or the first part, that begins with `seq`.
pub(crate) fn key(seq: Seq) -> [u8; 9] {
    let mut key = [b'e'; 9];
    key[1..].copy_from_slice(&seq.0.to_be_bytes());
    key
}

/// The key of part `index` of the long line `seq`.
pub(crate) fn part_key(seq: Seq, index: u16) -> Vec<u8> {
    let mut part = key(seq).to_vec();
    if index > 0 {
        part.extend_from_slice(&index.to_be_bytes());
    }
    part
}

/// The seq in a key of a block or a part, and whether it is a further part.
pub(crate) fn seq_of(key: &[u8]) -> Option<(Seq, bool)> {
    let number = key.strip_prefix(b"e")?;
    let (seq, rest) = number.split_first_chunk::<8>()?;
    match rest.len() {
        0 | 2 => Some((Seq(u64::from_be_bytes(*seq)), rest.len() == 2)),
        _ => None,
    }
}

/// Packs `batch` into values and hands each to `put`, with its key.
pub(crate) fn pack(batch: &[Sealed], mut put: impl FnMut(Vec<u8>, Vec<u8>)) {
    let mut rest = batch;
    while let Some(first) = rest.first() {
        if BLOCK_HEAD_BYTES + first.line.len() + 1 > BLOCK_BYTES_MAX {
            pack_parts(first, &mut put);
            rest = &rest[1..];
            continue;
        }
        if let Some((count, mut value)) = packed::pack(rest) {
            let key = key(first.seq).to_vec();
            checksum_into(&key, &mut value);
            put(key, value);
            rest = &rest[usize::from(count)..];
            continue;
        }
        let mut value = Vec::with_capacity(BLOCK_BYTES_MAX);
        value.resize(BLOCK_HEAD_BYTES, BLOCK);
        let mut count: u16 = 0;
        for sealed in rest {
            if value.len() + sealed.line.len() + 1 > BLOCK_BYTES_MAX {
                break;
            }
            value.extend_from_slice(&sealed.line);
            value.push(b'\n');
            if !sealed.marks.is_empty() {
                value[0] = BLOCK_WITH_DAY;
            }
            count += 1;
        }
        value[5..BLOCK_HEAD_BYTES].copy_from_slice(&count.to_be_bytes());
        let key = key(first.seq).to_vec();
        checksum_into(&key, &mut value);
        put(key, value);
        rest = &rest[usize::from(count)..];
    }
}

fn pack_parts(sealed: &Sealed, put: &mut impl FnMut(Vec<u8>, Vec<u8>)) {
    let parts = sealed.line.len().div_ceil(PART_BYTES_MAX);
    assert!(parts <= PARTS_MAX, "a line over the limit is refused before it is packed");
    for (index, bytes) in sealed.line.chunks(PART_BYTES_MAX).enumerate() {
        let [index, parts] = [index, parts].map(|n| u16::try_from(n).expect("parts are at most PARTS_MAX"));
        let mut value = Vec::with_capacity(PART_HEAD_BYTES + bytes.len());
        value.resize(PART_HEAD_BYTES, PART);
        value[5..7].copy_from_slice(&index.to_be_bytes());
        value[7..9].copy_from_slice(&parts.to_be_bytes());
        value.extend_from_slice(bytes);
        let key = part_key(sealed.seq, index);
        checksum_into(&key, &mut value);
        put(key, value);
    }
}

/// Reads a value under `key` and checks its checksum.
pub(crate) fn unpack<'a>(key: &[u8], value: &'a [u8]) -> Result<Value<'a>, &'static str> {
    let number =
        |at: usize| -> Option<u16> { Some(u16::from_be_bytes(value.get(at..at + 2)?.try_into().ok()?)) };
    if value.len() < BLOCK_HEAD_BYTES || value.len() > BLOCK_BYTES_MAX {
        return Err("a block has an impossible length");
    }
    if checksum(key, value).to_be_bytes() != value[1..5] {
        return Err("a block does not answer to its checksum");
    }
    match value[0] {
        BLOCK | BLOCK_WITH_DAY => {
            let count = number(5).ok_or("a block has no count")?;
            Ok(Value::Block {
                count,
                with_day: value[0] == BLOCK_WITH_DAY,
                lines: Cow::Borrowed(&value[BLOCK_HEAD_BYTES..]),
            })
        }
        kind @ (packed::KIND | packed::KIND_WITH_DAY) => {
            let count = number(5).ok_or("a block has no count")?;
            let lines = Cow::Owned(packed::unpack(value)?);
            Ok(Value::Block { count, with_day: kind == packed::KIND_WITH_DAY, lines })
        }
        PART => {
            let (index, parts) = number(5).zip(number(7)).ok_or("a part has no index")?;
            if index >= parts || usize::from(parts) > PARTS_MAX {
                return Err("a part has an impossible index");
            }
            Ok(Value::Part { index, parts, bytes: &value[PART_HEAD_BYTES..] })
        }
        _ => Err("a block is of no known kind"),
    }
}

/// Index and number of parts in bytes that begin as a part does.
pub(crate) fn part_numbers(bytes: &[u8]) -> Option<[u16; 2]> {
    let (head, numbers) = bytes.get(..PART_HEAD_BYTES)?.split_last_chunk::<4>()?;
    let [index, parts] = [[numbers[0], numbers[1]], [numbers[2], numbers[3]]].map(u16::from_be_bytes);
    (head.first() == Some(&PART)).then_some([index, parts])
}

/// The length of the part under `key` that `bytes` begin with, found by its checksum; only a last part is shorter
/// than the longest value.
pub(crate) fn part_length(key: &[u8], bytes: &[u8], last: bool) -> Option<usize> {
    let expected = u32::from_be_bytes(bytes.get(1..5)?.try_into().ok()?);
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(key);
    hasher.update(&bytes[..1]);
    let longest = bytes.len().min(BLOCK_BYTES_MAX);
    let sure = if last { PART_HEAD_BYTES.min(longest) } else { longest };
    hasher.update(&bytes[5..sure]);
    (sure..=longest).find(|length| {
        if *length > sure {
            hasher.update(&bytes[length - 1..*length]);
        }
        hasher.clone().finalize() == expected
    })
}

/// Writes the meta value.
pub(crate) fn pack_meta(meta: &Meta) -> Vec<u8> {
    let mut value = vec![b'M'; 5];
    serde_json::to_writer(&mut value, meta).expect("numbers and a text are always JSON");
    checksum_into(META_KEY, &mut value);
    value
}

/// Reads the meta value.
pub(crate) fn unpack_meta(value: &[u8]) -> Result<Meta, &'static str> {
    if value.len() < 5 || checksum(META_KEY, value).to_be_bytes() != value[1..5] {
        return Err("the meta value does not answer to its checksum");
    }
    let meta: Meta = serde_json::from_slice(&value[5..]).map_err(|_| "the meta value cannot be read")?;
    if (1..=LAYOUT).contains(&meta.format) {
        Ok(meta)
    } else {
        Err("the layout is of a version not known here")
    }
}

/// CRC-32 over the key, the kind and all after the checksum, which stands in bytes 1 to 4.
fn checksum(key: &[u8], value: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(key);
    hasher.update(&value[..1]);
    hasher.update(&value[5..]);
    hasher.finalize()
}

fn checksum_into(key: &[u8], value: &mut [u8]) {
    let checksum = checksum(key, value).to_be_bytes();
    value[1..5].copy_from_slice(&checksum);
}
