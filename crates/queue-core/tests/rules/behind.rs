//! What was found behind a loss: who of it waits again, and how far it shows that each series went.

use queue_core::command::{Command, Loss};
use queue_core::event::OfficeEvent;
use queue_core::layout::{Layout, Service};
use queue_core::number::Number;
use queue_core::record::Seq;

use crate::hall::Hall;
use crate::orders::{absent, call, finish, offered, open, start, text, ward};

/// What happens in the part that is lost.
type Act = fn(&mut Hall);

#[test]
fn who_was_over_by_the_end_of_what_was_found_does_not_wait_again() {
    let close: Act = |hall| drop(hall.ok("chi", Command::CloseDay { reason: Some(text("mất điện")) }));
    let miss: Act = |hall| {
        hall.ok("lan", call(1));
        hall.pass(60).ok("lan", absent(1));
    };
    // A001 is taken; then these; whether A001 waits again.
    let cases: [(&str, &[Act], bool); 9] = [
        ("waits", &[], true),
        ("called", &[|hall| drop(hall.ok("lan", call(1)))], true),
        ("served", &[|hall| drop(hall.serves("lan", 1)), |hall| drop(hall.ok("lan", finish(1)))], false),
        ("absent", &[miss], false),
        (
            "back after all",
            &[miss, |hall| drop(hall.ok("lan", Command::Reinstate { ticket: hall.id("A001") }))],
            true,
        ),
        (
            "given back",
            &[|hall| drop(hall.ok("citizen", Command::Cancel { ticket: hall.id("A001") }))],
            false,
        ),
        (
            "released",
            &[|hall| {
                let (ticket, reason) = (hall.id("A001"), text("đã về"));
                hall.ok("chi", Command::Release { ticket, reason });
            }],
            false,
        ),
        ("expired", &[close], false),
        (
            "open again",
            &[close, |hall| drop(hall.ok("chi", Command::ReopenDay { reason: text("có điện") }))],
            true,
        ),
    ];
    for (name, acts, waits) in cases {
        let behind = lost(ward(), |hall| {
            hall.takes("chung-thuc");
            acts.iter().for_each(|act| act(hall));
        });
        let hall = after(ward(), behind);
        let number: Number = "A001".parse().expect("a number");
        assert_eq!(hall.office.numbers.contains_key(&number), waits, "{name}");
        assert_eq!(hall.office.lines.waiting(), u64::from(waits), "{name}");
    }
}

#[test]
fn whom_the_closing_found_at_a_counter_is_finished() {
    let behind = lost(ward(), |hall| {
        hall.takes("chung-thuc");
        hall.ok("lan", call(1));
        hall.ok("lan", start(1));
        hall.ok("chi", Command::CloseDay { reason: Some(text("mất điện")) });
    });
    assert_eq!(after(ward(), behind).office.lines.waiting(), 0);
}

#[test]
fn what_the_office_does_not_offer_any_more_is_left_behind() {
    let mut wider = ward();
    wider.services.push(offered("cu-tru", 'K', 5));
    wider.classes.push(crate::orders::rated("vip", 9, false));
    let behind = lost(wider, |hall| {
        hall.takes("cu-tru");
        hall.takes_as("citizen", "chung-thuc", "vip");
        hall.takes("chung-thuc");
    });
    let hall = after(ward(), behind);
    assert_eq!(hall.office.lines.waiting(), 1);
    assert_eq!(hall.state("A002"), "waiting");
}

#[test]
fn numbers_that_were_found_show_how_far_their_own_series_went() {
    let mut layout = ward();
    // Two series that look the same and begin apart.
    layout.services.push(Service { first_number: 500, ..offered("cu-tru", 'A', 5) });
    let behind = lost(layout.clone(), |hall| {
        for _ in 0..3 {
            hall.takes("cu-tru");
        }
        hall.takes("chung-thuc");
    });
    let told = |told| {
        let mut hall = Hall::of(layout.clone(), None);
        let loss = Loss { told: Some(told), ..loss(&hall, behind.clone()) };
        hall.ok("system", Command::AcceptLoss(Box::new(loss)));
        (0..1_000).for_each(|_| drop(hall.wish("chung-thuc")));
        ["chung-thuc", "cu-tru", "ho-tich"].map(|of| hall.takes(of))
    };
    assert_eq!(told(0), ["A002", "A503", "B001"], "each goes on behind what was found of it");
    assert_eq!(told(30), ["A031", "A503", "B031"], "or behind what was told, where that is more");
    assert_eq!(told(600), ["A601", "A602", "B601"], "no number is given twice");
}

#[test]
fn without_a_word_a_series_goes_on_behind_the_round_hundred() {
    // 20 numbers more than are missing may have been given; the last of a hundred is not skipped.
    for (missing, next) in
        [(0, "A101"), (79, "A101"), (80, "A101"), (81, "A201"), (180, "A201"), (181, "A301")]
    {
        let mut hall = Hall::open();
        let loss = Loss { missing, ..loss(&hall, Vec::new()) };
        hall.ok("system", Command::AcceptLoss(Box::new(loss)));
        assert_eq!(hall.takes("chung-thuc"), next, "{missing} missing");
    }
}

/// The events of a hall in which counter 1 is open, from there on.
fn lost(layout: Layout, acts: impl FnOnce(&mut Hall)) -> Vec<OfficeEvent> {
    let mut hall = Hall::of(layout, None);
    hall.ok("lan", open(1));
    let known = hall.records.len();
    acts(&mut hall);
    hall.records[known..].iter().flat_map(|record| record.events.clone()).collect()
}

/// A hall that goes on without these events, of which one record is missing besides.
fn after(layout: Layout, behind: Vec<OfficeEvent>) -> Hall {
    let mut hall = Hall::of(layout, None);
    let loss = loss(&hall, behind);
    hall.ok("system", Command::AcceptLoss(Box::new(loss)));
    hall
}

fn loss(hall: &Hall, behind: Vec<OfficeEvent>) -> Loss {
    let from = hall.office.seq.next();
    let to = Some(Seq(hall.office.seq.0 + 1 + behind.len() as u64));
    let (before, layout, reason) = (Vec::new(), None, text("đĩa hỏng"));
    Loss { from, to, missing: 1, before, behind, layout, told: None, plan: hall.plan(0), reason }
}
