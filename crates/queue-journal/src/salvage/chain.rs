//! Which of the found records make the chain, which stand behind it, and where two histories claim one place.

use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};

use queue_core::record::{GENESIS, Seq};

use super::pool::{Found, Hash, bytes_of};
use crate::sled::acked::Acked;

/// Places that records of two histories claim, each valid by itself: a tail that a crash left beside the one that
/// was written after it, or files of two folders in one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fork {
    /// The first and the last place.
    pub places: RangeInclusive<u64>,
    /// How many records of these places are left out; they are in the file of what was found.
    pub left_out: u64,
    /// What speaks for the ones that are taken.
    pub evidence: Evidence,
    /// Whether the last acknowledged record is one of those that are taken, here or behind.
    pub noted: bool,
    /// Whether those left out were told to people: one of them is the acknowledged record, or a backup has one.
    pub told: bool,
}

/// What speaks for one history against another, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// The store gives it, and not the other.
    Store,
    /// The note of the last acknowledged record is of it.
    Note,
    /// A backup has it.
    Backup,
    /// It goes further; nothing else is known.
    Length,
}

impl Fork {
    /// Whether those left out were told to nobody, as far as this folder and the backups know: a server that has
    /// acknowledged one history has not acknowledged the other.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.noted && !self.told
    }
}

/// The records of a stream, sorted out.
#[derive(Debug)]
pub(super) struct Chained {
    /// From the first one, without a gap.
    pub(super) chain: Vec<Found>,
    /// Behind the end of the chain, one for each place.
    pub(super) behind: Vec<Found>,
    pub(super) forks: Vec<Fork>,
    /// In whose places others were taken, by place.
    pub(super) left_out: Vec<Found>,
}

/// Sorts out `all`, which ascend by place. Where two records claim a place, the chain is that of the stronger
/// [`Evidence`].
pub(super) fn chained(all: &[Found], acked: Option<&Acked>) -> Chained {
    let acked = acked.and_then(|acked| Some((acked.seq, bytes_of(&acked.hash)?)));
    let reach = reaches(all, acked);
    let worth = |index: &usize| reach[*index].worth();
    let first = (0..all.len()).take_while(|index| all[*index].seq == Seq(1));
    let mut at = first.filter(|index| Some(all[*index].prev) == bytes_of(GENESIS)).max_by_key(worth);
    let mut taken = Vec::new();
    while let Some(index) = at {
        taken.push(index);
        at = reach[index].next;
    }
    if let Some(acked) = acked
        && let Some(here) = taken.get(place(acked.0)).map(|index| &all[*index])
        && here.hash != acked.1
        && !(here.from.store && all.iter().any(|found| (found.seq, found.hash) == acked))
    {
        // Another record was acknowledged in this place: from here on it is not what people were told.
        taken.truncate(place(acked.0));
    }
    let chain: Vec<Found> = taken.iter().map(|index| all[*index]).collect();
    let end = chain.last().map_or(Seq(0), |found| found.seq);
    let mut at = all.partition_point(|found| found.seq <= end);
    while let Some(found) = all.get(at) {
        let claims = at..at + all[at..].partition_point(|other| other.seq == found.seq);
        at = claims.end;
        let before = taken.last().map(|index| all[*index]);
        let follows = |index: &usize| before.is_some_and(|before| all[*index].follows(&before));
        let next = claims.clone().filter(follows).max_by_key(worth);
        taken.extend(next.or_else(|| claims.max_by_key(worth)));
    }
    let behind = taken[chain.len()..].iter().map(|index| all[*index]).collect();
    let (forks, left_out) = forks(all, &taken, &reach);
    Chained { chain, behind, forks, left_out }
}

/// What is known of a record and of the best of those that follow it.
#[derive(Clone, Copy, Debug, Default)]
struct Reach {
    /// The last one that the store gives.
    store: Option<Seq>,
    acked: bool,
    /// The last one that a backup has.
    backup: Option<Seq>,
    last: Seq,
    next: Option<usize>,
}

impl Reach {
    fn worth(&self) -> (Option<Seq>, bool, Option<Seq>, Seq) {
        (self.store, self.acked, self.backup, self.last)
    }

    /// What speaks for this one against `other`.
    fn evidence(&self, other: &Self) -> Evidence {
        if self.store.is_some() && other.store.is_none() {
            Evidence::Store
        } else if self.acked {
            Evidence::Note
        } else if self.backup.is_some() && other.backup.is_none() {
            Evidence::Backup
        } else {
            Evidence::Length
        }
    }
}

fn reaches(all: &[Found], acked: Option<(Seq, Hash)>) -> Vec<Reach> {
    let mut reach: Vec<Reach> = vec![Reach::default(); all.len()];
    let mut later: Range<usize> = all.len()..all.len();
    while later.start > 0 {
        let seq = all[later.start - 1].seq;
        let first = all[..later.start].partition_point(|found| found.seq < seq);
        for index in first..later.start {
            let found = &all[index];
            let follows = |next: &usize| all[*next].follows(found);
            let next = later.clone().filter(follows).max_by_key(|next| reach[*next].worth());
            let behind = next.map_or(Reach { last: seq, ..Reach::default() }, |next| reach[next]);
            reach[index] = Reach {
                store: behind.store.or(found.from.store.then_some(seq)),
                acked: behind.acked || acked == Some((seq, found.hash)),
                backup: behind.backup.or(found.from.backup.then_some(seq)),
                last: behind.last,
                next,
            };
        }
        later = first..later.start;
    }
    reach
}

/// The histories of which no record was taken, each from where it leaves the others; and their records.
fn forks(all: &[Found], taken: &[usize], reach: &[Reach]) -> (Vec<Fork>, Vec<Found>) {
    let by_place: BTreeMap<Seq, usize> = taken.iter().map(|index| (all[*index].seq, *index)).collect();
    let (mut forks, mut left_out): (Vec<Fork>, _) = (Vec::new(), Vec::new());
    let mut fork_of: BTreeMap<(Seq, Hash), usize> = BTreeMap::new();
    for (index, found) in all.iter().enumerate() {
        let Some(chosen) = by_place.get(&found.seq).filter(|chosen| **chosen != index) else { continue };
        let before = Seq(found.seq.0 - 1);
        let fork = fork_of.get(&(before, found.prev)).copied().unwrap_or_else(|| {
            forks.push(Fork {
                places: found.seq.0..=found.seq.0,
                left_out: 0,
                evidence: reach[*chosen].evidence(&reach[index]),
                noted: reach[*chosen].acked,
                told: false,
            });
            forks.len() - 1
        });
        forks[fork].told |= reach[index].acked || reach[index].backup.is_some();
        forks[fork].places = *forks[fork].places.start()..=found.seq.0;
        forks[fork].left_out += 1;
        fork_of.insert((found.seq, found.hash), fork);
        left_out.push(*found);
    }
    (forks, left_out)
}

/// The index of `seq` in a chain.
fn place(seq: Seq) -> usize {
    usize::try_from(seq.0.wrapping_sub(1)).unwrap_or(usize::MAX)
}
