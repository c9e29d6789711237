//! Calling: whoever is next, a chosen number, once more.

use queue_core::command::Command;
use queue_core::event::OfficeEvent;
use queue_core::policy::{Among, Why};
use queue_core::time::Millis;

use crate::hall::Hall;
use crate::orders::{
    absent, call, choose, class, close, counter, finish, open, park, pause, recall, send_to, start, text,
};

#[test]
fn first_come_is_first_called() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    let taken: Vec<String> = (0..4).map(|_| hall.takes("chung-thuc")).collect();
    let called: Vec<String> = (0..4).map(|_| hall.serves("lan", 1)).collect();
    assert_eq!(called, taken);
}

#[test]
fn two_clerks_calling_at_once_get_two_tickets() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.ok("hoa", open(2));
    hall.takes("chung-thuc");
    hall.takes("chung-thuc");
    assert_eq!(hall.calls("lan", 1).as_deref(), Some("A001"));
    assert_eq!(hall.calls("hoa", 2).as_deref(), Some("A002"));
}

#[test]
fn that_nobody_waits_is_an_answer() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    assert_eq!(hall.ok("lan", call(1)), [OfficeEvent::NobodyCalled { counter: counter(1) }]);
    hall.takes("ho-tich");
    assert_eq!(hall.calls("lan", 1), None, "who waits for another service is not called");
}

#[test]
fn calling_finishes_the_ticket_being_served() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.takes("chung-thuc");
    hall.takes("chung-thuc");
    hall.serves("lan", 1);
    assert_eq!(hall.calls("lan", 1).as_deref(), Some("A002"));
    assert_eq!([hall.state("A001"), hall.state("A002")], ["finished at 1", "called to 1"]);
    hall.ok("lan", start(1));
    assert_eq!(hall.calls("lan", 1), None);
    assert_eq!(hall.state("A002"), "finished at 1", "also when nobody follows");
}

#[test]
fn a_called_ticket_must_start_or_be_absent_before_the_next_call() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.takes("chung-thuc");
    hall.takes("chung-thuc");
    hall.ok("lan", call(1));
    assert_eq!(hall.no("lan", call(1)), "ticket-open");
    assert_eq!(hall.no("lan", choose(1, "A002", Some("gấp"))), "ticket-open");
    hall.pass(60).ok("lan", absent(1));
    assert_eq!(hall.calls("lan", 1).as_deref(), Some("A002"));
}

#[test]
fn only_the_clerk_at_an_open_counter_calls() {
    let mut hall = Hall::open();
    hall.takes("chung-thuc");
    assert_eq!(hall.no("lan", call(9)), "unknown-counter");
    assert_eq!(hall.no("lan", call(1)), "counter-closed");
    hall.ok("lan", open(1));
    assert_eq!(hall.no("hoa", call(1)), "counter-taken");
    assert_eq!(hall.no("chi", call(1)), "counter-taken");
    hall.ok("lan", pause(1, "nghỉ trưa"));
    assert_eq!(hall.no("lan", call(1)), "counter-closed");
    assert_eq!(hall.no("lan", choose(1, "A001", Some("gấp"))), "counter-closed");
    hall.ok("lan", open(1));
    assert_eq!(hall.calls("lan", 1).as_deref(), Some("A001"));
}

#[test]
fn credit_decides_between_classes_to_the_millisecond() {
    // Waited: the regular ticket from the start, the priority ticket from `late` seconds on.
    for (late, after, called) in [
        (60, 79_999, "A001"), // 1 x 79.999 against 4 x 19.999.
        (60, 80_000, "A001"), // Equal: the order of issue.
        (60, 80_001, "A002"),
        (0, 0, "A001"),
        (0, 1, "A002"),
        (300, 400_000, "A001"),
        (300, 400_001, "A002"),
    ] {
        let mut hall = Hall::open();
        hall.ok("lan", open(1));
        hall.takes("chung-thuc");
        let start = hall.now;
        hall.pass(late);
        hall.takes_as("citizen", "chung-thuc", "priority");
        hall.now = start.plus(Millis(after));
        assert_eq!(hall.calls("lan", 1).as_deref(), Some(called), "{late} {after}");
    }
}

