//! The engine's promises: one order of things, nothing told before it is on disk, one answer for each key.

#[path = "engine/hall.rs"]
mod hall;

use std::sync::atomic::Ordering;
use std::time::Duration;

use hall::{GatedJournal, SOON, anyone, by, call, hall, issue, ticket, under, until};
use queue_core::command::Command;
use queue_core::house::{House, HouseCommand};
use queue_core::ids::{CounterId, TicketId, UserId};
use queue_core::permit::{Actor, Role};
use queue_core::record::Seq;
use queue_core::refusal::Refusal;
use queue_core::text::Text;
use queue_core::time::{At, Date, Millis};
use queue_server::auth::house::{self, HouseOrder, HouseRejection};
use queue_server::clock::{Clock, Zone};
use queue_server::engine::failure::Failure;
use queue_server::engine::handle::{AuditQuery, Rejection, Submission};
use queue_server::engine::readiness::Unready;
use queue_server::engine::writing::Writing;

#[tokio::test]
async fn two_clerks_who_call_at_once_get_two_tickets() {
    // Given two open counters and two people.
    let hall = hall().await;
    hall.open(1, "lan").await;
    hall.open(2, "minh").await;
    hall.accepted(anyone(issue(1))).await;
    hall.accepted(anyone(issue(2))).await;
    // When both clerks call in the same batch, behind a write that is held up.
    hall.gate.shut();
    let third = hall.send(anyone(issue(3)));
    hall.held_up(0).await;
    let (first, second) = (hall.send(by("lan", call(1))), hall.send(by("minh", call(2))));
    hall.held_up(2).await;
    hall.gate.open();
    assert!(third.await.expect("no panic").is_ok());
    // Then each has somebody else.
    let first = first.await.expect("no panic").expect("accepted");
    let second = second.await.expect("no panic").expect("accepted");
    let mut numbers = [&first, &second].map(|released| ticket(released).expect("a ticket").number);
    numbers.sort();
    assert_eq!(numbers, ["A001", "A002"]);
}

#[tokio::test]
async fn a_key_given_twice_in_flight_takes_one_number() {
    let hall = hall().await;
    hall.gate.shut();
    let first = hall.send(under("k", "f", anyone(issue(1))));
    hall.held_up(0).await;
    let second = hall.send(under("k", "f", anyone(issue(2))));
    let other = hall.send(under("k", "g", anyone(issue(3))));
    hall.held_up(2).await;
    assert!(!first.is_finished() && !second.is_finished() && !other.is_finished(), "nothing is told yet");
    hall.gate.open();
    let outcomes = [first.await.expect("no panic"), second.await.expect("no panic")];
    let tickets = outcomes.map(|outcome| {
        let released = outcome.expect("accepted");
        assert_eq!((released.seq, released.status), (Seq(2), 201));
        ticket(&released).expect("a ticket")
    });
    assert_eq!(tickets[0], tickets[1]);
    assert_eq!(other.await.expect("no panic"), Err(Rejection::Refused(Refusal::KeyReused)));
    assert_eq!(hall.office.stats_today().await.expect("figures").total.issued, 1);
}

#[tokio::test]
async fn nothing_is_told_before_it_is_on_disk() {
    // Given a disk that does not come back.
    let hall = hall().await;
    let board = hall.office.published().borrow().board.clone();
    hall.gate.shut();
    // When somebody takes a number.
    let taken = hall.send(anyone(issue(7)));
    until("it waits for the disk", || hall.gate.waited()).await;
    // Then neither the answer, nor a read, nor the board knows of it.
    assert!(!taken.is_finished());
    assert_eq!(hall.office.ticket(TicketId(7)).await, Err(Rejection::Refused(Refusal::UnknownTicket)));
    assert_eq!(hall.office.published().borrow().board, board);
    assert_eq!(hall.office.seq(), Seq(1));
    // And when the disk is back, all of them do.
    hall.gate.open();
    let released = taken.await.expect("no panic").expect("accepted");
    assert_eq!(ticket(&released).expect("a ticket").number, "A001");
    assert!(hall.office.ticket(TicketId(7)).await.is_ok());
    until("the board shows it", || hall.office.published().borrow().board != board).await;
}

