//! How long a ticket still waits: the calling rule is played forward with the mean service times of the day.
//!
//! Every open counter is free when its present visit should end; it then takes whom the rule would give it. At the
//! end of each service's line stands one who takes a number at this moment. Whom no open counter can call is played
//! once more with those counters that could, as if they opened now. `likely` is the mean path, `high` adds 1.28
//! standard deviations (nine of ten) of the service times before it, which spread with a coefficient of variation of
//! 0.6, the middle of what published studies of counters report.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::{ServiceId, TicketId};
use crate::layout::{CounterPlace, Rate, Service};
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

/// How many visits the typical time of the office file counts for: it rules the first hour and fades by noon.
const PRIOR_VISITS: f64 = 10.0;

/// Most turns that are played, a thousand visits a day being a large office; the waits of those who come later go on
/// at the pace of their line.
const TURNS_MAX: usize = 3_000;

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
struct Queue {
    key: LineKey,
    places: Vec<Place>,
    /// Whether one who takes a number now stands behind the others.
    newcomer: bool,
    next: usize,
    mean_ms: f64,
    rate: Rate,
    among: Vec<Option<Among>>,
}

impl Forecast {
    /// The waits of `office` at `at`. Takes time in proportion to tickets x (counters + lines), up to `TURNS_MAX`
    /// tickets, and to tickets alone beyond.
    #[must_use]
    pub fn of(office: &Office, at: At) -> Self {
        let open = |place: &CounterPlace| {
            office.counters.get(&place.id).is_some_and(crate::counter::Counter::is_open)
        };
        let mut forecast = Self::default();
        let left = forecast.play(office, desks(office, open, at), at);
        if left.is_empty() {
            return forecast;
        }
        // Whom nobody was there for in the first play gets the wait of the second one.
        let could = |place: &CounterPlace| left.iter().any(|key| may_call(office, place, key).is_some());
        let unserved = forecast.play(office, desks(office, |place| open(place) || could(place), at), at);
        forecast.guess(office, &unserved);
        forecast
    }

    /// Plays until every desk has run out of people, and keeps the waits not known yet. Gives the lines in which
    /// somebody is left.
    fn play(&mut self, office: &Office, mut desks: Vec<Desk<'_>>, at: At) -> Vec<LineKey> {
        let mut queues = queues(office, &desks);
        let mut turns = 0;
        while let Some(index) = earliest(&desks) {
            let now = at.plus(millis(desks[index].free_ms));
            let Some(line) = best(&queues, index, at, now) else {
                desks[index].done = true;
                continue;
            };
            if turns == TURNS_MAX {
                self.go_on(&mut queues, &desks);
                break;
            }
            turns += 1;
            let (queue, desk) = (&mut queues[line], &mut desks[index]);
            if let Some(place) = queue.places.get(queue.next) {
                self.tickets.entry(place.ticket).or_insert(desk.wait());
                let dossiers = office.tickets.get(&place.ticket).map_or(1, |ticket| ticket.dossiers);
                desk.work(queue.mean_ms * work_share(dossiers));
            } else {
                self.services.entry(queue.key.service.clone()).or_insert(desk.wait());
            }
            queue.next += 1;
        }
        queues.into_iter().filter(|queue| queue.next < queue.size()).map(|queue| queue.key).collect()
    }

