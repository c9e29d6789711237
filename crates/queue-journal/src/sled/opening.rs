//! Opening a database: in a thread of its own, with a watchdog, panics caught, and everything read once.
//!
//! What the files may be beforehand is [`super::files`]'s and [`super::aside`]'s business.

use std::io::ErrorKind;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use queue_core::ids::Slug;

use crate::error::{JournalError, OnPath};
use crate::sled::acked::Acked;
use crate::sled::quiet::{guarded, told};
use crate::sled::scan::{Scanned, scan};
use crate::sled::store::Database;

/// What sled may hold of all databases of one folder in memory, in bytes: a city has 126 of them in one process.
const CACHES_BYTES: u64 = 512 * 1024 * 1024;
/// What it may hold of one.
const CACHE_BYTES: RangeInclusive<u64> = 4 * 1024 * 1024..=64 * 1024 * 1024;
/// The store asks for half a megabyte for each segment of its log. The system's allocator maps so much anew each time,
/// page by page, until it has seen a longer piece come back; a fifth of an append's CPU time went into that.
const LONGER_PIECE_BYTES: usize = 16 * 1024 * 1024;
/// How often sled's own thread writes and frees segments; without it freed space is never used again.
const FLUSH_EVERY_MS: u64 = 500;
/// How long opening may take, however small the database.
const OPEN_MIN: Duration = Duration::from_secs(60);
/// The slowest disk that is waited for, in bytes a second.
const OPEN_BYTES_A_SECOND: u64 = 4 * 1024 * 1024;
/// How long a database that this process just closed may still be locked by sled's threads.
const UNLOCK_MAX: Duration = Duration::from_secs(5);
const UNLOCK_EVERY: Duration = Duration::from_millis(10);

/// Opens the database in `folder`, one of `databases`, and reads all of it.
///
/// # Errors
/// [`JournalError::Damaged`] where sled, or a check of ours, finds anything wrong.
pub(crate) fn open(
    folder: &Path,
    databases: usize,
    stream: &Slug,
    acked: Option<Acked>,
) -> Result<(Database, Scanned), JournalError> {
    let patience = patience(folder);
    let cache = cache_bytes(databases);
    let (answer, answered) = sync_channel(1);
    let (path, name) = (folder.to_owned(), stream.clone());
    thread::Builder::new()
        .name("journal-open".to_owned())
        .spawn(move || {
            let outcome =
                guarded(|| open_here(&path, cache, &name, acked.as_ref())).unwrap_or_else(|message| {
                    Err(JournalError::damaged(
                        &name,
                        None,
                        format!("the store broke off while reading it: {message}"),
                    ))
                });
            // Nobody waits any more where the watchdog has spoken.
            let _late = answer.send(outcome);
        })
        .on("start the thread that opens", folder)?;
    match answered.recv_timeout(patience) {
        Ok(outcome) => outcome,
        Err(RecvTimeoutError::Timeout) => {
            let what = format!("the store was still reading it after {} s", patience.as_secs());
            Err(JournalError::damaged(stream, None, what))
        }
        Err(RecvTimeoutError::Disconnected) => {
            Err(JournalError::damaged(stream, None, "the store broke off while reading it"))
        }
    }
}

/// What one of `databases` may hold in memory.
fn cache_bytes(databases: usize) -> u64 {
    (CACHES_BYTES / databases.max(1) as u64).clamp(*CACHE_BYTES.start(), *CACHE_BYTES.end())
}

fn patience(folder: &Path) -> Duration {
    let bytes = std::fs::metadata(folder.join("db")).map_or(0, |meta| meta.len());
    OPEN_MIN + Duration::from_secs(bytes / OPEN_BYTES_A_SECOND)
}

fn open_here(
    folder: &Path,
    cache: u64,
    stream: &Slug,
    acked: Option<&Acked>,
) -> Result<(Database, Scanned), JournalError> {
    let database =
        unlocked(folder, cache).and_then(Database::new).map_err(|error| refusal(folder, stream, error))?;
    match scan(&database, stream, acked) {
        Ok(scanned) => Ok((database, scanned)),
        Err(error) => {
            // Its drop may panic or hang on what was just refused; the process is about to end.
            std::mem::forget(database);
            Err(error)
        }
    }
}

fn unlocked(folder: &Path, cache: u64) -> sled::Result<sled::Db> {
    let path: PathBuf = folder.to_owned();
    let config = sled::Config::new().path(path).cache_capacity(cache).flush_every_ms(Some(FLUSH_EVERY_MS));
    drop(std::hint::black_box(Vec::<u8>::with_capacity(LONGER_PIECE_BYTES)));
    let begun = Instant::now();
    loop {
        match config.open() {
            Err(sled::Error::Io(error))
                if error.to_string().contains("could not acquire lock") && begun.elapsed() < UNLOCK_MAX =>
            {
                thread::sleep(UNLOCK_EVERY);
            }
            other => return other,
        }
    }
}

fn refusal(folder: &Path, stream: &Slug, error: sled::Error) -> JournalError {
    if let sled::Error::Io(error) = &error {
        if error.to_string().contains("could not acquire lock") {
            return JournalError::InUse { path: folder.join("db") };
        }
        // Corruption comes wrapped as invalid data, or as an end of the file that should not be there.
        if !matches!(error.kind(), ErrorKind::InvalidData | ErrorKind::UnexpectedEof) {
            return JournalError::from_io(format!("open {}", folder.display()), error);
        }
    }
    JournalError::damaged(stream, None, told(&error))
}

#[cfg(test)]
mod tests {
    use super::cache_bytes;

    #[test]
    fn a_city_shares_what_one_ward_may_not_even_take_alone() {
        let mib = |databases| cache_bytes(databases) / 1024 / 1024;
        assert_eq!([0, 1, 2, 16, 127, 999].map(mib), [64, 64, 64, 32, 4, 4]);
    }
}
