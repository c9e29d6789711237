//! Names of things: each id is its own type, so that a counter is never taken for a service.
//!
//! Ids made of words come from the office file ([`Slug`]); ticket ids are random and come from the server.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A word of 1 to 40 lower-case letters, digits and `-`: the form of every id in an office file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Slug(Arc<str>);

/// The longest [`Slug`], in bytes: long enough for a Vietnamese service name without marks.
pub const SLUG_BYTES_MAX: usize = 40;

impl Slug {
    /// Makes a slug of `text`, or says why it is none.
    ///
    /// # Errors
    /// [`BadId`] when `text` is empty, too long, or holds anything but `a-z`, `0-9` and `-`.
    pub fn new(text: &str) -> Result<Self, BadId> {
        let fits = (1..=SLUG_BYTES_MAX).contains(&text.len());
        let clean = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if fits && clean {
            Ok(Self(text.into()))
        } else {
            Err(BadId { text: text.chars().take(60).collect() })
        }
    }

    /// The text of the slug.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A text that is no id: not 1 to 40 lower-case letters, digits and `-`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no id: use 1 to 40 lower-case letters, digits and '-'")]
pub struct BadId {
    /// What was given, cut to 60 characters.
    pub text: String,
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Slug {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::new(&text).map_err(serde::de::Error::custom)
    }
}

/// An office: one queue hall, one journal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OfficeId(pub Slug);

/// A service (*lĩnh vực*) that citizens choose.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ServiceId(pub Slug);

/// A class of tickets: regular, priority.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClassId(pub Slug);

/// A counter, by the number over it (1 to 999).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CounterId(pub u32);

/// A person of the staff, by sign-in name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserId(pub Arc<str>);

/// A language tag, as BCP 47 writes it: `vi`, `en`, `vi-x-south`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Lang(pub Arc<str>);

/// A ticket: 128 random bits, written as 26 characters of Crockford's base 32 (lower case).
///
/// It cannot be guessed and is all that a citizen needs to follow the ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TicketId(pub u128);

/// Crockford's base 32: no `i`, `l`, `o`, `u`, so that a typed id has no doubles.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Characters of a written ticket id: 26 x 5 = 130 bits hold 128.
const TICKET_ID_CHARS: usize = 26;

impl TicketId {
    /// The id as it is written, in ASCII.
    fn letters(self) -> [u8; TICKET_ID_CHARS] {
        let mut rest = self.0;
        let mut letters = [0; TICKET_ID_CHARS];
        for letter in letters.iter_mut().rev() {
            let digit = usize::try_from(rest & 31).unwrap_or_default();
            *letter = ALPHABET[digit];
            rest >>= 5;
        }
        letters
    }
}

fn text(letters: &[u8]) -> &str {
    std::str::from_utf8(letters).expect("the alphabet is ASCII")
}

impl fmt::Display for TicketId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(text(&self.letters()))
    }
}

impl FromStr for TicketId {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || BadId { text: text.chars().take(60).collect() };
        if text.len() != TICKET_ID_CHARS {
            return Err(bad());
        }
        let mut value: u128 = 0;
        for byte in text.bytes() {
            let digit = ALPHABET.iter().position(|known| *known == byte).ok_or_else(bad)?;
            if value >> 123 != 0 {
                return Err(bad());
            }
            value = (value << 5) | digit as u128;
        }
        Ok(Self(value))
    }
}

impl Serialize for TicketId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(text(&self.letters()))
    }
}

impl<'de> Deserialize<'de> for TicketId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for OfficeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for ServiceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for ClassId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for CounterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_id_reads_back_as_written() {
        for value in [0, 1, u128::MAX, 0x0123_4567_89ab_cdef_0123_4567_89ab_cdef] {
            let id = TicketId(value);
            assert_eq!(id.to_string().len(), TICKET_ID_CHARS);
            assert_eq!(id.to_string().parse(), Ok(id));
        }
    }

    #[test]
    fn a_text_that_is_no_ticket_id_is_refused() {
        for text in ["", "abc", "zzzzzzzzzzzzzzzzzzzzzzzzzz", "0123456789abcdefghjkmnpqri", "éééééééééééée"]
        {
            assert!(text.parse::<TicketId>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_slug_is_lower_case_and_short() {
        assert!(Slug::new("chung-thuc").is_ok());
        for text in ["", "Chung", "chứng-thực", "a b", &"x".repeat(41)] {
            assert!(Slug::new(text).is_err(), "{text}");
        }
    }
}
