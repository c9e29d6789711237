//! One direction of one connection.

use std::pin::pin;
use std::sync::atomic::Ordering;
use std::time::Duration;

use rand::RngExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::{Flow, Line, Shared};

/// A piece is at most as long as a segment of Ethernet.
const PIECE_BYTES: usize = 1448;
/// Pieces under way on a slow line; more wait at the sender.
const PIECES_MAX: usize = 64;
/// What a lost segment costs: the sender's first retransmission, at most two doublings of it.
const RESEND_MS: u64 = 200;

/// Which direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// To the server.
    Up,
    /// To the client.
    Down,
}

/// How a direction ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// With the sender's FIN, which was passed on.
    Finished,
    /// By RST, or because nobody takes the bytes any more: the whole connection is over.
    Reset,
}

/// Carries bytes until the sender ends. It never returns on a torn line: that is for the other direction, for a cut,
/// or for the two ends.
pub(super) async fn pump(reads: OwnedReadHalf, writes: OwnedWriteHalf, shared: &Shared, way: Way) -> End {
    let (pieces, arriving) = mpsc::channel(PIECES_MAX);
    let mut delivering = pin!(deliver(Abrupt(Some(writes)), arriving));
    let taken = tokio::select! {
        taken = take(reads, pieces, shared, way) => taken,
        _ = &mut delivering => return End::Reset,
    };
    if taken == End::Reset { taken } else { delivering.await }
}

/// A socket that ends with RST unless it was said goodbye to.
struct Abrupt(Option<OwnedWriteHalf>);

impl Drop for Abrupt {
    fn drop(&mut self) {
        if let Some(writes) = self.0.take() {
            let _ = writes.as_ref().set_zero_linger();
            // Without this, FIN would go before the RST.
            writes.forget();
        }
    }
}

/// Reads pieces and says when each arrives.
async fn take(
    mut reads: OwnedReadHalf,
    pieces: mpsc::Sender<(Instant, Vec<u8>)>,
    shared: &Shared,
    way: Way,
) -> End {
    let mut line = shared.line.subscribe();
    let mut torn = false;
    let mut free_at = Instant::now();
    let mut buffer = [0; PIECE_BYTES];
    loop {
        let stalled = |line: &Line| flow(line, way) != Flow::Stalled;
        if line.wait_for(stalled).await.is_err() {
            return End::Finished;
        }
        let count = tokio::select! {
            read = reads.read(&mut buffer) => read,
            // The line has changed while nothing came: look at it again.
            _ = line.changed() => continue,
        };
        let now = *line.borrow_and_update();
        torn |= flow(&now, way) == Flow::Vanishing;
        let count = match count {
            Ok(count @ 1..) => count,
            // A goodbye vanishes too.
            Ok(_) | Err(_) if torn => std::future::pending().await,
            Ok(_) => return End::Finished,
            Err(_) => return End::Reset,
        };
        if torn {
            continue;
        }
        if way == Way::Down && loses_reply(shared) {
            return End::Reset;
        }
        let (late, reset) = luck(&now);
        if reset {
            return End::Reset;
        }
        let start = free_at.max(Instant::now());
        free_at = start + sending_time(count, now.bytes_per_s);
        // TCP delivers in order, so nothing overtakes a late piece.
        let arrives = free_at + late;
        if now.loss_permille > 0 {
            free_at = arrives;
        }
        if pieces.send((arrives, buffer[..count].to_vec())).await.is_err() {
            return End::Reset;
        }
    }
}

async fn deliver(mut writes: Abrupt, mut arriving: mpsc::Receiver<(Instant, Vec<u8>)>) -> End {
    let Some(socket) = &mut writes.0 else { return End::Reset };
    while let Some((at, piece)) = arriving.recv().await {
        tokio::time::sleep_until(at).await;
        if socket.write_all(&piece).await.is_err() {
            return End::Reset;
        }
    }
    let ended = socket.shutdown().await;
    writes.0 = None;
    if ended.is_ok() { End::Finished } else { End::Reset }
}

fn flow(line: &Line, way: Way) -> Flow {
    match way {
        Way::Up => line.up,
        Way::Down => line.down,
    }
}

/// How late a piece comes, and whether it ends the connection.
fn luck(line: &Line) -> (Duration, bool) {
    let mut dice = rand::rng();
    let jitter = dice.random_range(0..=line.jitter.as_micros().try_into().unwrap_or(u64::MAX));
    let mut late = line.delay + Duration::from_micros(jitter);
    if dice.random_range(0..1000) < line.loss_permille {
        late += Duration::from_millis(RESEND_MS << dice.random_range(0..3));
    }
    (late, dice.random_range(0..1000) < line.reset_permille)
}

fn sending_time(bytes: usize, bytes_per_s: u32) -> Duration {
    if bytes_per_s == 0 {
        return Duration::ZERO;
    }
    Duration::from_secs_f64(bytes as f64 / f64::from(bytes_per_s))
}

/// Whether this answer is one of those to be lost.
fn loses_reply(shared: &Shared) -> bool {
    let left = |left: u64| left.checked_sub(1);
    let lost = shared.replies_to_lose.fetch_update(Ordering::SeqCst, Ordering::SeqCst, left).is_ok();
    if lost {
        shared.replies_lost.fetch_add(1, Ordering::SeqCst);
    }
    lost
}
