//! The journal alone, without a server in front: many batches, so that the store uses freed room again; and the same
//! store with its own `flush` alone, the control that must lose.

use std::fs::File;
use std::os::unix::net::UnixDatagram;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use queue_core::ids::Slug;
use queue_core::record::{About, GENESIS, Record, Seq, Texts};
use queue_core::text::Text;
use queue_core::time::At;
use queue_journal::Journal;
use queue_journal::codec::seal;
use queue_journal::folder::DataFolder;
use queue_tests::shim::Watched;
use queue_tests::trace::{Op, Trace};
use queue_tests::{OFFICE, long};
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde::Serialize;

use crate::cuts::{Acked, cut};
use crate::disk::{Disk, Loss};
use crate::recorded::Story;

/// Where the writer finds its folder.
const FOLDER: &str = "QUEUE_POWER_FOLDER";
/// Batches of the journal, enough for the store to free and reuse some of its half-megabyte segments.
const BATCHES: u64 = 400;
const BATCHES_LONG: u64 = 1_000;
const IMAGES: usize = 12;
const IMAGES_LONG: usize = 100;
/// Batches of the control.
const FLUSHES: u64 = 60;

#[test]
fn writes_the_journal_for_another_process() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    write_journal(&folder).unwrap();
}

#[test]
fn only_flushes_for_another_process() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    flush(&folder, false).unwrap();
}

#[test]
fn flushes_and_syncs_for_another_process() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    flush(&folder, true).unwrap();
}

#[test]
fn no_power_cut_loses_a_record_of_a_journal_that_reuses_its_room() -> Result<()> {
    let watched = Watched::recording()?;
    run("flush::writes_the_journal_for_another_process", &watched)?;
    let trace = watched.trace()?;
    let told = acks(&trace);
    let acked: Vec<Acked> =
        told.iter().map(|(place, seq)| Acked::new(*place, OFFICE, *seq, format!("\"seq\":{seq},"))).collect();
    let images = if long() { IMAGES_LONG } else { IMAGES };
    let outcome = cut(&trace, &acked, images, 7, Disk::new())?;
    eprintln!("{} records acknowledged in {} batches, {outcome:?}", told.len(), batches());
    ensure!(outcome.lost.is_empty(), "power cuts lost what was acknowledged: {:#?}", outcome.lost);
    ensure!(reused(&trace) > 0, "no room was used again");
    let story = Story::of(&trace, OFFICE);
    ensure!(story.batches.len() as u64 == batches(), "{} batches were seen", story.batches.len());
    // One more before the first, of the meta value of nothing, and one at the end, when it is closed.
    let syncs = story.data_syncs.len();
    ensure!(syncs as u64 == batches() + 2, "{syncs} syncs for {} batches", batches());
    Ok(())
}

#[test]
fn the_stores_own_flush_loses_what_was_acknowledged() -> Result<()> {
    let (cuts, lost) = cut_behind_acks("flush::only_flushes_for_another_process")?;
    eprintln!("flush alone: {lost} of {cuts} power cuts lost what was acknowledged");
    ensure!(lost > 0, "plain flush loses nothing: then the images prove nothing");
    // The same store at the same cuts, with the sync that the journal makes.
    let (cuts, lost) = cut_behind_acks("flush::flushes_and_syncs_for_another_process")?;
    eprintln!("flush and a sync: {lost} of {cuts} power cuts lost what was acknowledged");
    ensure!(lost == 0, "{lost} of {cuts} cuts lost what was synced: then the images lose too much");
    Ok(())
}

/// Cuts the power right behind acknowledgements of `role`; how often, and how often one was lost.
fn cut_behind_acks(role: &str) -> Result<(usize, usize)> {
    let watched = Watched::recording()?;
    run(role, &watched)?;
    let trace = watched.trace()?;
    let told = acks(&trace);
    ensure!(told.len() as u64 == FLUSHES, "{} were acknowledged", told.len());
    let mut chance = StdRng::seed_from_u64(11);
    let (mut cuts, mut lost) = (0, 0);
    let mut disk = Disk::new();
    let mut place = 0;
    for (told_at, last) in told.iter().step_by(3) {
        while place <= *told_at {
            disk.step(&trace.entries[place]);
            place += 1;
        }
        let image = tempfile::tempdir()?;
        disk.write_image(Loss::All, &mut chance, image.path())?;
        ensure!(image.path().join("data/db").exists(), "the store's file itself is not on the disk");
        cuts += 1;
        lost += usize::from(found_after_flush(&image.path().join("data")) < *last);
    }
    Ok((cuts, lost))
}

fn batches() -> u64 {
    if long() { BATCHES_LONG } else { BATCHES }
}

