//! Clerks at counters, also two at one, and whoever leads: calls, recalls, absences, transfers, parked tickets, the
//! closing of a day, the alarm, a clock that is right after all.

use serde_json::Value;

use crate::people::{Asker, rest};
use crate::plan::Plan;
use crate::shared::Shared;

const REASON: &str = "{\"reason\":\"it is so\"}";

/// A clerk who works at `counter` until the hall closes.
pub async fn clerk(shared: Shared, user: &'static str, counter: u64) {
    let mut asker = Asker::new(&shared, Some(user), format!("clerk-{user}"));
    let dice = asker.dice.clone();
    let base = format!("/counters/{counter}");
    let mut state = Value::Null;
    while !shared.closing() {
        rest(&dice, shared.plan.act_ms).await;
        let Some((path, body)) = next_act(&asker, &state, counter) else {
            let Some(read) = asker.get(&base).await else { continue };
            state = read.body;
            continue;
        };
        let (key, path) = (asker.key(), format!("{base}{path}"));
        let answer = match dice.below(12) {
            // One press that arrives twice.
            0 => {
                let (one, other) =
                    tokio::join!(asker.post(&path, &key, &body), asker.post(&path, &key, &body));
                other.or(one)
            }
            // Two presses, or two windows: each with a key of its own.
            1 => {
                let second = asker.key();
                let (one, other) =
                    tokio::join!(asker.post(&path, &key, &body), asker.post(&path, &second, &body));
                one.or(other)
            }
            _ => asker.post(&path, &key, &body).await,
        };
        state = answer.filter(|answer| answer.status == 200).map_or(Value::Null, |answer| answer.body);
    }
}

/// What a clerk does next, seeing `state`; nothing where the state is to be read first.
fn next_act(asker: &Asker, state: &Value, counter: u64) -> Option<(String, String)> {
    let dice = &asker.dice;
    let act = |path: &str, body: &str| Some((path.to_owned(), body.to_owned()));
    if state.is_null() || dice.chance(6) {
        return None;
    }
    if state["state"] != "open" {
        return act("/open", "{}");
    }
    match state["ticket"]["state"].as_str() {
        None => match dice.below(30) {
            0 => act("/close", "{}"),
            1 => act("/pause", REASON),
            2 | 3 => chosen(asker),
            _ => act("/call", "{}"),
        },
        Some("called") => match dice.below(20) {
            0..=2 => act("/recall", "{}"),
            3..=5 => act("/absent", "{}"),
            6 => act("/return", "{}"),
            7 => transfer(asker, counter),
            8 => act("/call", "{}"),
            9 => act("/park", REASON),
            _ => act("/start", "{}"),
        },
        Some(_) => match dice.below(20) {
            0..=2 => transfer(asker, counter),
            3..=5 => act("/park", REASON),
            6 => act("/return", "{}"),
            7..=12 => act("/call", "{}"),
            13 => chosen(asker),
            _ => act("/finish", "{}"),
        },
    }
}

/// Calls a number that somebody holds, or held.
fn chosen(asker: &Asker) -> Option<(String, String)> {
    let dice = &asker.dice;
    let ledger = asker.shared.ledger();
    let taken: Vec<&str> =
        ledger.heard.iter().rev().take(60).filter_map(|heard| heard.body["number"].as_str()).collect();
    if taken.is_empty() {
        return None;
    }
    let number = *dice.pick(&taken);
    Some(("/call".to_owned(), format!("{{\"number\":\"{number}\",\"reason\":\"an appointment\"}}")))
}

fn transfer(asker: &Asker, counter: u64) -> Option<(String, String)> {
    let Plan { services, places, .. } = &*asker.shared.plan;
    let body = if asker.dice.chance(50) {
        format!("{{\"service\":\"{}\"}}", asker.dice.pick(services).id)
    } else {
        let others: Vec<u64> = places.iter().map(|place| place.id).filter(|id| *id != counter).collect();
        format!("{{\"counter\":{}}}", asker.dice.pick(&others))
    };
    Some(("/transfer".to_owned(), body))
}

/// Whoever leads and administrates.
pub async fn lead(shared: Shared) {
    let mut asker = Asker::new(&shared, Some("mai"), "lead".to_owned());
    let dice = asker.dice.clone();
    while !shared.closing() {
        rest(&dice, 1600).await;
        let key = asker.key();
        match dice.below(20) {
            0..=4 => of_list(&mut asker, "parked").await,
            5..=8 => of_list(&mut asker, "asked").await,
            9..=11 => of_list(&mut asker, "absent").await,
            12 if dice.chance(40) => {
                asker.post("/day/close", &key, REASON).await;
                rest(&dice, 1500).await;
                let key = asker.key();
                asker.post("/day/reopen", &key, REASON).await;
            }
            13 if dice.chance(30) => {
                asker.post("/alarm", &key, REASON).await;
                rest(&dice, 1500).await;
                let key = asker.key();
                asker.post("/alarm/end", &key, REASON).await;
            }
            14 => {
                let place = dice.pick(&shared.plan.places).id;
                asker.post(&format!("/counters/{place}/close"), &key, "{}").await;
            }
            15 if dice.chance(35) => {
                asker.post("/clock", &key, REASON).await;
            }
            _ => {
                asker.get("").await;
            }
        }
    }
}

/// Corrects a clock that is in doubt, after a while; without this nothing would go on.
pub async fn minder(shared: Shared) {
    let mut asker = Asker::new(&shared, Some("mai"), "minder".to_owned());
    let dice = asker.dice.clone();
    while !shared.server().over {
        rest(&dice, 4000).await;
        let (token, key) = (shared.token("mai"), asker.key());
        let request = crate::net::Request {
            method: "POST",
            path: "/tickets/00000000000000000000000000/cancel".to_owned(),
            token,
            key: None,
            body: "{}".to_owned(),
        };
        let doubtful =
            crate::net::send(&request).await.is_some_and(|answer| answer.code() == "clock-doubtful");
        if doubtful {
            rest(&dice, 3000).await;
            asker.post("/clock", &key, REASON).await;
        }
    }
}

/// Does what is due with one ticket of a list.
async fn of_list(asker: &mut Asker, list: &str) {
    let Some(read) = asker.get(&format!("/tickets?list={list}")).await else { return };
    let items = read.body["items"].as_array().cloned().unwrap_or_default();
    if items.is_empty() {
        return;
    }
    let ticket = asker.dice.pick(&items).clone();
    let Some(id) = ticket["id"].as_str() else { return };
    let (act, body) = match list {
        "parked" if asker.dice.chance(80) => ("ready", "{}"),
        "asked" => ("confirm", "{}"),
        "absent" => ("reinstate", "{}"),
        _ => ("release", REASON),
    };
    let key = asker.key();
    asker.post(&format!("/tickets/{id}/{act}"), &key, body).await;
}
