//! Plays steps on the machine and on the reference, and compares both after each one.
//!
//! What a step stands for is in `play/sense.rs`.

mod sense;

use queue_core::command::Command;
use queue_core::event::OfficeEvent;
use queue_core::layout::Layout;
use queue_core::office::Answer;
use queue_core::policy::{self, Why};
use queue_core::record::{Key, Seq};
use queue_core::replay::Drafted;
use queue_core::time::{At, Millis};

use crate::hall::{Hall, stands};
use crate::orders;
use crate::reference::{Reference, Spot};
use crate::steps::{Act, Step};

/// One case: both halls, and the keys that were given.
pub(crate) struct Play {
    hall: Hall,
    reference: Reference,
    keyed: Vec<Keyed>,
}

/// A request that was given under a key, and its answer.
struct Keyed {
    who: &'static str,
    key: Key,
    command: Command,
    answer: Answer,
    seq: Seq,
    at: At,
}

impl Play {
    /// Both halls on the first day at 08:00.
    pub(crate) fn new(layout: Layout) -> Self {
        let hall = Hall::of(layout.clone(), None);
        let reference = Reference::new(layout, hall.office.clock.0);
        Self { hall, reference, keyed: Vec::new() }
    }

    /// One step on both.
    pub(crate) fn step(&mut self, step: &Step) {
        self.hall.now = At(self.hall.now.0 + step.later);
        let act = self.livelier(step);
        if matches!(act, Act::NextDay) {
            self.next_day();
        } else if matches!(act, Act::Repeat) {
            self.repeat(step);
        } else {
            let (who, command) = self.order(act, step);
            self.put(who, command, step.flag);
        }
        self.compare();
    }

    /// Leaves the hall, which replays its journal.
    pub(crate) fn end(self) {}

    fn next_day(&mut self) {
        self.hall.next_day();
        let opened = self.hall.last();
        let plan = self.hall.office.plan.clone().expect("a day is open");
        let outcome = self.reference.act("system", &Command::OpenDay { plan }, opened.at.0);
        outcome.expect("days follow days");
    }

    fn put(&mut self, who: &'static str, command: Command, keyed: bool) {
        let fingerprint = format!("{command:?}");
        let scope = orders::actor(who).to_string();
        let key = keyed.then(|| Key { scope, key: format!("k{}", self.keyed.len()), fingerprint });
        let before = self.reference.choice_of(&command);
        let expected = self.reference.act(who, &command, self.hall.now.0);
        let drafted = self.hall.asks(&orders::actor(who), key.clone(), &command);
        match (drafted, expected) {
            (Ok(Drafted::Fresh(record)), Ok(())) => {
                check_call(&record.events, before.is_some());
                if let Some(key) = key {
                    let (answer, seq) = (self.hall.office.answer(command.about()), record.seq);
                    self.keyed.push(Keyed { who, key, command, answer, seq, at: record.at });
                }
            }
            (Err(refusal), Err(code)) => assert_eq!(refusal.code().0, code, "{who}: {command:?}"),
            (drafted, expected) => panic!("{who}: {command:?} gave {drafted:?}, expected was {expected:?}"),
        }
    }

    /// The same key again: the same answer, and nothing changes. Another request under it: refused.
    fn repeat(&mut self, step: &Step) {
        if self.keyed.is_empty() {
            return;
        }
        let given = &self.keyed[step.one % self.keyed.len()];
        if self.hall.office.clock.since(given.at) > Millis::from_secs(48 * 3600) {
            return;
        }
        let (before, count) = (self.hall.office.clone(), self.hall.records.len());
        let actor = orders::actor(given.who);
        let again = self.hall.asks(&actor, Some(given.key.clone()), &given.command);
        let expected = Drafted::Repeat { status: 200, answer: given.answer.clone(), seq: given.seq };
        assert_eq!(again, Ok(expected));
        let other = Key { fingerprint: "another".to_owned(), ..given.key.clone() };
        let refusal = self.hall.asks(&actor, Some(other), &Command::Tick).expect_err("the key was used");
        assert_eq!(refusal.code().0, "idempotency-key-reused");
        assert_eq!((&self.hall.office, self.hall.records.len()), (&before, count));
    }

    /// The same tickets, places, choices and figures in both.
    fn compare(&self) {
        let (office, reference) = (&self.hall.office, &self.reference);
        assert_eq!(office.clock.0, reference.clock);
        assert_eq!(office.tickets.len(), reference.slips.len() + reference.old.len());
        for slip in reference.slips.iter().chain(&reference.old) {
            let ticket = &office.tickets[&slip.id];
            assert_eq!((stands(ticket), ticket.number.to_string()), (slip.stands(), slip.number.clone()));
            assert_eq!((&ticket.service, &ticket.then), (&slip.service, &slip.then), "{}", slip.number);
            assert_eq!((&ticket.class, &ticket.asked), (&slip.class, &slip.asked), "{}", slip.number);
            assert_eq!(ticket.only.map(|counter| counter.0), slip.only, "{}", slip.number);
            assert_eq!((ticket.issued_at.0, ticket.rated), (slip.issued, slip.rated), "{}", slip.number);
        }
        for (index, slip) in reference.slips.iter().enumerate().filter(|(_, slip)| slip.spot == Spot::Line) {
            let ahead = policy::ahead(office, &office.tickets[&slip.id], office.clock);
            assert_eq!(ahead, reference.ahead(index), "ahead of {}", slip.number);
        }
        for counter in &office.layout.counters {
            let choice = policy::choose(office, counter.id, office.clock, None).map(|choice| choice.ticket);
            let expected = reference.choice(counter.id.0).map(|index| reference.slips[index].id);
            assert_eq!(choice, expected, "next at {}", counter.id);
            let sits = office.counters[&counter.id].clerk.as_ref().map(ToString::to_string);
            assert_eq!(sits, reference.sitting.get(&counter.id.0).map(|sitting| sitting.clerk.clone()));
        }
        let (total, figures) = (&office.tally.total, &reference.figures);
        assert_eq!(
            (total.issued, total.called, total.served),
            (figures.issued, figures.called, figures.served)
        );
        assert_eq!((total.absent, total.cancelled), (figures.absent, figures.cancelled));
        assert_eq!((total.expired, total.ratings.iter().sum::<u64>()), (figures.expired, figures.rated));
    }
}

impl Reference {
    /// Whom a call of the next ticket would find, before the visit at the counter ends.
    fn choice_of(&self, command: &Command) -> Option<usize> {
        if let Command::CallNext { counter } = command { self.choice(counter.0) } else { None }
    }
}

/// Work is conserved: where somebody waited whom the counter may call, somebody was called, by the rule.
fn check_call(events: &[OfficeEvent], somebody_waited: bool) {
    let by_rule =
        |event: &OfficeEvent| matches!(event, OfficeEvent::TicketCalled { why: Why::Turn { .. }, .. });
    assert!(!somebody_waited || events.iter().any(by_rule), "{events:?}");
}
