//! What is done to a ticket away from the counter: by its holder, at the reception, by a supervisor.

use queue_core::command::Command;
use queue_core::event::OfficeEvent;
use queue_core::ids::TicketId;

use crate::hall::Hall;
use crate::orders::{absent, call, class, finish, open, park, service, start, text};

/// A state, and what brings A001 into it.
type Reached = (&'static str, fn(&mut Hall));

/// Every state of a ticket of this day, and how A001 gets there with Lan at counter 1.
const STATES: [Reached; 8] = [
    ("waiting", |_| ()),
    ("called to 1", |hall| drop(hall.ok("lan", call(1)))),
    ("served at 1", |hall| drop(hall.serves("lan", 1))),
    ("parked by 1", |hall| {
        hall.serves("lan", 1);
        hall.ok("lan", park(1, "chờ ký"));
    }),
    ("waiting for its result", |hall| {
        hall.serves("lan", 1);
        hall.ok("lan", park(1, "chờ ký"));
        hall.ok("lan", Command::Ready { tickets: vec![hall.id("A001")] });
    }),
    ("finished at 1", |hall| {
        hall.serves("lan", 1);
        hall.ok("lan", finish(1));
    }),
    ("absent at 1", |hall| {
        hall.ok("lan", call(1));
        hall.pass(60).ok("lan", absent(1));
    }),
    ("cancelled", |hall| drop(hall.ok("citizen", Command::Cancel { ticket: hall.id("A001") }))),
];

#[test]
fn every_act_on_a_ticket_has_its_states() {
    type Act = (&'static str, fn(TicketId) -> Command, &'static str, [bool; 8]);
    // Waiting, called, served, parked, ready, finished, absent, cancelled.
    let acts: [Act; 7] = [
        (
            "cancelled",
            |ticket| Command::Cancel { ticket },
            "not-cancellable",
            [true, true, false, true, true, false, false, false],
        ),
        (
            "cancelled",
            |ticket| Command::Release { ticket, reason: text("về") },
            "not-cancellable",
            [true, true, false, true, true, false, false, false],
        ),
        (
            "",
            |ticket| Command::Confirm { ticket, class: Some(class("merit")) },
            "not-waiting",
            [true, false, false, true, true, false, false, false],
        ),
        (
            "",
            |ticket| Command::Move { ticket, service: service("ho-tich") },
            "not-waiting",
            [true, false, false, true, true, false, false, false],
        ),
        (
            "waiting for its result",
            |ticket| Command::Ready { tickets: vec![ticket] },
            "not-parked",
            [false, false, false, true, false, false, false, false],
        ),
        (
            "waiting",
            |ticket| Command::Reinstate { ticket },
            "not-absent",
            [false, false, false, false, false, false, true, false],
        ),
        (
            "",
            |ticket| Command::Rate { ticket, score: 5, comment: None },
            "not-served",
            [false, false, false, false, false, true, false, false],
        ),
    ];
    for (becomes, command, code, allowed) in acts {
        for ((state, bring), allowed) in STATES.into_iter().zip(allowed) {
            let mut hall = Hall::open();
            hall.ok("lan", open(1));
            hall.takes("chung-thuc");
            bring(&mut hall);
            assert_eq!(hall.state("A001"), state);
            let command = command(hall.id("A001"));
            if allowed {
                hall.ok("chi", command.clone());
                let after = if becomes.is_empty() { state } else { becomes };
                assert_eq!(hall.state("A001"), after, "{command:?}");
            } else {
                assert_eq!(hall.no("chi", command.clone()), code, "{command:?} while {state}");
            }
        }
    }
}

#[test]
fn an_unknown_ticket_is_refused_everywhere() {
    let mut hall = Hall::open();
    let ticket = TicketId(77);
    for command in [
        Command::Cancel { ticket },
        Command::Confirm { ticket, class: None },
        Command::Ready { tickets: vec![ticket] },
        Command::Reinstate { ticket },
        Command::Move { ticket, service: service("ho-tich") },
        Command::Rate { ticket, score: 5, comment: None },
        Command::Release { ticket, reason: text("về") },
    ] {
        assert_eq!(hall.no("chi", command), "unknown-ticket");
    }
}

#[test]
fn who_gives_the_number_back_leaves_the_line() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.takes("chung-thuc");
    hall.takes("chung-thuc");
    hall.ok("citizen", Command::Cancel { ticket: hall.id("A001") });
    assert_eq!(hall.ahead("A002"), 0);
    assert_eq!(hall.no("citizen", Command::Cancel { ticket: hall.id("A001") }), "not-cancellable");
    assert_eq!(hall.takes("chung-thuc"), "A003", "the number is not given again");
    assert_eq!(hall.calls("lan", 1).as_deref(), Some("A002"));
}

