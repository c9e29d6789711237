//! The ballast: a file that only takes room, so that on a full disk there is something to delete.
//!
//! Nothing acknowledged is lost on a full disk, but sled cannot open a database there.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::Path;

use rustix::fs::{FallocateFlags, fallocate, statvfs};

use crate::error::{JournalError, OnPath};
use crate::sled::files;

/// Room for the copy and the recovery of a middling journal.
pub const BALLAST_BYTES: u64 = 64 * 1024 * 1024;
/// The ballast is made only where this many times its size is free.
const ROOM_TIMES: u64 = 4;

/// What there is of the ballast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ballast {
    /// It is there, in full size.
    Kept,
    /// It is not there, and the disk is too full, or of a kind that cannot set room aside.
    NoRoom,
}

/// Makes the file where it is missing.
pub(crate) fn keep(root: &Path) -> Result<Ballast, JournalError> {
    let path = root.join("ballast");
    if fs::metadata(&path).is_ok_and(|meta| meta.len() == BALLAST_BYTES) {
        return Ok(Ballast::Kept);
    }
    if free_bytes(root)? < ROOM_TIMES * BALLAST_BYTES {
        return Ok(Ballast::NoRoom);
    }
    let file = OpenOptions::new().write(true).create(true).truncate(true).open(&path).on("make", &path)?;
    match fallocate(&file, FallocateFlags::empty(), 0, BALLAST_BYTES) {
        Ok(()) => {
            file.sync_all().on("sync", &path)?;
            files::sync(root)?;
            Ok(Ballast::Kept)
        }
        Err(_no_such_call_here) => {
            fs::remove_file(&path).on("remove", &path)?;
            Ok(Ballast::NoRoom)
        }
    }
}

/// Deletes the file.
pub(crate) fn drop(root: &Path) -> Result<bool, JournalError> {
    let path = root.join("ballast");
    match fs::remove_file(&path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).on("remove", &path),
    }
}

/// Bytes free for us on the disk of `root`.
pub(crate) fn free_bytes(root: &Path) -> Result<u64, JournalError> {
    let disk = statvfs(root).map_err(io::Error::from).on("ask for the free space of", root)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}
