//! Chance by seed: the one source of everything that a simulation leaves open.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A seeded source of numbers (SplitMix64). Clones share it; [`Dice::split`] gives one of its own.
#[derive(Clone, Debug)]
pub struct Dice(Arc<Mutex<u64>>);

impl Dice {
    /// The dice of `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new((seed ^ 0x5d1e_6a7b_44c3_09f1).wrapping_mul(0xff51_afd7_ed55_8ccd))))
    }

    /// Dice of their own, so that what one actor does changes nothing for the others.
    #[must_use]
    pub fn split(&self) -> Self {
        Self::new(self.word())
    }

    /// 64 bits.
    #[must_use]
    pub fn word(&self) -> u64 {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = *state;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    /// From 0 up to, not including, `limit`; 0 where there is no room.
    #[must_use]
    pub fn below(&self, limit: u64) -> u64 {
        if limit == 0 { 0 } else { self.word() % limit }
    }

    /// From `least` to `most`, both included.
    #[must_use]
    pub fn range(&self, least: u64, most: u64) -> u64 {
        least + self.below(most.saturating_sub(least) + 1)
    }

    /// True `percent` times in a hundred.
    #[must_use]
    pub fn chance(&self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of `items`, of which there is at least one.
    #[must_use]
    pub fn pick<'a, T>(&self, items: &'a [T]) -> &'a T {
        let index = usize::try_from(self.below(items.len() as u64)).unwrap_or(0);
        items.get(index).expect("there is something to pick from")
    }

    /// A length of time in milliseconds, `least` to `most`.
    #[must_use]
    pub fn millis(&self, least: u64, most: u64) -> Duration {
        Duration::from_millis(self.range(least, most))
    }
}
