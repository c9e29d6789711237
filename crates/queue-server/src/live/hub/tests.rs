//! The hub with real connections on streams in memory; time is moved, never slept.

use std::io;
use std::pin::Pin;
use std::task::Context;
use std::time::Duration;

use queue_core::record::Seq;
use queue_core::time::{At, Millis};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream, ReadBuf, duplex};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use super::*;
use crate::accept::placed::{Placed, Stream};
use crate::clock::{Clock, OfficeTime};
use crate::engine::handle::Whole as State;
use crate::live::connection::Opening;
use crate::live::feed::tests::published as published_at;
use crate::live::feed::{Feed, Whole};
use crate::live::guard::Guard;

/// A reader with room for everything.
const ROOMY: usize = 64 * 1024;
/// `hello` and a torn piece of the first board.
const NARROW: usize = 12;
/// An empty pong and an empty close, masked with the key 0.
const PONG: &[u8] = b"\x8a\x80\0\0\0\0";
const CLOSE: &[u8] = b"\x88\x80\0\0\0\0";

struct Hall {
    published: watch::Sender<Arc<Published>>,
    arrivals: mpsc::Sender<Connection>,
    ended: watch::Sender<()>,
    stop: watch::Sender<bool>,
    places: Arc<Semaphore>,
    clock: Clock,
    hub: JoinHandle<()>,
}

/// A hall at 10 ms with `board 1`.
fn hall() -> Hall {
    let clock = Clock::manual(At(10));
    let (published, receiver) = watch::channel(published_at(1, &[]));
    let (sender, arrivals) = mpsc::channel(ARRIVALS_MAX);
    let (ended, doubts) = watch::channel(());
    let (stop, stopping) = watch::channel(false);
    let hub = Hub {
        lobby: Lobby::told_all(receiver.clone(), OfficeTime::new(&clock, None)),
        published: receiver,
        arrivals,
        ended: doubts,
        stop: stopping,
        ranks: Ranks::default(),
    };
    let places = Arc::new(Semaphore::new(10));
    Hall { published, arrivals: sender, ended, stop, places, clock, hub: tokio::spawn(hub.run()) }
}

impl Hall {
    fn publish(&self, seq: u64, calls: &[(u64, i64)]) {
        self.published.send_replace(published_at(seq, calls));
    }

    /// Somebody whose kernel takes `room` bytes before they are read.
    async fn reader(&self, room: usize, feed: Feed, guard: Guard) -> DuplexStream {
        let (ours, theirs) = duplex(room);
        self.arrive(ours, feed, guard).await;
        theirs
    }

    async fn arrive(&self, ours: impl Stream, feed: Feed, guard: Guard) {
        let place = Arc::clone(&self.places).try_acquire_owned().unwrap();
        let opening = Opening { hello: "hello".into(), feed, guard };
        let connection = Connection::new(Placed::new(Box::new(ours), place), b"", opening);
        assert!(self.arrivals.send(connection).await.is_ok());
    }

    async fn screen(&self, room: usize) -> DuplexStream {
        let lobby = Lobby::new(self.published.subscribe(), None, OfficeTime::new(&self.clock, None));
        self.reader(room, Feed::Lobby(lobby), Guard::open("lobby", Rank::Screen)).await
    }

    fn open(&self) -> usize {
        10 - self.places.available_permits()
    }
}

/// Everything that comes until it is quiet: texts, `ping`, `pong`, `close CODE REASON`, `end`.
async fn heard(reader: &mut DuplexStream) -> Vec<String> {
    let (mut bytes, mut ended) = (Vec::new(), false);
    while let Ok(count) = timeout(Duration::from_millis(1), reader.read_buf(&mut bytes)).await {
        if count.unwrap() == 0 {
            ended = true;
            break;
        }
    }
    let mut told = Vec::new();
    let mut rest = &bytes[..];
    while let [first, length, more @ ..] = rest {
        let (payload, behind) = more.split_at(usize::from(*length));
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        told.push(match first {
            0x81 => text(payload),
            0x89 => "ping".to_owned(),
            0x8a => "pong".to_owned(),
            0x88 if payload.is_empty() => "close".to_owned(),
            0x88 => format!("close {} {}", u16::from_be_bytes([payload[0], payload[1]]), text(&payload[2..])),
            other => panic!("{other:x}"),
        });
        rest = behind;
    }
    assert!(rest.is_empty(), "a frame is torn: {rest:?}");
    told.extend(ended.then(|| "end".to_owned()));
    told
}

