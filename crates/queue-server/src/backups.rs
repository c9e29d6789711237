//! Backups that the server takes of itself, once a day, into a folder: beside the work of the offices, never in
//! its way. One that fails is told (log, `/readyz`, `/metrics`) and tried again; the offices go on.
//!
//! Whether one is due is read from the folder itself, so a PC that was off at the hour takes it when it is on again.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use queue_core::time::{At, Millis};
use queue_journal::backup::folder::{Keeping, Taken, newest_at, take};
use queue_journal::{JournalError, Reader};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::clock::{Clock, Zone};
use crate::settings::BackupSettings;

/// How often it is asked whether a backup is due.
const LOOK_EVERY: Duration = Duration::from_secs(20);
/// How long after a backup, taken or failed, the next one is tried at the earliest.
const PAUSE: Millis = Millis::from_secs(600);

/// How the last backup went. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Latest(Arc<Mutex<Option<Outcome>>>);

/// What is told about the backups of this server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// When the newest one in the folder was begun.
    pub last_at: Option<At>,
    /// Why the newest try failed; nothing where it did not.
    pub failed: Option<String>,
}

impl Latest {
    /// What is known; nothing where the server takes no backups.
    #[must_use]
    pub fn get(&self) -> Option<Outcome> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, outcome: Outcome) {
        if let Some(at) = outcome.last_at {
            let seconds = u32::try_from(at.0 / 1000).unwrap_or(u32::MAX);
            metrics::gauge!("queue_backup_last_seconds").set(f64::from(seconds));
        }
        metrics::gauge!("queue_backup_failed").set(if outcome.failed.is_some() { 1.0 } else { 0.0 });
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
    }
}

/// Takes the backups.
#[derive(Debug)]
pub struct Taker {
    settings: BackupSettings,
    readers: Vec<Reader>,
    zone: Zone,
    latest: Latest,
    /// No try before this instant.
    rests_until: At,
}

impl Taker {
    /// Takes backups of `readers` as `settings` say, by the time of `zone`; nothing where they name no folder.
    #[must_use]
    pub fn new(settings: BackupSettings, readers: Vec<Reader>, zone: Zone, latest: Latest) -> Option<Self> {
        if settings.folder.as_os_str().is_empty() {
            return None;
        }
        latest.set(Outcome::default());
        Some(Self { settings, readers, zone, latest, rests_until: At(i64::MIN) })
    }

    /// Takes a backup where one is due at `now`. Blocks as long as it takes.
    pub fn look(&mut self, now: At) {
        if now < self.rests_until {
            return;
        }
        let folder = PathBuf::from(&self.settings.folder);
        let done = newest_at(&folder).and_then(|newest| {
            let due = self.zone.latest(self.settings.at.minute(), now);
            match newest {
                Some(newest) if newest >= due => Ok((Some(newest), None)),
                Some(_) | None => self.take(newest, now).map(|taken| (Some(taken.header.at), Some(taken))),
            }
        });
        match done {
            Ok((last_at, taken)) => {
                if let Some(Taken { path, header, dropped }) = taken {
                    let records: u64 = header.streams.iter().map(|part| part.records).sum();
                    tracing::info!(file = %path.display(), records, dropped, "a backup was taken");
                    self.rests_until = now.plus(PAUSE);
                }
                self.latest.set(Outcome { last_at, failed: None });
            }
            Err(error) => {
                tracing::error!(folder = %folder.display(), %error, "the backup failed");
                metrics::counter!("queue_backup_failures_total").increment(1);
                self.rests_until = now.plus(PAUSE);
                let last_at = self.latest.get().and_then(|outcome| outcome.last_at);
                self.latest.set(Outcome { last_at, failed: Some(error.to_string()) });
            }
        }
    }

    fn take(&self, newest: Option<At>, now: At) -> Result<Taken, JournalError> {
        // The names of the files go up with time, also behind a clock that was set back.
        let at = newest.map_or(now, |newest| now.max(newest.plus(Millis::from_secs(1))));
        let stamp = Zone::utc().stamp(at);
        let BackupSettings { full_every, keep, .. } = &self.settings;
        let keeping = Keeping { full_every: full_every.get(), full_kept: keep.get() };
        take(&self.settings.folder, &self.readers, (at, &stamp), keeping)
    }
}

/// Looks now and then until the server stops. A backup that is under way then is finished first.
pub fn start(mut taker: Taker, clock: Clock, mut stop: watch::Receiver<bool>) -> JoinHandle<()> {
    tokio::spawn(async move {
        while !*stop.borrow() {
            let now = clock.now();
            let looked = tokio::task::spawn_blocking(move || {
                taker.look(now);
                taker
            });
            match looked.await {
                Ok(back) => taker = back,
                Err(error) => {
                    tracing::error!(%error, "the backups have ended with a panic");
                    return;
                }
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                _ = stop.changed() => {}
            }
        }
    })
}
