//! The journal as JSON lines: one record a line, in order, stream after stream, exactly as stored.
//!
//! For people and other programs; [`crate::backup`] adds what a restore needs.

use std::io::Write;

use crate::error::JournalError;
use crate::reader::Reader;

/// Writes every durable line of `readers`, in their order; returns how many.
///
/// # Errors
/// [`JournalError::Damaged`] where a record cannot be read; what `out` answers.
pub fn export(readers: &[Reader], out: &mut impl Write) -> Result<u64, JournalError> {
    let failed = |error| JournalError::from_io("write the export", &error);
    let mut records = 0;
    for line in readers.iter().flat_map(Reader::all) {
        let mut line = line?;
        line.push(b'\n');
        out.write_all(&line).map_err(failed)?;
        records += 1;
    }
    out.flush().map_err(failed)?;
    Ok(records)
}
