//! Taking a number.

use queue_core::command::{Command, Issue};
use queue_core::decide::decide;
use queue_core::ids::TicketId;
use queue_core::layout::{Layout, Service};
use queue_core::office::TICKETS_MAX;
use queue_core::ticket::{DOSSIERS_MAX, THEN_MAX};
use queue_core::time::At;

use crate::hall::Hall;
use crate::orders::{
    actor, call, class, lang, offered, open, park, rated, send_on, service, slug, start, ward,
};

#[test]
fn numbers_of_a_service_rise_by_one_from_its_first() {
    let mut hall = Hall::open();
    let taken: Vec<String> = (0..3).map(|_| hall.takes("chung-thuc")).collect();
    assert_eq!(taken, ["A001", "A002", "A003"]);
    assert_eq!(hall.takes("ho-tich"), "B001");
    assert_eq!(hall.takes("chung-thuc"), "A004");
}

#[test]
fn a_series_is_printed_as_the_service_says() {
    for (prefix, first_number, digits, numbers) in [
        (Some('A'), 1, 3, ["A001", "A002"]),
        (None, 1, 4, ["0001", "0002"]),
        (None, 1001, 4, ["1001", "1002"]),
        (Some('X'), 0, 1, ["X0", "X1"]),
        (Some('B'), 999_998, 6, ["B999998", "B999999"]),
        (Some('K'), 9999, 5, ["K09999", "K10000"]),
    ] {
        let mut hall = Hall::of(
            with_first_service(|of| (of.prefix, of.first_number, of.digits) = (prefix, first_number, digits)),
            None,
        );
        assert_eq!([hall.takes("chung-thuc"), hall.takes("chung-thuc")], numbers);
    }
}

#[test]
fn a_ticket_is_what_was_asked_for() {
    let mut hall = Hall::open();
    hall.at("08:12:30");
    let wish = Issue {
        class: Some(class("priority")),
        lang: Some(lang("en")),
        channel: slug("phone"),
        then: vec![service("tra-ket-qua")],
        dossiers: 3,
        assist: true,
        ..hall.wish("chung-thuc")
    };
    let number = hall.issue("citizen", wish.clone());
    let ticket = hall.ticket(&number);
    assert_eq!(ticket.id, wish.ticket);
    assert_eq!((&ticket.service, &ticket.then), (&service("chung-thuc"), &wish.then));
    assert_eq!((&ticket.class, &ticket.asked), (&class("priority"), &None));
    assert_eq!((&ticket.lang, &ticket.channel), (&lang("en"), &slug("phone")));
    assert_eq!((ticket.dossiers, ticket.assist), (3, true));
    assert_eq!(ticket.issued_at, hall.now);
    assert_eq!(hall.state(&number), "waiting");
}

#[test]
fn without_wishes_a_ticket_is_of_the_first_class_in_the_first_language() {
    let mut hall = Hall::open();
    let number = hall.takes("chung-thuc");
    assert_eq!(hall.ticket(&number).class, class("normal"));
    assert_eq!(hall.ticket(&number).lang, lang("vi"));
}

#[test]
fn a_class_that_needs_confirming_counts_at_once_only_from_staff() {
    for (who, counts, asked) in [
        ("citizen", "normal", Some("merit")),
        ("kiosk", "normal", Some("merit")),
        ("lan", "merit", None),
        ("chi", "merit", None),
        ("admin", "merit", None),
    ] {
        let mut hall = Hall::open();
        let number = hall.takes_as(who, "chung-thuc", "merit");
        assert_eq!(hall.ticket(&number).class, class(counts), "{who}");
        assert_eq!(hall.ticket(&number).asked, asked.map(class), "{who}");
    }
    let mut hall = Hall::open();
    let number = hall.takes_as("citizen", "chung-thuc", "priority");
    assert_eq!(hall.ticket(&number).class, class("priority"), "a class without `confirm` counts at once");
}

