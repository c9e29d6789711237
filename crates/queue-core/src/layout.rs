//! The layout of an office: its services, counters, classes, hours. Domain state, changed only by a command.
//!
//! The office file that seeds it is read by the server; what cannot stand is told here ([`Layout::fault`]).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::{ClassId, CounterId, Lang, OfficeId, ServiceId, Slug};
use crate::time::{At, Millis};

/// Most services, counters or classes of one office.
pub const ENTRIES_MAX: usize = 200;
/// Longest name in one language, in characters.
pub const NAME_CHARS_MAX: usize = 200;
/// Most notices at once.
pub const NOTICES_MAX: usize = 20;

/// A name or notice in the office's languages.
pub type Words = BTreeMap<Lang, String>;

/// Everything that an office file says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// The office.
    pub id: OfficeId,
    /// IANA name, such as `Asia/Ho_Chi_Minh`; only the server reads it.
    pub time_zone: String,
    /// At least one; the first is the default.
    pub languages: Vec<Lang>,
    /// Languages in which calls are spoken; a voice tag (`vi-x-south`) stands for its language.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub voices: Vec<Lang>,
    /// The office's name.
    pub name: Words,
    /// At least one; the first is the default.
    pub classes: Vec<Class>,
    /// In the order of the kiosk's buttons.
    pub services: Vec<Service>,
    /// In the order of the hall.
    pub counters: Vec<CounterPlace>,
    /// How long after its call a ticket may first be marked absent.
    pub absent_after: Millis,
    /// Minutes after local midnight at which the business day begins.
    #[serde(default)]
    pub day_starts_minute: u16,
    /// When tickets are issued, Monday first; `None` means always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<[Vec<Hours>; 7]>,
    /// Notices on idle screens.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<Notice>,
}

/// A class of tickets and how fast its credit grows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Class {
    /// The class.
    pub id: ClassId,
    /// Its name on screens.
    pub name: Words,
    /// Credit gained by one minute of waiting.
    pub credit_per_minute: Rate,
    /// The law or decision that grants it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_basis: Option<String>,
    /// Whether staff must confirm it when it was asked for without a staff session.
    #[serde(default)]
    pub confirm: bool,
}

/// Credit a minute, in millionths, so that credits compare exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rate(pub u64);

/// A service that citizens choose, with its series of numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// The service.
    pub id: ServiceId,
    /// A letter A to Z, or none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<char>,
    /// First number of each business day.
    pub first_number: u32,
    /// Width of the numbers, 1 to 6; the last number is the largest of that width.
    pub digits: u8,
    /// Its name on screens.
    pub name: Words,
    /// Usual time at the counter, before the office has figures of its own.
    pub typical: Millis,
    /// Whether numbers are stopped for now.
    #[serde(default)]
    pub stopped: bool,
}

/// A counter and what it serves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CounterPlace {
    /// The number over it.
    pub id: CounterId,
    /// Its name on screens.
    pub name: Words,
    /// Called in the order of the calling rule.
    pub services: Vec<ServiceId>,
    /// Only when nobody waits for `services`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub backup_services: Vec<ServiceId>,
}

/// A stretch of opening hours, in minutes after local midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// First minute inside, 0 to 1439.
    pub from: u16,
    /// First minute after, up to 1440.
    pub to: u16,
}

/// A notice for the lobby screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Unique in the office.
    pub id: Slug,
    /// What it says.
    pub text: Words,
    /// When it ends; `None` means until it is taken down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<At>,
}

/// What cannot stand in a layout, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {what}")]
pub struct LayoutFault {
    /// The key as in the office file, such as `counters[2].services[0]`.
    pub path: String,
    /// What is wrong with it and what would be right.
    pub what: String,
}

impl Layout {
    /// The service with this id.
    #[must_use]
    pub fn service(&self, id: &ServiceId) -> Option<&Service> {
        self.services.iter().find(|service| service.id == *id)
    }

    /// The class with this id.
    #[must_use]
    pub fn class(&self, id: &ClassId) -> Option<&Class> {
        self.classes.iter().find(|class| class.id == *id)
    }