    /// The waits of those who are left in lines that have a desk: each line goes on at its pace so far.
    fn go_on(&mut self, queues: &mut [Queue], desks: &[Desk<'_>]) {
        for queue in queues {
            let able = desks.iter().zip(&queue.among).filter_map(|(desk, among)| among.map(|_| desk));
            let Some(desk) = able.min_by(|a, b| a.free_ms.total_cmp(&b.free_ms)) else { continue };
            let (from, played) = (desk.wait(), queue.next);
            let pace_ms = if played > 0 { desk.free_ms / played as f64 } else { WALK_MS + queue.mean_ms };
            while queue.next < queue.size() {
                let more = millis(pace_ms * (queue.next - played) as f64).0;
                let wait = Wait { likely: Millis(from.likely.0 + more), high: Millis(from.high.0 + more) };
                match queue.places.get(queue.next) {
                    Some(place) => self.tickets.entry(place.ticket).or_insert(wait),
                    None => self.services.entry(queue.key.service.clone()).or_insert(wait),
                };
                queue.next += 1;
            }
        }
    }

    /// The waits in lines that no counter has: as if one did, one after the other.
    fn guess(&mut self, office: &Office, unserved: &[LineKey]) {
        for key in unserved {
            let mean_ms = mean_ms(office, &key.service);
            let turns = |count: usize| {
                let wait = millis(mean_ms * count as f64);
                Wait { likely: wait, high: wait }
            };
            let line = office.lines.iter().find(|(known, _)| *known == key).map(|(_, line)| line);
            for (before, place) in line.into_iter().flatten().enumerate() {
                self.tickets.entry(place.ticket).or_insert(turns(before + 1));
            }
            let waiting = line.map_or(0, std::collections::VecDeque::len);
            self.services.entry(key.service.clone()).or_insert(turns(waiting + 1));
        }
    }
}

impl Queue {
    /// How many stand in it, a newcomer among them.
    fn size(&self) -> usize {
        self.places.len() + usize::from(self.newcomer)
    }

    /// Since when the next one waits, and the order of issue; a newcomer comes last.
    fn head(&self, at: At) -> Option<(At, u64)> {
        match self.places.get(self.next) {
            Some(place) => Some((place.since, place.order)),
            None => (self.next < self.size()).then_some((at, u64::MAX)),
        }
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

/// The lines of the office, and for each service one of the first class with a newcomer at its end.
fn queues(office: &Office, desks: &[Desk<'_>]) -> Vec<Queue> {
    let mut lines: BTreeMap<LineKey, Vec<Place>> = BTreeMap::new();
    for (key, line) in office.lines.iter() {
        lines.insert(key.clone(), line.iter().copied().collect());
    }
    let newcomers = |service: &Service| {
        let class = office.layout.default_class().id.clone();
        LineKey { service: service.id.clone(), class, only: None }
    };
    let newcomers: BTreeSet<LineKey> = office.layout.services.iter().map(newcomers).collect();
    for key in &newcomers {
        lines.entry(key.clone()).or_default();
    }
    let queue = |(key, places): (LineKey, Vec<Place>)| Queue {
        newcomer: newcomers.contains(&key),
        next: 0,
        mean_ms: mean_ms(office, &key.service),
        rate: office.rate(&key.class),
        among: desks.iter().map(|desk| may_call(office, desk.place, &key)).collect(),
        key,
        places,
    };
    lines.into_iter().map(queue).collect()
}

/// The counters that take part, each free when its present visit should end.
fn desks(office: &Office, takes_part: impl Fn(&CounterPlace) -> bool, at: At) -> Vec<Desk<'_>> {
    let mut desks = Vec::new();
    for place in office.layout.counters.iter().filter(|place| takes_part(place)) {
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

/// The line that the rule gives to this desk at `now`; newcomers wait since `at`.
fn best(queues: &[Queue], desk: usize, at: At, now: At) -> Option<usize> {
    let heads = queues.iter().enumerate().filter_map(|(index, queue)| {
        let (among, (since, order)) = (queue.among[desk]?, queue.head(at)?);
        let credit = Credit::of(queue.rate, since, now);
        Some((among, std::cmp::Reverse(credit), order, index))
    });
    heads.min().map(|(.., index)| index)
}

/// The mean time at the counter: what the office file says, as if it had been seen `PRIOR_VISITS` times, together
/// with what this day has shown.
fn mean_ms(office: &Office, service: &ServiceId) -> f64 {
    let typical = office.layout.service(service).map_or(0.0, |service| service.typical.0 as f64);
    let seen =
        office.tally.by_service.find(service).map(|figures| figures.service.total()).unwrap_or_default();
    let (visits, ms) = (seen.0 as f64, seen.1 as f64 * 1000.0);
    (PRIOR_VISITS * typical + ms) / (PRIOR_VISITS + visits)
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
