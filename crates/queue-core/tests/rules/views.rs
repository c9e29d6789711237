//! What the hall, the clerk and the auditor see.

use queue_core::command::Command;
use queue_core::event::OfficeEvent;
use queue_core::forecast::Forecast;
use queue_core::layout::Notice;
use queue_core::office::RECENT_CALLS_MAX;
use queue_core::policy::{Among, Why};
use queue_core::text::Text;
use queue_core::views::audit::act;
use queue_core::views::board::{Board, Shown};
use queue_core::views::counter::desk;

use crate::hall::Hall;
use crate::orders::{
    absent, call, choose, close, counter, finish, open, park, pause, recall, send_to, slug, start, ward,
    words,
};

#[test]
fn the_board_shows_calls_newest_first_each_ticket_once() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.ok("hoa", open(2));
    for _ in 0..3 {
        hall.takes("chung-thuc");
    }
    hall.serves("lan", 1);
    hall.ok("hoa", call(2));
    hall.pass(5).ok("lan", call(1));
    hall.pass(5).ok("hoa", recall(2));
    let board = board(&hall);
    let calls: Vec<String> =
        board.calls.iter().map(|call| format!("{} {}", call.number, call.counter)).collect();
    assert_eq!(calls, ["A002 2", "A003 1", "A001 1"]);
    assert_eq!(board.calls[0].called_at, hall.now);
}

#[test]
fn the_board_keeps_a_bounded_number_of_calls() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    for _ in 0..RECENT_CALLS_MAX + 3 {
        hall.takes("chung-thuc");
        hall.serves("lan", 1);
    }
    assert_eq!(board(&hall).calls.len(), RECENT_CALLS_MAX);
}

#[test]
fn the_board_tells_of_a_priority_turn_and_one_out_of_order_but_never_why() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.takes_as("citizen", "chung-thuc", "priority");
    hall.takes("chung-thuc");
    hall.serves("lan", 1);
    hall.ok("lan", choose(1, "A002", Some("bí mật")));
    hall.ok("lan", pause(1, "bí mật"));
    let board = board(&hall);
    assert_eq!(
        board.calls.iter().map(|call| (call.priority, call.out_of_order)).collect::<Vec<_>>(),
        [(false, true), (true, false)]
    );
    assert_eq!(board.counters[0].state, Shown::Paused);
    assert!(!format!("{board:?}").contains("bí mật"));
}

#[test]
fn the_board_counts_who_waits_and_says_why_no_number_is_issued() {
    let mut layout = ward();
    layout.services[2].stopped = true;
    let mut hall = Hall::of(layout, None);
    hall.takes("chung-thuc");
    hall.takes_as("citizen", "chung-thuc", "priority");
    let services = board(&hall).services;
    assert_eq!(services.iter().map(|service| service.waiting).collect::<Vec<_>>(), [2, 0, 0]);
    let reasons = |hall: &Hall| {
        let codes = board(hall).services.into_iter().map(|of| of.closed_because.map(|no| no.code().0));
        codes.collect::<Vec<_>>()
    };
    assert_eq!(reasons(&hall), [None, None, Some("numbers-stopped")]);
    hall.ok("lan", Command::RaiseAlarm { reason: crate::orders::text("cháy") });
    assert_eq!(reasons(&hall), [Some("alarm"); 3]);
    assert!(board(&hall).alarm);
}

#[test]
fn notices_leave_the_board_when_they_end() {
    let mut layout = ward();
    let mut hall = Hall::open();
    let until = hall.now.plus(queue_core::time::Millis::from_secs(60));
    layout.notices = vec![
        Notice { id: slug("tam"), text: words("Nghỉ lễ"), until: Some(until) },
        Notice { id: slug("mai-mai"), text: words("Xin giữ trật tự"), until: None },
    ];
    let plan = hall.plan(0);
    hall.ok("admin", Command::ChangeLayout { layout: Box::new(layout), plan });
    assert_eq!(board(&hall).notices.len(), 2);
    hall.pass(60);
    assert_eq!(board(&hall).notices.iter().map(|notice| notice.id.as_str()).collect::<Vec<_>>(), ["mai-mai"]);
}

