//! Every kind of breach is found, and a sound run has none.

use super::*;

fn ticket(number: &str) -> Ticket {
    serde_json::from_value(serde_json::json!({"id": number, "number": number, "service": "a", "then": [],
        "class": "normal", "asked": null, "lang": "vi", "state": "waiting", "ready": false, "dossiers": 1,
        "assist": false, "issued_at": "2026-11-23T08:00:00.123+07:00", "ahead": 0, "wait": null, "counter": null,
        "called_at": null, "rated": false, "url": "/t/x"}))
    .expect("a ticket")
}

fn call(number: &str, counter: u32) -> Call {
    serde_json::from_value(serde_json::json!({"number": number, "counter": counter, "recall": 0,
        "called_at": "x", "expires_at": "y", "text": {}, "clips": []}))
    .expect("a call")
}

fn board(number: &str) -> Board {
    serde_json::from_value(serde_json::json!({"calls": [{"number": number, "counter": 1, "state": "called",
        "called_at": "x", "priority": false, "out_of_order": false, "for_result": false}], "services": [],
        "counters": [], "notices": [], "alarm": false}))
    .expect("a board")
}

/// A day without a fault, then one more step that may be a fault.
fn after(step: impl FnOnce(&mut Ledger)) -> Vec<Breach> {
    let mut ledger = Ledger::new(1);
    for number in ["A998", "A999", "A1000"] {
        ledger.issued(ticket(number), 1);
    }
    ledger.called("A998", 1, 10);
    ledger.shown(0, 5, &call("A998", 1), 12);
    ledger.board(0, 5, &board("A998"));
    step(&mut ledger);
    ledger.close();
    ledger.breaches
}

#[test]
fn a_clean_day_breaks_nothing() {
    let breaches = after(|ledger| {
        ledger.repeated("A998", "A998");
        ledger.shown(0, 7, &call("A999", 2), 21);
        ledger.called("A999", 2, 20);
        ledger.board(0, 7, &board("A999"));
        ledger.called("A1000", 1, 30);
        ledger.shown(0, 9, &call("A1000", 1), 31);
    });
    assert_eq!(breaches, []);
}

#[test]
fn every_broken_promise_is_found() {
    let number = || "A999".to_owned();
    type Fault = fn(&mut Ledger);
    let table: [(Fault, Vec<Breach>); 9] = [
        (|ledger| ledger.issued(ticket("A999"), 2), vec![Breach::NumberTwice { number: number() }]),
        (
            |ledger| ledger.repeated("A998", "A999"),
            vec![Breach::KeyGaveAnother { first: "A998".to_owned(), again: number() }],
        ),
        (
            |ledger| {
                ledger.shown(0, 7, &call("A999", 3), 21);
                ledger.called("A999", 2, 20);
                ledger.called("A999", 3, 20);
            },
            vec![Breach::CalledTwice { number: number(), counters: [2, 3] }],
        ),
        (|ledger| ledger.called("A999", 2, 20), vec![Breach::LostCall { screen: 0, number: number() }]),
        (
            |ledger| {
                ledger.called("A999", 2, 20);
                ledger.shown(0, 4, &call("A999", 2), 21);
            },
            vec![
                Breach::ScreenDisorder { screen: 0, before: 5, then: 4 },
                Breach::OutOfTurn { number: number(), passed: "A998".to_owned() },
            ],
        ),
        (
            |ledger| {
                ledger.called("A999", 2, 20);
                ledger.shown(0, 7, &call("A999", 3), 21);
            },
            vec![Breach::WrongCounter { screen: 0, number: number() }],
        ),
        (
            |ledger| {
                ledger.called("A999", 2, 20);
                ledger.board(0, 7, &board("A999"));
                ledger.shown(0, 8, &call("A999", 2), 21);
            },
            vec![Breach::BoardBeforeCall { screen: 0, number: number() }],
        ),
        (
            |ledger| ledger.shown(0, 7, &call("A998", 1), 21),
            vec![Breach::ShownTwice { screen: 0, number: "A998".to_owned() }],
        ),
        (
            |ledger| {
                ledger.called("A1000", 2, 20);
                ledger.shown(0, 7, &call("A1000", 2), 21);
                ledger.called("A999", 2, 22);
                ledger.shown(0, 8, &call("A999", 2), 23);
            },
            vec![Breach::OutOfTurn { number: "A1000".to_owned(), passed: number() }],
        ),
    ];
    for (fault, expected) in table {
        assert_eq!(after(fault), expected);
    }
}

#[test]
fn breaches_are_counted_without_end_and_told_within_a_bound() {
    let mut ledger = Ledger::new(0);
    for _ in 0..100 {
        ledger.repeated("A", "B");
    }
    assert_eq!((ledger.breach_count, ledger.breaches.len()), (100, BREACHES_TOLD_MAX));
}
