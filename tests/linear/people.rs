//! Thirty-two people who press, call and change their minds, each by its own dice.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use queue_tests::api::{Api, Reply};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};

use super::model::{Act, Answer, Deed, Number, SERVICES, Stand, Target};
use super::record::{Attempt, Recorder, Seen, read};

/// The clerks' windows: counter and clerk. Two windows of one clerk, and two clerks at one counter, are among them.
pub(crate) const WINDOWS: [(u8, u8); 11] =
    [(1, 0), (1, 0), (2, 1), (2, 2), (3, 3), (3, 3), (4, 4), (4, 4), (5, 5), (6, 6), (6, 7)];
/// Different clerks.
pub(crate) const CLERKS: u8 = 8;
/// Citizens beside them.
pub(crate) const CITIZENS: usize = 32 - WINDOWS.len();
/// Attempts of one press before a person gives up.
const ATTEMPTS_MAX: u32 = 400;
/// An answer that takes longer is not waited for.
const ANSWER_MAX: Duration = Duration::from_secs(5);
/// Between two of them.
const ATTEMPT_PAUSE: Duration = Duration::from_millis(50);

/// Where a history happens.
pub(crate) struct Hall {
    pub(crate) office: String,
    pub(crate) classes: u8,
    pub(crate) citizen: Api,
    pub(crate) clerks: Vec<Api>,
    pub(crate) recorder: Recorder,
    pub(crate) press: AtomicU64,
}

/// The name of a clerk.
pub(crate) fn name(clerk: u8) -> String {
    format!("clerk-{clerk}")
}

/// Presses of one person.
pub(crate) const PRESSES: usize = 13;

/// Somebody takes numbers, looks at them, gives some back.
///
/// # Errors
/// When the server answers what no contract allows.
pub(crate) async fn citizen(hall: Arc<Hall>, seed: u64) -> Result<()> {
    let mut dice = StdRng::seed_from_u64(seed);
    let mut own: Vec<Number> = Vec::new();
    let mut ids: BTreeMap<Number, String> = BTreeMap::new();
    for _ in 0..PRESSES {
        let mine = if own.is_empty() { None } else { Some(own[dice.random_range(0..own.len())]) };
        let act = match (mine, dice.random_range(0..10)) {
            (Some(number), 0..3) => Act::ReadTicket(number),
            (Some(number), 3) => Act::Cancel(number),
            _ => Act::Issue {
                service: dice.random_range(0..SERVICES.len() as u8),
                class: dice.random_range(0..hall.classes),
            },
        };
        let id = mine.and_then(|number| ids.get(&number)).cloned();
        let seen = press(&hall, &mut dice, act, id.as_deref()).await?;
        if let Some(Seen { answer: Answer::Ticket(number, _), id: Some(id), .. }) = seen
            && ids.insert(number, id).is_none()
        {
            own.push(number);
        }
    }
    Ok(())
}

/// A clerk at a window: mostly does what the screen asks for.
///
/// # Errors
/// When the server answers what no contract allows.
pub(crate) async fn clerk(hall: Arc<Hall>, window: (u8, u8), seed: u64) -> Result<()> {
    let (counter, clerk) = window;
    let mut dice = StdRng::seed_from_u64(seed);
    let contested = WINDOWS.iter().any(|(at, other)| *at == counter && *other != clerk);
    let mut sight = None;
    for _ in 0..PRESSES {
        let act = match sight.take() {
            None => Act::ReadCounter(counter),
            Some((sits, held)) => Act::At {
                counter,
                clerk,
                deed: deed(&mut dice, counter, sits == Some(clerk), held, contested),
            },
        };
        if let Some(Seen { answer: Answer::Counter { clerk, held }, .. }) =
            press(&hall, &mut dice, act, None).await?
        {
            sight = Some((clerk, held.map(|(_, stand)| stand)));
        }
    }
    Ok(())
}

fn deed(dice: &mut StdRng, counter: u8, sits: bool, held: Option<Stand>, contested: bool) -> Deed {
    let luck = dice.random_range(0..100);
    let service = Target::Service(dice.random_range(0..SERVICES.len() as u8));
    let colleague = Target::Counter(counter % 6 + 1);
    match (sits, held) {
        (_, _) if luck < 6 => {
            [Deed::Call, Deed::Start, Deed::Finish, Deed::Absent, Deed::Recall, Deed::Close][luck]
        }
        (false, _) => Deed::Open,
        (true, None) if contested && luck < 30 => Deed::Close,
        (true, None) => Deed::Call,
        (true, Some(Stand::Called(_))) => match luck {
            6..20 => Deed::Recall,
            20..35 => Deed::Absent,
            35..42 => Deed::Transfer(service),
            42..46 => Deed::Transfer(colleague),
            46..52 => Deed::Return,
            _ => Deed::Start,
        },
        (true, Some(_)) => match luck {
            6..45 => Deed::Call,
            45..55 => Deed::Transfer(service),
            55..60 => Deed::Transfer(colleague),
            60..64 => Deed::Return,
            _ => Deed::Finish,
        },
    }
}