#[test]
fn a_confirmed_class_counts_from_the_moment_the_number_was_taken() {
    let mut hall = Hall::open();
    hall.takes("chung-thuc");
    let asking = hall.takes_as("citizen", "chung-thuc", "merit");
    hall.pass(300);
    let issued_at = hall.ticket(&asking).issued_at;
    hall.ok("lan", Command::Confirm { ticket: hall.id(&asking), class: None });
    let ticket = hall.ticket(&asking);
    assert_eq!((&ticket.class, &ticket.asked, ticket.issued_at), (&class("merit"), &None, issued_at));
    assert_eq!(hall.ahead(&asking), 0);
    let again = Command::Confirm { ticket: hall.id(&asking), class: None };
    assert_eq!(hall.no("lan", again), "nothing-to-confirm");
}

#[test]
fn staff_grant_another_class_than_the_one_asked_for() {
    let mut hall = Hall::open();
    let asking = hall.takes_as("citizen", "chung-thuc", "merit");
    let plain = hall.takes("chung-thuc");
    let grant =
        |hall: &Hall, number: &str, id| Command::Confirm { ticket: hall.id(number), class: Some(class(id)) };
    hall.ok("lan", grant(&hall, &asking, "normal"));
    assert_eq!((&hall.ticket(&asking).class, &hall.ticket(&asking).asked), (&class("normal"), &None));
    hall.ok("lan", grant(&hall, &plain, "priority"));
    assert_eq!(hall.ticket(&plain).class, class("priority"));
    let unknown = grant(&hall, &plain, "vip");
    assert_eq!(hall.no("lan", unknown), "unknown-class");
    let nothing = Command::Confirm { ticket: hall.id(&plain), class: None };
    assert_eq!(hall.no("lan", nothing), "nothing-to-confirm");
}

#[test]
fn nothing_in_the_journal_tells_why_somebody_has_priority() {
    let mut hall = Hall::open();
    let asking = hall.takes_as("citizen", "chung-thuc", "merit");
    let events = hall.ok("lan", Command::Confirm { ticket: hall.id(&asking), class: None });
    let written = serde_json::to_value(&events).expect("JSON");
    let fields: Vec<&String> = written[0].as_object().expect("an event").keys().collect();
    assert_eq!(fields, ["class", "number", "ticket", "type"]);
}

#[test]
fn a_wrong_service_is_corrected_without_losing_the_place() {
    let mut hall = Hall::open();
    hall.ok("hoa", open(3));
    let wrong = hall.takes("chung-thuc");
    hall.pass(60);
    let waiting = hall.takes("ho-tich");
    hall.ok("lan", Command::Move { ticket: hall.id(&wrong), service: service("ho-tich") });
    assert_eq!([hall.ahead(&wrong), hall.ahead(&waiting)], [0, 1]);
    assert_eq!(hall.calls("hoa", 3).as_deref(), Some("A001"), "with the number it has");
    let unknown = Command::Move { ticket: hall.id(&waiting), service: service("an-com") };
    assert_eq!(hall.no("lan", unknown), "unknown-service");
}

#[test]
fn an_absent_ticket_is_taken_back_once_at_its_place() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.takes("chung-thuc");
    hall.takes("chung-thuc");
    let miss = |hall: &mut Hall| {
        hall.ok("lan", call(1));
        hall.pass(60).ok("lan", absent(1));
    };
    miss(&mut hall);
    assert_eq!(hall.office.tally.total.absent, 1);
    hall.ok("lan", Command::Reinstate { ticket: hall.id("A001") });
    assert_eq!(hall.office.tally.total.absent, 0, "who comes back after all was not absent");
    assert_eq!([hall.ahead("A001"), hall.ahead("A002")], [0, 1]);
    miss(&mut hall);
    assert_eq!(hall.no("lan", Command::Reinstate { ticket: hall.id("A001") }), "already-reinstated");
}

#[test]
fn who_missed_the_call_for_a_result_is_taken_back_for_it() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.takes("chung-thuc");
    hall.serves("lan", 1);
    hall.ok("lan", park(1, "chờ ký"));
    hall.next_day();
    hall.ok("lan", open(1));
    hall.ok("lan", Command::Ready { tickets: vec![hall.id("A001")] });
    hall.ok("lan", call(1));
    hall.pass(60).ok("lan", absent(1));
    hall.ok("lan", Command::Reinstate { ticket: hall.id("A001") });
    assert_eq!(hall.state("A001"), "waiting for its result", "on the day after too");
}

#[test]
fn yesterdays_absent_stay_absent() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.takes("chung-thuc");
    hall.ok("lan", call(1));
    hall.pass(60).ok("lan", absent(1));
    let ticket = hall.id("A001");
    hall.next_day();
    assert_eq!(hall.no("lan", Command::Reinstate { ticket }), "not-absent");
}

