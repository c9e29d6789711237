//! Counters, as their clerk sees them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::ticket::Ticket;

/// A counter at work. Only staff see it: it names the clerk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
pub struct Counter {
    /// The number over it.
    pub id: u32,
    /// Closed, open or paused.
    pub state: CounterState,
    /// Who sits there.
    pub clerk: Option<String>,
    /// The ticket called or served there.
    pub ticket: Option<Ticket>,
    /// Tickets this counter could call, its own services and backups.
    #[ts(type = "number")]
    pub waiting: u64,
    /// The same by service, the counter's own first.
    pub lines: Vec<Line>,
    /// Why it is paused.
    pub pause_reason: Option<String>,
    /// Since when it is open, paused or closed.
    pub since: String,
    /// When the held ticket was called or its service started.
    pub ticket_since: Option<String>,
    /// When the called ticket may be marked absent.
    pub absent_from: Option<String>,
    /// Why the held ticket came.
    pub why: Option<WhyCalled>,
}

/// Closed, open or paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename_all = "snake_case")]
pub enum CounterState {
    /// Nobody sits there.
    Closed,
    /// Calls and serves.
    Open,
    /// Calls nobody for a while.
    Paused,
}

/// Who waits for one service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
pub struct Line {
    /// The service.
    pub service: String,
    /// Whether it is only a backup here.
    pub backup: bool,
    /// Tickets waiting for it.
    #[ts(type = "number")]
    pub waiting: u64,
    /// How long the oldest has waited.
    #[ts(type = "number | null")]
    pub oldest_s: Option<u64>,
}

/// Why a ticket was called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
pub struct WhyCalled {
    /// `turn`, `backup`, `chosen` or `taken-up`.
    pub rule: String,
    /// How long it had waited.
    #[ts(type = "number | null")]
    pub waited_s: Option<u64>,
    /// The number that would have been next without it.
    pub runner_up: Option<String>,
    /// The reason given for a call out of order.
    pub reason: Option<String>,
}

/// `POST …/call`: `{}` for the next ticket, or a number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[ts(optional_fields)]
pub struct CallRequest {
    /// The number to call out of order, or to take up again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Why out of order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// `POST …/finish`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[ts(optional_fields)]
pub struct FinishRequest {
    /// How it ended, such as `done` or `papers-missing`; at most 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
}

/// `POST …/transfer`: exactly one of the two.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[ts(optional_fields)]
pub struct TransferRequest {
    /// To the line of this service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// To this counter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counter: Option<u32>,
}