#[test]
fn a_clerk_sees_how_many_wait_for_what() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.ok("hoa", open(2));
    for of in ["chung-thuc", "chung-thuc", "chung-thuc", "ho-tich", "ho-tich", "tra-ket-qua"] {
        hall.takes(of);
    }
    hall.pass(60);
    hall.ok("lan", call(1));
    let seen = desk(&hall.office, counter(2), hall.now).expect("a counter");
    assert_eq!(seen.waiting, 5);
    let lines: Vec<(&str, Among, u64)> =
        seen.lines.iter().map(|line| (line.service.0.as_str(), line.among, line.waiting)).collect();
    assert_eq!(
        lines,
        [("chung-thuc", Among::Own, 2), ("tra-ket-qua", Among::Own, 1), ("ho-tich", Among::Backup, 2)]
    );
    assert_eq!(seen.lines[0].oldest.map(|oldest| oldest.secs()), Some(60));
    let seen = desk(&hall.office, counter(1), hall.now).expect("a counter");
    assert_eq!(seen.ticket_since, Some(hall.now));
    assert_eq!(seen.absent_from, Some(hall.now.plus(hall.office.layout.absent_after)));
    hall.ok("lan", start(1));
    assert_eq!(desk(&hall.office, counter(1), hall.now).expect("a counter").absent_from, None);
    assert_eq!(desk(&hall.office, counter(9), hall.now), None);
}

#[test]
fn the_lines_of_a_clerk_add_up_even_with_tickets_sent_to_the_counter() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.ok("mai", open(4));
    hall.takes("chung-thuc");
    hall.takes("tra-ket-qua");
    hall.serves("lan", 1);
    hall.ok("lan", send_to(1, 4));
    let seen = desk(&hall.office, counter(4), hall.now).expect("a counter");
    assert_eq!(seen.waiting, 2);
    assert_eq!(seen.lines.iter().map(|line| line.waiting).sum::<u64>(), 2);
}

#[test]
fn the_audit_names_every_event_as_the_journal_does_and_joins_no_rating_to_a_number() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    for _ in 0..3 {
        hall.takes("chung-thuc");
    }
    hall.ok("lan", call(1));
    hall.pass(60).ok("lan", absent(1));
    hall.ok("lan", Command::Reinstate { ticket: hall.id("A001") });
    hall.ok("lan", choose(1, "A002", Some("gấp")));
    hall.ok("lan", recall(1));
    hall.ok("lan", start(1));
    hall.ok("lan", finish(1));
    hall.ok("citizen", Command::Rate { ticket: hall.id("A002"), score: 1, comment: None });
    hall.serves("lan", 1);
    hall.ok("lan", park(1, "chờ ký"));
    hall.ok("lan", Command::Ready { tickets: vec![hall.id("A001")] });
    hall.ok("chi", close(1));
    hall.next_day();
    for event in hall.records.iter().flat_map(|record| &record.events) {
        let row = act(event);
        let written = serde_json::to_value(event).expect("JSON");
        assert_eq!(written["type"], row.act);
        assert_eq!(
            written.get("counter").and_then(serde_json::Value::as_u64),
            row.counter.map(|id| u64::from(id.0))
        );
        let number = written.get("number").and_then(serde_json::Value::as_str).map(str::to_owned);
        assert_eq!(number, row.number.map(|number| number.to_string()));
        if matches!(event, OfficeEvent::TicketRated { .. }) {
            assert_eq!(row.number, None);
        }
        if let OfficeEvent::TicketCalled { why: Why::Chosen { .. }, .. } = event {
            assert_eq!(row.reason.map(Text::as_str), Some("gấp"));
        }
    }
}

fn board(hall: &Hall) -> Board {
    Board::of(&hall.office, &Forecast::of(&hall.office, hall.now), hall.now)
}
