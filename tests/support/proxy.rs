//! A bad network between two programs: a TCP proxy whose line delays, loses, stalls, vanishes, is cut or refuses.
//!
//! It stands on one fixed address while the server behind it may move, so that a restarted server is found again.
//! Bytes that vanished tear the stream for good: such a connection stays dead in that direction after the line has
//! healed, as one whose middle box forgot it, and only its two ends can find that out.

mod pump;

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use pump::{End, Way, pump};

/// What happens to the bytes of one direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Flow {
    /// They pass.
    #[default]
    Open,
    /// They wait in the buffers of the sender until the line heals.
    Stalled,
    /// They are taken and never arrive: no FIN, no RST, a half-open connection.
    Vanishing,
}

/// The quality of a line. The default passes everything at once.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Line {
    /// Added to each piece.
    pub delay: Duration,
    /// Up to this much more, by chance.
    pub jitter: Duration,
    /// Bytes a second of one direction of one connection; 0 is without a bound.
    pub bytes_per_s: u32,
    /// How many of a thousand pieces are "lost": TCP sends them again after 200 to 800 ms.
    pub loss_permille: u32,
    /// How many of a thousand pieces end their connection with RST.
    pub reset_permille: u32,
    /// From the client.
    pub up: Flow,
    /// To the client.
    pub down: Flow,
    /// New connections are ended with RST at once.
    pub refuses: bool,
}

/// A proxy. Dropping it ends all its connections.
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

/// What the connections look at.
struct Shared {
    upstream: Mutex<SocketAddr>,
    line: watch::Sender<Line>,
    /// Grows with each cut; a connection ends when it differs from its own.
    cuts: watch::Sender<u64>,
    /// Answers that are still to be lost: the connection ends with RST in the place of the answer's first bytes.
    replies_to_lose: AtomicU64,
    replies_lost: AtomicU64,
    accepted: AtomicU64,
}

impl Proxy {
    /// Listens on a free port of 127.0.0.1 for a server at `url`, such as `http://127.0.0.1:8080`.
    ///
    /// # Errors
    /// When no port is free, or the address is none.
    pub async fn start(url: &str) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let shared = Arc::new(Shared {
            upstream: Mutex::new(address_of(url)?),
            line: watch::Sender::new(Line::default()),
            cuts: watch::Sender::new(0),
            replies_to_lose: AtomicU64::new(0),
            replies_lost: AtomicU64::new(0),
            accepted: AtomicU64::new(0),
        });
        let address = listener.local_addr()?;
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok(Self { address, shared, accepting })
    }

    /// `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The server is at `url` from now on; connections that stand are not touched.
    ///
    /// # Errors
    /// When that is no address.
    pub fn lead_to(&self, url: &str) -> io::Result<()> {
        *self.shared.upstream.lock().unwrap_or_else(PoisonError::into_inner) = address_of(url)?;
        Ok(())
    }

    /// The line is like this from now on, also for connections that stand.
    pub fn set(&self, line: Line) {
        self.shared.line.send_replace(line);
    }

    /// Ends every connection with RST to both sides.
    pub fn cut(&self) {
        self.shared.cuts.send_modify(|cuts| *cuts += 1);
    }

    /// Loses the next `count` answers after their requests went through.
    pub fn lose_replies(&self, count: u64) {
        self.shared.replies_to_lose.store(count, Ordering::SeqCst);
    }

    /// Answers lost so far by [`Proxy::lose_replies`].
    #[must_use]
    pub fn replies_lost(&self) -> u64 {
        self.shared.replies_lost.load(Ordering::SeqCst)
    }

    /// Connections taken so far.
    #[must_use]
    pub fn accepted(&self) -> u64 {
        self.shared.accepted.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
        self.cut();
    }
}

fn address_of(url: &str) -> io::Result<SocketAddr> {
    let host = url.trim_start_matches("http://").trim_end_matches('/');
    host.parse().map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, format!("{url}: {error}")))
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        let Ok((client, _)) = listener.accept().await else { continue };
        shared.accepted.fetch_add(1, Ordering::SeqCst);
        tokio::spawn(carry(client, Arc::clone(&shared)));
    }
}

/// One connection, until one side ends it or the line does.
async fn carry(client: TcpStream, shared: Arc<Shared>) {
    let mut cuts = shared.cuts.subscribe();
    let upstream = *shared.upstream.lock().unwrap_or_else(PoisonError::into_inner);
    let server = if shared.line.borrow().refuses { None } else { TcpStream::connect(upstream).await.ok() };
    let Some(server) = server else {
        let _ = client.set_zero_linger();
        return;
    };
    let _ = client.set_nodelay(true);
    let _ = server.set_nodelay(true);
    let (client_reads, client_writes) = client.into_split();
    let (server_reads, server_writes) = server.into_split();
    let mut up = pin!(pump(client_reads, server_writes, &shared, Way::Up));
    let mut down = pin!(pump(server_reads, client_writes, &shared, Way::Down));
    let both = async {
        let (first, other) = tokio::select! {
            end = &mut up => (end, down),
            end = &mut down => (end, up),
        };
        if first == End::Finished {
            other.await;
        }
    };
    tokio::select! {
        _ = cuts.changed() => {}
        () = both => {}
    }
}
