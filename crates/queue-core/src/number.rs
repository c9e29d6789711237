//! The number on a ticket: `A012`, as printed, shown and spoken.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A ticket number. Written as prefix letter (or none) and digits, filled with zeros to the series' width.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Number {
    /// A letter A to Z, or none.
    pub prefix: Option<char>,
    /// 0 to 999,999.
    pub value: u32,
    /// Width in digits, 1 to 6.
    pub digits: u8,
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(prefix) = self.prefix {
            fmt::Write::write_char(f, prefix)?;
        }
        write!(f, "{:0width$}", self.value, width = usize::from(self.digits))
    }
}

/// A text that is no ticket number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no ticket number: write an optional letter A-Z and 1 to 6 digits")]
pub struct BadNumber(pub String);

impl FromStr for Number {
    type Err = BadNumber;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || BadNumber(text.chars().take(20).collect());
        let prefix = text.chars().next().filter(char::is_ascii_uppercase);
        let digits = if prefix.is_some() { text.get(1..).unwrap_or("") } else { text };
        let plain = (1..=6).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        if !plain {
            return Err(bad());
        }
        let value = digits.parse().map_err(|_| bad())?;
        Ok(Self { prefix, value, digits: u8::try_from(digits.len()).map_err(|_| bad())? })
    }
}

impl TryFrom<String> for Number {
    type Error = BadNumber;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Number> for String {
    fn from(number: Number) -> Self {
        number.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_back_as_written() {
        for text in ["A012", "0001", "Z9999", "7", "B100000"] {
            assert_eq!(text.parse::<Number>().map(|n| n.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn other_texts_are_no_numbers() {
        for text in ["", "A", "a012", "A12B", "1234567", "-1", "Á12"] {
            assert!(text.parse::<Number>().is_err(), "{text}");
        }
    }
}
