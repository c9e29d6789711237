//! Lost answers, busy servers and refusals, against a tiny server that does as the script says.

use std::time::Duration;

use queue_client::client::{Act, Client, List};
use queue_client::error::Error;
use queue_client::key::Key;
use queue_client::retry::Patience;
use queue_wire::ticket::TicketRequest;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

const TICKET: &str = r#"{"id":"t1","number":"A012","service":"chung-thuc","then":[],"class":"normal","asked":null,
"lang":"vi","state":"waiting","ready":false,"dossiers":1,"assist":false,"issued_at":"2026-11-23T08:00:00.123+07:00",
"ahead":11,"wait":{"likely_s":600,"high_s":1100},"counter":null,"called_at":null,"rated":false,"url":"/t/t1"}"#;

/// What the server does with one request.
#[derive(Clone)]
enum Does {
    /// Reads it and hangs up.
    LosesTheAnswer,
    /// Answers with this status, these header lines and this body.
    Answers(u16, &'static str, String),
}

fn problem(status: u16, code: &str) -> Does {
    problem_after(status, code, "")
}

fn problem_after(status: u16, code: &str, headers: &'static str) -> Does {
    let body = format!(
        r#"{{"type":"urn:queue:problem:{code}","title":"{code}","status":{status},"code":"{code}","detail":"d"}}"#
    );
    Does::Answers(status, headers, body)
}

fn ticket() -> Does {
    Does::Answers(201, "", TICKET.to_owned())
}

/// Serves the script and gives back the requests as they came.
async fn server(script: Vec<Does>) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let requests = tokio::spawn(async move {
        let mut requests = Vec::new();
        for does in script {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            requests.push(read_request(&mut stream).await);
            if let Does::Answers(status, headers, body) = does {
                let length = body.len();
                let answer = format!(
                    "HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}"
                );
                stream.write_all(answer.as_bytes()).await.expect("an answer");
            }
        }
        requests
    });
    (url, requests)
}

async fn read_request(stream: &mut tokio::net::TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .map_or(0, |length| length.parse::<usize>().expect("a length"));
            if body.len() >= length {
                return text;
            }
        }
        let mut chunk = [0_u8; 4096];
        let read = stream.read(&mut chunk).await.expect("a request");
        assert!(read > 0, "the client hung up: {text}");
        bytes.extend_from_slice(&chunk[..read]);
    }
}

fn header<'a>(request: &'a str, name: &str) -> Option<&'a str> {
    request.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

fn request() -> TicketRequest {
    TicketRequest { service: "chung-thuc".to_owned(), ..TicketRequest::default() }
}

