//! The layout: what cannot stand, and what cannot be changed under somebody's feet.

use queue_core::command::{Command, Issue};
use queue_core::layout::{ENTRIES_MAX, Hours, Layout, NAME_CHARS_MAX, NOTICES_MAX, Notice, Service, Words};

use crate::hall::Hall;
use crate::orders::{
    absent, call, class, close, counter, finish, lang, offered, open, place, rated, service, slug, start,
    ward, words,
};

#[test]
fn every_fault_names_its_place() {
    type Case = (&'static str, fn(&mut Layout));
    let cases: [Case; 38] = [
        ("languages", |l| l.languages.clear()),
        ("languages", |l| l.languages = (0..=ENTRIES_MAX).map(|i| lang(&format!("vi-x-{i}"))).collect()),
        ("languages[2]", |l| l.languages.push(lang("vi"))),
        ("name", |l| l.name.clear()),
        ("name", |l| l.name = Words::from([(lang("en"), "Kim Lien".to_owned())])),
        ("name.fr", |l| drop(l.name.insert(lang("fr"), "Kim Lien".to_owned()))),
        ("name.vi", |l| l.name = words("")),
        ("name.vi", |l| l.name = words(&"x".repeat(NAME_CHARS_MAX + 1))),
        ("name.vi", |l| l.name = words("Kim\nLiên")),
        ("day_starts_at", |l| l.day_starts_minute = 1440),
        ("classes", |l| l.classes.clear()),
        ("classes", |l| l.classes = (0..=ENTRIES_MAX).map(|i| rated(&format!("c{i}"), 1, false)).collect()),
        ("classes[1].id", |l| l.classes[1].id = class("normal")),
        ("classes[0].confirm", |l| l.classes[0].confirm = true),
        ("classes[2].name", |l| l.classes[2].name.clear()),
        ("services", |l| l.services.clear()),
        ("services", |l| l.services = (0..=ENTRIES_MAX).map(|i| offered(&format!("s{i}"), 'A', 1)).collect()),
        ("services[1].id", |l| l.services[1].id = service("chung-thuc")),
        ("services[0].digits", |l| l.services[0].digits = 0),
        ("services[0].digits", |l| l.services[0].digits = 7),
        ("services[0].first_number", |l| l.services[0].first_number = 1000),
        ("services[1].prefix", |l| l.services[1].prefix = Some('A')),
        ("services[1].prefix", |l| l.services[1].prefix = Some('b')),
        ("services[1].prefix", |l| l.services[1].prefix = Some('Đ')),
        ("services[1].prefix", |l| l.services[1].prefix = Some('1')),
        ("services[2].name", |l| l.services[2].name.clear()),
        ("counters", |l| l.counters.clear()),
        ("counters[3].id", |l| l.counters[3].id = counter(1)),
        ("counters[0].id", |l| l.counters[0].id = counter(0)),
        ("counters[0].id", |l| l.counters[0].id = counter(1000)),
        ("counters[0].services", |l| l.counters[0].services.clear()),
        ("counters[1].services[0]", |l| l.counters[1].services[0] = service("an-com")),
        ("counters[1].services[1]", |l| l.counters[1].services[1] = service("chung-thuc")),
        ("counters[1].backup_services[0]", |l| l.counters[1].backup_services[0] = service("an-com")),
        ("counters[1].backup_services[0]", |l| l.counters[1].backup_services[0] = service("chung-thuc")),
        ("counters[2].name", |l| l.counters[2].name.clear()),
        ("notices", |l| l.notices = (0..=NOTICES_MAX).map(|i| notice(&format!("n{i}"))).collect()),
        ("notices[1].id", |l| l.notices = vec![notice("n"), notice("n")]),
    ];
    for (index, (path, spoil)) in cases.into_iter().enumerate() {
        let mut layout = ward();
        spoil(&mut layout);
        let fault = layout.fault().unwrap_or_else(|| panic!("case {index}, {path}: the layout stands"));
        assert_eq!(fault.path, path, "case {index}: {fault}");
        assert!(!fault.what.is_empty());
        let mut hall = Hall::open();
        let command = Command::ChangeLayout { layout: Box::new(layout), plan: hall.plan(0) };
        assert_eq!(hall.no("admin", command), "bad-layout", "{path}");
    }
    let mut layout = ward();
    layout.notices = vec![Notice { text: words(""), ..notice("n") }];
    assert_eq!(layout.fault().map(|fault| fault.path).as_deref(), Some("notices[0].text.vi"));
}

#[test]
fn hours_stand_in_order_and_do_not_overlap() {
    let hours =
        |ranges: &[(u16, u16)]| ranges.iter().map(|(from, to)| Hours { from: *from, to: *to }).collect();
    for (ranges, stands) in [
        (&[][..], true),
        (&[(450, 720), (780, 990)], true),
        (&[(0, 1440)], true),
        (&[(450, 720), (720, 990)], true),
        (&[(720, 450)], false),
        (&[(450, 450)], false),
        (&[(450, 1441)], false),
        (&[(450, 720), (700, 990)], false),
        (&[(780, 990), (450, 720)], false),
    ] {
        let mut layout = ward();
        let mut week: [Vec<Hours>; 7] = Default::default();
        week[5] = hours(ranges);
        layout.hours = Some(week);
        assert_eq!(
            layout.fault().map(|fault| fault.path).as_deref(),
            (!stands).then_some("hours"),
            "{ranges:?}"
        );
    }
}

#[test]
fn what_looks_odd_but_can_stand_is_taken() {
    let cases: [fn(&mut Layout); 7] = [
        |l| l.services[1].prefix = None,
        |l| l.services[1] = Service { first_number: 500, ..offered("ho-tich", 'A', 12) },
        |l| l.services[1] = Service { digits: 4, ..offered("ho-tich", 'A', 12) },
        |l| l.services[0].first_number = 999,
        |l| l.classes[1].credit_per_minute.0 = 0,
        |l| l.counters.truncate(1),
        |l| l.counters[0].id = counter(999),
    ];
    for (index, change) in cases.into_iter().enumerate() {
        let mut layout = ward();
        change(&mut layout);
        assert_eq!(layout.fault(), None, "case {index}");
    }
}

#[test]
fn what_is_at_its_limit_can_stand() {
    let cases: [fn(&mut Layout); 10] = [
        |l| l.languages.extend((2..ENTRIES_MAX).map(|i| lang(&format!("vi-x-{i}")))),
        |l| l.classes.extend((3..ENTRIES_MAX).map(|i| rated(&format!("c{i}"), 1, false))),
        |l| l.services.extend((3..ENTRIES_MAX).map(|i| first(i as u32))),
        |l| l.counters.extend((4..ENTRIES_MAX).map(|i| place(i as u32 + 1, &["chung-thuc"], &[]))),
        |l| l.notices = (0..NOTICES_MAX).map(|i| notice(&format!("n{i}"))).collect(),
        |l| l.name = words(&"Ứ".repeat(NAME_CHARS_MAX)),
        |l| l.day_starts_minute = 1439,
        |l| l.services[0].digits = 1,
        |l| l.services[0] = Service { first_number: 999_999, digits: 6, ..offered("chung-thuc", 'A', 5) },
        |l| l.counters[0].id = counter(5),
    ];
    for (index, change) in cases.into_iter().enumerate() {
        let mut layout = ward();
        change(&mut layout);
        assert_eq!(layout.fault(), None, "case {index}");
    }
}

#[test]
fn a_service_gives_numbers_up_to_the_widest_of_its_digits() {
    let last = |digits| Service { digits, ..offered("chung-thuc", 'A', 5) }.last_number();
    assert_eq!([1, 2, 3, 4, 5, 6].map(last), [9, 99, 999, 9_999, 99_999, 999_999]);
}

#[test]
fn a_changed_layout_counts_at_once_and_for_the_days_to_come() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.takes("chung-thuc");
    let mut layout = ward();
    layout.services.push(offered("cu-tru", 'K', 12));
    layout.counters.push(place(5, &["cu-tru"], &[]));
    layout.counters.remove(3);
    change(&mut hall, layout.clone());
    assert_eq!(hall.takes("cu-tru"), "K001");
    assert_eq!(hall.takes("chung-thuc"), "A002", "the series goes on");
    assert_eq!(hall.calls("lan", 1).as_deref(), Some("A001"), "who sits stays");
    hall.ok("hoa", open(5));
    assert_eq!(hall.no("mai", open(4)), "unknown-counter");
    hall.next_day();
    assert_eq!(hall.office.layout, layout);
    assert_eq!(hall.takes("cu-tru"), "K001");
}

