//! Opens a data folder: every stream of it, replayed and ready, or one clear line why not.
//!
//! What the offices look like is read elsewhere (`office_file`); signing in is `auth`'s. Every error here means
//! exit code 3, with the folder as it was.

mod disk;
pub mod replay;
mod streams;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use queue_core::house::House;
use queue_core::ids::{OfficeId, Slug, TicketId};
use queue_core::layout::Layout;
use queue_core::office::Office;
use queue_journal::folder::DataFolder;
use queue_journal::{Journal, JournalError};

use crate::clock::Clock;
use crate::engine::failure::Failure;
use crate::engine::handle::{OfficeHandle, Rejection};
use crate::engine::readiness::Readiness;
use crate::engine::writing::Writing;
use crate::engine::{Engine, Parts};
use streams::{Contents, Opened};

/// What a start is made with.
pub struct BootSettings {
    /// The data folder; made where it is missing.
    pub data: PathBuf,
    /// The offices of the `--office` files, in order, already free of faults. Unknown ones are added.
    pub layouts: Vec<Layout>,
    /// What a folder without any office begins with, where no file was given.
    pub sample: Layout,
    /// What QR codes point to, without a slash at the end.
    pub public_url: Arc<str>,
    /// The time.
    pub clock: Clock,
    /// What a failed journal leads to: exit 4, or a note in tests.
    pub failure: Failure,
}

/// A data folder at work.
pub struct Booted {
    /// The offices, their days open.
    pub offices: Offices,
    /// The users, with the journal that keeps them, until somebody takes them.
    pub house: Option<HouseParts>,
    /// The folder, held for this process.
    pub folder: DataFolder,
    engines: Vec<Engine>,
    disk: disk::DiskWatch,
}

/// The house as its journal tells it.
pub struct HouseParts {
    /// Who may sign in.
    pub house: House,
    /// The house's journal; its tail is the house's last record.
    pub journal: Box<dyn Journal>,
}

/// The offices of this server, in the order of the command line, then those found in the folder.
#[derive(Clone)]
pub struct Offices {
    all: Arc<[OfficeHandle]>,
}

/// Why a data folder could not be put to work; exit code 3.
#[derive(Debug, thiserror::Error)]
pub enum BootError {
    /// In use, damaged, or the system refused.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The records hold, but lead to no state.
    #[error(
        "the records of `{stream}` cannot be replayed: {what}; nothing was changed: use the version of \
         queue-server that wrote them, or make a new folder with `queue-server recover` (docs/operations.md)"
    )]
    Replay {
        /// The office, or `house`.
        stream: Slug,
        /// What went wrong.
        what: String,
    },
    /// The business day could not be opened.
    #[error("the business day of `{office}` could not be opened: {why}")]
    Day {
        /// Which office.
        office: OfficeId,
        /// Why.
        why: Rejection,
    },
    /// More offices than a folder holds; nothing was made of them.
    #[error("{offices} offices in one data folder, at most {most}: start another server for the rest")]
    TooMany {
        /// Those of the folder and of the office files.
        offices: usize,
        /// The most.
        most: usize,
    },
    /// The system gave no thread.
    #[error("no thread for the journal of `{stream}`: {cause}")]
    Thread {
        /// The office.
        stream: Slug,
        /// What the system answered.
        cause: std::io::Error,
    },
    /// A bug while opening.
    #[error("the data folder could not be opened: {0}")]
    Broken(String),
}

impl BootError {
    /// The exit code of the process: 3 where a person is needed, 4 on a full disk, so that the supervisor starts it
    /// again and again until there is room.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Journal(JournalError::Full { .. }) => 4,
            Self::Journal(
                JournalError::InUse { .. }
                | JournalError::Damaged { .. }
                | JournalError::TooLarge { .. }
                | JournalError::Failed { .. },
            )
            | Self::Replay { .. }
            | Self::Day { .. }
            | Self::TooMany { .. }
            | Self::Thread { .. }
            | Self::Broken(_) => 3,
        }
    }
}

/// Opens the folder, replays every stream, opens the business days and starts the engines. Where it cannot, every
/// journal that was opened is closed again.
///
/// # Errors
/// [`BootError`]; the process then exits with [`BootError::exit_code`].
pub async fn open(settings: BootSettings) -> Result<Booted, BootError> {
    let BootSettings { data, layouts, sample, public_url, clock, failure } = settings;
    let opening = tokio::task::spawn_blocking(move || streams::read(&data, &layouts, sample)).await;
    let Contents { folder, offices, house } =
        opening.map_err(|error| BootError::Broken(error.to_string()))??;
    let disk = disk::DiskWatch::start(folder.root());
    let mut engines = Vec::new();
    let started = start_all(offices, &mut engines, |office, journal| Parts {
        office,
        journal,
        clock: clock.clone(),
        public_url: Arc::clone(&public_url),
        readiness: Readiness::new(disk.low()),
        failure: failure.clone(),
        writing: Writing::Thread,
    })
    .await;
    let all = engines.iter().map(|engine: &Engine| engine.handle().clone()).collect();
    let booted = Booted { offices: Offices { all }, house: Some(house), folder, engines, disk };
    match started {
        Ok(()) => Ok(booted),
        Err(error) => {
            booted.give_up().await;
            Err(error)
        }
    }
}

/// Starts an engine for each office and waits until its day is open.
async fn start_all(
    offices: Vec<Opened>,
    engines: &mut Vec<Engine>,
    parts: impl Fn(Office, Box<dyn Journal>) -> Parts,
) -> Result<(), BootError> {
    for Opened { office, journal } in offices {
        let stream = office.layout.id.0.clone();
        let engine =
            Engine::start(parts(office, journal)).map_err(|cause| BootError::Thread { stream, cause })?;
        engines.push(engine);
    }
    for engine in engines {
        let office = engine.handle().id().clone();
        engine.opened().await.map_err(|why| BootError::Day { office, why })?;
    }
    Ok(())
}

impl Booted {
    /// Raised while the disk is almost full.
    #[must_use]
    pub fn disk_low(&self) -> Arc<AtomicBool> {
        self.disk.low()
    }

    /// Answers what was taken, closes the journals of the offices and lets go of their live connections. The
    /// house's journal is closed by whoever took it.
    pub async fn stop(self) {
        drop(self.offices);
        self.disk.stop();
        for engine in self.engines {
            engine.stop().await;
        }
    }

    /// As [`Self::stop`], with the house's journal.
    async fn give_up(mut self) {
        if let Some(house) = self.house.take() {
            drop(tokio::task::spawn_blocking(move || streams::close(house.journal)).await);
        }
        self.stop().await;
    }
}

impl Offices {
    /// These offices; for tests and programs that start engines themselves.
    #[must_use]
    pub fn new(all: impl IntoIterator<Item = OfficeHandle>) -> Self {
        Self { all: all.into_iter().collect() }
    }

    /// The office with this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&OfficeHandle> {
        self.all.iter().find(|office| office.id().0.as_str() == id)
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &OfficeHandle> {
        self.all.iter()
    }

    /// The office that issued this ticket, with the ticket; for the citizen's page, which knows only the id.
    pub async fn find_ticket(&self, id: TicketId) -> Option<(OfficeId, queue_wire::ticket::Ticket)> {
        for office in self.all.iter() {
            if let Ok(ticket) = office.ticket(id).await {
                return Some((office.id().clone(), ticket));
            }
        }
        None
    }
}
