//! Sessions: who signed in, kept across restarts, found by the hash of the token alone.
//!
//! Every look-up is in memory; the small store in `DATA/sessions` only remembers for the next start. Losing it
//! signs everybody out and nothing more, so it needs none of the journal's care.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use queue_core::record::hex;
use queue_core::time::{At, Millis};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Sessions of a house at most; the one idle for longest goes first.
const SESSIONS_MAX: usize = 10_000;
/// The store learns of use this often, so that a busy session writes little.
const SEEN_EVERY: Millis = Millis::from_secs(60);
/// Enough for [`SESSIONS_MAX`] entries.
const CACHE_BYTES: u64 = 4 << 20;

/// A session as it is kept; the token itself is nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    user: String,
    begun_at: At,
    seen_at: At,
}

/// How long sessions live.
#[derive(Clone, Copy, Debug)]
pub struct Lifetimes {
    /// Without use.
    pub idle: Millis,
    /// In all.
    pub absolute: Millis,
}

/// A session that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Who signed in.
    pub user: String,
    /// When it ends without further use.
    pub expires_at: At,
}

/// The sessions of the house.
#[derive(Clone)]
pub struct Sessions {
    lifetimes: Lifetimes,
    live: Arc<Mutex<HashMap<String, Entry>>>,
    store: Option<sled::Db>,
}

/// Why sessions could not be opened or begun.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SessionError {
    /// The store cannot be used, even after it was set aside.
    #[error("failed to open the sessions at {path}: {what}")]
    Unusable {
        /// The folder.
        path: PathBuf,
        /// Why.
        what: String,
    },
    /// The system has no randomness.
    #[error("failed to draw a session token")]
    NoRandomness,
}

impl Sessions {
    /// Sessions that end with the process; for tests.
    #[must_use]
    pub fn in_memory(lifetimes: Lifetimes) -> Self {
        Self { lifetimes, live: Arc::default(), store: None }
    }

    /// Opens the store; one that is damaged is set aside and everybody signs in again.
    ///
    /// # Errors
    /// [`SessionError::Unusable`] when not even an empty one can be made.
    pub fn open(path: &Path, lifetimes: Lifetimes, now: At) -> Result<Self, SessionError> {
        let store = open_store(path).or_else(|what| {
            let aside = path.with_extension(format!("damaged-{}", now.0));
            tracing::warn!(path = %path.display(), aside = %aside.display(), what, "the sessions are damaged and set aside");
            std::fs::rename(path, &aside).map_err(|error| error.to_string())?;
            open_store(path)
        });
        let store = store.map_err(|what| SessionError::Unusable { path: path.to_owned(), what })?;
        let sessions = Self { lifetimes, live: Arc::default(), store: Some(store) };
        sessions.load(now);
        Ok(sessions)
    }

    /// Begins a session and gives its token, 64 hexadecimal characters. It writes to the disk, so that async code
    /// leaves it to a thread that may wait; like [`Self::end`] and [`Self::end_all_of`].
    ///
    /// # Errors
    /// [`SessionError::NoRandomness`].
    pub fn begin(&self, user: &str, now: At) -> Result<(String, Found), SessionError> {
        let mut bits = [0_u8; 32];
        getrandom::fill(&mut bits).map_err(|_| SessionError::NoRandomness)?;
        let token = hex(&bits);
        let entry = Entry { user: user.to_owned(), begun_at: now, seen_at: now };
        let found = self.found(&entry);
        let key = hash(&token);
        self.remember(&key, &entry);
        self.save();
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        if live.len() >= SESSIONS_MAX {
            let oldest = live.iter().min_by_key(|(_, entry)| entry.seen_at).map(|(key, _)| key.clone());
            if let Some(oldest) = oldest {
                live.remove(&oldest);
                self.forget(&oldest);
            }
        }
        live.insert(key, entry);
        Ok((token, found))
    }

    /// The session behind `token`, which counts as used at `now`.
    #[must_use]
    pub fn find(&self, token: &str, now: At) -> Option<Found> {
        let key = hash(token);
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = live.get_mut(&key)?;
        if now >= self.found(entry).expires_at {
            live.remove(&key);
            self.forget(&key);
            return None;
        }
        if now.since(entry.seen_at) >= SEEN_EVERY {
            entry.seen_at = now;
            self.remember(&key, entry);
        }
        Some(self.found(entry))
    }

    /// Ends the session behind `token`.
    pub fn end(&self, token: &str) {
        let key = hash(token);
        self.live.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
        self.forget(&key);
        self.save();
    }

