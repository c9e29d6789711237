//! Rounds of work and kill on one folder. Every third kill hits a server that is still starting, at one of the calls
//! with which it changes its files.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Result, ensure};
use queue_tests::hall::{Command, Done, Hall};
use queue_tests::held::{Held, verify, verify_copy};
use queue_tests::program::Server;
use queue_tests::shim::Watched;

const ROUNDS: u64 = 25;
const ROUNDS_LONG: u64 = 200;
/// A copy of what was killed is verified every so many rounds.
const VERIFY_EVERY: u64 = 6;
/// Older commands that are asked for again after each kill, besides all of the last round.
const OLDER: usize = 15;
/// A start after a kill changes its files about so many times before it listens.
const CHANGES_OF_A_START: u64 = 90;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_answered_survives_kill_9() -> Result<()> {
    let watched = Watched::faulty()?;
    let rounds = if queue_tests::long() { ROUNDS_LONG } else { ROUNDS };
    let (mut done, mut unclear): (Vec<Done>, Vec<Command>) = (Vec::new(), Vec::new());
    let mut last = 0;
    let (mut while_starting, mut at_work) = (0, 0);
    for round in 0..rounds {
        if round % 3 == 1 {
            while_starting += u64::from(kill_while_starting(&watched, round)?);
            continue;
        }
        watched.heal()?;
        let server = watched.start()?;
        let hall = Hall::enter(&server.url).await?;
        ask_again(&hall, &done, last, round).await?;
        last = done.len();
        let work = work_and_kill(&hall, server, round).await?;
        at_work += 1;
        done.extend(work.0);
        unclear.extend(work.1);
        if round % VERIFY_EVERY == 0 {
            verify_copy(&watched.data())?;
        }
    }
    ensure!(done.len() as u64 >= 5 * rounds, "only {} commands were answered", done.len());
    ensure!(3 * while_starting >= rounds - 2, "only {while_starting} of {rounds} kills hit a start");

    watched.heal()?;
    let server = watched.start()?;
    let hall = Hall::enter(&server.url).await?;
    for one in &done {
        one.same(&hall.send(&one.command).await?)?;
    }
    ensure!(server.stop()?.code() == Some(0), "the last server did not stop well");
    let held = Held::read(&watched.data())?;
    held.check_commands(&done, &unclear)?;
    held.check_numbers(&done)?;
    verify(&watched.data())?;
    eprintln!(
        "{rounds} kills ({at_work} at work, {while_starting} while starting): {} commands answered and there once, \
         {} without an answer, {} numbers",
        done.len(),
        unclear.len(),
        held.numbers.len()
    );
    Ok(())
}

/// Ends a start at one of its changes; whether it had not said that it listens.
fn kill_while_starting(watched: &Watched, round: u64) -> Result<bool> {
    let change = 1 + round * 37 % CHANGES_OF_A_START;
    watched.fail(&[&format!("any kill {change} 1 *")])?;
    match watched.try_start()? {
        Err(ended) => {
            ensure!(
                ended.code.is_none(),
                "round {round}: it ended by itself: {:?} {}",
                ended.code,
                ended.stderr
            );
            Ok(true)
        }
        Ok(server) => {
            server.kill()?;
            Ok(false)
        }
    }
}

/// The commands of the last round, and some older ones, are answered as they were.
async fn ask_again(hall: &Hall, done: &[Done], last: usize, round: u64) -> Result<()> {
    let step = (last / OLDER).max(1);
    let older = done[..last].iter().skip(usize::try_from(round)? % step).step_by(step);
    for one in older.chain(&done[last..]) {
        one.same(&hall.send(&one.command).await?)?;
    }
    Ok(())
}

async fn work_and_kill(hall: &Hall, server: Server, round: u64) -> Result<(Vec<Done>, Vec<Command>)> {
    let enough = Arc::new(AtomicBool::new(false));
    let working = {
        let (hall, enough) = (hall.clone(), Arc::clone(&enough));
        tokio::spawn(async move { hall.work(&format!("r{round}"), &enough).await })
    };
    // A different moment each round, between the first answers and the thick of it.
    tokio::time::sleep(Duration::from_millis(40 + (round * 37) % 160)).await;
    server.kill()?;
    enough.store(true, Ordering::Relaxed);
    let work = working.await??;
    Ok((work.done, work.unclear))
}
