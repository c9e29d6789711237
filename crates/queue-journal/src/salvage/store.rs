//! Reading a damaged database through its own store, on a copy: first as it is, then without snapshots and settings,
//! which the store makes anew.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use queue_core::record::Seq;
use sled::IVec;

use super::bytes;
use super::raw::Piece;
use crate::error::{JournalError, OnPath};
use crate::sled::block::{self, META_KEY, META_TREE, Value};
use crate::sled::files;
use crate::sled::quiet::guarded;
use crate::sled::store::lines_of;

/// Values that wait between the thread that reads and the one that takes.
const VALUES_MAX: usize = 1024;
/// How long the store may be silent. Opening reads all of it, a damaged one may read for ever.
const PATIENCE: Duration = Duration::from_secs(120);
/// What the store may hold in memory, in bytes.
const CACHE_BYTES: u64 = 64 * 1024 * 1024;
/// Files of one database; as many as the journal allows.
const FILES_MAX: usize = 1000;

/// Whether a copy is made with all files, or without those that the store can make anew.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Copied {
    Everything,
    DataAlone,
}

/// Hands on every line and meta value that the store gives of a copy of `live`, made at `working`. Whatever goes
/// wrong with the copy ends it early and is no error.
pub(super) fn read(
    live: &Path,
    working: &Path,
    take: &mut impl FnMut(Piece<'_>) -> Result<(), JournalError>,
) -> Result<(), JournalError> {
    for copied in [Copied::Everything, Copied::DataAlone] {
        files::remove(working)?;
        copy(live, working, copied)?;
        if entries(working, take)? == Ended::Well {
            return Ok(());
        }
    }
    Ok(())
}

/// The files of a database in which records can stand: the log and what spilled out of it.
pub(super) fn data_files(database: &Path) -> Result<Vec<PathBuf>, JournalError> {
    let mut found: Vec<PathBuf> = [database.join("db")].into_iter().filter(|path| path.is_file()).collect();
    let blobs = database.join("blobs");
    if blobs.is_dir() {
        for entry in fs::read_dir(&blobs).on("read", &blobs)?.take(FILES_MAX) {
            found.push(entry.on("read", &blobs)?.path());
        }
    }
    Ok(found)
}

fn copy(live: &Path, working: &Path, copied: Copied) -> Result<(), JournalError> {
    fs::create_dir_all(working.join("blobs")).on("make", working)?;
    for file in data_files(live)? {
        let name = file.strip_prefix(live).unwrap_or(&file);
        bytes::copy(&file, &working.join(name))?;
    }
    if copied == Copied::DataAlone {
        return Ok(());
    }
    for entry in fs::read_dir(live).on("read", live)?.take(FILES_MAX) {
        let entry = entry.on("read", live)?;
        let name = entry.file_name();
        if name == "conf" || name.to_string_lossy().starts_with("snap.") {
            bytes::copy(&entry.path(), &working.join(name))?;
        }
    }
    Ok(())
}

/// How reading a copy ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ended {
    Well,
    Early,
}

fn entries(
    working: &Path,
    take: &mut impl FnMut(Piece<'_>) -> Result<(), JournalError>,
) -> Result<Ended, JournalError> {
    let (values, arriving) = sync_channel(VALUES_MAX);
    let path = working.to_owned();
    thread::Builder::new()
        .name("journal-salvage".to_owned())
        .spawn(move || {
            let ended = guarded(|| feed(&path, &values)).unwrap_or(Ended::Early);
            if ended == Ended::Well {
                // Nobody listens any more where the watchdog has spoken.
                let _late = values.send(None);
            }
        })
        .on("start the thread that reads", working)?;
    let mut parts = Parts::default();
    loop {
        match arriving.recv_timeout(PATIENCE) {
            Ok(Some((key, value))) => value_in(&key, &value, &mut parts, take)?,
            Ok(None) => return Ok(Ended::Well),
            Err(RecvTimeoutError::Disconnected | RecvTimeoutError::Timeout) => return Ok(Ended::Early),
        }
    }
}

/// A key and its value; nothing at the end.
type Entry = Option<(IVec, IVec)>;

fn feed(path: &Path, values: &SyncSender<Entry>) -> Ended {
    // No thread of the store writes to the copy while, or after, it is read.
    let config = sled::Config::new().path(path).cache_capacity(CACHE_BYTES).flush_every_ms(None);
    let Ok(database) = config.open() else { return Ended::Early };
    let Ok(metas) = database.open_tree(META_TREE) else {
        std::mem::forget(database);
        return Ended::Early;
    };
    let mut ended = Ended::Well;
    for entry in database.iter().chain(&metas) {
        let sent = entry.map(|entry| values.send(Some(entry)).is_ok()).unwrap_or(false);
        if !sent {
            ended = Ended::Early;
            break;
        }
    }
    if ended == Ended::Early {
        // The drop of a damaged database may panic or hang.
        std::mem::forget((database, metas));
    }
    ended
}

/// A long line of which parts are still to come: its seq, and the bytes so far.
#[derive(Default)]
struct Parts(Option<(Seq, Vec<u8>)>);

fn value_in(
    key: &[u8],
    value: &[u8],
    long: &mut Parts,
    take: &mut impl FnMut(Piece<'_>) -> Result<(), JournalError>,
) -> Result<(), JournalError> {
    if key == META_KEY {
        return block::unpack_meta(value).map_or(Ok(()), |meta| take(Piece::Meta(meta)));
    }
    let Some((seq, _)) = block::seq_of(key) else { return Ok(()) };
    let before = long.0.take();
    match block::unpack(key, value) {
        Ok(Value::Block { lines, .. }) => lines_of(&lines).try_for_each(|line| take(Piece::Line(line))),
        Ok(Value::Part { index, parts, bytes }) => {
            let mut line = match before {
                Some((first, line)) if index > 0 && first == seq => line,
                Some(_) | None if index == 0 => Vec::new(),
                Some(_) | None => return Ok(()),
            };
            line.extend_from_slice(bytes);
            if index + 1 == parts {
                return take(Piece::Line(&line));
            }
            long.0 = Some((seq, line));
            Ok(())
        }
        Err(_damaged) => Ok(()),
    }
}