#[tokio::test]
async fn a_refusal_waits_for_its_cause() {
    let hall = hall().await;
    hall.open(1, "lan").await;
    hall.accepted(anyone(issue(1))).await;
    // Given a call that is not on disk yet.
    hall.gate.shut();
    let called = hall.send(by("lan", call(1)));
    hall.held_up(0).await;
    // When it is the cause of a refusal.
    let refused = hall.send(anyone(Command::Rate { ticket: TicketId(1), score: 5, comment: None }));
    let again = hall.send(by("lan", call(1)));
    hall.held_up(2).await;
    // Then the refusal is not told before the call is.
    assert!(!refused.is_finished() && !again.is_finished());
    hall.gate.open();
    assert!(called.await.expect("no panic").is_ok());
    assert_eq!(refused.await.expect("no panic"), Err(Rejection::Refused(Refusal::NotServed)));
    assert_eq!(again.await.expect("no panic"), Err(Rejection::Refused(Refusal::TicketOpen)));
}

#[tokio::test]
async fn a_failed_journal_leaves_the_outcome_open_and_ends_the_office() {
    let hall = hall().await;
    hall.gate.shut();
    let taken = hall.send(anyone(issue(1)));
    hall.held_up(0).await;
    let behind = hall.send(anyone(Command::Cancel { ticket: TicketId(9) }));
    hall.held_up(1).await;
    hall.gate.break_down();
    assert_eq!(taken.await.expect("no panic"), Err(Rejection::OutcomeUnknown));
    assert_eq!(behind.await.expect("no panic"), Err(Rejection::OutcomeUnknown));
    until("the process is told to end", || hall.failure.happened()).await;
    assert_eq!(hall.office.unready(), Some(Unready::Failed));
    let later = tokio::time::timeout(SOON, hall.office.submit(anyone(issue(2)))).await.expect("an answer");
    assert!(matches!(later, Err(Rejection::Busy | Rejection::OutcomeUnknown)), "{later:?}");
}

#[tokio::test]
async fn a_handler_that_goes_away_cancels_nothing() {
    let hall = hall().await;
    hall.gate.shut();
    let taken = hall.send(anyone(issue(1)));
    hall.held_up(0).await;
    taken.abort();
    hall.gate.open();
    let released = hall.accepted(anyone(issue(2))).await;
    assert_eq!(ticket(&released).expect("a ticket").number, "A002");
    assert!(hall.office.ticket(TicketId(1)).await.is_ok());
}

#[tokio::test]
async fn a_call_comes_with_a_board_that_shows_it() {
    let hall = hall().await;
    hall.open(1, "lan").await;
    hall.accepted(anyone(issue(1))).await;
    let mut published = hall.office.published();
    let released = hall.accepted(by("lan", call(1))).await;
    tokio::time::timeout(SOON, published.wait_for(|newest| !newest.calls.is_empty()))
        .await
        .expect("soon")
        .expect("on");
    let newest = published.borrow().clone();
    assert_eq!(newest.calls.last().map(|call| call.seq), Some(released.seq));
    assert!(newest.seq >= released.seq);
    let board: serde_json::Value = serde_json::from_str(&newest.board).expect("JSON");
    assert_eq!(board["board"]["calls"][0]["number"], "A001");
    assert!(!newest.board.contains("lan"), "a board names nobody");
    let call: serde_json::Value = serde_json::from_str(&newest.calls[0].text).expect("JSON");
    assert_eq!((&call["type"], &call["call"]["recall"]), (&"call".into(), &0.into()));
    assert_eq!(call["call"]["clips"][0], "vi/chime");
}

#[tokio::test]
async fn a_new_day_opens_ahead_of_the_first_command() {
    let hall = hall().await;
    hall.accepted(anyone(issue(1))).await;
    // When the office was not looked at for three days.
    hall.clock.advance(Millis::from_secs(3 * 86_400));
    let released = hall.accepted(anyone(issue(2))).await;
    assert_eq!(ticket(&released).expect("a ticket").number, "A001", "numbers start anew");
    let audit = hall.office.audit(AuditQuery { limit: 10, ..AuditQuery::default() }).await.expect("an audit");
    let acts: Vec<&str> = audit.items.iter().map(|item| item.act.as_str()).collect();
    assert_eq!(acts, ["ticket_issued", "day_opened", "day_closed", "ticket_issued", "day_opened"]);
}

#[tokio::test]
async fn a_clock_that_steps_back_reissues_nothing() {
    let hall = hall().await;
    let first = ticket(&hall.accepted(anyone(issue(1))).await).expect("a ticket");
    hall.clock.set(At(hall::MORNING.0 - 86_400_000));
    let second = ticket(&hall.accepted(anyone(issue(2))).await).expect("a ticket");
    assert_eq!((first.number.as_str(), second.number.as_str()), ("A001", "A002"));
    assert!(second.issued_at >= first.issued_at);
}

