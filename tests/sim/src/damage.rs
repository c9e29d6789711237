//! Damage on copies of the journal, at every start: the real opening must refuse each, or lose nothing by it.

use std::sync::Arc;

use queue_core::ids::Slug;
use queue_core::record::Seq;
use queue_journal::Journal;
use queue_journal::ordered::{Entry, OrderedJournal, OrderedStore};

use crate::disk::meta;
use crate::shared::Shared;

/// More records than there are: such a copy must not open at all.
const NEVER: u64 = u64::MAX;

/// A store that only was, with its meta value: the copies are read and thrown away.
#[derive(Debug)]
struct Copy(Option<Vec<u8>>);

impl OrderedStore for Copy {
    fn write(&self, _batch: Vec<Entry>) -> Result<(), queue_journal::JournalError> {
        Ok(())
    }

    fn sync(&self) -> Result<(), queue_journal::JournalError> {
        Ok(())
    }

    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, queue_journal::JournalError> {
        Ok(self.0.clone().filter(|_| key == b"m"))
    }

    fn before(&self, _key: &[u8]) -> Result<Option<Entry>, queue_journal::JournalError> {
        Ok(None)
    }
}

/// Damages copies of `entries` in each way and opens them.
pub fn check(shared: &Shared, stream: &Slug, entries: &[Entry]) {
    let dice = shared.plan.dice.split();
    let Some((last, head)) = entries.iter().find_map(|(key, value)| meta(key, value)) else { return };
    let blocks = entries.iter().filter(|(key, _)| key.first() == Some(&b'e')).count();
    if blocks < 3 {
        return;
    }
    let middle = usize::try_from(dice.range(1, blocks as u64 - 2)).unwrap_or(1);
    let opened = |what: &str, enough: u64, copy: Vec<Entry>, acked: Option<(Seq, String)>| {
        let kept = copy.iter().find(|(key, _)| key == b"m").map(|(_, value)| value.clone());
        let journal = OrderedJournal::open(stream.clone(), Arc::new(Copy(kept)), copy, acked);
        if let Ok(journal) = journal {
            let tail = journal.tail().map_or(0, |tail| tail.seq.0);
            if tail < enough {
                shared.violated(format!("{what}: the journal opened, with {tail} records of {last}"));
            }
        }
    };
    let without = |index: usize| {
        let mut copy = entries.to_vec();
        copy.remove(index);
        copy
    };
    opened("a block in the middle was lost", NEVER, without(middle), None);
    // Behind the meta value lies what came to the disk of a batch that was broken off; nobody was told of it.
    opened("the last block was lost", last, without(blocks - 1), None);
    let mut flipped = entries.to_vec();
    let value = &mut flipped[middle].1;
    let at = usize::try_from(dice.below(value.len() as u64)).unwrap_or(0);
    value[at] ^= 1 << dice.below(8);
    opened("a bit was flipped", NEVER, flipped, None);
    let without_meta = entries.iter().filter(|(key, _)| key != b"m").cloned().collect();
    opened("the meta value was lost", NEVER, without_meta, None);
    opened("an acknowledged tail was lost", NEVER, entries.to_vec(), Some((Seq(last + 1), head)));
}
