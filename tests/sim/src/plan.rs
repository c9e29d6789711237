//! What a seed decides before anything begins: how many people, how slow, what goes wrong and how often.

use queue_core::layout::Layout;
use queue_server::office_file;

use crate::dice::Dice;

/// The office's id.
pub const OFFICE: &str = "sim";
/// Hanoi's distance from UTC, in milliseconds; it has no summer time.
pub const ZONE_MS: i64 = 7 * 3_600_000;
const DAY_MS: i64 = 86_400_000;

/// A service as the reference sees it.
#[derive(Clone, Debug)]
pub struct Service {
    /// Its id.
    pub id: &'static str,
    /// The letter.
    pub prefix: char,
    /// The first number.
    pub first: u64,
    /// Digits of the number.
    pub digits: usize,
}

/// A counter as the reference sees it.
#[derive(Clone, Debug)]
pub struct Place {
    /// The number over it.
    pub id: u64,
    /// Its own services.
    pub services: Vec<&'static str>,
    /// Those it helps out with.
    pub backups: Vec<&'static str>,
}

/// Everything that follows from the seed.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The seed.
    pub seed: u64,
    /// Where the actors' own dice come from.
    pub dice: Dice,
    /// Services.
    pub services: Vec<Service>,
    /// Counters.
    pub places: Vec<Place>,
    /// Credit of the priority class for each of the normal one.
    pub priority_rate: u64,
    /// Tickets may only be marked absent so long after the call.
    pub absent_after_s: u64,
    /// When it begins, milliseconds since 1970.
    pub begins_at: i64,
    /// How long people come and clerks work, in simulated milliseconds.
    pub works_ms: u64,
    /// Milliseconds of one step.
    pub tick_ms: u64,
    /// Slowest message on the network, in milliseconds.
    pub latency_ms: u64,
    /// How long the disk takes, at most, before and after a write.
    pub disk_ms: (u64, u64),
    /// How many citizens come one after another on each of so many kiosks.
    pub kiosks: u64,
    /// Pause between two citizens at a kiosk, at most.
    pub arrival_ms: u64,
    /// Clerks; those beyond the counters share one.
    pub clerks: u64,
    /// Slowest clerk between two acts.
    pub act_ms: u64,
    /// Lobby screens.
    pub screens: u64,
    /// Phones that follow a ticket.
    pub phones: u64,
    /// How often things go wrong, in percent of each look, one look every 250 ms.
    pub faults: Faults,
}

/// How often what goes wrong, in percent of each look of the driver.
#[derive(Clone, Debug)]
pub struct Faults {
    /// The process dies, or the power.
    pub crash: u64,
    /// The server is stopped and started again.
    pub stop: u64,
    /// A link is cut or held.
    pub cut: u64,
    /// Somebody sets the clock, or the machine sleeps.
    pub clock: u64,
    /// The disk fails at one of the next writes.
    pub disk: u64,
    /// The disk runs low.
    pub low: u64,
    /// A connection takes nothing for a while.
    pub stall: u64,
}

impl Plan {
    /// The plan of `seed`.
    #[must_use]
    pub fn of(seed: u64) -> Self {
        let dice = Dice::new(seed);
        let calm = dice.chance(10);
        let often = |most: u64| if calm { 0 } else { dice.range(0, most) };
        let faults = Faults {
            crash: often(6),
            stop: often(3),
            cut: often(10),
            clock: often(9),
            disk: often(14),
            low: often(2),
            stall: often(20),
        };
        let midnight_hanoi = 1_795_366_800_000 + DAY_MS * i64::try_from(dice.below(300)).unwrap_or(0);
        let before_midnight = dice.chance(25);
        let into_day = if before_midnight {
            DAY_MS - i64::try_from(dice.range(2_000, 15_000)).unwrap_or(0)
        } else {
            i64::try_from(dice.range(0, 80_000)).unwrap_or(0) * 1000
        };
        let short = if dice.chance(15) { 1 } else { 3 };
        let services = vec![
            Service { id: "a", prefix: 'A', first: 1, digits: 3 },
            Service { id: "b", prefix: 'B', first: dice.range(1, 900), digits: 3 },
            Service { id: "c", prefix: 'C', first: 1, digits: short },
        ];
        let places = vec![
            Place { id: 1, services: vec!["a"], backups: vec!["b"] },
            Place { id: 2, services: vec!["b", "c"], backups: vec!["a"] },
            Place { id: 3, services: vec!["a", "c"], backups: vec![] },
        ];
        Self {
            seed,
            services,
            places,
            priority_rate: dice.range(2, 6),
            absent_after_s: if dice.chance(30) { dice.range(1, 3) } else { 0 },
            begins_at: midnight_hanoi + into_day,
            works_ms: dice.range(8_000, 22_000),
            tick_ms: *dice.pick(&[4, 8, 12]),
            latency_ms: *dice.pick(&[2, 15, 60, 250]),
            disk_ms: (*dice.pick(&[0, 3, 25, 120]), *dice.pick(&[0, 3, 40])),
            kiosks: dice.range(2, 4),
            arrival_ms: *dice.pick(&[300, 700, 1500]),
            clerks: dice.range(2, 5),
            act_ms: *dice.pick(&[150, 400, 900]),
            screens: dice.range(1, 3),
            phones: dice.range(0, 3),
            faults,
            dice,
        }
    }

    /// The office as its file says it.
    ///
    /// # Panics
    /// When the text is no office: a bug in it.
    #[must_use]
    pub fn layout(&self) -> Layout {
        let mut text = format!(
            "id = \"{OFFICE}\"\ntime_zone = \"Asia/Ho_Chi_Minh\"\nlanguages = [\"vi\", \"en\"]\n\
             name = {{ vi = \"S\", en = \"S\" }}\nabsent_after_s = {}\n\
             [[classes]]\nid = \"normal\"\nname = {{ vi = \"N\", en = \"N\" }}\ncredit_per_minute = 1.0\n\
             [[classes]]\nid = \"priority\"\nname = {{ vi = \"P\", en = \"P\" }}\ncredit_per_minute = {}.0\n\
             confirm = true\n",
            self.absent_after_s, self.priority_rate
        );
        for service in &self.services {
            text += &format!(
                "[[services]]\nid = \"{}\"\nprefix = \"{}\"\nfirst_number = {}\ndigits = {}\n\
                 name = {{ vi = \"S\", en = \"S\" }}\ntypical_minutes = 5.0\n",
                service.id, service.prefix, service.first, service.digits
            );
        }
        for place in &self.places {
            text += &format!(
                "[[counters]]\nid = {}\nname = {{ vi = \"Q\", en = \"C\" }}\nservices = {:?}\n\
                 backup_services = {:?}\n",
                place.id, place.services, place.backups
            );
        }
        office_file::parse("sim.toml", &text).expect("the simulated office is an office")
    }
}
