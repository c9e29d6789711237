//! What a hall is to those who stand in it: one line for each service and class, one person at a counter.
//!
//! Written from the rules that the documents tell, without the core: it does one thing at a time and keeps no journal.

use std::collections::BTreeMap;

use super::check::Model;

/// Services by index, and with them the letters A, B, C.
pub(crate) const SERVICES: [&str; 3] = ["a", "b", "c"];
/// Counters are numbered from 1.
pub(crate) const COUNTERS: u8 = 6;

/// A number: service and value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Number(pub u8, pub u32);

/// Where a transferred ticket goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Service(u8),
    Counter(u8),
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Issue {
        service: u8,
        class: u8,
    },
    Cancel(Number),
    ReadTicket(Number),
    ReadCounter(u8),
    /// At a counter, by a clerk.
    At {
        counter: u8,
        clerk: u8,
        deed: Deed,
    },
}

/// What a clerk does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    Open,
    Close,
    Call,
    Recall,
    Start,
    Finish,
    Absent,
    Return,
    Transfer(Target),
}

/// Where a ticket stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Stand {
    Waiting,
    Called(u8),
    Serving(u8),
    Finished,
    Absent,
    Cancelled,
}

/// What is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Ticket(Number, Stand),
    Counter { clerk: Option<u8>, held: Option<(Number, Stand)> },
    Refused(String),
}

/// An act, what was seen of it, and the office's instant of a call.
#[derive(Clone, Debug)]
pub(crate) struct Op {
    pub(crate) act: Act,
    /// `None`: the answer was lost.
    pub(crate) answer: Option<Answer>,
    pub(crate) called_at: Option<i64>,
}

/// The rules.
pub(crate) struct Rules {
    /// Own and backup services of each counter.
    pub(crate) counters: Vec<(Vec<u8>, Vec<u8>)>,
    /// Credit a minute of each class.
    pub(crate) rates: Vec<i64>,
    /// When numbers were taken, in milliseconds, as far as anybody was told.
    pub(crate) issued_at: BTreeMap<Number, i64>,
}

/// A ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Ticket {
    number: Number,
    service: u8,
    class: u8,
    only: Option<u8>,
    stand: Stand,
}

/// Everything in the hall. Tickets stand in the order of issue.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Hall {
    tickets: Vec<Ticket>,
    next: [u32; SERVICES.len()],
    /// The latest instant that anybody was told: time in an office only moves forward.
    clock: i64,
    /// Who sits there.
    clerks: [Option<u8>; COUNTERS as usize],
}

type Results = Vec<(Hall, Answer)>;

impl Model for Rules {
    type State = Hall;
    type Op = Op;

    fn start(&self) -> Hall {
        Hall { tickets: Vec::new(), next: [1; SERVICES.len()], clock: 0, clerks: [None; COUNTERS as usize] }
    }

    fn step(&self, hall: &Hall, op: &Op) -> Vec<Hall> {
        let fits = |answer: &Answer| match &op.answer {
            Some(seen) => seen == answer,
            None => !matches!(answer, Answer::Refused(_)),
        };
        let results = self.results(hall, op.act, op.called_at);
        results.into_iter().filter(|(_, answer)| fits(answer)).map(|(after, _)| after).collect()
    }
}

