//! The line against a small WebSocket server: order, `since` after a break, refusals, other messages.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use jiff::Timestamp;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::{Message as Frame, Utf8Bytes};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async};

use queue_announcer::link::{self, Heard, Line, LinkFailure};

/// No step takes longer than a pause before connecting again, and some.
const STEP_MAX: Duration = Duration::from_secs(10);

#[tokio::test]
async fn calls_come_in_order_and_the_clock_first() {
    let mut hall = Hall::open(None).await;
    let (mut server, path) = hall.accept().await;
    assert_eq!(path, "/api/v1/offices/kim-lien/live/lobby");
    send(&mut server, &[hello(), call(7, "A001"), board(7), call(9, "A002"), board(9)]).await;

    assert_eq!(hall.heard().await, "online at 2026-11-23T01:00:00.5Z");
    assert_eq!(hall.heard().await, "call 7 A001 to 3 until 2026-11-23T01:01:00Z: vi/chime vi/mot");
    assert_eq!(hall.heard().await, "call 9 A002 to 3 until 2026-11-23T01:01:00Z: vi/chime vi/mot");
}

#[tokio::test]
async fn after_a_break_it_asks_for_what_came_after_the_last_thing_it_knows() {
    let mut hall = Hall::open(None).await;
    let (mut server, _) = hall.accept().await;
    send(&mut server, &[hello(), call(7, "A001"), board(12)]).await;
    hall.heard().await;
    assert!(hall.heard().await.starts_with("call 7"));
    drop(server);

    let (mut server, path) = hall.accept().await;
    assert_eq!(path, "/api/v1/offices/kim-lien/live/lobby?since=7");
    send(&mut server, &[hello(), call(15, "A002")]).await;
    hall.heard().await;
    assert!(hall.heard().await.starts_with("call 15"));
    server.close(None).await.unwrap();

    let (_server, path) = hall.accept().await;
    assert_eq!(path, "/api/v1/offices/kim-lien/live/lobby?since=15");
}

#[tokio::test]
async fn a_server_that_is_not_there_yet_is_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let (news, mut heard) = mpsc::channel(8);
    let line = Line::new(&format!("http://{address}"), "kim-lien", None).unwrap();
    let listening = tokio::spawn(link::listen(line, Some(3), news));
    tokio::task::yield_now().await;

    let listener = TcpListener::bind(address).await.unwrap();
    let (mut server, path) = accept(&listener).await;
    assert!(path.ends_with("?since=3"), "{path}");
    send(&mut server, &[hello()]).await;
    assert!(matches!(timeout(STEP_MAX, heard.recv()).await, Ok(Some(Heard::Online(_)))));
    drop(heard);
    assert_eq!(timeout(STEP_MAX, listening).await.unwrap().unwrap(), Ok(()), "it ends when nobody hears");
}

#[tokio::test]
async fn messages_it_does_not_know_are_left_aside() {
    let mut hall = Hall::open(None).await;
    let (mut server, _) = hall.accept().await;
    let strange = [r#"{"type":"weather","seq":1}"#, "no json", r#"{"type":"call","seq":"seven"}"#];
    send(&mut server, &strange.map(str::to_owned)).await;
    server.send(Frame::Binary(vec![0, 1, 2].into())).await.unwrap();
    server.send(Frame::Ping(vec![1].into())).await.unwrap();
    send(&mut server, &[call(7, "A001")]).await;
    assert!(hall.heard().await.starts_with("call 7"));
    let pong = timeout(STEP_MAX, server.next()).await.unwrap().unwrap().unwrap();
    assert!(matches!(pong, Frame::Pong(_)), "a ping is answered: {pong:?}");
}

#[tokio::test]
async fn another_journal_is_noticed_by_its_lower_numbers() {
    let mut hall = Hall::open(Some(500)).await;
    let (mut server, _) = hall.accept().await;
    send(&mut server, &[hello(), board(4), call(5, "A001")]).await;
    hall.heard().await;
    assert_eq!(hall.heard().await, "other journal");
    assert!(hall.heard().await.starts_with("call 5"));
    drop(server);
    let (_server, path) = hall.accept().await;
    assert!(path.ends_with("?since=5"), "{path}");
}

#[tokio::test]
async fn a_first_refusal_ends_it() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let line =
        Line::new(&format!("http://{}", listener.local_addr().unwrap()), "nowhere", Some("secret")).unwrap();
    let (news, _heard) = mpsc::channel(8);
    let listening = tokio::spawn(link::listen(line, None, news));
    let (stream, _) = timeout(STEP_MAX, listener.accept()).await.unwrap().unwrap();
    #[expect(clippy::result_large_err, reason = "the callback's type is tungstenite's")]
    let refuse = |request: &Request, _: Response| {
        assert_eq!(request.headers()["authorization"], "Bearer secret");
        let mut answer = ErrorResponse::new(None);
        *answer.status_mut() = tokio_tungstenite::tungstenite::http::StatusCode::NOT_FOUND;
        Err(answer)
    };
    accept_hdr_async(stream, refuse).await.unwrap_err();
    let ended = timeout(STEP_MAX, listening).await.unwrap().unwrap();
    assert!(matches!(ended, Err(LinkFailure::Refused(404, _))), "{ended:?}");
}