#[test]
fn a_service_can_be_stopped_and_its_waiting_are_still_called() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.takes("chung-thuc");
    let mut layout = ward();
    layout.services[0].stopped = true;
    change(&mut hall, layout);
    let wish = hall.wish("chung-thuc");
    assert_eq!(hall.no("citizen", Command::Issue(wish)), "numbers-stopped");
    assert_eq!(hall.calls("lan", 1).as_deref(), Some("A001"));
}

#[test]
fn a_prefix_exchanged_between_services_gives_no_number_twice() {
    let mut hall = Hall::open();
    hall.takes("chung-thuc");
    hall.takes("chung-thuc");
    hall.takes("ho-tich");
    let mut layout = ward();
    (layout.services[0].prefix, layout.services[1].prefix) = (Some('B'), Some('A'));
    change(&mut hall, layout);
    assert_eq!(hall.takes("ho-tich"), "A003");
    assert_eq!(hall.takes("chung-thuc"), "B003");
}

#[test]
fn a_layout_takes_the_ground_from_under_nobody() {
    type Case = (&'static str, fn(&mut Layout), fn(&mut Hall));
    let without_service = |l: &mut Layout| {
        l.services.remove(0);
        l.counters[0].services = vec![service("ho-tich")];
        l.counters[1].services = vec![service("tra-ket-qua")];
    };
    let cases: [Case; 4] = [
        ("id", |l| l.id.0 = slug("trung-tu"), |_| ()),
        ("counters", |l| drop(l.counters.remove(0)), |hall| drop(hall.ok("lan", close(1)))),
        ("services", without_service, |hall| {
            assert_eq!(hall.serves("lan", 1), "A001");
            hall.ok("lan", finish(1));
        }),
        (
            "classes",
            |l| drop(l.classes.remove(1)),
            |hall| {
                drop(hall.ok("citizen", Command::Cancel { ticket: hall.id("B001") }));
            },
        ),
    ];
    for (path, spoil, relieve) in cases {
        let mut hall = Hall::open();
        hall.ok("lan", open(1));
        hall.takes("chung-thuc");
        hall.takes_as("citizen", "ho-tich", "priority");
        let mut layout = ward();
        spoil(&mut layout);
        let command = Command::ChangeLayout { layout: Box::new(layout), plan: hall.plan(0) };
        let refusal = hall.does("admin", command.clone()).expect_err(path);
        assert!(refusal.to_string().starts_with(path), "{refusal}");
        relieve(&mut hall);
        if path != "id" {
            hall.ok("admin", command);
        }
    }
}

#[test]
fn a_service_that_somebody_still_needs_later_stays() {
    let mut hall = Hall::open();
    let wish = Issue { then: vec![service("tra-ket-qua")], ..hall.wish("ho-tich") };
    hall.issue("citizen", wish);
    let mut layout = ward();
    layout.services.remove(2);
    layout.counters[1] = place(2, &["chung-thuc"], &[]);
    layout.counters[2] = place(3, &["ho-tich"], &[]);
    layout.counters.remove(3);
    let command = Command::ChangeLayout { layout: Box::new(layout), plan: hall.plan(0) };
    assert_eq!(hall.no("admin", command), "bad-layout");
}

#[test]
fn who_was_absent_is_not_taken_back_for_a_service_that_is_gone() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    let errands = Issue { then: vec![service("tra-ket-qua")], ..hall.wish("chung-thuc") };
    hall.issue("citizen", errands);
    hall.ok("lan", call(1));
    hall.pass(60).ok("lan", absent(1));
    // When the office drops what would follow, while nobody waits for it.
    let mut layout = ward();
    layout.services.remove(2);
    layout.counters = vec![place(1, &["chung-thuc"], &[]), place(3, &["ho-tich"], &[])];
    change(&mut hall, layout);
    assert_eq!(hall.no("lan", Command::Reinstate { ticket: hall.id("A001") }), "unknown-service");
    // Then it can be taken back once the service is there again.
    change(&mut hall, ward());
    hall.ok("lan", Command::Reinstate { ticket: hall.id("A001") });
    assert_eq!(hall.state("A001"), "waiting");
}

