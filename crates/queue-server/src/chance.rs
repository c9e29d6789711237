//! Where random bits come from: ids of tickets, salts, tokens. Seeded in a simulation, so that a run repeats exactly.

use std::sync::{Arc, Mutex, PoisonError};

/// A source of random bits. Clones share it.
#[derive(Clone, Debug)]
pub struct Chance(Source);

#[derive(Clone, Debug)]
enum Source {
    /// The system's, fit for secrets.
    System,
    /// A simulation's: the state of SplitMix64 (Steele, Lea and Flood, 2014). Never for an office.
    Seeded(Arc<Mutex<u64>>),
}

/// The system has no randomness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the system has no random bits")]
pub struct NoChance;

impl Chance {
    /// The system's.
    #[must_use]
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// Always the same bits in the same order, for a simulation.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Source::Seeded(Arc::new(Mutex::new(seed))))
    }

    /// Fills `bytes`.
    ///
    /// # Errors
    /// [`NoChance`].
    pub fn fill(&self, bytes: &mut [u8]) -> Result<(), NoChance> {
        match &self.0 {
            Source::System => getrandom::fill(bytes).map_err(|_| NoChance),
            Source::Seeded(state) => {
                let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
                for part in bytes.chunks_mut(8) {
                    let word = next(&mut state).to_be_bytes();
                    part.copy_from_slice(&word[..part.len()]);
                }
                Ok(())
            }
        }
    }

    /// 128 bits.
    ///
    /// # Errors
    /// [`NoChance`].
    pub fn draw(&self) -> Result<u128, NoChance> {
        let mut bytes = [0_u8; 16];
        self.fill(&mut bytes)?;
        Ok(u128::from_be_bytes(bytes))
    }
}

fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut word = *state;
    word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_bits_again_and_the_system_never_does() {
        let draws = |chance: Chance| [0; 4].map(|_| chance.draw().expect("bits"));
        assert_eq!(draws(Chance::seeded(7)), draws(Chance::seeded(7)));
        assert_ne!(draws(Chance::seeded(7)), draws(Chance::seeded(8)));
        assert_ne!(draws(Chance::system()), draws(Chance::system()));
    }
}
