//! Counters: one act after the other, as the clerk presses them.

use queue_wire::counter::{CallRequest, Counter, FinishRequest, TransferRequest};
use queue_wire::ticket::ReasonRequest;
use serde_json::json;

use crate::client::Client;
use crate::error::Error;
use crate::key::Key;

/// What a clerk does at a counter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Sits down, or comes back from a pause.
    Open,
    /// Calls nobody for a while.
    Pause {
        /// Why.
        reason: String,
    },
    /// Leaves; a supervisor may close any counter.
    Close,
    /// Calls the next ticket, finishing the one being served.
    CallNext,
    /// Calls this ticket out of order, or takes a parked one up again.
    CallChosen {
        /// As printed.
        number: String,
        /// Why; needed unless it is taken up again.
        reason: Option<String>,
    },
    /// Calls the called ticket once more.
    Recall,
    /// The citizen is here.
    Start,
    /// Served.
    Finish {
        /// How it ended, such as `done`.
        outcome: Option<String>,
    },
    /// The citizen did not come.
    Absent,
    /// Sets the ticket aside for a signature or result.
    Park {
        /// Why.
        reason: String,
    },
    /// Puts the ticket back in its line.
    Return,
    /// Sends the ticket to another service.
    TransferToService(String),
    /// Sends the ticket to another counter.
    TransferToCounter(u32),
}

impl Client {
    /// A counter (staff).
    ///
    /// # Errors
    /// `unknown-counter`, `not-signed-in`.
    pub async fn counter(&self, office: &str, counter: u32) -> Result<Counter, Error> {
        self.read(&["offices", office, "counters", &counter.to_string()]).await
    }

    /// Does `act` at a counter (staff).
    ///
    /// # Errors
    /// `counter-taken`, `counter-closed`, `ticket-open`, `no-ticket`, `too-early`, and the rest of the rules.
    pub async fn act(&self, office: &str, counter: u32, act: &Act, key: &Key) -> Result<Counter, Error> {
        let (verb, body) = match act {
            Act::Open => ("open", json!({})),
            Act::Pause { reason } => ("pause", because(reason)),
            Act::Close => ("close", json!({})),
            Act::CallNext => ("call", json!({})),
            Act::CallChosen { number, reason } => {
                let request = CallRequest { number: Some(number.clone()), reason: reason.clone() };
                ("call", json!(request))
            }
            Act::Recall => ("recall", json!({})),
            Act::Start => ("start", json!({})),
            Act::Finish { outcome } => ("finish", json!(FinishRequest { outcome: outcome.clone() })),
            Act::Absent => ("absent", json!({})),
            Act::Park { reason } => ("park", because(reason)),
            Act::Return => ("return", json!({})),
            Act::TransferToService(service) => {
                ("transfer", json!(TransferRequest { service: Some(service.clone()), counter: None }))
            }
            Act::TransferToCounter(other) => {
                ("transfer", json!(TransferRequest { service: None, counter: Some(*other) }))
            }
        };
        self.write(&["offices", office, "counters", &counter.to_string(), verb], &body, key).await
    }

    /// Sits down at a counter.
    ///
    /// # Errors
    /// `counter-taken`, `at-another-counter`.
    pub async fn open_counter(&self, office: &str, counter: u32, key: &Key) -> Result<Counter, Error> {
        self.act(office, counter, &Act::Open, key).await
    }

    /// Leaves a counter.
    ///
    /// # Errors
    /// `ticket-open`.
    pub async fn close_counter(&self, office: &str, counter: u32, key: &Key) -> Result<Counter, Error> {
        self.act(office, counter, &Act::Close, key).await
    }

    /// Calls the next ticket; the answer holds `ticket: null` when nobody waits.
    ///
    /// # Errors
    /// `ticket-open`, `counter-closed`.
    pub async fn call_next(&self, office: &str, counter: u32, key: &Key) -> Result<Counter, Error> {
        self.act(office, counter, &Act::CallNext, key).await
    }

    /// The called citizen is here.
    ///
    /// # Errors
    /// `no-ticket`, `already-started`.
    pub async fn start(&self, office: &str, counter: u32, key: &Key) -> Result<Counter, Error> {
        self.act(office, counter, &Act::Start, key).await
    }

    /// The visit is over.
    ///
    /// # Errors
    /// `no-ticket`, `not-started`.
    pub async fn finish(&self, office: &str, counter: u32, key: &Key) -> Result<Counter, Error> {
        self.act(office, counter, &Act::Finish { outcome: None }, key).await
    }
}

fn because(reason: &str) -> serde_json::Value {
    json!(ReasonRequest { reason: Some(reason.to_owned()) })
}
