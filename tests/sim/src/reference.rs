//! The reference: an office in plain data, brought up from the lines of the journal as JSON, that shares no code
//! with the core. It says of each record whether the rules allow it.
//!
//! Days and layout are in `reference/days.rs`, tickets and counters in `reference/hall.rs`, who is next in
//! `reference/turn.rs`.

mod days;
mod hall;
mod turn;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::plan::{Plan, ZONE_MS};

/// How long an idempotency key answers at least, in milliseconds.
pub const KEY_LIFE_MS: i64 = 48 * 3_600_000;

/// Where a ticket stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// In line.
    Waiting,
    /// Called to a counter at an instant.
    Called(u64, i64),
    /// At a counter.
    Serving(u64),
    /// Set aside by a counter.
    Parked(u64),
    /// Served.
    Finished,
    /// Did not come.
    Absent,
    /// Given back.
    Cancelled,
    /// The day ended.
    Expired,
}

impl Stand {
    /// As the wire says it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Called(..) => "called",
            Self::Serving(_) => "serving",
            Self::Parked(_) => "parked",
            Self::Finished => "finished",
            Self::Absent => "absent",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }

    /// The counter that holds it.
    #[must_use]
    pub fn counter(self) -> Option<u64> {
        if let Self::Called(counter, _) | Self::Serving(counter) = self { Some(counter) } else { None }
    }

    /// Whether the visit is over.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::Finished | Self::Absent | Self::Cancelled | Self::Expired)
    }
}

/// A ticket.
#[derive(Clone, Debug)]
pub struct Ticket {
    /// As printed.
    pub number: String,
    /// What it waits for.
    pub service: String,
    /// What follows.
    pub then: Vec<String>,
    /// The class that counts.
    pub class: String,
    /// When it was taken.
    pub issued_at: i64,
    /// Which one of the office it was.
    pub order: u64,
    /// The one counter that may call it.
    pub only: Option<u64>,
    /// Its result is there.
    pub ready: bool,
    /// It was taken back once.
    pub reinstated: bool,
    /// Where it was called last.
    pub last_call: Option<u64>,
    /// Where it stands.
    pub stand: Stand,
}

/// A counter.
#[derive(Clone, Debug, Default)]
pub struct Counter {
    /// `open`, `paused` or `closed`; closed at first.
    pub state: &'static str,
    /// Who sits there.
    pub clerk: Option<String>,
    /// Which ticket is there.
    pub ticket: Option<String>,
}

/// A call as the journal has it.
#[derive(Clone, Debug)]
pub struct Call {
    /// The record.
    pub seq: u64,
    /// The number.
    pub number: String,
    /// Where to.
    pub counter: u64,
}

/// The office.
pub struct Hall {
    pub(crate) plan: Arc<Plan>,
    /// The last record.
    pub seq: u64,
    head: String,
    /// The instant of the last record.
    pub at: i64,
    /// The latest instant ever: a key that died by a clock that ran ahead stays dead when that is corrected.
    latest: i64,
    /// The business day.
    pub date: String,
    pub(crate) dates: BTreeSet<String>,
    /// Whether it was closed.
    pub closed: bool,
    /// Whether the alarm is on.
    pub alarm: bool,
    /// Tickets of this day and before.
    pub tickets: BTreeMap<String, Ticket>,
    /// Numbers of this day.
    pub numbers: BTreeMap<String, String>,
    pub(crate) series: BTreeMap<String, u64>,
    /// Counters.
    pub counters: BTreeMap<u64, Counter>,
    /// Called last, newest first.
    pub recent: VecDeque<String>,
    pub(crate) issued: u64,
    /// Every call so far.
    pub calls: Vec<Call>,
    /// Records that open a day.
    pub openings: Vec<u64>,
    /// Keys with their records and instants.
    pub keys: BTreeMap<(String, String), Vec<(u64, i64)>>,
    /// Where the office's time was set back, and to when.
    corrections: Vec<(u64, i64)>,
    /// What each record answers: status, and what it is about.
    pub answers: Vec<(u64, Value)>,
    /// What the rules forbid.
    pub wrong: Vec<String>,
}

impl Hall {
    /// An office before its first day.
    #[must_use]
    pub fn new(plan: Arc<Plan>) -> Self {
        let closed = Counter { state: "closed", ..Counter::default() };
        let counters = plan.places.iter().map(|place| (place.id, closed.clone())).collect();
        Self {
            plan,
            seq: 0,
            head: "0".repeat(64),
            at: 0,
            latest: 0,
            date: String::new(),
            dates: BTreeSet::new(),
            closed: true,
            alarm: false,
            tickets: BTreeMap::new(),
            numbers: BTreeMap::new(),
            series: BTreeMap::new(),
            counters,
            recent: VecDeque::new(),
            issued: 0,
            calls: Vec::new(),
            openings: Vec::new(),
            keys: BTreeMap::new(),
            corrections: Vec::new(),
            answers: Vec::new(),
            wrong: Vec::new(),
        }
    }

