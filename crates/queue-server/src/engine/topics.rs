//! Who watches what besides the lobby: counters, tickets, the figures. Whole states, the newest wins.
//!
//! Only what somebody watches is presented. Consoles are told with each change; phones, of which there may be
//! thousands, in sweeps of small steps, each at most once a second, so that replies and boards go first.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::time::Duration;

use queue_core::ids::{CounterId, TicketId};
use queue_core::planted::{self, Bug};
use queue_core::record::Seq;
use queue_wire::live::Message;
use tokio::sync::watch;
use tokio::time::Instant;

use super::handle::Whole;
use super::history;
use crate::present::{self, Scene, Waiting};

/// Phones are told at most this often.
const SWEEP_EVERY: Duration = Duration::from_secs(1);
/// Tickets presented in one step, before other work has its turn.
const SWEEP_STEP: usize = 128;
/// The figures are told at most this often.
const STATS_EVERY: Duration = Duration::from_millis(500);

/// A topic: what was told last, and to whom.
struct Topic<T> {
    last: T,
    sender: watch::Sender<Whole>,
}

/// All topics that somebody watches.
pub(super) struct Topics {
    counters: BTreeMap<CounterId, Topic<queue_wire::counter::Counter>>,
    tickets: BTreeMap<TicketId, Topic<queue_wire::ticket::Ticket>>,
    stats: Option<Topic<queue_wire::stats::Stats>>,
    stats_told: Instant,
    /// When the next sweep begins, or where the present one stands.
    sweep: Sweep,
}

enum Sweep {
    At(Instant),
    Behind(TicketId),
}

impl<T: PartialEq> Topic<T> {
    fn new(state: T, seq: Seq, message: impl FnOnce(&T) -> Message) -> Self {
        let (sender, _) = watch::channel(Whole { seq, text: text(&message(&state)) });
        Self { last: state, sender }
    }

    fn tell(&mut self, state: T, seq: Seq, message: impl FnOnce(&T) -> Message) {
        if state != self.last {
            let whole = Whole { seq, text: text(&message(&state)) };
            self.last = state;
            self.sender.send_replace(whole);
        }
    }
}

impl Topics {
    pub(super) fn new() -> Self {
        let now = Instant::now();
        Self {
            counters: BTreeMap::new(),
            tickets: BTreeMap::new(),
            stats: None,
            stats_told: now,
            sweep: Sweep::At(now),
        }
    }

    pub(super) fn watch_counter(
        &mut self,
        scene: Scene<'_>,
        id: CounterId,
    ) -> Option<watch::Receiver<Whole>> {
        let state = counter(scene, id)?;
        let topic = match self.counters.remove(&id) {
            Some(mut topic) => {
                topic.tell(state, scene.office.seq, |state| counter_message(scene.office.seq, state));
                topic
            }
            None => Topic::new(state, scene.office.seq, |state| counter_message(scene.office.seq, state)),
        };
        let receiver = topic.sender.subscribe();
        self.counters.insert(id, topic);
        Some(receiver)
    }

    pub(super) fn watch_ticket(&mut self, scene: Scene<'_>, id: TicketId) -> Option<watch::Receiver<Whole>> {
        let state = present::ticket(scene, scene.office.tickets.get(&id)?);
        if self.tickets.is_empty() {
            self.sweep = Sweep::At(Instant::now() + SWEEP_EVERY);
        }
        let topic = match self.tickets.remove(&id) {
            Some(mut topic) => {
                topic.tell(state, scene.office.seq, |state| ticket_message(scene.office.seq, state));
                topic
            }
            None => Topic::new(state, scene.office.seq, |state| ticket_message(scene.office.seq, state)),
        };
        let receiver = topic.sender.subscribe();
        self.tickets.insert(id, topic);
        Some(receiver)
    }

    pub(super) fn watch_stats(&mut self, scene: Scene<'_>) -> watch::Receiver<Whole> {
        let (state, seq) = (today(scene), scene.office.seq);
        let topic = self.stats.take();
        let topic = match topic {
            Some(mut topic) => {
                topic.tell(state, seq, |state| stats_message(seq, state));
                topic
            }
            None => Topic::new(state, seq, |state| stats_message(seq, state)),
        };
        let receiver = topic.sender.subscribe();
        self.stats = Some(topic);
        receiver
    }

