//! What the clock of a real computer does to an office: it is set, it sleeps, it loses its battery, it is changed for
//! the summer. Nobody sleeps here: the clock is moved by hand, and the record is read afterwards.

#[path = "engine/hall.rs"]
#[expect(dead_code, reason = "this test uses the commands, not the gated journal")]
mod hall;
#[path = "time/office.rs"]
mod office;

use hall::{anyone, by, issue, until};
use office::{Ward, at, date, hours, park, passes};
use queue_core::command::Command;
use queue_core::ids::{CounterId, UserId};
use queue_core::layout::Layout;
use queue_core::permit::{Actor, Role};
use queue_core::refusal::Refusal;
use queue_core::text::Text;
use queue_core::time::{At, Millis};
use queue_server::clock::Zone;
use queue_server::engine::handle::{Rejection, Submission};
use queue_server::engine::readiness::Unready;

const HANOI: &str = "Asia/Ho_Chi_Minh";

#[tokio::test]
async fn a_clock_set_back_gives_no_number_and_no_day_again() {
    for (back, restarted) in [(1, false), (1, true), (24, false), (24, true), (72, false)] {
        // Given somebody who waits, and somebody who is called.
        let mut ward = Ward::new(HANOI, "2026-11-23T08:00:00+07:00").await;
        assert_eq!([ward.take().await, ward.take().await], ["A001", "A002"]);
        passes(&ward.clock, 120);
        assert_eq!(ward.call().await.as_deref(), Some("A001"));
        // When the clock is set back, while the server runs or while it does not.
        if restarted {
            ward.restart_at(At(ward.clock.now().0 - hours(back))).await;
        } else {
            ward.step(-hours(back));
        }
        ward.check().await;
        // Then the office goes on where it was, and so does its time.
        passes(&ward.clock, 90);
        assert_eq!(ward.take().await, "A003", "{back} h, restarted: {restarted}");
        ward.accepted(by("lan", Command::Absent { counter: CounterId(1) })).await;
        assert_eq!(ward.call().await.as_deref(), Some("A002"));
        assert_eq!(ward.office().unready(), None);
        assert_eq!(ward.days(), ["2026-11-23"]);
        let waited = ward.office().stats_today().await.expect("figures").total.wait_s.max;
        assert_eq!(waited, Some(210), "120 s before the step, 90 s behind it");
        ward.check().await;
        // And when it is set right again, the next day begins when it does.
        ward.step(hours(back));
        assert_eq!(ward.take().await, "A004");
        ward.step(hours(20));
        assert_eq!(ward.take().await, "A001");
        assert_eq!(ward.days(), ["2026-11-23", "2026-11-24"]);
        ward.check().await;
        ward.stop().await;
    }
}

#[tokio::test]
async fn a_clock_set_over_midnight_and_back_opens_one_day() {
    let mut ward = Ward::new(HANOI, "2026-11-23T23:30:00+07:00").await;
    assert_eq!(ward.take().await, "A001");
    ward.step(hours(1));
    assert_eq!(ward.take().await, "A001", "a new day has new numbers");
    // Back before midnight, and over it again, and a restart in between: it stays the day that it is.
    ward.step(-hours(1));
    assert_eq!(ward.take().await, "A002");
    passes(&ward.clock, 3600);
    assert_eq!(ward.take().await, "A003");
    ward.restart_at(at("2026-11-23T23:50:00+07:00")).await;
    assert_eq!(ward.take().await, "A004");
    assert_eq!(ward.days(), ["2026-11-23", "2026-11-24"]);
    ward.check().await;
    ward.stop().await;
}

#[tokio::test]
async fn days_without_power_are_not_opened_and_not_missed() {
    // Given a Friday with a ticket that waits for its result, and one that nobody called.
    let mut ward = Ward::new(HANOI, "2026-11-20T15:00:00+07:00").await;
    assert_eq!([ward.take().await, ward.take().await], ["A001", "A002"]);
    assert_eq!(ward.call().await.as_deref(), Some("A001"));
    ward.accepted(by("lan", Command::Start { counter: CounterId(1) })).await;
    ward.accepted(park()).await;
    // When the computer was off until Monday.
    ward.restart_at(at("2026-11-23T07:00:00+07:00")).await;
    // Then Monday is open before the first number, and Saturday and Sunday never were.
    assert_eq!(ward.days(), ["2026-11-20", "2026-11-23"]);
    let days = |from, to| {
        let office = ward.office();
        async move { office.stats(date(from), date(to)).await.expect("figures").total }
    };
    assert_eq!(days("2026-11-21", "2026-11-22").await.issued, 0);
    let week = days("2026-11-20", "2026-11-23").await;
    assert_eq!((week.issued, week.expired), (2, 1));
    // And the carried number is not given to anybody else.
    assert_eq!([ward.take().await, ward.take().await], ["A002", "A003"]);
    ward.check().await;
    // When it was off for another three days with a clock that then stood an hour behind.
    ward.restart_at(at("2026-11-23T06:00:00+07:00")).await;
    assert_eq!(ward.take().await, "A004");
    ward.step(hours(72));
    until("it is open", || ward.days().len() == 3).await;
    assert_eq!(ward.days(), ["2026-11-20", "2026-11-23", "2026-11-26"]);
    ward.check().await;
    ward.stop().await;
}