#[test]
fn a_zone_that_would_change_todays_date_is_refused() {
    let mut hall = Hall::open();
    hall.next_day();
    for day in [0, 2] {
        let command = Command::ChangeLayout { layout: Box::new(ward()), plan: hall.plan(day) };
        assert_eq!(hall.no("admin", command), "bad-layout", "numbers of a day would be given twice");
    }
}

#[test]
fn a_counter_moved_to_other_services_finishes_what_it_holds() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.takes("chung-thuc");
    hall.takes("ho-tich");
    hall.ok("lan", call(1));
    let mut layout = ward();
    layout.counters[0] = place(1, &["ho-tich"], &[]);
    change(&mut hall, layout);
    hall.ok("lan", start(1));
    assert_eq!(hall.calls("lan", 1).as_deref(), Some("B001"));
}

fn change(hall: &mut Hall, layout: Layout) {
    let plan = hall.plan(0);
    hall.ok("admin", Command::ChangeLayout { layout: Box::new(layout), plan });
}

/// A service whose numbers begin at `number`.
fn first(number: u32) -> Service {
    Service { first_number: number, ..offered(&format!("s{number}"), 'S', 1) }
}

fn notice(id: &str) -> Notice {
    Notice { id: slug(id), text: words("Nghỉ lễ ngày 24/11"), until: None }
}
