//! A store in memory under a journal, whose values the tests look at and change.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use queue_core::record::Seq;
use queue_journal::codec::Sealed;
use queue_journal::ordered::{Entry, OrderedJournal, OrderedStore};
use queue_journal::{Journal, JournalError};

use crate::support::stream;

/// What lies in a store, in order.
pub(crate) type Values = BTreeMap<Vec<u8>, Vec<u8>>;

/// Keys and values in memory, and how often they were written and synced.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    pub(crate) entries: Mutex<Values>,
    pub(crate) writes: AtomicU64,
    pub(crate) syncs: AtomicU64,
    /// Answers an error to the sync that follows.
    pub(crate) fails: Mutex<Option<JournalError>>,
}

impl OrderedStore for Shelf {
    fn write(&self, batch: Vec<Entry>) -> Result<(), JournalError> {
        self.values().extend(batch);
        self.writes.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    fn sync(&self) -> Result<(), JournalError> {
        assert_eq!(self.writes.load(Ordering::SeqCst), self.syncs.fetch_add(1, Ordering::SeqCst) + 1);
        self.fails.lock().unwrap_or_else(PoisonError::into_inner).take().map_or(Ok(()), Err)
    }

    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, JournalError> {
        Ok(self.values().get(key).cloned())
    }

    fn before(&self, key: &[u8]) -> Result<Option<Entry>, JournalError> {
        let entries = self.values();
        Ok(entries.range(..key.to_vec()).next_back().map(|(key, value)| (key.clone(), value.clone())))
    }
}

impl Shelf {
    fn values(&self) -> MutexGuard<'_, Values> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What lies in it.
    pub(crate) fn entries(&self) -> Values {
        self.values().clone()
    }
}

/// A shelf with these batches.
pub(crate) fn filled(batches: &[Vec<Sealed>]) -> Shelf {
    let shelf = Arc::new(Shelf::default());
    let mut journal = open(&shelf, None).unwrap();
    for batch in batches {
        journal.append(batch).unwrap();
    }
    drop(journal);
    Arc::try_unwrap(shelf).unwrap()
}

pub(crate) fn open(shelf: &Arc<Shelf>, acked: Option<(Seq, String)>) -> Result<OrderedJournal, JournalError> {
    let entries: Vec<Entry> = shelf.entries().into_iter().collect();
    OrderedJournal::open(stream(), Arc::clone(shelf) as Arc<dyn OrderedStore>, entries, acked)
}

pub(crate) fn reopened(
    entries: &Values,
    acked: Option<(Seq, String)>,
) -> Result<OrderedJournal, JournalError> {
    let shelf = Shelf { entries: Mutex::new(entries.clone()), ..Shelf::default() };
    open(&Arc::new(shelf), acked)
}

/// The record and the finding of a journal that is refused.
pub(crate) fn refused(entries: &Values, acked: Option<(Seq, String)>) -> (u64, String) {
    damage(reopened(entries, acked).map(drop).expect_err("it is not as it was written"))
}

pub(crate) fn damage(error: JournalError) -> (u64, String) {
    let JournalError::Damaged { seq, what, .. } = error else { panic!("{error}") };
    (seq.map_or(0, |seq| seq.0), what)
}

/// Changes the value under `key` and makes its checksum right.
pub(crate) fn change(all: &mut Values, key: &[u8], spoil: impl FnOnce(&mut Vec<u8>)) {
    let value = all.get_mut(key).expect("a value of the sample");
    spoil(value);
    let checksum = checksum(key, value);
    value[1..5].copy_from_slice(&checksum);
}

/// Puts a value under `key`, its checksum right.
pub(crate) fn put(all: &mut Values, key: Vec<u8>, value: &[u8]) {
    all.insert(key.clone(), value.to_vec());
    if value.len() > 4 {
        change(all, &key, |_| ());
    }
}

/// Exchanges two values, their checksums right.
pub(crate) fn swap(all: &mut Values, one: &[u8], other: &[u8]) {
    let [first, second] = [one, other].map(|key| all[key].clone());
    put(all, one.to_vec(), &second);
    put(all, other.to_vec(), &first);
}

pub(crate) fn key(seq: u64) -> Vec<u8> {
    [b"e", &seq.to_be_bytes()[..]].concat()
}

pub(crate) fn part_key(seq: u64, index: u16) -> Vec<u8> {
    [key(seq), index.to_be_bytes().to_vec()].concat()
}

/// CRC-32 over the key and all of the value but the checksum.
pub(crate) fn checksum(key: &[u8], value: &[u8]) -> [u8; 4] {
    crc32fast::hash(&[key, &value[..1], &value[5..]].concat()).to_be_bytes()
}
