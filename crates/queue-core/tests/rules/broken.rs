//! A journal that nobody could have decided stops the machine: what breaks an invariant is never taken in silently.

use std::panic::{AssertUnwindSafe, catch_unwind};

use queue_core::apply::apply;
use queue_core::event::OfficeEvent;
use queue_core::ids::TicketId;
use queue_core::office::Office;
use queue_core::policy::Why;
use queue_core::record::Seq;
use queue_core::replay;

use crate::hall::Hall;
use crate::orders::{call, counter, open};

/// Counters 1 and 2 are open; A001 is called to 1, A002 and A003 wait.
fn hall() -> Hall {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.ok("hoa", open(2));
    for _ in 0..3 {
        hall.takes("chung-thuc");
    }
    hall.ok("lan", call(1));
    hall
}

#[test]
fn an_event_that_breaks_an_invariant_stops_the_machine() {
    let hall = hall();
    let is_second = |event: &&OfficeEvent| matches!(event, OfficeEvent::TicketIssued { number, .. } if number.to_string() == "A002");
    let mut events = hall.records.iter().flat_map(|record| &record.events);
    let issued = events.find(is_second).expect("A002 was issued").clone();
    let mut same_number = issued.clone();
    let mut same_ticket = issued.clone();
    if let OfficeEvent::TicketIssued { ticket, .. } = &mut same_number {
        *ticket = TicketId(999);
    }
    if let OfficeEvent::TicketIssued { number, .. } = &mut same_ticket {
        number.value = 77;
    }
    let called = |number: &str, to: u32| {
        let ticket = hall.ticket(number);
        OfficeEvent::TicketCalled {
            ticket: ticket.id,
            number: ticket.number,
            counter: counter(to),
            why: Why::TakenUp,
        }
    };
    for (event, what) in [
        (issued, "a ticket is issued once"),
        (same_number, "a number stands for one ticket"),
        (same_ticket, "an id stands for one ticket"),
        (called("A002", 1), "a counter holds one ticket"),
        (called("A002", 9), "a call names a counter of the office"),
        (OfficeEvent::CounterClosed { counter: counter(1) }, "a counter that closes holds no ticket"),
    ] {
        assert!(stops(&hall.office, |office| apply(office, &event, hall.now)), "{what}");
    }
    assert!(
        !stops(&hall.office, |office| apply(office, &called("A002", 2), hall.now)),
        "what may be is taken"
    );
}

#[test]
fn a_ticket_stands_in_line_once() {
    let hall = hall();
    let (waiting, called) = (hall.ticket("A002"), hall.ticket("A001"));
    assert!(stops(&hall.office, |office| office.lines.insert(waiting)), "it stands there already");
    assert!(stops(&hall.office, |office| office.lines.remove(called)), "it stands there no more");
    let mut lines = hall.office.lines.clone();
    lines.remove(waiting);
    assert_eq!(lines.waiting(), 1);
    lines.insert(waiting);
    assert_eq!(lines, hall.office.lines, "it comes back to its place");
}

#[test]
fn records_follow_each_other_or_stop_the_machine() {
    let hall = hall();
    let last = hall.last().clone();
    for seq in [0, last.seq.0 - 1, last.seq.0, last.seq.0 + 2] {
        let mut record = last.clone();
        record.seq = Seq(seq);
        record.events.clear();
        assert!(stops(&hall.office, |office| replay::absorb(office, &record)), "record {seq}");
    }
}

fn stops(office: &Office, act: impl FnOnce(&mut Office)) -> bool {
    let mut office = office.clone();
    catch_unwind(AssertUnwindSafe(|| act(&mut office))).is_err()
}
