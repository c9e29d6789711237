//! Days, the alarm, and time that moves in odd ways.

use queue_core::command::Command;
use queue_core::event::OfficeEvent;
use queue_core::replay::{self, RestoreError};
use queue_core::time::{At, Millis};

use crate::hall::{Hall, stands};
use crate::orders::{absent, call, close, finish, open, park, recall, start, text};

#[test]
fn each_day_begins_its_series_anew_with_closed_counters() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.takes("chung-thuc");
    hall.takes("chung-thuc");
    let events = hall.next_day();
    assert!(
        matches!(&events[..], [OfficeEvent::DayClosed { .. }, OfficeEvent::DayOpened { .. }]),
        "{events:?}"
    );
    assert_eq!(hall.takes("chung-thuc"), "A001");
    assert_eq!(hall.no("lan", call(1)), "counter-closed");
    assert_eq!(hall.office.tally.total.issued, 1);
}

#[test]
fn days_only_follow_days() {
    let mut hall = Hall::open();
    hall.next_day();
    for day in [0, 1] {
        assert_eq!(hall.no("system", Command::OpenDay { plan: hall.plan(day) }), "day-open");
    }
    hall.ok("system", Command::CloseDay { reason: None });
    assert_eq!(
        hall.no("system", Command::OpenDay { plan: hall.plan(1) }),
        "day-open",
        "nor the same one again"
    );
    hall.ok("system", Command::OpenDay { plan: hall.plan(4) });
    assert_eq!(hall.office.next_deadline(), Some(hall.plan(4).ends_at));
}

#[test]
fn closing_the_day_expires_who_waits_finishes_who_is_served_and_lists_who_is_parked() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.ok("hoa", open(2));
    for _ in 0..7 {
        hall.takes("chung-thuc");
    }
    hall.serves("lan", 1);
    hall.ok("lan", park(1, "chờ ký"));
    hall.serves("lan", 1);
    hall.ok("lan", park(1, "chờ ký"));
    hall.ok("lan", Command::Ready { tickets: vec![hall.id("A002")] });
    hall.ok("lan", crate::orders::choose(1, "A003", Some("gấp")));
    hall.ok("lan", start(1));
    hall.ok("hoa", crate::orders::choose(2, "A004", Some("gấp")));
    hall.ok("citizen", Command::Cancel { ticket: hall.id("A005") });
    assert_eq!(hall.no("chi", Command::CloseDay { reason: None }), "reason-required");
    assert_eq!(hall.no("chi", Command::CloseDay { reason: Some(text(" ")) }), "reason-required");
    hall.pass(240);
    let events = hall.ok("chi", Command::CloseDay { reason: Some(text("hết giờ")) });
    let ids = |numbers: &[&str]| numbers.iter().map(|number| hall.id(number)).collect::<Vec<_>>();
    let [OfficeEvent::DayClosed { expired, finished, parked, summary, .. }] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(*expired, ids(&["A004", "A006", "A007"]));
    assert_eq!(*finished, ids(&["A003"]));
    assert_eq!(*parked, ids(&["A001", "A002"]));
    assert_eq!((summary.total.issued, summary.total.expired, summary.total.served), (7, 3, 1));
    assert_eq!(
        summary.total.service.0,
        [(0, 2), (240, 1)],
        "who is served at the close was served until then"
    );
    for (number, state) in [
        ("A003", "finished at 1"),
        ("A004", "expired"),
        ("A001", "parked by 1"),
        ("A002", "waiting for its result"),
    ] {
        assert_eq!(hall.state(number), state);
    }
    assert_eq!(hall.no("chi", Command::CloseDay { reason: Some(text("lần nữa")) }), "day-closed");
}

#[test]
fn a_day_on_which_everybody_was_served_closes_without_a_reason() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.takes("chung-thuc");
    hall.serves("lan", 1);
    hall.ok("lan", finish(1));
    hall.ok("chi", Command::CloseDay { reason: None });
    assert_eq!(hall.no("lan", call(1)), "counter-closed");
    let wish = hall.wish("chung-thuc");
    assert_eq!(hall.no("citizen", Command::Issue(wish)), "office-closed");
}

#[test]
fn who_closes_on_somebody_waiting_or_at_a_counter_says_why() {
    for calls in [false, true] {
        let mut hall = Hall::open();
        hall.ok("lan", open(1));
        hall.takes("chung-thuc");
        if calls {
            hall.ok("lan", call(1));
        }
        assert_eq!(hall.no("chi", Command::CloseDay { reason: None }), "reason-required", "called {calls}");
        hall.ok("system", Command::CloseDay { reason: None });
    }
}

