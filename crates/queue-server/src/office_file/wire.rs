//! The layout between its written form (`queue_wire::settings`, also the shape of an office file) and the core's.

use std::sync::Arc;

use queue_core::ids::{ClassId, CounterId, Lang, OfficeId, ServiceId, Slug};
use queue_core::layout::{Class, CounterPlace, Layout, LayoutFault, Notice, Rate, Service, Words};
use queue_core::time::Millis;
use queue_wire::settings as written;

use crate::clock::{self, Zone};
use crate::office_file::hours;

/// Names that pages, routes and streams of the server have taken.
const RESERVED: [&str; 9] =
    ["house", "api", "t", "assets", "sounds", "healthz", "readyz", "metrics", "fonts"];

/// The fastest credit a minute: beyond it a class simply goes first.
const CREDIT_MAX: f64 = 1_000_000.0;
/// A service that takes longer than a day is a mistake.
const TYPICAL_MINUTES_MAX: f64 = 1440.0;
/// Marking absent later than a day after the call makes no sense.
const ABSENT_AFTER_S_MAX: u64 = 86_400;
/// The longest text on a legal basis, in characters.
const LEGAL_BASIS_CHARS_MAX: usize = 500;

/// The layout that `layout` describes, checked.
///
/// # Errors
/// The first [`LayoutFault`], its path as in the office file.
pub fn to_core(layout: &written::Layout) -> Result<Layout, LayoutFault> {
    Zone::named(&layout.time_zone).map_err(|unknown| fault("time_zone", unknown.to_string()))?;
    if layout.absent_after_s > ABSENT_AFTER_S_MAX {
        return Err(fault("absent_after_s", format!("write 0 to {ABSENT_AFTER_S_MAX} seconds")));
    }
    let day_starts_minute = match &layout.day_starts_at {
        None => 0,
        Some(text) => hours::minutes(text)
            .filter(|minutes| *minutes < 1440)
            .ok_or_else(|| fault("day_starts_at", "write a time of day such as \"04:00\"".to_owned()))?,
    };
    let core = Layout {
        id: OfficeId(slug("id", &layout.id)?),
        time_zone: layout.time_zone.clone(),
        languages: each(&layout.languages, "languages", lang)?,
        voices: each(&layout.voices, "voices", lang)?,
        name: words(&layout.name),
        classes: each(&layout.classes, "classes", class)?,
        services: each(&layout.services, "services", service)?,
        counters: each(&layout.counters, "counters", counter)?,
        absent_after: Millis::from_secs(layout.absent_after_s),
        day_starts_minute,
        hours: layout.hours.as_ref().map(hours::to_core).transpose()?,
        notices: each(&layout.notices, "notices", notice)?,
    };
    if RESERVED.contains(&core.id.0.as_str()) {
        return Err(fault("id", format!("`{}` is a name of the server's own: choose another id", core.id)));
    }
    match core.fault() {
        Some(fault) => Err(fault),
        None => Ok(core),
    }
}

/// The written form of `layout`.
#[must_use]
pub fn to_wire(layout: &Layout) -> written::Layout {
    let zone = Zone::of(layout);
    written::Layout {
        id: layout.id.to_string(),
        time_zone: layout.time_zone.clone(),
        languages: layout.languages.iter().map(ToString::to_string).collect(),
        voices: layout.voices.iter().map(ToString::to_string).collect(),
        name: plain(&layout.name),
        absent_after_s: layout.absent_after.secs(),
        day_starts_at: (layout.day_starts_minute > 0).then(|| hours::clock(layout.day_starts_minute)),
        classes: layout.classes.iter().map(class_to_wire).collect(),
        services: layout.services.iter().map(service_to_wire).collect(),
        counters: layout.counters.iter().map(counter_to_wire).collect(),
        hours: layout.hours.as_ref().map(hours::to_wire),
        notices: layout.notices.iter().map(|notice| notice_to_wire(notice, &zone)).collect(),
    }
}

fn class(path: &str, class: &written::ClassLayout) -> Result<Class, LayoutFault> {
    let rate = class.credit_per_minute;
    if !(0.0..=CREDIT_MAX).contains(&rate) {
        return Err(fault(
            &format!("{path}.credit_per_minute"),
            format!("write a number from 0 to {CREDIT_MAX}"),
        ));
    }
    if class.legal_basis.as_ref().is_some_and(|text| text.chars().count() > LEGAL_BASIS_CHARS_MAX) {
        return Err(fault(
            &format!("{path}.legal_basis"),
            format!("write at most {LEGAL_BASIS_CHARS_MAX} characters"),
        ));
    }
    Ok(Class {
        id: ClassId(slug(&format!("{path}.id"), &class.id)?),
        name: words(&class.name),
        credit_per_minute: Rate(whole(rate * 1_000_000.0)),
        legal_basis: class.legal_basis.clone(),
        confirm: class.confirm,
    })
}

