//! The name of one press: asking again with the same key never does the thing twice.

use std::fmt;
use std::sync::Arc;

/// Random bytes of a fresh key: 128 bits never meet twice in an office's life.
const KEY_BYTES: usize = 16;
/// The contract's limit.
const KEY_CHARS_MAX: usize = 64;

/// An `Idempotency-Key`: 1 to 64 visible ASCII characters.
///
/// Make one for a press and keep it until the answer is known, also over a restart.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key(Arc<str>);

impl Key {
    /// Makes a random key of 32 hexadecimal digits.
    ///
    /// # Errors
    /// [`KeyError::NoRandomness`] where the operating system gives none.
    pub fn fresh() -> Result<Self, KeyError> {
        let mut bytes = [0_u8; KEY_BYTES];
        getrandom::fill(&mut bytes).map_err(|error| KeyError::NoRandomness(error.to_string()))?;
        let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self(text.into()))
    }

    /// Takes a key that was kept from before.
    ///
    /// # Errors
    /// [`KeyError::NotAKey`] unless it is 1 to 64 visible ASCII characters.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let fits =
            (1..=KEY_CHARS_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        if fits { Ok(Self(text.into())) } else { Err(KeyError::NotAKey) }
    }

    /// The text of the header.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why there is no key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The operating system refused random bytes.
    #[error("failed to read random bytes: {0}")]
    NoRandomness(String),
    /// The text cannot stand in the header.
    #[error("a key is 1 to 64 visible characters")]
    NotAKey,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fresh_keys_differ_and_parse_back() {
        let one = Key::fresh().expect("random bytes");
        let other = Key::fresh().expect("random bytes");
        assert_ne!(one, other);
        assert_eq!(Key::parse(one.as_str()), Ok(one));
    }

    #[test]
    fn only_visible_characters_make_a_key() {
        for (text, fits) in [("", false), ("a", true), ("a b", false), ("khóa", false), ("~!", true)] {
            assert_eq!(Key::parse(text).is_ok(), fits, "{text:?}");
        }
        assert!(Key::parse(&"x".repeat(64)).is_ok());
        assert!(Key::parse(&"x".repeat(65)).is_err());
    }
}
