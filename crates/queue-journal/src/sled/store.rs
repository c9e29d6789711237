//! The open database of one stream, shared by its one writer and its readers.
//!
//! Only reading is here; who may write is [`super::SledJournal`].

use std::collections::VecDeque;
use std::fmt;
use std::sync::{PoisonError, RwLock};

use queue_core::ids::Slug;
use queue_core::record::Seq;

use crate::error::JournalError;
use crate::sled::block::{self, Value};
use crate::sled::quiet::{guarded, told};

/// A database that readers may hold on to after its writer closed it.
pub(crate) struct Store {
    stream: Slug,
    database: RwLock<Option<sled::Db>>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("stream", &self.stream).finish_non_exhaustive()
    }
}

impl Store {
    pub(crate) fn new(stream: Slug, database: sled::Db) -> Self {
        Self { stream, database: RwLock::new(Some(database)) }
    }

    pub(crate) fn stream(&self) -> &Slug {
        &self.stream
    }

    /// Takes the database out; readers answer an error afterwards.
    pub(crate) fn take(&self) -> Option<sled::Db> {
        self.database.write().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Runs `call` with the database; a panic of sled becomes an error.
    pub(crate) fn with<T>(&self, what: &str, call: impl FnOnce(&sled::Db) -> T) -> Result<T, JournalError> {
        let name = || format!("{what} the journal of `{}`", self.stream);
        let database = self.database.read().unwrap_or_else(PoisonError::into_inner);
        let Some(database) = database.as_ref() else {
            return Err(JournalError::failed(name(), "it was closed"));
        };
        guarded(|| call(database)).map_err(|message| JournalError::failed(name(), message))
    }

    /// The lines of the block that holds `from`, from there on.
    pub(crate) fn block(&self, from: Seq) -> Result<VecDeque<Vec<u8>>, JournalError> {
        let found = self.with("read", |database| read_block(database, from))?;
        found.map_err(|what| JournalError::damaged(&self.stream, Some(from), what))
    }
}

fn read_block(database: &sled::Db, from: Seq) -> Result<VecDeque<Vec<u8>>, String> {
    let store = |error: sled::Error| told(&error);
    let exact = block::key(from);
    let found = match database.get(exact).map_err(store)? {
        Some(value) => Some((sled::IVec::from(&exact), value)),
        None => database.get_lt(exact).map_err(store)?,
    };
    let Some((key, value)) = found else { return Err("it is missing".to_owned()) };
    let Some((first, further_part)) = block::seq_of(&key) else { return Err("it is missing".to_owned()) };
    if further_part {
        return Err("it is missing".to_owned());
    }
    match block::unpack(&key, &value)? {
        Value::Block { lines, .. } => {
            let skipped = usize::try_from(from.0 - first.0).unwrap_or(usize::MAX);
            Ok(lines_of(lines).skip(skipped).map(<[u8]>::to_vec).collect())
        }
        Value::Part { parts, bytes, .. } => {
            let mut line = bytes.to_vec();
            for index in 1..parts {
                let key = block::part_key(first, index);
                let value = database.get(&key).map_err(store)?.ok_or("a part of it is missing")?;
                match block::unpack(&key, &value)? {
                    Value::Part { index: found, bytes, .. } if found == index => {
                        line.extend_from_slice(bytes)
                    }
                    Value::Part { .. } | Value::Block { .. } => {
                        return Err("a part of it is mixed up".to_owned());
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
