//! Presses whose ticket is not out yet, on disk, so that a kill neither loses nor doubles one.
//!
//! A press is written with its key before the server is asked, and removed when the paper is out. After a kill in
//! between, the same key gives the same ticket: at worst one number is printed twice, never two numbers given.

use std::fs::{File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// Presses that wait for their ticket are at most this many.
pub const PRESSES_MAX: usize = 16;
/// Keys are kept by servers for at least 48 h; an older press would take a second number.
const PRESS_AGE_MAX: Duration = Duration::from_secs(47 * 3600);

/// Somebody pressed a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Press {
    /// The `Idempotency-Key` of this press.
    pub key: String,
    /// The service.
    pub service: String,
    /// The class.
    pub class: Option<String>,
    /// The language.
    pub lang: Option<String>,
    /// Seconds since 1970, by this computer's clock.
    pub pressed_at_s: u64,
}

/// The presses of one kiosk. One process holds it at a time.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    office: String,
    presses: Vec<Press>,
    /// Held for as long as the store is open.
    _lock: File,
}

#[derive(Serialize, Deserialize)]
struct Saved {
    version: u32,
    office: String,
    presses: Vec<Press>,
}

/// The only format so far.
const VERSION: u32 = 1;

impl Store {
    /// Opens the state file, or starts one. Presses older than keys are kept by servers are left out.
    ///
    /// # Errors
    /// [`StoreError::InUse`], [`StoreError::Damaged`], [`StoreError::Failed`].
    pub fn open(path: &Path, office: &str) -> Result<Self, StoreError> {
        let failed = |error: std::io::Error| StoreError::Failed(path.to_owned(), error.to_string());
        let lock = File::create(path.with_added_extension("lock")).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::InUse(path.to_owned())),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let mut presses = match std::fs::read(path) {
            Ok(bytes) => read(path, office, &bytes)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(failed(error)),
        };
        let oldest = now_s().saturating_sub(PRESS_AGE_MAX.as_secs());
        presses.retain(|press| press.pressed_at_s >= oldest);
        Ok(Self { path: path.to_owned(), office: office.to_owned(), presses, _lock: lock })
    }

    /// The oldest press.
    #[must_use]
    pub fn first(&self) -> Option<&Press> {
        self.presses.first()
    }

    /// How many wait.
    #[must_use]
    pub fn count(&self) -> usize {
        self.presses.len()
    }

    /// Whether no further press can be taken.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.presses.len() >= PRESSES_MAX
    }

    /// Keeps a press; it is on disk when this returns.
    ///
    /// # Errors
    /// [`StoreError::Failed`]: the press is not kept.
    pub fn add(&mut self, press: Press) -> Result<(), StoreError> {
        assert!(!self.is_full(), "the caller asks before");
        self.presses.push(press);
        self.save().inspect_err(|_| {
            self.presses.pop();
        })
    }

    /// Forgets the oldest press: its ticket is out, or the server said no.
    ///
    /// # Errors
    /// [`StoreError::Failed`]: after a restart the same ticket would be printed again.
    pub fn settle(&mut self) -> Result<(), StoreError> {
        if !self.presses.is_empty() {
            self.presses.remove(0);
        }
        self.save()
    }

    fn save(&mut self) -> Result<(), StoreError> {
        let saved = Saved { version: VERSION, office: self.office.clone(), presses: self.presses.clone() };
        let failed = |error: std::io::Error| StoreError::Failed(self.path.clone(), error.to_string());
        let bytes = serde_json::to_vec(&saved).map_err(|error| failed(error.into()))?;
        replace(&self.path, &bytes).map_err(failed)
    }
}

/// Seconds since 1970.
#[must_use]
pub fn now_s() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

fn read(path: &Path, office: &str, bytes: &[u8]) -> Result<Vec<Press>, StoreError> {
    let damaged = |what: String| StoreError::Damaged(path.to_owned(), what);
    let saved: Saved = serde_json::from_slice(bytes).map_err(|error| damaged(error.to_string()))?;
    if saved.version != VERSION {
        return Err(damaged(format!("version {} is not known", saved.version)));
    }
    if saved.office != office {
        return Err(damaged(format!("it belongs to the office `{}`", saved.office)));
    }
    if saved.presses.len() > PRESSES_MAX {
        return Err(damaged(format!("it holds more than {PRESSES_MAX} presses")));
    }
    Ok(saved.presses)
}

/// The whole new file or the whole old one, also after a power cut.
fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let fresh = path.with_added_extension("new");
    let mut file = File::create(&fresh)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&fresh, path)?;
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    };
    File::open(folder)?.sync_all()
}

/// Why the state file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Another kiosk holds it.
    #[error("the state file {} is in use by another queue-kiosk", .0.display())]
    InUse(PathBuf),
    /// It is not what this program wrote.
    #[error("the state file {} is damaged: {}; look at it, then move it away", .0.display(), .1)]
    Damaged(PathBuf, String),
    /// The disk failed.
    #[error("failed to keep the state file {}: {}", .0.display(), .1)]
    Failed(PathBuf, String),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(key: &str, pressed_at_s: u64) -> Press {
        Press { key: key.to_owned(), service: "a".to_owned(), class: None, lang: None, pressed_at_s }
    }

    #[test]
    fn presses_survive_and_old_ones_do_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("kiosk.json");
        let mut store = Store::open(&path, "o").expect("a store");
        store.add(press("old", now_s() - 48 * 3600)).expect("kept");
        store.add(press("one", now_s())).expect("kept");
        store.add(press("two", now_s())).expect("kept");
        drop(store);

        let mut store = Store::open(&path, "o").expect("a store");
        assert_eq!((store.first().map(|press| press.key.as_str()), store.count()), (Some("one"), 2));
        store.settle().expect("forgotten");
        drop(store);

        let store = Store::open(&path, "o").expect("a store");
        assert_eq!((store.first().map(|press| press.key.as_str()), store.count()), (Some("two"), 1));
    }

    #[test]
    fn a_store_that_is_not_ours_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("kiosk.json");
        let held = Store::open(&path, "o").expect("a store");
        assert!(matches!(Store::open(&path, "o"), Err(StoreError::InUse(_))));
        drop(held);
        std::fs::write(&path, "{").expect("written");
        assert!(matches!(Store::open(&path, "o"), Err(StoreError::Damaged(..))));
        std::fs::write(&path, r#"{"version":1,"office":"other","presses":[]}"#).expect("written");
        assert!(matches!(Store::open(&path, "o"), Err(StoreError::Damaged(..))));
        assert_eq!(std::fs::read(&path).expect("still there").len(), 43);
    }
}