#[test]
fn an_unconfirmed_class_waits_as_the_first_one() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.takes("chung-thuc");
    let asking = hall.takes_as("citizen", "chung-thuc", "merit");
    hall.pass(600);
    assert_eq!(hall.ahead(&asking), 1);
    hall.ok("lan", Command::Confirm { ticket: hall.id(&asking), class: None });
    assert_eq!(hall.ahead(&asking), 0, "its credit grew from the moment it was taken");
    assert_eq!(hall.calls("lan", 1), Some(asking));
}

#[test]
fn own_services_are_called_by_credit_across_them_and_backups_only_when_they_are_empty() {
    let mut hall = Hall::open();
    hall.ok("hoa", open(2));
    let backup = hall.takes_as("citizen", "ho-tich", "priority");
    hall.pass(600);
    let result = hall.takes("tra-ket-qua");
    hall.pass(1);
    let copy = hall.takes("chung-thuc");
    assert_eq!(hall.serves("hoa", 2), result);
    assert_eq!(hall.serves("hoa", 2), copy, "own services first, whatever credit the backup has");
    assert_eq!(hall.serves("hoa", 2), backup);
    assert_eq!(hall.calls("hoa", 2), None);
}

#[test]
fn a_call_says_why() {
    let mut hall = Hall::open();
    hall.ok("hoa", open(2));
    hall.takes("chung-thuc");
    hall.pass(30);
    hall.takes("tra-ket-qua");
    hall.pass(30);
    hall.ok("hoa", call(2));
    let why = |hall: &Hall| hall.office.counters[&counter(2)].why.clone().expect("a ticket is there");
    let runner_up = Some("R001".parse().expect("a number"));
    let turn = Why::Turn { among: Among::Own, credit: 1_000_000, waited: Millis::from_secs(60), runner_up };
    assert_eq!(why(&hall), turn);
    hall.ok("hoa", start(2));
    assert_eq!(why(&hall), turn, "while it is there");
    hall.takes("chung-thuc");
    hall.ok("hoa", choose(2, "A002", Some("xe cứu thương chờ")));
    assert_eq!(why(&hall), Why::Chosen { reason: text("xe cứu thương chờ") });
}

#[test]
fn a_number_is_called_out_of_order_for_a_reason() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    for _ in 0..3 {
        hall.takes("chung-thuc");
    }
    hall.takes("ho-tich");
    for blank in [None, Some(""), Some("  ")] {
        assert_eq!(hall.no("lan", choose(1, "A002", blank)), "reason-required");
        assert_eq!(
            hall.no("lan", choose(1, "A001", blank)),
            "reason-required",
            "even for whom the rule would call"
        );
    }
    hall.ok("lan", choose(1, "A002", Some("người già yếu")));
    assert_eq!(hall.state("A002"), "called to 1");
    assert!(hall.ticket("A002").last_call.expect("called").out_of_order);
    hall.ok("lan", start(1));
    hall.ok("lan", choose(1, "B001", Some("đi cùng A002")));
    assert_eq!([hall.state("A002"), hall.state("B001")], ["finished at 1", "called to 1"]);
    hall.ok("lan", start(1));
    assert_eq!(hall.calls("lan", 1).as_deref(), Some("A001"), "the others keep their order");
}

#[test]
fn only_who_waits_can_be_chosen() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.ok("hoa", open(2));
    for _ in 0..5 {
        hall.takes("chung-thuc");
    }
    hall.ok("lan", call(1));
    hall.pass(60).ok("lan", absent(1));
    hall.serves("lan", 1);
    hall.ok("lan", finish(1));
    hall.ok("citizen", Command::Cancel { ticket: hall.id("A003") });
    hall.ok("hoa", call(2));
    let gone =
        [("A001", "absent at 1"), ("A002", "finished at 1"), ("A003", "cancelled"), ("A004", "called to 2")];
    for (number, state) in gone {
        assert_eq!(hall.state(number), state);
        assert_eq!(hall.no("lan", choose(1, number, Some("gấp"))), "not-waiting", "{number}");
    }
    assert_eq!(hall.no("lan", choose(1, "A999", Some("gấp"))), "unknown-ticket");
}

#[test]
fn a_parked_ticket_is_taken_up_without_a_reason_by_the_counter_that_parked_it() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.ok("hoa", open(2));
    hall.takes("chung-thuc");
    hall.serves("lan", 1);
    hall.ok("lan", park(1, "chờ ký"));
    assert_eq!(hall.no("hoa", choose(2, "A001", None)), "reason-required");
    hall.ok("lan", choose(1, "A001", None));
    assert_eq!(hall.office.counters[&counter(1)].why, Some(Why::TakenUp));
    let last_call = hall.ticket("A001").last_call.expect("called");
    assert!(last_call.for_result && !last_call.out_of_order);
}

