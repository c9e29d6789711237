//! Idempotency keys: the same key and request again gives the first answer again, and changes nothing.
//!
//! Keys are part of the state, brought back by replay, so that they answer after a restart too.

use std::collections::BTreeMap;

use crate::record::{Key, Seq};
use crate::refusal::Refusal;
use crate::time::{At, Millis};

/// How long a key answers at least: a kiosk that was off over a night and a day still gets its ticket.
pub const KEY_LIFE: Millis = Millis::from_secs(48 * 3600);

/// What was answered under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept<A> {
    /// Of the request.
    pub fingerprint: String,
    /// The HTTP status given.
    pub status: u16,
    /// The answer given.
    pub answer: A,
    /// The record that it depends on.
    pub seq: Seq,
    /// When it was given.
    pub at: At,
}

/// The keys of a stream, by scope and key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys<A> {
    kept: BTreeMap<(String, String), Kept<A>>,
}

impl<A> Default for Keys<A> {
    fn default() -> Self {
        Self { kept: BTreeMap::new() }
    }
}

impl<A> Keys<A> {
    /// The answer given under `key` before, if any.
    ///
    /// # Errors
    /// [`Refusal::KeyReused`] when the key was given for another request.
    pub fn find(&self, key: &Key) -> Result<Option<&Kept<A>>, Refusal> {
        match self.kept.get(&(key.scope.clone(), key.key.clone())) {
            Some(kept) if kept.fingerprint != key.fingerprint => Err(Refusal::KeyReused),
            found => Ok(found),
        }
    }

    /// Whether `key` of `scope` was answered.
    #[must_use]
    pub fn knows(&self, scope: &str, key: &str) -> bool {
        self.kept.contains_key(&(scope.to_owned(), key.to_owned()))
    }

    /// Keeps an answer under `key`.
    pub fn keep(&mut self, key: &Key, kept: Kept<A>) {
        self.kept.insert((key.scope.clone(), key.key.clone()), kept);
    }

    /// Forgets the keys whose life ended before `at`.
    pub fn forget(&mut self, at: At) {
        self.kept.retain(|_, kept| at.since(kept.at) <= KEY_LIFE);
    }

    /// How many keys answer.
    #[must_use]
    pub fn count(&self) -> usize {
        self.kept.len()
    }
}
