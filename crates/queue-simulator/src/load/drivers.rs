//! One kiosk, one clerk, one screen: each a loop of its own that tells the ledger what it saw.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use queue_client::client::{Act, Client};
use queue_client::error::Error;
use queue_client::key::Key;
use queue_client::live::{Live, Topic, Update};
use queue_wire::live::Message;
use queue_wire::ticket::TicketRequest;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::load::ledger::Ledger;

/// When nobody waits, a clerk looks again after this.
const NOBODY_WAITS: Duration = Duration::from_millis(20);
/// After an error a driver takes a breath.
const AFTER_ERROR: Duration = Duration::from_millis(200);
/// Every so many acts the same key is asked again.
const REPEAT_EVERY: u64 = 50;
/// What tells a kiosk that this service gives no more numbers today.
const SERVICE_OVER: [&str; 4] = ["numbers-used-up", "numbers-stopped", "office-closed", "alarm"];

/// What all drivers share.
#[derive(Clone)]
pub(crate) struct Hall {
    pub(crate) office: String,
    pub(crate) ledger: Arc<Mutex<Ledger>>,
    pub(crate) since: Instant,
    pub(crate) pause: Duration,
    pub(crate) stopped: watch::Receiver<bool>,
}

impl Hall {
    pub(crate) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now_us(&self) -> u64 {
        u64::try_from(self.since.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    fn is_stopped(&self) -> bool {
        *self.stopped.borrow()
    }

    /// Notes an error; the driver goes on after a breath.
    async fn note(&self, act: &str, error: &Error) {
        self.ledger().failed(act, error);
        tokio::time::sleep(AFTER_ERROR).await;
    }

    /// Takes numbers, of one service after the other.
    pub(crate) async fn kiosk(self, client: Client, mut services: Vec<String>, kiosk: u32) {
        let mut turn = u64::from(kiosk);
        while !self.is_stopped() && !services.is_empty() {
            turn += 1;
            let index = usize::try_from(turn % services.len() as u64).unwrap_or(0);
            let request = TicketRequest { service: services[index].clone(), ..TicketRequest::default() };
            let Ok(key) = Key::fresh() else { return };
            let asked_at = self.now_us();
            match client.issue(&self.office, &request, &key).await {
                Ok(ticket) => {
                    let answered_at = self.now_us();
                    let id = ticket.id.clone();
                    {
                        let mut ledger = self.ledger();
                        ledger.took("issue", asked_at, answered_at);
                        ledger.issued(ticket, answered_at);
                    }
                    if turn.is_multiple_of(REPEAT_EVERY) {
                        match client.issue(&self.office, &request, &key).await {
                            Ok(again) => self.ledger().repeated(&id, &again.id),
                            Err(error) => self.note("repeat", &error).await,
                        }
                    }
                }
                Err(error) if error.code().is_some_and(|code| SERVICE_OVER.contains(&code)) => {
                    self.ledger().failed("issue", &error);
                    services.remove(index);
                }
                Err(error) => self.note("issue", &error).await,
            }
            tokio::time::sleep(self.pause).await;
        }
    }

    /// Calls and serves at an open counter, and leaves it tidy.
    pub(crate) async fn clerk(self, client: Client, counter: u32) {
        while !self.is_stopped() {
            let Ok(key) = Key::fresh() else { return };
            let asked_at = self.now_us();
            let answer = client.call_next(&self.office, counter, &key).await;
            let answered_at = self.now_us();
            let ticket = match answer {
                Ok(answer) => answer.ticket,
                Err(error) => {
                    self.note("call", &error).await;
                    // Whatever is held is started, so that the next call is possible.
                    self.act(&client, counter, &Act::Start).await;
                    continue;
                }
            };
            let Some(ticket) = ticket else {
                tokio::time::sleep(NOBODY_WAITS).await;
                continue;
            };
            {
                let mut ledger = self.ledger();
                ledger.took("call", asked_at, answered_at);
                ledger.called(&ticket.number, counter, asked_at);
            }
            let started_at = self.now_us();
            if self.act(&client, counter, &Act::Start).await {
                self.ledger().took("start", started_at, self.now_us());
            }
            tokio::time::sleep(self.pause).await;
        }
        let holds = client.counter(&self.office, counter).await.is_ok_and(|counter| counter.ticket.is_some());
        if holds {
            self.act(&client, counter, &Act::Finish { outcome: None }).await;
        }
        self.act(&client, counter, &Act::Close).await;
    }

    async fn act(&self, client: &Client, counter: u32, act: &Act) -> bool {
        let Ok(key) = Key::fresh() else { return false };
        match client.act(&self.office, counter, act, &key).await {
            Ok(_) => true,
            Err(error) => {
                self.ledger().failed("act", &error);
                false
            }
        }
    }

    /// Listens in the lobby until it is dropped.
    pub(crate) async fn screen(self, client: Client, screen: u32) {
        let mut live = Live::new(&client, &self.office, &Topic::Lobby, None);
        loop {
            match live.next().await {
                Ok(Update::Lost(_)) => self.ledger().cut(screen),
                // Boards are compared by their own seq.
                Ok(Update::OtherJournal) => {}
                Ok(Update::Message(message)) => {
                    let at = self.now_us();
                    match *message {
                        Message::Call { seq, call } => self.ledger().shown(screen, seq, &call, at),
                        Message::Board { seq, board } => self.ledger().board(screen, seq, &board),
                        Message::Hello { .. }
                        | Message::Counter { .. }
                        | Message::Ticket { .. }
                        | Message::Stats { .. } => {}
                    }
                }
                Err(error) => {
                    self.ledger().failed("screen", &error);
                    return;
                }
            }
        }
    }
}
