//! What the rest of the server may ask of an office's engine: submit a command, read, watch.
//!
//! Handlers parse, make one call here, and present what comes back; no rule of the queue lives outside the core.
//! Everything that a call returns is durable. A handler that goes away cancels nothing.

use std::sync::Arc;

use queue_core::command::Command;
use queue_core::ids::{CounterId, OfficeId, TicketId};
use queue_core::number::Number;
use queue_core::permit::Actor;
use queue_core::record::Seq;
use queue_core::refusal::Refusal;
use queue_core::time::{At, Date, Millis};
use tokio::sync::{oneshot, watch};

use super::history::History;
use super::order::{Ask, Order, Reply};
use super::readiness::{Readiness, Unready};
use super::{ENTRIES_MAX, Intake, ORDERS_MAX, READ_MAX};
use crate::clock::{OfficeTime, Zone};

/// A command on its way in.
#[derive(Clone, Debug)]
pub struct Submission {
    /// Who asks; the permit itself is checked in the core.
    pub actor: Actor,
    /// The `Idempotency-Key`, where one was given.
    pub key: Option<GivenKey>,
    /// What is asked for; ids and salts are drawn by the handler.
    pub command: Command,
    /// The HTTP status of success, kept with the record so that a repeat gives the same: 200 or 201.
    pub status: u16,
}

/// An idempotency key as given; its scope follows from the actor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenKey {
    /// 1 to 64 visible characters.
    pub key: String,
    /// SHA-256 of method, path and parsed body, 64 hexadecimal characters.
    pub fingerprint: String,
}

/// A command that was accepted and is on disk, or the first answer of a repeated key.
#[derive(Clone, Debug, PartialEq)]
pub struct Released {
    /// The record that was made of it.
    pub seq: Seq,
    /// The status of the first answer.
    pub status: u16,
    /// The body.
    pub answer: Answer,
}

/// The body of an answer; serialises as what is inside.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// After a command about a ticket.
    Ticket(Box<queue_wire::ticket::Ticket>),
    /// After a command at a counter.
    Counter(Box<queue_wire::counter::Counter>),
    /// After a command about the whole office.
    Office(Box<queue_wire::office::Office>),
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// The rules say no; the refusal has its code. Released only when its cause is on disk.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// 503 `busy`: a queue was full or the server is stopping. Nothing happened.
    #[error("the office has more to do than it can take: try again in a moment")]
    Busy,
    /// 503 `disk-full`: below the low-water mark. Nothing happened; reads go on.
    #[error("the disk is almost full: nothing new is taken until there is room")]
    DiskFull,
    /// 503 `disk-slow`: a write has been under way for longer than [`super::writes::WRITE_MAX`]. This was not begun;
    /// reads go on.
    #[error("the disk does not answer: nothing new is taken until it does")]
    DiskSlow,
    /// 503 `outcome-unknown`: the journal failed while this was on its way. Ask again with the same key.
    #[error("the journal failed: the command may or may not have happened")]
    OutcomeUnknown,
    /// 500: a part of the journal could not be read for a report.
    #[error("the journal could not be read: {0}")]
    Unreadable(String),
}

/// Which tickets a staff list shows (`GET …/tickets?list=`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketList {
    /// Set aside, ready or not.
    Parked,
    /// Marked absent today.
    Absent,
    /// Waiting with a class that staff have not confirmed.
    Asked,
    /// Waiting and in need of a clerk to come and fetch.
    Assist,
    /// Whatever its state: the ticket with this number, for a clerk to whom it is shown.
    Numbered(Number),
}

/// Which page of the audit (`GET …/audit`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// Only records before this one; the newest where nothing is said.
    pub before: Option<Seq>,
    /// Acts on the page, 1 to [`AUDIT_PAGE_MAX`]; more are cut.
    pub limit: usize,
    /// Only this actor, as `user:lan`.
    pub actor: Option<String>,
    /// Only this act, as `ticket_called`.
    pub act: Option<String>,
    /// Only this ticket number.
    pub number: Option<String>,
    /// Only this counter.
    pub counter: Option<CounterId>,
}

/// What waits in an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backlog {
    /// Commands that nobody has decided.
    pub orders: usize,
    /// Decided commands that no write has taken up.
    pub entries: usize,
    /// How long the write under way has lasted.
    pub writing: Millis,
}

/// The tickets that are somebody's worry at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    /// Waiting to be called.
    pub waiting: u64,
    /// Set aside.
    pub parked: u64,
}

/// A decider that was not seen at work for so long is stuck; it looks at the clock every second.
const SILENT_MAX: Millis = Millis::from_secs(10);

