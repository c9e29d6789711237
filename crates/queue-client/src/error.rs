//! What a call may end in, other than its answer: a typed no, silence, or nonsense.

use queue_wire::problem::Problem;

use crate::key::KeyError;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The server said no and why; `code` is stable.
    #[error("the server refused: {} ({})", .0.detail, .0.code)]
    Problem(Box<Problem>),
    /// No answer came: refused, lost or too late. Whether the server acted is unknown.
    #[error("failed to reach {url}: {what}")]
    Unreachable {
        /// What was asked for.
        url: String,
        /// What happened.
        what: String,
    },
    /// Something answered that does not speak the contract, or a proxy before it.
    #[error("failed to understand the answer of {url}: {what}")]
    Protocol {
        /// What was asked for.
        url: String,
        /// The HTTP status, where one came.
        status: Option<u16>,
        /// `Retry-After` in seconds, where one came.
        retry_after_s: Option<u64>,
        /// What was wrong.
        what: String,
    },
    /// The address of the server cannot be used.
    #[error("failed to use the server address `{url}`: {why}")]
    BadAddress {
        /// As given.
        url: String,
        /// What would be right.
        why: String,
    },
    /// No key could be made.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl Error {
    /// The stable code of a [`Problem`], such as `office-closed`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Problem(problem) => Some(&problem.code),
            Self::Unreachable { .. } | Self::Protocol { .. } | Self::BadAddress { .. } | Self::Key(_) => None,
        }
    }

    /// The HTTP status, where the server answered.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Problem(problem) => Some(problem.status),
            Self::Protocol { status, .. } => *status,
            Self::Unreachable { .. } | Self::BadAddress { .. } | Self::Key(_) => None,
        }
    }

    /// How long the server asks to wait, in seconds.
    #[must_use]
    pub fn retry_after_s(&self) -> Option<u64> {
        match self {
            Self::Problem(problem) => problem.retry_after_s,
            Self::Protocol { retry_after_s, .. } => *retry_after_s,
            Self::Unreachable { .. } | Self::BadAddress { .. } | Self::Key(_) => None,
        }
    }
}
