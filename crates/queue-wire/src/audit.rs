//! Who did what, when and why.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// `GET …/audit`: newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
pub struct Audit {
    /// One for each event of a record.
    pub items: Vec<AuditItem>,
    /// Give it as `before` for the next page; null at the end.
    #[ts(type = "number | null")]
    pub next: Option<u64>,
}

/// An act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
pub struct AuditItem {
    /// The record.
    #[ts(type = "number")]
    pub seq: u64,
    /// When.
    pub at: String,
    /// Who: `system`, `anyone`, `device:kiosk-1`, `user:lan`.
    pub actor: String,
    /// What, such as `ticket_called`.
    pub act: String,
    /// The ticket's number; never beside a rating.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The counter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counter: Option<u32>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The record's hash.
    pub hash: String,
}
