//! Whether the disk of the new folder has room for it, and the ballast where it has not.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::fs::statvfs;

use super::{BallastUse, Recovery};
use crate::operator::OperatorError;

/// Copies that there are of everything while the work goes on: the one that is opened, the found records as they
/// come, the found records in order, and the new journal.
const COPIES: u64 = 4;
/// Needed beside them.
const LEAST_BYTES: u64 = 8 * 1024 * 1024;
const MEGABYTE: u64 = 1024 * 1024;

/// Makes sure that there is room; deletes the ballast of the damaged folder for it where that was allowed.
pub(super) fn make(asked: &Recovery<'_>, notes: &mut impl Write) -> Result<(), OperatorError> {
    let mut needed = LEAST_BYTES;
    if let Some(data) = asked.data {
        needed += COPIES * bytes_under(&data.join("journal"))?;
    }
    for backup in asked.backups {
        needed += COPIES * fs::metadata(backup).map_or(0, |meta| meta.len());
    }
    let target = existing(asked.to);
    let mut free = free_bytes(target)?;
    let ballast = asked.data.map(|data| data.join("ballast")).filter(|path| path.is_file());
    let helps = match &ballast {
        Some(ballast) => fs::metadata(ballast)?.dev() == fs::metadata(target)?.dev(),
        None => false,
    };
    if let Some(ballast) = ballast.filter(|_| helps && free < needed && asked.ballast == BallastUse::Freed) {
        fs::remove_file(&ballast)?;
        writeln!(notes, "deleted {} to make room", ballast.display())?;
        free = free_bytes(target)?;
    }
    if free >= needed {
        return Ok(());
    }
    let remedy = if helps && asked.ballast == BallastUse::Kept {
        "give --free-ballast to delete the damaged folder's ballast, or name a folder on another disk with --to"
    } else {
        "name a folder on another disk with --to"
    };
    Err(OperatorError::NoRoom(format!(
        "{} has {} MB free, and {} MB may be needed: {remedy}",
        target.display(),
        free / MEGABYTE,
        needed.div_ceil(MEGABYTE)
    )))
}

/// The folder itself, or the nearest one above that is there.
fn existing(path: &Path) -> &Path {
    let here = path.ancestors().find(|path| path.is_dir());
    here.unwrap_or(Path::new("."))
}

fn free_bytes(path: &Path) -> Result<u64, OperatorError> {
    let disk = statvfs(path).map_err(io::Error::from)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Bytes of the files of all databases under `journal`: folders of folders of files.
fn bytes_under(journal: &Path) -> Result<u64, OperatorError> {
    let mut bytes = 0;
    let mut folders = vec![journal.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            other => other?,
        };
        for entry in entries {
            let entry = entry?;
            let meta = entry.metadata()?;
            if meta.is_dir() {
                folders.push(entry.path());
            } else {
                bytes += meta.len();
            }
        }
    }
    Ok(bytes)
}
