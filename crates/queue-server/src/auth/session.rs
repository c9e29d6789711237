//! Sessions: who signed in, kept across restarts, found by the hash of the token alone.
//!
//! Every look-up is in memory; the small store in `DATA/sessions` ([`super::saved`]) only remembers for the next
//! start. Losing it signs everybody out and nothing more, so it needs none of the journal's care.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use queue_core::record::hex;
use queue_core::time::{At, Millis};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::sync::watch;

use super::saved::{Entries, Saved};
use crate::chance::Chance;

/// Sessions of a house at most; the one idle for longest goes first.
const SESSIONS_MAX: usize = 10_000;
/// The store learns of use this often, so that a busy session writes little.
const SEEN_EVERY: Millis = Millis::from_secs(60);

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
    /// Changes when somebody's session is ended.
    ended: watch::Sender<()>,
    store: Option<Arc<Saved>>,
    chance: Chance,
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
        Self {
            lifetimes,
            live: Arc::default(),
            ended: watch::Sender::new(()),
            store: None,
            chance: Chance::system(),
        }
    }

    /// Sessions whose tokens come from `chance`.
    #[must_use]
    pub fn drawing(self, chance: Chance) -> Self {
        Self { chance, ..self }
    }

    /// Opens the store; one that is damaged is set aside and everybody signs in again.
    ///
    /// # Errors
    /// [`SessionError::Unusable`] when not even an empty one can be made.
    pub fn open(path: &Path, lifetimes: Lifetimes, now: At) -> Result<Self, SessionError> {
        let store = Saved::open(path).or_else(|what| {
            let aside = path.with_extension(format!("damaged-{}", now.0));
            tracing::warn!(path = %path.display(), aside = %aside.display(), what, "the sessions are damaged and set aside");
            std::fs::rename(path, &aside).map_err(|error| error.to_string())?;
            Saved::open(path)
        });
        let (store, kept) = store.map_err(|what| SessionError::Unusable { path: path.to_owned(), what })?;
        let sessions = Self { store: Some(Arc::new(store)), ..Self::in_memory(lifetimes) };
        sessions.load(kept, now);
        Ok(sessions)
    }

    /// Begins a session and gives its token, 64 hexadecimal characters. It writes to the disk, so that async code
    /// leaves it to a thread that may wait; like [`Self::end`] and [`Self::end_all_of`].
    ///
    /// # Errors
    /// [`SessionError::NoRandomness`].
    pub fn begin(&self, user: &str, now: At) -> Result<(String, Found), SessionError> {
        let mut bits = [0_u8; 32];
        self.chance.fill(&mut bits).map_err(|_| SessionError::NoRandomness)?;
        let token = hex(&bits);
        let entry = Entry { user: user.to_owned(), begun_at: now, seen_at: now };
        let found = self.found(&entry);
        let key = hash(&token);
        if let Some(store) = &self.store {
            store.keep(key.clone(), value(&entry));
        }
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        let oldest = || live.iter().min_by_key(|(_, entry)| entry.seen_at).map(|(key, _)| key.clone());
        let oldest = if live.len() >= SESSIONS_MAX { oldest() } else { None };
        if let Some(oldest) = &oldest {
            live.remove(oldest);
        }
        live.insert(key, entry);
        drop(live);
        self.forget(oldest.into_iter().collect());
        Ok((token, found))
    }

    /// Whether the session behind `token` lives at `now`; looking is no use of it.
    #[must_use]
    pub fn is_alive(&self, token: &str, now: At) -> bool {
        let live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        live.get(&hash(token)).is_some_and(|entry| now < self.found(entry).expires_at)
    }

    /// Changes whenever somebody's session was ended: time to ask [`Self::is_alive`] again.
    #[must_use]
    pub fn ended(&self) -> watch::Receiver<()> {
        self.ended.subscribe()
    }

    /// The session behind `token`, which counts as used at `now`. It never waits for the disk.
    #[must_use]
    pub fn find(&self, token: &str, now: At) -> Option<Found> {
        let key = hash(token);
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = live.get_mut(&key)?;
        if now >= self.found(entry).expires_at {
            live.remove(&key);
            if let Some(store) = &self.store {
                store.forget_soon(key);
            }
            return None;
        }
        if now.since(entry.seen_at) >= SEEN_EVERY {
            entry.seen_at = now;
            // Under the lock, so that it cannot come after the order to forget.
            if let Some(store) = &self.store {
                store.keep_soon(key, value(entry));
            }
        }
        Some(self.found(entry))
    }

    /// Ends the session behind `token`.
    pub fn end(&self, token: &str) {
        let key = hash(token);
        self.live.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
        self.forget(vec![key]);
    }

    /// Ends every session of `user` but the one behind `kept`.
    pub fn end_all_of(&self, user: &str, kept: Option<&str>) {
        let kept = kept.map(hash);
        let mut ended = Vec::new();
        self.live.lock().unwrap_or_else(PoisonError::into_inner).retain(|key, entry| {
            let stays = entry.user != user || Some(key) == kept.as_ref();
            if !stays {
                ended.push(key.clone());
            }
            stays
        });
        self.forget(ended);
    }

    /// Brings what is remembered to the disk and closes the store; at the end of the process.
    pub fn close(&self) {
        if let Some(store) = &self.store {
            store.close();
        }
    }

    fn found(&self, entry: &Entry) -> Found {
        let idle = entry.seen_at.plus(self.lifetimes.idle);
        let absolute = entry.begun_at.plus(self.lifetimes.absolute);
        Found { user: entry.user.clone(), expires_at: idle.min(absolute) }
    }

    fn load(&self, kept: Entries, now: At) {
        let mut over = Vec::new();
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, value) in kept {
            match serde_json::from_slice::<Entry>(&value).ok() {
                Some(entry) if live.len() < SESSIONS_MAX && now < self.found(&entry).expires_at => {
                    live.insert(key, entry);
                }
                Some(_) | None => over.push(key),
            }
        }
        drop(live);
        self.forget(over);
    }

    /// Tells those who watch, and the store, that sessions are gone, and waits for the disk; `live` is not locked
    /// by then.
    fn forget(&self, keys: Vec<String>) {
        if !keys.is_empty() {
            self.ended.send_replace(());
        }
        if let Some(store) = &self.store {
            keys.into_iter().for_each(|key| store.forget(key));
            store.flush();
        }
    }
}

