//! Tickets: what is asked for, and what is shown to whoever holds the id.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::office::Wait;

/// `POST /offices/{o}/tickets`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[ts(optional_fields)]
pub struct TicketRequest {
    /// The service.
    pub service: String,
    /// The class; default the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// The language; default the office's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// Where it is taken: `kiosk` (default), `phone`, `reception`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// Services that follow with the same number, at most 8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub then: Option<Vec<String>>,
    /// Dossiers in this turn, 1 (default) to 999.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dossiers: Option<u16>,
    /// Needs a clerk to come and fetch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assist: Option<bool>,
}

/// A ticket. `ahead` and `wait` are null once it is called and never while it waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
pub struct Ticket {
    /// 128 random bits, 26 characters.
    pub id: String,
    /// As printed: `A012`.
    pub number: String,
    /// What it waits for.
    pub service: String,
    /// Services that follow.
    pub then: Vec<String>,
    /// The class that counts.
    pub class: String,
    /// A class asked for that staff have not confirmed.
    pub asked: Option<String>,
    /// The language chosen.
    pub lang: String,
    /// Where it stands.
    pub state: TicketState,
    /// Whether it waits to be called for its result.
    pub ready: bool,
    /// Dossiers in this turn.
    pub dossiers: u16,
    /// Needs a clerk to come and fetch.
    pub assist: bool,
    /// When the number was taken.
    pub issued_at: String,
    /// Waiting tickets that the rule would call before it for its service.
    #[ts(type = "number | null")]
    pub ahead: Option<u64>,
    /// The remaining wait.
    pub wait: Option<Wait>,
    /// Where it is called, served, or was last.
    pub counter: Option<u32>,
    /// When it was last called.
    pub called_at: Option<String>,
    /// Whether it was rated.
    pub rated: bool,
    /// Path of the citizen's page, `/t/{id}`.
    pub url: String,
}

/// Where a ticket stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename_all = "snake_case")]
pub enum TicketState {
    /// In line.
    Waiting,
    /// Called to a counter.
    Called,
    /// At the counter.
    Serving,
    /// Set aside for a signature or result.
    Parked,
    /// Served.
    Finished,
    /// Did not come.
    Absent,
    /// Given back.
    Cancelled,
    /// Not served when the day closed.
    Expired,
}

/// `POST …/move`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
pub struct MoveRequest {
    /// The right service.
    pub service: String,
}

/// `POST …/confirm`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[ts(optional_fields)]
pub struct ConfirmRequest {
    /// The class to grant; default the one asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
}

/// `POST …/rating`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[ts(optional_fields)]
pub struct RatingRequest {
    /// 1 (very dissatisfied) to 5 (very satisfied).
    pub score: u8,
    /// A few words, at most 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// `POST …/tickets/ready` for a whole pile of parked tickets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
pub struct ReadyRequest {
    /// Ticket ids, at most 200; all or none become ready.
    pub tickets: Vec<String>,
}

/// A list of tickets for staff (`GET …/tickets?list=parked`): absent, parked, unconfirmed, needing help.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
pub struct Tickets {
    /// In the order of issue.
    pub items: Vec<Ticket>,
}

/// `POST …/release`, and wherever a reason is all that is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[ts(optional_fields)]
pub struct ReasonRequest {
    /// Why, at most 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// `GET /tickets/{id}` (outside an office): where a ticket lives, for the citizen's page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
pub struct TicketPlace {
    /// The office that issued it.
    pub office: String,
    /// The ticket.
    pub ticket: Ticket,
}