#[tokio::test]
async fn a_server_that_is_busy_at_first_is_asked_again() {
    let mut hall = Hall::open(None).await;
    for status in [503_u16, 500, 429] {
        let (stream, _) = timeout(STEP_MAX, hall.listener.accept()).await.expect("in time").unwrap();
        #[expect(clippy::result_large_err, reason = "the callback's type is tungstenite's")]
        let refuse = move |_: &Request, _: Response| {
            let mut answer = ErrorResponse::new(None);
            *answer.status_mut() = status.try_into().unwrap();
            Err(answer)
        };
        accept_hdr_async(stream, refuse).await.unwrap_err();
    }
    let (mut server, _) = hall.accept().await;
    send(&mut server, &[hello()]).await;
    assert!(hall.heard().await.starts_with("online"));
}

/// A server with one announcer's line on it.
struct Hall {
    listener: TcpListener,
    heard: mpsc::Receiver<Heard>,
}

impl Hall {
    async fn open(since: Option<u64>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (news, heard) = mpsc::channel(8);
        let line = Line::new(&format!("http://{address}"), "kim-lien", None).unwrap();
        tokio::spawn(link::listen(line, since, news));
        Self { listener, heard }
    }

    async fn accept(&self) -> (WebSocketStream<TcpStream>, String) {
        accept(&self.listener).await
    }

    async fn heard(&mut self) -> String {
        match timeout(STEP_MAX, self.heard.recv()).await.expect("in time").expect("the line goes on") {
            Heard::Online(time) => format!("online at {time}"),
            Heard::OtherJournal => "other journal".to_owned(),
            Heard::Call(call) => {
                let clips = call.clips.join(" ");
                format!(
                    "call {} {} to {} until {}: {clips}",
                    call.seq, call.number, call.counter, call.expires_at
                )
            }
        }
    }
}

/// The next connection and the path with query that it asked for.
async fn accept(listener: &TcpListener) -> (WebSocketStream<TcpStream>, String) {
    let (stream, _) = timeout(STEP_MAX, listener.accept()).await.expect("in time").unwrap();
    let mut path = String::new();
    #[expect(clippy::result_large_err, reason = "the callback's type is tungstenite's")]
    let note_path = |request: &Request, response: Response| {
        path = request.uri().to_string();
        Ok(response)
    };
    let socket = accept_hdr_async(stream, note_path).await.unwrap();
    (socket, path)
}

async fn send(server: &mut WebSocketStream<TcpStream>, messages: &[String]) {
    for message in messages {
        server.send(Frame::Text(Utf8Bytes::from(message.as_str()))).await.unwrap();
    }
}

fn hello() -> String {
    let server_time: Timestamp = "2026-11-23T08:00:00.500+07:00".parse().unwrap();
    let text = server_time.to_string();
    format!(r#"{{"type":"hello","protocol":1,"office":"kim-lien","server_time":"{text}","build":"b1"}}"#)
}

fn call(seq: u64, number: &str) -> String {
    format!(
        r#"{{"type":"call","seq":{seq},"call":{{"number":"{number}","counter":3,"recall":0,
        "called_at":"2026-11-23T08:00:00.000+07:00","expires_at":"2026-11-23T08:01:00.000+07:00",
        "text":{{"vi":"Kính mời"}},"clips":["vi/chime","vi/mot"],"added_later":true}}}}"#
    )
}

fn board(seq: u64) -> String {
    format!(
        r#"{{"type":"board","seq":{seq},
        "board":{{"calls":[],"services":[],"counters":[],"notices":[],"alarm":false}}}}"#
    )
}