#[tokio::test(start_paused = true)]
async fn every_screen_hears_each_call_once_and_before_its_board() {
    let hall = hall();
    let mut screens = [hall.screen(ROOMY).await, hall.screen(ROOMY).await, hall.screen(NARROW).await];
    for screen in &mut screens {
        assert_eq!(heard(screen).await, ["hello", "board 1"]);
    }
    hall.publish(2, &[(2, 90)]);
    for screen in &mut screens {
        assert_eq!(heard(screen).await, ["call 2", "board 2"]);
    }
    hall.publish(3, &[(2, 90), (3, 90)]);
    hall.publish(5, &[(2, 90), (3, 90), (4, 90)]);
    for screen in &mut screens {
        assert_eq!(heard(screen).await, ["call 3", "call 4", "board 5"]);
    }
    let mut late = hall.screen(ROOMY).await;
    assert_eq!(heard(&mut late).await, ["hello", "board 5"]);
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_lags_gets_the_torn_frame_then_every_unexpired_call_and_one_board() {
    let hall = hall();
    // Given a screen that took `hello` and half of `board 1`.
    let mut lagging = hall.screen(NARROW).await;
    let mut other = hall.screen(ROOMY).await;
    assert_eq!(heard(&mut other).await, ["hello", "board 1"]);
    // When calls and boards come and one call expires, each heard at once by who reads.
    let calls = [(2, 90), (3, 20), (4, 90)];
    for seq in [2, 3, 4] {
        hall.publish(seq, &calls[..usize::try_from(seq - 1).unwrap()]);
        assert_eq!(heard(&mut other).await, [format!("call {seq}"), format!("board {seq}")]);
    }
    hall.clock.advance(Millis(40));
    // Then it gets the rest of the torn board, the calls that may still be announced, and the newest board alone.
    assert_eq!(heard(&mut lagging).await, ["hello", "board 1", "call 2", "call 4", "board 4"]);
    hall.publish(5, &[(2, 90), (4, 90), (5, 90)]);
    assert_eq!(heard(&mut lagging).await, ["call 5", "board 5"]);
}

#[tokio::test(start_paused = true)]
async fn of_a_torn_burst_only_the_torn_frame_is_as_it_was() {
    let hall = hall();
    let mut screen = hall.screen(NARROW).await;
    assert_eq!(heard(&mut screen).await, ["hello", "board 1"]);
    // `call 2` and a piece of `call 3` are taken, `board 3` is not.
    hall.publish(3, &[(2, 90), (3, 90)]);
    sleep(Duration::from_millis(1)).await;
    hall.publish(4, &[(2, 90), (3, 90), (4, 90)]);
    sleep(Duration::from_millis(1)).await;
    assert_eq!(heard(&mut screen).await, ["call 2", "call 3", "call 4", "board 4"]);
}

#[tokio::test(start_paused = true)]
async fn who_takes_nothing_is_ended_in_time_and_costs_the_others_nothing() {
    let hall = hall();
    let begun = Instant::now();
    let _stalled = hall.screen(NARROW).await;
    let mut other = hall.screen(ROOMY).await;
    for second in 1..=21 {
        hall.publish(second + 1, &[]);
        let told = heard(&mut other).await;
        assert!(told.contains(&format!("board {}", second + 1)), "{told:?}");
        if told.contains(&"ping".to_owned()) {
            other.write_all(PONG).await.unwrap();
        }
        let expected = if begun.elapsed() < Duration::from_secs(20) { 2 } else { hall.open() };
        assert_eq!(hall.open(), expected, "after {:?}", begun.elapsed());
        sleep(Duration::from_secs(1)).await;
    }
    sleep(Duration::from_millis(500)).await;
    assert_eq!(hall.open(), 1, "after {:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn who_is_silent_is_told_so_and_who_answers_pings_stays() {
    let hall = hall();
    let (mut silent, mut lively) = (hall.screen(ROOMY).await, hall.screen(ROOMY).await);
    assert_eq!(heard(&mut silent).await, ["hello", "board 1"]);
    assert_eq!(heard(&mut lively).await, ["hello", "board 1"]);
    for _ in 0..2 {
        sleep(Duration::from_secs(10)).await;
        assert_eq!(heard(&mut silent).await, ["ping"]);
        assert_eq!(heard(&mut lively).await, ["ping"]);
        lively.write_all(PONG).await.unwrap();
    }
    sleep(Duration::from_secs(12)).await;
    assert_eq!(heard(&mut silent).await, ["close 1008 silent", "end"]);
    assert_eq!(heard(&mut lively).await, ["ping"]);
    assert_eq!(hall.open(), 1);
}

#[tokio::test(start_paused = true)]
async fn staff_are_let_go_when_their_session_ends() {
    let hall = hall();
    let (states, first) = watch::channel(State { seq: Seq(1), text: "counter 1".into() });
    let (session, alive) = watch::channel(true);
    let still = move || *alive.borrow();
    let console = Feed::Whole(Whole::new(first));
    let mut console = hall.reader(ROOMY, console, Guard::staff("counter", still)).await;
    let mut screen = hall.screen(ROOMY).await;
    assert_eq!(heard(&mut console).await, ["hello", "counter 1"]);
    hall.ended.send_replace(());
    assert!(heard(&mut console).await.is_empty(), "somebody else's session");
    states.send_replace(State { seq: Seq(2), text: "counter 2".into() });
    assert_eq!(heard(&mut console).await, ["counter 2"]);
    session.send_replace(false);
    hall.ended.send_replace(());
    assert_eq!(heard(&mut console).await, ["close 1008 signed out"]);
    console.write_all(CLOSE).await.unwrap();
    assert_eq!(heard(&mut console).await, ["end"]);
    drop(console);
    assert_eq!(heard(&mut screen).await, ["hello", "board 1"]);
    assert_eq!(hall.open(), 1);
}

#[tokio::test(start_paused = true)]
async fn of_whole_states_a_phone_that_was_away_gets_the_newest() {
    let hall = hall();
    let (states, first) = watch::channel(State { seq: Seq(1), text: "ticket 1".into() });
    let phone = Feed::Whole(Whole::new(first));
    let mut phone = hall.reader(NARROW, phone, Guard::open("ticket", Rank::Phone)).await;
    for seq in 2..=9 {
        sleep(Duration::from_millis(1)).await;
        states.send_replace(State { seq: Seq(seq), text: format!("ticket {seq}").into() });
    }
    assert_eq!(heard(&mut phone).await, ["hello", "ticket 1", "ticket 9"]);
    drop(states);
    assert_eq!(heard(&mut phone).await, ["close 1012 stopping"]);
}

#[tokio::test(start_paused = true)]
async fn a_close_is_answered_and_a_fault_is_named() {
    let hall = hall();
    for (said, told) in [
        (CLOSE, &["close", "end"][..]),
        (b"\x89\x80\0\0\0\0\x88\x80\0\0\0\0", &["pong", "close", "end"]),
        (b"\x81\x01x", &["close 1002 ", "end"]),
        (b"\x82\xfe\x20\x00\0\0\0\0", &["close 1009 ", "end"]),
    ] {
        let mut screen = hall.screen(ROOMY).await;
        assert_eq!(heard(&mut screen).await, ["hello", "board 1"]);
        screen.write_all(said).await.unwrap();
        assert_eq!(heard(&mut screen).await, told);
        drop(screen);
        sleep(Duration::from_millis(1)).await;
        assert_eq!(hall.open(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn when_the_server_stops_everybody_is_told_and_nobody_holds_it_up() {
    let hall = hall();
    let (mut polite, _stalled) = (hall.screen(ROOMY).await, hall.screen(NARROW).await);
    assert_eq!(heard(&mut polite).await, ["hello", "board 1"]);
    let begun = Instant::now();
    hall.stop.send_replace(true);
    assert_eq!(heard(&mut polite).await, ["close 1012 stopping"]);
    polite.write_all(CLOSE).await.unwrap();
    hall.hub.await.unwrap();
    assert!(begun.elapsed() <= 2 * LEAVE_MAX, "{:?}", begun.elapsed());
    assert_eq!(hall.places.available_permits(), 10);
    assert!(hall.arrivals.is_closed());
}

/// Boards that come without a pause, each while the one before is told.
const STORM: u64 = 20_000;

/// A screen at which whatever it is told makes the next board.
struct Echo(watch::Sender<Arc<Published>>);

impl AsyncRead for Echo {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, _: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Poll::Pending
    }
}

impl AsyncWrite for Echo {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let seq = self.0.borrow().seq.0;
        if (2..STORM).contains(&seq) {
            self.0.send_replace(published_at(seq + 1, &[]));
        }
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[tokio::test(start_paused = true)]
async fn boards_without_a_pause_starve_nobody() {
    let hall = hall();
    let lobby = || Lobby::new(hall.published.subscribe(), None, OfficeTime::new(&hall.clock, None));
    let echo = Echo(hall.published.clone());
    hall.arrive(echo, Feed::Lobby(lobby()), Guard::open("lobby", Rank::Screen)).await;
    let (states, first) = watch::channel(State { seq: Seq(1), text: "ticket 1".into() });
    let (phone, ticket) = (Feed::Whole(Whole::new(first)), Guard::open("ticket", Rank::Phone));
    let mut phone = hall.reader(ROOMY, phone, ticket).await;
    assert_eq!(heard(&mut phone).await, ["hello", "ticket 1"]);
    // Given boards that come faster than they are told.
    hall.publish(2, &[]);
    // When a phone has news, and a screen and a phone come.
    states.send_replace(State { seq: Seq(2), text: "ticket 2".into() });
    let mut screen = hall.screen(ROOMY).await;
    let (come, guard) = (Feed::Whole(Whole::new(states.subscribe())), Guard::open("ticket", Rank::Phone));
    let mut late = hall.reader(ROOMY, come, guard).await;
    // Then each is served before the storm is over.
    for reader in [&mut phone, &mut screen, &mut late] {
        let mut byte = [0];
        reader.read_exact(&mut byte).await.unwrap();
        assert!(hall.published.borrow().seq.0 < STORM / 2, "it had to wait until the storm was over");
    }
}
