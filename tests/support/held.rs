//! What the journal holds at the end, read by an outsider: `queue-server export` and `verify`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::hall::{Command, Done};
use crate::program::run;

/// How often each key stands in a record, and which tickets were issued.
pub struct Held {
    keys: BTreeMap<String, usize>,
    /// Number of each ticket by id.
    pub numbers: BTreeMap<String, String>,
}

impl Held {
    /// Exports the stopped folder.
    ///
    /// # Errors
    /// When it does not export, or a ticket was issued twice.
    pub fn read(data: &Path) -> Result<Self> {
        let exported = run("queue-server", &["export", "--house", "--data", &data.to_string_lossy()])?;
        ensure!(exported.code == Some(0), "export: {}", exported.stderr);
        let (mut keys, mut numbers) = (BTreeMap::new(), BTreeMap::new());
        for line in exported.stdout.lines() {
            let record: Value = serde_json::from_str(line)?;
            if let Some(key) = record["key"]["key"].as_str() {
                *keys.entry(key.to_owned()).or_default() += 1;
            }
            for event in record["events"].as_array().into_iter().flatten() {
                if event["type"] == "ticket_issued" {
                    let [id, number] =
                        ["ticket", "number"].map(|name| event[name].as_str().unwrap_or("").to_owned());
                    ensure!(numbers.insert(id, number).is_none(), "a ticket was issued twice: {line}");
                }
            }
        }
        Ok(Self { keys, numbers })
    }

    /// Every acknowledged command is there once; one without an answer at most once.
    ///
    /// # Errors
    /// With the first that is not.
    pub fn check_commands(&self, done: &[Done], unclear: &[Command]) -> Result<()> {
        for Done { command, .. } in done {
            let count = self.keys.get(&command.key).copied().unwrap_or_default();
            ensure!(count == 1, "acknowledged, and {count} times in the journal: {command:?}");
        }
        for command in unclear {
            let count = self.keys.get(&command.key).copied().unwrap_or_default();
            ensure!(count <= 1, "{count} times in the journal: {command:?}");
        }
        Ok(())
    }

    /// Numbers are distinct, each series goes from its first to its last without a gap, and every citizen's paper
    /// says what the journal says.
    ///
    /// # Errors
    /// With the first number that is not right.
    pub fn check_numbers(&self, done: &[Done]) -> Result<()> {
        for (id, number) in done.iter().filter_map(Done::issued) {
            let held = self.numbers.get(id).with_context(|| format!("ticket {id} ({number}) is gone"))?;
            ensure!(held == number, "ticket {id} was given as {number} and is {held}");
        }
        let mut series: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
        for number in self.numbers.values() {
            let (prefix, digits) = number.split_at(1);
            ensure!(series.entry(prefix).or_default().insert(digits.parse()?), "{number} was given twice");
        }
        for (prefix, numbers) in series {
            let gap = (1..).zip(&numbers).find(|(due, number)| due != *number);
            ensure!(gap.is_none(), "series {prefix} has a gap: (due, found) {gap:?}");
        }
        Ok(())
    }
}

/// `verify` finds nothing wrong.
///
/// # Errors
/// With what it found.
pub fn verify(data: &Path) -> Result<()> {
    let verified = run("queue-server", &["verify", "--data", &data.to_string_lossy()])?;
    ensure!(verified.code == Some(0), "verify: {:?} {}{}", verified.code, verified.stdout, verified.stderr);
    Ok(())
}

/// The same, on a copy: nobody touches the folder of a server that was killed but the next server.
///
/// # Errors
/// With what it found.
pub fn verify_copy(data: &Path) -> Result<()> {
    let copy = tempfile::tempdir()?;
    copy_folder(data, copy.path())?;
    verify(copy.path())
}

/// Copies a data folder, without its ballast.
///
/// # Errors
/// What the system answers.
pub fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy_folder(&path, &target)?;
        } else if entry.file_name() != "ballast" {
            // The ballast is only room that is set aside.
            std::fs::copy(&path, &target)?;
        }
    }
    Ok(())
}