#[test]
fn a_parked_ticket_is_taken_up_elsewhere_for_a_reason() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.ok("mai", open(4));
    hall.takes("chung-thuc");
    hall.serves("lan", 1);
    hall.ok("lan", park(1, "chờ ký"));
    hall.ok("mai", choose(4, "A001", Some("Lan bận")));
    assert!(hall.ticket("A001").last_call.expect("called").out_of_order);
}

#[test]
fn a_ready_ticket_is_called_for_its_result_by_any_capable_counter() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.ok("hoa", open(2));
    hall.ok("mai", open(4));
    for number in ["A001", "A002", "A003"] {
        hall.takes("chung-thuc");
        assert_eq!(hall.serves("lan", 1), number);
        hall.ok("lan", park(1, "chờ ký"));
    }
    let waiting = hall.takes("chung-thuc");
    let ids = ["A001", "A002", "A003"].map(|number| hall.id(number));
    hall.ok("lan", Command::Ready { tickets: ids.to_vec() });
    assert_eq!(hall.state("A002"), "waiting for its result");
    assert_eq!(hall.ahead(&waiting), 3, "they kept the time they had waited");
    hall.pass(1);
    assert_eq!(hall.calls("hoa", 2).as_deref(), Some("A001"), "by the rule");
    let last_call = hall.ticket("A001").last_call.expect("called");
    assert!(last_call.for_result && !last_call.out_of_order);
    hall.ok("lan", choose(1, "A003", None));
    assert_eq!(hall.office.counters[&counter(1)].why, Some(Why::TakenUp), "by number, without a reason");
    assert_eq!(hall.no("mai", choose(4, "A002", None)), "reason-required", "counter 4 does not certify");
}

#[test]
fn the_counter_that_parked_a_ticket_takes_it_up_though_it_does_not_serve_it() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.ok("mai", open(4));
    hall.takes("chung-thuc");
    hall.serves("lan", 1);
    hall.ok("lan", send_to(1, 4));
    assert_eq!(hall.serves("mai", 4), "A001");
    hall.ok("mai", park(4, "chờ đóng dấu"));
    hall.ok("mai", Command::Ready { tickets: vec![hall.id("A001")] });
    hall.ok("mai", choose(4, "A001", None));
    assert_eq!(hall.state("A001"), "called to 4");
}

#[test]
fn a_recall_repeats_the_call_and_counts() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    assert_eq!(hall.no("lan", recall(1)), "no-ticket");
    hall.takes("chung-thuc");
    hall.ok("lan", call(1));
    for count in 1..=3 {
        hall.pass(10).ok("lan", recall(1));
        assert_eq!(hall.state("A001"), format!("called to 1, again {count}"));
        assert_eq!(hall.ticket("A001").last_call.expect("called").at, hall.now);
    }
    assert_eq!(hall.no("hoa", recall(1)), "counter-taken");
    hall.ok("lan", start(1));
    assert_eq!(hall.no("lan", recall(1)), "already-started");
    hall.ok("lan", finish(1));
    hall.ok("lan", close(1));
    assert_eq!(hall.no("lan", recall(1)), "counter-closed");
}

#[test]
fn a_called_ticket_that_is_given_back_frees_the_counter() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.takes("chung-thuc");
    hall.takes("chung-thuc");
    hall.ok("lan", call(1));
    hall.ok("citizen", Command::Cancel { ticket: hall.id("A001") });
    assert_eq!(hall.holds(1), None);
    assert_eq!(hall.calls("lan", 1).as_deref(), Some("A002"));
}

#[test]
fn a_ticket_that_may_be_called_by_one_counter_counts_as_its_own() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.ok("mai", open(4));
    hall.takes("chung-thuc");
    hall.serves("lan", 1);
    hall.ok("lan", send_to(1, 4));
    assert_eq!(hall.ticket("A001").class, class("normal"));
    assert_eq!(hall.calls("lan", 1), None, "counter 1 may not");
    let result = hall.takes("tra-ket-qua");
    assert_eq!(hall.serves("mai", 4), "A001", "it waited longer than any of the counter's own");
    assert_eq!(hall.serves("mai", 4), result);
}
