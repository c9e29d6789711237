//! How long a ticket still waits: sense, not precision.

use queue_core::command::{Command, Issue};
use queue_core::forecast::{Forecast, Wait};

use crate::hall::Hall;
use crate::orders::{call, close, finish, offered, open, pause, send_to, service, start, ward};

#[test]
fn with_nobody_before_and_a_free_counter_the_wait_is_nothing() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    assert_eq!(now(&hall, "chung-thuc"), (0, 0));
    let number = hall.takes("chung-thuc");
    assert_eq!(of(&hall, &number), (0, 0));
}

#[test]
fn without_an_open_counter_those_who_could_are_taken_as_opening_now() {
    let mut hall = Hall::open();
    assert_eq!(now(&hall, "ho-tich"), (0, 0));
    let numbers: Vec<String> = (0..5).map(|_| hall.takes("ho-tich")).collect();
    let closed: Vec<_> = numbers.iter().map(|number| of(&hall, number)).collect();
    assert_eq!(closed[0], (0, 0));
    hall.ok("hoa", open(2));
    hall.ok("mai", open(3));
    hall.ok("lan", open(1));
    hall.ok("tam", open(4));
    let opened: Vec<_> = numbers.iter().map(|number| of(&hall, number)).collect();
    assert_eq!(closed, opened, "that is just what it is when all open");
}

#[test]
fn a_counter_that_is_taken_as_opening_for_one_service_helps_no_other() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    let numbers: Vec<String> = (0..6).map(|_| hall.takes("chung-thuc")).collect();
    // Nobody is open for results, whom counter 2 would give; counter 1 alone is there for certification.
    let (alone, _) = of(&hall, &numbers[5]);
    assert!(alone >= 5 * 300, "{alone} s for five turns of five minutes before it");
    hall.ok("hoa", open(2));
    let (together, _) = of(&hall, &numbers[5]);
    assert!(together < alone, "{together} s with a second counter, {alone} s without");
}

#[test]
fn the_wait_rises_with_the_line_and_falls_with_each_counter() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    let mut before = now(&hall, "chung-thuc");
    for _ in 0..20 {
        let number = hall.takes("chung-thuc");
        let (ticket, next) = (of(&hall, &number), now(&hall, "chung-thuc"));
        assert_eq!(ticket, before, "who takes a number now waits as was told");
        assert!(next.0 > before.0 && next.1 > before.1, "{before:?} {next:?}");
        assert!(next.0 <= next.1, "likely is no more than high");
        before = next;
    }
    hall.ok("hoa", open(2));
    assert!(now(&hall, "chung-thuc").0 < before.0);
    hall.ok("hoa", pause(2, "nghỉ"));
    assert_eq!(now(&hall, "chung-thuc").0, before.0, "a paused counter calls nobody");
}

#[test]
fn the_wait_shrinks_while_the_visit_before_it_goes_on() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.takes("chung-thuc");
    let number = hall.takes("chung-thuc");
    hall.ok("lan", call(1));
    let called = of(&hall, &number).0;
    hall.ok("lan", start(1));
    let started = of(&hall, &number).0;
    hall.pass(120).ok("system", Command::Tick);
    let later = of(&hall, &number).0;
    hall.pass(3600).ok("system", Command::Tick);
    let overdue = of(&hall, &number).0;
    assert!(called >= started && started > later && later > overdue && overdue > 0);
    assert_eq!((started, later), (300, 180));
    hall.ok("lan", finish(1));
    assert_eq!(of(&hall, &number), (0, 0));
}

#[test]
fn who_comes_later_with_more_credit_waits_less() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    let plain: Vec<String> = (0..10).map(|_| hall.takes("chung-thuc")).collect();
    hall.pass(10);
    let mother = hall.takes_as("citizen", "chung-thuc", "priority");
    assert!(of(&hall, &mother).0 < of(&hall, &plain[9]).0);
    assert!(of(&hall, &mother).0 > 0, "the first ones are before it yet");
}

