//! After a power cut a whole server starts: also where the store of the sessions, which nobody syncs, is torn.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use queue_tests::OFFICE;
use queue_tests::api::Api;
use queue_tests::program::Server;
use queue_tests::trace::Trace;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::disk::{Disk, Loss};
use crate::recorded::told;

const IMAGES: usize = 4;
const IMAGES_LONG: usize = 10;

/// Cuts the power at some moments of the trace and starts a server on what is left.
pub(crate) async fn servers_start(trace: &Trace, seed: u64) -> Result<usize> {
    let images = if queue_tests::long() { IMAGES_LONG } else { IMAGES };
    let mut chance = StdRng::seed_from_u64(seed);
    let told = told(trace);
    let issued: Vec<(usize, &String)> =
        told.iter().filter_map(|one| Some((one.place, one.ticket.as_ref()?))).collect();
    let mut moments: Vec<usize> =
        (0..images).map(|_| issued[chance.random_range(0..issued.len())].0).collect();
    moments.sort_unstable();
    let mut disk = Disk::new();
    let mut next = moments.iter().peekable();
    for (place, entry) in trace.entries.iter().enumerate() {
        disk.step(entry);
        while next.next_if(|moment| **moment == place).is_some() {
            let image = tempfile::tempdir()?;
            let loss = if chance.random_bool(0.5) { Loss::Pages } else { Loss::Appends };
            disk.write_image(loss, &mut chance, image.path())?;
            let (_, ticket) = issued.iter().rfind(|(at, _)| *at <= place).context("one was issued")?;
            starts(&image.path().join("data"), ticket)
                .await
                .with_context(|| format!("after a cut at {place}, {loss:?}"))?;
        }
    }
    Ok(images)
}

/// A server starts on the folder without a panic on the screen, knows the ticket, and gives the next one.
async fn starts(data: &Path, ticket: &str) -> Result<()> {
    let office = queue_tests::office::file(OFFICE)?;
    let server = Server::start_with(data, &["--office", &office.to_string_lossy()])?;
    let admin = Api::new(&server.url).admin().await?;
    let known = admin.get(&format!("/offices/{OFFICE}/tickets/{ticket}")).await?;
    ensure!(known.status == 200, "the ticket {ticket} is gone: {known:?}");
    // Of its numbers a long run leaves enough.
    let next = admin.issue("tra-ket-qua", None).await?;
    ensure!(next.status == 201, "no number is given: {next:?}");
    server.interrupt()?;
    let ended = server.ended()?;
    ensure!(ended.code == Some(0), "it ended with {:?}: {}", ended.code, ended.stderr);
    ensure!(!ended.stderr.contains("panicked"), "a panic on the screen: {}", ended.stderr);
    Ok(())
}