/// Most acts on one page of the audit.
pub const AUDIT_PAGE_MAX: usize = 200;

/// The newest board with the calls that led to it; whoever missed some takes the newest.
#[derive(Clone, Debug)]
pub struct Published {
    /// The last record that the board reflects.
    pub seq: Seq,
    /// The whole `board` message as JSON.
    pub board: Arc<str>,
    /// The last calls, oldest first, at most [`super::CALLS_KEPT`].
    pub calls: Arc<[PublishedCall]>,
    /// The office's zone.
    pub zone: Zone,
}

/// One announcement.
#[derive(Clone, Debug)]
pub struct PublishedCall {
    /// The record that called.
    pub seq: Seq,
    /// Not announced any more from here on.
    pub expires_at: At,
    /// The whole `call` message as JSON.
    pub text: Arc<str>,
}

/// The newest state of a topic: a whole message as JSON.
#[derive(Clone, Debug)]
pub struct Whole {
    /// The last record that it reflects.
    pub seq: Seq,
    /// The message.
    pub text: Arc<str>,
}

/// One office, for handlers and live connections. Clones share the office.
#[derive(Clone)]
pub struct OfficeHandle {
    pub(super) id: OfficeId,
    pub(super) intake: Intake,
    pub(super) published: watch::Receiver<Arc<Published>>,
    pub(super) time: OfficeTime,
    pub(super) readiness: Readiness,
    pub(super) history: History,
}

impl OfficeHandle {
    /// The office.
    #[must_use]
    pub fn id(&self) -> &OfficeId {
        &self.id
    }

    /// Hands a command to the office and waits until its outcome is durable.
    ///
    /// # Errors
    /// [`Rejection`]; only `OutcomeUnknown` leaves open whether it happened.
    pub async fn submit(&self, submission: Submission) -> Result<Released, Rejection> {
        let full = self.intake.entries.upgrade().is_some_and(|entries| entries.capacity() == 0);
        if full && self.readiness.writes().stalled() {
            // The decider waits for the disk as well. Where it does not, it refuses what is new itself, and a key
            // that is on its way waits for its answer.
            return Err(Rejection::DiskSlow);
        }
        let (reply, outcome) = oneshot::channel();
        let order = Order { submission, reply: Reply::new(reply) };
        self.intake.orders.try_send(order).map_err(|_| Rejection::Busy)?;
        outcome.await.unwrap_or(Err(Rejection::OutcomeUnknown))
    }

    /// The ticket as it stands now.
    ///
    /// # Errors
    /// `Refused(UnknownTicket)`, `Busy`.
    pub async fn ticket(&self, id: TicketId) -> Result<queue_wire::ticket::Ticket, Rejection> {
        self.ask(|reply| Ask::Ticket { id, reply }).await?.ok_or(Rejection::Refused(Refusal::UnknownTicket))
    }

    /// The counter as its clerk sees it.
    ///
    /// # Errors
    /// `Refused(UnknownCounter)`, `Busy`.
    pub async fn counter(&self, id: CounterId) -> Result<queue_wire::counter::Counter, Rejection> {
        let found = self.ask(|reply| Ask::Counter { id, reply }).await?;
        found.ok_or(Rejection::Refused(Refusal::UnknownCounter(id)))
    }

    /// What the public may know of the office.
    ///
    /// # Errors
    /// `Busy`.
    pub async fn office(&self) -> Result<queue_wire::office::Office, Rejection> {
        self.ask(|reply| Ask::Office { reply }).await
    }

    /// Whether `key` of `actor` was answered.
    ///
    /// # Errors
    /// `Busy`.
    pub async fn knows_key(&self, actor: &Actor, key: &str) -> Result<bool, Rejection> {
        let (scope, key) = (actor.to_string(), key.to_owned());
        self.ask(|reply| Ask::Key { scope, key, reply }).await
    }

    /// The figures of the business day so far.
    ///
    /// # Errors
    /// `Busy`.
    pub async fn stats_today(&self) -> Result<queue_wire::stats::Stats, Rejection> {
        self.ask(|reply| Ask::StatsToday { reply }).await
    }

    /// The figures of the days `from` to `to`, both included, today's so far among them.
    ///
    /// # Errors
    /// `Busy`, `Unreadable`; `Refused(InvalidField)` where the range is backwards or over
    /// [`super::STATS_DAYS_MAX`] days.
    pub async fn stats(&self, from: Date, to: Date) -> Result<queue_wire::stats::Stats, Rejection> {
        let today = self.ask(|reply| Ask::Today { reply }).await?;
        self.history.stats(from, to, today).await
    }

