//! A small file system of a test's own, to be filled to the last byte.
//!
//! Mounting is for root. Without it the test runs again in a namespace of its own where it is root; where the system
//! gives none (or `QUEUE_NO_MOUNT=1` asks for it), the test says aloud that it is skipped.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::program::run_within;

/// Set for a test that runs in a namespace of its own.
const INSIDE: &str = "QUEUE_OWN_NAMESPACE";
/// How long a test may take there.
const PATIENCE: Duration = Duration::from_secs(300);

/// A file system in memory, mounted until it is dropped.
pub struct SmallDisk(TempDir);

impl SmallDisk {
    /// Mounts `mebibytes` of room. Nothing where the test has had its run elsewhere, or is skipped: it is over then.
    /// `test` is the test's full name.
    ///
    /// # Errors
    /// When the test failed in its own namespace.
    pub fn mount(mebibytes: u32, test: &str) -> Result<Option<Self>> {
        if std::env::var_os("QUEUE_NO_MOUNT").is_some_and(|no| no == "1") {
            eprintln!("SKIPPED {test}: QUEUE_NO_MOUNT=1");
            return Ok(None);
        }
        let place = tempfile::tempdir()?;
        let size = format!("size={mebibytes}m");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(place.path());
        if succeeds(&mut mount) {
            return Ok(Some(Self(place)));
        }
        ensure!(std::env::var_os(INSIDE).is_none(), "a namespace of our own mounts nothing");
        if !succeeds(Command::new("unshare").args(["-rm", "mount", "-t", "tmpfs", "tmpfs"]).arg(place.path()))
        {
            eprintln!("SKIPPED {test}: neither root nor a user namespace can mount a small disk here");
            return Ok(None);
        }
        let again = std::env::current_exe().context("finding this test")?;
        let mut inside = Command::new("unshare");
        inside.arg("-rm").arg(again).args(["--exact", test, "--nocapture"]).env(INSIDE, "1");
        let ended = run_within(&mut inside, PATIENCE)?;
        ensure!(
            ended.code == Some(0) && ended.stdout.contains("1 passed"),
            "in a namespace of its own: {}{}",
            ended.stdout,
            ended.stderr
        );
        eprintln!("{test} ran in a namespace of its own");
        Ok(None)
    }

    /// Where it is mounted.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _unmounted = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}
