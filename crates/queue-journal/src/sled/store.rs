//! The open database of one stream, shared by its one writer and its readers: sled as an [`OrderedStore`].
//!
//! Here is also how the lines of a block are found in any ordered store.

use std::collections::VecDeque;
use std::fmt;
use std::fs::File;
use std::path::PathBuf;
use std::sync::{PoisonError, RwLock};

use queue_core::ids::Slug;
use queue_core::record::Seq;

use crate::error::{JournalError, OnPath};
use crate::journal::BATCH_BYTES_MAX;
use crate::ordered::{Entry, OrderedStore};
use crate::sled::block::{self, META_KEY, META_TREE, Value};
use crate::sled::quiet::{guarded, told};

/// A database of sled with its two trees.
pub(crate) struct Database {
    database: sled::Db,
    /// Blocks and parts.
    pub(crate) records: sled::Tree,
    metas: sled::Tree,
}

impl Database {
    pub(crate) fn new(database: sled::Db) -> sled::Result<Self> {
        match database.open_tree(META_TREE) {
            Ok(metas) => Ok(Self { records: (*database).clone(), metas, database }),
            Err(error) => {
                // The drop of a damaged database may panic or hang.
                std::mem::forget(database);
                Err(error)
            }
        }
    }

    /// The meta value. In the earlier layout it stands among the records.
    pub(crate) fn meta(&self) -> sled::Result<Option<Vec<u8>>> {
        let value =
            self.metas.get(META_KEY)?.map_or_else(|| self.records.get(META_KEY), |value| Ok(Some(value)));
        Ok(value?.map(|value| value.to_vec()))
    }

    /// Hands `batch` to the log in its order, each value on its own: sled would write a batch of its own kind in
    /// two pieces, and wait for both. Worth that are only the parts of a long line, which mean nothing alone, and so
    /// many bytes that sled might take room that it freed within the batch, before a sync of ours, for its end.
    fn write(&self, batch: Vec<Entry>) -> sled::Result<()> {
        let in_parts = |(key, _): &Entry| block::seq_of(key).is_some_and(|(_, further_part)| further_part);
        let bytes: usize = batch.iter().map(|(_, value)| value.len()).sum();
        let as_one = bytes > BATCH_BYTES_MAX || batch.iter().any(in_parts);
        let mut together = sled::Batch::default();
        let mut meta = None;
        for (key, value) in batch {
            if key == META_KEY {
                meta = Some(value);
            } else if as_one {
                together.insert(key, value);
            } else {
                self.records.insert(key, value)?;
            }
        }
        if as_one {
            self.records.apply_batch(together)?;
        }
        if let Some(meta) = meta {
            self.metas.insert(META_KEY, meta)?;
        }
        self.database.flush().map(drop)
    }
}

/// A database that readers may hold on to after its writer closed it.
pub(crate) struct Store {
    stream: Slug,
    database: RwLock<Option<Database>>,
    /// A second handle on the database's file: its sync is the durable one.
    data: File,
    path: PathBuf,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("stream", &self.stream).finish_non_exhaustive()
    }
}

impl Store {
    pub(crate) fn new(stream: Slug, database: Database, data: File, path: PathBuf) -> Self {
        Self { stream, database: RwLock::new(Some(database)), data, path }
    }