    /// Ends every session of `user` but the one behind `kept`.
    pub fn end_all_of(&self, user: &str, kept: Option<&str>) {
        let kept = kept.map(hash);
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        live.retain(|key, entry| {
            let stays = entry.user != user || Some(key) == kept.as_ref();
            if !stays {
                self.forget(key);
            }
            stays
        });
        drop(live);
        self.save();
    }

    /// Brings what is remembered to the disk; at the end of the process.
    pub fn close(&self) {
        self.save();
    }

    fn save(&self) {
        if let Some(Err(error)) = self.store.as_ref().map(|store| store.flush()) {
            tracing::warn!(%error, "the sessions were not saved");
        }
    }

    fn found(&self, entry: &Entry) -> Found {
        let idle = entry.seen_at.plus(self.lifetimes.idle);
        let absolute = entry.begun_at.plus(self.lifetimes.absolute);
        Found { user: entry.user.clone(), expires_at: idle.min(absolute) }
    }

    fn load(&self, now: At) {
        let Some(store) = &self.store else { return };
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, value) in store.iter().filter_map(Result::ok).take(SESSIONS_MAX) {
            let entry = serde_json::from_slice::<Entry>(&value).ok();
            match (std::str::from_utf8(&key), entry) {
                (Ok(key), Some(entry)) if now < self.found(&entry).expires_at => {
                    live.insert(key.to_owned(), entry);
                }
                (Ok(key), _) => self.forget(key),
                (Err(_), _) => {}
            }
        }
    }

    fn remember(&self, key: &str, entry: &Entry) {
        let Some(store) = &self.store else { return };
        let value = serde_json::to_vec(entry).expect("a session is plain data");
        if let Err(error) = store.insert(key, value) {
            tracing::warn!(%error, "a session was not saved: it ends with the process");
        }
    }

    fn forget(&self, key: &str) {
        let Some(store) = &self.store else { return };
        if let Err(error) = store.remove(key) {
            tracing::warn!(%error, "a session that ended was not removed from the store");
        }
    }
}

fn open_store(path: &Path) -> Result<sled::Db, String> {
    let config = sled::Config::new().path(path).cache_capacity(CACHE_BYTES).flush_every_ms(Some(500));
    // Damaged files make the store's opening panic.
    let opened = std::panic::catch_unwind(AssertUnwindSafe(|| config.open()));
    opened.map_err(|_| "the store panicked".to_owned())?.map_err(|error| error.to_string())
}

fn hash(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIFETIMES: Lifetimes =
        Lifetimes { idle: Millis::from_secs(600), absolute: Millis::from_secs(3600) };

    #[test]
    fn a_session_lives_by_use_and_not_for_ever() {
        let sessions = Sessions::in_memory(LIFETIMES);
        let (token, _) = sessions.begin("lan", At(0)).unwrap();
        for at in [0, 500_000, 1_000_000, 1_500_000, 2_000_000, 2_500_000, 3_000_000, 3_500_000] {
            assert_eq!(
                sessions.find(&token, At(at)).map(|found| found.user).as_deref(),
                Some("lan"),
                "at {at}"
            );
        }
        assert_eq!(sessions.find(&token, At(3_600_000)), None);
        let (idle, _) = sessions.begin("mai", At(0)).unwrap();
        assert_eq!(sessions.find(&idle, At(600_000)), None);
    }

    #[test]
    fn a_session_survives_a_restart_and_its_end_does_too() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("sessions");
        let sessions = Sessions::open(&folder, LIFETIMES, At(0)).unwrap();
        let (kept, _) = sessions.begin("lan", At(0)).unwrap();
        let (ended, _) = sessions.begin("lan", At(0)).unwrap();
        sessions.end(&ended);
        sessions.close();
        drop(sessions);
        let sessions = Sessions::open(&folder, LIFETIMES, At(1)).unwrap();
        assert!(sessions.find(&kept, At(1)).is_some());
        assert!(sessions.find(&ended, At(1)).is_none());
    }

    #[test]
    fn all_sessions_of_a_user_end_but_one() {
        let sessions = Sessions::in_memory(LIFETIMES);
        let (here, _) = sessions.begin("lan", At(0)).unwrap();
        let (elsewhere, _) = sessions.begin("lan", At(0)).unwrap();
        let (other, _) = sessions.begin("mai", At(0)).unwrap();
        sessions.end_all_of("lan", Some(&here));
        assert!(sessions.find(&here, At(1)).is_some());
        assert!(sessions.find(&elsewhere, At(1)).is_none());
        assert!(sessions.find(&other, At(1)).is_some());
    }
}
