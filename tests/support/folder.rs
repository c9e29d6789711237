//! Data folders as files: copied, compared, damaged.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

/// Where in `text` the bytes `wanted` begin, each time.
fn places(text: &[u8], wanted: &[u8]) -> Vec<usize> {
    let windows = text.windows(wanted.len()).enumerate();
    windows.filter(|(_, window)| *window == wanted).map(|(at, _)| at).collect()
}

/// Copies the folder `from` with all in it but the ballast.
///
/// # Errors
/// What the system answers.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    for (name, bytes) in files(from)? {
        let target = to.join(name);
        std::fs::create_dir_all(target.parent().context("a file lies in a folder")?)?;
        std::fs::write(target, bytes)?;
    }
    Ok(())
}

/// Every file under `folder` but the ballast, by its path in it, in order, with its bytes; none where it is missing.
///
/// # Errors
/// What the system answers.
pub fn files(folder: &Path) -> Result<Vec<(PathBuf, Vec<u8>)>> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop().filter(|next| next.is_dir()) {
        for entry in std::fs::read_dir(&next)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with("ballast") {
                found.push((path.strip_prefix(folder)?.to_owned(), std::fs::read(&path)?));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Spoils every copy of record `seq` that the database of `stream` in `data` holds.
///
/// # Errors
/// When there is none, or what the system answers.
pub fn spoil_record(data: &Path, stream: &str, seq: u64) -> Result<()> {
    let path = data.join("journal").join(stream).join("db");
    let mut bytes = std::fs::read(&path)?;
    let found = places(&bytes, format!("\"stream\":\"{stream}\",\"seq\":{seq},").as_bytes());
    ensure!(!found.is_empty(), "record {seq} does not stand in {}", path.display());
    found.into_iter().for_each(|at| bytes[at + 1] = b'!');
    Ok(std::fs::write(path, bytes)?)
}

/// Waits until the note of `stream` in `data` tells of the record with this hash: it is behind by a tenth of a second.
///
/// # Errors
/// When it never does.
pub fn wait_for_note(data: &Path, stream: &str, hash: &str) -> Result<()> {
    let (path, began) = (data.join("acked").join(stream), Instant::now());
    while places(&std::fs::read(&path)?, hash.as_bytes()).is_empty() {
        ensure!(began.elapsed() < Duration::from_secs(10), "record {hash} was not noted");
        std::thread::yield_now();
    }
    Ok(())
}
