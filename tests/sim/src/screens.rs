//! Who only looks: lobby screens that resume with `since`, phones on a ticket, consoles on a counter.
//!
//! They come back by themselves, believe a line that was silent for too long to be cut, and note all they are told.

use std::time::Duration;

use futures_util::StreamExt;
use serde_json::Value;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::Message;
use tokio_tungstenite::{WebSocketStream, client_async};
use turmoil::net::TcpStream;

use crate::dice::Dice;
use crate::net::{PORT, SERVER};
use crate::people::impossible;
use crate::plan::OFFICE;
use crate::shared::Shared;

/// The server pings every ten seconds; after this a line is taken for cut.
const SILENCE_MAX: Duration = Duration::from_millis(11_500);
const CONNECT_MAX: Duration = Duration::from_secs(2);

/// Why there is no line.
enum NoLine {
    /// The server said no.
    Refused,
    /// Nobody answered.
    Silent,
}

async fn connect(path: &str, token: Option<String>) -> Result<WebSocketStream<TcpStream>, NoLine> {
    let address = format!("ws://{SERVER}:{PORT}/api/v1/offices/{OFFICE}/live{path}");
    let mut request = address.into_client_request().map_err(|_| NoLine::Refused)?;
    if let Some(token) = token {
        let value = HeaderValue::from_str(&format!("Bearer {token}")).map_err(|_| NoLine::Refused)?;
        request.headers_mut().insert("authorization", value);
    }
    let joined = timeout(CONNECT_MAX, async {
        let stream = TcpStream::connect((SERVER, PORT)).await.map_err(|_| NoLine::Silent)?;
        client_async(request, stream).await.map_err(|error| {
            let refused = matches!(error, tokio_tungstenite::tungstenite::Error::Http(_));
            if refused { NoLine::Refused } else { NoLine::Silent }
        })
    });
    let (socket, _) = joined.await.map_err(|_| NoLine::Silent)??;
    Ok(socket)
}

/// The next message; nothing once the line is gone.
async fn next(socket: &mut WebSocketStream<TcpStream>) -> Option<Value> {
    loop {
        match timeout(SILENCE_MAX, socket.next()).await {
            Ok(Some(Ok(Message::Text(text)))) => return serde_json::from_str(text.as_str()).ok(),
            Ok(Some(Ok(Message::Close(_)) | Err(_)) | None) | Err(_) => return None,
            Ok(Some(Ok(_))) => {}
        }
    }
}

/// A lobby screen.
pub async fn lobby(shared: Shared, index: u64) {
    let dice = shared.plan.dice.split();
    shared.ledger().screens.entry(index).or_default();
    let mut since: Option<u64> = None;
    let mut line = 0;
    while !shared.server().over {
        let path = since.map_or("/lobby".to_owned(), |since| format!("/lobby?since={since}"));
        if let Ok(mut socket) = connect(&path, None).await {
            line += 1;
            let now = shared.now_ms();
            if let Some(screen) = shared.ledger().screens.get_mut(&index) {
                screen.connections.push((now, since));
            }
            let slow = dice.chance(20);
            let mut shown = 0;
            while let Some(message) = next(&mut socket).await {
                shown = show(&shared, (index, line), &message, shown);
                since = since.max(Some(shown).filter(|seq| *seq > 0));
                if slow && !shared.closing() && dice.chance(30) {
                    sleep(dice.millis(100, 2500)).await;
                }
                // Somebody pulls the plug.
                if dice.chance(2) && !shared.closing() {
                    break;
                }
            }
        }
        sleep(dice.millis(50, 900)).await;
    }
}

/// Notes what a screen was told; gives the last record shown on this line.
fn show(shared: &Shared, (index, line): (u64, u64), message: &Value, shown: u64) -> u64 {
    let now = shared.now_ms();
    let mut ledger = shared.ledger();
    ledger.note(now, &format!("screen {index} {message}"));
    if let Some(wrong) = impossible(message) {
        ledger.violations.push(format!("a screen was told of {wrong}"));
    }
    let Some(seq) = message["seq"].as_u64() else { return shown };
    if seq < shown {
        ledger.violations.push(format!("screen {index} was told of record {seq} after {shown}"));
    }
    let Some(screen) = ledger.screens.get_mut(&index) else { return shown };
    match message["type"].as_str() {
        Some("call") => {
            let call = &message["call"];
            let number = call["number"].as_str().unwrap_or_default().to_owned();
            screen.calls.push((now, line, seq, number, call["counter"].as_u64().unwrap_or(0)));
        }
        Some("board") => {
            screen.boards.push((now, line, seq));
            screen.board = message["board"].clone();
        }
        _ => {}
    }
    seq.max(shown)
}

/// A phone on a ticket, or a console on a counter: the newest state counts.
pub async fn follower(
    shared: Shared,
    dice: Dice,
    user: Option<&'static str>,
    path: impl Fn() -> Option<String>,
) {
    while !shared.server().over {
        sleep(dice.millis(50, 900)).await;
        let Some(path) = path() else { continue };
        let token = user.and_then(|user| shared.token(user));
        if user.is_some() && token.is_none() {
            continue;
        }
        match connect(&path, token).await {
            Ok(mut socket) => {
                let mut shown = 0;
                while let Some(message) = next(&mut socket).await {
                    let Some(seq) = message["seq"].as_u64() else { continue };
                    let now = shared.now_ms();
                    let mut ledger = shared.ledger();
                    ledger.note(now, &format!("{path} {message}"));
                    if seq < shown {
                        ledger.violations.push(format!("{path} was told of record {seq} after {shown}"));
                    }
                    if let Some(wrong) = impossible(&message) {
                        ledger.violations.push(format!("{path} was told of {wrong}"));
                    }
                    shown = seq;
                    let follower = ledger.followers.entry(path.clone()).or_default();
                    (follower.seq, follower.state) = (seq, message);
                }
            }
            Err(NoLine::Refused) => {
                shared.ledger().followers.remove(&path);
            }
            Err(NoLine::Silent) => {}
        }
    }
}