    /// The counter with this number.
    #[must_use]
    pub fn counter(&self, id: CounterId) -> Option<&CounterPlace> {
        self.counters.iter().find(|counter| counter.id == id)
    }

    /// The default language.
    ///
    /// # Panics
    /// Never for a layout without a [`fault`](Self::fault): it has a language.
    #[must_use]
    pub fn default_language(&self) -> &Lang {
        self.languages.first().expect("a checked layout has a language")
    }

    /// The default class.
    ///
    /// # Panics
    /// Never for a layout without a [`fault`](Self::fault): it has a class.
    #[must_use]
    pub fn default_class(&self) -> &Class {
        self.classes.first().expect("a checked layout has a class")
    }

    /// The first thing that cannot stand, if any: a clash, an unknown id, a value out of bounds.
    #[must_use]
    pub fn fault(&self) -> Option<LayoutFault> {
        self.fault_of_head()
            .or_else(|| self.fault_of_classes())
            .or_else(|| self.fault_of_services())
            .or_else(|| self.fault_of_counters())
            .or_else(|| self.fault_of_hours())
            .or_else(|| self.fault_of_notices())
    }

    fn fault_of_head(&self) -> Option<LayoutFault> {
        if self.languages.is_empty() || self.languages.len() > ENTRIES_MAX {
            return fault("languages", "give at least one language, such as \"vi\"");
        }
        if let Some(twice) = repeated(&self.languages) {
            return fault(&format!("languages[{twice}]"), "this language stands twice");
        }
        for (size, key) in [
            (self.classes.len(), "classes"),
            (self.services.len(), "services"),
            (self.counters.len(), "counters"),
        ] {
            if size == 0 || size > ENTRIES_MAX {
                return fault(key, &format!("give 1 to {ENTRIES_MAX} [[{key}]]"));
            }
        }
        if self.day_starts_minute >= 1440 {
            return fault("day_starts_at", "write a time of day, 00:00 to 23:59");
        }
        self.fault_of_words("name", &self.name)
    }

    fn fault_of_words(&self, path: &str, words: &Words) -> Option<LayoutFault> {
        for (lang, text) in words {
            if !self.languages.contains(lang) {
                return fault(&format!("{path}.{lang}"), "this language is not among `languages`");
            }
            let chars = text.chars().count();
            if chars == 0 || chars > NAME_CHARS_MAX || text.chars().any(char::is_control) {
                return fault(
                    &format!("{path}.{lang}"),
                    &format!("write 1 to {NAME_CHARS_MAX} printable characters"),
                );
            }
        }
        if words.contains_key(self.default_language()) {
            return None;
        }
        fault(path, &format!("the default language `{}` is missing", self.default_language()))
    }

    fn fault_of_classes(&self) -> Option<LayoutFault> {
        let ids: Vec<_> = self.classes.iter().map(|class| &class.id).collect();
        if let Some(twice) = repeated(&ids) {
            return fault(&format!("classes[{twice}].id"), &format!("class `{}` stands twice", ids[twice]));
        }
        self.classes.iter().enumerate().find_map(|(i, class)| {
            if i == 0 && class.confirm {
                return fault(
                    "classes[0].confirm",
                    "the first class is the default and needs no confirmation",
                );
            }
            self.fault_of_words(&format!("classes[{i}].name"), &class.name)
        })
    }

    fn fault_of_services(&self) -> Option<LayoutFault> {
        let ids: Vec<_> = self.services.iter().map(|service| &service.id).collect();
        if let Some(twice) = repeated(&ids) {
            return fault(
                &format!("services[{twice}].id"),
                &format!("service `{}` stands twice", ids[twice]),
            );
        }
        for (i, service) in self.services.iter().enumerate() {
            if service.prefix.is_some_and(|letter| !letter.is_ascii_uppercase()) {
                return fault(&format!("services[{i}].prefix"), "write \"\" or one letter A to Z");
            }
            if !(1..=6).contains(&service.digits) {
                return fault(&format!("services[{i}].digits"), "write 1 to 6");
            }
            if service.first_number > service.last_number() {
                let what = format!("{} has more than {} digits", service.first_number, service.digits);
                return fault(&format!("services[{i}].first_number"), &what);
            }
            if let Some(clash) = self.services[..i].iter().find(|other| other.clashes(service)) {
                let what = format!("its numbers would clash with those of `{}`", clash.id);
                return fault(&format!("services[{i}].prefix"), &what);
            }
        }
        self.services
            .iter()
            .enumerate()
            .find_map(|(i, service)| self.fault_of_words(&format!("services[{i}].name"), &service.name))
    }

