//! The order of the system calls: write, sync, tell. The real server under load, watched from outside.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use queue_tests::OFFICE;
use queue_tests::api::Api;
use queue_tests::hall::{Hall, Work};
use queue_tests::live::Live;
use queue_tests::shim::Watched;
use queue_tests::trace::{Entry, Op, Phase, SyncKind, Trace};

use crate::recorded::{Story, Told, between, told};

/// How long everybody works.
const WORK: Duration = Duration::from_secs(2);
const WORK_LONG: Duration = Duration::from_secs(10);
/// Acknowledgements whose sync is taken out of the record, one after the other.
const FORGERIES: usize = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_completed_sync_stands_before_everything_that_is_told() -> Result<()> {
    // Given a server in full work, with a lobby screen, watched.
    let watched = Watched::recording()?;
    let (work, calls_heard) = work_under_watch(&watched).await?;
    let trace = watched.trace()?;

    // Then what every answer and every live message speaks of was on disk before it left.
    let told = check(&trace)?;

    // And nothing escaped the check: all answers and calls that people had are among what was looked at.
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for one in &told {
        *counts.entry(one.kind.as_str()).or_default() += 1;
    }
    let issued = work.done.iter().filter(|done| done.issued().is_some()).count();
    eprintln!("{} entries, told {counts:?}, {calls_heard} calls heard", trace.entries.len());
    let tickets: Vec<&str> = told.iter().filter_map(|one| one.ticket.as_deref()).collect();
    for (id, _) in work.done.iter().filter_map(|done| done.issued()) {
        ensure!(tickets.contains(&id), "the ticket {id} was not seen leaving");
    }
    ensure!(issued > 40 && calls_heard > 2, "{issued} numbers and {calls_heard} calls are too few");
    ensure!(counts.get("call").copied().unwrap_or_default() >= calls_heard, "calls left unseen: {counts:?}");

    // And each batch had exactly one fdatasync.
    let story = Story::of(&trace, OFFICE);
    story.one_sync_each()?;
    let house = Story::of(&trace, "house");
    house.one_sync_each().context("the house")?;
    let made = users(&trace, &house)?;
    let asked = work.done.iter().filter(|done| done.command.path == "/users").count();
    ensure!(made >= asked && asked > 2, "{made} users were seen leaving of {asked}");
    eprintln!(
        "{} records in {} batches, one fdatasync each; {made} users",
        records(&story),
        story.batches.len()
    );

    refuses_forgeries(&trace, &told)
}

/// The checker is worth something only where it refuses what is wrong.
fn refuses_forgeries(trace: &Trace, told: &[Told]) -> Result<()> {
    let story = Story::of(trace, OFFICE);
    let answers: Vec<&Told> = told.iter().filter(|one| one.ticket.is_some()).collect();
    for one in answers.iter().step_by((answers.len() / FORGERIES).max(1)) {
        let written = story.written_at(one.seq).context("it was written")?;
        let is_sync = |entry: &Entry| entry.op == Op::Sync && entry.sync_kind() != SyncKind::Range;
        let ours = |entry: &Entry| is_sync(entry) && entry.path.ends_with(&format!("journal/{OFFICE}/db"));

        let mut without = trace.clone();
        let mut place = 0;
        without.entries.retain(|entry| {
            place += 1;
            !(ours(entry) && (written..one.place).contains(&(place - 1)))
        });
        ensure!(check(&without).is_err(), "the answer of record {} stands without its sync", one.seq);

        // The syncs that covered it began a moment before its last write instead.
        let mut early = trace.clone();
        let covering: Vec<usize> = (written..one.place)
            .filter(|at| ours(&trace.entries[*at]) && trace.entries[*at].phase == Phase::Begin)
            .collect();
        for at in covering {
            let begin = early.entries.remove(at);
            early.entries.insert(written, begin);
        }
        ensure!(check(&early).is_err(), "a sync that began before record {} was written counts", one.seq);
    }

    let mut fewer = trace.clone();
    let last = fewer.entries.iter().rposition(data_sync);
    fewer.entries.remove(last.context("there is a sync")?);
    ensure!(Story::of(&fewer, OFFICE).one_sync_each().is_err(), "a batch without its sync goes unnoticed");
    // Nor does the total tell: one batch has none, the next has two.
    let ends: Vec<usize> = (0..trace.entries.len()).filter(|at| data_sync(&trace.entries[*at])).collect();
    let (late, next) = (ends[ends.len() / 2], ends[ends.len() / 2 + 1]);
    let begin = trace.entries[..late].iter().rposition(|entry| entry.token == trace.entries[late].token);
    let mut moved = trace.clone();
    let pair = [moved.entries.remove(late), moved.entries.remove(begin.context("a sync begins")?)];
    for entry in pair {
        moved.entries.insert(next - 1, entry);
    }
    ensure!(
        Story::of(&moved, OFFICE).one_sync_each().is_err(),
        "a batch with the sync of another goes unnoticed"
    );
    Ok(())
}

