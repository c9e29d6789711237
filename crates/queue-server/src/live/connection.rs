//! One live connection: hello, then what its feed gives; pings; the end of who is silent or does not read.
//!
//! A future that ends with the connection. The hub polls it, and beside that offers it what all screens are told.

use std::future::Future;
use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};
use tungstenite::protocol::frame::coding::CloseCode;

use super::burst::{Burst, News, Part, Place};
use super::ears::{Ears, Last};
use super::feed::{Ended, Feed};
use super::guard::{Guard, Rank};
use super::outgoing::{Outgoing, Took};
use crate::accept::placed::Placed;

/// How often the server pings.
const PING_EVERY: Duration = Duration::from_secs(10);
/// A connection from which nothing was heard for so long is closed.
const SILENCE_MAX: Duration = Duration::from_secs(30);
/// A reader that takes nothing for so long is closed.
const STALL_MAX: Duration = Duration::from_secs(20);
/// How long the end may take: the close frame, and the other side's.
pub(super) const LEAVE_MAX: Duration = Duration::from_secs(1);
/// Bytes read at a time.
const READ_BYTES: usize = 2 * 1024;
/// Reads in one turn, before other connections have theirs.
const READS_STEP: usize = 4;

/// What a connection begins with.
pub(super) struct Opening {
    /// The first message.
    pub hello: Arc<str>,
    /// What follows.
    pub feed: Feed,
    /// Who may go on watching.
    pub guard: Guard,
}

/// What every screen is told that stands at `from`.
pub(super) struct Shared {
    /// What it was told before.
    pub from: Place,
    /// What it is told.
    pub burst: Burst,
}

/// Why a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The other side closed it, or the network did.
    Gone,
    /// The other side broke the protocol.
    Faulty(CloseCode),
    /// Nothing was heard.
    Silent,
    /// Nothing was taken.
    Stalled,
    /// The office's engine has ended, or the server stops.
    Stopping,
    /// The session has ended.
    SignedOut,
}

/// How far the end has come.
struct Leaving {
    end: End,
    until: Instant,
    /// The other side has yet to answer our close.
    reply_due: bool,
    /// Our side is shut.
    shut: bool,
}

/// Whether the socket calls when there is more to read.
enum Listening {
    Waiting,
    /// There may be more: to be asked again.
    More,
}

/// A connection; ends with the reason.
pub(super) struct Connection {
    stream: Placed,
    ears: Ears,
    outgoing: Outgoing,
    /// Until it was told.
    hello: Option<Arc<str>>,
    feed: Feed,
    guard: Guard,
    leaving: Option<Leaving>,
    heard: Instant,
    ping_at: Instant,
    /// Since when the reader has taken nothing of what is owed or offered.
    blocked: Option<Instant>,
    timer: Pin<Box<Sleep>>,
    waker: Waker,
}

impl Future for Connection {
    type Output = End;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<End> {
        self.waker.clone_from(cx.waker());
        match self.turn(cx) {
            Ok(()) => Poll::Pending,
            Err(end) => Poll::Ready(end),
        }
    }
}

impl Connection {
    /// A connection on an upgraded stream, of which `early` bytes came along with the head.
    pub(super) fn new(stream: Placed, early: &[u8], opening: Opening) -> Self {
        let Opening { hello, feed, guard } = opening;
        let now = Instant::now();
        let mut connection = Self {
            stream,
            ears: Ears::new(),
            outgoing: Outgoing::default(),
            hello: Some(hello),
            feed,
            guard,
            leaving: None,
            heard: now,
            ping_at: now + PING_EVERY,
            blocked: None,
            timer: Box::pin(sleep_until(now + PING_EVERY)),
            waker: Waker::noop().clone(),
        };
        connection.take_in(early, now);
        connection
    }

