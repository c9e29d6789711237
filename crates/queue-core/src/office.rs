//! The state of an office: its day, tickets, counters, lines and series. Changed only by [`crate::apply`].

use std::collections::{BTreeMap, VecDeque};

use crate::counter::{Counter, CounterState};
use crate::ids::{ClassId, CounterId, ServiceId, TicketId};
use crate::keys::Keys;
use crate::layout::{Layout, Rate};
use crate::lines::Lines;
use crate::number::Number;
use crate::record::{About, GENESIS, Seq};
use crate::series::Series;
use crate::text::Text;
use crate::ticket::{State, Ticket};
use crate::time::{At, DayPlan};
use crate::views::tally::Tally;

/// Most tickets of one business day, those carried over among them: the record that closes the day names each that is
/// expired, and has to fit the longest line of a journal.
pub const TICKETS_MAX: u64 = 200_000;
/// Most calls on a board.
pub const RECENT_CALLS_MAX: usize = 12;

/// An office. Two offices brought up from the same records are equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Office {
    /// Services, counters, classes, hours.
    pub layout: Layout,
    /// The business day; `None` before the first.
    pub plan: Option<DayPlan>,
    /// Whether that day was closed.
    pub closed: bool,
    /// The alarm, while it is on.
    pub alarm: Option<Alarm>,
    /// The tickets of this business day ([`is_of_today`](Self::is_of_today)) and those of the last one, all over.
    pub tickets: BTreeMap<TicketId, Ticket>,
    /// The numbers of this day, those carried over among them.
    pub numbers: BTreeMap<Number, TicketId>,
    /// Every counter of the layout.
    pub counters: BTreeMap<CounterId, Counter>,
    /// Where each service's numbers stand today.
    pub series: BTreeMap<ServiceId, Series>,
    /// Who waits.
    pub lines: Lines,
    /// Tickets called last, newest first.
    pub recent: VecDeque<TicketId>,
    /// Figures of the day.
    pub tally: Tally,
    /// Tickets of the day by state.
    pub counts: Counts,
    /// The order of the next issue.
    pub next_order: u64,
    /// Idempotency keys.
    pub keys: Keys<Answer>,
    /// The last record absorbed.
    pub seq: Seq,
    /// Its hash.
    pub head: String,
    /// The latest instant seen; time in an office only moves forward.
    pub clock: At,
}

/// An alarm that stops numbers and calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// Since when.
    pub at: At,
    /// Why.
    pub reason: Text,
}

/// The answer to a command, as it was right after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A ticket.
    Ticket(Box<Ticket>),
    /// A counter and the ticket it held.
    Counter {
        /// The counter.
        counter: Box<Counter>,
        /// Its ticket.
        ticket: Option<Box<Ticket>>,
    },
    /// The office: done.
    Office,
}

/// Tickets of the day by state. Invariant: they add up to `total`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Issued today or carried over.
    pub total: u64,
    /// In line.
    pub waiting: u64,
    /// Called or serving.
    pub held: u64,
    /// Set aside.
    pub parked: u64,
    /// Finished, absent, cancelled or expired.
    pub over: u64,
}

impl Office {
    /// An office before its first day.
    #[must_use]
    pub fn founding(layout: Layout) -> Self {
        let counters = layout.counters.iter().map(|c| (c.id, Counter::closed(c.id, At(0)))).collect();
        Self {
            layout,
            plan: None,
            closed: true,
            alarm: None,
            tickets: BTreeMap::new(),
            numbers: BTreeMap::new(),
            counters,
            series: BTreeMap::new(),
            lines: Lines::default(),
            recent: VecDeque::new(),
            tally: Tally::default(),
            counts: Counts::default(),
            next_order: 1,
            keys: Keys::default(),
            seq: Seq(0),
            head: GENESIS.to_owned(),
            clock: At(0),
        }
    }

    /// The rate at which credit grows in `class`; the default class's for one that is gone.
    #[must_use]
    pub fn rate(&self, class: &ClassId) -> Rate {
        self.layout.class(class).unwrap_or(self.layout.default_class()).credit_per_minute
    }

    /// Whether the ticket belongs to this business day: issued on it, or carried over into it.
    #[must_use]
    pub fn is_of_today(&self, ticket: &Ticket) -> bool {
        self.numbers.get(&ticket.number) == Some(&ticket.id)
    }

