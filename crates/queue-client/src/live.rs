//! Live messages over WebSocket: reconnects by itself, resumes calls where it left off.
//!
//! Invariant: nothing is ever sent to the server but pings and the answers to its own; state goes in by HTTP only.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use queue_wire::live::Message;
use queue_wire::problem::Problem;
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::http::header::AUTHORIZATION;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{self, Error as SocketError};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};
use url::Url;

use crate::client::Client;
use crate::error::Error;
use crate::retry;

/// A line that was silent for so long is asked whether it lives.
const PING_AFTER: Duration = Duration::from_secs(2);
/// A line that does not answer within this is dead, however whole it looks from here.
const ANSWER_MAX: Duration = Duration::from_secs(2);
/// A connection that takes longer counts as failed. With the longest pause between two attempts, and a second for the
/// connection that succeeds, this makes the five seconds within which a screen is right after the line has healed.
const CONNECT_MAX: Duration = Duration::from_secs(2);
/// tungstenite zero-fills its read buffer at every poll, so the default of 128 KiB would cost most of the time.
const READ_BUFFER_BYTES: usize = 4 * 1024;
/// Only pings and pongs are written.
const WRITE_BUFFER_BYTES_MAX: usize = 64 * 1024;
/// A whole board of a large office is a few tens of kilobytes.
const MESSAGE_BYTES_MAX: usize = 1024 * 1024;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// What to listen to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Topic {
    /// Calls and boards, public.
    Lobby,
    /// One counter, for its clerk.
    Counter(u32),
    /// One ticket, by its id.
    Ticket(String),
    /// Figures, for supervisors.
    Dashboard,
}

/// What happened on the line.
#[derive(Clone, Debug, PartialEq)]
pub enum Update {
    /// A message, in the order of the contract.
    Message(Box<Message>),
    /// The line broke, or could not be made; [`Live::next`] goes on trying.
    Lost(String),
    /// The server has another journal than before, such as a restored one: its numbers begin anew. The board that
    /// told so comes next.
    OtherJournal,
}

/// A subscription that outlives connections.
pub struct Live {
    url: Url,
    token: Option<String>,
    since: Option<u64>,
    socket: Option<Socket>,
    heard_at: Instant,
    /// When the line was asked, if it has not been heard since.
    asked_at: Option<Instant>,
    attempts: u32,
    retry_at: Option<Instant>,
    /// Whether this connection has brought its first board.
    board_seen: bool,
    /// What was read and is to be given next.
    held: Option<Box<Message>>,
}

impl Live {
    /// Prepares a subscription; the first [`Live::next`] connects. `since` is the seq of the last call that was
    /// handled: later ones that have not expired are replayed.
    #[must_use]
    pub fn new(client: &Client, office: &str, topic: &Topic, since: Option<u64>) -> Self {
        let counter;
        let tail: &[&str] = match topic {
            Topic::Lobby => &["lobby"],
            Topic::Counter(id) => {
                counter = id.to_string();
                &["counters", &counter]
            }
            Topic::Ticket(id) => &["tickets", id],
            Topic::Dashboard => &["dashboard"],
        };
        let mut url = client.url(&[&["offices", office, "live"], tail].concat());
        url.set_scheme("ws").expect("an http address can become a ws address");
        Self {
            url,
            token: client.token().map(str::to_owned),
            since,
            socket: None,
            heard_at: Instant::now(),
            asked_at: None,
            attempts: 0,
            retry_at: None,
            board_seen: false,
            held: None,
        }
    }

    /// The seq of the newest call seen.
    #[must_use]
    pub fn since(&self) -> Option<u64> {
        self.since
    }

    /// The next thing that happens. It may be dropped while it waits: nothing is lost.
    ///
    /// # Errors
    /// [`Error::Problem`] or [`Error::Protocol`] when the server refuses the subscription for good (401, 403, 404);
    /// a broken line is [`Update::Lost`]. Who has reason to believe that it will be allowed again may go on asking.
    pub async fn next(&mut self) -> Result<Update, Error> {
        if let Some(message) = self.held.take() {
            return Ok(Update::Message(message));
        }
        loop {
            let Some(socket) = self.socket.as_mut() else {
                if let Some(lost) = self.connect().await? {
                    return Ok(lost);
                }
                continue;
            };
            let deadline = self.asked_at.map_or(self.heard_at + PING_AFTER, |asked| asked + ANSWER_MAX);
            let frame = match tokio::time::timeout_at(deadline, socket.next()).await {
                Err(_) if self.asked_at.is_some() => {
                    return Ok(self.lose("nobody answers on the line".to_owned()));
                }
                Err(_) => {
                    let now = Instant::now();
                    self.asked_at = Some(now);
                    // A ping that finds no room says as much as one that is not answered.
                    let ping = socket.send(tungstenite::Message::Ping(tungstenite::Bytes::new()));
                    let _late = tokio::time::timeout_at(now + ANSWER_MAX, ping).await;
                    continue;
                }
                Ok(None | Some(Ok(tungstenite::Message::Close(_)))) => {
                    return Ok(self.lose("closed by the server".to_owned()));
                }
                Ok(Some(Err(error))) => return Ok(self.lose(error.to_string())),
                Ok(Some(Ok(frame))) => frame,
            };
            self.heard_at = Instant::now();
            self.asked_at = None;
            let tungstenite::Message::Text(text) = frame else { continue };
            // A kind of message that a later server may add is of no use to this client.
            let Ok(message) = serde_json::from_str::<Message>(text.as_str()) else { continue };
            match self.take(&message) {
                News::Fresh => return Ok(Update::Message(Box::new(message))),
                News::Repeated => {}
                News::OtherJournal => {
                    self.held = Some(Box::new(message));
                    return Ok(Update::OtherJournal);
                }
            }
        }
    }

