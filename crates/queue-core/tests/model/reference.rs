//! The hall in the plainest way: a list of slips in the order of issue, sorted by credit at each call.
//!
//! Nothing is shared with the machine but the words of the commands and the layout; nothing is kept that can be
//! counted. `acts.rs` and `papers.rs` decide and do what is asked in one go.

mod acts;
mod papers;

use std::collections::{BTreeMap, BTreeSet};

use queue_core::ids::{ClassId, ServiceId, TicketId};
use queue_core::layout::Layout;

/// The hall.
pub(crate) struct Reference {
    pub(crate) layout: Layout,
    /// The slips of this day in the order of issue, older ones that were carried over first.
    pub(crate) slips: Vec<Slip>,
    /// The slips of the day before, all over.
    pub(crate) old: Vec<Slip>,
    pub(crate) sitting: BTreeMap<u32, Sitting>,
    pub(crate) day: u8,
    pub(crate) closed: bool,
    pub(crate) alarm: bool,
    pub(crate) clock: i64,
    pub(crate) figures: Figures,
    /// Every number ever given, with its day and service.
    given: BTreeSet<(u8, ServiceId, u32)>,
}

/// A number on paper.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Slip {
    pub(crate) id: TicketId,
    pub(crate) number: String,
    pub(crate) service: ServiceId,
    pub(crate) then: Vec<ServiceId>,
    pub(crate) class: ClassId,
    pub(crate) asked: Option<ClassId>,
    pub(crate) only: Option<u32>,
    pub(crate) ready: bool,
    pub(crate) reinstated: bool,
    pub(crate) rated: bool,
    pub(crate) issued: i64,
    pub(crate) called_at: i64,
    pub(crate) last_counter: Option<u32>,
    pub(crate) spot: Spot,
}

/// Where its holder is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Spot {
    Line,
    Called(u32, u32),
    Served(u32),
    Parked(u32),
    Finished(u32),
    Absent(u32),
    Cancelled,
    Expired,
}

/// Who sits at a counter.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sitting {
    pub(crate) clerk: String,
    pub(crate) paused: bool,
}

/// What was counted on this day.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Figures {
    pub(crate) issued: u64,
    pub(crate) called: u64,
    pub(crate) served: u64,
    pub(crate) absent: u64,
    pub(crate) cancelled: u64,
    pub(crate) expired: u64,
    pub(crate) rated: u64,
}

impl Reference {
    /// The hall at the beginning of its first day.
    pub(crate) fn new(layout: Layout, clock: i64) -> Self {
        Self {
            layout,
            slips: Vec::new(),
            old: Vec::new(),
            sitting: BTreeMap::new(),
            day: 0,
            closed: false,
            alarm: false,
            clock,
            figures: Figures::default(),
            given: BTreeSet::new(),
        }
    }

    /// The index of the slip that `counter` would call, of those it may: its own services first.
    pub(crate) fn choice(&self, counter: u32) -> Option<usize> {
        let mut able: Vec<(bool, usize)> = Vec::new();
        for (index, slip) in self.slips.iter().enumerate().filter(|(_, slip)| slip.spot == Spot::Line) {
            if let Some(own) = self.may_call(counter, slip) {
                able.push((own, index));
            }
        }
        let own_only = able.iter().any(|(own, _)| *own);
        let mut able: Vec<usize> =
            able.into_iter().filter(|(own, _)| *own == own_only).map(|(_, index)| index).collect();
        able.sort_by_key(|index| (std::cmp::Reverse(self.credit(&self.slips[*index])), *index));
        able.first().copied()
    }

    /// How many stand before the slip with this index.
    pub(crate) fn ahead(&self, index: usize) -> u64 {
        let slip = &self.slips[index];
        let mine = (std::cmp::Reverse(self.credit(slip)), index);
        let rivals = self.slips.iter().enumerate().filter(|(other, rival)| {
            *other != index
                && rival.spot == Spot::Line
                && rival.service == slip.service
                && match self.awaited(slip) {
                    Some(counter) => self.may_call(counter, rival) == Some(true),
                    None => self.awaited(rival).is_none(),
                }
        });
        rivals.filter(|(other, rival)| (std::cmp::Reverse(self.credit(rival)), *other) < mine).count() as u64
    }

    /// Whether the counter may call the slip: `Some(true)` as its own, `Some(false)` as a backup.
    pub(crate) fn may_call(&self, counter: u32, slip: &Slip) -> Option<bool> {
        let place = self.layout.counters.iter().find(|place| place.id.0 == counter)?;
        if slip.only == Some(counter) {
            return Some(true);
        }
        if self.awaited(slip).is_some() {
            return None;
        }
        if place.services.contains(&slip.service) {
            return Some(true);
        }
        place.backup_services.contains(&slip.service).then_some(false)
    }

    /// The slip that is at the counter.
    pub(crate) fn at(&self, counter: u32) -> Option<usize> {
        let here = |slip: &Slip| match slip.spot {
            Spot::Called(at, _) | Spot::Served(at) => at == counter,
            Spot::Line
            | Spot::Parked(_)
            | Spot::Finished(_)
            | Spot::Absent(_)
            | Spot::Cancelled
            | Spot::Expired => false,
        };
        self.slips.iter().position(here)
    }

    fn awaited(&self, slip: &Slip) -> Option<u32> {
        slip.only.filter(|counter| self.sitting.contains_key(counter))
    }

    fn credit(&self, slip: &Slip) -> u128 {
        let class = self.layout.classes.iter().find(|class| class.id == slip.class).expect("a known class");
        let waited = u128::try_from(self.clock - slip.issued).expect("nobody waits a negative time");
        u128::from(class.credit_per_minute.0) * waited
    }
}

impl Slip {
    /// Where the holder is, in the words of the hall.
    pub(crate) fn stands(&self) -> String {
        match self.spot {
            Spot::Line if self.ready => "waiting for its result".to_owned(),
            Spot::Line => "waiting".to_owned(),
            Spot::Called(counter, 0) => format!("called to {counter}"),
            Spot::Called(counter, recall) => format!("called to {counter}, again {recall}"),
            Spot::Served(counter) => format!("served at {counter}"),
            Spot::Parked(counter) => format!("parked by {counter}"),
            Spot::Finished(counter) => format!("finished at {counter}"),
            Spot::Absent(counter) => format!("absent at {counter}"),
            Spot::Cancelled => "cancelled".to_owned(),
            Spot::Expired => "expired".to_owned(),
        }
    }

    fn is_over(&self) -> bool {
        matches!(self.spot, Spot::Finished(_) | Spot::Absent(_) | Spot::Cancelled | Spot::Expired)
    }

    fn is_carried(&self) -> bool {
        matches!(self.spot, Spot::Parked(_))
            || (self.ready && matches!(self.spot, Spot::Line | Spot::Called(..)))
    }
}
