//! The written form: every event reads back as it was written, its texts beside it, and erased texts leave it whole.

use queue_core::command::Target;
use queue_core::event::OfficeEvent;
use queue_core::ids::{TicketId, UserId};
use queue_core::number::Number;
use queue_core::policy::{Among, Why};
use queue_core::record::{About, FORMAT, GENESIS, Record, Seq};
use queue_core::text::{TEXT_CHARS_MAX, Text};
use queue_core::time::{At, Millis};
use queue_core::views::tally::Tally;

use crate::hall::Hall;
use crate::orders::{actor, class, counter, date, lang, open, park, service, slug, text, ward};
use crate::written;

/// Kinds of events.
const KINDS: usize = 30;

#[test]
fn every_event_reads_back_as_it_was_written() {
    let events = every_event();
    let mut kinds: Vec<String> = events.iter().map(kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    assert_eq!(kinds.len(), KINDS, "a kind of event that is not in the table has no row: {kinds:?}");
    for event in events {
        let mut record = record(vec![event]);
        let line = written::seal(&mut record);
        assert_eq!(written::open(&line), record);
        assert!(!line.contains('\n'), "a record is one line");
    }
}

#[test]
fn a_record_of_many_events_reads_back_with_its_texts_in_their_places() {
    let mut record = record(every_event());
    let line = written::seal(&mut record);
    assert_eq!(written::open(&line), record);
    assert!(record.texts.len() >= 10);
}

#[test]
fn records_are_numbered_from_one_without_gaps_and_the_first_follows_nothing() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.takes("chung-thuc");
    let seqs: Vec<u64> = hall.records.iter().map(|record| record.seq.0).collect();
    assert_eq!(seqs, [1, 2, 3]);
    assert_eq!(hall.records[0].prev_hash, GENESIS);
    assert_eq!(hall.records[1].prev_hash, hall.records[0].hash);
}

#[test]
fn texts_of_people_stand_outside_the_hashed_part() {
    let mut record = record(every_event());
    let line = written::seal(&mut record);
    let (hashed, beside) = line.split_once(",\"hash\":\"").expect("a hash");
    assert!(!hashed.contains("lý do") && beside.contains("lý do"));
}

#[test]
fn an_erased_text_reads_back_as_nothing_and_changes_nothing_else() {
    let mut record = record(vec![OfficeEvent::AlarmRaised { reason: text("tên của một người") }]);
    written::seal(&mut record);
    record.texts.clear();
    let line = serde_json::to_string(&record).expect("JSON");
    let read = written::open(&line);
    let [OfficeEvent::AlarmRaised { reason }] = &read.events[..] else { panic!("{read:?}") };
    assert_eq!((reason.as_str(), &reason.digest), ("", &text("tên của một người").digest));
    assert_eq!(read.hash, record.hash);
}

#[test]
fn a_text_is_salted_and_bounded() {
    assert_ne!(Text::seal("đau chân", 1).digest, Text::seal("đau chân", 2).digest);
    let long = Text::seal(&"ữ".repeat(TEXT_CHARS_MAX + 1), 1);
    assert_eq!(long.as_str().chars().count(), TEXT_CHARS_MAX);
    assert_eq!(long.plain.map(|plain| plain.digest()), Some(long.digest));
}

#[test]
fn odd_characters_survive() {
    for odd in ["\"", "\\", "\n", "\u{0}", "\u{2028}", "🏢", "ế\u{301}", "</script>"] {
        let mut record = record(vec![OfficeEvent::AlarmRaised { reason: text(odd) }]);
        let line = written::seal(&mut record);
        assert_eq!(written::open(&line), record, "{odd:?}");
    }
}

fn kind(event: &OfficeEvent) -> String {
    serde_json::to_value(event).expect("JSON")["type"].as_str().expect("a type").to_owned()
}

fn record(events: Vec<OfficeEvent>) -> Record<OfficeEvent> {
    Record {
        v: FORMAT,
        stream: slug("kim-lien"),
        seq: Seq(7),
        at: At(1_795_400_000_123),
        epoch: 1,
        actor: actor("lan").to_string(),
        key: None,
        status: 200,
        about: About::Ticket(TicketId(u128::MAX)),
        events,
        prev_hash: GENESIS.to_owned(),
        hash: String::new(),
        texts: Vec::new(),
    }
}

/// Each kind of event, with and without what may be missing.
fn every_event() -> Vec<OfficeEvent> {
    let mut events = office_events();
    events.extend(ticket_events());
    events.extend([None, Some(text("một lý do"))].into_iter().flat_map(events_with));
    events
}

