//! The readers: thousands of plain WebSocket clients in one process, in groups; counts and times what arrives.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::{Notify, Semaphore, mpsc};
use tokio::task::LocalSet;

use crate::part::{now_ns, say};

/// Handshakes under way at once.
const HANDSHAKES: usize = 512;
/// A reader that is to stall takes little into its kernel.
const STALLED_BYTES: u32 = 4096;

/// What all readers of a group have in common.
#[derive(Default)]
struct Group {
    /// Calls and whole states of each reader, and when the last call arrived.
    calls: RefCell<Vec<u64>>,
    states: Cell<u64>,
    arrived: RefCell<Vec<i64>>,
    /// Readers with so many calls.
    reached: RefCell<BTreeMap<u64, usize>>,
    /// Readers that have a whole state on their present connection.
    fresh: Cell<usize>,
    /// The last burst of the first reader, for the bare loop.
    burst: RefCell<Vec<u8>>,
    burst_ended: Cell<bool>,
    changed: Notify,
    /// Nobody comes back before the server does.
    shut: Cell<bool>,
    lags: RefCell<Vec<i64>>,
}

/// How a reader behaves.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Manner {
    Reads,
    Stalls,
    ComesBack,
}

/// Does what standard input asks for.
pub(crate) fn run() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (sender, mut asks) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    say("ready");
    runtime.block_on(LocalSet::new().run_until(async move {
        let mut groups: BTreeMap<String, (Rc<Group>, Vec<tokio::task::JoinHandle<()>>)> = BTreeMap::new();
        while let Some(line) = asks.recv().await {
            let words: Vec<&str> = line.split(' ').collect();
            if let ["open", name, port, count, manner, file] = words.as_slice() {
                groups.insert((*name).to_owned(), open(port, count, manner, file).await);
                say("opened");
                continue;
            }
            let (group, tasks) = groups.get_mut(words[1]).unwrap();
            match words.as_slice() {
                ["await", _, calls] => {
                    let calls: u64 = calls.parse().unwrap();
                    let count = group.calls.borrow().len();
                    group.until(|| group.reached.borrow().get(&calls).copied() == Some(count)).await;
                    say("arrived");
                }
                ["fresh", _] => {
                    let count = group.calls.borrow().len();
                    group.until(|| group.fresh.get() == count).await;
                    say(now_ns());
                }
                ["shut", _] => {
                    group.shut.set(true);
                    say("shut");
                }
                ["open-again", _] => {
                    group.shut.set(false);
                    group.changed.notify_waiters();
                    say(now_ns());
                }
                ["lost", _] => {
                    group.until(|| group.fresh.get() == 0).await;
                    say("lost");
                }
                ["lag", _, since] => {
                    let since: i64 = since.parse().unwrap();
                    group.lags.borrow_mut().extend(group.arrived.borrow().iter().map(|at| at - since));
                    say("noted");
                }
                ["lags", _] => say(group.lags()),
                ["states", _] => say(group.states.get()),
                ["burst", _, file] => {
                    std::fs::write(file, &*group.burst.borrow()).unwrap();
                    say("written");
                }
                ["close", _] => {
                    tasks.drain(..).for_each(|task| task.abort());
                    say("closed");
                }
                other => panic!("{other:?}"),
            }
        }
    }));
}

async fn open(
    port: &str,
    count: &str,
    manner: &str,
    file: &str,
) -> (Rc<Group>, Vec<tokio::task::JoinHandle<()>>) {
    let (port, count) = (port.parse().unwrap(), count.parse().unwrap());
    let manner = match manner {
        "reads" => Manner::Reads,
        "stalls" => Manner::Stalls,
        "comes-back" => Manner::ComesBack,
        other => panic!("{other}"),
    };
    let topics: Vec<String> = match file {
        "lobby" => vec!["lobby".to_owned()],
        file => std::fs::read_to_string(file).unwrap().lines().map(|id| format!("tickets/{id}")).collect(),
    };
    let group = Rc::new(Group::default());
    group.calls.borrow_mut().resize(count, 0);
    group.arrived.borrow_mut().resize(count, 0);
    let door = Rc::new(Semaphore::new(HANDSHAKES));
    let tasks = (0..count).map(|index| {
        let reader = Reader {
            group: Rc::clone(&group),
            index,
            port,
            topic: topics[index % topics.len()].clone(),
            manner,
            door: Rc::clone(&door),
        };
        tokio::task::spawn_local(reader.run())
    });
    let tasks = tasks.collect();
    group.until(|| group.fresh.get() == count).await;
    (group, tasks)
}

impl Group {
    async fn until(&self, held: impl Fn() -> bool) {
        while !held() {
            self.changed.notified().await;
        }
    }

    /// `p50 p99 max count` in nanoseconds, and forgets them.
    fn lags(&self) -> String {
        let mut lags = self.lags.take();
        lags.sort_unstable();
        let at = |of_100: usize| lags[(lags.len() * of_100 / 100).min(lags.len() - 1)];
        format!("{} {} {} {}", at(50), at(99), at(100), lags.len())
    }
}

