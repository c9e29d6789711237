//! Random days in random halls: the machine against a plain reference, and properties of every journal.
//!
//! The hall of the rules (`../rules/hall.rs`) runs the machine: it checks the invariants after each record and, at
//! the end of a case, replays and restores. [`reference`] decides the same commands in the plainest way.

#[path = "../rules/hall.rs"]
#[expect(dead_code, reason = "the rules need more of the hall than the model does")]
mod hall;
#[path = "../rules/invariants.rs"]
mod invariants;
#[path = "../rules/orders.rs"]
#[expect(dead_code, reason = "the rules need more words than the model does")]
mod orders;
#[path = "../rules/written.rs"]
mod written;

mod play;
mod reference;
mod steps;

use proptest::prelude::*;
use queue_core::command::Issue;
use queue_core::layout::Rate;
use queue_core::policy::Credit;
use queue_core::time::{At, Millis};

use crate::play::Play;

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn the_machine_and_the_reference_agree_on_every_day(
        hall in steps::hall(),
        steps in prop::collection::vec(steps::step(), 60..160),
    ) {
        let mut play = Play::new(hall.layout());
        for step in &steps {
            play.step(step);
        }
        play.end();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn numbers_rise_by_one_however_the_clock_steps(jumps in prop::collection::vec(-172_800_000_i64..172_800_000, 1..60)) {
        let mut hall = hall::Hall::open();
        for (count, jump) in jumps.iter().enumerate() {
            hall.now = At(hall.now.0 + jump);
            prop_assert_eq!(hall.takes("chung-thuc"), format!("A{:03}", count + 1));
            let ticket = hall.ticket(&format!("A{:03}", count + 1));
            prop_assert!(ticket.issued_at <= hall.office.clock);
        }
    }

    #[test]
    fn credit_never_falls_and_never_overflows(rate: u64, since: i64, at: i64, later: u64) {
        let credit = |at| Credit::of(Rate(rate), At(since), at);
        prop_assert!(credit(At(at)) <= credit(At(at).plus(Millis(later))));
        prop_assert_eq!(credit(At(since)).millionths(), 0);
    }

    #[test]
    fn a_line_of_one_class_is_first_come_first_served(gaps in prop::collection::vec(0_u64..600, 1..30), class in 0..3_usize) {
        let mut hall = hall::Hall::open();
        hall.ok("lan", orders::open(1));
        let class = ["normal", "priority", "merit"][class];
        let mut taken = Vec::new();
        for gap in gaps {
            hall.pass(gap);
            let wish = Issue { class: Some(orders::class(class)), ..hall.wish("chung-thuc") };
            taken.push(hall.issue("lan", wish));
        }
        let called: Vec<String> = taken.iter().map(|_| hall.serves("lan", 1)).collect();
        prop_assert_eq!(called, taken);
    }
}