#[test]
fn parked_tickets_are_made_ready_in_one_go_or_not_at_all() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    for _ in 0..3 {
        hall.takes("chung-thuc");
    }
    for _ in 0..2 {
        hall.serves("lan", 1);
        hall.ok("lan", park(1, "chờ ký"));
    }
    let [a, b, c] = ["A001", "A002", "A003"].map(|number| hall.id(number));
    assert_eq!(hall.no("lan", Command::Ready { tickets: vec![a, c] }), "not-parked");
    assert_eq!(hall.state("A001"), "parked by 1");
    assert_eq!(hall.no("lan", Command::Ready { tickets: Vec::new() }), "invalid-field");
    assert_eq!(hall.no("lan", Command::Ready { tickets: vec![a; 201] }), "invalid-field");
    let most = [vec![a, b], vec![a; 198]].concat();
    let events = hall.ok("lan", Command::Ready { tickets: most });
    assert_eq!(events.len(), 2, "two hundred are named, each ticket is ready once");
    assert_eq!([hall.state("A001"), hall.state("A002")], ["waiting for its result"; 2]);
}

#[test]
fn no_more_tickets_are_parked_than_a_days_opening_can_carry() {
    use queue_core::ticket::PARKED_MAX;
    let mut layout = crate::orders::ward();
    layout.services[0].digits = 6;
    let mut hall = Hall::of(layout, None);
    hall.checks = false;
    hall.ok("lan", open(1));
    for _ in 0..PARKED_MAX {
        hall.takes("chung-thuc");
        hall.serves("lan", 1);
        hall.ok("lan", park(1, "chờ ký"));
    }
    hall.takes("chung-thuc");
    let number = hall.serves("lan", 1);
    assert_eq!(hall.no("lan", park(1, "chờ ký")), "too-many-parked");
    assert_eq!(hall.state(&number), "served at 1");
    hall.next_day();
    let line = serde_json::to_string(hall.last()).expect("JSON");
    assert!(line.len() < 1024 * 1024, "{} bytes", line.len());
}

#[test]
fn a_visit_is_rated_once_from_one_to_five() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.takes("chung-thuc");
    hall.ok("lan", call(1));
    hall.ok("lan", start(1));
    hall.ok("lan", finish(1));
    let ticket = hall.id("A001");
    for score in [0, 6, 255] {
        assert_eq!(hall.no("citizen", Command::Rate { ticket, score, comment: None }), "invalid-field");
    }
    let comment = Some(text("rất nhanh"));
    let events = hall.ok("citizen", Command::Rate { ticket, score: 4, comment: comment.clone() });
    let OfficeEvent::TicketRated { counter, score, comment: kept, .. } = &events[0] else {
        panic!("{events:?}")
    };
    assert_eq!((counter.0, *score, kept), (1, 4, &comment));
    assert_eq!(hall.no("citizen", Command::Rate { ticket, score: 4, comment: None }), "already-rated");
    assert_eq!(hall.office.tally.total.ratings, [0, 0, 0, 1, 0]);
}

#[test]
fn a_blank_comment_is_none() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.takes("chung-thuc");
    hall.serves("lan", 1);
    hall.ok("lan", finish(1));
    let rating = Command::Rate { ticket: hall.id("A001"), score: 5, comment: Some(text(" ")) };
    let events = hall.ok("citizen", rating);
    assert!(matches!(&events[..], [OfficeEvent::TicketRated { comment: None, .. }]));
}

#[test]
fn yesterdays_visit_can_still_be_rated() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.takes("chung-thuc");
    hall.serves("lan", 1);
    hall.ok("lan", finish(1));
    let ticket = hall.id("A001");
    hall.next_day();
    hall.ok("citizen", Command::Rate { ticket, score: 5, comment: None });
    assert_eq!(hall.office.tally.total.ratings, [0, 0, 0, 0, 1]);
    hall.next_day();
    let late = Command::Rate { ticket, score: 5, comment: None };
    assert_eq!(hall.no("citizen", late), "unknown-ticket");
}

#[test]
fn a_visit_that_ended_yesterday_can_be_rated_though_its_number_was_older() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.takes("chung-thuc");
    hall.serves("lan", 1);
    hall.ok("lan", park(1, "chờ ký"));
    hall.next_day();
    hall.ok("lan", open(1));
    hall.ok("lan", crate::orders::choose(1, "A001", None));
    hall.ok("lan", start(1));
    hall.ok("lan", finish(1));
    let ticket = hall.id("A001");
    hall.next_day();
    hall.ok("citizen", Command::Rate { ticket, score: 5, comment: None });
}

#[test]
fn a_supervisor_releases_with_a_reason() {
    let mut hall = Hall::open();
    hall.takes("chung-thuc");
    let ticket = hall.id("A001");
    assert_eq!(hall.no("chi", Command::Release { ticket, reason: text("") }), "reason-required");
    assert_eq!(hall.no("lan", Command::Release { ticket, reason: text("về") }), "not-allowed");
    let events = hall.ok("chi", Command::Release { ticket, reason: text("công dân đã về") });
    assert!(
        matches!(&events[..], [OfficeEvent::TicketReleased { reason, .. }] if reason.as_str() == "công dân đã về")
    );
    assert_eq!(hall.state("A001"), "cancelled");
}
