//! One journal record: one accepted command, with its events and its place in the chain.
//!
//! The written form is one line of JSON. Its `hash` is SHA-256 over the line from its first byte up to, not
//! including, `,"hash":"`, followed by `}`; `prev_hash` inside that part chains it to the record before.
//! Texts of people stand after the hash, outside it, each answering to a digest inside ([`crate::text`]).

use serde::{Deserialize, Serialize};

use crate::ids::{CounterId, Slug, TicketId};
use crate::text::Plain;
use crate::time::At;

/// The version of the written form.
pub const FORMAT: u16 = 1;
/// `prev_hash` of the first record of a stream: 64 zeros.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The place of a record in its stream: 1, 2, 3, … without gaps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seq(pub u64);

impl Seq {
    /// The place after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// A record as it is written. The order of the fields is the order in the line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record<E> {
    /// Version of the form, [`FORMAT`].
    pub v: u16,
    /// The office, or `house`.
    pub stream: Slug,
    /// Its place.
    pub seq: Seq,
    /// When the command was accepted, milliseconds since 1970 UTC.
    pub at: At,
    /// Counts the owners of the stream; one server alone stays in epoch 1.
    pub epoch: u32,
    /// Who: `system`, `anyone`, `user:lan`, `device:kiosk-1`.
    pub actor: String,
    /// The idempotency key, where one was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
    /// The HTTP status of the first answer.
    pub status: u16,
    /// What the answer shows.
    pub about: About,
    /// What happened, in order.
    pub events: Vec<E>,
    /// Hash of the record before, 64 hexadecimal characters.
    pub prev_hash: String,
    /// Hash of this record.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hash: String,
    /// The texts behind the digests, outside the hash; an erased one is missing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub texts: Vec<Plain>,
}

/// An idempotency key with its scope and what it was given for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// Who may repeat it: `anyone`, `user:lan`, `device:kiosk-1`.
    pub scope: String,
    /// 1 to 64 visible characters.
    pub key: String,
    /// SHA-256 of method, path and parsed body, in hexadecimal.
    pub fingerprint: String,
}

/// What an answer shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// A ticket.
    Ticket(TicketId),
    /// A counter with the ticket it holds.
    Counter(CounterId),
    /// The office as a whole.
    Office,
}

/// An event that carries texts of people.
pub trait Texts {
    /// Every text in it, in a fixed order.
    fn texts_mut(&mut self) -> Vec<&mut crate::text::Text>;
}

/// Bytes in lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}
