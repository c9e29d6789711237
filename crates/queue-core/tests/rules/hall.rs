//! A counter hall for given/when/then: commands go in, records come out, time is moved by hand.
//!
//! After every record the hall writes it as JSON, reads it back, brings *that* into the state and checks the
//! invariants ([`crate::invariants`]). When a hall is left, all its records are replayed, from the first and from
//! the last day's opening but one, and must give an equal office.

use queue_core::command::{Command, Issue};
use queue_core::event::OfficeEvent;
use queue_core::ids::TicketId;
use queue_core::layout::Layout;
use queue_core::number::Number;
use queue_core::office::Office;
use queue_core::permit::Actor;
use queue_core::policy;
use queue_core::record::{Key, Record};
use queue_core::refusal::Refusal;
use queue_core::replay::{self, Asked, Drafted};
use queue_core::ticket::{State, Ticket};
use queue_core::time::{At, DayPlan, Millis, Window};

use crate::{invariants, orders, written};

/// The hall's first midnight; its date is 2026-11-23, a Monday.
const FIRST_MIDNIGHT: At = At(20_780 * DAY_MS);
const DAY_MS: i64 = 86_400_000;

/// A hall with its office, its clock and its journal.
pub(crate) struct Hall {
    pub(crate) office: Office,
    pub(crate) records: Vec<Record<OfficeEvent>>,
    /// The server's clock, which may step back.
    pub(crate) now: At,
    /// Whether each record is checked; a hall of a thousand leaves that to its end.
    pub(crate) checks: bool,
    /// Hours of each day, `None` for always.
    pub(crate) hours: Option<Vec<(&'static str, &'static str)>>,
    layout: Layout,
    day: u8,
    tickets: u128,
}

impl Hall {
    /// The sample ward ([`orders::ward`]) at 08:00 on its first day, all counters closed, open at all hours.
    pub(crate) fn open() -> Self {
        Self::of(orders::ward(), None)
    }

    /// The hall of `layout` at 08:00 on its first day, with these hours.
    pub(crate) fn of(layout: Layout, hours: Option<Vec<(&'static str, &'static str)>>) -> Self {
        assert_eq!(layout.fault(), None, "a hall has a layout that can stand");
        let office = Office::founding(layout.clone());
        let (records, now) = (Vec::new(), At(0));
        let mut hall = Self { office, records, now, checks: true, hours, layout, day: 0, tickets: 0 };
        hall.at("00:00");
        hall.ok("system", Command::OpenDay { plan: hall.plan(0) });
        hall.at("08:00");
        hall
    }

    /// The plan of day `day`, counted from the first as 0.
    pub(crate) fn plan(&self, day: u8) -> DayPlan {
        let starts_at = At(FIRST_MIDNIGHT.0 + i64::from(day) * DAY_MS);
        let windows = self.hours.as_ref().map(|hours| {
            let at = |time| starts_at.plus(time_of_day(time));
            hours.iter().map(|(opens, closes)| Window { opens: at(opens), closes: at(closes) }).collect()
        });
        DayPlan {
            date: orders::date(day),
            starts_at,
            ends_at: starts_at.plus(Millis(DAY_MS as u64)),
            windows,
        }
    }

    /// Moves the clock to a time of the present day, `HH:MM` or `HH:MM:SS`.
    pub(crate) fn at(&mut self, time: &str) -> &mut Self {
        self.now = self.plan(self.day).starts_at.plus(time_of_day(time));
        self
    }

    /// Moves the clock on.
    pub(crate) fn pass(&mut self, seconds: u64) -> &mut Self {
        self.now = self.now.plus(Millis::from_secs(seconds));
        self
    }

    /// Opens the next day at midnight, and goes on to 08:00.
    pub(crate) fn next_day(&mut self) -> Vec<OfficeEvent> {
        self.day += 1;
        self.at("00:00");
        let events = self.ok("system", Command::OpenDay { plan: self.plan(self.day) });
        self.at("08:00");
        events
    }

    /// Puts a command to the office; `who` is one of [`orders::actor`].
    pub(crate) fn does(&mut self, who: &str, command: Command) -> Result<Vec<OfficeEvent>, Refusal> {
        self.asks(&orders::actor(who), None, &command).map(|drafted| match drafted {
            Drafted::Fresh(record) => record.events,
            Drafted::Repeat { .. } => unreachable!("no key was given"),
        })
    }

    /// Puts a command, with a key or without, as the server does.
    pub(crate) fn asks(
        &mut self,
        actor: &Actor,
        key: Option<Key>,
        command: &Command,
    ) -> Result<Drafted, Refusal> {
        let before = self.checks.then(|| self.office.clone());
        let asked = Asked { actor, key, command, status: 200, at: self.now, epoch: 1 };
        let mut drafted = replay::draft(&self.office, asked);
        assert!(before.as_ref().is_none_or(|before| *before == self.office), "deciding changes nothing");
        if let Ok(Drafted::Fresh(record)) = &mut drafted {
            let line = written::seal(record);
            let read = written::open(&line);
            assert_eq!(read, **record, "a record reads back as it was written");
            replay::absorb(&mut self.office, &read);
            self.records.push(read);
            if let Some(before) = before {
                invariants::check(&self.office);
                invariants::check_step(&before, &self.office, record);
            }
        }
        drafted
    }

