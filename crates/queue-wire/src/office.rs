//! What a kiosk or page reads of an office.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::live::Notice;

/// A text by language tag: `{"vi": "…", "en": "…"}`.
pub type Words = BTreeMap<String, String>;

/// `GET /offices`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
pub struct Offices {
    /// In the order of the command line.
    pub items: Vec<Office>,
}

/// `GET /offices/{o}`: everything that the public may know of an office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
pub struct Office {
    /// The office.
    pub id: String,
    /// Its name.
    pub name: Words,
    /// The first is the default.
    pub languages: Vec<String>,
    /// IANA name.
    pub time_zone: String,
    /// The business day, `YYYY-MM-DD`.
    pub date: String,
    /// Whether numbers are issued at this moment.
    pub open: bool,
    /// Whether the business day was closed.
    #[serde(default)]
    pub day_closed: bool,
    /// Whether an alarm stopped everything.
    pub alarm: bool,
    /// Today's opening hours as `07:30-12:00`; `null` means always.
    pub hours_today: Option<Vec<String>>,
    /// The first is the default.
    pub classes: Vec<Class>,
    /// In the order of the kiosk's buttons.
    pub services: Vec<Service>,
    /// In the order of the hall.
    pub counters: Vec<CounterPlace>,
    /// Notices for the hall.
    pub notices: Vec<Notice>,
    /// What QR codes point to.
    pub public_url: String,
    /// How long after its call a ticket may be marked absent.
    #[ts(type = "number")]
    pub absent_after_s: u64,
}

/// A class of tickets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
pub struct Class {
    /// The class.
    pub id: String,
    /// Its name.
    pub name: Words,
    /// Whether staff must confirm it.
    pub confirm: bool,
    /// The law or decision that grants it.
    pub legal_basis: Option<String>,
}

/// A service that citizens choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
pub struct Service {
    /// The service.
    pub id: String,
    /// `""` or one letter A-Z.
    pub prefix: String,
    /// Its name.
    pub name: Words,
    /// Whether numbers for it are issued at this moment.
    pub open: bool,
    /// Why not, as a problem code: `office-closed`, `alarm`, `numbers-stopped`, `numbers-used-up`.
    pub closed_because: Option<String>,
    /// Tickets waiting for it.
    #[ts(type = "number")]
    pub waiting: u64,
    /// The wait of a ticket taken now.
    pub wait: Wait,
}

/// A counter, as the hall knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
pub struct CounterPlace {
    /// The number over it.
    pub id: u32,
    /// Its name.
    pub name: Words,
    /// `closed`, `open` or `paused`.
    pub state: String,
    /// Services it calls.
    pub services: Vec<String>,
    /// Services it calls when nobody waits for those.
    pub backup_services: Vec<String>,
}

/// An expected wait, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
pub struct Wait {
    /// Half of the tickets wait less.
    #[ts(type = "number")]
    pub likely_s: u64,
    /// Nine of ten wait less.
    #[ts(type = "number")]
    pub high_s: u64,
}
