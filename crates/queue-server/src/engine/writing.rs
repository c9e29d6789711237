//! How a journal is written to: on a thread that may wait for a disk, or in a task of a simulation.

use std::thread;
use std::time::Duration;

use tokio::task;

/// Where the stage runs that writes a journal.
pub enum Writing {
    /// On a thread of its own: no async task waits for a disk.
    Thread,
    /// In a task, on a disk that never waits; the pauses stand for the disk.
    Task(Pauses),
}

/// How long the disk takes each time it is asked.
pub type Pauses = Box<dyn FnMut(Pause) -> Duration + Send>;

/// Where a simulated disk takes its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    /// Before the first byte is written.
    Before,
    /// After all is on the disk, before anybody learns of it.
    After,
}

/// A stage that was started.
pub(crate) enum Stage {
    /// On a thread.
    Thread(thread::JoinHandle<()>),
    /// In a task.
    Task(task::JoinHandle<()>),
}

/// The stage panicked.
pub(crate) struct Panicked;

impl Stage {
    /// Waits until it has ended.
    pub(crate) async fn ended(self) -> Result<(), Panicked> {
        match self {
            Self::Thread(thread) => {
                let joined = task::spawn_blocking(move || thread.join()).await;
                if matches!(joined, Ok(Ok(()))) { Ok(()) } else { Err(Panicked) }
            }
            Self::Task(task) => task.await.map_err(|_| Panicked),
        }
    }
}
