//! The largest days that the rules allow: what is decided on them can be written.

use queue_core::command::{Command, Issue};
use queue_core::event::OfficeEvent;
use queue_core::ids::{ClassId, CounterId, Lang, ServiceId, Slug, TicketId};
use queue_core::layout::{ENTRIES_MAX, Layout};
use queue_core::number::Number;
use queue_core::office::{Office, TICKETS_MAX};
use queue_core::permit::Actor;
use queue_core::record::{About, GENESIS, Record, Seq};
use queue_core::replay::{self, Asked, Drafted};
use queue_core::text::{TEXT_CHARS_MAX, Text};
use queue_core::ticket::{LastCall, PARKED_MAX, State, THEN_MAX, Ticket};
use queue_core::time::{At, Date, DayPlan};
use queue_core::views::tally::{Figures, Histogram, Table, Tally};
use queue_journal::codec::{RECORD_BYTES_MAX, Sealed, open, seal};

use crate::support::START;

const DAY_S: u32 = 86_400;

#[test]
fn a_day_with_fifty_thousand_waiting_closes_and_the_next_one_opens() {
    // Given an office that gave 50,000 numbers, all of whom still wait.
    const WAITING: u128 = 50_000;
    let mut office = Office::founding(layout());
    obey(&mut office, &Command::OpenDay { plan: plan(1) });
    for ticket in 0..WAITING {
        obey(&mut office, &Command::Issue(wish(ticket)));
    }
    assert_eq!(office.counts.waiting, 50_000);
    // When the next day opens, which closes this one.
    let sealed = obey(&mut office, &Command::OpenDay { plan: plan(2) });
    // Then the record fits, and reads back as it was written.
    assert!(sealed.line.len() > 1024 * 1024 && sealed.line.len() <= RECORD_BYTES_MAX);
    let record = open::<OfficeEvent>(&sealed.line).unwrap();
    let [OfficeEvent::DayClosed { expired, .. }, OfficeEvent::DayOpened { .. }] = &record.events[..] else {
        panic!("a day closes, another opens")
    };
    assert_eq!(expired.len(), 50_000);
    assert_eq!(Sealed::from_line(sealed.line.clone()).unwrap(), sealed);
}

#[test]
fn the_largest_closing_and_opening_fit_one_record() {
    let tickets = u32::try_from(TICKETS_MAX).unwrap();
    let closed = OfficeEvent::DayClosed {
        date: date(1),
        expired: (0..u128::from(TICKETS_MAX)).map(|id| TicketId(u128::MAX - id)).collect(),
        finished: (0..200).map(|id| TicketId(u128::MAX / 2 - id)).collect(),
        parked: (0..PARKED_MAX as u128).map(TicketId).collect(),
        reason: Some(longest(0)),
        summary: Box::new(largest_tally(tickets)),
    };
    let opened = OfficeEvent::DayOpened {
        plan: plan(2),
        layout: Box::new(layout()),
        carried: (0..PARKED_MAX as u128).map(largest_ticket).collect(),
        next_order: u64::MAX,
    };
    const LAYOUT_BYTES_MAX: usize = 1024 * 1024;
    let sealed = seal(&mut record(vec![closed, opened]), GENESIS).unwrap();
    assert!(sealed.line.len() + LAYOUT_BYTES_MAX <= RECORD_BYTES_MAX, "{} bytes", sealed.line.len());
    assert_eq!(Sealed::from_line(sealed.line.clone()).unwrap().hash, sealed.hash);
}

