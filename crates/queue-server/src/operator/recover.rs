//! `recover`: a new data folder from what is left of a damaged one and from backups.
//!
//! The damaged folder is only read; the one exception is its ballast, which goes when the operator says so. Records
//! that are missing are listed, and going on without them takes the operator's word, which is written into the
//! stream itself ([`loss`]).

mod loss;
mod room;
mod told;

use std::fmt::Write as _;
use std::fs;
use std::io::Write;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use queue_core::layout::Layout;
use queue_core::time::At;
use queue_journal::backup::restore::{NewFolder, check_empty};
use queue_journal::salvage::{Evidence, Fork, Places, Salvage, salvage};

use super::{OperatorError, is_house, verify};

/// What was found, in the new folder: the records by stream, and the report.
const SALVAGED: &str = "salvaged";
/// Ranges of missing records that a line names; the report counts the others.
const RANGES_MAX: usize = 20;

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Recovery<'a> {
    /// The damaged folder; nothing where the disk is gone.
    pub data: Option<&'a Path>,
    /// The new folder: missing, empty, or left by a `recover` that found a loss.
    pub to: &'a Path,
    /// Backups, the full one first.
    pub backups: &'a [PathBuf],
    /// Why a loss is accepted, and by whom; nothing where it is not.
    pub accept: Option<&'a str>,
    /// The highest number that was given today, where a person says so.
    pub numbers_after: Option<u32>,
    /// What offices look like of which nothing is left.
    pub layouts: &'a [Layout],
    /// Whether the damaged folder's ballast may be deleted.
    pub ballast: BallastUse,
    /// Whether a clock far from the last known record is believed.
    pub clock: ClockUse,
    /// Now.
    pub at: At,
}

/// What may become of the ballast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BallastUse {
    /// It stays.
    Kept,
    /// It is deleted where there is too little room without it.
    Freed,
}

/// What is thought of the computer's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockUse {
    /// It has to be near the last known record.
    Checked,
    /// The operator says that it is right.
    Believed,
}

/// Brings back what can be brought back. Prints what was found of each stream, and, once the new folder stands, what
/// `verify` says of it.
///
/// # Errors
/// `Usage` (exit 2) where something must be said that was not; `Folder`, `NoFolder`, `Replay` and `Loss` (exit 3),
/// the last where records are missing and nobody accepted it; `NoRoom`, `Write` and `Failed` (exit 4).
pub fn recover(
    asked: &Recovery<'_>,
    out: &mut impl Write,
    notes: &mut impl Write,
) -> Result<(), OperatorError> {
    check_places(asked)?;
    room::make(asked, notes)?;
    let found = asked.to.join(SALVAGED);
    let working = found.join("working");
    let places = Places { data: asked.data, backups: asked.backups, working: &working, found: &found };
    let mut streams = salvage(places)?;
    streams.sort_by_key(|salvage| is_house(&salvage.stream));
    let mut report = String::new();
    for salvage in &streams {
        describe(salvage, &mut report);
    }
    out.write_all(report.as_bytes())?;
    fs::write(found.join("report.txt"), &report)?;
    let done = rebuild(asked, &mut streams, notes);
    drop(streams);
    fs::remove_dir_all(&working)?;
    done?;
    verify(asked.to, out, notes)
}

/// Refuses what cannot be meant.
fn check_places(asked: &Recovery<'_>) -> Result<(), OperatorError> {
    if asked.data.is_none() && asked.backups.is_empty() {
        let what = "give the damaged folder with --data DIR, a backup with --backup FILE, or both";
        return Err(OperatorError::Usage(what.to_owned()));
    }
    if let Some(data) = asked.data {
        if !["journal", "acked", "set-aside"].iter().any(|part| data.join(part).is_dir()) {
            return Err(OperatorError::NoFolder(data.to_owned()));
        }
        let (data, to) = (whole(data)?, whole(asked.to)?);
        if to.starts_with(&data) || data.starts_with(&to) {
            let what = "--to names the damaged folder, or one in it or around it: name another one";
            return Err(OperatorError::Usage(what.to_owned()));
        }
    }
    Ok(check_empty(asked.to, &[SALVAGED])?)
}

