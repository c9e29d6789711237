//! The folder in which a server keeps its own backups: names, what continues what, and which are dropped.
//!
//! ```text
//! queue-20261122-113000-full.backup    whole by itself
//! queue-20261123-113000-next.backup    continues the one before it by name
//! ```
//! The names carry the instant in UTC, so that their order is that of time. Whatever else lies there is left alone.

use std::fs;
use std::path::{Path, PathBuf};

use queue_core::time::At;

use crate::backup::restore::{check, header};
use crate::backup::{Backup, Header, write_file};
use crate::error::{JournalError, OnPath};
use crate::reader::Reader;

/// Names looked at in one folder; a backup a day makes more than ten years.
const FILES_MAX: usize = 10_000;
const ENDING: &str = ".backup";

/// What a folder keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keeping {
    /// Every so many backups one is full; 1 for all.
    pub full_every: u32,
    /// So many full ones stay, each with those that continue it.
    pub full_kept: u32,
}

/// A backup in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The file.
    pub path: PathBuf,
    /// Whether its name says that it is whole by itself.
    pub full: bool,
}

/// A backup that was taken into a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The file.
    pub path: PathBuf,
    /// What it holds.
    pub header: Header,
    /// How many older files were dropped.
    pub dropped: usize,
}

/// The backups in `folder`, oldest first.
///
/// # Errors
/// What the system answers.
pub fn backups(folder: &Path) -> Result<Vec<Kept>, JournalError> {
    let mut found = Vec::new();
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(found),
        other => other.on("read", folder)?,
    };
    for entry in entries.take(FILES_MAX) {
        let entry = entry.on("read", folder)?;
        let name = entry.file_name();
        let Some(stem) = name.to_str().and_then(|name| name.strip_prefix("queue-")?.strip_suffix(ENDING))
        else {
            continue;
        };
        let full = stem.ends_with("-full");
        if full || stem.ends_with("-next") {
            found.push(Kept { path: entry.path(), full });
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}

/// When the newest backup in `folder` was begun, as far as its first line can be read.
///
/// # Errors
/// What the system answers.
pub fn newest_at(folder: &Path) -> Result<Option<At>, JournalError> {
    let newest = backups(folder)?.into_iter().next_back();
    Ok(newest.and_then(|kept| header(&kept.path).ok()).map(|header| header.at))
}

/// Takes a backup of `readers` into `folder`: one that continues the newest where that is whole and of the same
/// records, else a full one. Reads it back, and drops what is not kept any more. `stamp` is `at` as
/// `20261122-113000`.
///
/// # Errors
/// Where a record cannot be read, or the folder not be written; older backups are then as they were.
pub fn take(
    folder: &Path,
    readers: &[Reader],
    (at, stamp): (At, &str),
    keeping: Keeping,
) -> Result<Taken, JournalError> {
    fs::create_dir_all(folder).on("make", folder)?;
    let before = backups(folder)?;
    let continued = before.iter().rev().take_while(|kept| !kept.full).count() + 1;
    let due = before.is_empty() || continued >= usize::try_from(keeping.full_every).unwrap_or(usize::MAX);
    let next = if due {
        None
    } else {
        before.last().and_then(|newest| {
            // A newest one that is damaged, or of other records, is followed by a full one.
            check(&newest.path).and_then(|before| Backup::after(readers, &before, at)).ok()
        })
    };
    let kind = if next.is_some() { "next" } else { "full" };
    let path = folder.join(format!("queue-{stamp}-{kind}{ENDING}"));
    let header = write_file(next.unwrap_or_else(|| Backup::new(readers, at)), &path)?;
    if check(&path)? != header {
        return Err(JournalError::failed(format!("read back {}", path.display()), "it is another one"));
    }
    let dropped = if header.is_full() { drop_old(folder, keeping.full_kept)? } else { 0 };
    Ok(Taken { path, header, dropped })
}

/// Drops the oldest full backups, each with those that continue it, until `full_kept` are left.
fn drop_old(folder: &Path, full_kept: u32) -> Result<usize, JournalError> {
    let all = backups(folder)?;
    let kept = usize::try_from(full_kept.max(1)).unwrap_or(usize::MAX);
    let fulls = all.iter().enumerate().filter(|(_, kept)| kept.full).map(|(index, _)| index);
    let Some(first) = fulls.rev().nth(kept - 1) else { return Ok(0) };
    for old in &all[..first] {
        fs::remove_file(&old.path).on("remove", &old.path)?;
    }
    Ok(first)
}
