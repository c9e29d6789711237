//! What driver, server, actors and checkers share beside the network: the plan, the disk, the clock, and what the
//! actors saw.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use queue_core::time::At;
use queue_server::clock::Clock;
use tokio::sync::watch;

use crate::disk::{Disk, FrameStore};
use crate::ledger::Ledger;
use crate::plan::Plan;

/// The parts of a run that outlive the server's crashes. Clones share them.
#[derive(Clone)]
pub struct Shared {
    /// What the seed decided.
    pub plan: Arc<Plan>,
    /// The server's disk.
    pub disk: Disk,
    parts: Arc<Parts>,
}

struct Parts {
    ledger: Mutex<Ledger>,
    server: Mutex<Server>,
}

/// What is known of the server from outside.
pub struct Server {
    /// The clock of its computer.
    pub clock: Clock,
    /// The tokens of the staff, by user; anew at each start.
    pub tokens: BTreeMap<String, String>,
    /// What it ended with, where it failed.
    pub failed: Option<String>,
    /// Whether it answers.
    pub up: bool,
    /// Stops it.
    pub stop: Option<watch::Sender<bool>>,
    /// Whether the disk is nearly full.
    pub low: Arc<std::sync::atomic::AtomicBool>,
    /// The store that is open.
    pub store: Option<Arc<FrameStore>>,
    /// Starts so far.
    pub starts: u64,
    /// No new business is begun.
    pub closing: bool,
    /// Everything is over.
    pub over: bool,
    /// When the wall clock last changed otherwise than by passing, in simulated milliseconds.
    pub jumps: Vec<u64>,
}

impl Shared {
    /// The beginning of a run.
    #[must_use]
    pub fn new(plan: Plan) -> Self {
        let clock = Clock::manual(At(plan.begins_at));
        let server = Server {
            clock,
            tokens: BTreeMap::new(),
            failed: None,
            up: false,
            stop: None,
            low: Arc::default(),
            store: None,
            starts: 0,
            closing: false,
            over: false,
            jumps: Vec::new(),
        };
        let parts = Parts { ledger: Mutex::default(), server: Mutex::new(server) };
        Self { plan: Arc::new(plan), disk: Disk::default(), parts: Arc::new(parts) }
    }

    /// What was seen.
    pub fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.parts.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The server from outside.
    pub fn server(&self) -> MutexGuard<'_, Server> {
        self.parts.server.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The simulated time in milliseconds.
    #[must_use]
    pub fn now_ms(&self) -> u64 {
        self.disk.state().now_ms
    }

    /// Notes that something happened that must never happen.
    pub fn violated(&self, what: String) {
        self.ledger().violations.push(what);
    }

    /// The token of `user`, once the server has started.
    #[must_use]
    pub fn token(&self, user: &str) -> Option<String> {
        self.server().tokens.get(user).cloned()
    }

    /// Whether no new business is begun.
    #[must_use]
    pub fn closing(&self) -> bool {
        self.server().closing
    }
}
