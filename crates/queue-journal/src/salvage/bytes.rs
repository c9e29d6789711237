//! Reading a file of which parts may be unreadable: a page that the disk does not give counts as zeros.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

use crate::error::{JournalError, OnPath};

/// What a disk gives or refuses as a whole.
const PAGE_BYTES: usize = 4096;
/// Read at a time.
pub(super) const PIECE_BYTES: usize = 1024 * 1024;

/// Bytes at places.
pub(super) trait Source {
    /// Reads some bytes at `at` into `into`; 0 at the end.
    fn read_at(&self, into: &mut [u8], at: u64) -> io::Result<usize>;
}

impl Source for File {
    fn read_at(&self, into: &mut [u8], at: u64) -> io::Result<usize> {
        FileExt::read_at(self, into, at)
    }
}

/// Up to `count` bytes at `at`; fewer only at the end of the file, at `end`.
pub(super) fn read(source: &impl Source, end: u64, at: u64, count: usize) -> Vec<u8> {
    let left = usize::try_from(end.saturating_sub(at)).unwrap_or(usize::MAX);
    let mut bytes = vec![0; count.min(left)];
    fill(source, &mut bytes, at, PAGE_BYTES.max(PIECE_BYTES));
    bytes
}

/// Fills `bytes`, asking for `step` at a time; where that is refused, for a page at a time, and a page that is
/// refused stays zero.
fn fill(source: &impl Source, bytes: &mut [u8], at: u64, step: usize) {
    let mut done = 0;
    while done < bytes.len() {
        let end = bytes.len().min(done + step);
        match source.read_at(&mut bytes[done..end], at + done as u64) {
            Ok(0) => return,
            Ok(read) => done += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) if step > PAGE_BYTES => {
                fill(source, &mut bytes[done..end], at + done as u64, PAGE_BYTES);
                done = end;
            }
            Err(_unreadable) => {
                bytes[done..end].fill(0);
                done = end;
            }
        }
    }
}

/// Copies what can be read of the file `from` to the file `to`.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(), JournalError> {
    let source = File::open(from).on("open", from)?;
    let end = source.metadata().on("read", from)?.len();
    let mut target = File::create(to).on("make", to)?;
    let mut at = 0;
    while at < end {
        let piece = read(&source, end, at, PIECE_BYTES);
        target.write_all(&piece).on("write", to)?;
        at += piece.len() as u64;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A disk with bytes 1 everywhere, and one sector of 512 bytes that it does not give.
    struct Disk(u64);

    impl Source for Disk {
        fn read_at(&self, into: &mut [u8], at: u64) -> io::Result<usize> {
            let end = at + into.len() as u64;
            if at < self.0 + 512 && self.0 < end {
                return Err(io::Error::other("bad sector"));
            }
            into.fill(1);
            Ok(into.len())
        }
    }

    #[test]
    fn a_bad_sector_costs_its_page_alone() {
        let end = 10 * PAGE_BYTES as u64;
        let bytes = read(&Disk(3 * PAGE_BYTES as u64 + 700), end, 0, usize::MAX);
        let pages: Vec<bool> =
            bytes.chunks(PAGE_BYTES).map(|page| page.iter().all(|byte| *byte == 1)).collect();
        assert_eq!(pages, [true, true, true, false, true, true, true, true, true, true]);
    }
}
