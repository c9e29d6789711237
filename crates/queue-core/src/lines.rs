//! Who waits: one first-come-first-served line for each service, class and (after a transfer) counter.
//!
//! Within a line all credits grow at one rate, so the head is always the one with the most. Only heads are ever
//! compared ([`crate::policy`]); nothing that depends on time is kept in order here.

use std::collections::{BTreeMap, VecDeque};

use crate::ids::{ClassId, CounterId, ServiceId, TicketId};
use crate::ticket::Ticket;
use crate::time::At;

/// Which line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineKey {
    /// What is waited for.
    pub service: ServiceId,
    /// How fast credit grows.
    pub class: ClassId,
    /// The one counter that may call it, if any.
    pub only: Option<CounterId>,
}

/// A place in a line. Lines are sorted by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// When the number was taken.
    pub since: At,
    /// The order of issue.
    pub order: u64,
    /// Who stands there.
    pub ticket: TicketId,
}

/// All lines of an office. Invariant: no line is empty, each is sorted, each ticket stands once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    lines: BTreeMap<LineKey, VecDeque<Place>>,
    waiting: u64,
}

impl LineKey {
    /// The line in which `ticket` waits.
    #[must_use]
    pub fn of(ticket: &Ticket) -> Self {
        Self { service: ticket.service.clone(), class: ticket.class.clone(), only: ticket.only }
    }
}

impl Place {
    /// The place of `ticket` in its line.
    #[must_use]
    pub fn of(ticket: &Ticket) -> Self {
        Self { since: ticket.issued_at, order: ticket.order, ticket: ticket.id }
    }
}

impl Lines {
    /// All lines with somebody in them.
    pub fn iter(&self) -> impl Iterator<Item = (&LineKey, &VecDeque<Place>)> {
        self.lines.iter()
    }

    /// How many wait in the office.
    #[must_use]
    pub fn waiting(&self) -> u64 {
        self.waiting
    }

    /// How many wait for `service`, in all classes.
    #[must_use]
    pub fn waiting_for(&self, service: &ServiceId) -> u64 {
        self.lines.iter().filter(|(key, _)| key.service == *service).map(|(_, line)| line.len() as u64).sum()
    }

    /// Puts `ticket` at its place.
    ///
    /// # Panics
    /// When it stands there already: a bug.
    pub fn insert(&mut self, ticket: &Ticket) {
        let place = Place::of(ticket);
        let line = self.lines.entry(LineKey::of(ticket)).or_default();
        let index = line.partition_point(|other| *other < place);
        assert!(line.get(index) != Some(&place), "ticket {} stands in line already", ticket.number);
        line.insert(index, place);
        self.waiting += 1;
    }

    /// Takes `ticket` out of its line.
    ///
    /// # Panics
    /// When it does not stand there: a bug.
    pub fn remove(&mut self, ticket: &Ticket) {
        let (key, place) = (LineKey::of(ticket), Place::of(ticket));
        let line = self.lines.get_mut(&key).expect("a waiting ticket has a line");
        let index = line.binary_search(&place).expect("a waiting ticket stands in its line");
        line.remove(index);
        if line.is_empty() {
            self.lines.remove(&key);
        }
        self.waiting -= 1;
    }
}
