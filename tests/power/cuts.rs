//! Power cuts: at many moments of a recorded run, images of what the disk may hold, each opened as after a real cut.
//!
//! The run has everything in it that changes the disk: a first start, work, a clean stop, a start, work, kill -9, a
//! start from the copy that is set aside, work. Nothing that was acknowledged before the moment may be missing.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use queue_core::ids::Slug;
use queue_journal::Journal;
use queue_journal::folder::DataFolder;
use queue_tests::OFFICE;
use queue_tests::hall::Hall;
use queue_tests::shim::Watched;
use queue_tests::trace::{Op, Trace};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tempfile::TempDir;

use crate::disk::{Disk, Loss};
use crate::recorded::{between, told};
use crate::restart;

const IMAGES: usize = 60;
const IMAGES_LONG: usize = 500;
/// Runs in the long form; each gives its share of the images.
const RUNS_LONG: usize = 5;
const WORK: Duration = Duration::from_millis(600);
const WORK_LONG: Duration = Duration::from_secs(6);
/// In turn.
const LOSSES: [Loss; 6] = [Loss::All, Loss::Pages, Loss::Appends, Loss::Pages, Loss::OneFile, Loss::Nothing];

/// What was acknowledged, and where in the trace.
pub(crate) struct Acked {
    place: usize,
    stream: &'static str,
    /// The record, where it is known.
    seq: u64,
    /// What stands in it.
    holds: String,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_power_cut_loses_what_was_acknowledged() -> Result<()> {
    let long = queue_tests::long();
    let (runs, images) = if long { (RUNS_LONG, IMAGES_LONG / RUNS_LONG) } else { (1, IMAGES) };
    for run in 0..runs {
        let watched = Watched::recording()?;
        let server = watched.start()?;
        work(&server.url, "first").await?;
        server.stop()?;
        let server = watched.start()?;
        work(&server.url, "second").await?;
        server.kill()?;
        let server = watched.start()?;
        work(&server.url, "third").await?;
        server.kill()?;

        let trace = watched.trace()?;
        let acked = acked(&trace);
        let seed = 20_261_123 + run as u64;
        let outcome = cut(&trace, &acked, images, seed, Disk::new())?;
        eprintln!("seed {seed}: {images} images of {} entries, {outcome:?}", trace.entries.len());
        ensure!(outcome.lost.is_empty(), "power cuts lost what was acknowledged: {:#?}", outcome.lost);
        ensure!(outcome.checked > images, "only {} acknowledgements were looked for", outcome.checked);
        ensure!(outcome.pending > 0 && outcome.overwrites > 0, "no cut had anything to lose: {outcome:?}");

        let started = restart::servers_start(&trace, seed).await?;
        eprintln!("{started} servers started after a cut");

        // The control: on a disk whose fdatasync does nothing the same run loses.
        let lying = cut(&trace, &acked, LOSSES.len() * 3, seed, Disk::lying())?;
        eprintln!("without fdatasync: {} of {} images lost something", lying.lost.len(), LOSSES.len() * 3);
        ensure!(!lying.lost.is_empty(), "a disk without fdatasync loses nothing: the images prove nothing");
    }
    Ok(())
}

/// What came of a series of cuts.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Acknowledgements looked for.
    pub checked: usize,
    /// Images in which one was missing, or that did not open.
    pub lost: Vec<String>,
    /// Pages that were written and not synced, over all images, and those that overwrite others.
    pub pending: usize,
    pub overwrites: usize,
    /// Opened images by what was lost.
    pub opened: BTreeMap<String, usize>,
}

/// Cuts the power at `images` moments of the trace and opens what is left.
pub(crate) fn cut(trace: &Trace, acked: &[Acked], images: usize, seed: u64, disk: Disk) -> Result<Outcome> {
    let mut chance = StdRng::seed_from_u64(seed);
    let mut moments: Vec<usize> = (0..images).map(|index| moment(trace, acked, index, &mut chance)).collect();
    moments.sort_unstable();
    let moments: Vec<_> = moments.into_iter().zip(LOSSES.into_iter().cycle()).collect();
    cut_at(trace, acked, &moments, disk, &mut chance)
}

/// Cuts the power at `moments`, in their order, each with its loss, and opens what is left.
pub(crate) fn cut_at(
    trace: &Trace,
    acked: &[Acked],
    moments: &[(usize, Loss)],
    mut disk: Disk,
    chance: &mut StdRng,
) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut next = moments.iter().peekable();
    for (place, entry) in trace.entries.iter().enumerate() {
        while let Some((_, loss)) = next.next_if(|(moment, _)| *moment == place) {
            let loss = *loss;
            let before: Vec<&Acked> = acked.iter().filter(|one| one.place < place).collect();
            let (pending, overwrites) = disk.pending_pages();
            outcome.pending += pending;
            outcome.overwrites += overwrites;
            let image = image_folder()?;
            disk.write_image(loss, chance, image.path())?;
            outcome.checked += before.len();
            match missing(&image.path().join("data"), &before) {
                Ok(()) => *outcome.opened.entry(format!("{loss:?}")).or_default() += 1,
                Err(error) => {
                    let before = last_steps(trace, place);
                    outcome.lost.push(format!("at {place}, {loss:?}: {error:#}; before it: {before}"));
                }
            }
        }
        disk.step(entry);
    }
    Ok(outcome)
}

