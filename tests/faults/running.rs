//! A write or a sync fails under a server in full work: who waits hears `outcome-unknown`, the process ends with 4,
//! the sync is never tried again, and the next start has all that was answered.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use queue_tests::OFFICE;
use queue_tests::hall::{Command, Done, Hall, Who, Work, issue, work_until};
use queue_tests::held::{Held, verify};
use queue_tests::shim::Watched;
use queue_tests::trace::{Entry, Op, Phase, SyncKind, Trace};
use serde_json::json;

use crate::reason;

/// Faults of the office's journal, with a word that the reason has in it.
const FAULTS: [(&str, &str); 6] = [
    ("sync EIO 1 0 journal/two-lines/db", "Input/output error"),
    ("write ENOSPC 1 0 journal/two-lines/db", "no space is left"),
    ("write EIO 1 0 journal/two-lines/db", "Input/output error"),
    ("write EROFS 1 0 journal/two-lines/db", "Read-only file system"),
    ("write torn 1 1 journal/two-lines/db", "Input/output error"),
    ("write EIO 1 0 acked/two-lines", "Input/output error"),
];
/// How long everybody works before the fault.
const WORK: Duration = Duration::from_millis(150);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_write_or_sync_ends_the_process_and_loses_nothing() -> Result<()> {
    for (fault, word) in FAULTS {
        broken(fault, word).await.with_context(|| fault.to_owned())?;
    }
    Ok(())
}

async fn broken(fault: &str, word: &str) -> Result<()> {
    // Given a server in full work,
    let watched = Watched::recording()?;
    let server = watched.start()?;
    // when its disk begins to fail,
    let (ended, work) = work_until((&watched, server), "broken", WORK, fault).await?;
    // then it ends and says why in one line,
    let why = reason(&ended)?;
    ensure!(why.contains(word), "it says: {why}");
    // people heard that nobody knows, and those who came later that it is busy,
    let known = ["outcome-unknown", "busy"];
    let others: Vec<&String> =
        work.unavailable.iter().filter(|code| !known.contains(&code.as_str())).collect();
    ensure!(
        others.is_empty() && work.unavailable.iter().any(|code| code == "outcome-unknown"),
        "they heard {:?}",
        work.unavailable
    );
    never_synced_again(&watched.trace()?)?;
    // and the next start has what was answered.
    watched.heal()?;
    comes_back(&watched, &work).await
}

/// A sync that failed says nothing about what it was to write, and one after it would lie.
fn never_synced_again(trace: &Trace) -> Result<()> {
    let ours = |entry: &&Entry| {
        entry.op == Op::Sync && entry.sync_kind() == SyncKind::Data && entry.path.ends_with("two-lines/db")
    };
    let mut failed = false;
    for entry in trace.entries.iter().filter(ours) {
        ensure!(!(failed && entry.phase == Phase::Begin), "it syncs again after a sync that failed");
        failed |= entry.phase == Phase::End && entry.result < 0;
    }
    Ok(())
}

async fn comes_back(watched: &Watched, work: &Work) -> Result<()> {
    let server = watched.start()?;
    let hall = Hall::enter(&server.url).await?;
    for one in &work.done {
        one.same(&hall.send(&one.command).await?)?;
    }
    // Whoever did not know asks again with the same key, and knows.
    for command in &work.unclear {
        let reply = hall.send(command).await?;
        ensure!(reply.status < 500, "asked again: {reply:?}");
        let again = hall.send(command).await?;
        ensure!(again.number() == reply.number(), "two answers to one key: {reply:?}, {again:?}");
    }
    ensure!(server.stop()?.code() == Some(0), "it did not stop well");
    let held = Held::read(&watched.data())?;
    held.check_commands(&work.done, &work.unclear)?;
    held.check_numbers(&work.done)?;
    verify(&watched.data())
}

#[tokio::test]
async fn a_user_is_not_there_before_the_disk_has_it() -> Result<()> {
    let watched = Watched::faulty()?;
    let server = watched.start()?;
    let hall = Hall::enter(&server.url).await?;
    watched.fail(&["sync EIO 1 0 journal/house/db"])?;
    let body = json!({"user": "hoa", "password": "matkhau-2026", "roles": ["clerk"]});
    let command = Command { who: Who::Admin, key: "hoa".to_owned(), path: "/users".to_owned(), body };
    let reply = hall.send(&command).await?;
    ensure!((reply.status, reply.code()) == (503, "outcome-unknown"), "{reply:?}");
    let ended = tokio::task::spawn_blocking(move || server.ended()).await??;
    ensure!(ended.code == Some(4) && reason(&ended)?.contains("house"), "{:?} {}", ended.code, ended.stderr);
    watched.heal()?;
    let server = watched.start()?;
    let hall = Hall::enter(&server.url).await?;
    let asked_again = hall.send(&command).await?;
    ensure!(asked_again.status == 201, "{asked_again:?}");
    hall.admin().sign_in("hoa", "matkhau-2026").await?;
    ensure!(hall.admin().get(&format!("/offices/{OFFICE}")).await?.status == 200, "the office is there");
    Ok(())
}

#[tokio::test]
async fn sessions_that_cannot_be_kept_stop_nobody() -> Result<()> {
    for fault in ["sync EIO 1 0 sessions", "write EIO 1 0 sessions"] {
        let watched = Watched::recording()?;
        let server = watched.start()?;
        let hall = Hall::enter(&server.url).await?;
        // When the sessions' store fails, people sign in and numbers are given.
        watched.fail(&[fault])?;
        let mut done = Vec::new();
        for index in 0..6 {
            let late = Hall::enter(&server.url).await.with_context(|| fault.to_owned())?;
            let command = issue(index, format!("late-{index}"));
            let reply = if index % 2 == 0 { hall.send(&command).await? } else { late.send(&command).await? };
            ensure!(reply.status == 201, "{fault}: {reply:?}");
            done.push(Done { command, reply });
        }
        server.interrupt()?;
        let ended = tokio::task::spawn_blocking(move || server.ended()).await??;
        ensure!(ended.code == Some(0), "{fault}: it ended with {:?}: {}", ended.code, ended.stderr);
        ensure!(!ended.stderr.contains("panicked"), "a panic on the screen: {}", ended.stderr);
        ensure!(watched.trace()?.faults() > 0, "{fault} was never met");
        // Then the next start has all that was answered; everybody can sign in there.
        watched.heal()?;
        let work = Work { done, ..Work::default() };
        comes_back(&watched, &work).await.with_context(|| fault.to_owned())?;
    }
    Ok(())
}
