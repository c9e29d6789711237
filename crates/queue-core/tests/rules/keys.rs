//! Idempotency keys: the same request again gives the first answer again, and changes nothing.

use queue_core::command::Command;
use queue_core::event::OfficeEvent;
use queue_core::office::Answer;
use queue_core::record::{Key, Record, Seq};
use queue_core::replay::Drafted;
use queue_core::ticket::State;

use crate::hall::Hall;
use crate::orders::{actor, call, counter, open, start};

#[test]
fn a_repeated_issue_gives_the_same_ticket() {
    let mut hall = Hall::open();
    let wish = hall.wish("chung-thuc");
    let first = fresh(&mut hall, "citizen", "k1", "issue", Command::Issue(wish.clone()));
    // The server draws a fresh id for each try.
    let again = Command::Issue(hall.wish("chung-thuc"));
    let (status, answer, seq) = repeated(&mut hall, "citizen", "k1", "issue", again);
    assert_eq!((status, seq), (200, first.seq));
    let Answer::Ticket(ticket) = answer else { panic!("{answer:?}") };
    assert_eq!((ticket.id, ticket.number.to_string().as_str()), (wish.ticket, "A001"));
    assert_eq!(hall.takes("chung-thuc"), "A002", "no number was lost");
}

#[test]
fn a_repeated_call_calls_nobody_else() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.takes("chung-thuc");
    hall.takes("chung-thuc");
    fresh(&mut hall, "lan", "k1", "call", call(1));
    hall.ok("lan", start(1));
    let (_, answer, _) = repeated(&mut hall, "lan", "k1", "call", call(1));
    let Answer::Counter { counter: desk, ticket } = answer else { panic!("{answer:?}") };
    let ticket = ticket.expect("the one that was called");
    assert_eq!((desk.id, ticket.number.to_string().as_str()), (counter(1), "A001"));
    assert!(matches!(ticket.state, State::Called { .. }), "as it was answered then");
    assert_eq!(hall.state("A002"), "waiting");
}

#[test]
fn a_call_that_found_nobody_finds_nobody_again() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    fresh(&mut hall, "lan", "k1", "call", call(1));
    hall.takes("chung-thuc");
    let (_, answer, _) = repeated(&mut hall, "lan", "k1", "call", call(1));
    assert!(matches!(answer, Answer::Counter { ticket: None, .. }));
    assert_eq!(hall.state("A001"), "waiting");
}

#[test]
fn another_request_under_the_same_key_is_refused() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    fresh(&mut hall, "lan", "k1", "call", call(1));
    let refusal = hall.asks(&actor("lan"), key("lan", "k1", "start"), &start(1)).expect_err("another body");
    assert_eq!(refusal.code().0, "idempotency-key-reused");
}

#[test]
fn a_key_belongs_to_whoever_gave_it() {
    let mut hall = Hall::open();
    for (who, number) in [("citizen", "A001"), ("kiosk", "A002"), ("lan", "A003")] {
        let wish = hall.wish("chung-thuc");
        fresh(&mut hall, who, "k1", "issue", Command::Issue(wish));
        assert_eq!(hall.state(number), "waiting");
    }
}

#[test]
fn refusals_are_not_remembered() {
    let mut hall = Hall::open();
    assert!(hall.asks(&actor("lan"), key("lan", "k1", "call"), &call(1)).is_err());
    hall.ok("lan", open(1));
    fresh(&mut hall, "lan", "k1", "call", call(1));
}

#[test]
fn a_key_answers_for_two_days_at_least_and_is_forgotten_later() {
    let mut hall = Hall::open();
    let wish = hall.wish("chung-thuc");
    fresh(&mut hall, "citizen", "k1", "issue", Command::Issue(wish.clone()));
    for _ in 0..2 {
        hall.next_day();
        let (_, answer, _) = repeated(&mut hall, "citizen", "k1", "issue", Command::Issue(wish.clone()));
        assert!(
            matches!(answer, Answer::Ticket(ticket) if ticket.number.to_string() == "A001"),
            "after the ticket is gone too"
        );
    }
    hall.next_day();
    assert_eq!(hall.office.keys.count(), 0);
    fresh(&mut hall, "citizen", "k1", "issue", Command::Issue(wish));
}

fn key(who: &str, key: &str, fingerprint: &str) -> Option<Key> {
    Some(Key { scope: actor(who).to_string(), key: key.to_owned(), fingerprint: fingerprint.to_owned() })
}

fn fresh(hall: &mut Hall, who: &str, given: &str, body: &str, command: Command) -> Record<OfficeEvent> {
    match hall.asks(&actor(who), key(who, given, body), &command) {
        Ok(Drafted::Fresh(record)) => *record,
        other => panic!("{other:?}"),
    }
}

fn repeated(hall: &mut Hall, who: &str, given: &str, body: &str, command: Command) -> (u16, Answer, Seq) {
    let (before, records) = (hall.office.clone(), hall.records.len());
    let drafted = hall.asks(&actor(who), key(who, given, body), &command);
    assert_eq!((&hall.office, hall.records.len()), (&before, records), "a repeat changes nothing");
    match drafted {
        Ok(Drafted::Repeat { status, answer, seq }) => (status, answer, seq),
        other => panic!("{other:?}"),
    }
}
