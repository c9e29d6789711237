//! What the machine itself costs: deciding and applying in a full hall, and picking among few and among many.
//!
//! ```text
//! cargo bench -p queue-core --bench decide             a million decisions, then the picks
//! cargo bench -p queue-core --bench decide -- short    the same with few, to see that it runs
//! ```
//! The last line says which bars were missed, if any; the exit code is then 1.
//! The figures are CPU time of this one thread, so that neighbours on the machine count little.
//!
//! The hall has eight services, three classes and ten counters, and 500 people wait. A visit is: the number taken,
//! the call (which finishes the visit before), the start; and among ten visits one recall, one absence, one transfer,
//! one number given back and one rating. Every command counts as one, whatever its number of events.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_types,
    reason = "a bench stops where it cannot go on, prints, and looks at the clock that the core must not know"
)]

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use queue_core::apply::apply;
use queue_core::command::{Command, Issue, Target};
use queue_core::decide::decide;
use queue_core::ids::{ClassId, CounterId, Lang, OfficeId, ServiceId, Slug, TicketId, UserId};
use queue_core::layout::{Class, CounterPlace, Layout, Rate, Service, Words};
use queue_core::office::Office;
use queue_core::permit::{Actor, Role};
use queue_core::policy;
use queue_core::record::Key;
use queue_core::replay::{Asked, Drafted, absorb, draft};
use queue_core::text::Text;
use queue_core::ticket::State;
use queue_core::time::{At, Date, DayPlan, Millis, Window};

#[path = "shared/bars.rs"]
mod bars;

use bars::Bars;

/// Decide and apply, each second, on one core.
const A_SECOND_MIN: f64 = 1_000_000.0;
/// What a pick among 100,000 may cost, in picks among 10: memory that is farther away, and no more.
const PICK_GROWTH_MAX: f64 = 2.0;
const WAITING: usize = 500;
const SERVICES: [&str; 8] =
    ["chung-thuc", "ho-tich", "tra-ket-qua", "dat-dai", "bao-tro", "thue", "y-te", "kinh-doanh"];
const COUNTERS: u32 = 10;
const DAY_MS: i64 = 86_400_000;
const MIDNIGHT: At = At(20_780 * DAY_MS);

fn main() -> ExitCode {
    let short = std::env::args().any(|word| word == "short");
    let mut bars = if short { Bars::unjudged() } else { Bars::judged() };
    let commands = if short { 20_000 } else { 1_000_000 };
    println!("load average {}", std::fs::read_to_string("/proc/loadavg").unwrap().trim());
    let bare = rate(commands, Hall::decides);
    let met = bars.word("decide + apply", bare >= A_SECOND_MIN);
    println!("decide + apply             {bare:>9.0} a second   bar {A_SECOND_MIN:.0}   {met}");
    let whole = rate(commands / 2, Hall::drafts);
    println!("draft + absorb with a key  {whole:>9.0} a second   (record, key table and answer as well)");
    picks(if short { 20_000 } else { 400_000 }, &mut bars);
    bars.end()
}

/// Commands a second, in the CPU time of this thread.
fn rate(commands: usize, mut act: impl FnMut(&mut Hall, &Actor, &Command)) -> f64 {
    // Days of some 3,000 visits, each begun anew: three times a large office's.
    const A_DAY: usize = 10_000;
    let (mut done, mut seconds) = (0, 0.0);
    while done < commands {
        let mut hall = Hall::open(done as u128);
        hall.fill(WAITING);
        let mut wishes = hall.wishes(A_DAY);
        let begun = cpu_seconds();
        let before = hall.commands;
        while hall.commands - before < A_DAY.min(commands - done) {
            hall.visit(&mut wishes, &mut act);
        }
        seconds += cpu_seconds() - begun;
        done += hall.commands - before;
        let waiting = hall.office.lines.waiting();
        assert!((400..=600).contains(&waiting), "about as many wait as at the beginning: {waiting}");
    }
    done as f64 / seconds
}

