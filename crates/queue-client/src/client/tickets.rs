//! Tickets: taking, following, giving back, rating; and what staff do with them away from a counter.

use queue_wire::ticket::{
    ConfirmRequest, MoveRequest, RatingRequest, ReadyRequest, ReasonRequest, Ticket, TicketPlace,
    TicketRequest, Tickets,
};
use reqwest::Method;
use serde_json::json;

use crate::client::{Ask, Client};
use crate::error::Error;
use crate::key::Key;

/// A list that staff work through; the plain waiting line is never one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// Set aside for a signature or result.
    Parked,
    /// Marked absent.
    Absent,
    /// Asked for a class that staff must confirm.
    Asked,
    /// Need a clerk to come and fetch.
    Assist,
}

impl List {
    fn name(self) -> &'static str {
        match self {
            Self::Parked => "parked",
            Self::Absent => "absent",
            Self::Asked => "asked",
            Self::Assist => "assist",
        }
    }
}

impl Client {
    /// Takes a number.
    ///
    /// # Errors
    /// `unknown-service`, `office-closed`, `numbers-stopped`, `numbers-used-up`, `alarm`, `too-many-requests`.
    pub async fn issue(&self, office: &str, request: &TicketRequest, key: &Key) -> Result<Ticket, Error> {
        self.write(&["offices", office, "tickets"], request, key).await
    }

    /// A ticket.
    ///
    /// # Errors
    /// `unknown-ticket`.
    pub async fn ticket(&self, office: &str, id: &str) -> Result<Ticket, Error> {
        self.read(&["offices", office, "tickets", id]).await
    }

    /// A ticket whose office is not known.
    ///
    /// # Errors
    /// `unknown-ticket`.
    pub async fn ticket_place(&self, id: &str) -> Result<TicketPlace, Error> {
        self.read(&["tickets", id]).await
    }

    /// One of the lists that staff work through.
    ///
    /// # Errors
    /// `not-signed-in`.
    pub async fn tickets(&self, office: &str, list: List) -> Result<Tickets, Error> {
        let mut url = self.url(&["offices", office, "tickets"]);
        url.query_pairs_mut().append_pair("list", list.name());
        self.exchange(Ask { method: Method::GET, url, body: None, key: None }).await?.json()
    }

    /// Gives a ticket back.
    ///
    /// # Errors
    /// `unknown-ticket`, `not-cancellable`.
    pub async fn cancel(&self, office: &str, id: &str, key: &Key) -> Result<Ticket, Error> {
        self.write(&["offices", office, "tickets", id, "cancel"], &json!({}), key).await
    }

    /// Rates a visit.
    ///
    /// # Errors
    /// `not-served`, `already-rated`, `invalid-field`.
    pub async fn rate(
        &self,
        office: &str,
        id: &str,
        request: &RatingRequest,
        key: &Key,
    ) -> Result<(), Error> {
        self.post(&["offices", office, "tickets", id, "rating"], request, Some(key)).await.map(drop)
    }

    /// Grants the class asked for, or `class` (staff).
    ///
    /// # Errors
    /// `nothing-to-confirm`, `unknown-class`.
    pub async fn confirm(
        &self,
        office: &str,
        id: &str,
        class: Option<&str>,
        key: &Key,
    ) -> Result<Ticket, Error> {
        let request = ConfirmRequest { class: class.map(str::to_owned) };
        self.write(&["offices", office, "tickets", id, "confirm"], &request, key).await
    }

    /// Marks a parked ticket ready to be called (staff).
    ///
    /// # Errors
    /// `not-parked`.
    pub async fn ready(&self, office: &str, id: &str, key: &Key) -> Result<Ticket, Error> {
        self.write(&["offices", office, "tickets", id, "ready"], &json!({}), key).await
    }

    /// Marks a pile of parked tickets ready, all or none (staff).
    ///
    /// # Errors
    /// `not-parked`, `unknown-ticket`.
    pub async fn ready_all(&self, office: &str, ids: &[String], key: &Key) -> Result<(), Error> {
        let request = ReadyRequest { tickets: ids.to_vec() };
        self.post(&["offices", office, "tickets", "ready"], &request, Some(key)).await.map(drop)
    }

    /// Takes an absent ticket back, once (staff).
    ///
    /// # Errors
    /// `not-absent`, `already-reinstated`.
    pub async fn reinstate(&self, office: &str, id: &str, key: &Key) -> Result<Ticket, Error> {
        self.write(&["offices", office, "tickets", id, "reinstate"], &json!({}), key).await
    }

    /// Corrects a wrong service; place and number stay (staff).
    ///
    /// # Errors
    /// `unknown-service`, `not-waiting`.
    pub async fn move_to(&self, office: &str, id: &str, service: &str, key: &Key) -> Result<Ticket, Error> {
        let request = MoveRequest { service: service.to_owned() };
        self.write(&["offices", office, "tickets", id, "move"], &request, key).await
    }

    /// Frees a ticket that is held or set aside (supervisor).
    ///
    /// # Errors
    /// `reason-required`, `not-allowed`.
    pub async fn release(&self, office: &str, id: &str, reason: &str, key: &Key) -> Result<Ticket, Error> {
        let request = ReasonRequest { reason: Some(reason.to_owned()) };
        self.write(&["offices", office, "tickets", id, "release"], &request, key).await
    }
}