struct Reader {
    group: Rc<Group>,
    index: usize,
    port: u16,
    topic: String,
    manner: Manner,
    door: Rc<Semaphore>,
}

impl Reader {
    async fn run(self) {
        // A cheap generator: only that the pauses differ matters.
        let mut dice = (self.index as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut attempt = 0;
        loop {
            if attempt > 0 {
                self.group.until(|| !self.group.shut.get()).await;
                // As the contract asks of screens: within a second at first, then up to twice as long.
                dice ^= dice << 13;
                dice ^= dice >> 7;
                dice ^= dice << 17;
                let most_ms = (1000_u64 << (attempt - 1).min(3)).min(10_000);
                tokio::time::sleep(Duration::from_millis(dice % most_ms)).await;
            }
            attempt += 1;
            let place = self.door.acquire().await.unwrap();
            let socket = self.connect().await;
            drop(place);
            let Ok(mut socket) = socket else { continue };
            let fresh = self.read(&mut socket).await;
            if fresh {
                // Whoever had a board begins again with the first pause.
                attempt = 1;
                self.group.fresh.set(self.group.fresh.get() - 1);
                self.group.changed.notify_waiters();
            }
            if self.manner != Manner::ComesBack {
                return;
            }
        }
    }

    async fn connect(&self) -> std::io::Result<TcpStream> {
        let socket = TcpSocket::new_v4()?;
        if self.manner == Manner::Stalls {
            socket.set_recv_buffer_size(STALLED_BYTES)?;
        }
        let mut socket = socket.connect(([127, 0, 0, 1], self.port).into()).await?;
        socket.set_nodelay(true)?;
        let head = format!(
            "GET /api/v1/offices/kim-lien/live/{} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: Upgrade\r\n\
             Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            self.topic, self.port
        );
        socket.write_all(head.as_bytes()).await?;
        Ok(socket)
    }

    /// Reads to the end; says whether a whole state had come.
    async fn read(&self, socket: &mut TcpStream) -> bool {
        let (mut kept, mut piece) = (Vec::new(), [0; 8192]);
        let (mut upgraded, mut fresh) = (false, false);
        loop {
            match socket.read(&mut piece).await {
                Ok(count @ 1..) => kept.extend_from_slice(&piece[..count]),
                Ok(_) | Err(_) => return fresh,
            }
            if !upgraded {
                let Some(end) = kept.windows(4).position(|bytes| bytes == b"\r\n\r\n") else { continue };
                assert!(kept.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&kept));
                kept.drain(..end + 4);
                upgraded = true;
            }
            let mut taken = 0;
            while let Some((opcode, length)) = frame(&kept[taken..]) {
                let whole = &kept[taken..taken + length];
                match opcode {
                    0x81 if self.heard(whole) && !fresh => {
                        fresh = true;
                        self.group.fresh.set(self.group.fresh.get() + 1);
                        self.group.changed.notify_waiters();
                    }
                    // The pong to an empty ping, masked with the key 0.
                    0x89 if socket.write_all(&[0x8a, 0x80, 0, 0, 0, 0]).await.is_err() => return fresh,
                    0x81 | 0x89 => {}
                    _ => return fresh,
                }
                taken += length;
            }
            kept.drain(..taken);
            if kept.is_empty() {
                kept = Vec::new();
            }
            if fresh && self.manner == Manner::Stalls {
                std::future::pending::<()>().await;
            }
        }
    }

    /// Counts a text frame; whether it is a whole state.
    fn heard(&self, frame: &[u8]) -> bool {
        let payload = frame.iter().position(|byte| *byte == b'{').unwrap_or(0);
        let kind = &frame[payload..];
        if kind.starts_with(b"{\"type\":\"hello\"") {
            return false;
        }
        let group = &self.group;
        let call = kind.starts_with(b"{\"type\":\"call\"");
        if self.index == 0 {
            let mut burst = group.burst.borrow_mut();
            if call {
                burst.clear();
                self.group.burst_ended.set(false);
            }
            if !self.group.burst_ended.get() {
                burst.extend_from_slice(frame);
                self.group.burst_ended.set(!call);
            }
        }
        if !call {
            group.states.set(group.states.get() + 1);
            return true;
        }
        let calls = {
            let mut calls = group.calls.borrow_mut();
            calls[self.index] += 1;
            calls[self.index]
        };
        group.arrived.borrow_mut()[self.index] = now_ns();
        *group.reached.borrow_mut().entry(calls).or_default() += 1;
        group.changed.notify_waiters();
        false
    }
}

/// First byte and whole length of an unmasked frame that is there completely.
fn frame(bytes: &[u8]) -> Option<(u8, usize)> {
    let length = match *bytes.get(1)? {
        short @ ..126 => 2 + usize::from(short),
        126 => 4 + usize::from(u16::from_be_bytes([*bytes.get(2)?, *bytes.get(3)?])),
        _ => panic!("a frame of 64 KiB"),
    };
    (bytes.len() >= length).then_some((bytes[0], length))
}
