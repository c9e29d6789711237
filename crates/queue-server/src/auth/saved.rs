//! The store of the sessions: a thread of its own writes it, so that no look-up waits for a disk.
//!
//! Orders are obeyed one after the other; whoever ends a session waits until that is on the disk.

use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;

/// Enough for all sessions of a house.
const CACHE_BYTES: u64 = 4 << 20;
/// Orders that wait for the thread.
const ORDERS_MAX: usize = 1024;

/// Keys and values.
pub(super) type Entries = Vec<(String, Vec<u8>)>;

/// The thread and the way to it.
pub(super) struct Saved {
    orders: SyncSender<Order>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

enum Order {
    Keep { key: String, value: Vec<u8> },
    Forget { key: String },
    Flush { done: SyncSender<()> },
    Close,
}

impl Saved {
    /// Opens the store and gives what is in it.
    ///
    /// # Errors
    /// What the store or the system says.
    pub(super) fn open(path: &Path) -> Result<(Self, Entries), String> {
        let store = open_store(path)?;
        let kept = store
            .iter()
            .filter_map(Result::ok)
            .filter_map(|(key, value)| String::from_utf8(key.to_vec()).ok().map(|key| (key, value.to_vec())));
        let kept = kept.collect();
        let (orders, inbox) = sync_channel(ORDERS_MAX);
        let thread = std::thread::Builder::new().name("sessions".to_owned());
        let thread = thread.spawn(move || obey(&store, &inbox)).map_err(|error| error.to_string())?;
        Ok((Self { orders, thread: Mutex::new(Some(thread)) }, kept))
    }

    /// Keeps `value`, waiting for room.
    pub(super) fn keep(&self, key: String, value: Vec<u8>) {
        self.order(Order::Keep { key, value });
    }

    /// The same where nobody may wait; left out when the thread is far behind.
    pub(super) fn keep_soon(&self, key: String, value: Vec<u8>) {
        if self.orders.try_send(Order::Keep { key, value }).is_err() {
            tracing::debug!("the use of a session was not saved");
        }
    }

    /// Forgets `key`, waiting for room.
    pub(super) fn forget(&self, key: String) {
        self.order(Order::Forget { key });
    }

    /// The same where nobody may wait: what is left behind is dropped at the next start, by its age.
    pub(super) fn forget_soon(&self, key: String) {
        if self.orders.try_send(Order::Forget { key }).is_err() {
            tracing::debug!("a session that ended was not removed from the store");
        }
    }

    /// Waits until every order so far is on the disk.
    pub(super) fn flush(&self) {
        let (done, flushed) = sync_channel(1);
        self.order(Order::Flush { done });
        // A thread that is gone has flushed at its end.
        let _flushed = flushed.recv();
    }

    /// Obeys what is waiting and closes the store; later orders are lost.
    pub(super) fn close(&self) {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(thread) = thread else { return };
        self.order(Order::Close);
        if thread.join().is_err() {
            tracing::error!("the sessions were not saved");
        }
    }

    fn order(&self, order: Order) {
        if self.orders.send(order).is_err() {
            tracing::debug!("the store of the sessions is closed");
        }
    }
}

impl Drop for Saved {
    fn drop(&mut self) {
        self.close();
    }
}

fn obey(store: &sled::Db, inbox: &Receiver<Order>) {
    while let Ok(order) = inbox.recv() {
        let (done, reply) = match order {
            Order::Keep { key, value } => (store.insert(key, value).map(|_| ()), None),
            Order::Forget { key } => (store.remove(key).map(|_| ()), None),
            Order::Flush { done } => (store.flush().map(|_| ()), Some(done)),
            Order::Close => break,
        };
        warn(done);
        // Whoever asked may have gone away.
        let _told = reply.map(|reply| reply.send(()));
    }
    warn(store.flush().map(|_| ()));
}

fn warn(done: sled::Result<()>) {
    if let Err(error) = done {
        tracing::warn!(%error, "the sessions were not saved: they may end with the process");
    }
}

fn open_store(path: &Path) -> Result<sled::Db, String> {
    let config = sled::Config::new().path(path).cache_capacity(CACHE_BYTES).flush_every_ms(Some(500));
    // Damaged files make the store's opening panic.
    let opened = std::panic::catch_unwind(AssertUnwindSafe(|| config.open()));
    opened.map_err(|_| "the store panicked".to_owned())?.map_err(|error| error.to_string())
}
