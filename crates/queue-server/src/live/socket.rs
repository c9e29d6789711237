//! One live connection: hello, then what its feed gives; pings; the end of who is silent or does not read.
//!
//! The one place that knows the WebSocket library. Messages from the other side are heard as signs of life and
//! otherwise ignored: state goes in by HTTP only.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::response::Response;
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};

use super::feed::Feed;

/// How often the server pings.
const PING_EVERY: Duration = Duration::from_secs(10);
/// A connection from which nothing was heard for so long is closed.
const SILENCE_MAX: Duration = Duration::from_secs(30);
/// A reader that takes nothing for so long is closed.
const STALL_MAX: Duration = Duration::from_secs(20);
/// The library zero-fills its read buffer at every poll, so that it is small.
const READ_BUFFER_BYTES: usize = 1024;
/// The most that may stand unwritten for one connection: a few whole boards.
const WRITE_BUFFER_BYTES_MAX: usize = 1024 * 1024;
/// The longest message or frame that a client may send.
const INCOMING_BYTES_MAX: usize = 4 * 1024;

/// What a connection begins with.
pub(super) struct Opening {
    /// The first message.
    pub hello: Arc<str>,
    /// What follows.
    pub feed: Feed,
    /// Who may go on watching.
    pub guard: Guard,
    /// Turns true when the server stops.
    pub stop: watch::Receiver<bool>,
}

/// Whether the other side may go on watching; asked with every ping, and when a session was ended.
pub(super) struct Guard {
    topic: &'static str,
    ended: Option<watch::Receiver<()>>,
    still: Box<dyn Fn() -> bool + Send>,
}

impl Guard {
    /// Everybody may.
    pub(super) fn open(topic: &'static str) -> Self {
        Self { topic, ended: None, still: Box::new(|| true) }
    }

    /// Those may who are still signed in; `ended` changes when some session is ended.
    pub(super) fn staff(
        topic: &'static str,
        ended: watch::Receiver<()>,
        still: impl Fn() -> bool + Send + 'static,
    ) -> Self {
        Self { topic, ended: Some(ended), still: Box::new(still) }
    }

    /// Resolves when it is worth asking again.
    async fn doubtful(&mut self) {
        if let Some(ended) = &mut self.ended
            && ended.changed().await.is_ok()
        {
            return;
        }
        // For everybody, and without sessions, nothing ends.
        std::future::pending().await
    }
}

/// Completes the handshake and serves the feed until either side has had enough.
pub(super) fn serve(upgrade: WebSocketUpgrade, opening: Opening) -> Response {
    upgrade
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(0)
        .max_write_buffer_size(WRITE_BUFFER_BYTES_MAX)
        .max_message_size(INCOMING_BYTES_MAX)
        .max_frame_size(INCOMING_BYTES_MAX)
        .on_upgrade(move |socket| async move {
            let Opening { hello, feed, guard, stop } = opening;
            let topic = guard.topic;
            let open = metrics::gauge!("queue_live_connections", "topic" => topic);
            open.increment(1);
            let end = Session { socket, feed, guard, stop, heard: Instant::now() }.run(hello).await;
            open.decrement(1);
            tracing::debug!(topic, ?end, "a live connection ended");
        })
}

/// Why a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The other side closed it, or the network did.
    Gone,
    /// Nothing was heard.
    Silent,
    /// Nothing was taken.
    Stalled,
    /// The office's engine has ended, or the server stops.
    Stopping,
    /// The session has ended.
    SignedOut,
}

/// Everything that can wake a connection.
enum Wake {
    /// The other side said something, or went away.
    Heard(bool),
    /// There is something to tell.
    News,
    /// It is time for a ping.
    Ping,
    /// Some session was ended.
    Doubt,
    /// The engine has ended.
    Ended,
}

struct Session {
    socket: WebSocket,
    feed: Feed,
    guard: Guard,
    stop: watch::Receiver<bool>,
    heard: Instant,
}

impl Session {
    async fn run(mut self, hello: Arc<str>) -> End {
        let end = match self.talk(hello).await {
            Ok(never) => match never {},
            Err(end) => end,
        };
        let (code, reason) = match end {
            End::Gone => return end,
            End::Silent => (close_code::POLICY, "silent"),
            End::Stalled => (close_code::POLICY, "slow"),
            End::Stopping => (close_code::RESTART, "stopping"),
            End::SignedOut => (close_code::POLICY, "signed out"),
        };
        let frame = CloseFrame { code, reason: reason.into() };
        drop(timeout(Duration::from_secs(1), self.socket.send(Message::Close(Some(frame)))).await);
        end
    }

    async fn talk(&mut self, hello: Arc<str>) -> Result<std::convert::Infallible, End> {
        self.tell(&hello).await?;
        self.tell_news().await?;
        let mut pings = interval_at(Instant::now() + PING_EVERY, PING_EVERY);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            // Signs of life go before news, of which a busy hall has no end; who talks without end holds up himself.
            let wake = tokio::select! {
                biased;
                // A sender that is gone means the same.
                _ = self.stop.wait_for(|stop| *stop) => Wake::Ended,
                () = self.guard.doubtful() => Wake::Doubt,
                _ = pings.tick() => Wake::Ping,
                heard = self.socket.recv() => Wake::Heard(matches!(heard, Some(Ok(_)))),
                changed = self.feed.changed() => if changed.is_ok() { Wake::News } else { Wake::Ended },
            };
            match wake {
                Wake::Heard(true) => self.heard = Instant::now(),
                Wake::Heard(false) => return Err(End::Gone),
                Wake::News => self.tell_news().await?,
                Wake::Ping if self.heard.elapsed() >= SILENCE_MAX => return Err(End::Silent),
                Wake::Ping | Wake::Doubt if !(self.guard.still)() => return Err(End::SignedOut),
                Wake::Doubt => {}
                Wake::Ping => self.send(Message::Ping(axum::body::Bytes::new())).await?,
                Wake::Ended => return Err(End::Stopping),
            }
        }
    }

    async fn tell_news(&mut self) -> Result<(), End> {
        for text in self.feed.take() {
            self.tell(&text).await?;
        }
        Ok(())
    }

    async fn tell(&mut self, text: &str) -> Result<(), End> {
        self.send(Message::Text(text.into())).await
    }

    async fn send(&mut self, message: Message) -> Result<(), End> {
        match timeout(STALL_MAX, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End::Gone),
            Err(_) => Err(End::Stalled),
        }
    }
}
