//! The line to the server: a WebSocket of the lobby that is made again whenever it breaks, asking for what was missed.
//! Only calls and the server's clock leave this file; boards are read for their `seq` alone.

use std::time::Duration;

use futures_util::StreamExt;
use jiff::Timestamp;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderValue, header::AUTHORIZATION};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error as SocketError, Message as Frame};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};
use tracing::{debug, info, warn};
use url::Url;

use queue_wire::live::{Call, Message};

use crate::playlist::Announcement;

/// The server pings every 10 s: after two missed pings the line is dead.
const SILENCE_MAX: Duration = Duration::from_secs(25);

/// A server on the office's network answers in milliseconds.
const CONNECT_MAX: Duration = Duration::from_secs(10);

/// The first pause before connecting again is a random part of this; it doubles with each failure.
const FIRST_PAUSE_MS: u64 = 1_000;

/// No pause is longer, so that the voice is back soon after the server is.
const PAUSE_MS_MAX: u64 = 10_000;

/// A whole board of a large office takes some ten KiB.
const MESSAGE_BYTES_MAX: usize = 1024 * 1024;

/// The default of 128 KiB is cleared at every read.
const READ_BUFFER_BYTES: usize = 4 * 1024;

/// What comes over the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Connected; the server's clock says this.
    Online(Timestamp),
    /// The server has another journal than before: its numbers begin anew.
    OtherJournal,
    /// A call or recall, in journal order. A missed call may come twice.
    Call(Announcement),
}

/// Why the line cannot work at all.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum LinkFailure {
    /// The address is wrong.
    #[error("--server {0}: {1}")]
    Address(String, String),
    /// The server is there and says no.
    #[error("the server refuses: {0} for {1}")]
    Refused(u16, Url),
}

/// Where the calls of an office are heard.
#[derive(Debug, Clone)]
pub struct Line {
    lobby: Url,
    token: Option<HeaderValue>,
}

impl Line {
    /// The lobby of an office on a server such as `http://192.168.1.10:8080`.
    ///
    /// # Errors
    /// [`LinkFailure::Address`] where that is no address of a server, or the token has characters no header may have.
    pub fn new(server: &str, office: &str, token: Option<&str>) -> Result<Self, LinkFailure> {
        let wrong = |why: &str| LinkFailure::Address(server.to_owned(), why.to_owned());
        let mut lobby = Url::parse(server).map_err(|error| wrong(&error.to_string()))?;
        let scheme = match lobby.scheme() {
            "http" | "ws" => "ws",
            "https" | "wss" => {
                return Err(wrong("https is not built in; use http on the office's own network"));
            }
            _ => return Err(wrong("an address begins with http://")),
        };
        lobby.set_scheme(scheme).map_err(|()| wrong("an address begins with http://"))?;
        lobby.set_query(None);
        lobby
            .path_segments_mut()
            .map_err(|()| wrong("a server has a host"))?
            .pop_if_empty()
            .extend(["api", "v1", "offices", office, "live", "lobby"]);
        let token = token
            .map(|token| HeaderValue::from_str(&format!("Bearer {token}")))
            .transpose()
            .map_err(|_| wrong("the token has characters that no header may have"))?;
        Ok(Self { lobby, token })
    }

    async fn connect(&self, since: Option<u64>) -> Result<Socket, SocketError> {
        let mut url = self.lobby.clone();
        if let Some(since) = since {
            url.query_pairs_mut().append_pair("since", &since.to_string());
        }
        let mut request = url.as_str().into_client_request()?;
        if let Some(token) = &self.token {
            request.headers_mut().insert(AUTHORIZATION, token.clone());
        }
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER_BYTES)
            .write_buffer_size(0)
            .max_message_size(Some(MESSAGE_BYTES_MAX))
            .max_frame_size(Some(MESSAGE_BYTES_MAX));
        let connecting = connect_async_with_config(request, Some(config), true);
        match timeout(CONNECT_MAX, connecting).await {
            Ok(connected) => connected.map(|(socket, _)| socket),
            Err(_) => Err(SocketError::Io(std::io::ErrorKind::TimedOut.into())),
        }
    }
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Listens until nobody hears any more, connecting again for ever; `since` is the last record already known.
///
/// # Errors
/// [`LinkFailure::Refused`] where the very first answer is a refusal (no such office, not allowed). Others, and
/// later ones, are tried again: the server may be busy, starting, or in the middle of being restored.
pub async fn listen(line: Line, since: Option<u64>, heard: mpsc::Sender<Heard>) -> Result<(), LinkFailure> {
    let mut known = Known { seq: since, board_seen: false };
    let mut failures = 0;
    let mut was_connected = false;
    while !heard.is_closed() {
        let connected = tokio::select! {
            connected = line.connect(known.seq) => connected,
            () = heard.closed() => break,
        };
        match connected {
            Ok(mut socket) => {
                was_connected = true;
                known.board_seen = false;
                let lost = follow(&mut socket, &mut known, &heard).await;
                if !heard.is_closed() {
                    warn!(why = lost, "line lost");
                }
                failures = 0;
            }
            Err(SocketError::Http(answer)) if !was_connected && is_final(answer.status().as_u16()) => {
                return Err(LinkFailure::Refused(answer.status().as_u16(), line.lobby));
            }
            Err(error) => {
                if failures == 0 {
                    warn!(%error, server = %line.lobby, "no line to the server, trying again");
                }
                failures += 1;
            }
        }
        tokio::select! {
            () = tokio::time::sleep(pause(failures, random_part())) => {}
            () = heard.closed() => {}
        }
    }
    Ok(())
}

