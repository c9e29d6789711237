//! What happens to the ticket at a counter: start, finish, absent, park, back in line, sent on.

use queue_core::command::{Command, Target};
use queue_core::event::OfficeEvent;
use queue_core::ids::CounterId;

use crate::hall::Hall;
use crate::orders::{
    absent, call, close, counter, finish, open, park, pause, put_back, recall, send_on, send_to, service,
    start, text, ward,
};

#[test]
fn a_visit_goes_from_called_to_served_to_finished() {
    let mut hall = with_called();
    assert_eq!(hall.state("A001"), "called to 1");
    hall.ok("lan", start(1));
    assert_eq!(hall.state("A001"), "served at 1");
    let done = Command::Finish { counter: counter(1), outcome: Some(text("đủ hồ sơ")) };
    let events = hall.ok("lan", done);
    assert!(
        matches!(&events[..], [OfficeEvent::TicketFinished { outcome: Some(said), .. }] if said.as_str() == "đủ hồ sơ")
    );
    assert_eq!(hall.state("A001"), "finished at 1");
    assert_eq!(hall.holds(1), None);
}

#[test]
fn each_step_has_its_place() {
    type Step = (&'static str, fn() -> Command, &'static str, &'static str);
    let steps: [Step; 12] = [
        // What, how, its no while called, its no while served ("" is a yes).
        ("start", || start(1), "", "already-started"),
        ("finish", || finish(1), "not-started", ""),
        ("absent", || absent(1), "", "already-started"),
        ("park", || park(1, "chờ ký"), "", ""),
        ("park", || park(1, " "), "reason-required", "reason-required"),
        ("put back", || put_back(1), "", ""),
        ("send on", || send_on(1, "ho-tich"), "", ""),
        ("send on", || send_on(1, "an-com"), "unknown-service", "unknown-service"),
        ("send to", || send_to(1, 3), "", ""),
        ("send to", || send_to(1, 9), "unknown-counter", "unknown-counter"),
        ("send to", || send_to(1, 1), "invalid-field", "invalid-field"),
        ("recall", || recall(1), "", "already-started"),
    ];
    for (step, command, while_called, while_served) in steps {
        let mut hall = with_called();
        hall.pass(60);
        expect(&mut hall, command(), while_called, step);
        let mut hall = with_called();
        hall.ok("lan", start(1));
        hall.pass(60);
        expect(&mut hall, command(), while_served, step);
        let mut hall = Hall::open();
        assert_eq!(hall.no("lan", command()), "counter-closed", "{step} at a closed counter");
        hall.ok("lan", open(1));
        let code = hall.no("lan", command());
        assert_eq!(code, "no-ticket", "{step} with nobody there");
        assert_eq!(hall.no("hoa", command()), "counter-taken", "{step} at somebody else's counter");
    }
}

#[test]
fn absent_comes_no_earlier_than_the_office_says() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.takes("chung-thuc");
    hall.at("09:00");
    hall.ok("lan", call(1));
    for seconds in [0, 59] {
        hall.at("09:00").pass(seconds);
        assert_eq!(hall.no("lan", absent(1)), "too-early");
    }
    hall.at("09:00").pass(30).ok("lan", recall(1));
    hall.at("09:00").pass(60);
    hall.ok("lan", absent(1));
    assert_eq!(hall.state("A001"), "absent at 1", "a recall does not begin the minute anew");
    assert_eq!(hall.holds(1), None);
}

#[test]
fn the_refusal_says_how_long_the_citizen_still_has() {
    let mut hall = with_called();
    hall.now = hall.now.plus(queue_core::time::Millis(500));
    let refusal = hall.does("lan", absent(1)).expect_err("too early");
    assert_eq!(refusal, queue_core::refusal::Refusal::TooEarly { seconds_left: 60 });
}

#[test]
fn an_office_without_a_delay_marks_absent_at_once() {
    let mut layout = ward();
    layout.absent_after = queue_core::time::Millis(0);
    let mut hall = Hall::of(layout, None);
    hall.ok("lan", open(1));
    hall.takes("chung-thuc");
    hall.ok("lan", call(1));
    hall.ok("lan", absent(1));
    assert_eq!(hall.state("A001"), "absent at 1");
}

#[test]
fn back_in_line_is_the_old_place() {
    let mut hall = with_called();
    hall.takes("chung-thuc");
    hall.ok("lan", put_back(1));
    assert_eq!([hall.ahead("A001"), hall.ahead("A002")], [0, 1]);
    assert_eq!(hall.calls("lan", 1).as_deref(), Some("A001"));
}

#[test]
fn time_at_the_counter_counts_though_the_ticket_goes_back_in_line() {
    let mut hall = with_called();
    hall.ok("lan", start(1));
    hall.pass(90).ok("lan", put_back(1));
    assert_eq!(hall.office.tally.total.service.0, [(90, 1)]);
    hall.ok("lan", call(1));
    hall.pass(30).ok("lan", put_back(1));
    assert_eq!(hall.office.tally.total.service.0, [(90, 1)], "who was only called was not served");
}

