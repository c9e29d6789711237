//! The line to the server: the lobby's live messages, of which only calls and the server's clock leave this file.
//! Keeping the line, and asking for what was missed, is the shared client's work.

use jiff::Timestamp;
use tokio::sync::mpsc;
use tracing::{info, warn};

use queue_client::client::Client;
use queue_client::error::Error;
use queue_client::live::{Live, Topic, Update};
use queue_wire::live::{Call, Message};

use crate::playlist::Announcement;

/// What comes over the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Connected; the server's clock says this.
    Online(Timestamp),
    /// The server has another journal than before: its numbers begin anew.
    OtherJournal,
    /// A call or recall, in journal order.
    Call(Announcement),
}

/// Why the line cannot work at all.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum LinkFailure {
    /// The address is wrong.
    #[error("--server {0}: {1}")]
    Address(String, String),
    /// The server is there and says no.
    #[error("the server refuses: {0} for the office `{1}`")]
    Refused(u16, String),
}

/// Where the calls of an office are heard.
#[derive(Debug, Clone)]
pub struct Line {
    client: Client,
    office: String,
}

impl Line {
    /// The lobby of an office on a server such as `http://192.168.1.10:8080`.
    ///
    /// # Errors
    /// [`LinkFailure::Address`] where that is no address of a server, or the token has characters no header may have.
    pub fn new(server: &str, office: &str, token: Option<&str>) -> Result<Self, LinkFailure> {
        let wrong = |why: String| LinkFailure::Address(server.to_owned(), why);
        let mut client = Client::new(server).map_err(|error| match error {
            Error::BadAddress { why, .. } => wrong(why),
            other @ (Error::Problem(_)
            | Error::Unreachable { .. }
            | Error::Protocol { .. }
            | Error::Key(_)) => wrong(other.to_string()),
        })?;
        if let Some(token) = token {
            if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err(wrong("the token has characters that no header may have".to_owned()));
            }
            client = client.with_token(token);
        }
        Ok(Self { client, office: office.to_owned() })
    }
}

/// Listens until nobody hears any more, connecting again for ever; `since` is the last record already known.
///
/// # Errors
/// [`LinkFailure::Refused`] where the very first answer is a refusal (no such office, not allowed). Others, and
/// later ones, are tried again: the server may be busy, starting, or in the middle of being restored.
pub async fn listen(line: Line, since: Option<u64>, heard: mpsc::Sender<Heard>) -> Result<(), LinkFailure> {
    let mut live = Live::new(&line.client, &line.office, &Topic::Lobby, since);
    let mut was_connected = false;
    let mut trouble_told = false;
    loop {
        let update = tokio::select! {
            update = live.next() => update,
            () = heard.closed() => return Ok(()),
        };
        let news = match update {
            Ok(Update::Message(message)) => {
                was_connected = true;
                trouble_told = false;
                news(*message)
            }
            Ok(Update::OtherJournal) => Some(Heard::OtherJournal),
            Ok(Update::Lost(why)) => {
                tell(&mut trouble_told, &why);
                None
            }
            Err(refusal) if !was_connected => {
                return Err(LinkFailure::Refused(refusal.status().unwrap_or_default(), line.office));
            }
            Err(refusal) => {
                tell(&mut trouble_told, &refusal.to_string());
                None
            }
        };
        if let Some(news) = news
            && heard.send(news).await.is_err()
        {
            return Ok(());
        }
    }
}

/// Says once why there is no line.
fn tell(told: &mut bool, why: &str) {
    if !std::mem::replace(told, true) {
        warn!(why, "no line to the server, trying again");
    }
}

fn news(message: Message) -> Option<Heard> {
    match message {
        Message::Hello { server_time, office, build, .. } => {
            info!(office, build, "connected");
            let time = server_time.parse().inspect_err(|error| warn!(%error, "server time")).ok()?;
            Some(Heard::Online(time))
        }
        Message::Call { seq, call } => Some(Heard::Call(announcement(seq, call))),
        Message::Board { .. } | Message::Counter { .. } | Message::Ticket { .. } | Message::Stats { .. } => {
            None
        }
    }
}

fn announcement(seq: u64, call: Call) -> Announcement {
    let expires_at = call.expires_at.parse().unwrap_or_else(|error| {
        warn!(%error, seq, "expiry cannot be read; better said late than never");
        Timestamp::MAX
    });
    Announcement { seq, number: call.number, counter: call.counter, expires_at, clips: call.clips }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_needs_a_plain_address_and_a_token_that_a_header_may_have() {
        for right in ["http://127.0.0.1:8080", "http://hall.example/queue/"] {
            assert!(Line::new(right, "kim-lien", Some("secret")).is_ok(), "{right}");
        }
        for wrong in ["", "127.0.0.1:8080", "ftp://hall", "https://hall", "mailto:hall"] {
            assert!(matches!(Line::new(wrong, "kim-lien", None), Err(LinkFailure::Address(..))), "{wrong}");
        }
        assert!(matches!(Line::new("http://hall", "kim-lien", Some("a\nb")), Err(LinkFailure::Address(..))));
    }
}
