//! Figures of a day or of several days.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// `GET …/stats/today`, `GET …/stats?from=&to=`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema, TS)]
pub struct Stats {
    /// First day, `YYYY-MM-DD`.
    pub from: String,
    /// Last day.
    pub to: String,
    /// The whole.
    #[serde(flatten)]
    pub total: Figures,
    /// By service, in the order of the office.
    pub by_service: Vec<ServiceFigures>,
    /// By class.
    pub by_class: Vec<ClassFigures>,
    /// By counter.
    pub by_counter: Vec<CounterFigures>,
    /// By hour of the day, hours with anything in them.
    pub by_hour: Vec<HourFigures>,
}

/// The figures of one group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema, TS)]
pub struct Figures {
    /// Numbers taken.
    #[ts(type = "number")]
    pub issued: u64,
    /// Calls of a ticket to a counter, recalls not counted.
    #[ts(type = "number")]
    pub called: u64,
    /// Visits finished.
    #[ts(type = "number")]
    pub served: u64,
    /// Marked absent.
    #[ts(type = "number")]
    pub absent: u64,
    /// Given back or released.
    #[ts(type = "number")]
    pub cancelled: u64,
    /// Not served when the day closed.
    #[ts(type = "number")]
    pub expired: u64,
    /// Waiting at this moment; 0 for days gone by.
    #[ts(type = "number")]
    pub waiting: u64,
    /// From the number taken to the first call.
    pub wait_s: Spread,
    /// From the start at the counter to its end.
    pub service_s: Spread,
    /// Ratings.
    pub rating: Rating,
}

/// How a duration spreads, in seconds; null where there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
pub struct Spread {
    /// Half are at most this.
    #[ts(type = "number | null")]
    pub p50: Option<u64>,
    /// Nine of ten are at most this.
    #[ts(type = "number | null")]
    pub p90: Option<u64>,
    /// The longest.
    #[ts(type = "number | null")]
    pub max: Option<u64>,
}

/// How visits were rated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema, TS)]
pub struct Rating {
    /// How many ratings.
    #[ts(type = "number")]
    pub count: u64,
    /// Their mean, 1 to 5; null without any.
    pub mean: Option<f64>,
}

/// Figures of a service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema, TS)]
pub struct ServiceFigures {
    /// The service.
    pub service: String,
    /// Its figures.
    #[serde(flatten)]
    pub figures: Figures,
}

/// Figures of a class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema, TS)]
pub struct ClassFigures {
    /// The class.
    pub class: String,
    /// Its figures.
    #[serde(flatten)]
    pub figures: Figures,
}

/// Figures of a counter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema, TS)]
pub struct CounterFigures {
    /// The counter.
    pub counter: u32,
    /// Its figures; `issued` is 0, numbers are not taken at counters.
    #[serde(flatten)]
    pub figures: Figures,
}

/// Figures of an hour.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema, TS)]
pub struct HourFigures {
    /// Hour of the local day, 0 to 23 (24 on a day with an hour more).
    pub hour: u32,
    /// Its figures.
    #[serde(flatten)]
    pub figures: Figures,
}