fn service(path: &str, service: &written::ServiceLayout) -> Result<Service, LayoutFault> {
    let prefix = match service.prefix.as_bytes() {
        [] => None,
        [letter @ b'A'..=b'Z'] => Some(char::from(*letter)),
        _ => return Err(fault(&format!("{path}.prefix"), "write \"\" or one letter A to Z".to_owned())),
    };
    let typical = service.typical_minutes;
    if !(typical > 0.0 && typical <= TYPICAL_MINUTES_MAX) {
        let what = format!("write minutes above 0 and up to {TYPICAL_MINUTES_MAX}");
        return Err(fault(&format!("{path}.typical_minutes"), what));
    }
    Ok(Service {
        id: ServiceId(slug(&format!("{path}.id"), &service.id)?),
        prefix,
        first_number: service.first_number,
        digits: service.digits,
        name: words(&service.name),
        typical: Millis(whole(typical * 60_000.0).max(1)),
        stopped: service.stopped,
    })
}

fn counter(path: &str, counter: &written::CounterLayout) -> Result<CounterPlace, LayoutFault> {
    let service = |path: &str, id: &String| slug(path, id).map(ServiceId);
    Ok(CounterPlace {
        id: CounterId(counter.id),
        name: words(&counter.name),
        services: each(&counter.services, &format!("{path}.services"), service)?,
        backup_services: each(&counter.backup_services, &format!("{path}.backup_services"), service)?,
    })
}

fn notice(path: &str, notice: &written::NoticeLayout) -> Result<Notice, LayoutFault> {
    let until = match &notice.until {
        None => None,
        Some(text) => Some(clock::parse_instant(text).ok_or_else(|| {
            fault(&format!("{path}.until"), "write an instant such as 2026-12-31T17:00:00+07:00".to_owned())
        })?),
    };
    Ok(Notice { id: slug(&format!("{path}.id"), &notice.id)?, text: words(&notice.text), until })
}

fn class_to_wire(class: &Class) -> written::ClassLayout {
    written::ClassLayout {
        id: class.id.to_string(),
        name: plain(&class.name),
        credit_per_minute: float(class.credit_per_minute.0) / 1_000_000.0,
        legal_basis: class.legal_basis.clone(),
        confirm: class.confirm,
    }
}

fn service_to_wire(service: &Service) -> written::ServiceLayout {
    written::ServiceLayout {
        id: service.id.to_string(),
        prefix: service.prefix.map(String::from).unwrap_or_default(),
        first_number: service.first_number,
        digits: service.digits,
        name: plain(&service.name),
        typical_minutes: float(service.typical.0) / 60_000.0,
        stopped: service.stopped,
    }
}

fn counter_to_wire(counter: &CounterPlace) -> written::CounterLayout {
    written::CounterLayout {
        id: counter.id.0,
        name: plain(&counter.name),
        services: counter.services.iter().map(ToString::to_string).collect(),
        backup_services: counter.backup_services.iter().map(ToString::to_string).collect(),
    }
}

fn notice_to_wire(notice: &Notice, zone: &Zone) -> written::NoticeLayout {
    written::NoticeLayout {
        id: notice.id.to_string(),
        text: plain(&notice.text),
        until: notice.until.map(|at| zone.text(at)),
    }
}

fn each<W, C>(
    items: &[W],
    key: &str,
    convert: impl Fn(&str, &W) -> Result<C, LayoutFault>,
) -> Result<Vec<C>, LayoutFault> {
    items.iter().enumerate().map(|(index, item)| convert(&format!("{key}[{index}]"), item)).collect()
}

fn slug(path: &str, text: &str) -> Result<Slug, LayoutFault> {
    Slug::new(text).map_err(|error| fault(path, error.to_string()))
}

fn lang(path: &str, text: &String) -> Result<Lang, LayoutFault> {
    let part =
        |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let first = text.split('-').next().unwrap_or_default();
    let fits = (2..=3).contains(&first.len()) && text.split('-').all(part) && text.len() <= 35;
    if fits && first.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Ok(Lang(Arc::from(text.as_str())));
    }
    Err(fault(path, format!("`{text}` is no language tag: write one such as \"vi\" or \"en\"")))
}

fn words(words: &queue_wire::office::Words) -> Words {
    words.iter().map(|(lang, text)| (Lang(Arc::from(lang.as_str())), text.clone())).collect()
}

fn plain(words: &Words) -> queue_wire::office::Words {
    words.iter().map(|(lang, text)| (lang.to_string(), text.clone())).collect()
}

fn fault(path: &str, what: String) -> LayoutFault {
    LayoutFault { path: path.to_owned(), what }
}

/// The nearest whole number; the callers have bounded `value` far below 2^53.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "bounded to 0..2^53 by the callers"
)]
fn whole(value: f64) -> u64 {
    value.round() as u64
}

#[expect(clippy::cast_precision_loss, reason = "values stay below 2^53")]
fn float(value: u64) -> f64 {
    value as f64
}