    /// Puts a command that is accepted, and gives its events.
    pub(crate) fn ok(&mut self, who: &str, command: Command) -> Vec<OfficeEvent> {
        let wanted = format!("{who}: {command:?}");
        self.does(who, command).unwrap_or_else(|refusal| panic!("{wanted} was refused: {refusal:?}"))
    }

    /// Puts a command that is refused, and gives the code of the refusal.
    pub(crate) fn no(&mut self, who: &str, command: Command) -> &'static str {
        let wanted = format!("{who}: {command:?}");
        match self.does(who, command) {
            Ok(events) => panic!("{wanted} was accepted: {events:?}"),
            Err(refusal) => refusal.code().0,
        }
    }

    /// What is asked for with a plain ticket for `service`, with a fresh id.
    pub(crate) fn wish(&mut self, service: &str) -> Issue {
        self.tickets += 1;
        orders::wish(TicketId(self.tickets), service)
    }

    /// A citizen takes a number for `service`.
    pub(crate) fn takes(&mut self, service: &str) -> String {
        let wish = self.wish(service);
        self.issue("citizen", wish)
    }

    /// `who` takes a number for `service` in `class`.
    pub(crate) fn takes_as(&mut self, who: &str, service: &str, class: &str) -> String {
        let wish = Issue { class: Some(orders::class(class)), ..self.wish(service) };
        self.issue(who, wish)
    }

    /// `who` takes the number that `wish` describes.
    pub(crate) fn issue(&mut self, who: &str, wish: Issue) -> String {
        let id = wish.ticket;
        self.ok(who, Command::Issue(wish));
        self.office.tickets[&id].number.to_string()
    }

    /// Calls the next ticket to `counter`, and gives its number.
    pub(crate) fn calls(&mut self, who: &str, counter: u32) -> Option<String> {
        self.ok(who, orders::call(counter));
        self.holds(counter)
    }

    /// Calls the next ticket to `counter` and starts it.
    pub(crate) fn serves(&mut self, who: &str, counter: u32) -> String {
        let number = self.calls(who, counter).expect("somebody waits");
        self.ok(who, orders::start(counter));
        number
    }

    /// The number of the ticket that `counter` holds.
    pub(crate) fn holds(&self, counter: u32) -> Option<String> {
        let counter = &self.office.counters[&orders::counter(counter)];
        self.office.held(counter).map(|ticket| ticket.number.to_string())
    }

    /// The ticket with this number, of today or carried over.
    pub(crate) fn ticket(&self, number: &str) -> &Ticket {
        let number: Number = number.parse().expect("a number");
        &self.office.tickets[&self.office.numbers[&number]]
    }

    /// The id of the ticket with this number.
    pub(crate) fn id(&self, number: &str) -> TicketId {
        self.ticket(number).id
    }

    /// Where the ticket with this number stands, in the words of the hall.
    pub(crate) fn state(&self, number: &str) -> String {
        stands(self.ticket(number))
    }

    /// How many stand before this number.
    pub(crate) fn ahead(&self, number: &str) -> u64 {
        policy::ahead(&self.office, self.ticket(number), self.now)
    }

    /// The last record.
    pub(crate) fn last(&self) -> &Record<OfficeEvent> {
        self.records.last().expect("a day was opened")
    }

    fn check_replays(&self) {
        invariants::check(&self.office);
        let mut again = Office::founding(self.layout.clone());
        for record in &self.records {
            replay::absorb(&mut again, record);
        }
        assert_eq!(again, self.office, "a replay of all records gives an equal office");
        let opens = |record: &Record<OfficeEvent>| {
            record.events.iter().any(|event| matches!(event, OfficeEvent::DayOpened { .. }))
        };
        let days: Vec<usize> = (0..self.records.len()).filter(|i| opens(&self.records[*i])).collect();
        let start = days[days.len().saturating_sub(2)];
        let mut restored = replay::restore(self.records[start..].iter().cloned()).expect("a day opens here");
        // Keys that were given before the start are forgotten: the boot starts at least 48 hours back.
        restored.keys = self.office.keys.clone();
        assert_eq!(restored, self.office, "a restore from the last day but one gives an equal office");
    }
}

impl Drop for Hall {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.check_replays();
        }
    }
}

/// Where a ticket stands, in the words of the hall.
pub(crate) fn stands(ticket: &Ticket) -> String {
    match &ticket.state {
        State::Waiting if ticket.ready => "waiting for its result".to_owned(),
        State::Waiting => "waiting".to_owned(),
        State::Called { counter, recall: 0, .. } => format!("called to {counter}"),
        State::Called { counter, recall, .. } => format!("called to {counter}, again {recall}"),
        State::Serving { counter, .. } => format!("served at {counter}"),
        State::Parked { counter, .. } => format!("parked by {counter}"),
        State::Finished { counter, .. } => format!("finished at {counter}"),
        State::Absent { counter, .. } => format!("absent at {counter}"),
        State::Cancelled { .. } => "cancelled".to_owned(),
        State::Expired { .. } => "expired".to_owned(),
    }
}

fn time_of_day(time: &str) -> Millis {
    let parts: Vec<u64> = time.split(':').map(|part| part.parse().expect("a time of day")).collect();
    let [hours, minutes, rest @ ..] = parts.as_slice() else { panic!("{time} is no time of day") };
    Millis::from_secs(hours * 3600 + minutes * 60 + rest.first().unwrap_or(&0))
}