#[tokio::test]
async fn lost_and_busy_answers_are_asked_again_with_the_same_key_and_body() {
    let script = vec![
        Does::LosesTheAnswer,
        problem(503, "busy"),
        problem(503, "outcome-unknown"),
        Does::Answers(502, "", "<html>bad gateway</html>".to_owned()),
        Does::LosesTheAnswer,
        ticket(),
    ];
    let (url, requests) = server(script).await;
    let client = Client::new(&url).expect("an address").with_patience(Patience::For(Duration::from_secs(60)));
    let key = Key::parse("press-1").expect("a key");

    let issued = client.issue("kim-lien", &request(), &key).await.expect("a ticket");

    assert_eq!(issued.number, "A012");
    let requests = requests.await.expect("the server");
    assert_eq!(requests.len(), 6);
    for request in &requests {
        assert!(request.starts_with("POST /api/v1/offices/kim-lien/tickets HTTP/1.1\r\n"), "{request}");
        assert_eq!(header(request, "idempotency-key"), Some("press-1"));
        assert!(request.ends_with(r#"{"service":"chung-thuc"}"#), "{request}");
    }
}

#[tokio::test]
async fn a_refusal_is_an_answer_and_comes_back_typed() {
    let (url, requests) = server(vec![problem(409, "office-closed")]).await;
    let client = Client::new(&url).expect("an address").with_patience(Patience::Forever);
    let error =
        client.issue("kim-lien", &request(), &Key::fresh().expect("a key")).await.expect_err("closed");
    assert_eq!((error.code(), error.status()), (Some("office-closed"), Some(409)));
    assert_eq!(requests.await.expect("the server").len(), 1);
}

#[tokio::test]
async fn retry_after_is_obeyed_or_given_up_on() {
    let limited = problem_after(429, "too-many-requests", "retry-after: 1\r\n");
    let (url, requests) = server(vec![limited, ticket()]).await;
    let client = Client::new(&url).expect("an address").with_patience(Patience::For(Duration::from_secs(30)));
    let since = std::time::Instant::now();
    client.issue("o", &request(), &Key::fresh().expect("a key")).await.expect("a ticket");
    assert!(since.elapsed() >= Duration::from_secs(1), "asked again too early");
    assert_eq!(requests.await.expect("the server").len(), 2);

    let (url, requests) = server(vec![problem_after(429, "too-many-requests", "retry-after: 60\r\n")]).await;
    let client = Client::new(&url).expect("an address").with_patience(Patience::For(Duration::from_secs(30)));
    let error =
        client.issue("o", &request(), &Key::fresh().expect("a key")).await.expect_err("no time for that");
    assert_eq!(error.retry_after_s(), Some(60));
    assert_eq!(requests.await.expect("the server").len(), 1);
}

#[tokio::test]
async fn nobody_there_is_unreachable_and_ends_when_patience_does() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let client =
        Client::new(&url).expect("an address").with_patience(Patience::For(Duration::from_millis(300)));
    let error = client.office("kim-lien").await.expect_err("nobody there");
    assert!(matches!(error, Error::Unreachable { .. }), "{error:?}");
}

#[tokio::test]
async fn nonsense_is_a_protocol_error() {
    let (url, _requests) = server(vec![Does::Answers(200, "", "hello".to_owned())]).await;
    let client = Client::new(&url).expect("an address").with_patience(Patience::Forever);
    let error = client.office("kim-lien").await.expect_err("not an office");
    assert!(matches!(error, Error::Protocol { status: Some(200), .. }), "{error:?}");
}

#[tokio::test]
async fn a_session_token_travels_as_bearer_and_names_are_escaped() {
    let session = r#"{"token":"secret","user":"lan","roles":["clerk"],"expires_at":"x","must_change":false}"#;
    let counter = r#"{"id":3,"state":"open","clerk":"lan","ticket":null,"waiting":0,"lines":[],"pause_reason":null,
        "since":"x","ticket_since":null,"absent_from":null,"why":null}"#;
    let script = vec![
        Does::Answers(200, "", session.to_owned()),
        Does::Answers(200, "", counter.to_owned()),
        Does::Answers(200, "", r#"{"items":[]}"#.to_owned()),
        problem(404, "unknown-ticket"),
    ];
    let (url, requests) = server(script).await;
    let mut client = Client::new(&format!("{url}/")).expect("an address");
    let key = Key::fresh().expect("a key");
    client.sign_in("lan", "matkhau").await.expect("a session");
    client.act("o", 3, &Act::Pause { reason: "trưa".to_owned() }, &key).await.expect("a counter");
    client.tickets("o", List::Parked).await.expect("a list");
    client.ticket("o", "../x?y").await.expect_err("no such ticket");

    let requests = requests.await.expect("the server");
    assert_eq!(header(&requests[0], "idempotency-key"), None);
    assert!(requests[1].starts_with("POST /api/v1/offices/o/counters/3/pause "), "{}", requests[1]);
    assert!(requests[1].ends_with(r#"{"reason":"trưa"}"#), "{}", requests[1]);
    assert_eq!(header(&requests[1], "authorization"), Some("Bearer secret"));
    assert!(requests[2].starts_with("GET /api/v1/offices/o/tickets?list=parked "), "{}", requests[2]);
    assert!(requests[3].starts_with("GET /api/v1/offices/o/tickets/..%2Fx%3Fy "), "{}", requests[3]);
    assert!(!format!("{client:?}").contains("secret"), "a token is never shown");
}

#[test]
fn only_plain_http_addresses_are_taken() {
    for url in ["https://host", "host:8080", "ftp://host", "", "http://"] {
        assert!(matches!(Client::new(url), Err(Error::BadAddress { .. })), "{url}");
    }
}
