//! The figures of a day: under what each act of the hall is counted, and how days add up.

use queue_core::command::Command;
use queue_core::time::Millis;
use queue_core::views::stats::{Spread, rating, spread, sum};
use queue_core::views::tally::{Figures, Histogram, Table, Tally};

use crate::hall::Hall;
use crate::orders::{absent, call, class, counter, finish, open, recall, send_on, service, start, text};

/// Issued, called, served, absent, cancelled, expired.
type Counted = [u64; 6];

#[test]
fn every_act_is_counted_in_the_whole_and_under_its_service_class_counter_and_hour() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.ok("hoa", open(2));
    hall.takes("chung-thuc");
    hall.takes_as("citizen", "chung-thuc", "priority");
    hall.takes("chung-thuc");
    hall.takes("ho-tich");
    hall.at("09:00");
    assert_eq!(hall.serves("lan", 1), "A002");
    hall.pass(100).ok("lan", finish(1));
    hall.ok("citizen", Command::Rate { ticket: hall.id("A002"), score: 5, comment: None });
    assert_eq!(hall.calls("hoa", 2).as_deref(), Some("A001"));
    hall.ok("hoa", recall(2));
    hall.pass(60).ok("hoa", absent(2));
    hall.at("10:00");
    hall.ok("citizen", Command::Cancel { ticket: hall.id("A003") });
    hall.ok("chi", Command::CloseDay { reason: Some(text("mất điện")) });
    let tally = &hall.office.tally;
    assert_eq!(counted(&tally.total), [4, 2, 1, 1, 1, 1]);
    assert_eq!(of(&tally.by_service, &service("chung-thuc")), [3, 2, 1, 1, 1, 0]);
    assert_eq!(of(&tally.by_service, &service("ho-tich")), [1, 0, 0, 0, 0, 1]);
    assert_eq!(of(&tally.by_class, &class("normal")), [3, 1, 0, 1, 1, 1]);
    assert_eq!(of(&tally.by_class, &class("priority")), [1, 1, 1, 0, 0, 0]);
    assert_eq!(of(&tally.by_counter, &counter(1)), [0, 1, 1, 0, 0, 0]);
    assert_eq!(of(&tally.by_counter, &counter(2)), [0, 1, 0, 1, 0, 0]);
    // What expires is counted in the hour in which its number was taken.
    assert_eq!(of(&tally.by_hour, &8), [4, 0, 0, 0, 0, 1]);
    assert_eq!(of(&tally.by_hour, &9), [0, 2, 1, 1, 0, 0]);
    assert_eq!(of(&tally.by_hour, &10), [0, 0, 0, 0, 1, 0]);
    for figures in [&tally.total, tally.by_counter.find(&counter(1)).expect("it served")] {
        assert_eq!(figures.ratings, [0, 0, 0, 0, 1]);
        assert_eq!((figures.service.0.as_slice(), figures.wait.total().0), (&[(100, 1)][..], figures.called));
    }
    assert_eq!(tally.total.wait.0, [(3_600, 1), (3_700, 1)], "a recall is no second call");
    assert_eq!(tally.by_counter.find(&counter(3)), None);
}

#[test]
fn what_is_taken_back_is_not_counted() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.takes("chung-thuc");
    hall.takes("chung-thuc");
    hall.ok("lan", call(1));
    hall.pass(60).ok("lan", absent(1));
    hall.ok("lan", Command::Reinstate { ticket: hall.id("A001") });
    hall.ok("chi", Command::CloseDay { reason: Some(text("mất điện")) });
    assert_eq!(counted(&hall.office.tally.total), [2, 1, 0, 0, 0, 2]);
    hall.ok("chi", Command::ReopenDay { reason: text("có điện") });
    for figures in [&hall.office.tally.total, hall.office.tally.by_hour.find(&8).expect("an hour")] {
        assert_eq!(counted(figures), [2, 1, 0, 0, 0, 0]);
    }
}

#[test]
fn a_visit_at_two_counters_is_one_visit_with_two_lengths() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.ok("mai", open(4));
    hall.takes("chung-thuc");
    hall.pass(30).ok("lan", call(1));
    hall.ok("lan", start(1));
    hall.pass(50).ok("lan", send_on(1, "tra-ket-qua"));
    hall.pass(7);
    assert_eq!(hall.serves("mai", 4), "A001");
    hall.pass(70).ok("mai", finish(4));
    let tally = &hall.office.tally;
    assert_eq!(counted(&tally.total), [1, 2, 1, 0, 0, 0]);
    assert_eq!(tally.total.wait.0, [(30, 1)], "the wait ends with the first call");
    assert_eq!(tally.total.service.0, [(50, 1), (70, 1)]);
    let lengths = |id| tally.by_counter.find(&counter(id)).expect("it served").service.total();
    assert_eq!([lengths(1), lengths(4)], [(1, 50), (1, 70)]);
}

