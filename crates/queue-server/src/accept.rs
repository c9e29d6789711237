//! Accepts connections: HTTP/1 only, a bound on the number of them and on the time a head may take.
//!
//! `axum::serve` has neither bound, and holds slow connections for ever; that is why this loop is our own.
//! Where connections come from is a [`Listen`]: TCP here, a simulated network in the simulation.

pub mod placed;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::header::HOST;
use axum::http::{Request, StatusCode, Version};
use axum::response::IntoResponse;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use socket2::{Domain, Protocol, Socket, Type};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tower::ServiceExt;

use crate::http::problem::Fault;
use crate::telemetry;
use placed::{Placed, Stream};

/// A hall full of phones reconnects at once after a restart.
const BACKLOG: i32 = 4096;
/// A head that takes longer is no browser's; also how long an idle connection is kept.
const HEAD_MAX: Duration = Duration::from_secs(30);
/// A head larger than this is nobody's.
const HEAD_BYTES_MAX: usize = 32 * 1024;
/// What the kernel may hold for one stalled reader; screens get the newest state, never a backlog.
const SEND_BUFFER_BYTES: usize = 16 * 1024;
/// Open files kept back, beside those that are open before the first connection: three for each journal.
const FILES_KEPT: u64 = 256;
/// A pause after the system had no file left.
const PAUSE: Duration = Duration::from_millis(50);
/// How long a connection beyond the limit may take to hear so; a fresh socket takes it at once.
const REFUSAL_MAX: Duration = Duration::from_millis(50);
/// How long connections may take to finish after the stop.
const FINISH_MAX: Duration = Duration::from_secs(5);

/// Said to a connection beyond the limit.
const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 2\r\nconnection: close\r\n\
    content-type: application/problem+json\r\ncontent-length: 148\r\n\r\n\
    {\"type\":\"urn:queue:problem:busy\",\"title\":\"Busy\",\"status\":503,\"code\":\"busy\",\
    \"detail\":\"too many connections: try again in a moment\",\"retry_after_s\":2}";

/// Who is at the other end; beside every request.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// Where connections come from.
pub trait Listen: Send + 'static {
    /// Waits for the next connection, and says who is at its other end.
    ///
    /// # Errors
    /// What the system says; the next call may succeed.
    fn accept(&mut self) -> impl Future<Output = io::Result<(Box<dyn Stream>, SocketAddr)>> + Send;
}

impl Listen for TcpListener {
    async fn accept(&mut self) -> io::Result<(Box<dyn Stream>, SocketAddr)> {
        let (stream, peer) = Self::accept(self).await?;
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY was refused");
        }
        Ok((Box::new(stream), peer))
    }
}

/// A listener on `address`, ready to accept.
///
/// # Errors
/// What the system says, such as a port that is taken.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    socket.set_send_buffer_size(SEND_BUFFER_BYTES)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    socket.set_nonblocking(true)?;
    TcpListener::from_std(socket.into())
}

/// Serves `router` on `listener` until `stop` turns true, then lets what is under way finish.
///
/// At most `connections` are open at once, fewer where the system allows fewer files.
pub async fn serve(
    mut listener: impl Listen,
    router: Router,
    connections: u32,
    mut stop: watch::Receiver<bool>,
) {
    let room = Arc::new(Semaphore::new(room(connections)));
    let all = room.available_permits();
    loop {
        let accepted = tokio::select! {
            biased;
            () = stopped(&mut stop) => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => match Arc::clone(&room).try_acquire_owned() {
                Ok(permit) => {
                    let handled = connection(stream, Peer(peer), router.clone(), permit, stop.clone());
                    tokio::spawn(handled);
                }
                Err(_) => refuse(stream).await,
            },
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
        metrics::gauge!("queue_connections").set(open(all, &room));
    }
    drop(listener);
    let everything = u32::try_from(all).unwrap_or(u32::MAX);
    if tokio::time::timeout(FINISH_MAX, room.acquire_many(everything)).await.is_err() {
        tracing::warn!("some connections did not finish in time and are cut");
    }
}

/// Resolves once the stop was asked for.
pub async fn stopped(stop: &mut watch::Receiver<bool>) {
    // A sender that is gone has stopped too.
    let _seen = stop.wait_for(|stop| *stop).await;
}

async fn connection(
    stream: Box<dyn Stream>,
    peer: Peer,
    router: Router,
    permit: OwnedSemaphorePermit,
    mut stop: watch::Receiver<bool>,
) {
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let refused = fault_of_host(&request);
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(peer);
        let router = router.clone();
        async move {
            match refused {
                Some(fault) => Ok(fault.into_response()),
                None => router.oneshot(request).await,
            }
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_MAX)
        .max_buf_size(HEAD_BYTES_MAX)
        .serve_connection(TokioIo::new(Placed::new(stream, permit)), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        biased;
        ended = connection.as_mut() => ended,
        () = stopped(&mut stop) => {
            connection.as_mut().graceful_shutdown();
            bounded(connection).await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// HTTP/1.1 asks for exactly one `Host` (RFC 9112, 3.2): with none or two, proxies and servers may disagree on it.
fn fault_of_host(request: &Request<Incoming>) -> Option<Fault> {
    let given = request.headers().get_all(HOST).iter().count();
    let fits = given == 1 || (given == 0 && request.version() < Version::HTTP_11);
    (!fits).then(|| Fault::new(StatusCode::BAD_REQUEST, "bad-request", "send exactly one Host header"))
}

async fn bounded(connection: impl Future<Output = hyper::Result<()>>) -> hyper::Result<()> {
    tokio::time::timeout(FINISH_MAX, connection).await.unwrap_or(Ok(()))
}

async fn refuse(mut stream: Box<dyn Stream>) {
    if !matches!(tokio::time::timeout(REFUSAL_MAX, stream.write_all(FULL)).await, Ok(Ok(()))) {
        tracing::debug!("a connection beyond the limit was closed unanswered");
    }
}

fn room(connections: u32) -> usize {
    let files = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    let kept = FILES_KEPT + telemetry::open_files().unwrap_or(0);
    let most = files.map_or(u64::from(connections), |files| files.saturating_sub(kept).max(16));
    usize::try_from(u64::from(connections).min(most)).unwrap_or(16)
}

fn open(all: usize, room: &Semaphore) -> f64 {
    let open = all.saturating_sub(room.available_permits());
    f64::from(u32::try_from(open).unwrap_or(u32::MAX))
}
