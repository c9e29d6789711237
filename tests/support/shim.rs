//! A server whose disk is watched: every call that changes its files is recorded, and can be made to fail.
//!
//! The recorder is `tests/shim/shim.c`, preloaded into the program; it is built with `cc`, which is there wherever
//! Rust links. What it wrote is read by [`crate::trace`].

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::program::{Ended, Server, root};
use crate::trace::Trace;
use crate::{OFFICE, office};

static BUILDING: Mutex<()> = Mutex::new(());

/// The recorder as a library, built when it is older than its source.
///
/// # Errors
/// When `cc` does not build it.
pub fn library() -> Result<PathBuf> {
    let _one = BUILDING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let source = root().join("tests/shim/shim.c");
    let tests = std::env::current_exe().context("finding this test")?;
    let built = tests.parent().context("a test stands in a folder")?.join("queue-shim.so");
    let modified = |path: &Path| path.metadata().and_then(|meta| meta.modified());
    if modified(&built).is_ok_and(|built| modified(&source).is_ok_and(|source| source < built)) {
        return Ok(built);
    }
    let working = built.with_extension(format!("{}.so", std::process::id()));
    let status = Command::new("cc")
        .args(["-O2", "-Wall", "-Wextra", "-fPIC", "-shared", "-fvisibility=hidden", "-o"])
        .args([working.as_os_str(), source.as_os_str()])
        .args(["-ldl", "-lpthread"])
        .status()
        .context("starting cc")?;
    ensure!(status.success(), "cc could not build {}", source.display());
    std::fs::rename(&working, &built).context("putting the recorder in its place")?;
    Ok(built)
}

/// A place on the disk under watch, with a data folder in it.
pub struct Watched {
    place: TempDir,
    recording: bool,
}

impl Watched {
    /// A fresh place whose changes are recorded.
    ///
    /// # Errors
    /// When there is no room for it.
    pub fn recording() -> Result<Self> {
        Self::at(tempfile::tempdir()?, true)
    }

    /// A fresh place in which faults can be set, without a record of what happens.
    ///
    /// # Errors
    /// When there is no room for it.
    pub fn faulty() -> Result<Self> {
        Self::at(tempfile::tempdir()?, false)
    }

    fn at(place: TempDir, recording: bool) -> Result<Self> {
        std::fs::create_dir(place.path().join("disk"))?;
        Ok(Self { place, recording })
    }

    /// The watched folder; paths in the record begin below it.
    ///
    /// # Panics
    /// When the place was taken away.
    #[must_use]
    pub fn disk(&self) -> PathBuf {
        self.place.path().canonicalize().expect("the place is there as long as this").join("disk")
    }

    /// The data folder, `data` on the disk.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.disk().join("data")
    }

    fn control(&self) -> PathBuf {
        self.place.path().join("faults")
    }

    fn log(&self) -> PathBuf {
        self.place.path().join("log")
    }

    /// What a program needs in its environment to be watched.
    ///
    /// # Errors
    /// When the recorder cannot be built.
    pub fn environment(&self) -> Result<Vec<(&'static str, OsString)>> {
        let mut environment = vec![
            ("LD_PRELOAD", library()?.into_os_string()),
            ("QUEUE_SHIM_ROOT", self.disk().into_os_string()),
            ("QUEUE_SHIM_FAULTS", self.control().into_os_string()),
        ];
        if self.recording {
            environment.push(("QUEUE_SHIM_LOG", self.log().into_os_string()));
        }
        Ok(environment)
    }

    /// From here on the disk has these faults and no others; one a line, as `tests/shim/shim.c` describes them.
    ///
    /// # Errors
    /// When the control file cannot be written.
    pub fn fail(&self, faults: &[&str]) -> Result<()> {
        let working = self.place.path().join("faults.new");
        std::fs::write(&working, faults.iter().map(|fault| format!("{fault}\n")).collect::<String>())?;
        std::fs::rename(&working, self.control()).context("setting faults")
    }

    /// The disk is well again.
    ///
    /// # Errors
    /// When the control file cannot be written.
    pub fn heal(&self) -> Result<()> {
        self.fail(&[])
    }

    /// Starts a server of the small office on the watched disk, and waits until it listens.
    ///
    /// # Errors
    /// When it does not come up.
    pub fn start(&self) -> Result<Server> {
        match self.try_start()? {
            Ok(server) => Ok(server),
            Err(ended) => anyhow::bail!("queue-server ended with {:?}: {}", ended.code, ended.stderr),
        }
    }

    /// The same; a server that ends before it listens is an outcome of its own.
    ///
    /// # Errors
    /// When it cannot be started, or does neither in time.
    pub fn try_start(&self) -> Result<Result<Server, Ended>> {
        let office = office::file(OFFICE)?;
        Server::try_start(&self.data(), &["--office", &office.to_string_lossy()], &self.environment()?)
    }

    /// What was recorded so far.
    ///
    /// # Errors
    /// When the record does not read.
    pub fn trace(&self) -> Result<Trace> {
        Trace::read(&self.log())
    }

    /// Forgets what was recorded so far; no program may be running.
    ///
    /// # Errors
    /// What the system answers.
    pub fn forget(&self) -> Result<()> {
        match std::fs::remove_file(self.log()) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }
}
