//! The last stage: one task that owns the office as it is on disk, and the only one that tells anybody anything.
//!
//! Of each batch it releases the replies in order, then the calls, then the newest board. Reads are answered
//! here, between batches, so that no state is behind a lock and no read waits for a disk.

use std::sync::Arc;
use std::time::Duration;

use queue_core::event::OfficeEvent;
use queue_core::ids::{CounterId, TicketId};
use queue_core::office::Office;
use queue_core::record::{Record, Seq};
use queue_core::replay;
use queue_core::ticket::State;
use queue_core::time::At;
use queue_journal::Reader;
use queue_wire::live::{Board, Message};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until};

use super::calls::{self, Calls};
use super::handle::{Load, Published, Rejection, Released};
use super::history::{self, Today};
use super::order::{Ask, Entry};
use super::outlook::Outlook;
use super::topics::{self, Topics};
use crate::clock::{OfficeTime, Zone};
use crate::office_file;
use crate::present::{self, Scene, Waiting};

/// How often waits, notices and opening hours are looked at though nothing happened.
const TIME_CHECK: Duration = Duration::from_secs(5);
/// Reads answered before the next batch has its turn.
const ASKS_STEP: usize = 64;

/// Everything that can wake the publisher.
enum Wake {
    /// A batch is on disk.
    Settled(Vec<Entry>),
    /// Somebody reads.
    Ask(Ask),
    /// Waits are to be played forward again, phones to be told, or some time has passed.
    Time,
    /// The journal thread has ended.
    End,
}

/// The task's state.
pub(super) struct Publisher {
    office: Office,
    time: OfficeTime,
    zone: Zone,
    public_url: Arc<str>,
    settled: mpsc::Receiver<Vec<Entry>>,
    asks: mpsc::Receiver<Ask>,
    published: watch::Sender<Arc<Published>>,
    calls: Calls,
    /// A call is in the ring that no board was published after.
    called: bool,
    board: Board,
    outlook: Outlook,
    topics: Topics,
    checked: Instant,
}

/// What a publisher is connected to.
pub(super) struct Lines {
    pub settled: mpsc::Receiver<Vec<Entry>>,
    pub asks: mpsc::Receiver<Ask>,
    pub public_url: Arc<str>,
    pub time: OfficeTime,
}

impl Publisher {
    /// A publisher of `office`, with its first board and the calls of `journal` that screens may have missed.
    pub(super) fn new(
        office: Office,
        journal: &Reader,
        lines: Lines,
    ) -> (Self, watch::Receiver<Arc<Published>>) {
        let Lines { settled, asks, public_url, time } = lines;
        let zone = Zone::of(&office.layout);
        let at = time.now().max(office.clock);
        let outlook = Outlook::new(&office, at);
        let scene =
            Scene { office: &office, forecast: outlook.forecast(), zone: &zone, at, public_url: &public_url };
        let board = present::board(scene);
        let calls = Calls::of_the_past(journal, scene, at);
        let text = text(office.seq, &board);
        let first = Published { seq: office.seq, board: text, calls: calls.all(), zone: zone.clone() };
        let (published, receiver) = watch::channel(Arc::new(first));
        let publisher = Self {
            office,
            time,
            zone,
            public_url,
            settled,
            asks,
            published,
            calls,
            called: false,
            board,
            outlook,
            topics: Topics::new(),
            checked: Instant::now(),
        };
        (publisher, receiver)
    }

    /// Works until the journal thread has ended and all that is durable was released.
    pub(super) async fn run(mut self) {
        loop {
            let next_wake = self.next_wake();
            let wake = tokio::select! {
                biased;
                settled = self.settled.recv() => settled.map_or(Wake::End, Wake::Settled),
                Some(ask) = self.asks.recv() => Wake::Ask(ask),
                () = sleep_until(next_wake) => Wake::Time,
            };
            match wake {
                Wake::Settled(batch) => {
                    self.release(batch);
                    self.publish();
                    for _ in 0..ASKS_STEP {
                        let Ok(ask) = self.asks.try_recv() else { break };
                        self.answer(ask);
                    }
                }
                Wake::Ask(ask) => self.answer(ask),
                Wake::Time => self.pass_time(),
                Wake::End => return,
            }
        }
    }

    fn next_wake(&self) -> Instant {
        let check = self.checked + TIME_CHECK;
        [self.outlook.due(), self.topics.sweep_due()].into_iter().flatten().fold(check, Instant::min)
    }

    fn pass_time(&mut self) {
        if self.checked.elapsed() >= TIME_CHECK {
            self.checked = Instant::now();
            self.outlook.touch();
        }
        if self.outlook.due().is_some_and(|due| due <= Instant::now()) {
            self.publish();
        }
        let (scene, topics) = self.parts();
        topics.sweep(scene);
    }