#[tokio::test]
async fn a_computer_that_slept_over_lunch_or_over_night_is_not_doubted() {
    let mut ward = Ward::new(HANOI, "2026-11-23T11:30:00+07:00").await;
    assert_eq!([ward.take().await, ward.take().await], ["A001", "A002"]);
    assert_eq!(ward.call().await.as_deref(), Some("A001"));
    let early = ward.submit(by("lan", Command::Absent { counter: CounterId(1) })).await;
    assert!(matches!(early, Err(Rejection::Refused(Refusal::TooEarly { .. }))), "{early:?}");
    // Asleep, both clocks count on: the deadline of the call has passed, and the wait has grown.
    passes(&ward.clock, 90 * 60);
    ward.accepted(by("lan", Command::Absent { counter: CounterId(1) })).await;
    assert_eq!(ward.call().await.as_deref(), Some("A002"));
    assert_eq!(ward.office().unready(), None);
    assert_eq!(ward.office().stats_today().await.expect("figures").total.wait_s.max, Some(5400));
    // Over two nights: the day is opened though nobody asks for anything.
    passes(&ward.clock, 40 * 3600);
    until("the day is open", || ward.days().len() == 2).await;
    assert_eq!(ward.days(), ["2026-11-23", "2026-11-25"]);
    assert_eq!(ward.office().unready(), None);
    ward.check().await;
    ward.stop().await;
}

#[tokio::test]
async fn a_computer_without_a_battery_is_right_again_once_its_clock_is() {
    // Given a Friday's record.
    for off_h in [15, 63] {
        let mut ward = Ward::new(HANOI, "2026-11-20T16:00:00+07:00").await;
        assert_eq!(ward.take().await, "A001");
        // When the computer starts in 2015, then the office goes on in the time of its record.
        ward.restart_at(at("2015-01-01T00:00:00Z")).await;
        passes(&ward.clock, 30);
        assert_eq!(ward.take().await, "A002");
        assert_eq!((ward.office().unready(), ward.days().len()), (None, 1));
        // And when the network has set its clock right, it is believed, and the day is opened.
        ward.clock.set(at("2026-11-20T16:00:00+07:00").plus(Millis::from_secs(off_h * 3600)));
        assert_eq!(ward.take().await, "A001");
        assert_eq!((ward.office().unready(), ward.days().len()), (None, 2));
        // But a clock that springs from there is doubted, as any.
        ward.step(hours(30));
        until("it is doubted", || ward.office().unready() == Some(Unready::ClockDoubtful)).await;
        ward.check().await;
        ward.stop().await;
    }
}

#[tokio::test]
async fn an_office_founded_by_a_wrong_clock_waits_for_an_administrator() {
    let mut ward = Ward::new(HANOI, "2015-01-01T08:00:00+07:00").await;
    assert_eq!(ward.take().await, "A001");
    let today = at("2026-11-23T08:00:00+07:00");
    ward.clock.set(today);
    let doubtful = Err(Rejection::Refused(Refusal::ClockDoubtful));
    assert_eq!(ward.submit(anyone(issue(90))).await, doubtful);
    // A restart does not help.
    ward.restart_at(today).await;
    assert_eq!(ward.submit(anyone(issue(90))).await, doubtful);
    assert_eq!(ward.days(), ["2015-01-01"]);
    let plan = Zone::of(&ward.layout).plan(&ward.layout, today);
    let command = Command::CorrectClock { to: today, plan, reason: Text::seal("pin hết", 1) };
    let actor = Actor::User { name: UserId("admin".into()), role: Role::Admin };
    ward.accepted(Submission { actor, key: None, command, status: 200 }).await;
    assert_eq!(ward.take().await, "A001");
    assert_eq!(ward.days(), ["2015-01-01", "2026-11-23"]);
    ward.stop().await;
}

