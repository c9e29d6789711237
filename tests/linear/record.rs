//! What was asked and answered, when; and how the attempts of one press become one operation.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use queue_tests::api::Reply;
use serde_json::Value;

use super::check::Event;
use super::model::{Act, Answer, Number, Op, SERVICES, Stand};

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    /// The press that it belongs to; every attempt of a press has the same key.
    pub(crate) press: u64,
    pub(crate) act: Act,
    pub(crate) from: u64,
    pub(crate) to: u64,
    /// `None`: no answer came.
    pub(crate) seen: Option<Seen>,
}

/// An answer, and the instants in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) answer: Answer,
    pub(crate) id: Option<String>,
    pub(crate) issued_at: Option<i64>,
    pub(crate) called_at: Option<i64>,
}

/// A history while it is made. The clock is this process's monotonic one.
pub(crate) struct Recorder {
    start: Instant,
    attempts: Mutex<Vec<Attempt>>,
}

impl Recorder {
    pub(crate) fn new() -> Self {
        Self { start: Instant::now(), attempts: Mutex::new(Vec::new()) }
    }

    pub(crate) fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_nanos()).expect("a history is shorter than 500 years")
    }

    pub(crate) fn add(&self, attempt: Attempt) {
        self.attempts.lock().expect("no recorder panics").push(attempt);
    }

    pub(crate) fn count(&self) -> usize {
        self.attempts.lock().expect("no recorder panics").len()
    }

    pub(crate) fn take(&self) -> Vec<Attempt> {
        std::mem::take(&mut *self.attempts.lock().expect("no recorder panics"))
    }
}

/// What a reply says. `staff` is the index of a clerk by name.
///
/// # Errors
/// When it is none of what the contract allows here.
pub(crate) fn read(reply: &Reply, clerk: impl Fn(&str) -> Option<u8>) -> Result<Option<Seen>> {
    let body = &reply.body;
    match reply.status {
        200 | 201 if body["number"].is_string() => {
            let (number, stand) = ticket(body)?;
            let seen = Seen {
                answer: Answer::Ticket(number, stand),
                id: body["id"].as_str().map(str::to_owned),
                issued_at: instant(&body["issued_at"]),
                called_at: None,
            };
            Ok(Some(seen))
        }
        200 => {
            let held = if body["ticket"].is_null() { None } else { Some(ticket(&body["ticket"])?) };
            let sits =
                body["clerk"].as_str().map(|name| clerk(name).context("an unknown clerk")).transpose()?;
            ensure!(sits.is_some() == (body["state"] == "open"), "a clerk sits at an open counter: {body}");
            let seen = Seen {
                answer: Answer::Counter { clerk: sits, held },
                id: None,
                issued_at: instant(&body["ticket"]["issued_at"]),
                called_at: instant(&body["ticket"]["called_at"]),
            };
            Ok(Some(seen))
        }
        404 | 409 => {
            let answer = Answer::Refused(reply.code().to_owned());
            Ok(Some(Seen { answer, id: None, issued_at: None, called_at: None }))
        }
        // The server goes down, or is full: both are asked again.
        503 if ["outcome-unknown", "busy"].contains(&reply.code()) => Ok(None),
        _ => bail!("not an answer of the contract: {reply:?}"),
    }
}

fn ticket(body: &Value) -> Result<(Number, Stand)> {
    let text = body["number"].as_str().context("a ticket has a number")?;
    let (prefix, value) = text.split_at(1);
    let service = SERVICES.iter().position(|id| id.eq_ignore_ascii_case(prefix)).context("a known prefix")?;
    let counter = || body["counter"].as_u64().and_then(|id| u8::try_from(id).ok()).context("a counter");
    let stand = match body["state"].as_str().unwrap_or("") {
        "waiting" => Stand::Waiting,
        "called" => Stand::Called(counter()?),
        "serving" => Stand::Serving(counter()?),
        "finished" => Stand::Finished,
        "absent" => Stand::Absent,
        "cancelled" => Stand::Cancelled,
        other => bail!("no state of these histories: {other}"),
    };
    Ok((Number(u8::try_from(service)?, value.parse()?), stand))
}

fn instant(value: &Value) -> Option<i64> {
    value.as_str().and_then(|text| text.parse::<jiff::Timestamp>().ok()).map(jiff::Timestamp::as_millisecond)
}

