//! The folder in which a server keeps its own backups: names, what continues what, and which are dropped.
//!
//! ```text
//! queue-20261122-113000-full.backup    whole by itself
//! queue-20261123-113000-next.backup    continues the one before it by name
//! ```
//! The names carry the instant in UTC, so that their order is that of time; behind a clock that ran ahead they go on
//! from there. While one is written `.part` follows its name. Whatever else lies there is left alone.

use std::fs;
use std::path::{Path, PathBuf};

use queue_core::time::At;

use crate::backup::restore::{check, header};
use crate::backup::{Backup, Header, UNFINISHED, write_file};
use crate::error::{JournalError, OnPath};
use crate::reader::Reader;
use crate::sled::files;

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

impl Kept {
    /// The instant in its name, such as `20261122-113000`.
    #[must_use]
    pub fn stamp(&self) -> &str {
        let name = self.path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        named(name).map_or("", |(stamp, _full)| stamp)
    }
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
        if let Some((_stamp, full)) = name.to_str().and_then(named) {
            found.push(Kept { path: entry.path(), full });
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}

/// The stamp in the name of a backup, and whether it says that it is full.
fn named(name: &str) -> Option<(&str, bool)> {
    let (stamp, kind) = name.strip_prefix("queue-")?.strip_suffix(ENDING)?.rsplit_once('-')?;
    match kind {
        "full" => Some((stamp, true)),
        "next" => Some((stamp, false)),
        _ => None,
    }
}

/// Removes what backups left that were cut off; it would fill the disk.
fn sweep(folder: &Path) -> Result<(), JournalError> {
    for entry in fs::read_dir(folder).on("read", folder)?.take(FILES_MAX) {
        let entry = entry.on("read", folder)?;
        if entry.file_name().to_str().and_then(|name| named(name.strip_suffix(UNFINISHED)?)).is_some() {
            files::remove_file(&entry.path())?;
        }
    }
    Ok(())
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
/// `20261122-113000`, or later where an older backup has such a name.
///
/// # Errors
/// Where the folder is missing, as below a disk that is not mounted; where a record cannot be read, what was written
/// does not hold, or the folder cannot be written. Older backups are then as they were, and none was added.
pub fn take(
    folder: &Path,
    readers: &[Reader],
    (at, stamp): (At, &str),
    keeping: Keeping,
) -> Result<Taken, JournalError> {
    if !folder.is_dir() {
        let cause = "there is no such folder; mount its disk, or make it";
        return Err(JournalError::failed(format!("take a backup into {}", folder.display()), cause));
    }
    sweep(folder)?;
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
