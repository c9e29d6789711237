//! Text written by people that may have to be erased one day: a comment, a reason with a name in it.
//!
//! The journal's hash covers only the digest of such a text; the text and its salt stand beside the record.
//! So erasing the text leaves the chain whole (see [`crate::record`]), as Law 91/2025/QH15 on personal data asks.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The longest [`Text`], in characters.
pub const TEXT_CHARS_MAX: usize = 500;

/// A text with the salted digest that stands for it in the chain.
///
/// On disk inside the record: the digest only, 64 hexadecimal characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Text {
    /// SHA-256 over the salt (32 hexadecimal characters) and the text, in hexadecimal.
    pub digest: String,
    /// What was written; `None` once it was erased.
    pub plain: Option<Plain>,
}

/// The text itself and the salt of its digest; kept beside the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plain {
    /// 128 random bits in hexadecimal, so that a short text cannot be guessed from its digest.
    pub salt: String,
    /// What was written.
    pub text: String,
}

impl Text {
    /// Seals `text` with `salt`.
    #[must_use]
    pub fn seal(text: &str, salt: u128) -> Self {
        let salt = format!("{salt:032x}");
        let plain = Plain { salt, text: text.chars().take(TEXT_CHARS_MAX).collect() };
        Self { digest: plain.digest(), plain: Some(plain) }
    }

    /// What was written, or nothing where it was erased.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.plain.as_ref().map_or("", |plain| &plain.text)
    }
}

impl Plain {
    /// The digest that stands for this text in the chain.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut hasher = Sha256::new();
        hasher.update(self.salt.as_bytes());
        hasher.update(self.text.as_bytes());
        crate::record::hex(&hasher.finalize())
    }
}

impl From<String> for Text {
    fn from(digest: String) -> Self {
        Self { digest, plain: None }
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.digest
    }
}
