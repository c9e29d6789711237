//! Business days in instants: zones, hours, days that start late, nights when the clock is changed.

use queue_core::layout::{Hours, Layout};
use queue_core::time::{At, Date, DayPlan, Millis};
use queue_server::clock::{AHEAD_AT_START_MAX, Clock, ClockWatch, Zone, days, parse_instant};
use queue_server::office_file;

fn at(text: &str) -> At {
    parse_instant(text).expect("an instant")
}

fn date(text: &str) -> Date {
    Date::try_from(text.to_owned()).expect("a date")
}

/// The sample office elsewhere, with hours on Mondays only.
fn layout(zone: &str, day_starts_minute: u16, monday: &[(u16, u16)]) -> Layout {
    let mut layout = office_file::sample();
    layout.time_zone = zone.to_owned();
    layout.day_starts_minute = day_starts_minute;
    let hours = monday.iter().map(|(from, to)| Hours { from: *from, to: *to }).collect();
    let mut week: [Vec<Hours>; 7] = Default::default();
    week[0] = hours;
    layout.hours = (!monday.is_empty()).then_some(week);
    layout
}

fn plan(layout: &Layout, now: &str) -> DayPlan {
    Zone::of(layout).plan(layout, at(now))
}

#[test]
fn a_day_begins_at_local_midnight_or_when_the_office_says() {
    for (zone, starts, now, day, begins, ends) in [
        (
            "Asia/Ho_Chi_Minh",
            0,
            "2026-11-22T16:59:59Z",
            "2026-11-22",
            "2026-11-22T00:00:00+07:00",
            "2026-11-23T00:00:00+07:00",
        ),
        (
            "Asia/Ho_Chi_Minh",
            0,
            "2026-11-22T17:00:00Z",
            "2026-11-23",
            "2026-11-23T00:00:00+07:00",
            "2026-11-24T00:00:00+07:00",
        ),
        (
            "Asia/Ho_Chi_Minh",
            240,
            "2026-11-22T20:59:00Z",
            "2026-11-22",
            "2026-11-22T04:00:00+07:00",
            "2026-11-23T04:00:00+07:00",
        ),
        (
            "Asia/Ho_Chi_Minh",
            240,
            "2026-11-22T21:00:00Z",
            "2026-11-23",
            "2026-11-23T04:00:00+07:00",
            "2026-11-24T04:00:00+07:00",
        ),
        // A day of 25 hours, and one of 23.
        (
            "Europe/Berlin",
            0,
            "2026-10-25T12:00:00Z",
            "2026-10-25",
            "2026-10-25T00:00:00+02:00",
            "2026-10-26T00:00:00+01:00",
        ),
        (
            "Europe/Berlin",
            0,
            "2026-03-29T12:00:00Z",
            "2026-03-29",
            "2026-03-29T00:00:00+01:00",
            "2026-03-30T00:00:00+02:00",
        ),
    ] {
        let plan = plan(&layout(zone, starts, &[]), now);
        assert_eq!(
            (plan.date, plan.starts_at, plan.ends_at),
            (date(day), at(begins), at(ends)),
            "{zone} {now}"
        );
        assert!(plan.windows.is_none() && plan.open_at(at(now)));
    }
}

#[test]
fn every_instant_lies_in_one_day_and_days_touch_whatever_the_zone_does() {
    // Among them: midnights that do not exist or come twice, half an hour of change, and a date that never was.
    for zone in [
        "Asia/Ho_Chi_Minh",
        "Europe/Berlin",
        "Africa/Cairo",
        "America/Havana",
        "America/Sao_Paulo",
        "Asia/Beirut",
        "Atlantic/Azores",
        "Australia/Lord_Howe",
        "Pacific/Apia",
    ] {
        let tz = jiff::tz::TimeZone::get(zone).expect("a zone");
        for year in [2011, 2018, 2026] {
            let january: jiff::Timestamp = format!("{year}-01-01T00:00:00Z").parse().expect("an instant");
            let changes = tz.following(january).take(4).map(|change| change.timestamp().as_millisecond());
            for change in changes.chain([january.as_millisecond()]) {
                for starts in [0, 30, 150, 1439] {
                    check_days(&layout(zone, starts, &[]), At(change));
                }
            }
        }
    }
}

/// Walks from a day and a half before `change` to as long after it.
fn check_days(layout: &Layout, change: At) {
    let (zone, step, around) = (Zone::of(layout), 20 * 60_000, 36 * 3_600_000);
    let mut before: Option<DayPlan> = None;
    for offset in (-around..=around).step_by(step) {
        let now = At(change.0 + offset);
        let plan = zone.plan(layout, now);
        assert!(
            plan.starts_at <= now && now < plan.ends_at,
            "{} {}: {plan:?}",
            layout.time_zone,
            zone.text(now)
        );
        if let Some(before) = before.filter(|before| before.date != plan.date) {
            assert!(before.date < plan.date && before.ends_at == plan.starts_at, "{before:?} {plan:?}");
        }
        before = Some(plan);
    }
}

#[test]
fn hours_are_those_of_the_weekday() {
    let office = layout("Asia/Ho_Chi_Minh", 0, &[(450, 720), (780, 990)]);
    // 2026-11-23 is a Monday.
    for (now, open) in [
        ("2026-11-23T07:29:59.999+07:00", false),
        ("2026-11-23T07:30:00+07:00", true),
        ("2026-11-23T11:59:59.999+07:00", true),
        ("2026-11-23T12:00:00+07:00", false),
        ("2026-11-23T13:00:00+07:00", true),
        ("2026-11-23T16:30:00+07:00", false),
        ("2026-11-24T09:00:00+07:00", false),
    ] {
        assert_eq!(plan(&office, now).open_at(at(now)), open, "{now}");
    }
}