/// How far the journal is known on this side.
struct Known {
    seq: Option<u64>,
    board_seen: bool,
}

impl Known {
    /// Takes a message in; gives what is to be passed on.
    fn take(&mut self, message: Message) -> Option<Heard> {
        match message {
            Message::Hello { server_time, office, build, .. } => {
                info!(office, build, "connected");
                let time = server_time.parse().inspect_err(|error| warn!(%error, "server time")).ok()?;
                Some(Heard::Online(time))
            }
            Message::Call { seq, call } => {
                self.seq = self.seq.max(Some(seq));
                Some(Heard::Call(announcement(seq, call)))
            }
            Message::Board { seq, .. } => {
                let first = !std::mem::replace(&mut self.board_seen, true);
                let other_journal = first && self.seq.is_some_and(|known| seq < known);
                self.seq = if other_journal { Some(seq) } else { self.seq.max(Some(seq)) };
                other_journal.then_some(Heard::OtherJournal)
            }
            Message::Counter { .. } | Message::Ticket { .. } | Message::Stats { .. } => None,
        }
    }
}

/// Passes on what comes until the line breaks; tells why it did.
async fn follow(socket: &mut Socket, known: &mut Known, heard: &mpsc::Sender<Heard>) -> String {
    loop {
        let frame = tokio::select! {
            frame = timeout(SILENCE_MAX, socket.next()) => frame,
            () = heard.closed() => return "nobody listens any more".to_owned(),
        };
        let text = match frame {
            Err(_) => return format!("silent for {} s", SILENCE_MAX.as_secs()),
            Ok(None) => return "closed by the server".to_owned(),
            Ok(Some(Err(error))) => return error.to_string(),
            // Pings are answered by the socket itself.
            Ok(Some(Ok(Frame::Ping(_) | Frame::Pong(_) | Frame::Binary(_) | Frame::Frame(_)))) => continue,
            Ok(Some(Ok(Frame::Close(_)))) => return "closed by the server".to_owned(),
            Ok(Some(Ok(Frame::Text(text)))) => text,
        };
        let message = match serde_json::from_str::<Message>(&text) {
            Ok(message) => message,
            Err(error) => {
                // A later server may say more than this program knows.
                debug!(%error, "message left aside");
                continue;
            }
        };
        if let Some(news) = known.take(message)
            && heard.send(news).await.is_err()
        {
            return "nobody listens any more".to_owned();
        }
    }
}

/// Whether asking again cannot help: the address, the token or the office is wrong.
fn is_final(status: u16) -> bool {
    (400..=404).contains(&status)
}

fn announcement(seq: u64, call: Call) -> Announcement {
    let expires_at = call.expires_at.parse().unwrap_or_else(|error| {
        warn!(%error, seq, "expiry cannot be read; better said late than never");
        Timestamp::MAX
    });
    Announcement { seq, number: call.number, counter: call.counter, expires_at, clips: call.clips }
}

/// Full jitter, so that the screens and voices of a town do not come back in one moment: `part` is from 0 to 1.
fn pause(failures: u32, part: f64) -> Duration {
    let longest_ms = FIRST_PAUSE_MS.saturating_mul(1 << failures.min(16)).min(PAUSE_MS_MAX);
    Duration::from_millis((longest_ms as f64 * part) as u64)
}

fn random_part() -> f64 {
    getrandom::u32().map_or(0.5, |random| f64::from(random) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_leads_to_the_lobby_of_the_office() {
        for (server, lobby) in [
            ("http://127.0.0.1:8080", "ws://127.0.0.1:8080/api/v1/offices/kim-lien/live/lobby"),
            ("http://hall.example/queue/", "ws://hall.example/queue/api/v1/offices/kim-lien/live/lobby"),
        ] {
            assert_eq!(Line::new(server, "kim-lien", None).unwrap().lobby.as_str(), lobby);
        }
        for wrong in ["", "127.0.0.1:8080", "ftp://hall", "https://hall", "mailto:hall"] {
            assert!(matches!(Line::new(wrong, "kim-lien", None), Err(LinkFailure::Address(..))), "{wrong}");
        }
    }

    #[test]
    fn pauses_double_up_to_ten_seconds_and_are_shortened_by_chance() {
        for (failures, part, ms) in [
            (0, 1.0, 1_000),
            (0, 0.0, 0),
            (1, 1.0, 2_000),
            (3, 0.5, 4_000),
            (4, 1.0, 10_000),
            (u32::MAX, 1.0, 10_000),
        ] {
            assert_eq!(pause(failures, part), Duration::from_millis(ms), "{failures} failures");
        }
    }
}