#[test]
fn what_the_office_does_not_know_or_allow_is_refused() {
    type Wish = (&'static str, fn(&mut Issue));
    let wishes: [Wish; 9] = [
        ("unknown-service", |wish| wish.service = service("an-com")),
        ("unknown-service", |wish| wish.then = vec![service("ho-tich"), service("an-com")]),
        ("unknown-class", |wish| wish.class = Some(class("vip"))),
        ("unknown-language", |wish| wish.lang = Some(lang("fr"))),
        ("invalid-field", |wish| wish.dossiers = 0),
        ("invalid-field", |wish| wish.dossiers = DOSSIERS_MAX + 1),
        ("invalid-field", |wish| wish.then = vec![service("ho-tich"); THEN_MAX + 1]),
        ("numbers-stopped", |wish| wish.service = service("ngung")),
        ("numbers-used-up", |wish| wish.service = service("het")),
    ];
    let mut layout = ward();
    layout.services.push(Service { stopped: true, ..offered("ngung", 'S', 5) });
    layout.services.push(Service { first_number: 9, digits: 1, ..offered("het", 'H', 5) });
    let mut hall = Hall::of(layout, None);
    assert_eq!(hall.takes("het"), "H9");
    for (code, change) in wishes {
        let mut wish = hall.wish("chung-thuc");
        change(&mut wish);
        assert_eq!(hall.no("citizen", Command::Issue(wish)), code);
    }
    assert_eq!(hall.takes("chung-thuc"), "A001", "a refused wish takes no number");
    for dossiers in [1, DOSSIERS_MAX] {
        let then = vec![service("ho-tich"); THEN_MAX];
        let most = Issue { dossiers, then, ..hall.wish("chung-thuc") };
        hall.issue("citizen", most);
    }
}

#[test]
fn at_the_limit_of_the_series_the_numbers_are_used_up_until_the_next_day() {
    for (first_number, digits, last) in [(1, 3, "A999"), (1, 1, "A9"), (0, 1, "A9"), (95, 2, "A99")] {
        let layout = with_first_service(|of| (of.first_number, of.digits) = (first_number, digits));
        let mut hall = Hall::of(layout, None);
        hall.checks = digits < 3;
        let first = hall.takes("chung-thuc");
        let count = 10_u32.pow(u32::from(digits)) - first_number;
        let mut latest = first.clone();
        for _ in 1..count {
            latest = hall.takes("chung-thuc");
        }
        assert_eq!(latest, last);
        let wish = hall.wish("chung-thuc");
        assert_eq!(hall.no("citizen", Command::Issue(wish)), "numbers-used-up");
        hall.ok("citizen", Command::Cancel { ticket: hall.id(&first) });
        let wish = hall.wish("chung-thuc");
        assert_eq!(hall.no("citizen", Command::Issue(wish)), "numbers-used-up", "no number is given twice");
        assert_eq!(hall.takes("ho-tich"), "B001", "the other series goes on");
        hall.next_day();
        assert_eq!(hall.takes("chung-thuc"), first);
    }
}

#[test]
fn numbers_are_issued_only_inside_the_hours() {
    let hours = vec![("07:30", "12:00"), ("13:00", "16:30")];
    let mut hall = Hall::of(ward(), Some(hours));
    for (time, open) in [
        ("07:29:59", false),
        ("07:30", true),
        ("11:59:59", true),
        ("12:00", false),
        ("12:59:59", false),
        ("13:00", true),
        ("16:29:59", true),
        ("16:30", false),
        ("23:59:59", false),
    ] {
        hall.at(time);
        for who in ["citizen", "lan"] {
            let wish = hall.wish("chung-thuc");
            match hall.does(who, Command::Issue(wish)) {
                Ok(_) => assert!(open, "{time}"),
                Err(refusal) => assert_eq!((open, refusal.code().0), (false, "office-closed"), "{time}"),
            }
        }
    }
}

#[test]
fn tickets_taken_before_lunch_stay_valid_after_it() {
    let mut hall = Hall::of(ward(), Some(vec![("07:30", "12:00"), ("13:00", "16:30")]));
    hall.at("11:59");
    let number = hall.takes("chung-thuc");
    hall.at("12:30");
    hall.ok("lan", open(1));
    assert_eq!(hall.calls("lan", 1), Some(number));
}

#[test]
fn a_number_that_an_older_ticket_still_carries_is_passed_over() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.takes("chung-thuc");
    hall.takes("chung-thuc");
    hall.serves("lan", 1);
    hall.serves("lan", 1);
    hall.ok("lan", park(1, "chờ ký"));
    hall.next_day();
    assert_eq!(hall.state("A002"), "parked by 1");
    assert_eq!([hall.takes("chung-thuc"), hall.takes("chung-thuc")], ["A001", "A003"]);
}

#[test]
fn two_services_with_one_prefix_never_print_the_same_number() {
    let mut layout = ward();
    layout.services[0].digits = 1;
    layout.services[1] = Service { first_number: 4, digits: 1, ..offered("ho-tich", 'A', 12) };
    let mut hall = Hall::of(layout, None);
    assert_eq!(hall.takes("ho-tich"), "A4");
    let taken: Vec<String> = (0..5).map(|_| hall.takes("chung-thuc")).collect();
    assert_eq!(taken, ["A1", "A2", "A3", "A5", "A6"]);
    assert_eq!(hall.takes("ho-tich"), "A7");
}

#[test]
fn ahead_counts_those_whom_the_rule_would_call_before() {
    let mut hall = Hall::open();
    let first = hall.takes("chung-thuc");
    hall.pass(60);
    let second = hall.takes("chung-thuc");
    let other = hall.takes("ho-tich");
    hall.pass(60);
    let mother = hall.takes_as("citizen", "chung-thuc", "priority");
    let ahead = |hall: &Hall| [&first, &second, &mother, &other].map(|number| hall.ahead(number));
    assert_eq!(ahead(&hall), [0, 1, 2, 0], "a fresh priority ticket has no credit yet");
    // 1 x 160 s against 4 x 40 s: equal, and the order of issue decides; a millisecond later the priority is before.
    hall.pass(40);
    assert_eq!(ahead(&hall), [0, 2, 1, 0]);
    hall.now = At(hall.now.0 + 1);
    assert_eq!(ahead(&hall), [1, 2, 0, 0]);
}