    /// Takes the database out; readers answer an error afterwards.
    pub(crate) fn take(&self) -> Option<Database> {
        self.database.write().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Removes the meta value of the earlier layout, once another is on the disk.
    pub(crate) fn forget_earlier_meta(&self) -> Result<(), JournalError> {
        let forgotten = self.with("append to", |open| {
            if open.metas.contains_key(META_KEY)? && open.records.contains_key(META_KEY)? {
                open.records.remove(META_KEY)?;
            }
            Ok(())
        })?;
        forgotten.map_err(|error: sled::Error| self.failed("append to", &error))
    }

    /// Hands what sled holds back to the system.
    pub(crate) fn flush(&self, verb: &str) -> Result<(), JournalError> {
        self.with(verb, |open| open.database.flush())?.map(drop).map_err(|error| self.failed(verb, &error))
    }

    /// Runs `call` with the database; a panic of sled becomes an error.
    fn with<T>(&self, what: &str, call: impl FnOnce(&Database) -> T) -> Result<T, JournalError> {
        let name = || format!("{what} the journal of `{}`", self.stream);
        let database = self.database.read().unwrap_or_else(PoisonError::into_inner);
        let Some(database) = database.as_ref() else {
            return Err(JournalError::failed(name(), "it was closed"));
        };
        guarded(|| call(database)).map_err(|message| JournalError::failed(name(), message))
    }

    fn read<T>(
        &self,
        key: &[u8],
        call: impl FnOnce(&Database) -> sled::Result<T>,
    ) -> Result<T, JournalError> {
        let at = || block::seq_of(key).map(|(seq, _)| seq);
        self.with("read", call)?.map_err(|error| JournalError::damaged(&self.stream, at(), told(&error)))
    }

    fn failed(&self, verb: &str, error: &sled::Error) -> JournalError {
        let what = format!("{verb} the journal of `{}`", self.stream);
        if let sled::Error::Io(error) = error {
            return JournalError::from_io(what, error);
        }
        JournalError::failed(what, error.to_string())
    }
}

impl OrderedStore for Store {
    fn write(&self, batch: Vec<Entry>) -> Result<(), JournalError> {
        let written = self.with("append to", |open| open.write(batch))?;
        written.map_err(|error| self.failed("append to", &error))
    }

    fn sync(&self) -> Result<(), JournalError> {
        self.data.sync_data().on("sync", &self.path)
    }

    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, JournalError> {
        if key == META_KEY {
            return self.read(key, Database::meta);
        }
        let value = self.read(key, |open| open.records.get(key))?;
        Ok(value.map(|value| value.to_vec()))
    }

    fn before(&self, key: &[u8]) -> Result<Option<Entry>, JournalError> {
        let entry = self.read(key, |open| open.records.get_lt(key))?;
        Ok(entry.map(|(key, value)| (key.to_vec(), value.to_vec())))
    }
}

/// The lines of the block in `store` that holds `from`, from there on; `stream` is whose they are.
pub(crate) fn lines_from(
    store: &dyn OrderedStore,
    stream: &Slug,
    from: Seq,
) -> Result<VecDeque<Vec<u8>>, JournalError> {
    let damaged = |what: &str| JournalError::damaged(stream, Some(from), what);
    let missing = || damaged("it is missing");
    let exact = block::key(from);
    let found = match store.get(&exact)? {
        Some(value) => Some((exact.to_vec(), value)),
        None => store.before(&exact)?,
    };
    let (key, value) = found.ok_or_else(missing)?;
    let (first, further_part) = block::seq_of(&key).ok_or_else(missing)?;
    if further_part {
        return Err(missing());
    }
    match block::unpack(&key, &value).map_err(damaged)? {
        Value::Block { lines, .. } => {
            let skipped = usize::try_from(from.0 - first.0).unwrap_or(usize::MAX);
            Ok(lines_of(&lines).skip(skipped).map(<[u8]>::to_vec).collect())
        }
        Value::Part { parts, bytes, .. } => {
            let mut line = bytes.to_vec();
            for index in 1..parts {
                let key = block::part_key(first, index);
                let value = store.get(&key)?.ok_or_else(|| damaged("a part of it is missing"))?;
                match block::unpack(&key, &value).map_err(damaged)? {
                    Value::Part { index: found, bytes, .. } if found == index => {
                        line.extend_from_slice(bytes)
                    }
                    Value::Part { .. } | Value::Block { .. } => {
                        return Err(damaged("a part of it is mixed up"));
                    }
                }
            }
            Ok(VecDeque::from([line]))
        }
    }
}

/// The lines of a block, without their line breaks; none where the block is no UTF-8, which a line always is.
pub(crate) fn lines_of(block: &[u8]) -> impl Iterator<Item = &[u8]> {
    // The search of `str` for a break is the fast one.
    let text = std::str::from_utf8(block).unwrap_or_default();
    text.split('\n').filter(|line| !line.is_empty()).map(str::as_bytes)
}