fn value(entry: &Entry) -> Vec<u8> {
    serde_json::to_vec(entry).expect("a session is plain data")
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
    fn looking_at_a_session_is_no_use_of_it() {
        let sessions = Sessions::in_memory(LIFETIMES);
        let (token, _) = sessions.begin("lan", At(0)).unwrap();
        assert!(sessions.is_alive(&token, At(599_999)));
        assert!(!sessions.is_alive(&token, At(600_000)), "the look before counted as use");
        assert!(!sessions.is_alive("another", At(1)));
    }

    #[test]
    fn the_use_of_a_session_is_remembered_over_a_restart() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("sessions");
        let sessions = Sessions::open(&folder, LIFETIMES, At(0)).unwrap();
        let (token, _) = sessions.begin("lan", At(0)).unwrap();
        assert!(sessions.find(&token, At(500_000)).is_some());
        sessions.close();
        let sessions = Sessions::open(&folder, LIFETIMES, At(700_000)).unwrap();
        assert!(sessions.find(&token, At(700_000)).is_some());
    }

    #[test]
    fn who_watches_learns_that_a_session_was_ended() {
        let sessions = Sessions::in_memory(LIFETIMES);
        let (token, _) = sessions.begin("lan", At(0)).unwrap();
        let ended = sessions.ended();
        assert!(!ended.has_changed().unwrap());
        sessions.end(&token);
        assert!(ended.has_changed().unwrap() && !sessions.is_alive(&token, At(1)));
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
