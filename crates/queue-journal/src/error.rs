//! Why a journal could not do what was asked: one closed list, each text saying what was tried and what to do.
//!
//! Which exit code follows is the server's business (`queue-server`: 3 while opening, 4 while running).

use std::fmt::Display;
use std::io;
use std::path::{Path, PathBuf};

use queue_core::record::Seq;

use crate::codec::RECORD_BYTES_MAX;

/// What went wrong with a journal, a data folder or a backup.
///
/// It can be cloned, because a journal that failed once answers every later call with the same error.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// Another process holds the data folder.
    #[error("{} is in use by another process: stop that one first, or name another data folder", path.display())]
    InUse {
        /// The lock file.
        path: PathBuf,
    },
    /// What is on disk is not what was written; nothing was changed by looking at it.
    #[error("`{stream}` is damaged{}: {what}; {remedy}", at_record(*seq))]
    Damaged {
        /// The stream, the file or the folder.
        stream: String,
        /// The first record that cannot be trusted, where it is known.
        seq: Option<Seq>,
        /// What was found.
        what: String,
        /// What the operator can do.
        remedy: String,
    },
    /// A record is longer than a journal takes.
    #[error("record {} of `{stream}` has {bytes} bytes, more than the {RECORD_BYTES_MAX} a journal takes: \
             make the change smaller", seq.0)]
    TooLarge {
        /// The stream.
        stream: String,
        /// Its place.
        seq: Seq,
        /// Its length.
        bytes: usize,
    },
    /// The disk is full.
    #[error(
        "failed to {what}: no space is left on the disk; free some, or delete the file `ballast` in the \
             data folder, and start again"
    )]
    Full {
        /// What was tried, on which file.
        what: String,
    },
    /// The system or the store refused.
    #[error("failed to {what}: {cause}")]
    Failed {
        /// What was tried, on which file.
        what: String,
        /// What the system, or the store, answered.
        cause: String,
    },
}

/// What to do about damage that cannot be served.
pub(crate) const REMEDY: &str = "nothing was changed; bring back what can be brought back with `queue-server recover \
                                 --data DIR --to NEW_DIR --backup FILE` (docs/operations.md)";

impl JournalError {
    /// Damage of `stream`, first seen at `seq`, with the usual remedy.
    pub(crate) fn damaged(stream: impl Display, seq: Option<Seq>, what: impl Into<String>) -> Self {
        Self::Damaged { stream: stream.to_string(), seq, what: what.into(), remedy: REMEDY.to_owned() }
    }

    /// The failure of an operation of the system; a full disk is told apart.
    pub(crate) fn from_io(what: impl Into<String>, error: &io::Error) -> Self {
        let what = what.into();
        if matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) {
            Self::Full { what }
        } else {
            Self::Failed { what, cause: error.to_string() }
        }
    }

    /// The failure of an operation that has no system error behind it.
    pub(crate) fn failed(what: impl Into<String>, cause: impl Into<String>) -> Self {
        Self::Failed { what: what.into(), cause: cause.into() }
    }
}

/// Turns the result of an operation on `path` into ours, with `verb` and the path in the text.
pub(crate) trait OnPath<T> {
    /// Names what was tried on which file.
    fn on(self, verb: &str, path: &Path) -> Result<T, JournalError>;
}

impl<T> OnPath<T> for io::Result<T> {
    fn on(self, verb: &str, path: &Path) -> Result<T, JournalError> {
        self.map_err(|error| JournalError::from_io(format!("{verb} {}", path.display()), &error))
    }
}

fn at_record(seq: Option<Seq>) -> String {
    seq.map_or_else(String::new, |seq| format!(" at record {}", seq.0))
}