#[test]
fn a_line_that_a_counter_only_helps_out_with_does_not_lengthen_its_own() {
    let mut hall = Hall::open();
    hall.ok("hoa", open(2));
    for _ in 0..10 {
        hall.takes("ho-tich");
    }
    assert_eq!(now(&hall, "chung-thuc"), (0, 0), "its own go first");
    let number = hall.takes("chung-thuc");
    assert_eq!(of(&hall, &number), (0, 0));
    hall.ok("hoa", call(2));
    hall.ok("hoa", start(2));
    assert_eq!(now(&hall, "chung-thuc").0, 300, "after the one being served");
    let (last, _) = now(&hall, "ho-tich");
    assert!(last > 10 * 12 * 60, "{last}");
}

#[test]
fn the_day_teaches_how_long_a_visit_takes() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    for _ in 0..10 {
        hall.takes("chung-thuc");
        hall.ok("lan", call(1));
        hall.ok("lan", start(1));
        hall.pass(60).ok("lan", finish(1));
    }
    hall.takes("chung-thuc");
    let wait = now(&hall, "chung-thuc").0;
    assert_eq!(
        wait,
        20 + (10 * 300 + 10 * 60) / 20,
        "the way, and the mean of ten typical and ten seen visits"
    );
}

#[test]
fn many_dossiers_take_longer() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    let heavy = Issue { dossiers: 9, ..hall.wish("chung-thuc") };
    hall.issue("citizen", heavy);
    let behind_heavy = now(&hall, "chung-thuc").0;
    hall.ok("citizen", Command::Cancel { ticket: hall.id("A001") });
    hall.takes("chung-thuc");
    assert!(behind_heavy > now(&hall, "chung-thuc").0);
}

#[test]
fn every_waiting_ticket_has_a_wait_also_where_no_counter_serves_it() {
    let mut layout = ward();
    layout.services.push(offered("khong-quay", 'K', 10));
    let mut hall = Hall::of(layout, None);
    hall.ok("lan", open(1));
    hall.ok("mai", open(4));
    for of in ["chung-thuc", "ho-tich", "khong-quay", "khong-quay"] {
        hall.takes(of);
    }
    hall.serves("lan", 1);
    hall.ok("lan", send_to(1, 4));
    let forecast = Forecast::of(&hall.office, hall.now);
    for number in ["A001", "B001", "K001", "K002"] {
        assert!(forecast.tickets.contains_key(&hall.id(number)), "{number}");
    }
    assert_eq!(forecast.services.len(), hall.office.layout.services.len());
    assert!(of(&hall, "K001").0 <= of(&hall, "K002").0);
    hall.ok("mai", close(4));
    assert_eq!(of(&hall, "A001").0, 0);
}

#[test]
fn a_hall_of_ten_thousand_is_foreseen_in_bounded_time() {
    let mut layout = ward();
    layout.services[0].digits = 5;
    let mut hall = Hall::of(layout, None);
    hall.ok("lan", open(1));
    let mut office = hall.office.clone();
    let event = |i: u32| queue_core::event::OfficeEvent::TicketIssued {
        ticket: queue_core::ids::TicketId(u128::from(i)),
        number: format!("A{i:05}").parse().expect("a number"),
        service: service("chung-thuc"),
        class: crate::orders::class("normal"),
        asked: None,
        lang: crate::orders::lang("vi"),
        channel: crate::orders::slug("kiosk"),
        then: Vec::new(),
        dossiers: 1,
        assist: false,
    };
    for i in 1..=10_000 {
        queue_core::apply::apply(&mut office, &event(i), hall.now);
    }
    let forecast = Forecast::of(&office, hall.now);
    assert_eq!(forecast.tickets.len(), 10_000, "each has a wait");
    let waits: Vec<Wait> = (1..=10_000).map(|i| forecast.tickets[&queue_core::ids::TicketId(i)]).collect();
    assert!(waits.is_sorted_by_key(|wait| (wait.likely, wait.high)), "which never falls along the line");
    assert!(forecast.services[&service("chung-thuc")].likely >= waits[9_999].likely);
}

/// The wait of a ticket for `of` taken now: likely and high, in seconds.
fn now(hall: &Hall, of: &str) -> (u64, u64) {
    let wait = Forecast::of(&hall.office, hall.now).services[&service(of)];
    (wait.likely.secs(), wait.high.secs())
}

/// The wait of a waiting ticket: likely and high, in seconds.
fn of(hall: &Hall, number: &str) -> (u64, u64) {
    let wait = Forecast::of(&hall.office, hall.now).tickets[&hall.id(number)];
    (wait.likely.secs(), wait.high.secs())
}
