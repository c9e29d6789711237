//! Each single call that changes a file fails once, in turn: from the first of a start after a kill, through its
//! recovery, to the last of a clean stop.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use queue_tests::hall::{Command, Done, Hall, issue};
use queue_tests::held::{Held, copy_folder, verify};
use queue_tests::program::Server;
use queue_tests::shim::Watched;

use crate::reason;
use crate::starting::some_numbers;

const ACTIONS: [&str; 4] = ["EIO", "ENOSPC", "short", "torn"];
/// A start after a kill, the work here and a clean stop change files about so many times.
const CALLS: usize = 215;
/// In a short run: these calls, each with the next action.
const CALLS_SHORT: [usize; 8] = [4, 33, 62, 95, 128, 141, 154, 190];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_single_failure_loses_or_doubles_anything() -> Result<()> {
    let before = Watched::faulty()?;
    let done = some_numbers(&before).await?;
    let cases: Vec<(usize, &'static str)> = if queue_tests::long() {
        // Each call once; the turn shifts with every round, so that calls that alternate do not meet one action only.
        (1..CALLS).map(|call| (call, ACTIONS[(call + call / ACTIONS.len()) % ACTIONS.len()])).collect()
    } else {
        CALLS_SHORT.into_iter().zip(ACTIONS.into_iter().cycle()).collect()
    };
    let (mut counts, mut met) = ([0; 3], 0);
    for pair in cases.chunks(2) {
        let tasks: Vec<_> = pair
            .iter()
            .map(|(call, action)| {
                let (call, action, done, data) = (*call, *action, done.clone(), before.data());
                tokio::spawn(async move {
                    let what = format!("any {action} {call} 1 *");
                    broken_once(&what, &data, done).await.with_context(|| what)
                })
            })
            .collect();
        for task in tasks {
            let (course, hit) = task.await??;
            counts[course as usize] += 1;
            met += hit;
        }
    }
    eprintln!("{met} single failures of {}: {counts:?} did not start, ended at work, went on", cases.len());
    ensure!(
        counts[0] > 0 && counts[1] + counts[2] > 0,
        "the failures do not spread over the run: {counts:?}"
    );
    ensure!(met * 10 >= cases.len() * 8, "only {met} of {} were met", cases.len());
    Ok(())
}

#[derive(Clone, Copy)]
enum Course {
    DidNotStart,
    EndedAtWork,
    WentOn,
}

async fn broken_once(fault: &str, before: &Path, mut done: Vec<Done>) -> Result<(Course, usize)> {
    let watched = Watched::recording()?;
    copy_folder(before, &watched.data())?;
    watched.fail(&[fault])?;
    let mut unclear = Vec::new();
    let course = match watched.try_start()? {
        Err(ended) => {
            ensure!(matches!(ended.code, Some(3 | 4)), "it ended with {:?}: {}", ended.code, ended.stderr);
            reason(&ended)?;
            Course::DidNotStart
        }
        Ok(server) => work(server, &mut done, &mut unclear).await?,
    };
    let met = watched.trace()?.faults();
    ensure!(met <= 1, "the fault was met {met} times");
    watched.heal()?;
    let server = watched.start()?;
    let hall = Hall::enter(&server.url).await?;
    for one in &done {
        one.same(&hall.send(&one.command).await?)?;
    }
    // Whoever did not know asks again with the same key, knows, and has one number.
    for command in unclear {
        let reply = hall.send(&command).await?;
        ensure!(reply.status == 201, "asked again: {reply:?}");
        let one = Done { command, reply };
        one.same(&hall.send(&one.command).await?)?;
        done.push(one);
    }
    ensure!(server.stop()?.code() == Some(0), "it did not stop well");
    let held = Held::read(&watched.data())?;
    held.check_commands(&done, &[])?;
    held.check_numbers(&done)?;
    verify(&watched.data())?;
    Ok((course, met))
}

/// Takes numbers until the server ends, or for a while, and stops it.
async fn work(server: Server, done: &mut Vec<Done>, unclear: &mut Vec<Command>) -> Result<Course> {
    if let Ok(hall) = Hall::enter(&server.url).await {
        for index in 0..12 {
            let command = issue(index, format!("during-{index}"));
            match hall.send(&command).await {
                Ok(reply) if reply.status == 201 => done.push(Done { command, reply }),
                Ok(reply) => {
                    ensure!(reply.status == 503 && reply.code() == "outcome-unknown", "{reply:?}");
                    unclear.push(command);
                    break;
                }
                Err(_) => {
                    unclear.push(command);
                    break;
                }
            }
        }
    }
    server.interrupt()?;
    let ended = tokio::task::spawn_blocking(move || server.ended()).await??;
    match ended.code {
        Some(0) => {
            ensure!(!ended.stderr.contains("panicked"), "a panic on the screen: {}", ended.stderr);
            Ok(Course::WentOn)
        }
        Some(4) => reason(&ended).map(|_| Course::EndedAtWork),
        other => anyhow::bail!("it ended with {other:?}: {}", ended.stderr),
    }
}
