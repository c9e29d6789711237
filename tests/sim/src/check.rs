//! The judgement: what everybody saw, held against the journal on the disk and the reference.
//!
//! What was answered is in `check/answers.rs`, what was refused in `check/refusals.rs`, what was shown and heard in
//! `check/shown.rs`.

mod answers;
mod refusals;
mod shown;

use queue_core::ids::Slug;
use queue_core::record::Seq;
use queue_journal::Journal;
use queue_journal::verify::verify;

use crate::disk::FrameStore;
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
        if let Some(answer) = asker.get(&path).await.filter(|answer| answer.status == 200) {
            shared.ledger().last.insert(path, answer.body);
        }
    }
    let after = shared.disk.state().durable.0;
    if before == after {
        shared.ledger().last.insert("seq".to_owned(), before.into());
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
    for line in lines {
        hall.read(line);
        refused.look(&hall);
        settled.look(&hall, wrong);
        if Some(hall.seq) == asked {
            shown::compare_last(&hall, &shared.ledger().last, wrong);
        }
        if hall.wrong.len() > TOLD_MAX {
            break;
        }
    }
    wrong.append(&mut hall.wrong);
    refused.end(wrong);
    answers::check(&hall, &shared.ledger().heard, wrong);
    shown::check(shared, &hall, wrong);
}
