//! A slow disk, as a worn memory card is: a journal that takes longer for each batch, and does the same.

use std::time::Duration;

use queue_journal::codec::Sealed;
use queue_journal::reader::Reader;
use queue_journal::{Journal, JournalError, Tail};

/// What a sync takes beyond the disk's own time.
pub(crate) const SYNC: Duration = Duration::from_millis(20);
/// Lines that it writes in a second, beside the syncs. The places before the journal fill only where requests come in
/// faster than they are written: this is some 800 records a second, and two busy cores take in 2,000 requests.
pub(crate) const BYTES_A_SECOND: usize = 512 * 1024;

/// A journal on a slow disk.
pub(crate) struct Slow(pub(crate) Box<dyn Journal>);

impl Journal for Slow {
    fn append(&mut self, batch: &[Sealed]) -> Result<(), JournalError> {
        let bytes: usize = batch.iter().map(|sealed| sealed.line.len()).sum();
        std::thread::sleep(SYNC + Duration::from_secs_f64(bytes as f64 / BYTES_A_SECOND as f64));
        self.0.append(batch)
    }

    fn tail(&self) -> Option<Tail> {
        self.0.tail()
    }

    fn reader(&self) -> Reader {
        self.0.reader()
    }

    fn close(self: Box<Self>) -> Result<(), JournalError> {
        self.0.close()
    }
}
