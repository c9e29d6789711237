//! Random halls and random steps. A step names things by small numbers; [`crate::play`] finds what they stand for.

use proptest::prelude::*;
use queue_core::layout::{Layout, Rate, Service};
use queue_core::time::Millis;

use crate::orders::{class, offered, place, rated, service, ward};

/// The services that a hall may have.
pub(crate) const SERVICES: [&str; 4] = ["chung-thuc", "ho-tich", "tra-ket-qua", "dat-dai"];
/// Their prefixes; two of them share one.
const PREFIXES: [char; 4] = ['A', 'B', 'R', 'A'];
/// The classes of every hall; the last has to be confirmed.
pub(crate) const CLASSES: [&str; 3] = ["normal", "priority", "merit"];

/// What a hall is made of.
#[derive(Clone, Debug)]
pub(crate) struct HallPlan {
    services: usize,
    digits: [u8; 4],
    rates: [u64; 3],
    /// Bits of the services: own, backup.
    counters: Vec<(u8, u8)>,
    absent_after_s: u64,
}

/// What happens next.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// What.
    pub(crate) act: Act,
    /// Milliseconds that the server's clock moves before it.
    pub(crate) later: i64,
    /// What it is about.
    pub(crate) one: usize,
    /// And further.
    pub(crate) other: usize,
    /// Yes or no, where it matters.
    pub(crate) flag: bool,
}

/// The kinds of steps.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Act {
    Issue,
    Open,
    Pause,
    Close,
    Call,
    Choose,
    Recall,
    Start,
    Finish,
    Absent,
    Park,
    Return,
    SendOn,
    SendTo,
    Cancel,
    Confirm,
    Ready,
    Reinstate,
    Move,
    Rate,
    Release,
    Alarm,
    EndAlarm,
    CloseDay,
    Reopen,
    NextDay,
    Tick,
    Layout,
    Repeat,
}

/// A hall of one to four services and counters.
pub(crate) fn hall() -> impl Strategy<Value = HallPlan> {
    let digits = prop::array::uniform4(prop_oneof![1 => Just(1_u8), 4 => Just(3_u8)]);
    let rate = prop_oneof![Just(0_u64), Just(1_000_000), Just(1_500_000), Just(4_000_000)];
    let counters = prop::collection::vec((any::<u8>(), any::<u8>()), 1..5);
    (1..5_usize, digits, prop::array::uniform3(rate), counters, prop_oneof![Just(0_u64), Just(30)]).prop_map(
        |(services, digits, rates, counters, absent_after_s)| HallPlan {
            services,
            digits,
            rates,
            counters,
            absent_after_s,
        },
    )
}

/// A step; what makes days lively comes most often.
pub(crate) fn step() -> impl Strategy<Value = Step> {
    let act = prop_oneof![
        16 => Just(Act::Issue),
        6 => Just(Act::Open),
        1 => Just(Act::Pause),
        1 => Just(Act::Close),
        14 => Just(Act::Call),
        4 => Just(Act::Choose),
        2 => Just(Act::Recall),
        10 => Just(Act::Start),
        4 => Just(Act::Finish),
        3 => Just(Act::Absent),
        4 => Just(Act::Park),
        2 => Just(Act::Return),
        3 => Just(Act::SendOn),
        3 => Just(Act::SendTo),
        2 => Just(Act::Cancel),
        2 => Just(Act::Confirm),
        3 => Just(Act::Ready),
        3 => Just(Act::Reinstate),
        2 => Just(Act::Move),
        2 => Just(Act::Rate),
        1 => Just(Act::Release),
        1 => prop_oneof![Just(Act::Alarm), Just(Act::Layout)],
        1 => Just(Act::CloseDay),
        2 => Just(Act::NextDay),
        2 => Just(Act::EndAlarm),
        2 => Just(Act::Reopen),
        1 => Just(Act::Tick),
        4 => Just(Act::Repeat),
    ];
    let later = prop_oneof![
        3 => Just(0_i64),
        3 => 1..1_000_i64,
        6 => 1_000..60_000_i64,
        2 => 60_000..900_000_i64,
        1 => -7_200_000..0_i64,
    ];
    (act, later, 0..64_usize, 0..64_usize, any::<bool>()).prop_map(|(act, later, one, other, flag)| Step {
        act,
        later,
        one,
        other,
        flag,
    })
}

impl Step {
    /// Whether it is to make sense: one in eight need not.
    pub(crate) fn is_sensible(&self) -> bool {
        !self.other.is_multiple_of(8)
    }
}

impl HallPlan {
    /// The layout of this hall.
    pub(crate) fn layout(&self) -> Layout {
        let chosen =
            |bits: u8| (0..self.services).filter(move |index| bits >> index & 1 == 1).map(|i| SERVICES[i]);
        let services = (0..self.services).map(|i| Service {
            digits: self.digits[i],
            first_number: if i == 3 { 5 } else { 1 },
            ..offered(SERVICES[i], PREFIXES[i], 5)
        });
        let counters = self.counters.iter().enumerate().map(|(i, (own, backup))| {
            let mut own: Vec<&str> = chosen(*own).collect();
            if own.is_empty() {
                own.push(SERVICES[i % self.services]);
            }
            let backup: Vec<&str> = chosen(*backup).filter(|id| !own.contains(id)).collect();
            place(u32::try_from(i + 1).expect("few counters"), &own, &backup)
        });
        let mut layout = ward();
        layout.services = services.collect();
        layout.counters = counters.collect();
        layout.classes =
            vec![rated(CLASSES[0], 1, false), rated(CLASSES[1], 1, false), rated(CLASSES[2], 1, true)];
        for (class, rate) in layout.classes.iter_mut().zip(self.rates) {
            class.credit_per_minute = Rate(rate);
        }
        layout.absent_after = Millis::from_secs(self.absent_after_s);
        assert_eq!(layout.service(&service(SERVICES[0])).map(|of| of.first_number), Some(1));
        assert!(layout.class(&class(CLASSES[0])).is_some());
        layout
    }
}
