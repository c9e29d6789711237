//! A disk that fills up: nothing is taken below the low-water mark and reading goes on; it heals by itself; and on a
//! disk without a free byte the ballast is the way out.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use queue_tests::OFFICE;
use queue_tests::api::Api;
use queue_tests::hall::{Done, Hall, issue};
use queue_tests::program::{Ended, Server, run};
use queue_tests::shim::Watched;
use queue_tests::small_disk::SmallDisk;
use serde_json::json;

use crate::reason;

/// The disk is looked at every two seconds.
const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test]
async fn below_the_low_water_mark_nothing_is_taken_until_there_is_room() -> Result<()> {
    let watched = Watched::faulty()?;
    let server = watched.start()?;
    let hall = Hall::enter(&server.url).await?;
    let first = issue(0, "first".to_owned());
    let answered = Done { reply: hall.send(&first).await?, command: first };
    let admin = hall.admin();
    admin.at(1, "open", None, json!({})).await?;

    watched.fail(&["statvfs low 1 0 *"])?;
    ensure!(until_ready_says(&server.url, 503).await?.contains("disk-full"), "/readyz says why");
    let refused = admin.issue("chung-thuc", None).await?;
    ensure!(
        (refused.status, refused.code()) == (503, "disk-full") && refused.media_type.contains("problem+json"),
        "{refused:?}"
    );
    // Calls and settings are refused alike; what was answered before is answered again; reading goes on.
    let body = json!({"user": "hoa", "password": "matkhau-2026", "roles": ["clerk"]});
    for refused in [admin.at(1, "call", None, json!({})).await?, admin.post("/users", None, body).await?] {
        ensure!((refused.status, refused.code()) == (503, "disk-full"), "{refused:?}");
    }
    answered.same(&hall.send(&answered.command).await?)?;
    ensure!(admin.get(&format!("/offices/{OFFICE}")).await?.status == 200, "reading goes on");
    the_kiosk_says_so(&server.url)?;

    watched.heal()?;
    until_ready_says(&server.url, 200).await?;
    let taken = admin.issue("chung-thuc", None).await?;
    ensure!(taken.number() == "A002", "the numbers go on without a gap: {taken:?}");
    server.interrupt()?;
    let ended = server.ended()?;
    ensure!(ended.code == Some(0), "{:?}", ended.code);
    ensure!(reason(&ended)?.contains("almost full"), "it was said once: {}", ended.stderr);
    Ok(())
}

/// The program at a kiosk takes no ticket, prints nothing, and says why.
fn the_kiosk_says_so(url: &str) -> Result<()> {
    let arguments =
        ["issue", "--server", url, "--office", OFFICE, "--service", "chung-thuc", "--timeout", "2"];
    let ended = run("queue-kiosk", &arguments)?;
    ensure!(ended.code == Some(1) && ended.stdout.is_empty(), "{:?} {}", ended.code, ended.stdout);
    ensure!(ended.stderr.contains("disk"), "the kiosk says: {}", ended.stderr);
    Ok(())
}

#[tokio::test]
async fn the_ballast_is_the_way_out_of_a_full_disk() -> Result<()> {
    // Large enough for a ballast.
    let test = "room::the_ballast_is_the_way_out_of_a_full_disk";
    let Some(disk) = SmallDisk::mount(400, test)? else { return Ok(()) };
    let (data, filler) = (disk.path().join("data"), disk.path().join("filler"));
    let server = start(&data)?.map_err(|ended| anyhow::anyhow!(ended.stderr))?;
    let admin = Api::new(&server.url).admin().await?;
    let ticket = admin.issue("chung-thuc", Some("before")).await?;
    ensure!(data.join("ballast").exists(), "there is a ballast");
    // Somebody else fills the disk: first commands are refused, and the records stay.
    fill(&filler);
    until_ready_says(&server.url, 503).await?;
    let refused = admin.issue("chung-thuc", None).await?;
    ensure!((refused.status, refused.code()) == (503, "disk-full"), "{refused:?}");
    server.kill()?;
    // A start finds no room for its copy, and says what to delete.
    let ended = start(&data)?.err().context("it started on a full disk")?;
    let why = reason(&ended)?;
    ensure!(ended.code == Some(4) && why.contains("ballast"), "{:?}: {why}", ended.code);
    // The ballast gives the room.
    std::fs::remove_file(data.join("ballast"))?;
    let server = start(&data)?.map_err(|ended| anyhow::anyhow!(ended.stderr))?;
    let admin = Api::new(&server.url).admin().await?;
    let again = admin.issue("chung-thuc", Some("before")).await?;
    ensure!((again.status, again.number()) == (201, ticket.number()), "{again:?}");
    // With room again, the same server takes commands, and the next one keeps a ballast.
    std::fs::remove_file(&filler)?;
    until_ready_says(&server.url, 200).await?;
    let next = admin.issue("chung-thuc", None).await?;
    ensure!(next.number() == "A002", "{next:?}");
    ensure!(server.stop()?.code() == Some(0), "it did not stop well");
    start(&data)?.map_err(|ended| anyhow::anyhow!(ended.stderr))?.stop()?;
    ensure!(data.join("ballast").exists(), "there is a ballast again");
    Ok(())
}

/// Asks `/readyz` until it answers with this status.
async fn until_ready_says(url: &str, status: u16) -> Result<String> {
    let begun = Instant::now();
    let mut last = (0, String::new());
    while begun.elapsed() < PATIENCE {
        let response = reqwest::get(format!("{url}/readyz")).await?;
        last = (response.status().as_u16(), response.text().await?);
        if last.0 == status {
            return Ok(last.1);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    anyhow::bail!("/readyz does not answer {status} within {PATIENCE:?}, but {last:?}")
}

fn start(data: &Path) -> Result<Result<Server, Ended>> {
    let office = queue_tests::office::file(OFFICE)?;
    Server::try_start(data, &["--office", &office.to_string_lossy()], &[])
}

/// Writes until there is no byte left.
fn fill(path: &Path) {
    for size in ["1M", "4k", "1"] {
        let script = format!("dd if=/dev/zero bs={size} status=none >> {}", path.display());
        // It ends when the disk is full.
        let _full = Command::new("sh").args(["-c", &script]).stderr(std::process::Stdio::null()).status();
    }
}
