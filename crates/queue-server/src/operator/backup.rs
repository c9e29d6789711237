//! `backup` and `restore` of a stopped data folder. While the server runs, `GET /api/v1/backup` gives the same.

use std::io::Write;
use std::path::{Path, PathBuf};

use queue_core::time::At;
use queue_journal::backup::{Backup, Header, restore as journal, write_file};
use queue_journal::{Journal, JournalError};

use super::{OperatorError, existing, streams};

/// Writes a backup of all streams to the file `to`, or to `out` where none is named; one that continues the backup in
/// the file `after`, where one is. Returns what it holds.
///
/// # Errors
/// `Folder` (exit 3) when a stream cannot be opened or read or the file not written, `Write` (exit 4).
pub fn backup(
    data: &Path,
    to: Option<&Path>,
    after: Option<&Path>,
    at: At,
    out: &mut impl Write,
) -> Result<Header, OperatorError> {
    let before = after.map(journal::check).transpose()?;
    let folder = existing(data)?;
    let opened = streams(&folder)?
        .iter()
        .map(|stream| folder.journal(stream))
        .collect::<Result<Vec<_>, JournalError>>()?;
    let readers: Vec<_> = opened.iter().map(Journal::reader).collect();
    let backup = match &before {
        Some(before) => Backup::after(&readers, before, at)?,
        None => Backup::new(&readers, at),
    };
    let header = match to {
        Some(file) => write_file(backup, file)?,
        None => {
            let header = backup.header().clone();
            for chunk in backup {
                out.write_all(&chunk?)?;
            }
            out.flush()?;
            header
        }
    };
    for journal in opened {
        Box::new(journal).close()?;
    }
    Ok(header)
}

/// Restores the backups in the files `from`, the full one first, into `data`, which must be empty or missing.
/// Returns what each holds.
///
/// # Errors
/// `Folder` (exit 3): not empty, a backup that does not hold or does not connect, or what the system answered.
pub fn restore(from: &[PathBuf], data: &Path) -> Result<Vec<Header>, OperatorError> {
    Ok(journal::restore(from, data)?)
}
