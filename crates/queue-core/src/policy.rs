//! Which ticket is next at a counter, and why: accumulating priority.
//!
//! Credit = rate of the class x time waited since the number was taken; the highest credit goes first, ties by
//! order of issue (Kleinrock, *A delay dependent queue discipline*, 1964; Stanford, Taylor and Ziedins,
//! *Waiting time distributions in the accumulating priority queue*, Queueing Systems 77, 2014).
//! Backup services are looked at only when nobody waits for the counter's own. Credits are compared exactly,
//! as integers: (millionths of credit a minute) x milliseconds.

use serde::{Deserialize, Serialize};

use crate::ids::{CounterId, TicketId};
use crate::layout::{CounterPlace, Rate};
use crate::lines::{LineKey, Place};
use crate::number::Number;
use crate::office::Office;
use crate::planted::{self, Bug};
use crate::text::Text;
use crate::ticket::Ticket;
use crate::time::{At, Millis};

/// Why a ticket was called; it stands in the record, so that the choice is explained for ever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum Why {
    /// It had the most credit.
    Turn {
        /// Among the counter's own services, or its backups.
        among: Among,
        /// Millionths of credit.
        credit: u64,
        /// Milliseconds since the number was taken.
        waited: Millis,
        /// Who would have been next.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        runner_up: Option<Number>,
    },
    /// Staff chose it out of order.
    Chosen {
        /// The reason they gave.
        reason: Text,
    },
    /// A parked ticket, taken up again.
    TakenUp,
}

/// Which of a counter's services were looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Among {
    /// Its own.
    Own,
    /// Its backups: nobody waits for its own.
    Backup,
}

/// The ticket that is next, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Who.
    pub ticket: TicketId,
    /// Why.
    pub why: Why,
}

/// Credit in millionths x 60,000: exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Credit(pub u128);

impl Credit {
    /// The credit of a ticket taken at `since`, at `at`.
    #[must_use]
    pub fn of(rate: Rate, since: At, at: At) -> Self {
        Self(u128::from(rate.0) * u128::from(at.since(since).0))
    }

    /// In millionths of credit, rounded down.
    #[must_use]
    pub fn millionths(self) -> u64 {
        u64::try_from(self.0 / 60_000).unwrap_or(u64::MAX)
    }
}

/// A head of a line that a counter may call.
#[derive(Clone, Copy)]
struct Head {
    among: Among,
    credit: Credit,
    place: Place,
}

/// The best head seen so far, and the one behind it.
#[derive(Default)]
struct Ahead {
    best: Option<Head>,
    next: Option<Head>,
}

impl Ahead {
    /// Sees one more; whether it is the best now.
    fn takes(&mut self, head: Head) -> bool {
        if self.best.as_ref().is_none_or(|best| head.before(best)) {
            self.next = self.best.replace(head);
            return true;
        }
        if self.next.as_ref().is_none_or(|next| head.before(next)) {
            self.next = Some(head);
        }
        false
    }
}

impl Head {
    fn new(among: Among, rate: Rate, place: Place, at: At) -> Self {
        let mut credit = Credit::of(rate, place.since, at);
        if planted::is(Bug::PriorityUnbounded) {
            credit.0 += u128::from(rate.0) << 40;
        }
        Self { among, credit, place }
    }

    /// Whether this one goes before `other`: own services first, then credit, then order of issue.
    fn before(&self, other: &Self) -> bool {
        (self.among, std::cmp::Reverse(self.credit), self.place.order)
            < (other.among, std::cmp::Reverse(other.credit), other.place.order)
    }
}

/// The ticket that `counter` is to call at `at`; `joining` stands in line too, by the act being decided.
///
/// Work is conserved: while somebody waits whom the counter may call, somebody is called.
#[must_use]
pub fn choose(office: &Office, counter: CounterId, at: At, joining: Option<&Ticket>) -> Option<Choice> {
    let place = office.layout.counter(counter)?;
    let mut ahead = Ahead::default();
    for (key, line) in office.lines.iter() {
        let Some(among) = may_call(office, place, key) else { continue };
        let rate = office.rate(&key.class);
        let mut heads = line.iter().map(|stand| Head::new(among, rate, *stand, at));
        // Whoever stands second is the runner-up only behind the best.
        if heads.next().is_some_and(|head| ahead.takes(head))
            && let Some(second) = heads.next()
        {
            ahead.takes(second);
        }
    }
    if let Some(ticket) = joining
        && let Some(among) = may_call(office, place, &LineKey::of(ticket))
    {
        ahead.takes(Head::new(among, office.rate(&ticket.class), Place::of(ticket), at));
    }
    let Ahead { mut best, mut next } = ahead;
    let close = |one: &Head, other: &Head| {
        one.among == other.among && one.place.since.since(other.place.since).0 < 200
    };
    if planted::is(Bug::SecondInLineCalled)
        && let (Some(first), Some(second)) = (&best, &next)
        && close(second, first)
    {
        std::mem::swap(&mut best, &mut next);
    }
    let best = best?;
    let runner_up = next.filter(|n| n.among == best.among).and_then(|n| office.number(n.place.ticket));
    let (waited, credit) = (at.since(best.place.since), best.credit.millionths());
    let why = Why::Turn { among: best.among, credit, waited, runner_up };
    Some(Choice { ticket: best.place.ticket, why })
}

/// Whether the counter may call from this line, and as what.
///
/// A ticket sent to one counter waits for that one; while it is closed, any counter of the service may call.
#[must_use]
pub fn may_call(office: &Office, place: &CounterPlace, key: &LineKey) -> Option<Among> {
    if key.only == Some(place.id) {
        return Some(Among::Own);
    }
    if awaited(office, key.only).is_some() {
        return None;
    }
    if place.services.contains(&key.service) {
        Some(Among::Own)
    } else if place.backup_services.contains(&key.service) {
        Some(Among::Backup)
    } else {
        None
    }
}

/// How many waiting tickets, of any class, the rule would call before `ticket` for its service at `at`.
///
/// For a ticket that waits for one counter: whom that counter would call before it.
#[must_use]
pub fn ahead(office: &Office, ticket: &Ticket, at: At) -> u64 {
    let credit = Credit::of(office.rate(&ticket.class), ticket.issued_at, at);
    let mut count = 0;
    let only = awaited(office, ticket.only).and_then(|id| office.layout.counter(id));
    for (key, line) in office.lines.iter().filter(|(key, _)| key.service == ticket.service) {
        let rivals = match only {
            Some(place) => may_call(office, place, key) == Some(Among::Own),
            None => awaited(office, key.only).is_none(),
        };
        if !rivals {
            continue;
        }
        let rate = office.rate(&key.class);
        count += line.partition_point(|place| {
            let other = Credit::of(rate, place.since, at);
            other > credit || (other == credit && place.order < ticket.order)
        });
    }
    count as u64
}

/// The one counter that is waited for, while somebody sits there.
fn awaited(office: &Office, only: Option<CounterId>) -> Option<CounterId> {
    only.filter(|id| !office.is_shut(*id))
}

/// How many wait whom `counter` may call, as its own or as a backup.
#[must_use]
pub fn waiting_for_counter(office: &Office, place: &CounterPlace) -> u64 {
    let lines = office.lines.iter().filter(|(key, _)| may_call(office, place, key).is_some());
    lines.map(|(_, line)| line.len() as u64).sum()
}
