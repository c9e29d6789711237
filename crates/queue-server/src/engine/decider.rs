//! The first stage: one task that owns the office as decided, and turns orders into entries for the journal.
//!
//! It opens the business day by a record of its own ahead of whatever comes first after the day has begun.
//! Nothing that it knows is durable yet, so it answers nobody; even refusals leave by the last stage.

use std::time::Duration;

use queue_core::command::Command;
use queue_core::event::OfficeEvent;
use queue_core::office::Office;
use queue_core::permit::Actor;
use queue_core::planted::{self, Bug};
use queue_core::record::{Key, Record};
use queue_core::refusal::Refusal;
use queue_core::replay::{self, Asked, Drafted};
use queue_core::time::{At, Millis};
use queue_journal::codec;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep_until};

use super::EPOCH;
use super::handle::{Rejection, Submission};
use super::order::{Entry, Order, Reply};
use super::readiness::Readiness;
use crate::clock::{Clock, ClockWatch, JUMP_MAX, OfficeTime, Zone};

/// How often the wall clock is looked at: deadlines are met within this, and a changed clock is seen.
const CLOCK_CHECK: Duration = Duration::from_secs(1);
/// A clock further behind the office's time is told in the log.
const BEHIND_TOLD: Millis = Millis::from_secs(60);
/// The HTTP status that stands in records of the system's own.
const STATUS_OK: u16 = 200;

/// Everything that can wake the decider.
enum Wake {
    /// A command came in.
    Order(Box<Order>),
    /// It is time to look at the clock: a deadline may have passed, or the clock may have jumped.
    Clock,
    /// Take what stands in the queue, then end.
    Stop,
    /// The journal is gone.
    Broken,
}

/// The task's state.
pub(super) struct Decider {
    pub office: Office,
    pub clock: Clock,
    pub watch: ClockWatch,
    pub time: OfficeTime,
    /// Whether the clock is behind the office's time, and the log says so.
    pub behind: bool,
    pub readiness: Readiness,
    pub orders: mpsc::Receiver<Order>,
    pub entries: mpsc::Sender<Entry>,
    pub stop: oneshot::Receiver<()>,
    /// Whoever waits for the first day to be open; dropped where none is due.
    pub opening: Option<Reply>,
}

impl Decider {
    /// Works until it is stopped or the journal is gone.
    pub(super) async fn run(mut self) {
        let mut check = Instant::now();
        let mut stopping = false;
        loop {
            let wake = tokio::select! {
                biased;
                _ = &mut self.stop, if !stopping => Wake::Stop,
                () = self.entries.closed() => Wake::Broken,
                () = sleep_until(check), if !stopping => Wake::Clock,
                order = self.orders.recv() => match order {
                    Some(order) => Wake::Order(Box::new(order)),
                    None => return,
                },
            };
            let going_on = match wake {
                Wake::Order(order) => self.take(*order).await,
                Wake::Clock => {
                    check = Instant::now() + CLOCK_CHECK;
                    self.look_at_clock();
                    let now = self.now();
                    self.open_due_day(now).await
                }
                Wake::Stop => {
                    stopping = true;
                    self.orders.close();
                    true
                }
                Wake::Broken => false,
            };
            if !going_on {
                return;
            }
        }
    }

    /// Opens the day that is due; `false` when the journal is gone.
    pub(super) async fn open_due_day(&mut self, now: At) -> bool {
        let reply = self.opening.take();
        let mut due = self.office.next_deadline().is_none_or(|deadline| deadline <= now);
        if planted::is(Bug::DaySkipped) {
            due &= self.office.next_deadline().is_none_or(|deadline| now < deadline.plus(JUMP_MAX));
        }
        due |= planted::is(Bug::DayOpenedAgainAtRestart) && reply.is_some();
        if !due || self.watch.doubts(&self.clock) {
            return true;
        }
        let plan = Zone::of(&self.office.layout).plan(&self.office.layout, now);
        let command = Command::OpenDay { plan };
        let (actor, command) = (&Actor::System, &command);
        let asked = Asked { actor, key: None, command, status: STATUS_OK, at: now, epoch: EPOCH };
        match replay::draft(&self.office, asked) {
            Ok(Drafted::Fresh(record)) => {
                let entry = self.accept(record, reply);
                self.forward(entry).await
            }
            Ok(Drafted::Repeat { .. }) => true,
            Err(refusal) => {
                tracing::error!(office = %self.office.layout.id, %refusal, "the business day could not be opened");
                match reply {
                    Some(reply) => self.forward(Entry::Refused { refusal, reply }).await,
                    None => true,
                }
            }
        }
    }

