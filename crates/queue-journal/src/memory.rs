//! A journal in memory: the same checks and answers as on disk, and nothing survives the process.
//!
//! For tests and for measuring what the disk costs; never for an office.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use queue_core::ids::Slug;
use queue_core::record::Seq;

use crate::codec::Sealed;
use crate::error::JournalError;
use crate::journal::{Journal, Tail, check_batch};
use crate::reader::{Progress, Reader, Source};

/// Lines that a reader takes at a time.
const BLOCK_LINES: usize = 64;

/// A journal in memory.
#[derive(Debug)]
pub struct MemoryJournal {
    stream: Slug,
    lines: Arc<MemoryLines>,
    progress: Progress,
    poison: Option<JournalError>,
}

/// The lines, in order; the first is record 1.
#[derive(Debug, Default)]
pub(crate) struct MemoryLines(Mutex<Vec<Vec<u8>>>);

impl MemoryLines {
    /// Some lines from `from` on.
    pub(crate) fn block(&self, from: Seq) -> VecDeque<Vec<u8>> {
        let skipped = usize::try_from(from.0.saturating_sub(1)).unwrap_or(usize::MAX);
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().skip(skipped).take(BLOCK_LINES).cloned().collect()
    }
}

impl MemoryJournal {
    /// An empty journal of `stream`.
    #[must_use]
    pub fn new(stream: Slug) -> Self {
        Self { stream, lines: Arc::default(), progress: Progress::default(), poison: None }
    }
}

impl Journal for MemoryJournal {
    fn append(&mut self, batch: &[Sealed]) -> Result<(), JournalError> {
        if let Some(error) = &self.poison {
            return Err(error.clone());
        }
        if let Err(error) = check_batch(self.stream.as_str(), self.tail().as_ref(), batch) {
            self.poison = Some(error.clone());
            return Err(error);
        }
        let Some(last) = batch.last() else { return Ok(()) };
        let mut lines = self.lines.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.extend(batch.iter().map(|sealed| sealed.line.clone()));
        drop(lines);
        self.progress.advance(last.tail(), batch.iter().flat_map(Sealed::marks));
        Ok(())
    }

    fn tail(&self) -> Option<Tail> {
        self.progress.tail()
    }

    fn reader(&self) -> Reader {
        Reader::new(self.stream.clone(), self.progress.clone(), Source::Memory(Arc::clone(&self.lines)))
    }

    fn close(self: Box<Self>) -> Result<(), JournalError> {
        self.poison.map_or(Ok(()), Err)
    }
}