/// The last changes before a moment, for whoever has to find out why an image lost something.
fn last_steps(trace: &Trace, place: usize) -> String {
    let changes = trace.entries[..place].iter().rev().filter(|entry| entry.op != Op::Send).take(24);
    let mut told: Vec<String> = changes
        .map(|entry| {
            let (op, phase, path) = (entry.op, entry.phase, &entry.path);
            format!("{op:?} {phase:?} {path} at {} of {} bytes", entry.offset, entry.data.len())
        })
        .collect();
    told.reverse();
    told.join(" | ")
}

/// Any moment, and every second time the one right behind an acknowledgement, when most is owed.
fn moment(trace: &Trace, acked: &[Acked], index: usize, chance: &mut StdRng) -> usize {
    if index.is_multiple_of(2) || acked.is_empty() {
        return chance.random_range(1..trace.entries.len());
    }
    (acked[chance.random_range(0..acked.len())].place + 1).min(trace.entries.len() - 1)
}

/// In memory where there is such a place: a thousand syncs of a copy prove nothing more.
fn image_folder() -> Result<TempDir> {
    let memory = Path::new("/dev/shm");
    tempfile::Builder::new()
        .prefix("queue-image-")
        .tempdir_in(memory)
        .or_else(|_| tempfile::tempdir())
        .context("a folder")
}

/// Opens the image as a server would, and looks for everything that was acknowledged.
fn missing(data: &Path, acked: &[&Acked]) -> Result<()> {
    if acked.is_empty() && !data.exists() {
        return Ok(());
    }
    let folder = DataFolder::open(data)?;
    for stream in [OFFICE, "house"] {
        let owed: Vec<&&Acked> = acked.iter().filter(|one| one.stream == stream).collect();
        let journal = folder.journal(&Slug::new(stream)?)?;
        let lines = journal.reader().all().collect::<Result<Vec<_>, _>>()?;
        let lines: Vec<_> = lines.iter().map(|line| String::from_utf8_lossy(line)).collect();
        for one in owed {
            // The record by its place; where the answer does not tell it, any that holds it.
            let found = match one.seq {
                0 => lines.iter().any(|line| line.contains(&one.holds)),
                seq => lines.get(usize::try_from(seq)? - 1).is_some_and(|line| line.contains(&one.holds)),
            };
            ensure!(
                found,
                "{stream}: `{}` of record {} is gone; {} records are left",
                one.holds,
                one.seq,
                lines.len()
            );
        }
        Box::new(journal).close()?;
    }
    Ok(())
}

/// Everything that the server acknowledged: numbers with their record, every other record that an answer or a live
/// message spoke of, users, and the first user once it said that it listens.
pub(crate) fn acked(trace: &Trace) -> Vec<Acked> {
    let mut acked: Vec<Acked> = told(trace)
        .into_iter()
        .map(|one| Acked {
            place: one.place,
            stream: OFFICE,
            seq: one.seq,
            holds: one.ticket.unwrap_or_else(|| format!("\"seq\":{},", one.seq)),
        })
        .collect();
    for (place, entry) in trace.entries.iter().enumerate().filter(|(_, entry)| entry.op == Op::Send) {
        let text = entry.text();
        let user = text.starts_with("HTTP/1.1 201").then(|| between(&text, "{\"user\":\"", "\"")).flatten();
        let first = text.contains("listening on http").then(|| "admin".to_owned());
        acked.extend(user.or(first).map(|holds| Acked { place, stream: "house", seq: 0, holds }));
    }
    acked
}

async fn work(url: &str, name: &str) -> Result<()> {
    let hall = Hall::enter(url).await?;
    let enough = Arc::new(AtomicBool::new(false));
    let lasting = if queue_tests::long() { WORK_LONG } else { WORK };
    let ending = Arc::clone(&enough);
    tokio::spawn(async move {
        tokio::time::sleep(lasting).await;
        ending.store(true, Ordering::Relaxed);
    });
    let work = hall.work(name, &enough).await?;
    ensure!(!work.done.is_empty(), "nobody was answered");
    Ok(())
}

impl Acked {
    pub(crate) fn new(place: usize, stream: &'static str, seq: u64, holds: String) -> Self {
        Self { place, stream, seq, holds }
    }
}
