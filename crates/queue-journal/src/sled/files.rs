//! The files of one database: synced, copied, and recognised at the next opening.
//!
//! The mark of a clean stop is the file `clean` beside them; it lists every file with length and checksum, so
//! that a file that was changed while nobody ran is noticed before sled writes into it.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::thread;

use crc32fast::Hasher;

use crate::error::{JournalError, OnPath};

/// The mark of a clean stop.
const CLEAN: &str = "clean";
/// Files of one database: `db`, `conf`, snapshots, and `blobs/`, which stays empty.
const FILES_MAX: usize = 1000;
const READ_BYTES: usize = 1024 * 1024;
/// From here on a file is worth a second thread.
const LONG_BYTES_MIN: u64 = 16 * 1024 * 1024;

/// How a journal was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// There was none.
    Fresh,
    /// Closed, and every file is as it was.
    Clean,
    /// Killed, cut off, or changed since; a copy of how it was found is kept in `set-aside`.
    Unclean,
}

/// How the database in `folder` was left.
pub(crate) fn last_stop(folder: &Path) -> Result<Stop, JournalError> {
    if !folder.exists() || files_in(folder)?.is_empty() {
        return Ok(Stop::Fresh);
    }
    let mark = folder.join(CLEAN);
    let noted = match fs::read_to_string(&mark) {
        Ok(noted) => noted,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Stop::Unclean),
        // A damaged mark is as good as none.
        Err(error) if error.kind() == io::ErrorKind::InvalidData => return Ok(Stop::Unclean),
        Err(error) => return Err(JournalError::from_io(format!("read {}", mark.display()), &error)),
    };
    Ok(if noted == listing(folder)? { Stop::Clean } else { Stop::Unclean })
}

/// Leaves the mark of a clean stop.
pub(crate) fn mark_clean(folder: &Path) -> Result<(), JournalError> {
    let mark = folder.join(CLEAN);
    fs::write(&mark, listing(folder)?).on("write", &mark)?;
    sync(&mark)?;
    sync(folder)
}

/// Takes the mark away, before the first write.
pub(crate) fn unmark(folder: &Path) -> Result<(), JournalError> {
    let mark = folder.join(CLEAN);
    match fs::remove_file(&mark) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error).on("remove", &mark),
        _ => sync(folder),
    }
}

/// Syncs every file of the database, its folder and the folder above.
pub(crate) fn sync_all(folder: &Path) -> Result<(), JournalError> {
    for name in files_in(folder)?.keys() {
        sync(&folder.join(name))?;
    }
    let blobs = folder.join("blobs");
    if blobs.is_dir() {
        sync(&blobs)?;
    }
    sync(folder)?;
    folder.parent().map_or(Ok(()), sync)
}

/// Copies the folder `from` to `to`, which must not exist, but for what never got finished, and syncs the copy.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<(), JournalError> {
    fs::create_dir_all(to.join("blobs")).on("make", to)?;
    for name in files_in(from)?.keys().filter(|name| !is_unfinished(name)) {
        fs::copy(from.join(name), to.join(name)).on("copy", &from.join(name))?;
    }
    sync_all(to)
}

/// A snapshot that a start was cut off while writing: the store would take it for its newest one and refuse it, and
/// everything in it stands in the database too.
fn is_unfinished(name: &Path) -> bool {
    name.extension().is_some_and(|end| end == "generating")
}

/// Removes a folder with all in it; none is fine.
pub(crate) fn remove(folder: &Path) -> Result<(), JournalError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error).on("remove", folder),
        _ => Ok(()),
    }
}

/// Removes a file; none is fine.
pub(crate) fn remove_file(file: &Path) -> Result<(), JournalError> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error).on("remove", file),
        _ => Ok(()),
    }
}

/// Makes `folder` and every level above it that is missing, each of them as durable as what is written into it.
pub(crate) fn make(folder: &Path) -> Result<(), JournalError> {
    let levels = folder.ancestors().filter(|level| !level.as_os_str().is_empty());
    let missing: Vec<_> = levels.take_while(|level| !level.exists()).collect();
    fs::create_dir_all(folder).on("make", folder)?;
    missing.into_iter().rev().try_for_each(|level| sync(above(level)))
}

/// The folder that holds `path`.
pub(crate) fn above(path: &Path) -> &Path {
    path.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Syncs a file or a folder.
pub(crate) fn sync(path: &Path) -> Result<(), JournalError> {
    File::open(path).and_then(|file| file.sync_all()).on("sync", path)
}

/// Every file but the mark, one a line: length, CRC-32, name.
fn listing(folder: &Path) -> Result<String, JournalError> {
    let mut text = String::from("queue-journal closed 1\n");
    for (name, bytes) in files_in(folder)? {
        let path = folder.join(&name);
        let checksum = checksum(&path, bytes).on("read", &path)?;
        text.push_str(&format!("{bytes} {checksum:08x} {}\n", name.display()));
    }
    Ok(text)
}

/// The CRC-32 of a file of `bytes` bytes; of a long one the two halves at once.
fn checksum(path: &Path, bytes: u64) -> io::Result<u32> {
    let file = File::open(path)?;
    if bytes < LONG_BYTES_MIN {
        return checksum_from(&file, 0, u64::MAX).map(Hasher::finalize);
    }
    let (mut first, second) = thread::scope(|scope| {
        let second = scope.spawn(|| checksum_from(&file, bytes / 2, u64::MAX));
        let first = checksum_from(&file, 0, bytes / 2)?;
        let second = second.join().unwrap_or_else(|_| Err(io::Error::other("a thread broke off")))?;
        Ok::<_, io::Error>((first, second))
    })?;
    first.combine(&second);
    Ok(first.finalize())
}

/// Of what stands from `from` up to, not including, `to`, or to the end.
fn checksum_from(file: &File, from: u64, to: u64) -> io::Result<Hasher> {
    let mut hasher = Hasher::new();
    let mut bytes = vec![0; READ_BYTES];
    let mut at = from;
    while at < to {
        let most = usize::try_from(to - at).unwrap_or(READ_BYTES).min(READ_BYTES);
        match file.read_at(&mut bytes[..most], at)? {
            0 => break,
            read => {
                hasher.update(&bytes[..read]);
                at += read as u64;
            }
        }
    }
    Ok(hasher)
}

/// The files of the database by their names in `folder`, with lengths; not the mark of a clean stop.
fn files_in(folder: &Path) -> Result<BTreeMap<PathBuf, u64>, JournalError> {
    let mut files = BTreeMap::new();
    for part in ["", "blobs"] {
        let entries = match fs::read_dir(folder.join(part)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            other => other.on("read", folder)?,
        };
        for entry in entries {
            let entry = entry.on("read", folder)?;
            let meta = entry.metadata().on("read", &entry.path())?;
            if meta.is_file() && entry.file_name() != CLEAN {
                files.insert(Path::new(part).join(entry.file_name()), meta.len());
            }
        }
        if files.len() > FILES_MAX {
            let what = format!("more than {FILES_MAX} files where a handful is due");
            return Err(JournalError::damaged(folder.display(), None, what));
        }
    }
    Ok(files)
}