#[test]
fn days_add_up_group_by_group() {
    let day = |factor: u32| {
        let mut figures = Figures {
            issued: 7 * u64::from(factor),
            called: 6 * u64::from(factor),
            served: 5 * u64::from(factor),
            absent: 4 * u64::from(factor),
            cancelled: 3 * u64::from(factor),
            expired: 2 * u64::from(factor),
            ratings: [1, 2, 3, 4, 5].map(|times| times * u64::from(factor)),
            ..Figures::default()
        };
        figures.wait.add(10, factor);
        figures.wait.add(10 + factor, 1);
        figures.service.add(300, factor);
        Tally {
            total: figures.clone(),
            by_service: Table(vec![(service("chung-thuc"), figures.clone())]),
            by_class: Table(vec![(class("normal"), figures.clone())]),
            by_counter: Table(vec![(counter(factor), figures.clone())]),
            by_hour: Table(vec![(8, figures)]),
        }
    };
    let days = [day(1), day(10)];
    let whole = sum(&days);
    let expected: Counted = [77, 66, 55, 44, 33, 22];
    let groups: [&Figures; 4] = [
        &whole.total,
        whole.by_service.find(&service("chung-thuc")).expect("a service"),
        whole.by_class.find(&class("normal")).expect("a class"),
        whole.by_hour.find(&8).expect("an hour"),
    ];
    for figures in groups {
        assert_eq!(counted(figures), expected);
        assert_eq!(figures.ratings, [11, 22, 33, 44, 55]);
        assert_eq!(figures.wait.0, [(10, 11), (11, 1), (20, 1)]);
        assert_eq!(figures.service.0, [(300, 11)]);
    }
    let apart: Vec<_> = whole.by_counter.0.iter().map(|(id, figures)| (id.0, figures.issued)).collect();
    assert_eq!(apart, [(1, 7), (10, 70)], "each counter by itself");
    assert_eq!(sum([]), Tally::default());
}

#[test]
fn durations_are_counted_by_whole_seconds_in_rising_order() {
    let mut histogram = Histogram::default();
    for length in [61_999, 0, 999, 61_000, 1_000] {
        histogram.count(Millis(length));
    }
    assert_eq!(histogram.0, [(0, 2), (1, 1), (61, 2)]);
    assert_eq!(histogram.total(), (5, 123));
    histogram.add(1, 9);
    assert_eq!(histogram.total(), (14, 132));
    histogram.count(Millis(u64::MAX));
    assert_eq!(histogram.0.last(), Some(&(u32::MAX, 1)));
}

#[test]
fn percentiles_weigh_each_length_by_how_often_it_was_seen() {
    let seen = |lengths: &[(u32, u32)]| spread(&Histogram(lengths.to_vec()));
    let spreads = |p50, p90, max| Spread { p50: Some(p50), p90: Some(p90), max: Some(max) };
    assert_eq!(seen(&[(0, 1)]), spreads(0, 0, 0));
    assert_eq!(seen(&[(10, 1), (20, 1)]), spreads(10, 20, 20));
    assert_eq!(seen(&[(10, 9), (600, 1)]), spreads(10, 10, 600));
    assert_eq!(seen(&[(10, 8), (600, 2)]), spreads(10, 600, 600));
    assert_eq!(seen(&[(10, 1), (20, 2), (30, 1)]), spreads(20, 30, 30));
    assert_eq!(seen(&[(5, 49), (6, 51)]), spreads(6, 6, 6));
    assert_eq!(seen(&[(5, 50), (6, 50)]), spreads(5, 6, 6));
}

#[test]
fn the_mean_rating_is_of_those_who_rated() {
    let rated = |ratings| rating(&Figures { ratings, ..Figures::default() });
    assert_eq!(rated([0; 5]), (0, None));
    assert_eq!(rated([1, 0, 0, 0, 0]), (1, Some(1.0)));
    assert_eq!(rated([0, 0, 0, 0, 3]), (3, Some(5.0)));
    assert_eq!(rated([1, 1, 0, 0, 2]), (4, Some(3.25)));
}

fn counted(figures: &Figures) -> Counted {
    let Figures { issued, called, served, absent, cancelled, expired, .. } = *figures;
    [issued, called, served, absent, cancelled, expired]
}

fn of<K: Ord + Clone>(table: &Table<K>, key: &K) -> Counted {
    table.find(key).map(counted).unwrap_or_default()
}
