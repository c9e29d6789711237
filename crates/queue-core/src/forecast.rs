//! How long a ticket still waits: the calling rule is played forward with mean service times.
//!
//! Every open counter is free when its present visit should end; it then takes whom the rule would give it. Where
//! no open counter can serve a service, those that could are taken as opening now. `likely` is the mean path,
//! `high` adds 1.28 standard deviations (nine of ten) of the service times before it, which spread with a
//! coefficient of variation of 0.6, the middle of what published studies of counters report.

use std::collections::BTreeMap;

use crate::ids::{ServiceId, TicketId};
use crate::layout::CounterPlace;
use crate::lines::{LineKey, Place};
use crate::office::Office;
use crate::policy::{Among, Credit, may_call};
use crate::ticket::State;
use crate::time::{At, Millis};

/// From one visit's end to the next one's start: call and way to the counter.
const WALK_MS: f64 = 20_000.0;
/// Spread of service times relative to their mean.
const VARIATION: f64 = 0.6;
/// Standard deviations that nine of ten stay below.
const NINE_OF_TEN: f64 = 1.28;
/// Share of the mean that a visit which is already over its mean is expected to last yet.
const OVERDUE_SHARE: f64 = 0.25;

/// An expected wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// Half of the tickets wait less.
    pub likely: Millis,
    /// Nine of ten wait less.
    pub high: Millis,
}

/// The waits of an office at one instant.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Forecast {
    /// Of each waiting ticket.
    pub tickets: BTreeMap<TicketId, Wait>,
    /// Of a ticket taken now, by service.
    pub services: BTreeMap<ServiceId, Wait>,
}

/// A counter in the play.
struct Desk<'o> {
    place: &'o CounterPlace,
    free_ms: f64,
    variance: f64,
    done: bool,
}

/// A line in the play: who is next in it, and which desk may call it as what.
struct Queue<'o> {
    key: &'o LineKey,
    places: Vec<Place>,
    next: usize,
    mean_ms: f64,
    among: Vec<Option<Among>>,
}

impl Forecast {
    /// The waits of `office` at `at`. Takes time in proportion to tickets x (counters + lines).
    #[must_use]
    pub fn of(office: &Office, at: At) -> Self {
        let mut desks = desks(office, at);
        let mut queues: Vec<Queue<'_>> = office
            .lines
            .iter()
            .map(|(key, line)| Queue {
                key,
                places: line.iter().copied().collect(),
                next: 0,
                mean_ms: mean_ms(office, &key.service),
                among: desks.iter().map(|desk| may_call(office, desk.place, key)).collect(),
            })
            .collect();
        let mut forecast = Self::default();
        while let Some(index) = earliest(&desks) {
            let now = at.plus(millis(desks[index].free_ms));
            let Some(line) = best(office, &queues, index, now) else {
                desks[index].done = true;
                continue;
            };
            let (queue, desk) = (&mut queues[line], &mut desks[index]);
            let place = queue.places[queue.next];
            queue.next += 1;
            forecast.tickets.insert(place.ticket, desk.wait());
            let dossiers = office.tickets.get(&place.ticket).map_or(1, |ticket| ticket.dossiers);
            desk.work(queue.mean_ms * work_share(dossiers));
        }
        for queue in &queues {
            // Nobody can call these: a line whose services no counter has.
            for (ahead, place) in queue.places[queue.next..].iter().enumerate() {
                let wait = millis(queue.mean_ms * (ahead as f64 + 1.0));
                forecast.tickets.insert(place.ticket, Wait { likely: wait, high: wait });
            }
        }
        forecast.services = services(office, &desks);
        forecast
    }
}

impl Desk<'_> {
    fn wait(&self) -> Wait {
        let high = self.free_ms + NINE_OF_TEN * self.variance.sqrt();
        Wait { likely: millis(self.free_ms), high: millis(high) }
    }

    fn work(&mut self, mean_ms: f64) {
        self.free_ms += WALK_MS + mean_ms;
        self.variance += (VARIATION * mean_ms).powi(2);
    }
}