#[test]
fn hours_after_midnight_belong_to_the_day_that_began_before() {
    // Given a day that begins at 04:00 and Monday hours 00:00-02:00 and 22:00-24:00.
    let office = layout("Asia/Ho_Chi_Minh", 240, &[(0, 120), (1320, 1440)]);
    // Then Monday's first hours are the end of Sunday's business day.
    let sunday = plan(&office, "2026-11-22T12:00:00+07:00");
    assert!(
        sunday.open_at(at("2026-11-23T01:00:00+07:00")) && !sunday.open_at(at("2026-11-22T23:00:00+07:00"))
    );
    let monday = plan(&office, "2026-11-23T12:00:00+07:00");
    assert!(
        monday.open_at(at("2026-11-23T23:59:00+07:00")) && !monday.open_at(at("2026-11-24T01:00:00+07:00"))
    );
}

#[test]
fn instants_are_written_with_milliseconds_and_offset() {
    for (zone, instant, text) in [
        ("Asia/Ho_Chi_Minh", At(1_795_395_600_123), "2026-11-23T08:00:00.123+07:00"),
        ("UTC", At(0), "1970-01-01T00:00:00.000+00:00"),
        ("America/St_Johns", At(1_795_395_600_000), "2026-11-22T21:30:00.000-03:30"),
    ] {
        let zone = Zone::named(zone).expect("a zone");
        assert_eq!(zone.text(instant), text);
        assert_eq!(parse_instant(text), Some(instant));
    }
    assert!(Zone::named("Asia/Hanoi_City").is_err());
}

#[test]
fn days_are_counted_with_both_ends() {
    for (from, to, count) in [
        ("2026-11-23", "2026-11-23", 1),
        ("2026-11-23", "2026-11-24", 2),
        ("2026-01-01", "2026-12-31", 365),
        ("2026-11-24", "2026-11-23", 0),
    ] {
        assert_eq!(days(date(from), date(to)), count, "{from} to {to}");
    }
}

#[test]
fn a_clock_is_doubted_when_it_springs_not_when_a_computer_sleeps() {
    let day = Millis::from_secs(86_400);
    let clock = Clock::manual(At(0).plus(day));
    let watch = ClockWatch::new(&clock, Some(At(0)));
    assert!(!watch.doubts(&clock));
    // Asleep from Friday to Monday: uptime counts on.
    clock.advance(Millis(3 * day.0));
    assert!(!watch.doubts(&clock));
    clock.set(clock.now().plus(Millis(2 * day.0)));
    assert!(watch.doubts(&clock));
    let mut believed = watch;
    believed.believe(&clock);
    assert!(!believed.doubts(&clock));
}

#[test]
fn a_clock_that_was_set_back_may_be_set_right_again() {
    let noon = At(1_795_395_600_000);
    let clock = Clock::manual(noon);
    let mut watch = ClockWatch::new(&clock, Some(noon));
    clock.set(At(noon.0 - 3 * 86_400_000));
    assert!(!watch.doubts(&clock));
    watch.follow(&clock);
    clock.set(noon.plus(Millis::from_secs(60)));
    assert!(!watch.doubts(&clock));
}

#[test]
fn a_clock_without_a_battery_may_come_up_with_the_record_and_no_further() {
    let (friday, day) = (At(1_795_000_000_000), 86_400);
    for (later_s, doubted) in [(15 * 3600, false), (3 * day, false), (399 * day, false), (401 * day, true)] {
        let clock = Clock::manual(At(0));
        let mut watch = ClockWatch::new(&clock, Some(friday));
        assert!(!watch.doubts(&clock));
        watch.follow(&clock);
        clock.set(friday.plus(Millis::from_secs(later_s)));
        assert_eq!(watch.doubts(&clock), doubted, "{later_s} s later");
    }
}

#[test]
fn a_clock_set_back_for_a_week_is_believed_when_it_is_right_again() {
    let (noon, day) = (At(1_795_395_600_000), Millis::from_secs(86_400));
    let clock = Clock::manual(noon);
    let mut watch = ClockWatch::new(&clock, Some(noon));
    clock.set(At(noon.0 - 3 * 86_400_000));
    for _ in 0..7 {
        clock.advance(day);
        watch.follow(&clock);
        assert!(!watch.doubts(&clock));
    }
    clock.set(noon.plus(Millis(7 * day.0)));
    assert!(!watch.doubts(&clock));
    clock.set(noon.plus(Millis(8 * day.0 + 1)));
    assert!(watch.doubts(&clock));
}

#[test]
fn an_office_may_rest_for_a_year_but_not_for_ten() {
    for (ahead, doubted) in
        [(Millis::from_secs(366 * 86_400), false), (Millis(AHEAD_AT_START_MAX.0 + 1), true)]
    {
        let clock = Clock::manual(At(0).plus(ahead));
        assert_eq!(ClockWatch::new(&clock, Some(At(0))).doubts(&clock), doubted);
        assert!(!ClockWatch::new(&clock, None).doubts(&clock), "an office without a past believes the clock");
    }
}

#[test]
fn a_server_may_run_for_years_without_a_record() {
    let day = Millis::from_secs(86_400);
    let clock = Clock::manual(At(0));
    let mut watch = ClockWatch::new(&clock, Some(At(0)));
    for days in 1..=500 {
        clock.advance(day);
        assert!(!watch.doubts(&clock), "after {days} days");
        watch.follow(&clock);
    }
}
