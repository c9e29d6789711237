//! What every handler and every live connection can reach: offices, house, sessions, limits, addresses.
//!
//! Built once at the start, then only read; nothing in it is the state of an office.

use std::net::{IpAddr, SocketAddr};
use std::ops::Deref;
use std::sync::Arc;

use queue_journal::Reader;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::auth::house::HouseHandle;
use crate::auth::limit::{Attempts, TicketLimit};
use crate::auth::origin::Origins;
use crate::auth::password::Passwords;
use crate::auth::session::Sessions;
use crate::backups::Latest;
use crate::boot::Offices;
use crate::chance::Chance;
use crate::clock::Clock;
use crate::live::hub::Hubs;

/// Backups under way to admins at once: each holds a thread as long as its reader is slow.
pub const BACKUPS_MAX: usize = 2;

/// The shared parts of a running server. Clones share them.
#[derive(Clone)]
pub struct Site(Arc<Shared>);

struct Shared {
    parts: Parts,
    hubs: Hubs,
    sending: Arc<Semaphore>,
}

/// The parts of a [`Site`].
pub struct Parts {
    /// The offices, in order.
    pub offices: Offices,
    /// Who may sign in.
    pub house: HouseHandle,
    /// Who is signed in.
    pub sessions: Sessions,
    /// Checks passwords.
    pub passwords: Passwords,
    /// Wrong passwords lately.
    pub attempts: Attempts,
    /// Numbers taken without a session lately.
    pub ticket_limit: TicketLimit,
    /// Where browsers may act from.
    pub origins: Origins,
    /// From these alone `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// The time.
    pub clock: Clock,
    /// Where ids and salts are drawn.
    pub chance: Chance,
    /// Where the server listens.
    pub listen: SocketAddr,
    /// What QR codes point to, without a slash at the end.
    pub public_url: Arc<str>,
    /// Changes with every build of the pages; in every `hello`.
    pub build: Arc<str>,
    /// How the server's own backups go.
    pub backups: Latest,
    /// Turns true when the server stops.
    pub stop: watch::Receiver<bool>,
}

impl Site {
    /// Shares `parts`.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(Shared {
            parts,
            hubs: Hubs::default(),
            sending: Arc::new(Semaphore::new(BACKUPS_MAX)),
        }))
    }

    /// The hubs of the live connections.
    pub(crate) fn hubs(&self) -> &Hubs {
        &self.0.hubs
    }

    /// One of the backups that may be under way to an admin at once; nothing where [`BACKUPS_MAX`] are.
    #[must_use]
    pub fn send_backup(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.0.sending).try_acquire_owned().ok()
    }

    /// Reads everything that is durable: the house, then the offices in order.
    #[must_use]
    pub fn readers(&self) -> Vec<Reader> {
        let mut readers = vec![self.house.reader().clone()];
        readers.extend(self.offices.iter().map(|office| office.history().reader().clone()));
        readers
    }
}

impl Deref for Site {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0.parts
    }
}