/// `path` without links, as far as it is there.
fn whole(path: &Path) -> std::io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    for here in path.ancestors() {
        match here.canonicalize() {
            Ok(found) => {
                let rest = path.strip_prefix(here).map_err(std::io::Error::other)?;
                return Ok(if rest.as_os_str().is_empty() { found } else { found.join(rest) });
            }
            // A link that leads nowhere yet may lead into the damaged folder later.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !here.is_symlink() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(path)
}

/// Writes the new folder.
fn rebuild(
    asked: &Recovery<'_>,
    streams: &mut [Salvage],
    notes: &mut impl Write,
) -> Result<(), OperatorError> {
    let lossy: Vec<&Salvage> = streams.iter().filter(|salvage| !salvage.is_whole()).collect();
    if !lossy.is_empty() && asked.accept.is_none() {
        let names: Vec<String> = lossy.iter().map(|salvage| briefly(salvage)).collect();
        return Err(OperatorError::Loss(names.join("; ")));
    }
    let mut accepted = Vec::new();
    for salvage in streams.iter_mut() {
        let whole = salvage.is_whole();
        accepted.push(if whole { None } else { Some(loss::Accepted::new(asked, salvage)?) });
    }
    let new = NewFolder::begin(asked.to, &[SALVAGED])?;
    for (salvage, accepted) in streams.iter_mut().zip(accepted) {
        salvage.write(&mut new.writer())?;
        match accepted {
            Some(accepted) => {
                let told = accepted.write(new.folder(), &salvage.stream)?;
                writeln!(notes, "{}: {told}", salvage.stream)?;
            }
            // A stream without records is there too.
            None => queue_journal::Journal::close(Box::new(new.folder().journal(&salvage.stream)?))?,
        }
    }
    Ok(new.finish()?)
}

/// What was found of a stream, in a few lines.
fn describe(salvage: &Salvage, report: &mut String) {
    let Salvage { stream, in_folder, in_backups, known_end, .. } = salvage;
    let end = salvage.chain_end().0;
    let _infallible = writeln!(
        report,
        "{stream}: found {in_folder} valid records in the folder and {in_backups} more in the backups; \
         the chain holds from 1 to {end}"
    );
    let missing = salvage.missing();
    let lost: u64 = missing.iter().map(|range| range.end() - range.start() + 1).sum();
    if salvage.is_whole() {
        let _infallible = writeln!(report, "{stream}: nothing is missing");
    } else if known_end.is_none() {
        let _infallible =
            writeln!(report, "{stream}: nothing tells how far it went: records behind {end} may be missing");
    }
    if lost > 0 {
        let _infallible = writeln!(report, "{stream}: missing {lost} records: {}", ranges(&missing));
    }
    for fork in &salvage.forks {
        let _infallible = writeln!(report, "{stream}: {}", forked(fork));
    }
    if salvage.behind() > 0 {
        let behind = salvage.behind();
        let _infallible = writeln!(
            report,
            "{stream}: {behind} records behind the first gap are valid and cannot be joined; they are in \
             {SALVAGED}/{stream}.jsonl"
        );
    }
}

/// Which of two histories was taken, and why.
fn forked(fork: &Fork) -> String {
    let taken = match fork.evidence {
        Evidence::Store => "that the store has",
        Evidence::Note => "that the last acknowledged record is of",
        Evidence::Backup => "that a backup has",
        Evidence::Length => "that go further, for nothing else tells them apart",
    };
    let told = match (fork.is_settled(), fork.told) {
        (true, _) => "which were not acknowledged here",
        (false, true) => "and people were told of those too",
        (false, false) => "and people may have been told of those",
    };
    let (places, left_out) = (ranges(std::slice::from_ref(&fork.places)), fork.left_out);
    format!(
        "records {places} are there in two histories: the ones are taken {taken}; {left_out} are left out, {told}"
    )
}

/// What is missing of a stream, for one line.
fn briefly(salvage: &Salvage) -> String {
    let missing = salvage.missing();
    let open: Vec<_> = salvage.forks.iter().filter(|fork| !fork.is_settled()).collect();
    let mut what = Vec::new();
    if !missing.is_empty() {
        what.push(format!("{} are missing", ranges(&missing)));
    } else if open.is_empty() || salvage.known_end.is_none() {
        what.push(format!("may be missing behind {}", salvage.chain_end().0));
    }
    if !open.is_empty() {
        let places: Vec<_> = open.iter().map(|fork| fork.places.clone()).collect();
        what.push(format!("{} are there in two histories, of which one is left out", ranges(&places)));
    }
    format!("records of `{}` {}", salvage.stream, what.join(", and "))
}

fn ranges(missing: &[RangeInclusive<u64>]) -> String {
    let one = |range: &RangeInclusive<u64>| match (range.start(), range.end()) {
        (start, end) if start == end => start.to_string(),
        (start, end) => format!("{start} to {end}"),
    };
    let mut text = missing.iter().take(RANGES_MAX).map(one).collect::<Vec<_>>().join(", ");
    if missing.len() > RANGES_MAX {
        let _infallible = write!(text, " and {} more gaps", missing.len() - RANGES_MAX);
    }
    text
}
