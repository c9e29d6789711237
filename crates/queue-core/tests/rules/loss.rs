//! Going on after records were lost: no number that may have been given is given again.

use queue_core::command::{Command, Loss};
use queue_core::event::OfficeEvent;
use queue_core::house::{self, House, HouseCommand, HouseDraft, HouseEvent};
use queue_core::ids::UserId;
use queue_core::number::Number;
use queue_core::permit::Role;
use queue_core::record::Seq;
use queue_core::time::At;

use crate::hall::Hall;
use crate::orders::{actor, call, finish, offered, open, park, start, text, ward};

/// A hall at 08:00 of day `day` in which A001 to A003 were taken on the first day, and what happened after that in
/// another copy of it: the part that is lost.
fn halls(lost: impl FnOnce(&mut Hall)) -> (Hall, Vec<OfficeEvent>) {
    let take_three = |hall: &mut Hall| (0..3).for_each(|_| drop(hall.takes("chung-thuc")));
    let (mut kept, mut whole) = (Hall::open(), Hall::open());
    take_three(&mut kept);
    take_three(&mut whole);
    let known = whole.records.len();
    lost(&mut whole);
    // Ids are random in life: none that was lost comes again.
    (0..1000).for_each(|_| drop(kept.wish("chung-thuc")));
    let behind = whole.records[known..].iter().flat_map(|record| record.events.clone()).collect();
    (kept, behind)
}

fn loss(hall: &Hall, missing: u64, behind: Vec<OfficeEvent>) -> Loss {
    let from = hall.office.seq.next();
    let to = Some(Seq(hall.office.seq.0 + missing + behind.len() as u64));
    let (plan, reason) = (hall.plan(0), text("đĩa hỏng"));
    Loss { from, to, missing, before: Vec::new(), behind, layout: None, told: None, plan, reason }
}

fn accept(hall: &mut Hall, loss: Loss) -> Vec<OfficeEvent> {
    hall.ok("system", Command::AcceptLoss(Box::new(loss)))
}

#[test]
fn series_go_on_at_the_next_hundred_that_no_lost_record_can_have_reached() {
    for (missing, next) in [(1, "A101"), (77, "A101"), (78, "A201"), (400, "A501")] {
        let (mut hall, _) = halls(|_| {});
        let loss = loss(&hall, missing, Vec::new());
        accept(&mut hall, loss);
        assert_eq!(hall.takes("chung-thuc"), next, "{missing} missing");
        assert_eq!(hall.takes("chung-thuc"), format!("A{:03}", next[1..].parse::<u32>().unwrap() + 1));
        assert_eq!(hall.state("A002"), "waiting", "who was known keeps the place");
        hall.next_day();
        assert_eq!(hall.takes("chung-thuc"), "A001", "the next day begins as ever");
    }
}

#[test]
fn a_series_that_may_be_at_its_end_gives_nothing_until_a_person_says_how_far_it_went() {
    let (mut hall, _) = halls(|_| {});
    let far = loss(&hall, 5_000, Vec::new());
    accept(&mut hall, far);
    let wish = hall.wish("chung-thuc");
    assert_eq!(hall.no("citizen", Command::Issue(wish)), "numbers-used-up");
    let (mut hall, _) = halls(|_| {});
    let told = Loss { told: Some(57), ..loss(&hall, 5_000, Vec::new()) };
    accept(&mut hall, told);
    assert_eq!([hall.takes("chung-thuc"), hall.takes("ho-tich")], ["A058", "B058"]);
}

#[test]
fn tickets_found_behind_the_gap_wait_again_unless_they_are_over() {
    let (mut hall, behind) = halls(|lost| {
        lost.ok("lan", open(1));
        for _ in 0..4 {
            lost.takes("chung-thuc");
        }
        // A001 to A003 and then A004 and A005 come to the counter; A005 is still there.
        for _ in 0..4 {
            lost.ok("lan", call(1));
            lost.ok("lan", start(1));
            lost.ok("lan", finish(1));
        }
        lost.ok("lan", call(1));
        lost.takes("ho-tich");
    });
    let missing_first = behind[1..].to_vec();
    let loss = loss(&hall, 1, missing_first);
    accept(&mut hall, loss);
    assert_eq!(hall.state("A005"), "waiting");
    assert_eq!(hall.state("A007"), "waiting");
    assert_eq!(hall.state("B001"), "waiting");
    assert!(!hall.office.numbers.contains_key(&"A004".parse::<Number>().unwrap()), "A004 was served");
    assert_eq!([hall.takes("chung-thuc"), hall.takes("ho-tich")], ["A101", "B101"]);
    hall.ok("lan", open(1));
    assert_eq!(hall.calls("lan", 1).as_deref(), Some("A001"));
}

