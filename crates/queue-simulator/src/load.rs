//! The load generator: kiosks, clerks and screens drive a real server at full speed while a ledger checks that no
//! promise of the contract is broken.

mod drivers;
mod ledger;
mod report;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use queue_client::client::Client;
use queue_client::error::Error;
use queue_client::key::Key;
use queue_client::retry::Patience;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::load::drivers::Hall;
use crate::load::ledger::Ledger;
use crate::staff;

pub use ledger::Breach;
pub use report::{Latencies, Report};

/// A single act is tried this long; a restarted server is back sooner.
const ACT_PATIENCE: Duration = Duration::from_secs(30);
/// Screens must have their first board within this.
const SCREENS_READY: Duration = Duration::from_secs(30);
/// After the last call every screen must have shown it within this.
const DRAIN: Duration = Duration::from_secs(10);
/// How often the drain is looked at.
const DRAIN_LOOK: Duration = Duration::from_millis(20);

/// What drives the server, and for how long.
#[derive(Clone, Debug)]
pub struct Load {
    /// The server.
    pub server: String,
    /// The office.
    pub office: String,
    /// An admin: numbers are taken and clerks are added in this user's name. `None` takes numbers as anybody, within
    /// the server's limit per address, and needs `clerks` to be 0.
    pub admin: Option<(String, String)>,
    /// Kiosks that take numbers one after the other.
    pub kiosks: u32,
    /// Clerks that call and serve; at most one for each counter.
    pub clerks: u32,
    /// Lobby screens that listen.
    pub screens: u32,
    /// How long numbers are taken.
    pub duration: Duration,
    /// Between two acts of a kiosk or clerk.
    pub pause: Duration,
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The server refused or was away before the load began.
    #[error("failed to prepare the load: {0}")]
    Server(#[from] Error),
    /// Clerks need an admin.
    #[error("clerks need --user and --password of an admin")]
    NoAdmin,
    /// Screens did not get their board.
    #[error("only {ready} of {wanted} screens had a board within {} s", SCREENS_READY.as_secs())]
    ScreensNotReady {
        /// Screens with a board.
        ready: u32,
        /// All of them.
        wanted: u32,
    },
}

/// Drives the server and reports what it did.
///
/// # Errors
/// [`LoadError`]. Errors and breaches while the load runs are part of the report.
pub async fn run(load: &Load) -> Result<Report, LoadError> {
    let public = Client::new(&load.server)?.with_patience(Patience::For(ACT_PATIENCE));
    let office = public.office(&load.office).await?;
    let desk = match &load.admin {
        Some((user, password)) => {
            let mut client = public.clone();
            client.sign_in(user, password).await?;
            client
        }
        None if load.clerks > 0 => return Err(LoadError::NoAdmin),
        None => public.clone(),
    };
    let (stop, stopped) = watch::channel(false);
    let hall = Hall {
        office: load.office.clone(),
        ledger: Arc::new(Mutex::new(Ledger::new(load.screens))),
        since: Instant::now(),
        pause: load.pause,
        stopped,
    };
    let mut screens = JoinSet::new();
    for screen in 0..load.screens {
        screens.spawn(hall.clone().screen(public.clone(), screen));
    }
    wait_for_screens(&hall, load.screens).await?;
    let mut clerks = JoinSet::new();
    for (index, counter) in office.counters.iter().take(load.clerks as usize).enumerate() {
        let login = staff::hire(&desk, &format!("load-{}", index + 1)).await?;
        let client = login.sign_in(&public).await?;
        if let Err(error) =
            client.open_counter(&load.office, counter.id, &Key::fresh().map_err(Error::from)?).await
        {
            hall.ledger().failed("open", &error);
            continue;
        }
        clerks.spawn(hall.clone().clerk(client, counter.id));
    }
    let seated = u32::try_from(clerks.len()).unwrap_or(u32::MAX);
    let services: Vec<String> = office.services.iter().map(|service| service.id.clone()).collect();
    let mut kiosks = JoinSet::new();
    let began = Instant::now();
    for kiosk in 0..load.kiosks {
        kiosks.spawn(hall.clone().kiosk(desk.clone(), services.clone(), kiosk));
    }
    tokio::time::sleep(load.duration).await;
    stop.send_replace(true);
    kiosks.join_all().await;
    clerks.join_all().await;
    let took = began.elapsed();
    wait_for_calls(&hall).await;
    screens.shutdown().await;
    let mut ledger = hall.ledger();
    ledger.close();
    Ok(Report::of(load, seated, took, &ledger))
}

async fn wait_for_screens(hall: &Hall, wanted: u32) -> Result<(), LoadError> {
    let until = Instant::now() + SCREENS_READY;
    loop {
        let ready = hall.ledger().screens_ready();
        if ready >= wanted {
            return Ok(());
        }
        if Instant::now() >= until {
            return Err(LoadError::ScreensNotReady { ready, wanted });
        }
        tokio::time::sleep(DRAIN_LOOK).await;
    }
}

/// Until every screen has every call, or it is too late: the ledger tells.
async fn wait_for_calls(hall: &Hall) {
    let until = Instant::now() + DRAIN;
    while !hall.ledger().all_shown() && Instant::now() < until {
        tokio::time::sleep(DRAIN_LOOK).await;
    }
}
