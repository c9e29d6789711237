//! An office on disk whose clock a test moves, and what must hold of its record and of all that it shows, whatever
//! the clock did.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};

use queue_core::event::OfficeEvent;
use queue_core::ids::{CounterId, TicketId};
use queue_core::layout::Layout;
use queue_core::record::Record;
use queue_core::refusal::Refusal;
use queue_core::time::{At, Date, Millis};
use queue_server::boot::{self, BootSettings, Booted};
use queue_server::clock::{Clock, Zone, parse_instant};
use queue_server::engine::failure::Failure;
use queue_server::engine::handle::{OfficeHandle, Rejection, Submission, TicketList};
use queue_server::office_file;
use serde_json::Value;

use crate::hall;

/// No wait of these tests is longer: six days parked, and some.
const WAIT_MAX_S: u64 = 8 * 86_400;

/// A server of one office between its starts.
pub(crate) struct Ward {
    pub(crate) clock: Clock,
    pub(crate) layout: Layout,
    folder: tempfile::TempDir,
    booted: Option<Booted>,
    next: AtomicU64,
}

pub(crate) fn at(text: &str) -> At {
    parse_instant(text).expect("an instant")
}

pub(crate) fn date(text: &str) -> Date {
    Date::try_from(text.to_owned()).expect("a date")
}

pub(crate) fn hours(hours: i64) -> i64 {
    hours * 3_600_000
}

impl Ward {
    /// The test's office in `zone` on an empty folder, its clock at `now`.
    pub(crate) async fn new(zone: &str, now: &str) -> Self {
        Self::with(Layout { time_zone: zone.to_owned(), ..hall::layout() }, now).await
    }

    /// An office of `layout` on an empty folder.
    pub(crate) async fn with(layout: Layout, now: &str) -> Self {
        let (folder, clock) = (tempfile::tempdir().expect("a folder"), Clock::manual(at(now)));
        let mut ward = Self { clock, layout, folder, booted: None, next: AtomicU64::new(1) };
        ward.start().await;
        ward
    }

    /// Starts the server on what is in the folder.
    pub(crate) async fn start(&mut self) {
        let settings = BootSettings {
            data: self.folder.path().to_owned(),
            layouts: vec![self.layout.clone()],
            sample: office_file::sample(),
            public_url: "http://hall.test".into(),
            clock: self.clock.clone(),
            failure: Failure::then(|what| panic!("{what}")),
        };
        self.booted = Some(boot::open(settings).await.expect("the folder opens"));
    }

    /// Stops the server; nobody is there.
    pub(crate) async fn stop(&mut self) {
        let mut booted = self.booted.take().expect("it runs");
        booted.house.take().expect("nobody took the house").journal.close().expect("the house closes");
        booted.stop().await;
    }

    /// Another computer's start: the time since its start is a new one.
    pub(crate) async fn restart_at(&mut self, now: At) {
        self.stop().await;
        self.clock = Clock::manual(now);
        self.start().await;
    }

    pub(crate) fn office(&self) -> OfficeHandle {
        self.booted.as_ref().expect("it runs").offices.get("hall").expect("the office is there").clone()
    }

    /// Moves the clock on the wall; the computer's uptime stays.
    pub(crate) fn step(&self, millis: i64) {
        self.clock.set(At(self.clock.now().0 + millis));
    }

    pub(crate) async fn submit(&self, submission: Submission) -> Result<Option<String>, Rejection> {
        let released = tokio::time::timeout(hall::SOON, self.office().submit(submission)).await;
        released.expect("an answer").map(|released| hall::ticket(&released).map(|ticket| ticket.number))
    }

    pub(crate) async fn accepted(&self, submission: Submission) -> Option<String> {
        self.submit(submission).await.expect("it is accepted")
    }

    pub(crate) fn fresh(&self) -> TicketId {
        TicketId(u128::from(self.next.fetch_add(1, Ordering::Relaxed)))
    }

    /// Somebody takes a number.
    pub(crate) async fn take(&self) -> String {
        let number = self.accepted(hall::anyone(hall::issue(self.fresh().0))).await;
        number.expect("a number")
    }

    /// The clerk at counter 1 calls, having opened it where the night closed it.
    pub(crate) async fn call(&self) -> Option<String> {
        let open = queue_core::command::Command::OpenCounter { counter: CounterId(1) };
        let opened = self.submit(hall::by("lan", open)).await;
        assert!(matches!(opened, Ok(_) | Err(Rejection::Refused(_))), "{opened:?}");
        match self.submit(hall::by("lan", hall::call(1))).await {
            Ok(number) => number,
            Err(Rejection::Refused(Refusal::TicketOpen)) => None,
            Err(other) => panic!("{other:?}"),
        }
    }