    /// The number of a ticket.
    #[must_use]
    pub fn number(&self, ticket: TicketId) -> Option<Number> {
        self.tickets.get(&ticket).map(|ticket| ticket.number)
    }

    /// Whether nobody sits at the counter.
    #[must_use]
    pub fn is_shut(&self, counter: CounterId) -> bool {
        self.counters.get(&counter).is_none_or(|counter| counter.state == CounterState::Closed)
    }

    /// The ticket that a counter holds.
    #[must_use]
    pub fn held(&self, counter: &Counter) -> Option<&Ticket> {
        counter.ticket.and_then(|ticket| self.tickets.get(&ticket))
    }

    /// When the next business day begins, or `None` before the first day.
    #[must_use]
    pub fn next_deadline(&self) -> Option<At> {
        self.plan.as_ref().map(|plan| plan.ends_at)
    }

    /// What the answer about `about` shows at this moment.
    #[must_use]
    pub fn answer(&self, about: About) -> Answer {
        match about {
            About::Ticket(id) => self
                .tickets
                .get(&id)
                .map_or(Answer::Office, |ticket| Answer::Ticket(Box::new(ticket.clone()))),
            About::Counter(id) => self.counters.get(&id).map_or(Answer::Office, |counter| Answer::Counter {
                counter: Box::new(counter.clone()),
                ticket: self.held(counter).cloned().map(Box::new),
            }),
            About::Office => Answer::Office,
        }
    }

    /// Changes a ticket of this day and keeps lines, counters and counts right: the one way to move a ticket.
    ///
    /// # Panics
    /// When the change breaks an invariant, such as a second ticket at one counter: a bug or a broken journal.
    pub(crate) fn change(&mut self, id: TicketId, change: impl FnOnce(&mut Ticket)) {
        let ticket = self.tickets.get_mut(&id).expect("an event names a ticket of the office");
        *self.counts.slot(&ticket.state) -= 1;
        if ticket.state == State::Waiting {
            self.lines.remove(ticket);
        }
        if let Some(counter) = ticket.holder() {
            let counter = self.counters.get_mut(&counter).expect("a holder is a counter of the office");
            assert_eq!(counter.ticket.take(), Some(id), "a counter holds the ticket that names it");
        }
        let left = ticket.holder();
        change(ticket);
        *self.counts.slot(&ticket.state) += 1;
        if ticket.state == State::Waiting {
            self.lines.insert(ticket);
        }
        if let Some(counter) = ticket.holder() {
            let counter = self.counters.get_mut(&counter).expect("a holder is a counter of the office");
            assert!(counter.ticket.replace(id).is_none(), "a counter holds at most one ticket");
        }
        if let Some(counter) = left.filter(|left| ticket.holder() != Some(*left)) {
            self.counters.get_mut(&counter).expect("a holder is a counter of the office").why = None;
        }
        self.counts.check();
    }

    /// Takes a ticket in, issued or carried over.
    pub(crate) fn admit(&mut self, ticket: Ticket) {
        self.counts.total += 1;
        *self.counts.slot(&ticket.state) += 1;
        if ticket.state == State::Waiting {
            self.lines.insert(&ticket);
        }
        let held = self.numbers.insert(ticket.number, ticket.id);
        assert!(held.is_none(), "number {} stands for one ticket", ticket.number);
        let known = self.tickets.insert(ticket.id, ticket);
        assert!(known.is_none(), "an id stands for one ticket");
        self.counts.check();
    }
}

impl Counts {
    fn slot(&mut self, state: &State) -> &mut u64 {
        match state {
            State::Waiting => &mut self.waiting,
            State::Called { .. } | State::Serving { .. } => &mut self.held,
            State::Parked { .. } => &mut self.parked,
            State::Finished { .. }
            | State::Absent { .. }
            | State::Cancelled { .. }
            | State::Expired { .. } => &mut self.over,
        }
    }

    /// Invariant: issued = waiting + held + parked + over. Kept in release: a journal that breaks it stops us.
    fn check(self) {
        assert_eq!(
            self.total,
            self.waiting + self.held + self.parked + self.over,
            "every ticket is somewhere"
        );
    }
}
