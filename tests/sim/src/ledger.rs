//! What the actors saw, in order, and its hash: two runs of a seed have the same.

use std::collections::BTreeMap;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::sums::Sums;

/// An answer that somebody got.
#[derive(Clone, Debug)]
pub struct Heard {
    /// `anyone` or `user:lan`.
    pub scope: String,
    /// The idempotency key.
    pub key: Option<String>,
    /// Method and path.
    pub what: String,
    /// The body that was sent.
    pub sent: String,
    /// When it was sent first, in simulated milliseconds.
    pub sent_ms: u64,
    /// The last durable record at that time.
    pub sent_seq: u64,
    /// The last durable record when the answer was there.
    pub heard_seq: u64,
    /// The status.
    pub status: u16,
    /// The record that the answer reflects.
    pub seq: Option<u64>,
    /// The body.
    pub body: Value,
}

/// What a screen remembers.
#[derive(Clone, Debug, Default)]
pub struct Screen {
    /// Every call heard: when, on which connection, record, number, counter.
    pub calls: Vec<(u64, u64, u64, String, u64)>,
    /// Every board shown: when, on which connection, record.
    pub boards: Vec<(u64, u64, u64)>,
    /// The board that it shows.
    pub board: Value,
    /// Connections: when they began to talk, and the `since` that they gave.
    pub connections: Vec<(u64, Option<u64>)>,
}

/// What a follower of one thing, a phone or a console, was told last.
#[derive(Clone, Debug, Default)]
pub struct Follower {
    /// The last whole state.
    pub state: Value,
    /// Its record.
    pub seq: u64,
}

/// Everything that was seen.
#[derive(Debug, Default)]
pub struct Ledger {
    /// Answers, in order.
    pub heard: Vec<Heard>,
    /// Lobby screens.
    pub screens: BTreeMap<u64, Screen>,
    /// Phones by ticket, consoles by counter.
    pub followers: BTreeMap<String, Follower>,
    /// What the server said when everything was quiet, by path.
    pub last: BTreeMap<String, Value>,
    /// The final questions were asked and answered.
    pub asked: bool,
    /// What the server said in the end, and what everybody was shown, was held against the reference.
    pub compared: bool,
    /// What must never happen and did.
    pub violations: Vec<String>,
    /// Starts, crashes, cuts and the like, for the reader of a failure.
    pub story: Vec<String>,
    /// How much happened, as far as it is counted while it does.
    pub sums: Sums,
    hasher: Sha256,
    /// How much was noted.
    pub noted: u64,
}

impl Ledger {
    /// Adds `what` to the hash of the run.
    pub fn note(&mut self, at_ms: u64, what: &str) {
        self.hasher.update(at_ms.to_be_bytes());
        self.hasher.update(what.as_bytes());
        self.noted += 1;
    }

    /// Adds a line to the story, and to the hash.
    pub fn tell(&mut self, at_ms: u64, what: String) {
        self.note(at_ms, &what);
        self.story.push(format!("{at_ms:>6} {what}"));
    }

    /// The hash of everything noted so far.
    #[must_use]
    pub fn trace(&self) -> String {
        queue_core::record::hex(&self.hasher.clone().finalize())
    }
}
