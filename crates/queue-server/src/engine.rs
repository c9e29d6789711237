//! The engine of an office: commands go in, durable answers and published states come out.
//!
//! ```text
//! handlers -> decider (owns the office as decided) -> journal thread (one sync a batch)
//!                                                     -> publisher (owns the office as durable)
//! ```
//! Nothing leaves before it is on disk: no reply, no call, no board. If the journal fails, the process ends.

pub mod failure;
pub mod handle;
pub mod history;
pub mod readiness;
pub mod writes;
pub mod writing;

mod calls;
mod committer;
mod decider;
mod order;
mod outlook;
mod publisher;
mod topics;

use std::sync::Arc;
use std::time::Duration;

use queue_core::office::Office;
use queue_journal::Journal;
use tokio::sync::{mpsc, oneshot};
use tokio::task;

use crate::clock::{Clock, ClockWatch, OfficeTime};
use committer::Committer;
use decider::Decider;
use failure::Failure;
use handle::{OfficeHandle, Rejection, Released};
use history::History;
use order::{Ask, Entry, Order, Reply};
use publisher::{Lines, Publisher};
use readiness::Readiness;
use writing::{Stage, Writing};

/// Commands that may wait for the decider; beyond, the office is busy.
pub const ORDERS_MAX: usize = 1024;
/// Decided commands that may wait for the journal: the batch being formed, and one behind it.
const ENTRIES_MAX: usize = 2048;
/// Batches that may be on disk and not yet published.
const SETTLED_MAX: usize = 16;
/// Reads that may wait.
const ASKS_MAX: usize = 1024;
/// How long a read waits for its place in the queue before the office is called busy.
const READ_MAX: Duration = Duration::from_secs(2);
/// Calls that a screen may have missed and still hear.
pub const CALLS_KEPT: usize = 256;
/// Most days of one report: three years and a leap day.
pub const STATS_DAYS_MAX: u64 = 1_096;
/// The epoch of a stream's only owner.
const EPOCH: u32 = 1;

/// The two ways into an engine.
#[derive(Clone)]
struct Intake {
    orders: mpsc::Sender<Order>,
    asks: mpsc::Sender<Ask>,
    /// What was decided and waits for the disk; looked at only.
    entries: mpsc::WeakSender<Entry>,
}

/// What an engine is made of.
pub struct Parts {
    /// The office, brought up from the journal, or founded where that is empty.
    pub office: Office,
    /// Its journal; the tail is the office's last record.
    pub journal: Box<dyn Journal>,
    /// The time.
    pub clock: Clock,
    /// What QR codes point to.
    pub public_url: Arc<str>,
    /// Shared flags; made with the disk's.
    pub readiness: Readiness,
    /// What a failed journal leads to.
    pub failure: Failure,
    /// How the journal is written to.
    pub writing: Writing,
}

/// A running engine. Dropped without [`Engine::stop`], it ends when its last handle is gone.
pub struct Engine {
    handle: OfficeHandle,
    opened: oneshot::Receiver<Result<Released, Rejection>>,
    stop: oneshot::Sender<()>,
    decider: task::JoinHandle<()>,
    journal: Stage,
    publisher: task::JoinHandle<()>,
}

impl Engine {
    /// Starts the three stages. The day that is due is opened before anything else; [`Engine::opened`] waits
    /// for that.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(parts: Parts) -> std::io::Result<Self> {
        let Parts { office, journal, clock, public_url, readiness, failure, writing } = parts;
        let readiness = readiness.timed_by(&clock);
        let (orders, orders_in) = mpsc::channel(ORDERS_MAX);
        let (asks, asks_in) = mpsc::channel(ASKS_MAX);
        let (entries, entries_in) = mpsc::channel(ENTRIES_MAX);
        let (settled, settled_in) = mpsc::channel(SETTLED_MAX);
        let (stop, stopped) = oneshot::channel();
        let (opening, opened) = oneshot::channel();
        let id = office.layout.id.clone();
        let history = History::new(journal.reader());
        let last = (office.seq.0 > 0).then_some(office.clock);

        let (watch, time) = (ClockWatch::new(&clock, last), OfficeTime::new(&clock, last));
        if !watch.doubts(&clock) {
            time.follow();
        }

        let lines = Lines { settled: settled_in, asks: asks_in, public_url, time: time.clone() };
        let (publisher, published) = Publisher::new(office.clone(), &journal.reader(), lines);
        let committer = Committer {
            journal,
            entries: entries_in,
            settled,
            readiness: readiness.clone(),
            failure: failure.clone(),
        };
        let intake = Intake { orders, asks, entries: entries.downgrade() };
        let mut decider = Decider {
            office,
            watch,
            clock,
            time: time.clone(),
            behind: false,
            readiness: readiness.clone(),
            orders: orders_in,
            entries,
            stop: stopped,
            opening: Some(Reply::new(opening)),
        };
        // Whoever has the handle knows whether the clock is doubted.
        decider.look_at_clock();
        let journal = match writing {
            Writing::Thread => {
                let thread = std::thread::Builder::new().name(format!("journal-{id}"));
                let work = guarded_thread("journal thread", move || committer.run(), failure.clone());
                Stage::Thread(thread.spawn(work)?)
            }
            Writing::Task(pauses) => {
                let work = committer.run_in_task(pauses);
                Stage::Task(task::spawn(guarded("journal task", work, failure.clone())))
            }
        };
        Ok(Self {
            handle: OfficeHandle { id, intake, published, time, readiness, history },
            opened,
            stop,
            decider: task::spawn(guarded("decider", decider.run(), failure.clone())),
            journal,
            publisher: task::spawn(guarded("publisher", publisher.run(), failure)),
        })
    }

    /// Waits until the business day is open on disk, if one was due at the start.
    ///
    /// # Errors
    /// The rejection of its opening.
    pub async fn opened(&mut self) -> Result<(), Rejection> {
        match (&mut self.opened).await {
            Ok(Err(rejection)) => Err(rejection),
            // Nothing was due, or the clock is in doubt.
            Err(_) | Ok(Ok(_)) => Ok(()),
        }
    }

    /// The way to the office.
    #[must_use]
    pub fn handle(&self) -> &OfficeHandle {
        &self.handle
    }

    /// Takes no more commands, answers those that were taken, closes the journal and ends the live connections.
    pub async fn stop(self) {
        let Self { handle, opened: _, stop, decider, journal, publisher } = self;
        drop(handle);
        // A decider that has ended already needs no word.
        let _ = stop.send(());
        drop(decider.await);
        // A panic in it has led to the failure already.
        let _ended = journal.ended().await;
        drop(publisher.await);
    }
}

/// Runs a stage; a panic in it is a bug after which nothing may go on.
pub(crate) async fn guarded(
    stage: &'static str,
    work: impl Future<Output = ()> + Send + 'static,
    failure: Failure,
) {
    if let Err(error) = task::spawn(work).await
        && error.is_panic()
    {
        failure.happen(&format!("the {stage} panicked"));
    }
}

/// The same of a stage on a thread.
pub(crate) fn guarded_thread(
    stage: &'static str,
    work: impl FnOnce() + Send + 'static,
    failure: Failure,
) -> impl FnOnce() + Send + 'static {
    move || {
        if std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).is_err() {
            failure.happen(&format!("the {stage} panicked"));
        }
    }
}
