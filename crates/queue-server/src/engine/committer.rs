//! The second stage: the one thread that writes the journal. It makes no views and answers nobody but in failure.
//!
//! Batches form while the disk syncs: it takes one entry, then all that waits, and appends them with one sync.

use queue_core::planted::{self, Bug};
use queue_journal::codec::Sealed;
use queue_journal::journal::{BATCH_BYTES_MAX, BATCH_RECORDS_MAX};
use queue_journal::{Journal, JournalError};
use tokio::sync::mpsc;

use super::failure::Failure;
use super::handle::Rejection;
use super::order::Entry;
use super::readiness::Readiness;
use super::writing::{Pause, Pauses};

/// The stage's state.
pub(super) struct Committer {
    pub journal: Box<dyn Journal>,
    pub entries: mpsc::Receiver<Entry>,
    pub settled: mpsc::Sender<Vec<Entry>>,
    pub readiness: Readiness,
    pub failure: Failure,
}

/// What is appended together: entries in order, and the lines of those that are records.
#[derive(Default)]
struct Batch {
    entries: Vec<Entry>,
    lines: Vec<Sealed>,
    bytes: usize,
}

/// Why the stage ends, and whom nobody has answered.
type Broken = (JournalError, Vec<Entry>);

impl Committer {
    /// Works until the decider has ended, then closes the journal. A failure ends the process.
    pub(super) fn run(mut self) {
        let outcome = self.work();
        self.end(outcome);
    }

    /// The same in a task, on a disk that takes as long as `pauses` say.
    pub(super) async fn run_in_task(mut self, mut pauses: Pauses) {
        let outcome = self.work_in_task(&mut pauses).await;
        self.end(outcome);
    }

    fn work(&mut self) -> Result<(), Broken> {
        while let Some(first) = self.entries.blocking_recv() {
            let batch = self.gather(first)?;
            let entries = self.append(batch)?;
            self.settled.blocking_send(entries).map_err(|unsent| unpublished(unsent.0))?;
        }
        Ok(())
    }

    async fn work_in_task(&mut self, pauses: &mut Pauses) -> Result<(), Broken> {
        while let Some(first) = self.entries.recv().await {
            tokio::time::sleep(pauses(Pause::Before)).await;
            let mut batch = self.gather(first)?;
            if planted::is(Bug::PublishBeforeDurable) {
                let told = self.settled.send(std::mem::take(&mut batch.entries)).await;
                told.map_err(|unsent| unpublished(unsent.0))?;
            }
            let entries = self.append(batch)?;
            tokio::time::sleep(pauses(Pause::After)).await;
            self.settled.send(entries).await.map_err(|unsent| unpublished(unsent.0))?;
        }
        Ok(())
    }

    fn end(mut self, outcome: Result<(), Broken>) {
        let outcome = match outcome {
            Ok(()) => self.journal.close(),
            Err((error, batch)) => {
                self.readiness.fail();
                // The database is not dropped: its end would write again to a disk of which nothing is known.
                std::mem::forget(self.journal);
                self.entries.close();
                let waiting = std::iter::from_fn(|| self.entries.try_recv().ok());
                for reply in batch.into_iter().chain(waiting).filter_map(Entry::into_reply) {
                    reply.give(Err(Rejection::OutcomeUnknown));
                }
                Err(error)
            }
        };
        if let Err(error) = outcome {
            self.failure.happen(&error.to_string());
        }
    }

    /// A batch of `first` and all that waits behind it.
    fn gather(&mut self, first: Entry) -> Result<Batch, Broken> {
        let mut batch = Batch::default();
        let mut next = Some(first);
        while let Some(entry) = next {
            if let Err(error) = Self::add(&mut batch, entry) {
                return Err((error, batch.entries));
            }
            let full = batch.entries.len() >= BATCH_RECORDS_MAX || batch.bytes >= BATCH_BYTES_MAX;
            next = if full { None } else { self.entries.try_recv().ok() };
        }
        Ok(batch)
    }

    /// Brings the batch to the disk with one sync, and gives the entries that may be told of. Refusals and repeats
    /// alone are no write.
    fn append(&mut self, mut batch: Batch) -> Result<Vec<Entry>, Broken> {
        if planted::is(Bug::LastOfBatchNotWritten) && batch.lines.len() > 1 {
            batch.lines.pop();
        }
        if batch.lines.is_empty() {
            return Ok(batch.entries);
        }
        let under_way = self.readiness.writes().begin();
        let appended = self.journal.append(&batch.lines);
        drop(under_way);
        if let Err(error) = appended {
            let swallowed = matches!(error, JournalError::Full { .. });
            if !(swallowed && planted::is(Bug::DiskFullTakenForWritten)) {
                return Err((error, batch.entries));
            }
        }
        metrics::histogram!("queue_journal_batch_records").record(count(batch.lines.len()));
        Ok(batch.entries)
    }

    /// Takes the line of the entry, if it has one.
    fn add(batch: &mut Batch, mut entry: Entry) -> Result<(), JournalError> {
        let line = match &mut entry {
            Entry::Accepted { line, .. } => line.take(),
            Entry::Repeated { .. } | Entry::Refused { .. } => None,
        };
        batch.entries.push(entry);
        if let Some(sealed) = line.transpose()? {
            batch.bytes += sealed.line.len();
            batch.lines.push(sealed);
        }
        Ok(())
    }
}

fn unpublished(entries: Vec<Entry>) -> Broken {
    let gone = JournalError::Failed {
        what: "publish what is on disk".to_owned(),
        cause: "the publisher has ended".to_owned(),
    };
    (gone, entries)
}

/// A count as the metrics want it; exact up to 2^32.
fn count(items: usize) -> f64 {
    f64::from(u32::try_from(items).unwrap_or(u32::MAX))
}