#[test]
fn a_closing_taken_back_puts_those_it_expired_in_line_again() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    for _ in 0..3 {
        hall.takes("chung-thuc");
    }
    hall.takes("tra-ket-qua");
    hall.ok("lan", call(1));
    hall.ok("citizen", Command::Cancel { ticket: hall.id("A003") });
    hall.ok("chi", Command::CloseDay { reason: Some(text("nhầm giờ")) });
    assert_eq!(hall.office.tally.total.expired, 3);
    // Given an office that drops a service meanwhile, for which nobody is in line.
    let mut layout = crate::orders::ward();
    layout.services.remove(2);
    layout.counters = vec![crate::orders::place(1, &["chung-thuc"], &[])];
    hall.ok("admin", Command::ChangeLayout { layout: Box::new(layout), plan: hall.plan(0) });
    hall.ok("chi", Command::ReopenDay { reason: text("nhầm") });
    for (number, state) in
        [("A001", "waiting"), ("A002", "waiting"), ("A003", "cancelled"), ("R001", "expired")]
    {
        assert_eq!(hall.state(number), state, "{number}");
    }
    assert_eq!(hall.office.tally.total.expired, 1);
    hall.ok("lan", open(1));
    assert_eq!(hall.calls("lan", 1).as_deref(), Some("A001"), "at its place");
}

#[test]
fn what_is_parked_goes_over_the_night_and_is_never_expired() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    for _ in 0..2 {
        hall.takes("chung-thuc");
        hall.serves("lan", 1);
        hall.ok("lan", park(1, "chờ ký"));
    }
    hall.ok("lan", Command::Ready { tickets: vec![hall.id("A001")] });
    let issued_at = hall.ticket("A001").issued_at;
    for _ in 0..3 {
        hall.next_day();
        assert_eq!([hall.state("A001"), hall.state("A002")], ["waiting for its result", "parked by 1"]);
    }
    assert_eq!(hall.ticket("A001").issued_at, issued_at);
    hall.ok("lan", open(1));
    assert_eq!(hall.serves("lan", 1), "A001");
    hall.ok("lan", crate::orders::choose(1, "A002", None));
    assert_eq!([hall.state("A001"), hall.state("A002")], ["finished at 1", "called to 1"]);
}

#[test]
fn results_are_made_ready_after_closing_too() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.takes("chung-thuc");
    hall.serves("lan", 1);
    hall.ok("lan", park(1, "chờ ký"));
    hall.ok("chi", Command::CloseDay { reason: None });
    hall.ok("lan", Command::Ready { tickets: vec![hall.id("A001")] });
    hall.next_day();
    assert_eq!(hall.state("A001"), "waiting for its result");
}

#[test]
fn yesterdays_tickets_still_answer_and_older_ones_do_not() {
    let mut hall = Hall::open();
    hall.takes("chung-thuc");
    let ticket = hall.id("A001");
    hall.next_day();
    assert_eq!(hall.office.tickets.get(&ticket).map(stands).as_deref(), Some("expired"));
    hall.next_day();
    assert_eq!(hall.office.tickets.get(&ticket), None);
}

#[test]
fn a_day_closed_by_mistake_is_opened_again() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.takes("chung-thuc");
    assert_eq!(hall.no("chi", Command::ReopenDay { reason: text("nhầm") }), "day-open");
    hall.ok("chi", Command::CloseDay { reason: Some(text("hết giờ")) });
    assert_eq!(hall.no("chi", Command::ReopenDay { reason: text("") }), "reason-required");
    hall.ok("chi", Command::ReopenDay { reason: text("nhầm") });
    assert_eq!(hall.state("A001"), "waiting");
    assert_eq!(hall.takes("chung-thuc"), "A002", "the series goes on");
    hall.ok("lan", open(1));
    assert_eq!(hall.calls("lan", 1).as_deref(), Some("A001"));
    hall.ok("lan", start(1));
    let events = hall.ok("chi", Command::CloseDay { reason: Some(text("hết giờ")) });
    let [OfficeEvent::DayClosed { expired, summary, .. }] = &events[..] else { panic!("{events:?}") };
    assert_eq!(*expired, [hall.id("A002")]);
    assert_eq!((summary.total.issued, summary.total.expired, summary.total.served), (2, 1, 1));
}