#[test]
fn ahead_follows_transfers_to_a_counter() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.ok("hoa", open(2));
    let first = hall.takes("chung-thuc");
    let second = hall.takes("chung-thuc");
    hall.serves("lan", 1);
    hall.ok("lan", crate::orders::send_to(1, 2));
    assert_eq!([hall.ahead(&first), hall.ahead(&second)], [0, 0], "counter 2 alone may call the first");
    hall.ok("hoa", crate::orders::close(2));
    assert_eq!([hall.ahead(&first), hall.ahead(&second)], [0, 1], "nobody sits at 2, so anybody may");
}

#[test]
fn a_ticket_with_several_errands_goes_through_them_in_order_with_one_number() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    hall.ok("hoa", open(3));
    hall.ok("mai", open(4));
    let wish = Issue { then: vec![service("ho-tich"), service("tra-ket-qua")], ..hall.wish("chung-thuc") };
    let number = hall.issue("citizen", wish);
    let issued_at = hall.ticket(&number).issued_at;
    for (clerk, counter, state) in [("lan", 1, "waiting"), ("hoa", 3, "waiting"), ("mai", 4, "finished at 4")]
    {
        hall.pass(300);
        assert_eq!(hall.serves(clerk, counter), number);
        hall.ok(clerk, crate::orders::finish(counter));
        assert_eq!(hall.state(&number), state);
        assert_eq!(hall.ticket(&number).issued_at, issued_at);
    }
    assert_eq!(hall.office.tally.total.served, 1, "one visit");
    assert_eq!(hall.office.tally.total.called, 3);
}

#[test]
fn a_finished_errand_leads_to_the_next_one_even_at_the_same_counter() {
    let mut hall = Hall::open();
    hall.ok("hoa", open(2));
    let wish = Issue { then: vec![service("tra-ket-qua")], ..hall.wish("chung-thuc") };
    let number = hall.issue("citizen", wish);
    hall.serves("hoa", 2);
    hall.pass(60);
    let late = hall.takes("chung-thuc");
    hall.pass(60);
    assert_eq!(hall.calls("hoa", 2), Some(number), "it waited longest, and its next errand is done here too");
    assert_eq!(hall.state(&late), "waiting");
}

#[test]
fn sending_on_keeps_the_further_errands() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    let wish = Issue { then: vec![service("tra-ket-qua")], ..hall.wish("chung-thuc") };
    let number = hall.issue("citizen", wish);
    hall.ok("lan", call(1));
    hall.ok("lan", start(1));
    hall.ok("lan", send_on(1, "ho-tich"));
    assert_eq!(hall.ticket(&number).service, service("ho-tich"));
    assert_eq!(hall.ticket(&number).then, [service("tra-ket-qua")]);
}

#[test]
fn a_class_that_gains_no_credit_waits_for_the_others() {
    let mut layout = ward();
    layout.classes.push(rated("later", 0, false));
    let mut hall = Hall::of(layout, None);
    hall.ok("lan", open(1));
    let patient = hall.takes_as("citizen", "chung-thuc", "later");
    let patient_too = hall.takes_as("citizen", "chung-thuc", "later");
    hall.pass(600);
    hall.takes("chung-thuc");
    hall.pass(1);
    assert_eq!([hall.ahead(&patient), hall.ahead(&patient_too)], [1, 2]);
    let order: Vec<String> = (0..3).map(|_| hall.serves("lan", 1)).collect();
    assert_eq!(order, ["A003".to_owned(), patient, patient_too]);
}

#[test]
fn an_id_that_stands_for_a_ticket_is_not_given_again() {
    let mut hall = Hall::open();
    let number = hall.takes("chung-thuc");
    let wish = Issue { ticket: hall.id(&number), ..hall.wish("ho-tich") };
    assert_eq!(hall.no("citizen", Command::Issue(wish)), "invalid-field");
    assert_ne!(hall.id(&number), TicketId(0));
}

fn with_first_service(change: impl FnOnce(&mut Service)) -> Layout {
    let mut layout = ward();
    change(&mut layout.services[0]);
    layout
}

#[test]
fn a_day_holds_no_more_tickets_than_its_closing_can_name() {
    let mut hall = Hall::open();
    let (issue, citizen) = (Command::Issue(hall.wish("chung-thuc")), actor("citizen"));
    let mut office = hall.office.clone();
    office.counts.total = TICKETS_MAX - 1;
    assert!(decide(&office, &citizen, &issue, hall.now).is_ok());
    office.counts.total = TICKETS_MAX;
    let refused = decide(&office, &citizen, &issue, hall.now).expect_err("the day is full");
    assert_eq!(refused.code().0, "numbers-used-up");
}
