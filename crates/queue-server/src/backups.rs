//! Backups that the server takes of itself, once a day, into a folder: beside the work of the offices, never in
//! its way. One that fails is told (log, `/readyz`, `/metrics`) and tried again; the offices go on.
//!
//! Whether one is due is read from the folder itself, so a PC that was off at the hour takes it when it is on again.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use queue_core::time::{At, Millis};
use queue_journal::backup::folder::{Keeping, Taken, backups, newest_at, take};
use queue_journal::{JournalError, Reader};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::boot::Offices;
use crate::clock::{Clock, Zone, parse_stamp};
use crate::engine::handle::OfficeHandle;
use crate::settings::BackupSettings;

/// How often it is asked whether a backup is due.
const LOOK_EVERY: Duration = Duration::from_secs(20);
/// How long after a backup, taken or failed, the next one is tried at the earliest, by the uptime.
const PAUSE: Millis = Millis::from_secs(600);
/// How far ahead of the clock the newest backup may stand: one beyond that was taken while the clock was wrong.
const AHEAD_MAX: Millis = Millis::from_secs(86_400);
/// A try that lasts longer is told as failed: the disk hangs, as one behind a network that is gone does.
pub const TRY_MAX: Duration = Duration::from_secs(30 * 60);
/// How long a stop waits for a backup that is under way; the journals are closed behind it.
pub const STOP_MAX: Duration = Duration::from_secs(3);

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

    fn fail(&self, why: String) {
        tracing::error!(error = why, "the backup failed");
        metrics::counter!("queue_backup_failures_total").increment(1);
        let last_at = self.get().and_then(|outcome| outcome.last_at);
        self.set(Outcome { last_at, failed: Some(why) });
    }
}

/// What a [`Taker`] works with.
pub struct Task {
    /// When, and into which folder.
    pub settings: BackupSettings,
    /// What is backed up.
    pub readers: Vec<Reader>,
    /// The time.
    pub clock: Clock,
    /// Whose time the hour of the settings is.
    pub zone: Zone,
    /// While one of them doubts the clock, no backup is taken.
    pub offices: Offices,
    /// Where it is told how they go.
    pub latest: Latest,
}

/// Takes the backups.
pub struct Taker {
    task: Task,
    /// No try before this uptime, in milliseconds.
    rests_until: i64,
}

impl Taker {
    /// Takes the backups of `task`; nothing where its settings name no folder.
    #[must_use]
    pub fn new(task: Task) -> Option<Self> {
        if task.settings.folder.as_os_str().is_empty() {
            return None;
        }
        task.latest.set(Outcome::default());
        Some(Self { task, rests_until: i64::MIN })
    }

    /// Takes a backup where one is due. Blocks as long as it takes.
    pub fn look(&mut self) {
        let Task { settings, clock, zone, offices, latest, .. } = &self.task;
        let uptime = clock.uptime_ms();
        if uptime < self.rests_until || offices.iter().any(OfficeHandle::doubts_clock) {
            return;
        }
        let now = clock.now();
        let due = zone.latest(settings.at.minute(), now);
        let done = newest_at(&settings.folder).and_then(|newest| match newest {
            Some(newest) if newest >= due && newest <= now.plus(AHEAD_MAX) => Ok((newest, None)),
            Some(_) | None => self.take(now).map(|taken| (taken.header.at, Some(taken))),
        });
        let rests_until = uptime.saturating_add_unsigned(PAUSE.0);
        match done {
            Ok((last_at, taken)) => {
                latest.set(Outcome { last_at: Some(last_at), failed: None });
                if let Some(Taken { path, header, dropped }) = taken {
                    let records: u64 = header.streams.iter().map(|part| part.records).sum();
                    tracing::info!(file = %path.display(), records, dropped, "a backup was taken");
                    self.rests_until = rests_until;
                }
            }
            Err(error) => {
                latest.fail(error.to_string());
                self.rests_until = rests_until;
            }
        }
    }

    fn take(&self, now: At) -> Result<Taken, JournalError> {
        let Task { settings: BackupSettings { folder, full_every, keep, .. }, readers, .. } = &self.task;
        // The names of the files go up with time, also behind a clock that was set back.
        let named = backups(folder)?.iter().filter_map(|kept| parse_stamp(kept.stamp())).max();
        let next = named.map_or(now, |newest| now.max(newest.plus(Millis::from_secs(1))));
        let keeping = Keeping { full_every: full_every.get(), full_kept: keep.get() };
        take(folder, readers, (now, &Zone::utc().stamp(next)), keeping)
    }
}

/// Looks now and then until the server stops, or nobody is left who could stop it. A backup that is under way then has
/// [`STOP_MAX`] to end.
pub fn start(mut taker: Taker, mut stop: watch::Receiver<bool>) -> JoinHandle<()> {
    tokio::spawn(async move {
        while !*stop.borrow() {
            let Some(back) = look(taker, &mut stop).await else { return };
            taker = back;
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                changed = stop.changed() => if changed.is_err() { return },
            }
        }
    })
}

/// One look, beside the runtime; tells one that lasts too long. Gives the taker back unless the server stops meanwhile.
async fn look(mut taker: Taker, stop: &mut watch::Receiver<bool>) -> Option<Taker> {
    let latest = taker.task.latest.clone();
    let mut looking = tokio::task::spawn_blocking(move || {
        if catch_unwind(AssertUnwindSafe(|| taker.look())).is_err() {
            taker.task.latest.fail("it panicked; standard error says where".to_owned());
            taker.rests_until = taker.task.clock.uptime_ms().saturating_add_unsigned(PAUSE.0);
        }
        taker
    });
    let mut stopping = std::pin::pin!(async { stop.wait_for(|stop| *stop).await.is_ok() });
    tokio::select! {
        biased;
        looked = &mut looking => return looked.ok(),
        _stopped = &mut stopping => {}
        () = tokio::time::sleep(TRY_MAX) => {
            latest.fail(format!("it has been under way for {} minutes: look at its disk", TRY_MAX.as_secs() / 60));
            tokio::select! {
                biased;
                looked = &mut looking => return looked.ok(),
                _stopped = &mut stopping => {}
            }
        }
    }
    if tokio::time::timeout(STOP_MAX, looking).await.is_err() {
        tracing::warn!("the server stops with a backup under way: it is left unfinished");
    }
    None
}