/// A history ready to be checked.
pub(crate) struct History {
    pub(crate) events: Vec<Event<Op>>,
    pub(crate) issued_at: BTreeMap<Number, i64>,
    /// Operations that may or may not have happened.
    pub(crate) open: usize,
    /// Presses that were sent more than once.
    pub(crate) repeated: usize,
}

/// Makes one operation of each press.
///
/// All successes of a press are one operation, which happened between its first attempt and its first answer.
/// Refusals are not remembered by the server, so each is an operation of its own. A press that was never answered
/// may have happened between its first attempt and the end of its last.
/// `journal` gives the place of each press in the server's journal, as advice.
///
/// # Errors
/// When two answers of one press differ, an id stands for two numbers, or a number for two ids.
pub(crate) fn fold(attempts: Vec<Attempt>, journal: &BTreeMap<u64, u64>) -> Result<History> {
    let mut history = History { events: Vec::new(), issued_at: BTreeMap::new(), open: 0, repeated: 0 };
    let mut presses: BTreeMap<u64, Vec<Attempt>> = BTreeMap::new();
    let (mut ids, mut numbers) = (BTreeMap::new(), BTreeMap::new());
    for attempt in attempts {
        if let Some(Seen { answer: Answer::Ticket(number, _), id: Some(id), .. }) = &attempt.seen {
            ensure!(ids.entry(id.clone()).or_insert(*number) == number, "ticket {id} has two numbers");
            ensure!(numbers.entry(*number).or_insert(id.clone()) == id, "number {number:?} was given twice");
        }
        match (attempt.act, attempt.seen) {
            // Looking twice is two looks; one that was not answered tells nothing.
            (Act::ReadTicket(_) | Act::ReadCounter(_), None) => {}
            (act @ (Act::ReadTicket(_) | Act::ReadCounter(_)), Some(seen)) => {
                let op = Op { act, answer: Some(seen.answer), called_at: None };
                history.events.push(Event {
                    op,
                    from: attempt.from,
                    to: attempt.to,
                    optional: false,
                    advice: u64::MAX,
                });
            }
            (_, seen) => presses.entry(attempt.press).or_default().push(Attempt { seen, ..attempt }),
        }
    }
    for (press, attempts) in presses {
        history.repeated += usize::from(attempts.len() > 1);
        add_press(&mut history, attempts, journal.get(&press).copied().unwrap_or(u64::MAX))?;
    }
    Ok(history)
}

fn add_press(history: &mut History, attempts: Vec<Attempt>, advice: u64) -> Result<()> {
    let from = attempts.iter().map(|attempt| attempt.from).min().context("a press has an attempt")?;
    let act = attempts[0].act;
    let mut success: Option<(Seen, u64)> = None;
    let mut lost: Option<u64> = None;
    for attempt in attempts {
        let Some(seen) = attempt.seen else {
            lost = lost.max(Some(attempt.to));
            continue;
        };
        if let Answer::Refused(_) = &seen.answer {
            let op = Op { act, answer: Some(seen.answer), called_at: None };
            history.events.push(Event { op, from: attempt.from, to: attempt.to, optional: false, advice });
            continue;
        }
        if let Some((first, to)) = &mut success {
            ensure!(
                first.answer == seen.answer && first.id == seen.id,
                "one press, two answers: {first:?}, {seen:?}"
            );
            *to = (*to).min(attempt.to);
        } else {
            success = Some((seen, attempt.to));
        }
    }
    if let Some((seen, to)) = success {
        let number = match &seen.answer {
            Answer::Ticket(number, _) => Some(*number),
            Answer::Counter { held, .. } => held.map(|(number, _)| number),
            Answer::Refused(_) => None,
        };
        if let (Some(number), Some(at)) = (number, seen.issued_at) {
            let known = *history.issued_at.entry(number).or_insert(at);
            ensure!(known == at, "{number:?} was taken at two instants");
        }
        let op = Op { act, answer: Some(seen.answer), called_at: seen.called_at };
        history.events.push(Event { op, from, to, optional: false, advice });
    } else if let Some(to) = lost {
        history.open += 1;
        let op = Op { act, answer: None, called_at: None };
        history.events.push(Event { op, from, to, optional: true, advice });
    }
    Ok(())
}