    /// What is watched, as in the metrics.
    pub(super) fn topic(&self) -> &'static str {
        self.guard.topic
    }

    /// Who is told first.
    pub(super) fn rank(&self) -> Rank {
        self.guard.rank
    }

    /// Tells at once what all screens are told, where this one takes it and stands where most do; else it is told
    /// what is new to it when it is polled.
    pub(super) fn offer(&mut self, shared: &Shared) {
        let Feed::Lobby(lobby) = &mut self.feed else { return };
        if self.blocked.is_some() || self.leaving.is_some() {
            return;
        }
        if self.hello.is_some() || !self.outgoing.is_empty() || *lobby.place() != shared.from {
            return self.waker.wake_by_ref();
        }
        let mut cx = Context::from_waker(&self.waker);
        match self.outgoing.write(&mut self.stream, &mut cx, &shared.burst) {
            Ok(Took::All) => shared.burst.told(shared.burst.bytes.len()).for_each(|part| lobby.told(part)),
            Ok(Took::UpTo(written)) => {
                shared.burst.told(written).for_each(|part| lobby.told(part));
                self.waker.wake_by_ref();
            }
            // The next poll finds the socket broken.
            Err(_) => self.waker.wake_by_ref(),
        }
    }

    /// Ends the connection where its session has ended.
    pub(super) fn check(&mut self) {
        if !self.guard.holds() {
            self.leave(End::SignedOut);
        }
    }

    /// Says why, and ends the connection.
    pub(super) fn leave(&mut self, end: End) {
        if self.leaving.is_some() {
            return;
        }
        let told = match end {
            End::Gone => None,
            End::Faulty(code) => Some((code, "")),
            End::Silent => Some((CloseCode::Policy, "silent")),
            End::Stalled => Some((CloseCode::Policy, "slow")),
            End::Stopping => Some((CloseCode::Restart, "stopping")),
            End::SignedOut => Some((CloseCode::Policy, "signed out")),
        };
        if let Some((code, reason)) = told {
            self.outgoing.close(code, reason);
        }
        // Whoever broke the protocol is not listened to any more.
        let reply_due = !matches!(end, End::Gone | End::Faulty(_));
        self.leaving = Some(Leaving { end, until: Instant::now() + LEAVE_MAX, reply_due, shut: false });
        self.waker.wake_by_ref();
    }

    /// Everything that can be done at this moment.
    fn turn(&mut self, cx: &mut Context<'_>) -> Result<(), End> {
        let now = Instant::now();
        // First what is owed: while answers wait, nothing is read.
        self.flush(cx, now)?;
        let listening = self.listen(cx, now)?;
        self.mind_the_time(now)?;
        self.speak(cx, now)?;
        self.shut(cx)?;
        if matches!(listening, Listening::More) && !self.outgoing.owes_answers() {
            cx.waker().wake_by_ref();
        }
        self.set_timer(cx);
        Ok(())
    }

    fn listen(&mut self, cx: &mut Context<'_>, now: Instant) -> Result<Listening, End> {
        let mut space = [MaybeUninit::uninit(); READ_BYTES];
        for _ in 0..READS_STEP {
            if self.outgoing.owes_answers() {
                break;
            }
            let mut bytes = ReadBuf::uninit(&mut space);
            match Pin::new(&mut self.stream).poll_read(cx, &mut bytes) {
                Poll::Pending => return Ok(Listening::Waiting),
                Poll::Ready(Ok(())) if !bytes.filled().is_empty() => self.take_in(bytes.filled(), now),
                Poll::Ready(Ok(()) | Err(_)) => return Err(self.end()),
            }
        }
        Ok(Listening::More)
    }

    fn take_in(&mut self, bytes: &[u8], now: Instant) {
        self.heard = now;
        let mut ignored = Vec::new();
        let answers = match &self.leaving {
            None => self.outgoing.answers(),
            Some(leaving) if leaving.reply_due => &mut ignored,
            Some(_) => return,
        };
        let last = self.ears.hear(bytes, answers);
        match (last, &mut self.leaving) {
            (None, _) => {}
            (Some(_), Some(leaving)) => leaving.reply_due = false,
            (Some(Last::Close), None) => self.leave(End::Gone),
            (Some(Last::Fault(code)), None) => self.leave(End::Faulty(code)),
        }
    }

    fn mind_the_time(&mut self, now: Instant) -> Result<(), End> {
        if let Some(leaving) = &self.leaving {
            return if now < leaving.until { Ok(()) } else { Err(leaving.end) };
        }
        if self.blocked.is_some_and(|since| now >= since + STALL_MAX) {
            self.leave(End::Stalled);
        } else if now >= self.heard + SILENCE_MAX {
            self.leave(End::Silent);
        } else if now >= self.ping_at {
            self.ping_at = now + PING_EVERY;
            self.check();
            // A reader that takes nothing needs no ping to be found out.
            if self.leaving.is_none() && self.outgoing.is_empty() {
                self.outgoing.ping();
            }
        }
        Ok(())
    }

    /// Writes what is owed, then what is new.
    fn speak(&mut self, cx: &mut Context<'_>, now: Instant) -> Result<(), End> {
        loop {
            if self.flush(cx, now)? == Flushed::Blocked || self.leaving.is_some() {
                return Ok(());
            }
            let news = match self.feed.news(cx) {
                Ok(news) => news,
                Err(Ended) => {
                    self.leave(End::Stopping);
                    continue;
                }
            };
            let hello = self.hello.iter().map(|hello| (Part::Hello, Arc::clone(hello)));
            let news: Vec<News> = hello.chain(news).collect();
            let Some(burst) = Burst::of(news) else { return Ok(()) };
            let took = self.outgoing.write(&mut self.stream, cx, &burst).map_err(|_| self.end())?;
            let written = match took {
                Took::All => burst.bytes.len(),
                Took::UpTo(written) => written,
            };
            for part in burst.told(written) {
                self.feed.told(part);
                self.hello.take_if(|_| matches!(part, Part::Hello));
            }
            self.note(took, now);
            if took != Took::All {
                return Ok(());
            }
        }
    }

    fn flush(&mut self, cx: &mut Context<'_>, now: Instant) -> Result<Flushed, End> {
        if self.outgoing.is_empty() {
            return Ok(Flushed::All);
        }
        let took = self.outgoing.flush(&mut self.stream, cx).map_err(|_| self.end())?;
        self.note(took, now);
        Ok(if took == Took::All { Flushed::All } else { Flushed::Blocked })
    }

    /// Keeps the time since which nothing was taken.
    fn note(&mut self, took: Took, now: Instant) {
        self.blocked = match took {
            Took::All => None,
            Took::UpTo(0) => Some(self.blocked.unwrap_or(now)),
            Took::UpTo(_) => Some(now),
        };
    }

    /// Shuts our side once all is said, so that the other side reads the close before the connection is gone.
    fn shut(&mut self, cx: &mut Context<'_>) -> Result<(), End> {
        let Some(leaving) = &mut self.leaving else { return Ok(()) };
        if leaving.reply_due || leaving.shut || !self.outgoing.is_empty() {
            return Ok(());
        }
        let end = leaving.end;
        let shut: Poll<io::Result<()>> = Pin::new(&mut self.stream).poll_shutdown(cx);
        match shut {
            Poll::Ready(Ok(())) => leaving.shut = true,
            Poll::Ready(Err(_)) => return Err(end),
            Poll::Pending => {}
        }
        Ok(())
    }

    /// Why the connection is over when the socket is.
    fn end(&self) -> End {
        self.leaving.as_ref().map_or(End::Gone, |leaving| leaving.end)
    }

    fn set_timer(&mut self, cx: &mut Context<'_>) {
        let next = match &self.leaving {
            Some(leaving) => leaving.until,
            None => {
                let next = self.ping_at.min(self.heard + SILENCE_MAX);
                self.blocked.map_or(next, |since| next.min(since + STALL_MAX))
            }
        };
        if self.timer.deadline() != next {
            self.timer.as_mut().reset(next);
        }
        if self.timer.as_mut().poll(cx).is_ready() {
            cx.waker().wake_by_ref();
        }
    }
}

/// Whether more may be written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flushed {
    All,
    Blocked,
}
