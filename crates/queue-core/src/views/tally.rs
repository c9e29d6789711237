//! The running figures of a business day, kept while events are applied and written down when it closes.
//!
//! Durations are kept as exact counts a second, so that days add up to months without error.

use serde::{Deserialize, Serialize};

use crate::ids::{ClassId, CounterId, ServiceId};
use crate::ticket::{State, Ticket};
use crate::time::{At, DayPlan, Millis};

/// The figures of a day: the whole, and by service, class, counter and hour.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// The whole.
    pub total: Figures,
    /// By service.
    pub by_service: Table<ServiceId>,
    /// By class.
    pub by_class: Table<ClassId>,
    /// By counter; numbers are not taken there, so `issued` stays 0.
    pub by_counter: Table<CounterId>,
    /// By hour since the day's start.
    pub by_hour: Table<u32>,
}

/// The figures of one group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Numbers taken.
    pub issued: u64,
    /// Calls of a ticket to a counter.
    pub called: u64,
    /// Visits finished.
    pub served: u64,
    /// Marked absent.
    pub absent: u64,
    /// Given back or released.
    pub cancelled: u64,
    /// Not served when the day closed.
    pub expired: u64,
    /// From the number taken to its first call.
    pub wait: Histogram,
    /// From the start at the counter to its end.
    pub service: Histogram,
    /// Ratings 1 to 5.
    pub ratings: [u64; 5],
}

/// Counts by whole seconds, in rising order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Histogram(pub Vec<(u32, u32)>);

/// Figures by key, sorted by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Table<K>(pub Vec<(K, Figures)>);

impl<K> Default for Table<K> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Ord + Clone> Table<K> {
    /// The figures under `key`, zero at first.
    pub fn of(&mut self, key: &K) -> &mut Figures {
        let index = match self.0.binary_search_by(|(known, _)| known.cmp(key)) {
            Ok(index) => index,
            Err(index) => {
                self.0.insert(index, (key.clone(), Figures::default()));
                index
            }
        };
        &mut self.0[index].1
    }

    /// The figures under `key`, if any.
    #[must_use]
    pub fn find(&self, key: &K) -> Option<&Figures> {
        self.0.iter().find(|(known, _)| known == key).map(|(_, figures)| figures)
    }
}

impl Histogram {
    /// Counts a duration, in whole seconds rounded down.
    pub fn count(&mut self, length: Millis) {
        self.add(u32::try_from(length.secs()).unwrap_or(u32::MAX), 1);
    }

    /// How many durations, and their sum in seconds.
    #[must_use]
    pub fn total(&self) -> (u64, u64) {
        self.0.iter().fold((0, 0), |(count, sum), (seconds, times)| {
            (count + u64::from(*times), sum + u64::from(*seconds) * u64::from(*times))
        })
    }

    /// Adds `times` durations of `seconds`.
    pub fn add(&mut self, seconds: u32, times: u32) {
        match self.0.binary_search_by_key(&seconds, |(known, _)| *known) {
            Ok(index) => self.0[index].1 += times,
            Err(index) => self.0.insert(index, (seconds, times)),
        }
    }
}

impl Figures {
    /// Adds another group's figures.
    pub fn merge(&mut self, other: &Self) {
        self.issued += other.issued;
        self.called += other.called;
        self.served += other.served;
        self.absent += other.absent;
        self.cancelled += other.cancelled;
        self.expired += other.expired;
        for (seconds, times) in &other.wait.0 {
            self.wait.add(*seconds, *times);
        }
        for (seconds, times) in &other.service.0 {
            self.service.add(*seconds, *times);
        }
        for (mine, theirs) in self.ratings.iter_mut().zip(other.ratings) {
            *mine += theirs;
        }
    }
}

impl Tally {
    /// A number was taken.
    pub fn issued(&mut self, ticket: &Ticket, plan: Option<&DayPlan>) {
        self.each(ticket, None, ticket.issued_at, plan, |figures| figures.issued += 1);
    }

    /// A ticket was called to `counter`; its wait counts with the first call.
    pub fn called(&mut self, ticket: &Ticket, counter: CounterId, at: At, plan: Option<&DayPlan>) {
        let wait = ticket.last_call.is_none().then(|| at.since(ticket.issued_at));
        self.each(ticket, Some(counter), at, plan, |figures| {
            figures.called += 1;
            if let Some(wait) = wait {
                figures.wait.count(wait);
            }
        });
    }

    /// A visit, or its part at one counter, came to an end at `at`.
    pub fn stopped(&mut self, ticket: &Ticket, at: At, plan: Option<&DayPlan>) {
        if let State::Serving { counter, at: started, .. } = ticket.state {
            self.each(ticket, Some(counter), at, plan, |figures| figures.service.count(at.since(started)));
        }
    }

    /// A visit was finished at `at`.
    pub fn finished(&mut self, ticket: &Ticket, at: At, plan: Option<&DayPlan>) {
        let length = if let State::Serving { at: started, .. } = ticket.state {
            Some(at.since(started))
        } else {
            None
        };
        self.each(ticket, ticket.holder(), at, plan, |figures| {
            figures.served += 1;
            if let Some(length) = length {
                figures.service.count(length);
            }
        });
    }

    /// A ticket was marked absent.
    pub fn absent(&mut self, ticket: &Ticket, at: At, plan: Option<&DayPlan>) {
        self.each(ticket, ticket.holder(), at, plan, |figures| figures.absent += 1);
    }

    /// An absent ticket was taken back: it does not count as absent.
    pub fn reinstated(&mut self, ticket: &Ticket, plan: Option<&DayPlan>) {
        if let State::Absent { counter, at } = ticket.state {
            self.each(ticket, Some(counter), at, plan, |figures| {
                figures.absent = figures.absent.saturating_sub(1)
            });
        }
    }

    /// A ticket was given back or released.
    pub fn cancelled(&mut self, ticket: &Ticket, at: At, plan: Option<&DayPlan>) {
        self.each(ticket, None, at, plan, |figures| figures.cancelled += 1);
    }

    /// A ticket was not served when the day closed.
    pub fn expired(&mut self, ticket: &Ticket, plan: Option<&DayPlan>) {
        self.each(ticket, None, ticket.issued_at, plan, |figures| figures.expired += 1);
    }

    /// The closing that expired a ticket was taken back.
    pub fn unexpired(&mut self, ticket: &Ticket, plan: Option<&DayPlan>) {
        self.each(ticket, None, ticket.issued_at, plan, |figures| {
            figures.expired = figures.expired.saturating_sub(1);
        });
    }

    /// A visit was rated.
    pub fn rated(&mut self, ticket: &Ticket, counter: CounterId, score: u8, at: At, plan: Option<&DayPlan>) {
        let index = usize::from(score.clamp(1, 5) - 1);
        self.each(ticket, Some(counter), at, plan, |figures| figures.ratings[index] += 1);
    }

    fn each(
        &mut self,
        ticket: &Ticket,
        counter: Option<CounterId>,
        at: At,
        plan: Option<&DayPlan>,
        mut count: impl FnMut(&mut Figures),
    ) {
        count(&mut self.total);
        count(self.by_service.of(&ticket.service));
        count(self.by_class.of(&ticket.class));
        if let Some(counter) = counter {
            count(self.by_counter.of(&counter));
        }
        if let Some(plan) = plan {
            let hour = at.since(plan.starts_at).secs() / 3600;
            count(self.by_hour.of(&u32::try_from(hour).unwrap_or(u32::MAX)));
        }
    }
}
