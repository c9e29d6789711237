//! Idempotency keys: the same key and request again gives the first answer again, and changes nothing.
//!
//! Keys are part of the state, brought back by replay, so that they answer after a restart too.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::planted::{self, Bug};
use crate::record::{Key, Seq};
use crate::refusal::Refusal;
use crate::time::{At, Millis};

/// How long a key answers at least: a kiosk that was off over a night and a day still gets its ticket.
pub const KEY_LIFE: Millis = Millis::from_secs(48 * 3600);
/// The most keys of one stream: beyond it, a new one is taken only in the place of one whose life has ended. At some
/// 600 bytes each, ten times what a large hall gives in two days.
pub const KEYS_MAX: usize = 500_000;

/// What was answered under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept<A> {
    /// Of the request.
    pub print: Print,
    /// The HTTP status given.
    pub status: u16,
    /// The answer given.
    pub answer: A,
    /// The record that it depends on.
    pub seq: Seq,
    /// When it was given.
    pub at: At,
}

/// What stands for a fingerprint in memory: its SHA-256, half as long as its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Print([u8; 32]);

/// Scope and key.
type Name = (String, String);

/// The keys of a stream, by scope and key. Invariant: `order` holds each name of `kept` once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys<A> {
    kept: BTreeMap<Arc<Name>, Kept<A>>,
    /// First given, first to be forgotten.
    order: VecDeque<Arc<Name>>,
}

impl Print {
    /// Of the fingerprint of `key`.
    #[must_use]
    pub fn of(key: &Key) -> Self {
        Self(Sha256::digest(key.fingerprint.as_bytes()).into())
    }
}

impl<A> Default for Keys<A> {
    fn default() -> Self {
        Self { kept: BTreeMap::new(), order: VecDeque::new() }
    }
}

impl<A> Keys<A> {
    /// The answer given under `key` before, if any.
    ///
    /// # Errors
    /// [`Refusal::KeyReused`] when the key was given for another request.
    pub fn find(&self, key: &Key) -> Result<Option<&Kept<A>>, Refusal> {
        match self.kept.get(&(key.scope.clone(), key.key.clone())) {
            Some(kept) if kept.print != Print::of(key) && !planted::is(Bug::FingerprintNotCompared) => {
                Err(Refusal::KeyReused)
            }
            found => Ok(found),
        }
    }

    /// Whether `key` of `scope` was answered.
    #[must_use]
    pub fn knows(&self, scope: &str, key: &str) -> bool {
        self.kept.contains_key(&(scope.to_owned(), key.to_owned()))
    }

    /// Whether there is room for one more key at `at`.
    ///
    /// # Errors
    /// [`Refusal::TooManyKeys`].
    pub fn check_room(&self, at: At) -> Result<(), Refusal> {
        self.check_room_among(at, KEYS_MAX)
    }

    fn check_room_among(&self, at: At, most: usize) -> Result<(), Refusal> {
        if self.kept.len() < most || self.oldest_is_over(at) { Ok(()) } else { Err(Refusal::TooManyKeys) }
    }

    /// Keeps an answer under `key`. Where there are too many, those whose life has ended at its instant go first.
    pub fn keep(&mut self, key: &Key, kept: Kept<A>) {
        if self.kept.len() >= KEYS_MAX {
            self.forget(kept.at);
        }
        let name = Arc::new((key.scope.clone(), key.key.clone()));
        if self.kept.insert(Arc::clone(&name), kept).is_some() {
            // Given anew after a state that began earlier had forgotten it.
            self.order.retain(|known| *known != name);
        }
        self.order.push_back(name);
    }

    /// Forgets the keys whose life ended before `at`, oldest first.
    pub fn forget(&mut self, at: At) {
        while self.oldest_is_over(at) {
            if let Some(name) = self.order.pop_front() {
                self.kept.remove(&name);
            }
        }
    }

    /// How many keys answer.
    #[must_use]
    pub fn count(&self) -> usize {
        self.kept.len()
    }

    fn oldest_is_over(&self, at: At) -> bool {
        let oldest = self.order.front().and_then(|name| self.kept.get(name));
        oldest.is_some_and(|kept| at.since(kept.at) > KEY_LIFE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: u64) -> Key {
        Key { scope: "anyone".to_owned(), key: name.to_string(), fingerprint: "f".to_owned() }
    }

    fn kept(at: At) -> Kept<()> {
        Kept { print: Print::of(&key(0)), status: 200, answer: (), seq: Seq(1), at }
    }

    #[test]
    fn too_many_keys_take_the_place_of_those_whose_life_has_ended_and_of_no_other() {
        let mut keys = Keys::default();
        for name in 0..3 {
            keys.keep(&key(name), kept(At(i64::try_from(name).expect("small"))));
        }
        let life = At(0).plus(KEY_LIFE);
        assert_eq!(keys.check_room_among(life, 4), Ok(()));
        assert_eq!(keys.check_room_among(life, 3), Err(Refusal::TooManyKeys), "all of them may be repeated");
        assert_eq!(keys.check_room_among(At(life.0 + 1), 3), Ok(()));
        keys.forget(At(life.0 + 2));
        assert_eq!([0, 1, 2].map(|name| keys.knows("anyone", &key(name).key)), [false, false, true]);
    }

    #[test]
    fn a_key_given_anew_lives_from_then_on() {
        let mut keys = Keys::default();
        for at in [0, 10] {
            keys.keep(&key(1), kept(At(at)));
        }
        keys.forget(At(5).plus(KEY_LIFE));
        assert_eq!(keys.count(), 1);
        keys.forget(At(11).plus(KEY_LIFE));
        assert_eq!((keys.count(), keys.order.len()), (0, 0));
    }
}