#[test]
fn sent_on_a_ticket_keeps_its_number_and_the_time_it_waited() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.ok("hoa", open(3));
    let moved = hall.takes("chung-thuc");
    hall.pass(60);
    let waiting = hall.takes("ho-tich");
    hall.serves("lan", 1);
    hall.pass(60);
    hall.ok("lan", send_on(1, "ho-tich"));
    assert_eq!(hall.state(&moved), "waiting");
    assert_eq!([hall.ahead(&moved), hall.ahead(&waiting)], [0, 1]);
    assert_eq!(hall.calls("hoa", 3), Some(moved));
}

#[test]
fn sent_to_a_counter_it_waits_for_that_one_while_somebody_sits_there() {
    let mut hall = with_called();
    hall.ok("hoa", open(2));
    hall.ok("lan", send_to(1, 2));
    assert_eq!(hall.ticket("A001").service, service("chung-thuc"), "for the same service");
    assert_eq!(hall.calls("lan", 1), None);
    hall.ok("hoa", pause(2, "đi họp"));
    assert_eq!(hall.calls("lan", 1), None, "a pause ends");
    hall.ok("hoa", open(2));
    assert_eq!(hall.calls("hoa", 2).as_deref(), Some("A001"));
}

#[test]
fn sent_to_a_counter_that_closes_it_waits_for_any_of_its_service() {
    let mut hall = with_called();
    hall.ok("hoa", open(2));
    hall.ok("lan", send_to(1, 2));
    hall.ok("hoa", close(2));
    assert_eq!(hall.calls("lan", 1).as_deref(), Some("A001"));
}

#[test]
fn sent_back_after_one_call_at_that_counter_it_waits_for_its_service() {
    let mut hall = with_called();
    hall.ok("hoa", open(2));
    hall.ok("lan", send_to(1, 2));
    hall.ok("hoa", call(2));
    hall.ok("hoa", put_back(2));
    assert_eq!(hall.ticket("A001").only, None);
    assert_eq!(hall.calls("lan", 1).as_deref(), Some("A001"));
}

#[test]
fn parking_frees_the_counter_and_keeps_the_time_waited() {
    let mut hall = with_called();
    let issued_at = hall.ticket("A001").issued_at;
    hall.ok("lan", start(1));
    hall.ok("lan", park(1, "chờ lãnh đạo ký"));
    assert_eq!(hall.state("A001"), "parked by 1");
    assert_eq!(hall.holds(1), None);
    assert_eq!(hall.calls("lan", 1), None, "nobody calls it until its result is there");
    hall.pass(600);
    hall.ok("hoa", Command::Ready { tickets: vec![hall.id("A001")] });
    hall.takes("chung-thuc");
    assert_eq!(hall.ticket("A001").issued_at, issued_at);
    assert_eq!(hall.calls("lan", 1).as_deref(), Some("A001"));
    hall.ok("lan", put_back(1));
    assert_eq!(hall.state("A001"), "waiting for its result", "put back, it still waits for its result");
}

#[test]
fn a_parked_ticket_goes_through_its_further_errands() {
    let mut hall = with_called();
    hall.ok("lan", start(1));
    hall.ok("lan", park(1, "chờ ký"));
    hall.ok("lan", crate::orders::choose(1, "A001", None));
    hall.ok("lan", start(1));
    hall.ok("lan", send_on(1, "tra-ket-qua"));
    assert_eq!(hall.state("A001"), "waiting", "sent on, it waits for the other service like others");
    assert_eq!(hall.ticket("A001").service, service("tra-ket-qua"));
}

#[test]
fn a_paused_counter_finishes_what_it_holds() {
    let mut hall = with_called();
    hall.ok("lan", pause(1, "nghỉ"));
    hall.ok("lan", recall(1));
    hall.ok("lan", start(1));
    hall.ok("lan", finish(1));
    assert_eq!(hall.state("A001"), "finished at 1");
}

#[test]
fn a_ticket_is_sent_even_to_a_counter_that_is_closed() {
    let mut hall = with_called();
    let to = Target::Counter(CounterId(2));
    hall.ok("lan", Command::Transfer { counter: counter(1), to });
    assert_eq!(hall.state("A001"), "waiting");
    hall.ok("hoa", open(2));
    assert_eq!(hall.calls("lan", 1), None, "from now on it waits for 2");
    assert_eq!(hall.calls("hoa", 2).as_deref(), Some("A001"));
}

/// A hall at 08:00 in which A001 was just called to counter 1, where Lan sits.
fn with_called() -> Hall {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.takes("chung-thuc");
    hall.ok("lan", call(1));
    hall
}

fn expect(hall: &mut Hall, command: Command, code: &str, step: &str) {
    let outcome = hall.does("lan", command).map_or_else(|refusal| refusal.code().0, |_| "");
    assert_eq!(outcome, code, "{step}");
}