    /// Makes one attempt, after the pause that is due. `Some` when it failed.
    async fn connect(&mut self) -> Result<Option<Update>, Error> {
        if let Some(at) = self.retry_at {
            tokio::time::sleep_until(at).await;
            self.retry_at = None;
        }
        let mut url = self.url.clone();
        if let Some(seq) = self.since {
            url.query_pairs_mut().append_pair("since", &seq.to_string());
        }
        let bad = |why: String| Error::BadAddress { url: url.to_string(), why };
        let mut request = url.as_str().into_client_request().map_err(|error| bad(error.to_string()))?;
        if let Some(token) = &self.token {
            let value =
                HeaderValue::from_str(&format!("Bearer {token}")).map_err(|error| bad(error.to_string()))?;
            request.headers_mut().insert(AUTHORIZATION, value);
        }
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER_BYTES)
            .write_buffer_size(0)
            .max_write_buffer_size(WRITE_BUFFER_BYTES_MAX)
            .max_message_size(Some(MESSAGE_BYTES_MAX))
            .max_frame_size(Some(MESSAGE_BYTES_MAX));
        let connecting = connect_async_with_config(request, Some(config), true);
        match tokio::time::timeout(CONNECT_MAX, connecting).await {
            Ok(Ok((socket, _))) => {
                self.socket = Some(socket);
                self.heard_at = Instant::now();
                self.asked_at = None;
                self.board_seen = false;
                Ok(None)
            }
            Ok(Err(SocketError::Http(response))) if matches!(response.status().as_u16(), 400..=404) => {
                let refusal = refused(&url, response.status().as_u16(), response.body().as_deref());
                self.lose(refusal.to_string());
                Err(refusal)
            }
            Ok(Err(error)) => Ok(Some(self.lose(error.to_string()))),
            Err(_) => Ok(Some(self.lose(format!("no answer within {} s", CONNECT_MAX.as_secs())))),
        }
    }

    fn lose(&mut self, why: String) -> Update {
        self.socket = None;
        self.attempts = self.attempts.saturating_add(1);
        self.retry_at = Some(Instant::now() + retry::pause(self.attempts, retry::random()));
        Update::Lost(why)
    }

    /// Keeps `since`; says what a message is worth.
    fn take(&mut self, message: &Message) -> News {
        match message {
            Message::Hello { .. } => News::Fresh,
            Message::Call { seq, .. } => {
                let repeated = self.since.is_some_and(|since| *seq <= since);
                self.since = self.since.max(Some(*seq));
                if repeated { News::Repeated } else { News::Fresh }
            }
            Message::Board { seq, .. } => {
                // The first whole state proves the line; a journal that was set back by a restore starts anew.
                self.attempts = 0;
                let first = !std::mem::replace(&mut self.board_seen, true);
                let set_back = self.since.is_some_and(|since| *seq < since);
                if self.since.is_none() || set_back {
                    self.since = Some(*seq);
                }
                if first && set_back { News::OtherJournal } else { News::Fresh }
            }
            Message::Counter { .. } | Message::Ticket { .. } | Message::Stats { .. } => {
                self.attempts = 0;
                News::Fresh
            }
        }
    }
}

/// What a message is worth.
enum News {
    Fresh,
    /// A call that was handled before.
    Repeated,
    /// A board that is older than what was known.
    OtherJournal,
}

fn refused(url: &Url, status: u16, body: Option<&[u8]>) -> Error {
    match body.and_then(|body| serde_json::from_slice::<Problem>(body).ok()) {
        Some(problem) => Error::Problem(Box::new(problem)),
        None => Error::Protocol {
            url: url.to_string(),
            status: Some(status),
            retry_after_s: None,
            what: format!("the subscription was refused with status {status}"),
        },
    }
}
