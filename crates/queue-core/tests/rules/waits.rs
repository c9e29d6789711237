//! What the forecast says to the second, worked out by hand: twenty seconds of way and the mean visit for each turn
//! before, and 1.28 standard deviations of them on top.

use queue_core::command::Issue;
use queue_core::event::OfficeEvent;
use queue_core::forecast::{Forecast, Wait};
use queue_core::ids::TicketId;
use queue_core::office::Office;
use queue_core::time::At;

use crate::hall::Hall;
use crate::orders::{call, class, lang, offered, open, send_to, service, slug, start, ward};

/// Likely and high, in whole seconds.
type Seconds = (u64, u64);

#[test]
fn each_turn_before_adds_the_way_and_a_mean_visit_and_the_spread_grows_with_the_root_of_their_number() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    let numbers: Vec<String> = (0..5).map(|_| hall.takes("chung-thuc")).collect();
    // 320 s a turn; 1.28 x 0.6 x 300 s = 230.4 s, times the root of 1, 2, 3, 4, 5.
    let expected = [(0, 0), (320, 550), (640, 965), (960, 1_359), (1_280, 1_740)];
    for (number, wait) in numbers.iter().zip(expected) {
        assert_eq!(of(&hall, number), wait, "{number}");
    }
    assert_eq!(now(&hall, "chung-thuc"), (1_600, 2_115));
}

#[test]
fn each_further_dossier_makes_a_turn_half_as_long_again() {
    for (dossiers, wait) in [(1, (320, 550)), (2, (470, 815)), (3, (620, 1_080)), (9, (1_520, 2_672))] {
        let mut hall = Hall::open();
        hall.ok("lan", open(1));
        let wish = Issue { dossiers, ..hall.wish("chung-thuc") };
        hall.issue("citizen", wish);
        assert_eq!(now(&hall, "chung-thuc"), wait, "{dossiers} before");
        // The same ticket at the counter: called, just started, and a third of a single visit later.
        hall.ok("lan", call(1));
        assert_eq!(now(&hall, "chung-thuc").0, wait.0, "{dossiers} called");
        hall.ok("lan", start(1));
        assert_eq!(now(&hall, "chung-thuc").0, wait.0 - 20, "{dossiers} started");
        hall.pass(100);
        assert_eq!(now(&hall, "chung-thuc").0, wait.0 - 120, "{dossiers} well into it");
    }
}

#[test]
fn what_is_left_of_a_visit_spreads_by_its_length_and_never_ends_before_it_is_over() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.takes("chung-thuc");
    hall.ok("lan", call(1));
    assert_eq!(now(&hall, "chung-thuc"), (320, 565), "the way is still to be gone");
    hall.ok("lan", start(1));
    for (passed, wait) in [
        (0, (300, 530)),
        (120, (180, 318)),
        (104, (76, 134)),
        (1, (75, 132)), // From here on a quarter of the mean is left.
        (1, (75, 132)),
        (3_600, (75, 132)),
    ] {
        hall.pass(passed);
        assert_eq!(now(&hall, "chung-thuc"), wait);
    }
}

#[test]
fn two_counters_take_turns_as_each_gets_free() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.ok("hoa", open(2));
    hall.takes("chung-thuc");
    hall.serves("lan", 1);
    hall.pass(200);
    hall.takes("chung-thuc");
    hall.serves("hoa", 2);
    hall.pass(10);
    // Counter 1 is free in 90 s, counter 2 in 290 s; then each after a turn of 320 s.
    let numbers: Vec<String> = (0..4).map(|_| hall.takes("chung-thuc")).collect();
    let waits: Vec<u64> = numbers.iter().map(|number| of(&hall, number).0).collect();
    assert_eq!(waits, [90, 290, 410, 610]);
    assert_eq!(now(&hall, "chung-thuc").0, 730);
}

#[test]
fn credit_grows_while_the_line_is_played() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    let first = hall.takes("chung-thuc");
    let second = hall.takes("chung-thuc");
    hall.pass(60);
    let mother = hall.takes_as("citizen", "chung-thuc", "priority");
    // Now 60 against none; in 320 s it is 380 against 4 x 320.
    assert_eq!([&first, &mother, &second].map(|number| of(&hall, number).0), [0, 320, 640]);
    assert_eq!(now(&hall, "chung-thuc").0, 960, "who takes a number now is behind them all");
}