#[tokio::test]
async fn the_offices_time_goes_on_behind_a_clock_that_was_set_back() {
    // Given a call, after which somebody sets the clock back by seven hours.
    let hall = hall().await;
    hall.open(1, "lan").await;
    hall.accepted(anyone(issue(1))).await;
    hall.accepted(by("lan", call(1))).await;
    hall.clock.set(At(hall::MORNING.0 - 7 * 3_600_000));
    let absent = || by("lan", Command::Absent { counter: CounterId(1) });
    let early = hall.office.submit(absent()).await;
    assert!(matches!(early, Err(Rejection::Refused(Refusal::TooEarly { .. }))), "{early:?}");
    // When a minute has passed, then it has for the office, and for the screens that let calls expire.
    hall.clock.advance(Millis::from_secs(61));
    assert_eq!(hall.office.time().now(), hall::MORNING.plus(Millis::from_secs(61)));
    hall.accepted(absent()).await;
    // And a clock that is set right, and later stands ahead, is followed again.
    let later = hall::MORNING.plus(Millis::from_secs(3600));
    hall.clock.set(later);
    until("it is followed", || hall.office.time().now() == later).await;
}

#[tokio::test]
async fn an_administrator_sets_the_offices_time_back() {
    let hall = hall().await;
    hall.clock.advance(Millis::from_secs(3600));
    until("it is followed", || hall.office.time().now() == hall.clock.now()).await;
    hall.clock.set(hall::MORNING);
    corrects(&hall).await;
    assert_eq!(hall.office.time().now(), hall::MORNING);
    let issued = ticket(&hall.accepted(anyone(issue(1))).await).expect("a ticket");
    assert!(issued.issued_at.starts_with("2026-11-23T08:00:00"), "{}", issued.issued_at);
}

#[tokio::test]
async fn a_repeated_key_has_its_answer_whatever_disk_and_clock_say() {
    let hall = hall().await;
    let first = hall.accepted(under("k", "f", anyone(issue(1)))).await;
    hall.disk_low.store(true, Ordering::Relaxed);
    assert_eq!(hall.office.submit(under("n", "f", anyone(issue(2)))).await, Err(Rejection::DiskFull));
    assert_eq!(hall.accepted(under("k", "f", anyone(issue(3)))).await, first);
    hall.disk_low.store(false, Ordering::Relaxed);
    hall.clock.set(hall::MORNING.plus(Millis::from_secs(10 * 86_400)));
    let doubtful = Err(Rejection::Refused(Refusal::ClockDoubtful));
    assert_eq!(hall.office.submit(under("n", "f", anyone(issue(2)))).await, doubtful);
    assert_eq!(hall.accepted(under("k", "f", anyone(issue(3)))).await, first);
    let reused = hall.office.submit(under("k", "g", anyone(issue(4)))).await;
    assert_eq!(reused, Err(Rejection::Refused(Refusal::KeyReused)));
}

#[tokio::test]
async fn a_report_finds_a_day_behind_those_of_a_wrong_clock() {
    // Given a clock that ran ten days ahead, for a day, and was set right on the second day.
    let hall = hall().await;
    let day = Millis::from_secs(86_400);
    hall.clock.advance(Millis(10 * day.0));
    hall.accepted(anyone(issue(1))).await;
    hall.clock.advance(day);
    hall.accepted(anyone(issue(2))).await;
    hall.clock.set(hall::MORNING.plus(day));
    corrects(&hall).await;
    hall.accepted(anyone(issue(3))).await;
    hall.clock.advance(day);
    hall.accepted(anyone(issue(4))).await;
    // Then the second day, closed after later ones, is found.
    let second = Date { year: 2026, month: 11, day: 24 };
    let stats = hall.office.stats(second, second).await.expect("figures");
    assert!(stats.total.issued > 0, "{stats:?}");
}

#[tokio::test]
async fn a_journal_that_does_not_close_is_a_failure() {
    let hall = hall().await;
    hall.gate.break_down();
    hall.engine.stop().await;
    assert!(hall.failure.happened());
    // And so it is of the house.
    let (gate, failure) = (hall::Gate::default(), Failure::then(|_| ()));
    let journal = GatedJournal::boxed("house", &gate);
    let (_house, keeper) =
        house::keep(journal, House::default(), hall.clock.clone(), failure.clone(), Writing::Thread)
            .expect("a thread");
    gate.break_down();
    keeper.stop().await;
    assert!(failure.happened());
}