#[test]
fn a_day_that_had_begun_in_the_lost_part_is_opened_again_and_gives_none_of_its_numbers_twice() {
    let (mut hall, behind) = halls(|lost| {
        lost.next_day();
        for _ in 0..130 {
            lost.takes("chung-thuc");
        }
    });
    // Of the second day everything but its opening was found.
    let found: Vec<_> =
        behind.into_iter().filter(|event| matches!(event, OfficeEvent::TicketIssued { .. })).collect();
    hall.now = At(hall.plan(1).starts_at.0 + 9 * 3_600_000);
    let loss = Loss { plan: hall.plan(1), ..loss(&hall, 2, found) };
    let events = accept(&mut hall, loss);
    assert!(matches!(events[..2], [OfficeEvent::DayClosed { .. }, OfficeEvent::DayOpened { .. }]));
    assert!(matches!(events.last(), Some(OfficeEvent::LossAccepted { .. })));
    assert_eq!(hall.state("A130"), "waiting");
    assert_eq!(hall.takes("chung-thuc"), "A201");
}

#[test]
fn a_loss_begins_right_behind_the_office_and_needs_a_bound() {
    let (mut hall, _) = halls(|_| {});
    let wrong = Loss { from: Seq(2), ..loss(&hall, 1, Vec::new()) };
    assert_eq!(hall.no("system", Command::AcceptLoss(Box::new(wrong))), "invalid-field");
    let boundless = Loss { to: None, ..loss(&hall, 0, Vec::new()) };
    assert_eq!(hall.no("system", Command::AcceptLoss(Box::new(boundless.clone()))), "invalid-field");
    accept(&mut hall, Loss { told: Some(0), ..boundless });
    assert_eq!(hall.takes("chung-thuc"), "A004");
}

#[test]
fn the_house_goes_on_with_whom_it_knows() {
    let mut house = House::default();
    let (name, roles) = (UserId("hoa".into()), [Role::Clerk].into());
    let add =
        HouseCommand::AddUser { user: name.clone(), roles, password_hash: text("phc"), must_change: false };
    let drafted = house::draft(&house, &actor("admin"), None, &add, 201, At(7)).expect("an admin may");
    let HouseDraft::Fresh(record) = drafted else { panic!("fresh") };
    house::absorb(&mut house, &record);
    let record = house::loss_accepted(&house, Some(Seq(4)), text("đĩa hỏng"), At(9));
    house::absorb(&mut house, &record);
    let [HouseEvent::LossAccepted { from: Seq(2), to: Some(Seq(4)), .. }] = &record.events[..] else {
        panic!("{record:?}")
    };
    assert!(house.users.contains_key(&name) && house.seq == Seq(2));
}

/// What the records of `hall` from `known` on tell.
fn told(hall: &Hall, known: usize) -> Vec<OfficeEvent> {
    hall.records[known..].iter().flat_map(|record| record.events.clone()).collect()
}

#[test]
fn the_layout_from_behind_the_gap_stands_and_keeps_the_tickets_of_its_services() {
    let mut wider = ward();
    wider.services.push(offered("cu-tru", 'K', 5));
    for (days, later) in [(0, false), (1, true)] {
        let (mut hall, _) = halls(|_| {});
        let mut whole = Hall::of(wider.clone(), None);
        (0..days).for_each(|_| drop(whole.next_day()));
        let known = whole.records.len();
        (0..1000).for_each(|_| drop(whole.wish("cu-tru")));
        whole.takes("cu-tru");
        hall.now = whole.now;
        let plan = hall.plan(days);
        let layout = Some(Box::new(wider.clone()));
        let loss = Loss { layout, plan, ..loss(&hall, 1, told(&whole, known)) };
        let before = hall.office.clone();
        let events = accept(&mut hall, loss.clone());
        assert_eq!(events.iter().any(|event| matches!(event, OfficeEvent::LayoutChanged { .. })), !later);
        assert_eq!(hall.office.layout, wider);
        assert_eq!(hall.state("K001"), "waiting");
        assert!(loss.left_out(&before, &events).is_empty());
    }
}

