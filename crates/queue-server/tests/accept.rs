//! The accept loop on a real socket: the bound on connections, and a stop that lets what is under way finish.

#![expect(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use queue_server::accept;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Notify, watch};

const PATIENCE: Duration = Duration::from_secs(20);

async fn ask(address: std::net::SocketAddr, path: &str) -> TcpStream {
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n").as_bytes()).await.unwrap();
    socket
}

async fn head(socket: &mut TcpStream) -> String {
    let mut bytes = vec![0; 4096];
    let count = tokio::time::timeout(PATIENCE, socket.read(&mut bytes)).await.unwrap().unwrap();
    String::from_utf8_lossy(&bytes[..count]).into_owned()
}

#[tokio::test]
async fn a_connection_beyond_the_limit_is_told_so_and_a_place_comes_free() {
    let listener = accept::listen("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = listener.local_addr().unwrap();
    let (_stop, stopping) = watch::channel(false);
    let router = Router::new().route("/", get(|| async { "here" }));
    tokio::spawn(accept::serve(listener, router, 2, stopping));
    let mut first = ask(address, "/").await;
    let mut second = ask(address, "/").await;
    assert!(head(&mut first).await.starts_with("HTTP/1.1 200"));
    assert!(head(&mut second).await.starts_with("HTTP/1.1 200"));
    let mut third = TcpStream::connect(address).await.unwrap();
    let refused = head(&mut third).await;
    assert!(refused.starts_with("HTTP/1.1 503"), "{refused}");
    let body = refused.split("\r\n\r\n").nth(1).unwrap();
    assert!(refused.contains(&format!("content-length: {}\r\n", body.len())), "{refused}");
    assert_eq!(serde_json::from_str::<serde_json::Value>(body).unwrap()["code"], "busy");
    drop(first);
    let free = async {
        loop {
            let mut again = ask(address, "/").await;
            if head(&mut again).await.starts_with("HTTP/1.1 200") {
                return;
            }
        }
    };
    tokio::time::timeout(PATIENCE, free).await.unwrap();
}

#[tokio::test]
async fn a_request_names_exactly_one_host() {
    let listener = accept::listen("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = listener.local_addr().unwrap();
    let (_stop, stopping) = watch::channel(false);
    let router = Router::new().route("/", get(|| async { "here" }));
    tokio::spawn(accept::serve(listener, router, 10, stopping));
    for (request, begins) in [
        ("GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400"),
        ("GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n", "HTTP/1.1 400"),
        ("GET / HTTP/1.0\r\nhost: a\r\nhost: b\r\n\r\n", "HTTP/1.0 400"),
        ("GET / HTTP/1.1\r\nhost: a\r\n\r\n", "HTTP/1.1 200"),
        ("GET / HTTP/1.0\r\n\r\n", "HTTP/1.0 200"),
    ] {
        let mut socket = TcpStream::connect(address).await.unwrap();
        socket.write_all(request.as_bytes()).await.unwrap();
        let answer = head(&mut socket).await;
        assert!(answer.starts_with(begins), "{request:?}: {answer}");
        assert_eq!(begins.ends_with("400"), answer.contains("application/problem+json"), "{answer}");
    }
}

#[tokio::test]
async fn a_stop_lets_what_is_under_way_finish() {
    let listener = accept::listen("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopping) = watch::channel(false);
    let (begun, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (in_begun, in_go) = (Arc::clone(&begun), Arc::clone(&go));
    let slow = move || {
        let (begun, go) = (Arc::clone(&in_begun), Arc::clone(&in_go));
        async move {
            begun.notify_one();
            go.notified().await;
            "done"
        }
    };
    let serving = tokio::spawn(accept::serve(listener, Router::new().route("/", get(slow)), 10, stopping));
    let mut socket = ask(address, "/").await;
    begun.notified().await;
    stop.send_replace(true);
    go.notify_one();
    let mut answer = String::new();
    tokio::time::timeout(PATIENCE, socket.read_to_string(&mut answer)).await.unwrap().unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("done"), "{answer}");
    tokio::time::timeout(PATIENCE, serving).await.unwrap().unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}
