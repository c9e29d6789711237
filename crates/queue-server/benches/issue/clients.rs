//! The clients: each keeps a connection and asks for a number as soon as the one before is answered.

use std::fmt::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The longest answer that a client takes.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// The clients' process: prints answered, refused, and nanoseconds: the whole, the middle answer, that of 99 in 100.
#[tokio::main(flavor = "current_thread")]
pub(crate) async fn ask(address: SocketAddr, clients: usize, requests: usize) {
    let mut connections = Vec::new();
    for _ in 0..clients {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        connections.push(stream);
    }
    let host: Arc<str> = address.to_string().into();
    let begun = Instant::now();
    let tasks: Vec<_> = connections
        .into_iter()
        .enumerate()
        .map(|(index, stream)| {
            // What does not divide is asked for by the first ones.
            let own = requests / clients + usize::from(index < requests % clients);
            tokio::spawn(take_numbers(stream, Arc::clone(&host), own))
        })
        .collect();
    let (mut times, mut refused) = (Vec::new(), 0);
    for task in tasks {
        let (own, no) = task.await.unwrap();
        times.extend(own);
        refused += no;
    }
    let took = begun.elapsed();
    times.sort();
    let at = |of_100: usize| times.get(times.len() * of_100 / 100).map_or(0, Duration::as_nanos);
    println!("{} {refused} {} {} {}", times.len(), took.as_nanos(), at(50), at(99));
}

/// Takes numbers one after the other: how long each took, and how many were refused as busy.
async fn take_numbers(mut stream: TcpStream, host: Arc<str>, requests: usize) -> (Vec<Duration>, u64) {
    let body = r#"{"service":"chung-thuc"}"#;
    let (mut times, mut refused) = (Vec::with_capacity(requests), 0);
    let (mut request, mut answer) = (String::new(), vec![0; ANSWER_BYTES_MAX]);
    for _ in 0..requests {
        let mut key = [0; 16];
        getrandom::fill(&mut key).unwrap();
        request.clear();
        write!(
            request,
            "POST /api/v1/offices/kim-lien/tickets HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n\
             idempotency-key: {:032x}\r\ncontent-length: {}\r\n\r\n{body}",
            u128::from_be_bytes(key),
            body.len(),
        )
        .unwrap();
        let begun = Instant::now();
        stream.write_all(request.as_bytes()).await.unwrap();
        let text = whole_answer(&mut stream, &mut answer).await;
        match text.get(9..12) {
            Some("201") => times.push(begun.elapsed()),
            Some("503") => {
                assert!(text.contains("\"busy\""), "{text}");
                refused += 1;
            }
            _ => panic!("{text}"),
        }
    }
    (times, refused)
}

/// Reads one answer to its end, as its length says.
async fn whole_answer<'a>(stream: &mut TcpStream, into: &'a mut [u8]) -> &'a str {
    let mut filled = 0;
    loop {
        let read = stream.read(&mut into[filled..]).await.unwrap();
        assert!(read > 0, "the server hung up");
        filled += read;
        let text = std::str::from_utf8(&into[..filled]).unwrap_or_default();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next());
        if length.is_some_and(|length| body.len() >= length.parse::<usize>().unwrap()) {
            break;
        }
    }
    std::str::from_utf8(&into[..filled]).unwrap()
}