    fn fault_of_counters(&self) -> Option<LayoutFault> {
        let ids: Vec<_> = self.counters.iter().map(|counter| counter.id).collect();
        if let Some(twice) = repeated(&ids) {
            return fault(&format!("counters[{twice}].id"), &format!("counter {} stands twice", ids[twice]));
        }
        for (i, counter) in self.counters.iter().enumerate() {
            if !(1..=999).contains(&counter.id.0) {
                return fault(&format!("counters[{i}].id"), "write a number 1 to 999");
            }
            if counter.services.is_empty() {
                return fault(&format!("counters[{i}].services"), "give at least one service");
            }
            let main = counter.services.iter().enumerate().map(|(j, id)| ("services", j, id));
            let backup = counter.backup_services.iter().enumerate().map(|(j, id)| ("backup_services", j, id));
            let mut seen = Vec::new();
            for (key, j, id) in main.chain(backup) {
                let path = format!("counters[{i}].{key}[{j}]");
                if self.service(id).is_none() {
                    return fault(&path, &format!("there is no service `{id}`"));
                }
                if seen.contains(&id) {
                    return fault(&path, &format!("service `{id}` stands twice at this counter"));
                }
                seen.push(id);
            }
        }
        self.counters
            .iter()
            .enumerate()
            .find_map(|(i, counter)| self.fault_of_words(&format!("counters[{i}].name"), &counter.name))
    }

    fn fault_of_hours(&self) -> Option<LayoutFault> {
        for ranges in self.hours.iter().flatten() {
            for (j, range) in ranges.iter().enumerate() {
                let follows = j == 0 || ranges[j - 1].to <= range.from;
                if range.from >= range.to || range.to > 1440 || !follows {
                    return fault(
                        "hours",
                        "write ranges in order that do not overlap, such as \"07:30-12:00\"",
                    );
                }
            }
        }
        None
    }

    fn fault_of_notices(&self) -> Option<LayoutFault> {
        if self.notices.len() > NOTICES_MAX {
            return fault("notices", &format!("at most {NOTICES_MAX} notices"));
        }
        let ids: Vec<_> = self.notices.iter().map(|notice| &notice.id).collect();
        if let Some(twice) = repeated(&ids) {
            return fault(&format!("notices[{twice}].id"), "this notice stands twice");
        }
        self.notices
            .iter()
            .enumerate()
            .find_map(|(i, notice)| self.fault_of_words(&format!("notices[{i}].text"), &notice.text))
    }
}

impl Service {
    /// The last number of a day.
    #[must_use]
    pub fn last_number(&self) -> u32 {
        10_u32.pow(u32::from(self.digits.min(6))).saturating_sub(1)
    }

    /// Whether the two series begin at the same number and look the same. Series that begin apart, such as at 1001
    /// and 2001, may still meet when a day is very long.
    fn clashes(&self, other: &Self) -> bool {
        self.prefix == other.prefix && self.digits == other.digits && self.first_number == other.first_number
    }
}

impl CounterPlace {
    /// Whether this counter serves `service` at all, as its own or as a backup.
    #[must_use]
    pub fn serves(&self, service: &ServiceId) -> bool {
        self.services.contains(service) || self.backup_services.contains(service)
    }
}

fn fault(path: &str, what: &str) -> Option<LayoutFault> {
    Some(LayoutFault { path: path.to_owned(), what: what.to_owned() })
}

/// The index of the first entry that stood before.
fn repeated<T: PartialEq>(items: &[T]) -> Option<usize> {
    (1..items.len()).find(|i| items[..*i].contains(&items[*i]))
}
