//! The live line: order, resume after a cut, and a refusal for good.

use futures_util::{SinkExt, StreamExt};
use queue_client::client::Client;
use queue_client::error::Error;
use queue_client::live::{Live, Topic, Update};
use queue_wire::live::Message;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async};

const HELLO: &str = r#"{"type":"hello","protocol":1,"office":"o","server_time":"x","build":"b"}"#;

fn call(seq: u64) -> String {
    format!(
        r#"{{"type":"call","seq":{seq},"call":{{"number":"A00{seq}","counter":1,"recall":0,"called_at":"x",
        "expires_at":"y","text":{{}},"clips":[]}}}}"#
    )
}

fn board(seq: u64) -> String {
    format!(
        r#"{{"type":"board","seq":{seq},"board":{{"calls":[],"services":[],"counters":[],"notices":[],"alarm":false}}}}"#
    )
}

/// Accepts one client and gives the path it asked for.
async fn accept(listener: &TcpListener) -> (WebSocketStream<TcpStream>, String) {
    let (stream, _) = listener.accept().await.expect("a connection");
    let mut path = String::new();
    #[expect(clippy::result_large_err, reason = "the callback's type is tungstenite's")]
    let note = |request: &Request, response: Response| {
        path = request.uri().to_string();
        Ok(response)
    };
    let socket = accept_hdr_async(stream, note).await.expect("a handshake");
    (socket, path)
}

async fn say(socket: &mut WebSocketStream<TcpStream>, texts: &[&str]) {
    for text in texts {
        socket.send(Frame::text(*text)).await.expect("a frame");
    }
}

async fn seqs(live: &mut Live, count: usize) -> Vec<(char, u64)> {
    let mut seen = Vec::new();
    while seen.len() < count {
        match live.next().await.expect("the line is allowed") {
            Update::Lost(_) | Update::OtherJournal => {}
            Update::Message(message) => match *message {
                Message::Hello { .. } => {}
                Message::Call { seq, .. } => seen.push(('c', seq)),
                Message::Board { seq, .. } => seen.push(('b', seq)),
                other @ (Message::Counter { .. } | Message::Ticket { .. } | Message::Stats { .. }) => {
                    panic!("not a lobby message: {other:?}")
                }
            },
        }
    }
    seen
}

#[tokio::test]
async fn after_a_cut_calls_go_on_where_they_stopped_and_none_comes_twice() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let client =
        Client::new(&format!("http://{}", listener.local_addr().expect("an address"))).expect("an address");
    let server = tokio::spawn(async move {
        let (mut socket, first) = accept(&listener).await;
        say(
            &mut socket,
            &[HELLO, &board(3), &call(4), r#"{"type":"tomorrow","seq":4}"#, &board(4), &call(6)],
        )
        .await;
        drop(socket);
        let (mut socket, second) = accept(&listener).await;
        say(&mut socket, &[HELLO, &call(6), &call(7), &board(8)]).await;
        (first, second)
    });
    let mut live = Live::new(&client, "o", &Topic::Lobby, None);

    let seen = seqs(&mut live, 6).await;

    assert_eq!(seen, [('b', 3), ('c', 4), ('b', 4), ('c', 6), ('c', 7), ('b', 8)]);
    let (first, second) = server.await.expect("the server");
    assert_eq!(first, "/api/v1/offices/o/live/lobby");
    assert_eq!(second, "/api/v1/offices/o/live/lobby?since=6");
    assert_eq!(live.since(), Some(7));
}

#[tokio::test]
async fn a_line_on_which_nobody_answers_is_made_anew_within_five_seconds() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let client =
        Client::new(&format!("http://{}", listener.local_addr().expect("an address"))).expect("an address");
    let server = tokio::spawn(async move {
        // Nothing is read from the first, so that no ping is answered.
        let (mut dead, _) = accept(&listener).await;
        say(&mut dead, &[HELLO, &board(3)]).await;
        let (mut second, _) = accept(&listener).await;
        say(&mut second, &[HELLO, &board(4)]).await;
        dead
    });
    let mut live = Live::new(&client, "o", &Topic::Lobby, None);
    assert_eq!(seqs(&mut live, 1).await, [('b', 3)]);
    let again = tokio::time::timeout(std::time::Duration::from_secs(5), seqs(&mut live, 1)).await;
    assert_eq!(again.expect("within five seconds"), [('b', 4)]);
    drop(server);
}

#[tokio::test]
async fn a_silent_line_that_answers_is_kept() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let client =
        Client::new(&format!("http://{}", listener.local_addr().expect("an address"))).expect("an address");
    let server = tokio::spawn(async move {
        let (mut socket, _) = accept(&listener).await;
        say(&mut socket, &[HELLO, &board(3)]).await;
        // Reading answers pings; the third one is enough silence.
        let mut pings = 0;
        while pings < 3 {
            match socket.next().await {
                Some(Ok(Frame::Ping(_))) => pings += 1,
                Some(Ok(_)) => {}
                other => panic!("the line was given up: {other:?}"),
            }
        }
        say(&mut socket, &[&board(4)]).await;
    });
    let mut live = Live::new(&client, "o", &Topic::Lobby, None);
    assert_eq!(seqs(&mut live, 2).await, [('b', 3), ('b', 4)]);
    server.await.expect("one line was enough");
}

#[tokio::test]
async fn a_refused_subscription_ends_with_the_problem() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let client =
        Client::new(&format!("http://{}", listener.local_addr().expect("an address"))).expect("an address");
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let mut request = [0_u8; 2048];
        let read = stream.read(&mut request).await.expect("a request");
        let body = r#"{"type":"urn:queue:problem:not-signed-in","title":"t","status":401,"code":"not-signed-in","detail":"d"}"#;
        let length = body.len();
        let answer = format!("HTTP/1.1 401 Unauthorized\r\ncontent-length: {length}\r\n\r\n{body}");
        stream.write_all(answer.as_bytes()).await.expect("an answer");
        String::from_utf8_lossy(&request[..read]).into_owned()
    });
    let mut live = Live::new(&client.with_token("secret"), "o", &Topic::Counter(2), None);
    let error: Error = live.next().await.expect_err("not allowed");
    assert_eq!(error.status(), Some(401), "{error:?}");
    let request = server.await.expect("the server").to_lowercase();
    assert!(request.contains("get /api/v1/offices/o/live/counters/2 "), "{request}");
    assert!(request.contains("authorization: bearer secret"), "{request}");
}