/// The end of a sync that a batch of the office has.
fn data_sync(entry: &Entry) -> bool {
    entry.done(Op::Sync)
        && entry.sync_kind() == SyncKind::Data
        && entry.path.ends_with(&format!("journal/{OFFICE}/db"))
}

/// Every answer that a user was made left after the house had the user on disk; says how many there were.
fn users(trace: &Trace, house: &Story) -> Result<usize> {
    let mut count = 0;
    for (place, entry) in trace.entries.iter().enumerate().filter(|(_, entry)| entry.op == Op::Send) {
        let text = entry.text();
        let made = text.starts_with("HTTP/1.1 201").then(|| between(&text, "{\"user\":\"", "\"")).flatten();
        let Some(user) = made else { continue };
        let seq = house.seq_about(&format!("\"{user}\"")).with_context(|| format!("no record of {user}"))?;
        let durable = house.durable_at(seq).with_context(|| format!("{user} was never synced"))?;
        ensure!(durable < place, "{user} was told at {place}, the sync ended at {durable}");
        count += 1;
    }
    Ok(count)
}

/// Checks all that was told in a record.
pub(crate) fn check(trace: &Trace) -> Result<Vec<Told>> {
    let story = Story::of(trace, OFFICE);
    let told = told(trace);
    for one in &told {
        let Told { place, kind, seq, ticket } = one;
        let durable =
            story.durable_at(*seq).with_context(|| format!("{kind} of record {seq}: never synced"))?;
        ensure!(durable < *place, "{kind} of record {seq} left at {place}, its sync ended at {durable}");
        if let Some(ticket) = ticket {
            ensure!(story.speaks_of(*seq, ticket), "record {seq} is not that of {ticket}");
        }
    }
    Ok(told)
}

async fn work_under_watch(watched: &Watched) -> Result<(Work, usize)> {
    let server = watched.start()?;
    let hall = Hall::enter(&server.url).await?;
    let mut lobby = Live::connect(&server.url, "lobby", None).await?;
    lobby.next_of("board").await?;
    let enough = Arc::new(AtomicBool::new(false));
    let listening = {
        let enough = Arc::clone(&enough);
        tokio::spawn(async move {
            let mut calls = 0;
            while !enough.load(Ordering::Relaxed) {
                let message = lobby.next().await?;
                calls += usize::from(message["type"] == "call");
            }
            anyhow::Ok(calls)
        })
    };
    let long = queue_tests::long();
    let (lasting, ending) = (if long { WORK_LONG } else { WORK }, Arc::clone(&enough));
    tokio::spawn(async move {
        tokio::time::sleep(lasting).await;
        ending.store(true, Ordering::Relaxed);
    });
    let work = hall.work("order", &enough).await?;
    ensure!(work.unclear.is_empty() && work.unavailable.is_empty(), "unanswered: {:?}", work.unclear);
    // One more, so that the lobby is told something after the end.
    Api::new(&server.url).admin().await?.issue("ho-tich", None).await?;
    let calls = listening.await??;
    server.kill()?;
    Ok((work, calls))
}

fn records(story: &Story) -> u64 {
    story.batches.iter().map(|(first, last)| last - first + 1).sum()
}