#[test]
fn on_a_closed_day_nobody_is_taken_back_or_called() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.takes("chung-thuc");
    hall.ok("lan", call(1));
    hall.pass(60).ok("lan", absent(1));
    hall.ok("chi", Command::CloseDay { reason: None });
    assert_eq!(hall.no("lan", Command::Reinstate { ticket: hall.id("A001") }), "day-closed");
}

#[test]
fn a_tick_changes_nothing_but_the_time() {
    let mut hall = Hall::open();
    hall.takes("chung-thuc");
    let before = hall.office.clone();
    hall.pass(3600).ok("system", Command::Tick);
    assert_eq!(hall.office.clock, hall.now);
    assert_eq!((&hall.office.tickets, &hall.office.counters), (&before.tickets, &before.counters));
}

#[test]
fn an_alarm_stops_numbers_and_calls_until_it_is_over() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.takes("chung-thuc");
    hall.takes("chung-thuc");
    hall.ok("lan", call(1));
    assert_eq!(hall.no("chi", Command::EndAlarm { reason: None }), "alarm-unchanged");
    assert_eq!(hall.no("lan", Command::RaiseAlarm { reason: text(" ") }), "reason-required");
    hall.ok("lan", Command::RaiseAlarm { reason: text("cháy") });
    assert_eq!(hall.office.alarm.as_ref().map(|alarm| alarm.at), Some(hall.now));
    let wish = hall.wish("chung-thuc");
    assert_eq!(hall.no("citizen", Command::Issue(wish)), "alarm");
    assert_eq!(hall.no("lan", recall(1)), "alarm", "the loudspeaker is for the alarm");
    hall.ok("lan", start(1));
    assert_eq!(hall.no("lan", call(1)), "alarm");
    assert_eq!(hall.no("lan", crate::orders::choose(1, "A002", Some("gấp"))), "alarm");
    assert_eq!(hall.no("lan", Command::RaiseAlarm { reason: text("cháy") }), "alarm-unchanged");
    assert_eq!(hall.no("lan", Command::EndAlarm { reason: None }), "not-allowed");
    hall.ok("chi", Command::EndAlarm { reason: Some(text("báo nhầm")) });
    assert_eq!(hall.calls("lan", 1).as_deref(), Some("A002"));
    assert_eq!(hall.takes("chung-thuc"), "A003");
}

#[test]
fn an_alarm_goes_on_over_midnight_until_somebody_ends_it() {
    let mut hall = Hall::open();
    hall.ok("lan", Command::RaiseAlarm { reason: text("cháy") });
    for _ in 0..2 {
        hall.next_day();
        assert_eq!(hall.office.alarm.as_ref().map(|alarm| alarm.reason.as_str()), Some("cháy"));
    }
    hall.ok("chi", Command::EndAlarm { reason: None });
    hall.next_day();
    assert_eq!(hall.takes("chung-thuc"), "A001");
}

#[test]
fn a_clock_that_steps_back_gives_no_number_twice_and_no_negative_wait() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.at("10:00");
    assert_eq!(hall.takes("chung-thuc"), "A001");
    for (time, number) in [("08:00", "A002"), ("00:00", "A003"), ("09:59:59", "A004")] {
        hall.at(time);
        assert_eq!(hall.takes("chung-thuc"), number);
        assert_eq!(
            hall.ticket(number).issued_at,
            hall.office.clock,
            "the office's time stands still meanwhile"
        );
    }
    hall.now = At(hall.now.0 - 2 * 86_400_000);
    assert_eq!(hall.no("system", Command::OpenDay { plan: hall.plan(0) }), "day-open");
    assert_eq!(hall.takes("chung-thuc"), "A005");
    assert_eq!(hall.calls("lan", 1).as_deref(), Some("A001"));
}

