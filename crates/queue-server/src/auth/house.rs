//! The keeper of the house: one stage that owns the users and their journal.
//!
//! Decide, append, absorb, publish, answer, in this order: no account exists that the disk does not have.

use std::sync::Arc;

use queue_core::house::{House, HouseCommand, HouseDraft, HouseRefusal, absorb, draft};
use queue_core::ids::UserId;
use queue_core::permit::Actor;
use queue_core::record::Key;
use queue_core::refusal::Refusal;
use queue_journal::{Journal, Reader, codec};
use tokio::sync::{mpsc, oneshot, watch};

use crate::clock::Clock;
use crate::engine::failure::Failure;
use crate::engine::handle::GivenKey;
use crate::engine::readiness::{Readiness, Unready};
use crate::engine::writes::Writes;
use crate::engine::writing::{Pause, Pauses, Stage, Writing};
use crate::engine::{guarded, guarded_thread};

/// Orders that may wait; each costs one sync.
const ORDERS_MAX: usize = 64;

/// A command to the house.
#[derive(Clone, Debug)]
pub struct HouseOrder {
    /// Who asks.
    pub actor: Actor,
    /// The `Idempotency-Key`, where one was given.
    pub key: Option<GivenKey>,
    /// What.
    pub command: HouseCommand,
    /// The HTTP status of success.
    pub status: u16,
}

/// What became of it; it is on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HouseDone {
    /// The status of the first answer.
    pub status: u16,
    /// Whom it was about.
    pub user: UserId,
}

/// Why it did not happen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HouseRejection {
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] HouseRefusal),
    /// Too many wait.
    #[error("the house has more to do than it can take")]
    Busy,
    /// A write has been under way for too long.
    #[error("the disk does not answer: nothing new is taken until it does")]
    DiskSlow,
    /// Below the low-water mark of the disk; nothing happened.
    #[error("the disk is almost full: nothing new is taken until there is room")]
    DiskFull,
    /// The journal failed on the way.
    #[error("the journal failed: the command may or may not have happened")]
    OutcomeUnknown,
}

/// Everything that can wake the keeper.
enum Wake {
    Order { order: Box<HouseOrder>, reply: oneshot::Sender<Result<HouseDone, HouseRejection>> },
    Stop,
}

/// The house, for handlers. Clones share it.
#[derive(Clone)]
pub struct HouseHandle {
    orders: mpsc::Sender<Wake>,
    house: watch::Receiver<Arc<House>>,
    reader: Reader,
    writes: Writes,
    readiness: Readiness,
}

/// The stage that keeps the house.
pub struct HouseKeeper {
    orders: mpsc::Sender<Wake>,
    stage: Stage,
}

/// Starts to keep `journal`, whose users are `house`, written to as `writing` says.
///
/// # Errors
/// What the system says when it has no thread.
pub fn keep(
    journal: Box<dyn Journal>,
    house: House,
    clock: Clock,
    failure: Failure,
    writing: Writing,
) -> std::io::Result<(HouseHandle, HouseKeeper)> {
    let (orders, inbox) = mpsc::channel(ORDERS_MAX);
    let (publish, published) = watch::channel(Arc::new(house));
    let reader = journal.reader();
    let writes = Writes::new(&clock);
    let keeper = Keeper { journal, publish, clock, failure: failure.clone(), writes: writes.clone() };
    let stage = match writing {
        Writing::Thread => {
            let thread = std::thread::Builder::new().name("house".to_owned());
            Stage::Thread(thread.spawn(guarded_thread("house thread", move || keeper.run(inbox), failure))?)
        }
        Writing::Task(pauses) => {
            let work = keeper.run_in_task(inbox, pauses);
            Stage::Task(tokio::task::spawn(guarded("house task", work, failure)))
        }
    };
    let keeper = HouseKeeper { orders: orders.clone(), stage };
    let readiness = Readiness::default();
    Ok((HouseHandle { orders, house: published, reader, writes, readiness }, keeper))
}

impl HouseHandle {
    /// The same house, which takes nothing from people while `readiness` says that the disk is almost full.
    #[must_use]
    pub fn minding(self, readiness: Readiness) -> Self {
        Self { readiness, ..self }
    }

    /// The users as they are on disk.
    #[must_use]
    pub fn current(&self) -> Arc<House> {
        Arc::clone(&self.house.borrow())
    }