#[test]
fn what_has_no_place_in_the_layout_from_behind_the_gap_leaves_and_is_named() {
    let (mut hall, _) = halls(|_| {});
    hall.ok("lan", open(1));
    hall.ok("lan", call(1));
    hall.ok("lan", start(1));
    let mut narrow = ward();
    narrow.services.retain(|service| service.id.to_string() != "chung-thuc");
    for counter in &mut narrow.counters {
        counter.services.retain(|service| service.to_string() != "chung-thuc");
        counter.backup_services.retain(|service| service.to_string() != "chung-thuc");
    }
    narrow.counters.retain(|counter| !counter.services.is_empty());
    assert_eq!(narrow.fault(), None);
    let before = hall.office.clone();
    let loss = Loss { layout: Some(Box::new(narrow.clone())), ..loss(&hall, 1, Vec::new()) };
    let events = accept(&mut hall, loss.clone());
    assert_eq!((hall.office.layout.clone(), hall.office.counts.held), (narrow, 0));
    let left: Vec<_> = loss.left_out(&before, &events).iter().map(ToString::to_string).collect();
    assert_eq!(left, ["A001", "A002", "A003"]);
}

#[test]
fn a_day_opened_behind_the_gap_says_who_is_carried_over() {
    let park_next = |hall: &mut Hall| {
        hall.ok("lan", call(1));
        hall.ok("lan", start(1));
        hall.ok("lan", park(1, "chờ ký"));
    };
    let (mut kept, mut whole) = (Hall::open(), Hall::open());
    for hall in [&mut kept, &mut whole] {
        (0..3).for_each(|_| drop(hall.takes("chung-thuc")));
        hall.ok("lan", open(1));
        park_next(hall);
    }
    // Lost: A001 is done; A002 is parked; A004, taken since, too, and ready the day after; A003 stays at home.
    let known = whole.records.len();
    let first = Command::Release { ticket: whole.id("A001"), reason: text("xong") };
    whole.ok("chi", first);
    park_next(&mut whole);
    (0..1000).for_each(|_| drop(whole.wish("chung-thuc")));
    whole.takes("chung-thuc");
    whole.ok("lan", call(1));
    whole.ok("lan", start(1));
    whole.ok("lan", finish(1));
    park_next(&mut whole);
    whole.next_day();
    whole.ok("chi", Command::Ready { tickets: vec![whole.id("A004")] });
    let behind = told(&whole, known);
    let opened = behind.iter().position(|event| matches!(event, OfficeEvent::DayOpened { .. })).unwrap();
    for days in [1, 2] {
        let (mut hall, plan) = (Hall::open(), whole.plan(days));
        for record in &kept.records[1..] {
            queue_core::replay::absorb(&mut hall.office, record);
            hall.records.push(record.clone());
        }
        hall.now = At(plan.starts_at.0 + 9 * 3_600_000);
        let found = behind[opened..].to_vec();
        let (before, behind) = if days == 1 { (Vec::new(), found) } else { (found, Vec::new()) };
        let loss = Loss { before, plan, ..loss(&hall, 9, behind) };
        accept(&mut hall, loss);
        assert_eq!(
            [hall.state("A002"), hall.state("A004")],
            ["parked by 1", "waiting for its result"],
            "{days}"
        );
        for gone in ["A001", "A003"] {
            assert!(!hall.office.numbers.contains_key(&gone.parse::<Number>().unwrap()), "{gone}");
        }
        assert_eq!((hall.office.counts.parked, hall.office.counts.waiting), (1, 1));
    }
}

#[test]
fn a_clock_that_ran_ahead_does_not_begin_the_numbers_anew() {
    let (mut hall, behind) = halls(|lost| (0..130).for_each(|_| drop(lost.takes("chung-thuc"))));
    let plan = hall.plan(1);
    hall.now = At(plan.starts_at.0 + 9 * 3_600_000);
    let loss = Loss { before: behind, plan, ..loss(&hall, 1, Vec::new()) };
    accept(&mut hall, loss);
    assert_eq!(hall.takes("chung-thuc"), "A201");
}
