//! The layout of an office, for the admin page: the keys of the office file as JSON.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::office::Words;

/// `GET` and `POST …/layout` (admin): everything that an office file says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields)]
pub struct Layout {
    /// The office; it cannot change.
    pub id: String,
    /// IANA name.
    pub time_zone: String,
    /// The first is the default.
    pub languages: Vec<String>,
    /// Spoken languages or voice tags; default the first language.
    #[serde(default)]
    pub voices: Vec<String>,
    /// The office's name.
    pub name: Words,
    /// How long after its call a ticket may first be marked absent.
    #[serde(default)]
    #[ts(type = "number")]
    pub absent_after_s: u64,
    /// When the business day begins, `HH:MM`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day_starts_at: Option<String>,
    /// The first is the default.
    pub classes: Vec<ClassLayout>,
    /// In the order of the kiosk's buttons.
    pub services: Vec<ServiceLayout>,
    /// In the order of the hall.
    pub counters: Vec<CounterLayout>,
    /// By day (`mon` … `sun`) or range (`mon_fri`): `["07:30-12:00"]`; absent means always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<std::collections::BTreeMap<String, Vec<String>>>,
    /// Notices on idle screens.
    #[serde(default)]
    pub notices: Vec<NoticeLayout>,
}

/// A class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields)]
pub struct ClassLayout {
    /// The class.
    pub id: String,
    /// Its name.
    pub name: Words,
    /// Credit gained by one minute of waiting.
    pub credit_per_minute: f64,
    /// The law or decision that grants it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_basis: Option<String>,
    /// Whether staff must confirm it.
    #[serde(default)]
    pub confirm: bool,
}

/// A service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct ServiceLayout {
    /// The service.
    pub id: String,
    /// `""` or one letter A-Z.
    #[serde(default)]
    pub prefix: String,
    /// First number of each day.
    #[serde(default = "one")]
    pub first_number: u32,
    /// 1 to 6.
    #[serde(default = "three")]
    pub digits: u8,
    /// Its name.
    pub name: Words,
    /// Usual time at the counter.
    #[serde(default = "five_minutes")]
    pub typical_minutes: f64,
    /// Whether numbers are stopped for now.
    #[serde(default)]
    pub stopped: bool,
}

/// A counter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct CounterLayout {
    /// The number over it, 1 to 999.
    pub id: u32,
    /// Its name.
    pub name: Words,
    /// Called in the order of the calling rule.
    pub services: Vec<String>,
    /// Only when nobody waits for `services`.
    #[serde(default)]
    pub backup_services: Vec<String>,
}

/// A notice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields)]
pub struct NoticeLayout {
    /// Unique in the office.
    pub id: String,
    /// What it says.
    pub text: Words,
    /// RFC 3339; when it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

fn one() -> u32 {
    1
}

fn three() -> u8 {
    3
}

fn five_minutes() -> f64 {
    5.0
}