    /// The first answer under `key`, where it was given before.
    ///
    /// # Errors
    /// [`Refusal::KeyReused`].
    pub fn repeated(&self, actor: &Actor, key: Option<&GivenKey>) -> Result<Option<HouseDone>, Refusal> {
        let Some(key) = key else { return Ok(None) };
        let house = self.current();
        let found = house.keys.find(&scoped(actor, key.clone()))?;
        Ok(found.map(|kept| HouseDone { status: kept.status, user: kept.answer.clone() }))
    }

    /// Hands a command to the keeper and waits until it is durable.
    ///
    /// # Errors
    /// [`HouseRejection`].
    pub async fn submit(&self, order: HouseOrder) -> Result<HouseDone, HouseRejection> {
        if self.writes.stalled() {
            return Err(HouseRejection::DiskSlow);
        }
        if self.readiness.disk_is_low() && order.actor != Actor::System {
            return Err(HouseRejection::DiskFull);
        }
        let (reply, outcome) = oneshot::channel();
        self.orders
            .try_send(Wake::Order { order: Box::new(order), reply })
            .map_err(|_| HouseRejection::Busy)?;
        outcome.await.unwrap_or(Err(HouseRejection::OutcomeUnknown))
    }

    /// Why the house takes no commands at this moment, if so; for `/readyz`.
    #[must_use]
    pub fn unready(&self) -> Option<Unready> {
        let ended = self.orders.is_closed().then_some(Unready::Stopped);
        self.writes.stalled().then_some(Unready::DiskSlow).or(ended)
    }

    /// The journal of the house, to read.
    #[must_use]
    pub fn reader(&self) -> &Reader {
        &self.reader
    }
}

impl HouseKeeper {
    /// Lets the orders that wait be done, then closes the journal. Later orders are refused as `Busy`.
    pub async fn stop(self) {
        // A keeper that is gone has closed its journal already.
        let _told = self.orders.send(Wake::Stop).await;
        // A panic in it has led to the failure already.
        let _ended = self.stage.ended().await;
    }
}

struct Keeper {
    journal: Box<dyn Journal>,
    publish: watch::Sender<Arc<House>>,
    clock: Clock,
    failure: Failure,
    writes: Writes,
}

impl Keeper {
    fn run(mut self, mut inbox: mpsc::Receiver<Wake>) {
        while let Some(Wake::Order { order, reply }) = inbox.blocking_recv() {
            let outcome = self.obey(*order);
            if !answered(reply, outcome) {
                return;
            }
        }
        self.close();
    }

    async fn run_in_task(mut self, mut inbox: mpsc::Receiver<Wake>, mut pauses: Pauses) {
        while let Some(Wake::Order { order, reply }) = inbox.recv().await {
            tokio::time::sleep(pauses(Pause::Before)).await;
            let outcome = self.obey(*order);
            tokio::time::sleep(pauses(Pause::After)).await;
            if !answered(reply, outcome) {
                return;
            }
        }
        self.close();
    }

    fn close(self) {
        if let Err(error) = self.journal.close() {
            self.failure.happen(&format!("the journal of the house: {error}"));
        }
    }

    fn obey(&mut self, order: HouseOrder) -> Result<HouseDone, HouseRejection> {
        let HouseOrder { actor, key, command, status } = order;
        let key = key.map(|key| scoped(&actor, key));
        let house = Arc::clone(&self.publish.borrow());
        let mut record = match draft(&house, &actor, key, &command, status, self.clock.now())? {
            HouseDraft::Repeat { status, user } => return Ok(HouseDone { status, user }),
            HouseDraft::Fresh(record) => record,
        };
        let sealed = codec::seal(&mut record, &house.head);
        let under_way = self.writes.begin();
        let appended = sealed.and_then(|sealed| self.journal.append(&[sealed]));
        drop(under_way);
        if let Err(error) = appended {
            self.failure.happen(&format!("the journal of the house: {error}"));
            return Err(HouseRejection::OutcomeUnknown);
        }
        let mut next = House::clone(&house);
        absorb(&mut next, &record);
        self.publish.send_replace(Arc::new(next));
        let (HouseCommand::AddUser { user, .. } | HouseCommand::SetPassword { user, .. }) = command;
        Ok(HouseDone { status, user })
    }
}

/// Answers; `false` where the journal failed and nothing may go on.
fn answered(
    reply: oneshot::Sender<Result<HouseDone, HouseRejection>>,
    outcome: Result<HouseDone, HouseRejection>,
) -> bool {
    let going_on = outcome != Err(HouseRejection::OutcomeUnknown);
    // Whoever asked may have gone away; what happened has happened.
    let _told = reply.send(outcome);
    going_on
}

fn scoped(actor: &Actor, key: GivenKey) -> Key {
    Key { scope: actor.to_string(), key: key.key, fingerprint: key.fingerprint }
}
