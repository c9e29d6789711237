//! The words of the hall: who asks, what is asked, and the sample ward in which it happens.

use std::sync::Arc;

use queue_core::command::{Command, Issue, Target};
use queue_core::ids::{ClassId, CounterId, Lang, OfficeId, ServiceId, Slug, TicketId, UserId};
use queue_core::layout::{Class, CounterPlace, Layout, Rate, Service, Words};
use queue_core::number::Number;
use queue_core::permit::{Actor, Role};
use queue_core::text::Text;
use queue_core::time::{Date, Millis};

/// A ward: three services, three classes, four counters. Absent at the earliest a minute after the call.
///
/// Counter 1 certifies (A); 2 certifies, gives results (R) and helps civil status (B) out; 3 is for civil status
/// and helps results out; 4 gives results. Class `merit` has to be confirmed.
pub(crate) fn ward() -> Layout {
    Layout {
        id: OfficeId(slug("kim-lien")),
        time_zone: "Asia/Ho_Chi_Minh".to_owned(),
        languages: vec![lang("vi"), lang("en")],
        voices: Vec::new(),
        name: words("Kim Liên"),
        classes: vec![rated("normal", 1, false), rated("priority", 4, false), rated("merit", 4, true)],
        services: vec![
            offered("chung-thuc", 'A', 5),
            offered("ho-tich", 'B', 12),
            offered("tra-ket-qua", 'R', 3),
        ],
        counters: vec![
            place(1, &["chung-thuc"], &[]),
            place(2, &["chung-thuc", "tra-ket-qua"], &["ho-tich"]),
            place(3, &["ho-tich"], &["tra-ket-qua"]),
            place(4, &["tra-ket-qua"], &[]),
        ],
        absent_after: Millis::from_secs(60),
        day_starts_minute: 0,
        hours: None,
        notices: Vec::new(),
    }
}

/// A class that gains `credit` a minute.
pub(crate) fn rated(id: &str, credit: u64, confirm: bool) -> Class {
    let credit_per_minute = Rate(credit * 1_000_000);
    Class { id: class(id), name: words(id), credit_per_minute, legal_basis: None, confirm }
}

/// A service with three digits.
pub(crate) fn offered(id: &str, prefix: char, minutes: u64) -> Service {
    Service {
        id: service(id),
        prefix: Some(prefix),
        first_number: 1,
        digits: 3,
        name: words(id),
        typical: Millis::from_secs(minutes * 60),
        stopped: false,
    }
}

/// A counter.
pub(crate) fn place(id: u32, own: &[&str], backup: &[&str]) -> CounterPlace {
    let services = |ids: &[&str]| ids.iter().map(|id| service(id)).collect();
    CounterPlace {
        id: counter(id),
        name: words("Quầy"),
        services: services(own),
        backup_services: services(backup),
    }
}

/// `citizen`, `kiosk`, `system`, supervisor `chi`, administrator `admin`; any other name is a clerk's.
pub(crate) fn actor(who: &str) -> Actor {
    let role = match who {
        "citizen" => return Actor::Anyone,
        "kiosk" => return Actor::Device(slug("kiosk-1")),
        "system" => return Actor::System,
        "chi" => Role::Supervisor,
        "admin" => Role::Admin,
        _ => Role::Clerk,
    };
    Actor::User { name: UserId(Arc::from(who)), role }
}

/// A plain ticket from the kiosk.
pub(crate) fn wish(ticket: TicketId, of: &str) -> Issue {
    Issue::plain(ticket, service(of), slug("kiosk"))
}

pub(crate) fn open(at: u32) -> Command {
    Command::OpenCounter { counter: counter(at) }
}

pub(crate) fn pause(at: u32, reason: &str) -> Command {
    Command::PauseCounter { counter: counter(at), reason: text(reason) }
}

pub(crate) fn close(at: u32) -> Command {
    Command::CloseCounter { counter: counter(at) }
}

pub(crate) fn call(at: u32) -> Command {
    Command::CallNext { counter: counter(at) }
}

pub(crate) fn choose(at: u32, number: &str, reason: Option<&str>) -> Command {
    let number: Number = number.parse().expect("a number");
    Command::CallChosen { counter: counter(at), number, reason: reason.map(text) }
}

pub(crate) fn recall(at: u32) -> Command {
    Command::Recall { counter: counter(at) }
}

pub(crate) fn start(at: u32) -> Command {
    Command::Start { counter: counter(at) }
}

pub(crate) fn finish(at: u32) -> Command {
    Command::Finish { counter: counter(at), outcome: None }
}

pub(crate) fn absent(at: u32) -> Command {
    Command::Absent { counter: counter(at) }
}

pub(crate) fn park(at: u32, reason: &str) -> Command {
    Command::Park { counter: counter(at), reason: text(reason) }
}

pub(crate) fn put_back(at: u32) -> Command {
    Command::Return { counter: counter(at) }
}

pub(crate) fn send_on(at: u32, to: &str) -> Command {
    Command::Transfer { counter: counter(at), to: Target::Service(service(to)) }
}

pub(crate) fn send_to(at: u32, to: u32) -> Command {
    Command::Transfer { counter: counter(at), to: Target::Counter(counter(to)) }
}

pub(crate) fn counter(id: u32) -> CounterId {
    CounterId(id)
}

pub(crate) fn service(id: &str) -> ServiceId {
    ServiceId(slug(id))
}

pub(crate) fn class(id: &str) -> ClassId {
    ClassId(slug(id))
}

pub(crate) fn slug(text: &str) -> Slug {
    Slug::new(text).expect("a slug")
}

pub(crate) fn lang(tag: &str) -> Lang {
    Lang(Arc::from(tag))
}

/// A name in Vietnamese.
pub(crate) fn words(vi: &str) -> Words {
    Words::from([(lang("vi"), vi.to_owned())])
}

/// A text, sealed with a salt made of its length, which is enough for a test.
pub(crate) fn text(plain: &str) -> Text {
    Text::seal(plain, plain.len() as u128 + 1)
}

/// The date of the hall's day, counted from Monday 2026-11-23 as 0.
pub(crate) fn date(day: u8) -> Date {
    let (month, day) = if day < 8 { (11, 23 + day) } else { (12, day - 7) };
    Date { year: 2026, month, day }
}