    /// Brings each entry of a batch in and gives its answer, in order.
    fn release(&mut self, batch: Vec<Entry>) {
        for entry in batch {
            match entry {
                Entry::Accepted { record, reply, line: _ } => {
                    self.absorb(&record);
                    if let Some(reply) = reply {
                        let answer = self.office.answer(record.about);
                        let answer = present::answer(self.parts().0, &answer);
                        reply.give(Ok(Released { seq: record.seq, status: record.status, answer }));
                    }
                }
                Entry::Repeated { seq, status, answer, reply } => {
                    let answer = present::answer(self.parts().0, &answer);
                    reply.give(Ok(Released { seq, status, answer }));
                }
                Entry::Refused { refusal, reply } => reply.give(Err(Rejection::Refused(refusal))),
            }
        }
    }

    fn absorb(&mut self, record: &Record<OfficeEvent>) {
        replay::absorb(&mut self.office, record);
        self.outlook.touch();
        let now = self.now();
        self.outlook.refresh(&self.office, now);
        for event in &record.events {
            if let OfficeEvent::TicketCalled { ticket, counter, .. } = event {
                self.call(*ticket, *counter, 0, record);
            } else if let OfficeEvent::TicketRecalled { ticket, counter, recall, .. } = event {
                self.call(*ticket, *counter, *recall, record);
            } else if let OfficeEvent::LayoutChanged { .. } | OfficeEvent::DayOpened { .. } = event {
                self.zone = Zone::of(&self.office.layout);
            }
        }
    }

    /// Makes the announcement of a call and keeps it for screens.
    fn call(&mut self, ticket: TicketId, counter: CounterId, recall: u32, record: &Record<OfficeEvent>) {
        let (scene, topics) = self.parts();
        topics.tell_called(scene, ticket);
        if let Some(call) = calls::announced(scene, ticket, counter, recall, record) {
            self.calls.push(call);
            self.called = true;
        }
    }

    /// Publishes calls and board where they changed, then tells consoles and dashboards.
    fn publish(&mut self) {
        let now = self.now();
        self.outlook.refresh(&self.office, now);
        let board = present::board(self.parts().0);
        let seq = self.office.seq;
        let newest = Arc::clone(&self.published.borrow());
        if self.called || board != self.board || newest.zone != self.zone {
            // A call always comes with a board of at least its own seq.
            let calls = if self.called { self.calls.all() } else { Arc::clone(&newest.calls) };
            let published = Published { seq, board: text(seq, &board), calls, zone: self.zone.clone() };
            self.published.send_replace(Arc::new(published));
            self.board = board;
            self.called = false;
        }
        let (scene, topics) = self.parts();
        topics.tell(scene);
    }

    fn answer(&mut self, ask: Ask) {
        let now = self.now();
        self.outlook.refresh(&self.office, now);
        let (scene, topics) = self.parts();
        let office = scene.office;
        // Whoever asked may have gone away: that is no error.
        match ask {
            Ask::Ticket { id, reply } => {
                drop(reply.send(office.tickets.get(&id).map(|ticket| present::ticket(scene, ticket))));
            }
            Ask::Counter { id, reply } => {
                let counter = office.counters.get(&id);
                drop(reply.send(counter.map(|found| present::counter(scene, found, office.held(found)))));
            }
            Ask::Office { reply } => drop(reply.send(present::office(scene))),
            Ask::Key { scope, key, reply } => drop(reply.send(office.keys.knows(&scope, &key))),
            Ask::StatsToday { reply } => drop(reply.send(topics::today(scene))),
            Ask::Load { reply } => drop(reply.send(load(office))),
            Ask::Today { reply } => drop(reply.send(today(office))),
            Ask::Past { reply } => drop(reply.send((office.seq, scene.zone.clone()))),
            Ask::Tickets { list, reply } => drop(reply.send(present::list(scene, list))),
            Ask::Layout { reply } => drop(reply.send(office_file::wire::to_wire(&office.layout))),
            Ask::WatchCounter { id, reply } => drop(reply.send(topics.watch_counter(scene, id))),
            Ask::WatchTicket { id, reply } => drop(reply.send(topics.watch_ticket(scene, id))),
            Ask::WatchStats { reply } => drop(reply.send(topics.watch_stats(scene))),
        }
    }

    /// The scene of this moment, and the topics beside it.
    fn parts(&mut self) -> (Scene<'_>, &mut Topics) {
        let at = self.now();
        let scene = Scene {
            office: &self.office,
            forecast: self.outlook.forecast(),
            zone: &self.zone,
            at,
            public_url: &self.public_url,
        };
        (scene, &mut self.topics)
    }

    fn now(&self) -> At {
        self.time.now().max(self.office.clock)
    }
}

fn load(office: &Office) -> Load {
    let parked =
        office.tickets.values().filter(|ticket| matches!(ticket.state, State::Parked { .. })).count();
    Load { waiting: office.lines.waiting(), parked: parked as u64 }
}

fn today(office: &Office) -> Today {
    Today {
        date: history::date_of(office),
        tally: office.tally.clone(),
        waiting: Waiting::of(office),
        layout: office.layout.clone(),
    }
}

fn text(seq: Seq, board: &Board) -> Arc<str> {
    topics::text(&Message::Board { seq: seq.0, board: board.clone() })
}
