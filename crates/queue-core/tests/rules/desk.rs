//! The counter itself: who opens, pauses, closes and frees it.

use queue_core::command::Command;
use queue_core::counter::CounterState;

use crate::hall::Hall;
use crate::orders::{call, close, counter, finish, open, pause, put_back, start, text};

#[test]
fn a_clerk_opens_a_counter_and_leaves_it() {
    let mut hall = Hall::open();
    hall.pass(90).ok("lan", open(1));
    let desk = &hall.office.counters[&counter(1)];
    assert_eq!((&desk.state, desk.since), (&CounterState::Open, hall.now));
    assert_eq!(desk.clerk.as_ref().map(ToString::to_string).as_deref(), Some("lan"));
    hall.pass(60).ok("lan", close(1));
    let desk = &hall.office.counters[&counter(1)];
    assert_eq!((&desk.state, &desk.clerk, desk.since), (&CounterState::Closed, &None, hall.now));
}

#[test]
fn one_clerk_holds_one_counter_and_a_counter_one_clerk() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    assert_eq!(hall.no("hoa", open(1)), "counter-taken");
    assert_eq!(hall.no("chi", open(1)), "counter-taken", "a supervisor frees it first");
    assert_eq!(hall.no("lan", open(2)), "at-another-counter");
    hall.ok("lan", pause(1, "nghỉ"));
    assert_eq!(hall.no("lan", open(2)), "at-another-counter", "a pause keeps the counter");
    assert_eq!(hall.no("hoa", open(1)), "counter-taken");
    assert_eq!(hall.no("lan", open(9)), "unknown-counter");
    hall.ok("lan", close(1));
    hall.ok("lan", open(2));
    hall.ok("hoa", open(1));
}

#[test]
fn opening_again_goes_on_after_a_pause_and_else_changes_nothing() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    let opened_at = hall.now;
    hall.pass(60).ok("lan", open(1));
    assert_eq!(hall.office.counters[&counter(1)].since, opened_at, "it has been open all the time");
    hall.pass(60).ok("lan", pause(1, "nghỉ trưa"));
    assert_eq!(hall.office.counters[&counter(1)].state, CounterState::Paused { reason: text("nghỉ trưa") });
    hall.pass(60).ok("lan", open(1));
    assert_eq!(hall.office.counters[&counter(1)].since, hall.now);
    assert!(hall.office.counters[&counter(1)].is_open());
}

#[test]
fn a_pause_needs_a_reason_and_a_clerk() {
    let mut hall = Hall::open();
    assert_eq!(hall.no("lan", pause(1, "nghỉ")), "counter-closed");
    assert_eq!(hall.no("lan", pause(9, "nghỉ")), "unknown-counter");
    hall.ok("lan", open(1));
    assert_eq!(hall.no("lan", pause(1, "")), "reason-required");
    assert_eq!(hall.no("hoa", pause(1, "nghỉ")), "counter-taken");
}

#[test]
fn a_clerk_ends_the_visit_before_leaving() {
    for (before, leaves) in [(None, false), (Some(start(1)), false), (Some(put_back(1)), true)] {
        let mut hall = Hall::open();
        hall.ok("lan", open(1));
        hall.takes("chung-thuc");
        hall.ok("lan", call(1));
        if let Some(command) = before {
            hall.ok("lan", command);
        }
        match leaves {
            true => drop(hall.ok("lan", close(1))),
            false => assert_eq!(hall.no("lan", close(1)), "ticket-open"),
        }
    }
}

#[test]
fn only_the_clerk_and_a_supervisor_close_a_counter() {
    let mut hall = Hall::open();
    assert_eq!(hall.no("lan", close(9)), "unknown-counter");
    assert_eq!(hall.no("lan", close(1)), "counter-closed");
    hall.ok("lan", open(1));
    assert_eq!(hall.no("hoa", close(1)), "counter-taken");
    hall.ok("chi", close(1));
    hall.ok("lan", open(1));
    hall.ok("admin", close(1));
    assert_eq!(hall.no("chi", close(1)), "counter-closed");
}

#[test]
fn a_supervisor_frees_a_stuck_counter_and_its_ticket_keeps_its_place() {
    for served in [false, true] {
        let mut hall = Hall::open();
        hall.ok("lan", open(1));
        hall.takes("chung-thuc");
        hall.takes("chung-thuc");
        hall.ok("lan", call(1));
        if served {
            hall.ok("lan", start(1));
        }
        hall.ok("chi", close(1));
        assert_eq!(hall.state("A001"), "waiting");
        assert_eq!([hall.ahead("A001"), hall.ahead("A002")], [0, 1]);
        assert_eq!(hall.no("lan", finish(1)), "counter-closed");
        hall.ok("hoa", open(1));
        assert_eq!(hall.calls("hoa", 1).as_deref(), Some("A001"));
    }
}

#[test]
fn no_counter_opens_on_a_closed_day() {
    let mut hall = Hall::open();
    hall.ok("chi", Command::CloseDay { reason: None });
    assert_eq!(hall.no("lan", open(1)), "day-closed");
}