/// Presses, at times twice at once: with one key, or with two on the same sight of things.
async fn press(hall: &Hall, dice: &mut StdRng, act: Act, id: Option<&str>) -> Result<Option<Seen>> {
    let one = hall.press.fetch_add(1, Ordering::Relaxed);
    let other = hall.press.fetch_add(1, Ordering::Relaxed);
    // Who does not insist leaves a lost answer open.
    let insists = dice.random_range(0..10) < 7;
    match dice.random_range(0..20) {
        0 => {
            let (first, second) =
                tokio::join!(insist(hall, one, act, id, insists), insist(hall, one, act, id, insists));
            Ok(first?.or(second?))
        }
        1 => {
            let (first, second) =
                tokio::join!(insist(hall, one, act, id, insists), insist(hall, other, act, id, insists));
            // What the second one did is what the screen shows.
            Ok(second?.or(first?))
        }
        _ => insist(hall, one, act, id, insists).await,
    }
}

/// Asks with one key until an answer comes, or once.
///
/// # Errors
/// When the server answers what no contract allows, or nothing for too long.
pub(crate) async fn insist(
    hall: &Hall,
    press: u64,
    act: Act,
    id: Option<&str>,
    insists: bool,
) -> Result<Option<Seen>> {
    for _ in 0..ATTEMPTS_MAX {
        let from = hall.recorder.now();
        let reply = tokio::time::timeout(ANSWER_MAX, send(hall, press, act, id)).await;
        let seen = match &reply {
            Ok(Ok(reply)) => read(reply, |text| (0..CLERKS).find(|clerk| name(*clerk) == text))
                .with_context(|| format!("after {act:?}"))?,
            Ok(Err(_)) | Err(_) => None,
        };
        // Where the line was closed, its request is over too; one that is only late may still happen.
        let to = if reply.is_ok() { hall.recorder.now() } else { u64::MAX };
        hall.recorder.add(Attempt { press, act, from, to, seen: seen.clone() });
        if seen.is_some() {
            return Ok(seen);
        }
        if !insists {
            // The next press is not made before somebody answers again.
            Box::pin(insist(
                hall,
                hall.press.fetch_add(1, Ordering::Relaxed),
                Act::ReadCounter(1),
                None,
                true,
            ))
            .await?;
            return Ok(None);
        }
        tokio::time::sleep(ATTEMPT_PAUSE).await;
    }
    anyhow::bail!("no answer to {act:?} in {ATTEMPTS_MAX} attempts")
}

async fn send(hall: &Hall, press: u64, act: Act, id: Option<&str>) -> Result<Reply> {
    let office = format!("/offices/{}", hall.office);
    let key = format!("press-{press}");
    match act {
        Act::Issue { service, class } => {
            let class = ["normal", "priority"][usize::from(class)];
            let body = json!({"service": SERVICES[usize::from(service)], "class": class});
            hall.citizen.post(&format!("{office}/tickets"), Some(&key), body).await
        }
        Act::Cancel(_) => {
            let id = id.context("who gives back knows the id")?;
            hall.citizen.post(&format!("{office}/tickets/{id}/cancel"), Some(&key), json!({})).await
        }
        Act::ReadTicket(_) => {
            let id = id.context("who reads knows the id")?;
            hall.citizen.get(&format!("{office}/tickets/{id}")).await
        }
        Act::ReadCounter(counter) => hall.clerks[0].get(&format!("{office}/counters/{counter}")).await,
        Act::At { counter, clerk, deed } => {
            let (verb, body) = verb(deed);
            let path = format!("{office}/counters/{counter}/{verb}");
            hall.clerks[usize::from(clerk)].post(&path, Some(&key), body).await
        }
    }
}

fn verb(deed: Deed) -> (&'static str, Value) {
    match deed {
        Deed::Open => ("open", json!({})),
        Deed::Close => ("close", json!({})),
        Deed::Call => ("call", json!({})),
        Deed::Recall => ("recall", json!({})),
        Deed::Start => ("start", json!({})),
        Deed::Finish => ("finish", json!({})),
        Deed::Absent => ("absent", json!({})),
        Deed::Return => ("return", json!({})),
        Deed::Transfer(Target::Service(service)) => {
            ("transfer", json!({"service": SERVICES[usize::from(service)]}))
        }
        Deed::Transfer(Target::Counter(counter)) => ("transfer", json!({"counter": counter})),
    }
}

/// When all have gone: every ticket that anybody was told of is still known, and where it should be.
///
/// # Errors
/// When the server does not answer.
pub(crate) async fn look_around(hall: &Hall, told: &BTreeMap<Number, String>) -> Result<()> {
    for (number, id) in told {
        let press = hall.press.fetch_add(1, Ordering::Relaxed);
        let seen = insist(hall, press, Act::ReadTicket(*number), Some(id), true).await?;
        ensure!(seen.is_some(), "{number:?} is not answered for");
    }
    for counter in 1..=super::model::COUNTERS {
        let press = hall.press.fetch_add(1, Ordering::Relaxed);
        insist(hall, press, Act::ReadCounter(counter), None, true).await?;
    }
    Ok(())
}
