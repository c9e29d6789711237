//! The names in an address, and the ids that they stand for.
//!
//! A ticket's name that can be no id becomes one that never exists, so that the rules answer in their own order:
//! first whether the asker may, then whether there is such a thing.

use axum::http::StatusCode;
use queue_core::ids::{CounterId, ServiceId, Slug, TicketId};
use queue_core::refusal::Refusal;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::problem::Fault;

/// `/offices/{office}`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OfficePath {
    /// The office, such as `kim-lien`.
    pub office: String,
}

/// `/offices/{office}/tickets/{ticket}`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct TicketPath {
    /// The office, such as `kim-lien`.
    pub office: String,
    /// The ticket's id, 26 characters.
    pub ticket: String,
}

/// `/offices/{office}/counters/{counter}`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct CounterPath {
    /// The office, such as `kim-lien`.
    pub office: String,
    /// The number over the counter.
    #[param(value_type = u32)]
    pub counter: String,
}

impl TicketPath {
    /// The ticket; a text that is no id is nobody's.
    #[must_use]
    pub fn id(&self) -> TicketId {
        ticket(&self.ticket)
    }
}

impl CounterPath {
    /// The counter; asked for once it is known that the asker may.
    ///
    /// # Errors
    /// 404 `unknown-counter` where no counter can be called so.
    pub fn id(&self) -> Result<CounterId, Fault> {
        self.counter.parse().map(CounterId).map_err(|_| {
            let named: String = self.counter.chars().take(60).collect();
            Fault::new(StatusCode::NOT_FOUND, "unknown-counter", format!("there is no counter `{named}`"))
        })
    }
}

/// The ticket with this id; a text that is no id is nobody's.
#[must_use]
pub fn ticket(text: &str) -> TicketId {
    text.parse().unwrap_or(TicketId(0))
}

/// The service with this id.
///
/// # Errors
/// [`Refusal::UnknownService`] where no service can be called so.
pub fn service(text: &str) -> Result<ServiceId, Refusal> {
    let unknown = || Refusal::UnknownService(text.chars().take(60).collect());
    Slug::new(text).map(ServiceId).map_err(|_| unknown())
}