/// The cost of one pick with more and more people in the hall.
fn picks(count: usize, bars: &mut Bars) {
    let mut first = None;
    for waiting in [10, 1_000, 100_000] {
        let mut hall = Hall::open(1);
        hall.fill(waiting);
        let at = hall.now;
        let begun = cpu_seconds();
        for turn in 0..count {
            let counter = CounterId(u32::try_from(turn).unwrap() % COUNTERS + 1);
            std::hint::black_box(policy::choose(&hall.office, counter, at, None)).unwrap();
        }
        let each = (cpu_seconds() - begun) / count as f64;
        let ratio = each / *first.get_or_insert(each);
        let met = bars.word(&format!("a pick with {waiting} waiting"), ratio <= PICK_GROWTH_MAX);
        let nanos = each * 1e9;
        println!(
            "a pick with {waiting:>7} waiting   {nanos:>6.0} ns   x {ratio:.2}   bar {PICK_GROWTH_MAX:.1}   {met}"
        );
    }
}

/// An office at work.
struct Hall {
    office: Office,
    now: At,
    clerks: Vec<Actor>,
    kiosk: Actor,
    visits: usize,
    commands: usize,
    ids: u128,
    last_served: Option<TicketId>,
}

impl Hall {
    /// A day with open counters.
    fn open(salt: u128) -> Self {
        let clerks = (1..=COUNTERS).map(|counter| Actor::User {
            name: UserId(Arc::from(format!("clerk-{counter}"))),
            role: Role::Clerk,
        });
        let mut hall = Self {
            office: Office::founding(layout()),
            now: MIDNIGHT.plus(Millis::from_secs(8 * 3600)),
            clerks: clerks.collect(),
            kiosk: Actor::Device(slug("kiosk-1")),
            visits: 0,
            commands: 0,
            ids: salt,
            last_served: None,
        };
        let window = Window { opens: MIDNIGHT, closes: MIDNIGHT.plus(Millis(DAY_MS as u64)) };
        let plan = DayPlan {
            date: Date { year: 2026, month: 11, day: 23 },
            starts_at: MIDNIGHT,
            ends_at: MIDNIGHT.plus(Millis(DAY_MS as u64)),
            windows: Some(vec![window]),
        };
        hall.decides(&Actor::System, &Command::OpenDay { plan });
        for (index, clerk) in hall.clerks.clone().iter().enumerate() {
            hall.decides(clerk, &Command::OpenCounter { counter: counter(index) });
        }
        hall
    }

    fn fill(&mut self, waiting: usize) {
        let kiosk = self.kiosk.clone();
        for wish in self.wishes(waiting) {
            self.now = self.now.plus(Millis(100));
            self.decides(&kiosk, &wish);
        }
    }

    /// Numbers to be taken; made beforehand, as a handler makes them.
    fn wishes(&mut self, count: usize) -> Vec<Command> {
        let services = SERVICES.map(|name| ServiceId(slug(name)));
        let classes = ["thuong", "uu-tien", "nguoi-co-cong"].map(|name| ClassId(slug(name)));
        let (lang, channel) = (Lang(Arc::from("vi")), slug("kiosk"));
        let wish = |index: usize, ticket| Issue {
            ticket,
            service: services[index % 10 % services.len()].clone(),
            // Two in ten have a priority, so that ten people stand in ten lines, as 100,000 do.
            class: (index % 10 >= 8).then(|| classes[index % 10 - 7].clone()),
            lang: Some(lang.clone()),
            channel: channel.clone(),
            then: Vec::new(),
            dossiers: 1,
            assist: false,
        };
        let commands = (0..count).map(|index| {
            self.ids = self.ids.wrapping_add(1);
            Command::Issue(wish(
                index,
                TicketId(self.ids.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)),
            ))
        });
        commands.collect()
    }

    /// One visit: a number taken, and at one counter the next one called and begun.
    fn visit(&mut self, wishes: &mut Vec<Command>, act: &mut impl FnMut(&mut Self, &Actor, &Command)) {
        self.visits += 1;
        self.now = self.now.plus(Millis(700));
        let (turn, index) = (self.visits % 10, self.visits % self.clerks.len());
        let (counter, clerk, kiosk) = (counter(index), self.clerks[index].clone(), self.kiosk.clone());
        let mut does = |hall: &mut Self, actor: &Actor, command: &Command| {
            hall.commands += 1;
            act(hall, actor, command);
        };
        does(self, &kiosk, &wishes.pop().unwrap());
        let served = self.office.counters[&counter].ticket;
        does(self, &clerk, &Command::CallNext { counter });
        let called = self.office.counters[&counter].ticket.unwrap();
        let turn = (turn + self.visits / 10) % 10;
        if turn == 1 {
            does(self, &clerk, &Command::Recall { counter });
        }
        if turn == 2 {
            // Whoever does not come is waited for.
            self.now = self.now.plus(Millis::from_secs(1));
            does(self, &clerk, &Command::Absent { counter });
            return;
        }
        does(self, &clerk, &Command::Start { counter });
        if turn == 3 {
            let to = self.office.tickets[&called].service.clone();
            does(self, &clerk, &Command::Transfer { counter, to: Target::Service(to) });
        }
        if turn == 4 {
            does(self, &clerk, &Command::Finish { counter, outcome: None });
        }
        if turn == 5 {
            let given_back = self.office.lines.iter().last().unwrap().1[0].ticket;
            does(self, &Actor::Anyone, &Command::Cancel { ticket: given_back });
        }
        let rated = self.last_served.replace(called).or(served);
        if turn == 6
            && let Some(ticket) =
                rated.filter(|id| matches!(self.office.tickets[id].state, State::Finished { .. }))
        {
            does(self, &Actor::Anyone, &Command::Rate { ticket, score: 5, comment: None::<Text> });
        }
        // As many come as go: a transfer leaves one more, a number given back one less.
    }

    /// The machine alone.
    fn decides(&mut self, actor: &Actor, command: &Command) {
        let events = decide(&self.office, actor, command, self.now).unwrap();
        for event in &events {
            apply(&mut self.office, event, self.now);
        }
    }

    /// As the engine does it: with a record, its key and the answer kept under it.
    fn drafts(&mut self, actor: &Actor, command: &Command) {
        self.ids = self.ids.wrapping_add(1);
        let key =
            Key { scope: actor.to_string(), key: format!("{:032x}", self.ids), fingerprint: "5f".repeat(32) };
        let asked = Asked { actor, key: Some(key), command, status: 201, at: self.now, epoch: 1 };
        let Ok(Drafted::Fresh(record)) = draft(&self.office, asked) else { panic!("{command:?} is refused") };
        absorb(&mut self.office, &record);
    }
}