impl Rules {
    /// What the act may lead to; more than one only where times of issue are not known.
    pub(crate) fn results(&self, hall: &Hall, act: Act, called_at: Option<i64>) -> Results {
        match act {
            Act::Issue { service, class } => {
                let mut after = hall.clone();
                let number = Number(service, hall.next[usize::from(service)]);
                after.next[usize::from(service)] += 1;
                let stand = Stand::Waiting;
                if !after.moves_to(self.issued_at.get(&number).copied()) {
                    return Vec::new();
                }
                after.tickets.push(Ticket { number, service, class, only: None, stand });
                vec![(after, Answer::Ticket(number, stand))]
            }
            Act::Cancel(number) => match hall.stand(number) {
                None => no(hall, "unknown-ticket"),
                Some(Stand::Waiting | Stand::Called(_)) => {
                    let mut after = hall.clone();
                    after.set(number, Stand::Cancelled);
                    vec![(after, Answer::Ticket(number, Stand::Cancelled))]
                }
                Some(Stand::Serving(_) | Stand::Finished | Stand::Absent | Stand::Cancelled) => {
                    no(hall, "not-cancellable")
                }
            },
            Act::ReadTicket(number) => match hall.stand(number) {
                None => no(hall, "unknown-ticket"),
                Some(stand) => vec![(hall.clone(), Answer::Ticket(number, stand))],
            },
            Act::ReadCounter(counter) => vec![(hall.clone(), hall.sight(counter))],
            Act::At { counter, clerk, deed } => self.deed(hall, counter, clerk, deed, called_at),
        }
    }

    fn deed(&self, hall: &Hall, counter: u8, clerk: u8, deed: Deed, called_at: Option<i64>) -> Results {
        let sits = hall.clerks[usize::from(counter - 1)];
        let held = hall.held(counter);
        if deed == Deed::Open {
            return match sits {
                Some(other) if other != clerk => no(hall, "counter-taken"),
                None if hall.clerks.contains(&Some(clerk)) => no(hall, "at-another-counter"),
                Some(_) | None => {
                    hall.with(counter, |after| after.clerks[usize::from(counter - 1)] = Some(clerk))
                }
            };
        }
        match sits {
            None => return no(hall, "counter-closed"),
            Some(other) if other != clerk => return no(hall, "counter-taken"),
            Some(_) => {}
        }
        match (deed, held) {
            (Deed::Close, Some(_)) => no(hall, "ticket-open"),
            (Deed::Close, None) => hall.with(counter, |after| after.clerks[usize::from(counter - 1)] = None),
            (Deed::Call, Some((_, Stand::Called(_)))) => no(hall, "ticket-open"),
            (Deed::Call, _) => self.call(hall, counter, called_at),
            (_, None) => no(hall, "no-ticket"),
            (Deed::Recall, Some((_, Stand::Called(_)))) => vec![(hall.clone(), hall.sight(counter))],
            (Deed::Start, Some((number, Stand::Called(_)))) => {
                hall.with(counter, |after| after.set(number, Stand::Serving(counter)))
            }
            (Deed::Absent, Some((number, Stand::Called(_)))) => {
                hall.with(counter, |after| after.set(number, Stand::Absent))
            }
            (Deed::Recall | Deed::Start | Deed::Absent, _) => no(hall, "already-started"),
            (Deed::Finish, Some((number, Stand::Serving(_)))) => {
                hall.with(counter, |after| after.set(number, Stand::Finished))
            }
            (Deed::Finish, _) => no(hall, "not-started"),
            (Deed::Return, Some((number, _))) => hall.with(counter, |after| after.wait_again(number, None)),
            (Deed::Transfer(target), Some((number, _))) => {
                hall.with(counter, |after| after.wait_again(number, Some(target)))
            }
            (Deed::Open, _) => unreachable!("answered above"),
        }
    }