fn office_events() -> Vec<OfficeEvent> {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.takes("chung-thuc");
    hall.serves("lan", 1);
    hall.ok("lan", park(1, "lý do riêng"));
    let carried = vec![hall.ticket("A001").clone()];
    let (plan, layout, counter) = (hall.plan(1), Box::new(ward()), counter(3));
    let (reason, series) = (text("một lý do"), vec![(service("ho-tich"), 9)]);
    vec![
        OfficeEvent::DayOpened { plan: plan.clone(), layout: layout.clone(), carried, next_order: 2 },
        OfficeEvent::DayReopened { reason: reason.clone(), tickets: Vec::new() },
        OfficeEvent::LayoutChanged { layout, plan: plan.clone() },
        OfficeEvent::AlarmRaised { reason: text("lý do khác") },
        OfficeEvent::ClockCorrected { to: At(-1), plan, series: series.clone(), reason: reason.clone() },
        OfficeEvent::LossAccepted { from: Seq(8), to: Some(Seq(9)), series, reason: reason.clone() },
        OfficeEvent::LossAccepted { from: Seq(8), to: None, series: Vec::new(), reason: reason.clone() },
        OfficeEvent::NobodyCalled { counter },
        OfficeEvent::CounterOpened { counter, clerk: UserId("lan".into()) },
        OfficeEvent::CounterPaused { counter, reason },
        OfficeEvent::CounterClosed { counter },
        OfficeEvent::TimePassed,
    ]
}

fn ticket_events() -> Vec<OfficeEvent> {
    let (ticket, counter, number) = (TicketId(0x0123_4567_89ab_cdef), counter(3), number());
    let (reason, to) = (text("một lý do"), service("ho-tich"));
    let (waited, runner_up) = (Millis(61_001), Some(number));
    let turn = Why::Turn { among: Among::Backup, credit: u64::MAX, waited, runner_up };
    let called = |why| OfficeEvent::TicketCalled { ticket, number, counter, why };
    vec![
        called(turn),
        called(Why::Chosen { reason: reason.clone() }),
        called(Why::TakenUp),
        OfficeEvent::TicketRecalled { ticket, number, counter, recall: 2 },
        OfficeEvent::TicketStarted { ticket, number, counter },
        OfficeEvent::TicketAbsent { ticket, number, counter },
        OfficeEvent::TicketParked { ticket, number, counter, reason: reason.clone() },
        OfficeEvent::TicketReadied { ticket, number },
        OfficeEvent::TicketReturned { ticket, number, counter },
        OfficeEvent::TicketTransferred { ticket, number, counter, to: Target::Counter(counter) },
        OfficeEvent::TicketTransferred { ticket, number, counter, to: Target::Service(to.clone()) },
        OfficeEvent::TicketReinstated { ticket, number },
        OfficeEvent::ClassConfirmed { ticket, number, class: class("merit") },
        OfficeEvent::TicketMoved { ticket, number, service: to },
        OfficeEvent::TicketCancelled { ticket, number },
        OfficeEvent::TicketReleased { ticket, number, reason },
    ]
}

/// Events whose text may be missing, with `given`; other things that may be missing are missing with it.
fn events_with(given: Option<Text>) -> Vec<OfficeEvent> {
    let (ticket, counter, number) = (TicketId(7), counter(3), number());
    let mut summary = Tally::default();
    summary.total.wait.add(61, 2);
    let issued = OfficeEvent::TicketIssued {
        ticket,
        number,
        service: service("chung-thuc"),
        class: class("normal"),
        asked: given.is_some().then(|| class("merit")),
        lang: lang("vi"),
        channel: slug("kiosk"),
        then: given.iter().map(|_| service("ho-tich")).collect(),
        dossiers: 999,
        assist: given.is_some(),
    };
    let closed = OfficeEvent::DayClosed {
        date: date(0),
        expired: vec![ticket],
        finished: Vec::new(),
        parked: vec![TicketId(1)],
        reason: given.clone(),
        summary: Box::new(summary),
    };
    let (outcome, comment, reason) = (given.clone(), given.clone(), given.clone());
    let service = service("ho-tich");
    vec![
        issued,
        closed,
        OfficeEvent::AlarmEnded { reason },
        OfficeEvent::TicketFinished { ticket, number, counter, outcome },
        OfficeEvent::TicketForwarded { ticket, number, counter, service, outcome: given },
        OfficeEvent::TicketRated { ticket, counter, score: 5, comment },
    ]
}

fn number() -> Number {
    "A012".parse().expect("a number")
}
