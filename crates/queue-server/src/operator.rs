//! What an operator does with a data folder while the server is stopped: verify, export, back up, restore, try a
//! backup, recover, reset a password. Each prints what it found, and fails with one line and an exit code.

mod backup;
mod drill;
mod export;
mod recover;
mod reset_password;
mod verify;

use std::path::{Path, PathBuf};

use queue_core::house;
use queue_core::ids::Slug;
use queue_journal::JournalError;
use queue_journal::folder::DataFolder;

pub use backup::{backup, restore};
pub use drill::drill;
pub use export::{Streams, export};
pub use recover::{BallastUse, ClockUse, Recovery, recover};
pub use reset_password::reset_password;
pub use verify::verify;

/// Why an operator's command did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum OperatorError {
    /// Exit 1: a record does not hold; the first of each stream was printed.
    #[error("{0}")]
    DoesNotHold(String),
    /// Exit 2: what was asked for cannot be.
    #[error("{0}")]
    Usage(String),
    /// Exit 3: there is no data folder, it is in use, damaged, or not empty where it must be.
    #[error(transparent)]
    Folder(#[from] JournalError),
    /// Exit 3: nothing lies there.
    #[error("{} is no data folder: there is no journal in it", .0.display())]
    NoFolder(PathBuf),
    /// Exit 3: the records of a stream lead to no state.
    #[error(transparent)]
    Replay(#[from] crate::boot::BootError),
    /// Exit 3: records are missing, and nobody accepted it.
    #[error(
        "{0}: give a newer backup with --backup FILE..., or go on without them with --accept-loss \"who, and why\"; \
         what was found is in the folder `salvaged` of the new one"
    )]
    Loss(String),
    /// Exit 4: there is too little room.
    #[error("{0}")]
    NoRoom(String),
    /// Exit 4: what was asked for could not be written.
    #[error("failed to write: {0}")]
    Write(#[from] std::io::Error),
    /// Exit 4: the system or the journal refused in the middle of the work.
    #[error("failed to {what}: {cause}")]
    Failed {
        /// What was tried.
        what: &'static str,
        /// What it answered.
        cause: String,
    },
}

impl OperatorError {
    /// The exit code of the process.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::DoesNotHold(_) => 1,
            Self::Usage(_) => 2,
            Self::Folder(_) | Self::NoFolder(_) | Self::Replay(_) | Self::Loss(_) => 3,
            Self::NoRoom(_) | Self::Write(_) | Self::Failed { .. } => 4,
        }
    }
}

/// The folder, held for this process; one that does not exist is not made.
fn existing(data: &Path) -> Result<DataFolder, OperatorError> {
    if data.join("journal").is_dir() || data.join("acked").is_dir() || data.join("restoring").exists() {
        Ok(DataFolder::open(data)?)
    } else {
        Err(OperatorError::NoFolder(data.to_owned()))
    }
}

/// The streams of the folder: offices by name, the house last.
fn streams(folder: &DataFolder) -> Result<Vec<Slug>, OperatorError> {
    let mut streams = folder.streams()?;
    streams.sort_by_key(|stream| (is_house(stream), stream.clone()));
    Ok(streams)
}

fn is_house(stream: &Slug) -> bool {
    stream.as_str() == house::STREAM
}
