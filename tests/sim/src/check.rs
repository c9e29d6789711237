//! The judgement: what everybody saw, held against the journal on the disk and the reference.
//!
//! What was answered is in `check/answers.rs`, what was refused in `check/refusals.rs`, what was shown and heard in
//! `check/shown.rs`.

mod answers;
mod refusals;
mod shown;

use std::time::Duration;

use queue_core::ids::Slug;
use queue_core::record::Seq;
use queue_journal::Journal;
use queue_journal::verify::verify;
use tokio::time::timeout;

use crate::disk::FrameStore;
use crate::net::{Request, send};
use crate::people::Asker;
use crate::plan::OFFICE;
use crate::reference::Hall;
use crate::server;
use crate::shared::Shared;

pub use shown::settled;

/// Violations told at most: the first ones say enough.
const TOLD_MAX: usize = 40;
/// Tickets that are asked for in the end.
const TICKETS_MAX: usize = 12;
/// A quiet server answers within this.
const ANSWERED_WITHIN: Duration = Duration::from_secs(3);

/// Asks the quiet server for everything that the reference knows too.
pub async fn ask(shared: &Shared) {
    let asker = Asker::new(shared, Some("mai"), "inspector".to_owned());
    let before = shared.disk.state().durable.0;
    let mut paths = vec![String::new()];
    paths.extend(shared.plan.places.iter().map(|place| format!("/counters/{}", place.id)));
    {
        let ledger = shared.ledger();
        let taken = ledger.heard.iter().rev().filter(|heard| heard.status == 201).take(TICKETS_MAX);
        paths.extend(taken.filter_map(|heard| Some(format!("/tickets/{}", heard.body["id"].as_str()?))));
    }
    for path in paths {
        match timeout(ANSWERED_WITHIN, asker.get(&path)).await.ok().flatten() {
            Some(answer) if answer.status == 200 => {
                shared.ledger().last.insert(path, answer.body);
            }
            // Of an earlier day.
            Some(answer) if answer.status == 404 && path.starts_with("/tickets/") => {}
            answer => {
                let answer = answer.map(|answer| answer.status);
                shared.violated(format!("in the end GET {path} was answered with {answer:?}"));
            }
        }
    }
    let after = shared.disk.state().durable.0;
    if before == after {
        shared.ledger().last.insert("seq".to_owned(), before.into());
    }
    take_number(shared).await;
    shared.ledger().asked = true;
}

/// A last citizen takes a number, unless the clock of the computer is in doubt.
async fn take_number(shared: &Shared) {
    let mut asker = Asker::new(shared, None, "last".to_owned());
    let (key, path) = (asker.key(), "/tickets".to_owned());
    let body = format!("{{\"service\":\"{}\"}}", shared.plan.services[0].id);
    if timeout(ANSWERED_WITHIN, asker.post(&path, &key, &body)).await.is_ok_and(|answer| answer.is_some()) {
        return;
    }
    let request = Request { method: "POST", path, token: None, key: Some(key), body };
    let answer = timeout(ANSWERED_WITHIN, send(&request)).await.ok().flatten();
    if answer.as_ref().is_none_or(|answer| answer.code() != "clock-doubtful") {
        let told = answer.map(|answer| (answer.status, answer.body));
        shared.violated(format!("in the end a citizen was answered with {told:?}"));
    }
}

/// Reads the journal as it lies on the disk and judges the run.
pub fn judge(shared: &Shared) {
    let mut wrong = Vec::new();
    match lines(shared) {
        Ok(lines) => weigh(shared, &lines, &mut wrong),
        Err(what) => wrong.push(what),
    }
    wrong.truncate(TOLD_MAX);
    shared.ledger().violations.extend(wrong);
}

/// The lines of the journal, opened and verified as the server would.
fn lines(shared: &Shared) -> Result<Vec<Vec<u8>>, String> {
    let stream = Slug::new(OFFICE).map_err(|error| error.to_string())?;
    let (store, entries) = FrameStore::open(shared.disk.clone()).map_err(|error| error.to_string())?;
    let (seq, hash) = shared.disk.state().durable.clone();
    let acked = (seq > 0).then_some((Seq(seq), hash));
    let journal = server::open(&stream, &store, entries, acked)
        .map_err(|error| format!("the journal was refused in the end: {error}"))?;
    let verified = verify(&journal.reader()).map_err(|error| format!("it does not verify: {error}"))?;
    if verified.records < seq {
        return Err(format!("record {seq} was on the disk, and the journal has {}", verified.records));
    }
    journal.reader().all().collect::<Result<_, _>>().map_err(|error| error.to_string())
}

fn weigh(shared: &Shared, lines: &[Vec<u8>], wrong: &mut Vec<String>) {
    let mut hall = Hall::new(std::sync::Arc::clone(&shared.plan));
    let asked = shared.ledger().last.get("seq").and_then(serde_json::Value::as_u64);
    let mut refused = refusals::Refusals::of(&shared.ledger().heard);
    let mut settled = shown::Settled::of(shared);
    let (mut compared, mut compared_with_last) = (false, 0);
    for line in lines {
        hall.read(line);
        refused.look(&hall);
        settled.look(&hall, wrong);
        if Some(hall.seq) == asked {
            compared_with_last = shown::compare_last(&hall, &shared.ledger().last, wrong);
            compared = true;
        }
        if hall.wrong.len() > TOLD_MAX {
            break;
        }
    }
    {
        let mut ledger = shared.ledger();
        ledger.compared = compared && settled.compared();
        ledger.sums.calls = hall.calls.len() as u64;
        ledger.sums.comparisons = compared_with_last + settled.comparisons();
    }
    wrong.append(&mut hall.wrong);
    refused.end(wrong);
    answers::check(&hall, &shared.ledger().heard, wrong);
    shown::check(shared, &hall, wrong);
}
