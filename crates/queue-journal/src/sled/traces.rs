//! Traces of batches that the store no longer gives: read from the raw file after an unclean stop.
//!
//! The writer begins a batch only when the one before is on disk. So a meta value in the raw bytes whose batch
//! begins later than right behind the found tail proves that a durable batch was lost, also where the note of the
//! last acknowledged record ([`super::acked`]) is a moment behind. Only the very last batch leaves no such proof:
//! damaged, it looks like one that was cut off while it was being written.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use queue_core::record::Seq;

use crate::error::{JournalError, OnPath};
use crate::sled::block::{META_BYTES_MAX, Meta, unpack_meta};

/// How a meta value goes on after its kind and checksum.
const META_START: &[u8] = b"{\"format\":";
/// Kind and checksum.
const META_HEAD_BYTES: usize = 5;
const READ_BYTES: usize = 1024 * 1024;

/// The first record of the latest batch that left a meta value in `file`.
pub(crate) fn latest_batch(file: &Path) -> Result<Option<Seq>, JournalError> {
    let mut source = File::open(file).on("open", file)?;
    let mut latest = None;
    let mut bytes = Vec::new();
    loop {
        let read = source.by_ref().take(READ_BYTES as u64).read_to_end(&mut bytes).on("read", file)?;
        latest = latest.max(latest_in(&bytes));
        if read == 0 {
            return Ok(latest);
        }
        // A value may lie across two pieces.
        bytes.drain(..bytes.len().saturating_sub(META_HEAD_BYTES + META_BYTES_MAX));
    }
}

fn latest_in(bytes: &[u8]) -> Option<Seq> {
    let mut latest = None;
    metas_in(bytes, |meta| latest = latest.max(Some(meta.first)));
    latest
}

/// Hands on every meta value that lies in `bytes`.
pub(crate) fn metas_in(bytes: &[u8], mut take: impl FnMut(Meta)) {
    let mut from = 0;
    while let Some(brace) = bytes[from..].iter().position(|byte| *byte == b'{').map(|at| from + at) {
        from = brace + 1;
        let Some(start) = brace.checked_sub(META_HEAD_BYTES) else { continue };
        if !bytes[brace..].starts_with(META_START) {
            continue;
        }
        let within = &bytes[start..bytes.len().min(brace + META_BYTES_MAX)];
        let Some(length) = within.iter().position(|byte| *byte == b'}') else { continue };
        if let Ok(meta) = unpack_meta(&within[..=length]) {
            take(meta);
        }
    }
}