/// Runs a test of this program as a process under watch.
fn run(role: &str, watched: &Watched) -> Result<()> {
    let status = Command::new(std::env::current_exe()?)
        .args(["--exact", role, "--nocapture", "--test-threads=1"])
        .env(FOLDER, watched.data())
        .envs(watched.environment()?)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .context("starting the writer")?;
    ensure!(status.success(), "the writer ended with {status}");
    Ok(())
}

#[derive(Serialize)]
struct Fact {
    number: String,
}

impl Texts for Fact {
    fn texts_mut(&mut self) -> Vec<&mut Text> {
        Vec::new()
    }
}

/// Appends batches of growing and shrinking size, and tells the last record of each when it is durable.
fn write_journal(root: &Path) -> Result<()> {
    let (out, inbox) = UnixDatagram::pair()?;
    let stream = Slug::new(OFFICE)?;
    let folder = DataFolder::open(root)?;
    Box::new(folder.journal(&Slug::new("house")?)?).close()?;
    let mut journal = folder.journal(&stream)?;
    let (mut seq, mut head) = (0, GENESIS.to_owned());
    for batch in 0..batches() {
        let mut lines = Vec::new();
        for _ in 0..1 + batch * 7 % 40 {
            seq += 1;
            let mut record = record(&stream, seq);
            let sealed = seal(&mut record, &head)?;
            head.clone_from(&sealed.hash);
            lines.push(sealed);
        }
        journal.append(&lines)?;
        out.send(format!("acked {seq} ").as_bytes())?;
        drain(&inbox)?;
    }
    Box::new(journal).close()?;
    Ok(())
}

/// The same store with its own `flush` behind each batch, and a sync on a second handle where `synced`.
fn flush(root: &Path, synced: bool) -> Result<()> {
    let (out, inbox) = UnixDatagram::pair()?;
    let database = sled::Config::new().path(root).flush_every_ms(Some(500)).open()?;
    let data = File::options().read(true).write(true).open(root.join("db"))?;
    // The files and their names are durable, so that the cuts ask for nothing but the batches.
    for entry in root.read_dir()? {
        File::open(entry?.path())?.sync_all()?;
    }
    for folder in [Some(root), root.parent()].into_iter().flatten() {
        File::open(folder)?.sync_all()?;
    }
    for seq in 1..=FLUSHES {
        let mut batch = sled::Batch::default();
        batch.insert(&seq.to_be_bytes(), vec![b'x'; 400]);
        database.apply_batch(batch)?;
        database.flush()?;
        if synced {
            data.sync_data()?;
        }
        out.send(format!("acked {seq} ").as_bytes())?;
        drain(&inbox)?;
    }
    Ok(())
}

fn record(stream: &Slug, seq: u64) -> Record<Fact> {
    Record {
        v: 1,
        stream: stream.clone(),
        seq: Seq(seq),
        at: At(1_732_269_600_000 + i64::try_from(seq).expect("a test is short")),
        epoch: 1,
        actor: "system".to_owned(),
        key: None,
        status: 201,
        about: About::Office,
        events: vec![Fact {
            number: format!("A{seq:03} {}", "x".repeat(usize::try_from(seq % 300).unwrap_or(0))),
        }],
        prev_hash: String::new(),
        hash: String::new(),
        texts: Vec::new(),
    }
}

/// Takes the acknowledgement in, so that there is room for the next.
fn drain(inbox: &UnixDatagram) -> Result<()> {
    let mut bytes = [0; 64];
    if inbox.recv(&mut bytes)? == 0 { bail!("an acknowledgement got lost") } else { Ok(()) }
}

/// What was acknowledged, with its place in the trace.
fn acks(trace: &Trace) -> Vec<(usize, u64)> {
    let sent = trace.entries.iter().enumerate().filter(|(_, entry)| entry.op == Op::Send);
    sent.filter_map(|(place, entry)| Some((place, entry.text().strip_prefix("acked ")?.trim().parse().ok()?)))
        .collect()
}

/// Writes that begin before the end of what was written so far, by more than the page they share.
fn reused(trace: &Trace) -> usize {
    let (mut end, mut reused) = (0, 0);
    for entry in &trace.entries {
        if entry.done(Op::Write) && entry.path.ends_with(&format!("{OFFICE}/db")) {
            reused += usize::from(entry.offset + 4096 < end);
            end = end.max(entry.offset + entry.result.unsigned_abs());
        }
    }
    reused
}

/// How far the control's store goes without a gap after the cut.
fn found_after_flush(folder: &Path) -> u64 {
    let count = || {
        let Ok(database) = sled::Config::new().path(folder).open() else { return 0 };
        (1..)
            .take_while(|seq: &u64| database.get(seq.to_be_bytes()).is_ok_and(|found| found.is_some()))
            .count() as u64
    };
    // A store that breaks off has lost all.
    catch_unwind(AssertUnwindSafe(count)).unwrap_or(0)
}
