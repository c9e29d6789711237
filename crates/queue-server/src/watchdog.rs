//! Looks at the whole server from outside: tells the service manager that it lives, and the log when it does not.
//!
//! A sign of life is given only while every office decides and publishes, and no write hangs. A doubtful clock or a
//! full disk is not held back for: a fresh process would find the same. Without a service manager only the log is told.

use std::time::Duration;

use futures_util::future::join_all;
pub use sd_notify::NotifyState;
use tokio::sync::watch;

use crate::auth::house::HouseHandle;
use crate::boot::Offices;
use crate::engine::handle::OfficeHandle;
use crate::engine::readiness::Unready;

/// How often the server is looked at where no service manager asks for more.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Signs of life in the time after which a silent process is killed: two may come late.
const SIGNS: u32 = 3;
/// An office that does not answer for so long does not live.
const ANSWER_MAX: Duration = Duration::from_secs(5);
/// Offices that are named where something is wrong with many.
const NAMED_MAX: usize = 3;

/// What is looked at.
pub struct Watchdog {
    /// The offices.
    pub offices: Offices,
    /// The house.
    pub house: HouseHandle,
    /// Turns true when the server stops.
    pub stop: watch::Receiver<bool>,
    /// After so much silence the service manager ends the process; nothing where it does not.
    pub patience: Option<Duration>,
}

/// What one look found.
struct Found {
    alive: bool,
    /// In words, for the log and for `systemctl status`.
    status: String,
}

impl Watchdog {
    /// Looks until the server stops, and has the service manager told by `tell`.
    pub async fn run(mut self, tell: impl Fn(&NotifyState<'_>) + Send) {
        let every = self.patience.map_or(LOOK_EVERY, |patience| (patience / SIGNS).min(LOOK_EVERY));
        let mut told = String::new();
        loop {
            let Found { alive, status } = self.look().await;
            if alive && self.patience.is_some() {
                tell(&NotifyState::Watchdog);
            }
            if status != told {
                if !told.is_empty() {
                    tracing::warn!(alive, "{status}");
                }
                tell(&NotifyState::Status(&status));
                told = status;
            }
            let stopped = self.stop.wait_for(|stop| *stop);
            if tokio::time::timeout(every, stopped).await.is_ok() {
                return;
            }
        }
    }

    async fn look(&self) -> Found {
        let offices = join_all(self.offices.iter().map(trouble)).await;
        let house = self.house.unready().map(|why| (why, "house".to_owned()));
        let all: Vec<(Unready, String)> = offices.into_iter().flatten().chain(house).collect();
        let alive = all.iter().all(|(why, _)| matches!(why, Unready::ClockDoubtful | Unready::DiskFull));
        let named = all.iter().take(NAMED_MAX).map(|(why, name)| format!("{name}: {}", why.code()));
        let status = match all.len() {
            0 => "every office takes commands".to_owned(),
            count => format!("{count} not ready: {}", named.collect::<Vec<_>>().join(", ")),
        };
        Found { alive, status }
    }
}

/// Why the office takes no commands; an engine that does not answer counts as stopped.
async fn trouble(office: &OfficeHandle) -> Option<(Unready, String)> {
    let why = match office.unready() {
        Some(why) => Some(why),
        None => {
            let answers = tokio::time::timeout(ANSWER_MAX, office.answers()).await;
            (answers != Ok(true)).then_some(Unready::Stopped)
        }
    };
    why.map(|why| (why, office.id().to_string()))
}

/// Tells the service manager that this process was started by, if any.
pub fn tell(state: &NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(std::slice::from_ref(state)) {
        tracing::warn!(%error, %state, "the service manager could not be told");
    }
}

/// After how much silence the service manager ends this process, if it does.
#[must_use]
pub fn patience() -> Option<Duration> {
    sd_notify::watchdog_enabled()
}