    /// The days that were opened, in the order of the record.
    pub(crate) fn days(&self) -> Vec<String> {
        let opened = |event: &OfficeEvent| {
            if let OfficeEvent::DayOpened { plan, .. } = event { Some(plan.date.to_string()) } else { None }
        };
        self.records().iter().flat_map(|record| record.events.iter().filter_map(opened)).collect()
    }

    pub(crate) fn records(&self) -> Vec<Record<OfficeEvent>> {
        let office = self.office();
        let reader = office.history().reader();
        let all = queue_core::record::Seq(1)..=office.seq();
        reader.records(all).collect::<Result<_, _>>().expect("the record reads")
    }

    /// No number twice in a day, no day twice or out of order, time never backwards, nothing negative.
    pub(crate) async fn check(&self) {
        let zone = Zone::of(&self.layout);
        let (mut numbers, mut open, mut last) = (BTreeSet::new(), None::<Date>, At(i64::MIN));
        let mut days = BTreeSet::new();
        for record in self.records() {
            assert!(record.at >= last, "record {} lies before the one before", record.seq.0);
            last = record.at;
            for event in &record.events {
                if let OfficeEvent::DayOpened { plan, .. } = event {
                    assert!(open.is_none(), "{} was opened while {open:?} was open", plan.date);
                    assert!(days.last().is_none_or(|last| *last < plan.date), "{} again", plan.date);
                    assert!(plan.starts_at <= record.at && record.at < plan.ends_at, "{plan:?}");
                    assert_eq!(zone.plan(&self.layout, record.at).date, plan.date);
                    days.insert(plan.date);
                    open = Some(plan.date);
                } else if let OfficeEvent::DayClosed { date, .. } = event {
                    assert_eq!(open.take(), Some(*date));
                } else if let OfficeEvent::TicketIssued { number, .. } = event {
                    assert!(numbers.insert((open, *number)), "{number} was given twice on {open:?}");
                    let (wall, day) = (zone.text(record.at), open.expect("a day is open"));
                    assert_eq!(wall.get(..10), Some(day.to_string().as_str()), "{wall}");
                }
            }
        }
        self.check_shown(days.first().copied(), days.last().copied()).await;
    }

    /// Everything that anybody sees, as JSON: no number below zero, no duration beyond the test's length.
    async fn check_shown(&self, first: Option<Date>, last: Option<Date>) {
        let office = self.office();
        let mut shown = vec![json(&office.office().await.expect("the office"))];
        shown.push(serde_json::from_str(&office.published().borrow().board).expect("a board"));
        shown.push(json(&office.stats_today().await.expect("figures")));
        if let (Some(first), Some(last)) = (first, last) {
            shown.push(json(&office.stats(first, last).await.expect("figures")));
        }
        for counter in [1, 2] {
            shown.push(json(&office.counter(CounterId(counter)).await.expect("a counter")));
        }
        for list in [TicketList::Parked, TicketList::Absent] {
            shown.push(json(&office.tickets(list).await.expect("a list")));
        }
        for ticket in 1..self.next.load(Ordering::Relaxed) {
            match office.ticket(TicketId(u128::from(ticket))).await {
                Ok(ticket) => shown.push(json(&ticket)),
                Err(error) => assert_eq!(error, Rejection::Refused(Refusal::UnknownTicket)),
            }
        }
        for value in &shown {
            sane("", value);
        }
    }
}

fn json<T: serde::Serialize>(value: &T) -> Value {
    serde_json::to_value(value).expect("plain data")
}

fn sane(name: &str, value: &Value) {
    match value {
        Value::Number(number) => {
            let whole = number.as_u64().or_else(|| number.as_f64().filter(|n| *n >= 0.0).map(|_| 0));
            let whole = whole.unwrap_or_else(|| panic!("{name} is {number}"));
            assert!(whole <= WAIT_MAX_S, "{name} is {number}");
        }
        Value::Array(values) => values.iter().for_each(|value| sane(name, value)),
        Value::Object(fields) => fields.iter().for_each(|(name, value)| sane(name, value)),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// Sets the ticket at counter 1 aside: it is carried over nights.
pub(crate) fn park() -> Submission {
    let reason = queue_core::text::Text::seal("chờ kết quả", 1);
    hall::by("lan", queue_core::command::Command::Park { counter: CounterId(1), reason })
}

pub(crate) fn passes(clock: &Clock, seconds: u64) {
    clock.advance(Millis::from_secs(seconds));
}