    /// Tells consoles and, where it is due, dashboards.
    pub(super) fn tell(&mut self, scene: Scene<'_>) {
        let seq = scene.office.seq;
        self.counters.retain(|_, topic| topic.sender.receiver_count() > 0);
        for (id, topic) in &mut self.counters {
            if planted::is(Bug::ConsoleNotTold) && scene.office.is_shut(*id) {
                continue;
            }
            if let Some(state) = counter(scene, *id) {
                topic.tell(state, seq, |state| counter_message(seq, state));
            }
        }
        self.stats.take_if(|topic| topic.sender.receiver_count() == 0);
        if let Some(topic) = &mut self.stats
            && self.stats_told.elapsed() >= STATS_EVERY
        {
            self.stats_told = Instant::now();
            topic.tell(today(scene), seq, |state| stats_message(seq, state));
        }
    }

    /// Tells the phone of a ticket that was just called.
    pub(super) fn tell_called(&mut self, scene: Scene<'_>, id: TicketId) {
        if let (Some(topic), Some(ticket)) = (self.tickets.get_mut(&id), scene.office.tickets.get(&id)) {
            let seq = scene.office.seq;
            topic.tell(present::ticket(scene, ticket), seq, |state| ticket_message(seq, state));
        }
    }

    /// When [`Self::sweep`] has work; nothing while no phone watches.
    pub(super) fn sweep_due(&self) -> Option<Instant> {
        match self.sweep {
            _ if self.tickets.is_empty() => None,
            Sweep::At(at) => Some(at),
            Sweep::Behind(_) => Some(Instant::now()),
        }
    }

    /// Tells some phones, and remembers where it stopped.
    pub(super) fn sweep(&mut self, scene: Scene<'_>) {
        let from = match self.sweep {
            Sweep::At(at) if at > Instant::now() => return,
            Sweep::At(_) => Bound::Unbounded,
            Sweep::Behind(id) => Bound::Excluded(id),
        };
        let seq = scene.office.seq;
        let (mut gone, mut last, mut count) = (Vec::new(), None, 0);
        for (id, topic) in self.tickets.range_mut((from, Bound::Unbounded)).take(SWEEP_STEP) {
            (last, count) = (Some(*id), count + 1);
            match scene.office.tickets.get(id) {
                Some(ticket) if topic.sender.receiver_count() > 0 => {
                    topic.tell(present::ticket(scene, ticket), seq, |state| ticket_message(seq, state));
                }
                Some(_) | None => gone.push(*id),
            }
        }
        for id in gone {
            self.tickets.remove(&id);
        }
        self.sweep = match last {
            Some(last) if count == SWEEP_STEP => Sweep::Behind(last),
            Some(_) | None => Sweep::At(Instant::now() + SWEEP_EVERY),
        };
    }
}

fn counter(scene: Scene<'_>, id: CounterId) -> Option<queue_wire::counter::Counter> {
    let counter = scene.office.counters.get(&id)?;
    Some(present::counter(scene, counter, scene.office.held(counter)))
}

/// The figures of the business day so far.
pub(super) fn today(scene: Scene<'_>) -> queue_wire::stats::Stats {
    let office = scene.office;
    let date = history::date_of(office);
    present::stats(&office.layout, &office.tally, &Waiting::of(office), (date, date))
}

fn counter_message(seq: Seq, counter: &queue_wire::counter::Counter) -> Message {
    Message::Counter { seq: seq.0, counter: counter.clone() }
}

fn ticket_message(seq: Seq, ticket: &queue_wire::ticket::Ticket) -> Message {
    Message::Ticket { seq: seq.0, ticket: ticket.clone() }
}

fn stats_message(seq: Seq, stats: &queue_wire::stats::Stats) -> Message {
    Message::Stats { seq: seq.0, stats: stats.clone() }
}

/// A message as JSON.
pub(super) fn text(message: &Message) -> std::sync::Arc<str> {
    serde_json::to_string(message).expect("a live message is plain data with text keys").into()
}