    pub(crate) fn wrong(&mut self, what: impl std::fmt::Display) {
        self.wrong.push(format!("record {}: {what}", self.seq));
    }

    /// Takes one line of the journal in, and judges it.
    pub fn read(&mut self, line: &[u8]) {
        let Ok(record) = serde_json::from_slice::<Value>(line) else {
            self.seq += 1;
            return self.wrong("it is no JSON");
        };
        self.chain(line, &record);
        let at = record["at"].as_i64().unwrap_or(0);
        let events = record["events"].as_array().cloned().unwrap_or_default();
        let corrected = events.iter().any(|event| event["type"] == "clock_corrected");
        if at < self.at && !corrected {
            self.wrong(format!("the office's time went back from {} to {at}", self.at));
        }
        self.at = at;
        self.latest = self.latest.max(at);
        let actor = record["actor"].as_str().unwrap_or_default().to_owned();
        for event in &events {
            self.event(event, &actor);
        }
        if !corrected && !self.date.is_empty() && self.date != local_date(at) {
            self.wrong(format!("it is of {} and stands on the day {}", local_date(at), self.date));
        }
        self.key(&record);
        self.answers.push((record["status"].as_u64().unwrap_or(0), record["about"].clone()));
        self.conserve();
    }

    /// Places, hashes and the chain, computed anew.
    fn chain(&mut self, line: &[u8], record: &Value) {
        let due = self.seq + 1;
        self.seq = due;
        if record["seq"].as_u64() != Some(due) {
            self.wrong(format!("its place is {}", record["seq"]));
        }
        if record["prev_hash"].as_str() != Some(&self.head) {
            self.wrong("it is not chained");
        }
        let text = String::from_utf8_lossy(line);
        let hashed = text.split(",\"hash\":\"").next().unwrap_or_default();
        let hash = queue_core::record::hex(&Sha256::digest(format!("{hashed}}}").as_bytes()));
        if record["hash"].as_str() != Some(&hash) {
            self.wrong("its hash is not that of its text");
        }
        self.head = hash;
    }

    fn key(&mut self, record: &Value) {
        let (Some(scope), Some(key)) = (record["key"]["scope"].as_str(), record["key"]["key"].as_str())
        else {
            return;
        };
        let (name, at, seq) = ((scope.to_owned(), key.to_owned()), self.at, self.seq);
        let (latest, corrections) = (self.latest, &self.corrections);
        let lives = |(given, before): &&(u64, i64)| {
            // A key of a time that was set back has lived since it was.
            let set_back = corrections.iter().filter(|(seq, _)| seq > given).map(|(_, to)| *to).min();
            let began = set_back.map_or(*before, |to| to.min(*before));
            latest - before <= KEY_LIFE_MS && at - began <= KEY_LIFE_MS
        };
        let given = self.keys.entry(name).or_default();
        let twice = given.last().filter(lives).map(|(seq, _)| *seq);
        given.push((seq, at));
        if let Some(first) = twice {
            self.wrong(format!("key {key} of {scope} did something in record {first} already"));
        }
    }

    /// Every ticket is somewhere, and every counter holds what holds it.
    fn conserve(&mut self) {
        let held: Vec<(String, u64)> = self
            .tickets
            .iter()
            .filter_map(|(id, ticket)| Some((id.clone(), ticket.stand.counter()?)))
            .collect();
        let holding: Vec<(String, u64)> = self
            .counters
            .iter()
            .filter_map(|(counter, state)| state.ticket.clone().map(|ticket| (ticket, *counter)))
            .collect();
        for (id, counter) in &held {
            if !holding.contains(&(id.clone(), *counter)) {
                self.wrong(format!("ticket {id} is at counter {counter}, which holds another"));
            }
        }
        if held.len() != holding.len() {
            self.wrong("a counter holds a ticket that is not there");
        }
    }

    fn event(&mut self, event: &Value, actor: &str) {
        match event["type"].as_str().unwrap_or_default() {
            "day_opened" => self.day_opened(event),
            "day_closed" => self.day_closed(event),
            "day_reopened" => self.day_reopened(event),
            "clock_corrected" => self.clock_corrected(event),
            "alarm_raised" => self.alarm = true,
            "alarm_ended" => self.alarm = false,
            "ticket_issued" => self.issued(event, actor),
            "ticket_called" => self.called(event, actor),
            "nobody_called" => self.nobody_called(event, actor),
            "counter_opened" | "counter_paused" | "counter_closed" => self.counter(event, actor),
            "time_passed" => {}
            kind => self.visit(kind, event, actor),
        }
    }
}

/// The date in Hanoi at `at`, computed from the count of days (Hinnant, «days from civil», turned round).
#[must_use]
pub fn local_date(at: i64) -> String {
    let days = (at + ZONE_MS).div_euclid(86_400_000) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}