/// Every ticket called once, each after another time, and as many visits of different length as all counters
/// have time for in a day.
fn largest_tally(tickets: u32) -> Tally {
    let entries = u32::try_from(ENTRIES_MAX).unwrap();
    let spread = |groups: u32| {
        // The visits of a group are the shortest that differ, as its counters' time has to hold them all.
        let time = f64::from(DAY_S) * f64::from(entries) / f64::from(groups);
        let visits = (0..).take_while(|length| f64::from(*length) * f64::from(*length) / 2.0 <= time);
        let waits = (tickets / groups).min(DAY_S);
        Figures {
            issued: u64::MAX,
            called: u64::MAX,
            served: u64::MAX,
            absent: u64::MAX,
            cancelled: u64::MAX,
            expired: u64::MAX,
            wait: Histogram((0..waits).map(|s| (DAY_S - s, tickets)).collect()),
            service: Histogram(visits.map(|s| (s, tickets)).collect()),
            ratings: [u64::MAX; 5],
        }
    };
    let word = |n: u32| Slug::new(&format!("{n:0>40}")).unwrap();
    Tally {
        total: spread(1),
        by_service: Table((0..entries).map(|n| (ServiceId(word(n)), spread(entries))).collect()),
        by_class: Table((0..entries).map(|n| (ClassId(word(n)), spread(entries))).collect()),
        by_counter: Table((0..entries).map(|n| (CounterId(u32::MAX - n), spread(entries))).collect()),
        by_hour: Table((0..26).map(|n| (n, spread(26))).collect()),
    }
}

fn largest_ticket(id: u128) -> Ticket {
    let word = || Slug::new(&"w".repeat(40)).unwrap();
    let (counter, at) = (CounterId(u32::MAX), At(i64::MAX));
    Ticket {
        id: TicketId(id),
        number: Number { prefix: Some('A'), digits: 6, value: 999_999 },
        date: date(1),
        service: ServiceId(word()),
        then: vec![ServiceId(word()); THEN_MAX],
        class: ClassId(word()),
        asked: Some(ClassId(word())),
        lang: Lang("vi-x-something-long".into()),
        channel: word(),
        dossiers: 999,
        assist: true,
        issued_at: at,
        order: u64::MAX,
        only: Some(counter),
        ready: false,
        reinstated: false,
        rated: false,
        last_call: Some(LastCall { counter, at, out_of_order: false, for_result: false }),
        state: State::Parked { counter, at, reason: longest(id) },
    }
}

/// As long as a text can be in a line: a control character is written as six bytes.
fn longest(salt: u128) -> Text {
    Text::seal(&"\u{1}".repeat(TEXT_CHARS_MAX), u128::MAX - salt)
}

fn obey(office: &mut Office, command: &Command) -> Sealed {
    let asked = Asked { actor: &Actor::System, key: None, command, status: 200, at: START, epoch: 1 };
    let Ok(Drafted::Fresh(mut record)) = replay::draft(office, asked) else { panic!("it is taken") };
    let sealed = seal(&mut record, &office.head).unwrap();
    replay::absorb(office, &record);
    sealed
}

fn record(events: Vec<OfficeEvent>) -> Record<OfficeEvent> {
    Record {
        v: 1,
        stream: crate::support::stream(),
        seq: Seq(1),
        at: START,
        epoch: 1,
        actor: "system".to_owned(),
        key: None,
        status: 200,
        about: About::Office,
        events,
        prev_hash: String::new(),
        hash: String::new(),
        texts: Vec::new(),
    }
}

fn date(day: u8) -> Date {
    Date { year: 2026, month: 11, day }
}

fn plan(day: u8) -> DayPlan {
    let day_ms = i64::from(DAY_S) * 1000;
    let starts_at = At(START.0 + (i64::from(day) - 1) * day_ms);
    DayPlan { date: date(day), starts_at, ends_at: At(starts_at.0 + day_ms), windows: None }
}

fn wish(ticket: u128) -> Issue {
    Issue::plain(TicketId(ticket), ServiceId(Slug::new("papers").unwrap()), Slug::new("kiosk").unwrap())
}

fn layout() -> Layout {
    let layout = serde_json::json!({
        "id": "kim-lien",
        "time_zone": "Asia/Ho_Chi_Minh",
        "languages": ["vi"],
        "name": {"vi": "Kim Liên"},
        "classes": [{"id": "normal", "name": {"vi": "Thường"}, "credit_per_minute": 1_000_000}],
        "services": [
            {"id": "papers", "prefix": "A", "first_number": 1, "digits": 6, "name": {"vi": "Giấy tờ"}, "typical": 60_000},
        ],
        "counters": [{"id": 1, "name": {"vi": "Quầy 1"}, "services": ["papers"]}],
        "absent_after": 60_000,
    });
    serde_json::from_value(layout).unwrap()
}
