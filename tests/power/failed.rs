//! A sync fails, the process ends, and the next one reads what the disk never got: what it then acknowledges is to
//! survive a power cut all the same. Opening after an unclean stop writes everything anew, and syncs that.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use queue_tests::hall::{Hall, work_until};
use queue_tests::shim::Watched;
use queue_tests::trace::{Entry, Op, Phase};
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::cuts::{acked, cut, cut_at};
use crate::disk::{Disk, Loss};

const IMAGES: usize = 12;
const IMAGES_LONG: usize = 100;
/// How long everybody works before the sync fails.
const WORK: Duration = Duration::from_millis(300);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_failed_sync_left_in_memory_is_not_taken_for_durable() -> Result<()> {
    // Given a server whose disk fails to sync under load,
    let watched = Watched::recording()?;
    let server = watched.start()?;
    let fault = "sync EIO 1 0 journal/two-lines/db";
    let (_ended, work) = work_until((&watched, server), "before", WORK, fault).await?;

    // when the next one answers those who did not know,
    watched.heal()?;
    let server = watched.start()?;
    let hall = Hall::enter(&server.url).await?;
    let mut known = 0;
    for command in &work.unclear {
        known += usize::from((200..300).contains(&hall.send(command).await?.status));
    }
    ensure!(known > 0, "nobody was left without an answer");
    server.kill()?;

    // then no power cut, before or after, loses what was acknowledged.
    let trace = watched.trace()?;
    let failed =
        trace.entries.iter().position(|entry| entry.result < 0 && entry.path.ends_with("two-lines/db"));
    let failed = failed.context("a sync failed")?;
    let acked = acked(&trace);
    let images = if queue_tests::long() { IMAGES_LONG } else { IMAGES };
    let outcome = cut(&trace, &acked, images, 4, Disk::new())?;
    eprintln!("a sync failed at {failed} of {}; {known} asked again; {outcome:?}", trace.entries.len());
    ensure!(outcome.lost.is_empty(), "power cuts lost what was acknowledged: {:#?}", outcome.lost);

    // Nor does one at any step of the start, where nothing else is lost than what that sync was to write.
    let listening = trace.entries[failed..].iter().position(|entry| entry.op == Op::Send && started(entry));
    let listening = failed + listening.context("the second server told that it listens")?;
    let steps = (failed..=listening).filter(|at| trace.entries[*at].phase == Phase::End);
    let steps = steps.filter(|at| trace.entries[*at].path.contains("two-lines"));
    let moments: Vec<_> = steps.map(|at| (at + 1, Loss::Nothing)).collect();
    let outcome = cut_at(&trace, &acked, &moments, Disk::new(), &mut StdRng::seed_from_u64(4))?;
    eprintln!("{} cuts while it started: {outcome:?}", moments.len());
    ensure!(outcome.lost.is_empty(), "a power cut while it started: {:#?}", outcome.lost);
    ensure!(outcome.opened.values().sum::<usize>() > 20, "too few steps: {outcome:?}");
    Ok(())
}

/// Whether a server tells here that it listens.
fn started(entry: &Entry) -> bool {
    entry.text().contains("listening on http")
}