/// The counters that take part: open ones, and those that would have to open.
fn desks(office: &Office, at: At) -> Vec<Desk<'_>> {
    let open =
        |place: &CounterPlace| office.counters.get(&place.id).is_some_and(crate::counter::Counter::is_open);
    let uncovered: Vec<&ServiceId> = office
        .layout
        .services
        .iter()
        .map(|service| &service.id)
        .filter(|id| !office.layout.counters.iter().any(|place| open(place) && place.serves(id)))
        .collect();
    let takes_part = |place: &&CounterPlace| open(place) || uncovered.iter().any(|id| place.serves(id));
    let mut desks = Vec::new();
    for place in office.layout.counters.iter().filter(takes_part) {
        let mut desk = Desk { place, free_ms: 0.0, variance: 0.0, done: false };
        let held = office.counters.get(&place.id).and_then(|counter| office.held(counter));
        if let Some(ticket) = held {
            let mean = mean_ms(office, &ticket.service) * work_share(ticket.dossiers);
            let left = match ticket.state {
                State::Serving { at: started, .. } => {
                    (mean - at.since(started).0 as f64).max(mean * OVERDUE_SHARE)
                }
                State::Called { .. }
                | State::Waiting
                | State::Parked { .. }
                | State::Finished { .. }
                | State::Absent { .. }
                | State::Cancelled { .. }
                | State::Expired { .. } => WALK_MS + mean,
            };
            desk.free_ms = left;
            desk.variance = (VARIATION * left).powi(2);
        }
        desks.push(desk);
    }
    desks
}

/// The desk that is free first and has not run out of people.
fn earliest(desks: &[Desk<'_>]) -> Option<usize> {
    let open = desks.iter().enumerate().filter(|(_, desk)| !desk.done);
    open.min_by(|(_, a), (_, b)| a.free_ms.total_cmp(&b.free_ms)).map(|(index, _)| index)
}

/// The line that the rule gives to this desk at `now`.
fn best(office: &Office, queues: &[Queue<'_>], desk: usize, now: At) -> Option<usize> {
    let heads = queues.iter().enumerate().filter_map(|(index, queue)| {
        let (among, place) = (queue.among[desk]?, queue.places.get(queue.next)?);
        let credit = Credit::of(office.rate(&queue.key.class), place.since, now);
        Some((among, std::cmp::Reverse(credit), place.order, index))
    });
    heads.min().map(|(.., index)| index)
}

/// The wait of a ticket taken now: it comes last, so it gets the desk that runs out of people first.
fn services(office: &Office, desks: &[Desk<'_>]) -> BTreeMap<ServiceId, Wait> {
    let mut waits = BTreeMap::new();
    for service in &office.layout.services {
        let own = desks.iter().filter(|desk| desk.place.services.contains(&service.id));
        let any = desks.iter().filter(|desk| desk.place.serves(&service.id));
        let first = own.chain(any).min_by(|a, b| a.free_ms.total_cmp(&b.free_ms));
        let nobody = Wait { likely: Millis(0), high: Millis(0) };
        waits.insert(service.id.clone(), first.map_or(nobody, Desk::wait));
    }
    waits
}

fn mean_ms(office: &Office, service: &ServiceId) -> f64 {
    office.layout.service(service).map_or(0.0, |service| service.typical.0 as f64)
}

/// How much longer a turn with several dossiers takes: half as long again for each further one.
fn work_share(dossiers: u16) -> f64 {
    1.0 + 0.5 * f64::from(dossiers.saturating_sub(1))
}

/// Whole milliseconds of a length that is never negative nor near the limit of the type.
fn millis(length: f64) -> Millis {
    let whole = std::time::Duration::try_from_secs_f64(length.max(0.0) / 1000.0).unwrap_or_default();
    Millis(u64::try_from(whole.as_millis()).unwrap_or(u64::MAX))
}