    /// The one served is finished; the next is called. First come first served within a class; between classes the
    /// most credit, which is known where the times of issue are.
    fn call(&self, hall: &Hall, counter: u8, called_at: Option<i64>) -> Results {
        let mut hall = hall.clone();
        if !hall.moves_to(called_at) {
            return Vec::new();
        }
        if let Some((number, _)) = hall.held(counter) {
            hall.set(number, Stand::Finished);
        }
        let own: Vec<&Ticket> =
            hall.tickets.iter().filter(|t| self.may_call(&hall, counter, t) == Some(0)).collect();
        let backup = || hall.tickets.iter().filter(|t| self.may_call(&hall, counter, t) == Some(1)).collect();
        let line: Vec<&Ticket> = if own.is_empty() { backup() } else { own };
        let first = |class: u8| line.iter().copied().find(|ticket| ticket.class == class);
        let heads: Vec<&Ticket> = (0..self.rates.len() as u8).filter_map(first).collect();
        let credit = |ticket: &Ticket| {
            let since = self.issued_at.get(&ticket.number)?;
            Some(self.rates[usize::from(ticket.class)] * (called_at? - since))
        };
        let credits: Option<Vec<i64>> = heads.iter().map(|ticket| credit(ticket)).collect();
        let order = |ticket: &Ticket| hall.tickets.iter().position(|other| other.number == ticket.number);
        let chosen: Vec<Number> = match credits {
            Some(credits) => {
                let best = heads
                    .iter()
                    .zip(credits)
                    .max_by_key(|(head, credit)| (*credit, std::cmp::Reverse(order(head))));
                best.iter().map(|(head, _)| head.number).collect()
            }
            None => heads.iter().map(|head| head.number).collect(),
        };
        if line.is_empty() {
            let sight = hall.sight(counter);
            return vec![(hall, sight)];
        }
        chosen
            .into_iter()
            .flat_map(|number| hall.with(counter, |after| after.set(number, Stand::Called(counter))))
            .collect()
    }

    /// 0: among its own, 1: as a backup.
    fn may_call(&self, hall: &Hall, counter: u8, ticket: &Ticket) -> Option<u8> {
        let (own, backup) = &self.counters[usize::from(counter - 1)];
        if ticket.stand != Stand::Waiting {
            return None;
        }
        match ticket.only {
            Some(only) if only == counter => return Some(0),
            Some(only) if hall.clerks[usize::from(only - 1)].is_some() => return None,
            Some(_) | None => {}
        }
        if own.contains(&ticket.service) { Some(0) } else { backup.contains(&ticket.service).then_some(1) }
    }
}

impl Hall {
    fn stand(&self, number: Number) -> Option<Stand> {
        self.tickets.iter().find(|ticket| ticket.number == number).map(|ticket| ticket.stand)
    }

    fn held(&self, counter: u8) -> Option<(Number, Stand)> {
        let here = |stand| matches!(stand, Stand::Called(at) | Stand::Serving(at) if at == counter);
        self.tickets.iter().find(|ticket| here(ticket.stand)).map(|ticket| (ticket.number, ticket.stand))
    }

    fn sight(&self, counter: u8) -> Answer {
        Answer::Counter { clerk: self.clerks[usize::from(counter - 1)], held: self.held(counter) }
    }

    /// Whether this is not back in time.
    fn moves_to(&mut self, instant: Option<i64>) -> bool {
        let instant = instant.unwrap_or(self.clock);
        let forward = instant >= self.clock;
        self.clock = self.clock.max(instant);
        forward
    }

    fn set(&mut self, number: Number, stand: Stand) {
        if let Some(ticket) = self.tickets.iter_mut().find(|ticket| ticket.number == number) {
            ticket.stand = stand;
            ticket.only = None;
        }
    }

    fn wait_again(&mut self, number: Number, target: Option<Target>) {
        self.set(number, Stand::Waiting);
        let ticket = self.tickets.iter_mut().find(|ticket| ticket.number == number);
        match (ticket, target) {
            (Some(ticket), Some(Target::Service(service))) => ticket.service = service,
            (Some(ticket), Some(Target::Counter(counter))) => ticket.only = Some(counter),
            (Some(_) | None, _) => {}
        }
    }

    /// The hall after a change, and what the counter's clerk sees then.
    fn with(&self, counter: u8, change: impl FnOnce(&mut Self)) -> Results {
        let mut after = self.clone();
        change(&mut after);
        let sight = after.sight(counter);
        vec![(after, sight)]
    }
}

fn no(hall: &Hall, code: &str) -> Results {
    vec![(hall.clone(), Answer::Refused(code.to_owned()))]
}