#[tokio::test]
async fn nights_when_the_clock_is_changed_have_each_day_once() {
    for (from, days) in [
        ("2026-10-24T18:00:00+02:00", ["2026-10-24", "2026-10-25", "2026-10-26"]),
        ("2026-03-28T18:00:00+01:00", ["2026-03-28", "2026-03-29", "2026-03-30"]),
    ] {
        let mut ward = Ward::new("Europe/Berlin", from).await;
        // Somebody comes every half hour, all night and all day, and is called.
        for _ in 0..2 * 36 {
            ward.take().await;
            passes(&ward.clock, 300);
            assert!(ward.call().await.is_some());
            ward.accepted(by("lan", Command::Start { counter: CounterId(1) })).await;
            passes(&ward.clock, 1200);
            ward.accepted(by("lan", Command::Finish { counter: CounterId(1), outcome: None })).await;
            passes(&ward.clock, 300);
        }
        assert_eq!(ward.days(), days);
        let sunday = ward.office().stats(date(days[1]), date(days[1])).await.expect("figures");
        // 25 or 23 hours, two people each, all of whom waited five minutes.
        let people = if from.starts_with("2026-10") { 50 } else { 46 };
        assert_eq!((sunday.total.issued, sunday.total.served), (people, people));
        assert_eq!(sunday.by_hour.iter().map(|hour| hour.figures.issued).sum::<u64>(), people);
        assert_eq!((sunday.total.wait_s.p50, sunday.total.wait_s.max), (Some(300), Some(300)));
        ward.check().await;
        ward.stop().await;
    }
}

#[tokio::test]
async fn a_start_in_the_hour_that_comes_twice_opens_the_day_that_has_begun() {
    // Given days that begin at 02:30, a time that this night has twice.
    let layout = Layout { time_zone: "Europe/Berlin".to_owned(), day_starts_minute: 150, ..hall::layout() };
    let mut ward = Ward::with(layout, "2026-10-24T20:00:00+02:00").await;
    assert_eq!(ward.take().await, "A001");
    // When the computer was off at the first 02:30 and starts before the second.
    ward.restart_at(at("2026-10-25T02:10:00+01:00")).await;
    assert_eq!(ward.days(), ["2026-10-24", "2026-10-25"]);
    assert_eq!(ward.take().await, "A001");
    passes(&ward.clock, 3600);
    assert_eq!(ward.take().await, "A002");
    assert_eq!(ward.days().len(), 2);
    ward.stop().await;
}

#[tokio::test]
async fn the_last_and_the_first_millisecond_of_a_day_and_of_a_leap_year() {
    let mut ward = Ward::new(HANOI, "2028-02-28T23:59:59.999+07:00").await;
    assert_eq!([ward.take().await, ward.take().await], ["A001", "A002"]);
    for _ in 0..2 {
        ward.clock.advance(Millis(1));
        assert_eq!([ward.take().await, ward.take().await], ["A001", "A002"]);
        ward.clock.advance(Millis(86_399_999));
        assert_eq!(ward.take().await, "A003");
    }
    assert_eq!(ward.days(), ["2028-02-28", "2028-02-29", "2028-03-01"]);
    let leap = ward.office().stats(date("2028-02-29"), date("2028-02-29")).await.expect("figures");
    assert_eq!(leap.total.issued, 3);
    ward.check().await;
    ward.stop().await;
}

#[tokio::test]
async fn a_crowd_at_midnight_gets_each_number_of_each_day_once() {
    let mut ward = Ward::new(HANOI, "2026-11-23T23:59:59.990+07:00").await;
    let crowd = (0..200_u128).map(|person| {
        let (office, clock) = (ward.office(), ward.clock.clone());
        tokio::spawn(async move {
            // The clock ticks once for each; the eleventh finds midnight.
            clock.advance(Millis(1));
            office.submit(anyone(issue(1000 + person))).await.expect("accepted")
        })
    });
    let mut given = Vec::new();
    for person in crowd.collect::<Vec<_>>() {
        given.push(hall::ticket(&person.await.expect("no panic")).expect("a ticket").number);
    }
    assert_eq!(ward.days(), ["2026-11-23", "2026-11-24"]);
    let both = ward.office().stats(date("2026-11-23"), date("2026-11-24")).await.expect("figures");
    assert_eq!(both.total.issued, 200);
    ward.check().await;
    ward.stop().await;
}