    /// Decides one order; `false` when the journal is gone. A key that was given before has its first answer whatever
    /// the state of disk and clock.
    async fn take(&mut self, order: Order) -> bool {
        let Order { submission: Submission { actor, key, command, status }, reply } = order;
        let mut key =
            key.map(|given| Key { scope: actor.to_string(), key: given.key, fingerprint: given.fingerprint });
        let fresh = |key: &Key| {
            let kept = self.office.keys.find(key).ok().flatten();
            kept.is_some_and(|kept| self.now().since(kept.at) < Millis(300))
        };
        if planted::is(Bug::PressAppliedTwice) && key.as_ref().is_some_and(fresh) {
            key = None;
        }
        if let Some(key) = &key {
            match self.office.keys.find(key) {
                Ok(None) => {}
                Ok(Some(kept)) => {
                    let (seq, status, answer) = (kept.seq, kept.status, kept.answer.clone());
                    return self.forward(Entry::Repeated { seq, status, answer, reply }).await;
                }
                Err(refusal) => return self.forward(Entry::Refused { refusal, reply }).await,
            }
        }
        if self.readiness.disk_is_low() {
            reply.give(Err(Rejection::DiskFull));
            return true;
        }
        if self.readiness.writes().stalled() {
            reply.give(Err(Rejection::DiskSlow));
            return true;
        }
        let corrected = if let Command::CorrectClock { to, .. } = command { Some(to) } else { None };
        let doubtful = self.watch.doubts(&self.clock);
        if corrected.is_none() && doubtful {
            return self.forward(Entry::Refused { refusal: Refusal::ClockDoubtful, reply }).await;
        }
        if !doubtful {
            self.watch.follow(&self.clock);
            self.time.follow();
        }
        let now = self.now();
        if corrected.is_none() && !self.open_due_day(now).await {
            reply.give(Err(Rejection::OutcomeUnknown));
            return false;
        }
        // Whoever corrects the time vouches for it.
        let at = corrected.map_or(now, |to| to.max(now));
        let asked = Asked { actor: &actor, key, command: &command, status, at, epoch: EPOCH };
        let entry = match replay::draft(&self.office, asked) {
            Ok(Drafted::Fresh(record)) => {
                let entry = self.accept(record, Some(reply));
                if let Some(to) = corrected {
                    self.time.set(to);
                    self.watch.believe(&self.clock);
                    self.readiness.doubt_clock(false);
                }
                entry
            }
            Ok(Drafted::Repeat { status, answer, seq }) => Entry::Repeated { seq, status, answer, reply },
            Err(refusal) if planted::is(Bug::RefusalBeforeItsCause) => {
                reply.give(Err(Rejection::Refused(refusal)));
                return true;
            }
            Err(refusal) => Entry::Refused { refusal, reply },
        };
        self.forward(entry).await
    }

    /// Seals a record behind the last, so that the journal's thread has only to write, and absorbs it.
    fn accept(&mut self, mut record: Box<Record<OfficeEvent>>, reply: Option<Reply>) -> Entry {
        let line = Some(codec::seal(&mut record, &self.office.head));
        replay::absorb(&mut self.office, &record);
        Entry::Accepted { record, line, reply }
    }

    /// Waits for room in the channel to the journal: the queue in front fills meanwhile, and says busy.
    async fn forward(&self, entry: Entry) -> bool {
        match self.entries.send(entry).await {
            Ok(()) => true,
            Err(unsent) => {
                if let Some(reply) = unsent.0.into_reply() {
                    reply.give(Err(Rejection::OutcomeUnknown));
                }
                false
            }
        }
    }

    /// Tells where the clock is doubted, or behind.
    pub(super) fn look_at_clock(&mut self) {
        self.readiness.beat();
        let doubtful = self.watch.doubts(&self.clock);
        if doubtful != self.readiness.clock_is_doubtful() {
            tracing::warn!(
                office = %self.office.layout.id,
                doubtful,
                "the computer's clock {}",
                if doubtful { "stands far ahead of the journal" } else { "is believed again" }
            );
            self.readiness.doubt_clock(doubtful);
        }
        if !doubtful {
            self.watch.follow(&self.clock);
            let behind = self.time.follow();
            if self.behind != (behind > BEHIND_TOLD) {
                self.behind = !self.behind;
                tracing::warn!(
                    office = %self.office.layout.id,
                    seconds = behind.secs(),
                    "the computer's clock {}",
                    if self.behind { "was set back: the office's time goes on ahead of it" } else { "is right again" }
                );
            }
        }
    }

    /// The office's time, never before what the office has seen.
    fn now(&self) -> At {
        if planted::is(Bug::TimeFollowsTheClockBack) {
            return self.clock.now();
        }
        self.time.now().max(self.office.clock)
    }
}
