//! Blocks of a long batch, in the LZ4 block format: less than half of the bytes for the store to write, again and
//! again.
//!
//! Behind the head that every block has stand the first seq (8 bytes, big endian), the length of the lines and the
//! length of what they were packed into (2 each), and that: where a block is found without its key, its end and its
//! checksum can be told all the same.

use crate::codec::Sealed;
use crate::sled::block::{BLOCK_BYTES_MAX, BLOCK_HEAD_BYTES};
use lz4_flex::block::{compress, decompress};

/// A packed block.
pub(crate) const KIND: u8 = b'Z';
/// A packed block in which a day begins or ends.
pub(crate) const KIND_WITH_DAY: u8 = b'Y';
/// Kind, checksum, count, first seq and two lengths.
pub(crate) const HEAD_BYTES: usize = BLOCK_HEAD_BYTES + 12;
/// Lines that are packed together: with the hashes and keys in them they come to less than half of it.
const LINES_BYTES_MAX: usize = 8 * 1024;

/// Packs as many of the first lines of `rest` as go into one block; gives how many, and the value but for its
/// checksum. Nothing where a block takes all of them as they are, or where packing makes them no shorter.
pub(crate) fn pack(rest: &[Sealed]) -> Option<(u16, Vec<u8>)> {
    let mut lines = Vec::with_capacity(LINES_BYTES_MAX);
    let (mut count, mut with_day) = (0, false);
    for sealed in rest {
        if lines.len() + sealed.line.len() + 1 > LINES_BYTES_MAX {
            break;
        }
        lines.extend_from_slice(&sealed.line);
        lines.push(b'\n');
        with_day |= !sealed.marks.is_empty();
        count += 1;
    }
    if lines.len() + BLOCK_HEAD_BYTES <= BLOCK_BYTES_MAX {
        return None;
    }
    let packed = compress(&lines);
    if packed.len() + HEAD_BYTES > BLOCK_BYTES_MAX {
        return None;
    }
    let [lines_length, length] = [lines.len(), packed.len()].map(|length| u16::try_from(length).ok());
    let mut value = Vec::with_capacity(HEAD_BYTES + packed.len());
    value.extend_from_slice(&[if with_day { KIND_WITH_DAY } else { KIND }, 0, 0, 0, 0]);
    value.extend_from_slice(&u16::to_be_bytes(count));
    value.extend_from_slice(&rest.first()?.seq.0.to_be_bytes());
    value.extend_from_slice(&lines_length?.to_be_bytes());
    value.extend_from_slice(&length?.to_be_bytes());
    value.extend_from_slice(&packed);
    Some((count, value))
}

/// The lines in `value`. Where its checksum does not hold, some of them may be whole all the same.
pub(crate) fn unpack(value: &[u8]) -> Result<Vec<u8>, &'static str> {
    let wrong = "a packed block has impossible lengths";
    let (lines_length, length) = head(value).ok_or(wrong)?;
    if value.len() != HEAD_BYTES + length || lines_length > LINES_BYTES_MAX {
        return Err(wrong);
    }
    let lines = decompress(&value[HEAD_BYTES..], lines_length);
    lines.ok().filter(|lines| lines.len() == lines_length).ok_or("a packed block cannot be unpacked")
}

/// Length of the packed block that `bytes` may begin with.
pub(crate) fn begins(bytes: &[u8]) -> Option<usize> {
    let (lines_length, length) = head(bytes)?;
    let whole = HEAD_BYTES + length;
    let may_be = matches!(bytes.first(), Some(&(KIND | KIND_WITH_DAY)))
        && lines_length <= LINES_BYTES_MAX
        && lines_length > length
        && whole <= BLOCK_BYTES_MAX.min(bytes.len());
    may_be.then_some(whole)
}

/// Length of the lines, and of what they were packed into.
fn head(value: &[u8]) -> Option<(usize, usize)> {
    let (_first_seq, lengths) = value.get(BLOCK_HEAD_BYTES..HEAD_BYTES)?.split_first_chunk::<8>()?;
    let [lines, packed] = [[lengths[0], lengths[1]], [lengths[2], lengths[3]]].map(u16::from_be_bytes);
    Some((lines.into(), packed.into()))
}