#[test]
fn a_counter_without_people_does_not_blur_the_waits_at_the_others() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.ok("mai", open(4));
    let numbers: Vec<String> = (0..3).map(|_| hall.takes("tra-ket-qua")).collect();
    // 200 s a turn; 1.28 x 0.6 x 180 s = 138.24 s, times the root.
    let expected = [(0, 0), (200, 338), (400, 595)];
    for (number, wait) in numbers.iter().zip(expected) {
        assert_eq!(of(&hall, number), wait, "{number}");
    }
    assert_eq!([now(&hall, "chung-thuc"), now(&hall, "tra-ket-qua")], [(0, 0), (600, 839)]);
}

#[test]
fn a_line_that_no_counter_has_is_foreseen_as_one_visit_after_the_other() {
    let mut layout = ward();
    layout.services.push(offered("khong-quay", 'K', 10));
    let mut hall = Hall::of(layout, None);
    let numbers = ["khong-quay", "khong-quay"].map(|of| hall.takes(of));
    assert_eq!(numbers.map(|number| of(&hall, &number)), [(600, 600), (1_200, 1_200)]);
    assert_eq!(now(&hall, "khong-quay"), (1_800, 1_800));
}

#[test]
fn a_ticket_that_is_sent_to_an_open_counter_waits_for_that_one() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.ok("hoa", open(2));
    hall.takes("chung-thuc");
    hall.serves("lan", 1);
    hall.pass(300).takes("chung-thuc");
    hall.serves("hoa", 2);
    hall.ok("lan", send_to(1, 2));
    assert_eq!(of(&hall, "A001").0, 300, "though counter 1 is free");
    assert_eq!(now(&hall, "chung-thuc").0, 0);
}

#[test]
fn beyond_the_turns_that_are_played_a_line_goes_on_at_its_pace() {
    let (office, at) = long_line(4_000);
    let forecast = Forecast::of(&office, at);
    for (before, likely, high) in [
        (2_999, 959_680, 972_297),
        (3_000, 960_000, 972_619), // From here on the spread of three thousand turns.
        (3_001, 960_320, 972_939),
        (3_999, 1_279_680, 1_292_299),
    ] {
        assert_eq!(seconds(forecast.tickets[&TicketId(before + 1)]), (likely, high), "{before} before");
    }
    assert_eq!(seconds(forecast.services[&service("chung-thuc")]), (1_280_000, 1_292_619));
}

#[test]
fn a_line_that_gets_no_turn_among_those_played_goes_on_at_its_usual_pace() {
    let (mut office, at) = long_line(4_000);
    for i in 1..=2 {
        issue(&mut office, 10_000 + i, &format!("B{i:03}"), "ho-tich", at);
    }
    let forecast = Forecast::of(&office, at);
    // Counter 2 helps out with civil status, 740 s a turn, when nobody waits for its own: after 3,000 turns or more.
    let waits = [10_001, 10_002].map(|id| forecast.tickets[&TicketId(id)].likely.secs());
    assert_eq!(waits, [960_000, 960_740]);
    assert_eq!(forecast.services[&service("ho-tich")].likely.secs(), 961_480);
}

/// Counter 2 alone is open, and `count` wait for certification.
fn long_line(count: u32) -> (Office, At) {
    let mut layout = ward();
    layout.services[0].digits = 5;
    let mut hall = Hall::of(layout, None);
    hall.ok("hoa", open(2));
    let mut office = hall.office.clone();
    for i in 1..=count {
        issue(&mut office, i, &format!("A{i:05}"), "chung-thuc", hall.now);
    }
    (office, hall.now)
}

fn issue(office: &mut Office, id: u32, number: &str, of: &str, at: At) {
    let event = OfficeEvent::TicketIssued {
        ticket: TicketId(u128::from(id)),
        number: number.parse().expect("a number"),
        service: service(of),
        class: class("normal"),
        asked: None,
        lang: lang("vi"),
        channel: slug("kiosk"),
        then: Vec::new(),
        dossiers: 1,
        assist: false,
    };
    queue_core::apply::apply(office, &event, at);
}

/// The wait of a ticket for `of` taken now.
fn now(hall: &Hall, of: &str) -> Seconds {
    seconds(Forecast::of(&hall.office, hall.now).services[&service(of)])
}

/// The wait of a waiting ticket.
fn of(hall: &Hall, number: &str) -> Seconds {
    seconds(Forecast::of(&hall.office, hall.now).tickets[&hall.id(number)])
}

fn seconds(wait: Wait) -> Seconds {
    (wait.likely.secs(), wait.high.secs())
}
