//! The store of the sessions: a thread of its own writes it, so that no look-up waits for a disk.
//!
//! Orders are obeyed one after the other; whoever ends a session waits until that is on the disk.

use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;

use queue_journal::sled::quiet::guarded;

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
    /// Opens the store and gives what is in it. A damaged one is set aside: everybody signs in again.
    ///
    /// # Errors
    /// What the store or the system says.
    pub(super) fn open(path: &Path) -> Result<(Self, Entries), String> {
        let (store, kept) = match open_store(path) {
            Err(error) if path.exists() && is_damage(&error) => {
                let aside = path.with_extension("damaged");
                tracing::warn!(%error, aside = %aside.display(), "the sessions are damaged: everybody signs in again");
                set_aside(path, &aside).map_err(|error| format!("{}: {error}", path.display()))?;
                open_store(path)?
            }
            opened => opened?,
        };
        let (orders, inbox) = sync_channel(ORDERS_MAX);
        let thread = std::thread::Builder::new().name("sessions".to_owned());
        let thread = thread.spawn(move || obey(store, &inbox)).map_err(|error| error.to_string())?;
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

fn obey(store: sled::Db, inbox: &Receiver<Order>) {
    while let Ok(order) = inbox.recv() {
        let (done, reply) = match order {
            Order::Keep { key, value } => (guarded(|| store.insert(key, value).map(|_| ())), None),
            Order::Forget { key } => (guarded(|| store.remove(key).map(|_| ())), None),
            Order::Flush { done } => (guarded(|| store.flush().map(|_| ())), Some(done)),
            Order::Close => break,
        };
        warn(done);
        // Whoever asked may have gone away.
        let _told = reply.map(|reply| reply.send(()));
    }
    warn(guarded(|| store.flush().map(|_| ())));
    // Its end writes and syncs once more, and panics where it cannot.
    warn(guarded(|| drop(store)).map(Ok));
}

/// A full or broken disk costs a sign-in at the next start, nothing else.
fn warn(done: Result<sled::Result<()>, String>) {
    let failed = match done {
        Ok(Ok(())) => return,
        Ok(Err(error)) => error.to_string(),
        Err(panic) => panic,
    };
    tracing::warn!(error = failed, "the sessions were not saved: they may end with the process");
}

/// Opens the store and reads all of it. Damaged files make either panic.
fn open_store(path: &Path) -> Result<(sled::Db, Entries), String> {
    let config = sled::Config::new().path(path).cache_capacity(CACHE_BYTES).flush_every_ms(Some(500));
    let store = guarded(|| config.open())?.map_err(|error| error.to_string())?;
    let read = guarded(|| entries(store.iter()));
    match read.and_then(|read| read.map_err(|error| error.to_string())) {
        Ok(entries) => Ok((store, entries)),
        Err(why) => {
            // Its drop may panic or hang on what could not be read.
            std::mem::forget(store);
            Err(why)
        }
    }
}

/// All that can be read, up to the first error: the store's iterator stays where it met one, for ever.
fn entries(all: impl Iterator<Item = sled::Result<(sled::IVec, sled::IVec)>>) -> sled::Result<Entries> {
    let mut entries = Entries::new();
    for entry in all {
        let (key, value) = entry?;
        if let Ok(key) = String::from_utf8(key.to_vec()) {
            entries.push((key, value.to_vec()));
        }
    }
    Ok(entries)
}

/// Whether the store itself is at fault, and neither the system nor another process.
fn is_damage(error: &str) -> bool {
    !["could not acquire lock", "os error"].iter().any(|other| error.contains(other))
}

fn set_aside(path: &Path, aside: &Path) -> std::io::Result<()> {
    match std::fs::remove_dir_all(aside) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    std::fs::rename(path, aside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_entry_that_cannot_be_read_ends_the_reading() {
        let mut asked = 0;
        let all = std::iter::repeat_with(|| {
            asked += 1;
            match asked {
                1 => Ok((sled::IVec::from("key"), sled::IVec::from("value"))),
                _ => Err(sled::Error::Corruption { at: None, bt: () }),
            }
        });
        let error = entries(all.take(9)).map_err(|error| error.to_string()).expect_err("damaged");
        assert!(is_damage(&error), "{error}");
        assert_eq!(asked, 2);
    }
}