#[test]
fn a_corrected_clock_gives_no_number_twice_and_loses_no_place() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    for _ in 0..5 {
        hall.takes("chung-thuc");
    }
    hall.at("09:00");
    let true_time = hall.now;
    // The computer's clock jumps to the next day; people go on taking numbers.
    hall.next_day();
    hall.ok("lan", open(1));
    let early = hall.takes("chung-thuc");
    hall.ok("lan", call(1));
    let waiting = hall.takes("chung-thuc");
    let correct = |hall: &Hall, reason| Command::CorrectClock {
        to: true_time,
        plan: hall.plan(0),
        reason: text(reason),
    };
    let blank = correct(&hall, "");
    assert_eq!(hall.no("admin", blank), "reason-required");
    let command = correct(&hall, "pin CMOS hỏng");
    hall.ok("admin", command);
    assert_eq!(hall.office.clock, true_time);
    assert_eq!(hall.office.next_deadline(), Some(hall.plan(0).ends_at));
    hall.now = true_time.plus(Millis::from_secs(60));
    assert_eq!([early.as_str(), waiting.as_str()], ["A001", "A002"]);
    assert_eq!(hall.takes("chung-thuc"), "A006", "A003 to A005 were given on this day before");
    assert_eq!([hall.ahead(&waiting), hall.ahead("A006")], [0, 1], "who came first stays first");
    hall.ok("lan", absent(1));
    assert_eq!(hall.calls("lan", 1), Some(waiting), "the call of tomorrow is not waited for");
    hall.ok("lan", start(1));
    hall.ok("lan", finish(1));
    hall.next_day();
    assert_eq!(hall.takes("chung-thuc"), "A001");
}

#[test]
fn a_clock_confirmed_to_be_right_opens_the_day_that_has_begun() {
    let mut hall = Hall::open();
    hall.takes("chung-thuc");
    hall.now = hall.plan(5).starts_at.plus(Millis::from_secs(8 * 3600));
    let plan = hall.plan(5);
    hall.ok("admin", Command::CorrectClock { to: hall.now, plan: plan.clone(), reason: text("sau bão lụt") });
    assert_eq!(hall.office.clock, hall.now);
    assert!(hall.office.next_deadline().is_some_and(|deadline| deadline <= hall.now), "a day is due");
    hall.ok("system", Command::OpenDay { plan });
    assert_eq!(hall.takes("chung-thuc"), "A001");
}

#[test]
fn the_figures_of_a_day_are_its_own() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.takes("chung-thuc");
    hall.takes_as("citizen", "ho-tich", "priority");
    hall.pass(120);
    hall.serves("lan", 1);
    hall.pass(300).ok("lan", finish(1));
    hall.ok("lan", close(1));
    let tally = &hall.office.tally;
    assert_eq!((tally.total.issued, tally.total.called, tally.total.served), (2, 1, 1));
    assert_eq!((&tally.total.wait.0, &tally.total.service.0), (&vec![(120, 1)], &vec![(300, 1)]));
    assert_eq!(tally.by_service.0.len(), 2);
    assert_eq!(tally.by_class.0.iter().map(|(_, figures)| figures.issued).collect::<Vec<_>>(), [1, 1]);
    assert_eq!(
        tally.by_counter.0.iter().map(|(id, figures)| (id.0, figures.served)).collect::<Vec<_>>(),
        [(1, 1)]
    );
    assert_eq!(
        tally.by_hour.0.iter().map(|(hour, figures)| (*hour, figures.issued)).collect::<Vec<_>>(),
        [(8, 2)]
    );
}

#[test]
fn nothing_starts_without_a_days_opening() {
    assert_eq!(replay::restore([]), Err(RestoreError::Empty));
    let mut hall = Hall::open();
    hall.takes("chung-thuc");
    let last = hall.last().clone();
    assert_eq!(replay::restore([last.clone()]), Err(RestoreError::NoStart(last.seq)));
}

#[test]
fn who_was_called_for_a_result_and_has_not_come_waits_for_it_tomorrow() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.takes("chung-thuc");
    for act in [call(1), start(1), park(1, "chờ ký")] {
        hall.ok("lan", act);
    }
    let id = hall.id("A001");
    hall.ok("lan", Command::Ready { tickets: vec![id] });
    assert_eq!(hall.calls("lan", 1).as_deref(), Some("A001"));
    hall.next_day();
    let ticket = &hall.office.tickets[&id];
    assert!(ticket.ready && ticket.state == queue_core::ticket::State::Waiting, "{:?}", ticket.state);
    hall.ok("lan", open(1));
    assert_eq!(hall.calls("lan", 1).as_deref(), Some("A001"));
    hall.ok("chi", Command::CloseDay { reason: Some(text("hết giờ")) });
    let ticket = &hall.office.tickets[&id];
    assert!(ticket.ready && ticket.state == queue_core::ticket::State::Waiting, "{:?}", ticket.state);
}