fn layout() -> Layout {
    let words = |text: &str| Words::from([(Lang(Arc::from("vi")), text.to_owned())]);
    let class = |id: &str, credit: u64| Class {
        id: ClassId(slug(id)),
        name: words(id),
        credit_per_minute: Rate(credit * 1_000_000),
        legal_basis: None,
        confirm: false,
    };
    let service = |(index, id): (usize, &&str)| Service {
        id: ServiceId(slug(id)),
        prefix: Some(char::from(b'A' + u8::try_from(index).unwrap())),
        first_number: 1,
        digits: 6,
        name: words(id),
        typical: Millis::from_secs(300),
        stopped: false,
    };
    // Each counter has two services of its own and one that it helps out in.
    let own = |place: usize| ServiceId(slug(SERVICES[place % SERVICES.len()]));
    let place = |index: u32| CounterPlace {
        id: CounterId(index),
        name: words("Quầy"),
        services: vec![own(index as usize), own(index as usize + 1)],
        backup_services: vec![own(index as usize + 4)],
    };
    let layout = Layout {
        id: OfficeId(slug("kim-lien")),
        time_zone: "Asia/Ho_Chi_Minh".to_owned(),
        languages: vec![Lang(Arc::from("vi")), Lang(Arc::from("en"))],
        voices: Vec::new(),
        name: words("Kim Liên"),
        classes: vec![class("thuong", 1), class("uu-tien", 4), class("nguoi-co-cong", 4)],
        services: SERVICES.iter().enumerate().map(service).collect(),
        counters: (1..=COUNTERS).map(place).collect(),
        absent_after: Millis(0),
        day_starts_minute: 0,
        hours: None,
        notices: Vec::new(),
    };
    assert_eq!(layout.fault(), None, "the hall can stand");
    layout
}

fn counter(index: usize) -> CounterId {
    CounterId(u32::try_from(index).unwrap() + 1)
}

fn slug(text: &str) -> Slug {
    Slug::new(text).unwrap()
}

/// Seconds that this thread was on a core, or of the clock where the system does not count them.
fn cpu_seconds() -> f64 {
    let counted = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos =
        counted.as_deref().and_then(|text| text.split(' ').next()).and_then(|word| word.parse::<f64>().ok());
    nanos.map_or_else(|| CLOCK.with(|clock| clock.elapsed().as_secs_f64()), |nanos| nanos / 1e9)
}

thread_local! {
    static CLOCK: Instant = Instant::now();
}