    /// A list for staff, in the order of issue.
    ///
    /// # Errors
    /// `Busy`.
    pub async fn tickets(&self, list: TicketList) -> Result<queue_wire::ticket::Tickets, Rejection> {
        self.ask(|reply| Ask::Tickets { list, reply }).await
    }

    /// The layout, for the admin page.
    ///
    /// # Errors
    /// `Busy`.
    pub async fn layout(&self) -> Result<queue_wire::settings::Layout, Rejection> {
        self.ask(|reply| Ask::Layout { reply }).await
    }

    /// A page of the audit, newest first.
    ///
    /// # Errors
    /// `Busy`, `Unreadable`.
    pub async fn audit(&self, query: AuditQuery) -> Result<queue_wire::audit::Audit, Rejection> {
        let (last, zone) = self.ask(|reply| Ask::Past { reply }).await?;
        self.history.audit(query, last, zone).await
    }

    /// The office's zone, for instants beside its states.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.published.borrow().zone.clone()
    }

    /// The office's time, by which its calls expire.
    #[must_use]
    pub fn time(&self) -> &OfficeTime {
        &self.time
    }

    /// The last durable record.
    #[must_use]
    pub fn seq(&self) -> Seq {
        self.history.reader().durable()
    }

    /// Boards and calls, for the lobby.
    #[must_use]
    pub fn published(&self) -> watch::Receiver<Arc<Published>> {
        self.published.clone()
    }

    /// The counter's whole state, newest wins.
    ///
    /// # Errors
    /// `Refused(UnknownCounter)`, `Busy`.
    pub async fn watch_counter(&self, id: CounterId) -> Result<watch::Receiver<Whole>, Rejection> {
        let found = self.ask(|reply| Ask::WatchCounter { id, reply }).await?;
        found.ok_or(Rejection::Refused(Refusal::UnknownCounter(id)))
    }

    /// The ticket's whole state, newest wins: at most once a second, but at once when it is called.
    ///
    /// # Errors
    /// `Refused(UnknownTicket)`, `Busy`.
    pub async fn watch_ticket(&self, id: TicketId) -> Result<watch::Receiver<Whole>, Rejection> {
        let found = self.ask(|reply| Ask::WatchTicket { id, reply }).await?;
        found.ok_or(Rejection::Refused(Refusal::UnknownTicket))
    }

    /// The figures of the day, newest wins.
    ///
    /// # Errors
    /// `Busy`.
    pub async fn watch_stats(&self) -> Result<watch::Receiver<Whole>, Rejection> {
        self.ask(|reply| Ask::WatchStats { reply }).await
    }

    /// Why the office takes no commands at this moment, if so; for `/readyz`.
    #[must_use]
    pub fn unready(&self) -> Option<Unready> {
        let ended = self.intake.orders.is_closed() || self.intake.asks.is_closed();
        self.readiness.why_not().or_else(|| ended.then_some(Unready::Stopped))
    }

    /// Whether the clock stands far ahead of the journal, whatever else is wrong.
    #[must_use]
    pub fn doubts_clock(&self) -> bool {
        self.readiness.clock_is_doubtful()
    }

    /// How much waits at this moment.
    #[must_use]
    pub fn backlog(&self) -> Backlog {
        let entries = self.intake.entries.upgrade().map_or(0, |entries| ENTRIES_MAX - entries.capacity());
        Backlog {
            orders: ORDERS_MAX - self.intake.orders.capacity(),
            entries,
            writing: self.readiness.writes().lasting(),
        }
    }

    /// Whether both tasks of the engine answer and the disk does; for the watchdog.
    pub async fn answers(&self) -> bool {
        let decides = self.readiness.silent() < SILENT_MAX && !self.readiness.writes().stalled();
        decides && self.ask(|reply| Ask::Load { reply }).await.is_ok()
    }

    /// Who waits and who is parked.
    ///
    /// # Errors
    /// `Busy`.
    pub async fn load(&self) -> Result<Load, Rejection> {
        self.ask(|reply| Ask::Load { reply }).await
    }

    /// Reads the durable records in order; for backups and exports while the server runs.
    #[must_use]
    pub fn history(&self) -> &History {
        &self.history
    }

    async fn ask<T>(&self, ask: impl FnOnce(oneshot::Sender<T>) -> Ask) -> Result<T, Rejection> {
        let (reply, answer) = oneshot::channel();
        let sent = tokio::time::timeout(READ_MAX, self.intake.asks.send(ask(reply))).await;
        if !matches!(sent, Ok(Ok(()))) {
            return Err(Rejection::Busy);
        }
        answer.await.map_err(|_| Rejection::Busy)
    }
}
