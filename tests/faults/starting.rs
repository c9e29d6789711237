//! The disk fails while a server starts: it ends with 3 or 4 and one line, and leaves the folder so that the next start
//! has everything.

use anyhow::{Context, Result, ensure};
use queue_tests::hall::{Done, Hall, issue};
use queue_tests::shim::Watched;

use crate::reason;

/// What is broken, the exit code, and a word of the line that says why.
const FAULTS: [(&str, i32, &str); 7] = [
    // A full disk is left by itself, so the supervisor goes on trying.
    ("any ENOSPC 1 0 *", 4, "no space is left"),
    ("write ENOSPC 1 0 *", 4, "no space is left"),
    // A disk that takes nothing needs a person.
    ("any EROFS 1 0 *", 3, "Read-only file system"),
    ("sync EIO 1 0 *", 3, "Input/output error"),
    ("write EIO 1 0 journal", 3, "Input/output error"),
    ("read EIO 1 0 journal/two-lines/db", 3, "Input/output error"),
    ("rename EIO 1 0 *", 3, "Input/output error"),
];

#[tokio::test]
async fn a_start_on_a_failing_disk_says_so_and_spoils_nothing() -> Result<()> {
    // Given a folder with numbers in it whose server was killed,
    let watched = Watched::faulty()?;
    let done = some_numbers(&watched).await?;
    for (fault, code, word) in FAULTS {
        // when a server starts on a disk with this fault,
        watched.fail(&[fault])?;
        let ended = watched.try_start()?.err().with_context(|| format!("{fault}: it started"))?;
        // then it says so and ends,
        let why = reason(&ended).with_context(|| fault.to_owned())?;
        ensure!(ended.code == Some(code), "{fault}: it ended with {:?}: {why}", ended.code);
        ensure!(why.contains(word), "{fault}: it says {why}");
        // and the next one starts,
        watched.heal()?;
        watched.start().with_context(|| format!("after {fault}"))?.kill()?;
    }
    // and after all of them everything is there.
    let server = watched.start()?;
    let hall = Hall::enter(&server.url).await?;
    for one in &done {
        one.same(&hall.send(&one.command).await?)?;
    }
    Ok(())
}

/// Some numbers are taken, and the server is killed.
pub(crate) async fn some_numbers(watched: &Watched) -> Result<Vec<Done>> {
    let server = watched.start()?;
    let hall = Hall::enter(&server.url).await?;
    let mut done = Vec::new();
    for index in 0..9 {
        let command = issue(index, format!("before-{index}"));
        let reply = hall.send(&command).await?;
        ensure!(reply.status == 201, "{reply:?}");
        done.push(Done { command, reply });
    }
    server.kill()?;
    Ok(done)
}
