//! The network's two ends: connections that the server accepts, watched for what must not leave yet, and the
//! clients' plain HTTP.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use queue_server::accept::Listen;
use queue_server::accept::placed::Stream;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::time::{Sleep, timeout};
use turmoil::net::{TcpListener, TcpStream};

use crate::shared::Shared;

/// The server's port.
pub const PORT: u16 = 8080;
/// The server's name on the network.
pub const SERVER: &str = "server";
/// Longest wait for an answer.
const ANSWER_MAX: Duration = Duration::from_millis(2500);

/// Turmoil's listener, with every connection watched.
pub struct Watched {
    listener: TcpListener,
    shared: Shared,
}

impl Watched {
    /// Listens on the server's port.
    ///
    /// # Errors
    /// What the network says.
    pub async fn bind(shared: Shared) -> io::Result<Self> {
        Ok(Self { listener: TcpListener::bind(("0.0.0.0", PORT)).await?, shared })
    }
}

impl Listen for Watched {
    async fn accept(&mut self) -> io::Result<(Box<dyn Stream>, SocketAddr)> {
        let (stream, peer) = self.listener.accept().await?;
        let dice = self.shared.plan.dice.split();
        let stalls = dice.chance(self.shared.plan.faults.stall);
        let stall = stalls.then(|| (dice.range(600, 6000), dice.millis(300, 4000)));
        Ok((Box::new(Told { stream, shared: self.shared.clone(), stall, resting: None, sent: 0 }), peer))
    }
}

/// A connection of the server: nothing may leave by it that is not on the disk. Some take nothing for a while.
struct Told {
    stream: TcpStream,
    shared: Shared,
    /// After so many bytes nothing is taken for so long.
    stall: Option<(u64, Duration)>,
    resting: Option<Pin<Box<Sleep>>>,
    sent: u64,
}

impl AsyncRead for Told {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Told {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        if let Some((after, rest)) = this.stall
            && this.sent > after
        {
            this.stall = None;
            this.resting = Some(Box::pin(tokio::time::sleep(rest)));
        }
        if let Some(resting) = &mut this.resting {
            match resting.as_mut().poll(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(()) => this.resting = None,
            }
        }
        let told = this.shared.disk.state().durable.0;
        for seq in seqs(buf) {
            if seq > told {
                this.shared.violated(format!("record {seq} left the server, and the disk has {told}"));
            }
        }
        let written = Pin::new(&mut this.stream).poll_write(cx, buf);
        if let Poll::Ready(Ok(bytes)) = &written {
            this.sent += *bytes as u64;
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// The records that answers and messages in `bytes` say they reflect.
fn seqs(bytes: &[u8]) -> Vec<u64> {
    let text = String::from_utf8_lossy(bytes);
    let after = |mark: &'static str| {
        let found: Vec<u64> = text
            .match_indices(mark)
            .filter_map(|(at, _)| {
                let rest = &text[at + mark.len()..];
                let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
                digits.parse().ok()
            })
            .collect();
        found
    };
    let mut all = after("queue-seq: ");
    all.extend(after("\"seq\":"));
    all
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The record that it reflects, where it says so.
    pub seq: Option<u64>,
    /// The body; null where it is no JSON.
    pub body: Value,
}

impl Answer {
    /// The code of a problem.
    #[must_use]
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }
}

/// A request.
#[derive(Clone, Debug)]
pub struct Request {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Below `/api/v1/offices/sim`.
    pub path: String,
    /// The token of the session.
    pub token: Option<String>,
    /// The idempotency key.
    pub key: Option<String>,
    /// The body, as JSON.
    pub body: String,
}

/// Sends a request on a connection of its own; nothing where no whole answer came back in time.
pub async fn send(request: &Request) -> Option<Answer> {
    timeout(ANSWER_MAX, exchange(request)).await.ok()?.ok()?
}

async fn exchange(request: &Request) -> io::Result<Option<Answer>> {
    let mut stream = TcpStream::connect((SERVER, PORT)).await?;
    let Request { method, path, token, key, body } = request;
    let mut head = format!(
        "{method} /api/v1/offices/{}{path} HTTP/1.1\r\nhost: {SERVER}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n",
        crate::plan::OFFICE,
        body.len()
    );
    if let Some(token) = token {
        head += &format!("authorization: Bearer {token}\r\n");
    }
    if let Some(key) = key {
        head += &format!("idempotency-key: {key}\r\n");
    }
    stream.write_all(format!("{head}\r\n{body}").as_bytes()).await?;
    let mut bytes = Vec::new();
    let mut part = vec![0; 8192];
    loop {
        let read = stream.read(&mut part).await?;
        bytes.extend_from_slice(&part[..read]);
        if let Some(answer) = whole(&bytes) {
            return Ok(Some(answer));
        }
        if read == 0 {
            return Ok(None);
        }
    }
}

/// The answer in `bytes`, once all of it is there.
fn whole(bytes: &[u8]) -> Option<Answer> {
    let text = String::from_utf8_lossy(bytes);
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let header = |name: &str| {
        let found = head.lines().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then(|| value.to_owned())
        });
        found.and_then(|value| value.parse::<u64>().ok())
    };
    let length = usize::try_from(header("content-length").unwrap_or(0)).ok()?;
    if body.len() < length {
        return None;
    }
    let body = serde_json::from_str(&body[..length]).unwrap_or(Value::Null);
    Some(Answer { status, seq: header("queue-seq"), body })
}
