//! `drill`: whether backups would do, tried out: restored into a temporary folder, checked, replayed, removed.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::Instant;

use queue_core::ids::Slug;
use queue_core::record::Seq;
use queue_journal::backup::{Header, StreamPart, restore::restore};
use queue_journal::folder::DataFolder;
use queue_journal::{Journal, JournalError, verify};

use super::{OperatorError, is_house};
use crate::boot::replay;
use crate::clock::Zone;

/// Tries the backups in the files `from`, the full one first, in a temporary folder within `within`, which is removed
/// again. Prints a line for each stream and one for the whole.
///
/// # Errors
/// `Folder` and `Replay` (exit 3) with what does not hold; `Write` (exit 4).
pub fn drill(from: &[PathBuf], within: Option<&Path>, out: &mut impl Write) -> Result<(), OperatorError> {
    let within = within.map_or_else(std::env::temp_dir, Path::to_owned);
    let folder = within.join(format!("queue-drill-{}", std::process::id()));
    // Nobody else may read the records, and a folder that somebody else made is neither used nor removed.
    fs::DirBuilder::new().mode(0o700).create(&folder)?;
    let began = Instant::now();
    let tried = restore(from, &folder)
        .map_err(OperatorError::from)
        .and_then(|headers| try_out(&headers, &folder, out));
    fs::remove_dir_all(&folder)?;
    let (records, at) = tried?;
    let seconds = began.elapsed().as_secs_f64();
    writeln!(
        out,
        "the backup of {at} can be restored: {} files, {records} records, {seconds:.1} s; the temporary folder is \
         removed",
        from.len()
    )?;
    Ok(())
}

/// Checks and replays every stream; returns the number of records and the instant of the newest backup.
fn try_out(headers: &[Header], root: &Path, out: &mut impl Write) -> Result<(u64, String), OperatorError> {
    let folder = DataFolder::open(root)?;
    let parts: BTreeMap<&Slug, &StreamPart> =
        headers.iter().flat_map(|header| &header.streams).map(|part| (&part.stream, part)).collect();
    let mut records = 0;
    for (stream, part) in parts {
        let journal = folder.journal(stream)?;
        let reader = journal.reader();
        let found = verify::verify(&reader)?;
        if found.records != part.last().0 || found.head != part.head {
            let what = format!("restored, it ends with record {} and another head", found.records);
            return Err(JournalError::Failed { what: format!("restore `{stream}`"), cause: what }.into());
        }
        let state = if found.records == 0 {
            "empty".to_owned()
        } else if is_house(stream) {
            format!("replays to {} users", replay::house(&reader)?.users.len())
        } else {
            let (office, all) = (replay::office(&reader)?, replay::office_from(&reader, Seq(1))?);
            if office.head != all.head || office.counts != all.counts || office.series != all.series {
                let what =
                    "a replay from the first record leads elsewhere than one from the last days".to_owned();
                return Err(crate::boot::BootError::Replay { stream: stream.clone(), what }.into());
            }
            let day = office.plan.as_ref().map_or_else(String::new, |plan| plan.date.to_string());
            let (total, waiting) = (office.counts.total, office.counts.waiting);
            format!("replays to {day} with {total} tickets, {waiting} of them waiting")
        };
        writeln!(out, "{stream}: {} records, head {}; {state}", found.records, found.head)?;
        records += found.records;
        Box::new(journal).close()?;
    }
    let at = headers.last().map_or_else(String::new, |header| Zone::utc().text(header.at));
    Ok((records, at))
}
