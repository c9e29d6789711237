//! The hub: one task for each office that owns its live connections and writes to them.
//!
//! What all screens are told is framed once and written to each socket by the hub itself, so that a call costs one
//! system call for each screen and little more. Everything else of a connection happens when its own waker calls.
//! Consoles and screens go before phones.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

use futures_util::FutureExt;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use queue_core::ids::OfficeId;
use tokio::sync::{mpsc, watch};
use tokio::task::{coop, yield_now};
use tokio::time::timeout;

use super::burst::Burst;
use super::connection::{Connection, End, LEAVE_MAX, Shared};
use super::feed::Lobby;
use super::guard::Rank;
use crate::engine::handle::{OfficeHandle, Published};
use crate::site::Site;

/// Fresh connections that may wait for the hub.
const ARRIVALS_MAX: usize = 256;

/// The hubs of a server; each begins with the first connection of its office.
#[derive(Default)]
pub(crate) struct Hubs(Mutex<BTreeMap<OfficeId, mpsc::Sender<Connection>>>);

impl Hubs {
    /// Where connections of `office` are handed to.
    pub(super) fn of(&self, site: &Site, office: &OfficeHandle) -> mpsc::Sender<Connection> {
        let mut hubs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(hub) = hubs.get(office.id())
            && !hub.is_closed()
        {
            return hub.clone();
        }
        let (sender, arrivals) = mpsc::channel(ARRIVALS_MAX);
        let published = office.published();
        let hub = Hub {
            lobby: Lobby::told_all(published.clone(), office.time().clone()),
            published,
            arrivals,
            ended: site.sessions.ended(),
            stop: site.stop.clone(),
            ranks: Ranks::default(),
        };
        tokio::spawn(hub.run());
        hubs.insert(office.id().clone(), sender.clone());
        sender
    }
}

/// Everything that can wake the hub, but for what it does at once.
#[expect(clippy::large_enum_variant, reason = "there is one at a time, and it is moved on at once")]
enum Wake {
    /// There is a new board, perhaps with calls.
    News,
    /// Some session was ended.
    Doubt,
    /// Somebody comes.
    Arrival(Connection),
    /// A connection has ended.
    Gone,
    /// The server stops, or the engine has ended.
    Stop,
}

struct Hub {
    /// How far a screen was told that missed nothing.
    lobby: Lobby,
    published: watch::Receiver<Arc<Published>>,
    arrivals: mpsc::Receiver<Connection>,
    ended: watch::Receiver<()>,
    stop: watch::Receiver<bool>,
    ranks: Ranks,
}

/// The connections, by who is told first.
#[derive(Default)]
struct Ranks {
    consoles: FuturesUnordered<Counted>,
    screens: FuturesUnordered<Counted>,
    phones: FuturesUnordered<Counted>,
}

impl Hub {
    /// Works until the server stops or the engine has ended, and then tells everybody so.
    async fn run(mut self) {
        loop {
            // While the sockets keep the hub busy, tokio's budget makes it yield, and this order begins anew.
            let wake = tokio::select! {
                biased;
                // A sender that is gone means the same.
                _ = self.stop.wait_for(|stop| *stop) => Wake::Stop,
                Ok(()) = self.ended.changed() => Wake::Doubt,
                changed = self.published.changed() => if changed.is_ok() { Wake::News } else { Wake::Stop },
                Some(_) = self.ranks.consoles.next() => Wake::Gone,
                Some(_) = self.ranks.screens.next() => Wake::Gone,
                Some(arrival) = self.arrivals.recv() => Wake::Arrival(arrival),
                Some(_) = self.ranks.phones.next() => Wake::Gone,
            };
            match wake {
                Wake::News => {
                    self.tell_all().await;
                    self.attend().await;
                }
                Wake::Doubt => self.ranks.consoles.iter_mut().for_each(|console| console.0.check()),
                Wake::Arrival(connection) => self.ranks.admit(connection),
                Wake::Gone => {}
                Wake::Stop => break,
            }
        }
        self.arrivals.close();
        while let Ok(connection) = self.arrivals.try_recv() {
            self.ranks.admit(connection);
        }
        if timeout(2 * LEAVE_MAX, self.ranks.dismissed()).await.is_err() {
            tracing::debug!("some live connections did not end in time and are cut");
        }
    }

    /// Lets in who waits and gives every connection its turn, however soon the next board comes.
    async fn attend(&mut self) {
        for _ in 0..ARRIVALS_MAX {
            let Ok(connection) = self.arrivals.try_recv() else { break };
            self.ranks.admit(connection);
        }
        self.ranks.attend().await;
    }

    /// Tells every screen what is new since the last time.
    async fn tell_all(&mut self) {
        self.published.mark_unchanged();
        let from = self.lobby.place().clone();
        let Some(burst) = Burst::of(self.lobby.news()) else { return };
        burst.told(burst.bytes.len()).for_each(|part| self.lobby.told(part));
        let shared = Shared { from, burst };
        let Ranks { consoles, screens, .. } = &mut self.ranks;
        for screen in screens.iter_mut() {
            screen.0.offer(&shared);
            if !coop::has_budget_remaining() {
                yield_now().await;
                // Clerks do not wait for a thousand screens.
                while let Some(Some(_)) = consoles.next().now_or_never() {}
            }
        }
    }
}

impl Ranks {
    /// Gives every connection that called its turn once.
    async fn attend(&mut self) {
        for rank in [&mut self.consoles, &mut self.screens, &mut self.phones] {
            if !coop::has_budget_remaining() {
                yield_now().await;
            }
            poll_fn(|cx| {
                while let Poll::Ready(Some(_)) = rank.poll_next_unpin(cx) {}
                Poll::Ready(())
            })
            .await;
        }
    }

    fn admit(&mut self, connection: Connection) {
        let rank = match connection.rank() {
            Rank::Console => &mut self.consoles,
            Rank::Screen => &mut self.screens,
            Rank::Phone => &mut self.phones,
        };
        rank.push(Counted::new(connection));
    }

    /// Tells everybody that the server stops, and waits until they are gone.
    async fn dismissed(&mut self) {
        for rank in [&mut self.consoles, &mut self.screens, &mut self.phones] {
            rank.iter_mut().for_each(|connection| connection.0.leave(End::Stopping));
        }
        let Self { consoles, screens, phones } = self;
        tokio::join!(consoles.count(), screens.count(), phones.count());
    }
}

/// A connection in the figures.
struct Counted(Connection);

impl Counted {
    fn new(connection: Connection) -> Self {
        metrics::gauge!("queue_live_connections", "topic" => connection.topic()).increment(1);
        Self(connection)
    }
}

impl Future for Counted {
    type Output = ();

    fn poll(mut self: std::pin::Pin<&mut Self>, cx: &mut std::task::Context<'_>) -> Poll<()> {
        std::pin::Pin::new(&mut self.0)
            .poll(cx)
            .map(|end| tracing::debug!(topic = self.0.topic(), ?end, "a live connection ended"))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        metrics::gauge!("queue_live_connections", "topic" => self.0.topic()).decrement(1);
    }
}