#[tokio::test]
async fn a_panic_in_the_house_is_a_failure() {
    let clock = Clock::manual(hall::MORNING);
    for task in [false, true] {
        let (gate, failure) = (hall::Gate::default(), Failure::then(|_| ()));
        let at_once = Box::new(|_| Duration::ZERO);
        let writing = if task { Writing::Task(at_once) } else { Writing::Thread };
        let journal = GatedJournal::boxed("house", &gate);
        let kept = house::keep(journal, House::default(), clock.clone(), failure.clone(), writing);
        let (house, keeper) = kept.expect("a thread");
        gate.go_mad();
        let command = HouseCommand::AddUser {
            user: UserId("lan".into()),
            roles: [Role::Clerk].into(),
            password_hash: Text::seal("hash", 1),
            must_change: false,
        };
        let order = HouseOrder { actor: Actor::System, key: None, command, status: 201 };
        assert_eq!(house.submit(order).await, Err(HouseRejection::OutcomeUnknown));
        keeper.stop().await;
        assert!(failure.happened(), "in a task: {task}");
    }
}

#[tokio::test]
async fn a_clock_that_springs_ahead_is_doubted_until_it_is_right_again() {
    let hall = hall().await;
    hall.clock.set(hall::MORNING.plus(Millis::from_secs(10 * 86_400)));
    let refused = hall.office.submit(anyone(issue(1))).await;
    assert_eq!(refused, Err(Rejection::Refused(Refusal::ClockDoubtful)));
    until("it is told", || hall.office.unready() == Some(Unready::ClockDoubtful)).await;
    hall.clock.set(hall::MORNING.plus(Millis::from_secs(60)));
    assert!(hall.office.submit(anyone(issue(1))).await.is_ok());
    until("it is told", || hall.office.unready().is_none()).await;
}

#[tokio::test]
async fn a_watched_counter_and_ticket_tell_their_newest_state() {
    let hall = hall().await;
    hall.open(1, "lan").await;
    hall.accepted(anyone(issue(1))).await;
    let mut counter = hall.office.watch_counter(CounterId(1)).await.expect("a counter");
    let mut phone = hall.office.watch_ticket(TicketId(1)).await.expect("a ticket");
    assert!(phone.borrow_and_update().text.contains(r#""state":"waiting""#));
    hall.accepted(by("lan", call(1))).await;
    let called = |whole: &queue_server::engine::handle::Whole| whole.text.contains(r#""state":"called""#);
    tokio::time::timeout(SOON, counter.wait_for(called)).await.expect("soon").expect("on");
    tokio::time::timeout(Duration::from_millis(900), phone.wait_for(called))
        .await
        .expect("at once")
        .expect("on");
    let unknown = hall.office.watch_ticket(TicketId(404)).await.err();
    assert_eq!(unknown, Some(Rejection::Refused(Refusal::UnknownTicket)));
}

#[tokio::test]
async fn a_stop_answers_what_was_taken() {
    let hall = hall().await;
    hall.gate.shut();
    let taken = hall.send(anyone(issue(1)));
    hall.held_up(0).await;
    let (office, gate) = (hall.office.clone(), hall.gate.clone());
    let stopped = tokio::spawn(hall.engine.stop());
    until("the office takes nothing more", || office.unready() == Some(Unready::Stopped)).await;
    assert!(!taken.is_finished() && !stopped.is_finished(), "the disk has not answered");
    gate.open();
    assert!(taken.await.expect("no panic").is_ok());
    tokio::time::timeout(SOON, stopped).await.expect("it ends").expect("no panic");
    assert_eq!(office.submit(anyone(issue(2))).await, Err(Rejection::Busy));
    assert!(office.published().has_changed().is_err(), "live connections end");
}

/// An administrator says that the clock is right.
async fn corrects(hall: &hall::Hall) {
    let (to, layout) = (hall.clock.now(), hall::layout());
    let plan = Zone::of(&layout).plan(&layout, to);
    let command = Command::CorrectClock { to, plan, reason: Text::seal("pin hết", 1) };
    let actor = Actor::User { name: UserId("admin".into()), role: Role::Admin };
    hall.accepted(Submission { actor, key: None, command, status: 200 }).await;
}
