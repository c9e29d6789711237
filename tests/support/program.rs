//! Our programs as processes: found, started, ended.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::{OFFICE, PASSWORD, office};

/// How long a program may take to start or to end: a busy CI machine is slow.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a program that works to its end may take: `verify` reads whole folders of the long forms.
const PATIENCE_RUN: Duration = Duration::from_secs(600);
/// Programs built by this test run.
static BUILT: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// The folder of the whole project.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests stand in the project").to_owned()
}

/// The path of one of our programs, built when it is not.
///
/// # Errors
/// When it cannot be built.
pub fn program(name: &str) -> Result<PathBuf> {
    let mut built = BUILT.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if !built.iter().any(|known| known == name) {
        let status = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--locked", "-p", name])
            .current_dir(root())
            .status()
            .context("starting cargo")?;
        anyhow::ensure!(status.success(), "cargo build -p {name} failed");
        built.push(name.to_owned());
    }
    let tests = std::env::current_exe().context("finding this test")?;
    let folder = tests.parent().and_then(Path::parent).context("a test stands in target/*/deps")?;
    Ok(folder.join(name))
}

/// A running server on its data folder.
pub struct Server {
    child: Child,
    log: JoinHandle<String>,
    /// `http://127.0.0.1:PORT`.
    pub url: String,
}

impl Server {
    /// Starts a server with the small office, and waits until it listens.
    ///
    /// # Errors
    /// When it does not come up.
    pub fn start(data: &Path) -> Result<Self> {
        let office = office::file(OFFICE)?;
        Self::start_with(data, &["--office", &office.to_string_lossy()])
    }

    /// Starts a server with these arguments, and waits until it listens.
    ///
    /// # Errors
    /// When it does not come up.
    pub fn start_with(data: &Path, arguments: &[&str]) -> Result<Self> {
        match Self::try_start(data, arguments, &[])? {
            Ok(server) => Ok(server),
            Err(ended) => bail!("queue-server ended with {:?}: {}", ended.code, ended.stderr),
        }
    }

    /// Starts a server with these arguments and more in its environment, and waits until it listens; one that ends
    /// before is an outcome of its own.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn try_start(
        data: &Path,
        arguments: &[&str],
        environment: &[(&str, OsString)],
    ) -> Result<Result<Self, Ended>> {
        let mut child = Command::new(program("queue-server")?)
            .arg("--data")
            .arg(data)
            .args(["--listen", "127.0.0.1:0"])
            .args(arguments)
            .env("QUEUE_ADMIN_PASSWORD", PASSWORD)
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("starting queue-server")?;
        let stderr = child.stderr.take().context("stderr is piped")?;
        let log = std::thread::spawn(move || drain(stderr));
        let stdout = BufReader::new(child.stdout.take().context("stdout is piped")?);
        let (tell, told) = mpsc::channel();
        std::thread::spawn(move || {
            // It reads on when nobody listens, so that the writer never waits.
            for line in stdout.lines().map_while(Result::ok) {
                let _gone = tell.send(line);
            }
        });
        let begun = Instant::now();
        loop {
            match told.recv_timeout(PATIENCE.saturating_sub(begun.elapsed())) {
                Ok(line) => {
                    if let Some(url) = line.strip_prefix("listening on ") {
                        return Ok(Ok(Self { url: url.trim().to_owned(), child, log }));
                    }
                }
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    child.kill()?;
                    child.wait()?;
                    let stderr = log.join().unwrap_or_default();
                    bail!("queue-server neither listens nor ends within {PATIENCE:?}: {stderr}");
                }
            }
        }
        let code = wait(&mut child)?.code();
        Ok(Err(Ended { stdout: String::new(), stderr: log.join().unwrap_or_default(), code }))
    }

    /// Waits until the process has ended by itself.
    ///
    /// # Errors
    /// When it does not end in time.
    pub fn ended(mut self) -> Result<Ended> {
        let code = wait(&mut self.child)?.code();
        // The writer is gone, so its reader ends as well.
        let log = std::mem::replace(&mut self.log, std::thread::spawn(String::new));
        Ok(Ended { stdout: String::new(), stderr: log.join().unwrap_or_default(), code })
    }

    /// Ends the process at once, as a power cut ends a program.
    ///
    /// # Errors
    /// When it cannot be ended.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill().context("kill -9")?;
        self.child.wait().context("waiting for the end")?;
        Ok(())
    }

    /// Asks the process to end (SIGTERM) and waits for it.
    ///
    /// # Errors
    /// When it does not end in time.
    pub fn stop(mut self) -> Result<ExitStatus> {
        self.interrupt()?;
        wait(&mut self.child)
    }

    /// Asks the process to end (SIGTERM).
    ///
    /// # Errors
    /// When the signal cannot be sent.
    pub fn interrupt(&self) -> Result<()> {
        let id = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status().context("sending SIGTERM")?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a program wrote and how it ended.
pub struct Ended {
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// The exit status.
    pub code: Option<i32>,
}

/// Runs a program to its end.
///
/// # Errors
/// When it cannot be started, or goes on beyond all patience.
pub fn run(name: &str, arguments: &[&str]) -> Result<Ended> {
    run_within(Command::new(program(name)?).args(arguments), PATIENCE_RUN)
}

/// Runs a command to its end, which comes in time, or it is ended.
///
/// # Errors
/// When it cannot be started, or goes on for longer than `patience`: with what it wrote to standard error so far.
pub fn run_within(command: &mut Command, patience: Duration) -> Result<Ended> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("running")?;
    let stdout = read_aside(child.stdout.take().context("stdout is piped")?);
    let stderr = read_aside(child.stderr.take().context("stderr is piped")?);
    let begun = Instant::now();
    // It has ended when it has nothing more to write.
    let Ok(stdout) = stdout.recv_timeout(patience) else {
        child.kill()?;
        child.wait()?;
        let said = stderr.recv_timeout(PATIENCE).unwrap_or_default();
        bail!("{command:?} did not end within {patience:?}: {said}");
    };
    let left = patience.saturating_sub(begun.elapsed());
    let stderr = stderr.recv_timeout(left).context("standard error does not end")?;
    Ok(Ended { stdout, stderr, code: wait(&mut child)?.code() })
}

/// Reads all of it in a thread; the text comes at its end.
fn read_aside(mut from: impl Read + Send + 'static) -> mpsc::Receiver<String> {
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        // What came before an error is worth something.
        let _whole = from.read_to_end(&mut bytes);
        let _gone = tell.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    told
}

/// Waits for a process to end.
///
/// # Errors
/// When it goes on beyond all patience.
pub fn wait(child: &mut Child) -> Result<ExitStatus> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill()?;
    bail!("the process did not end within {PATIENCE:?}")
}

/// Reads to the end, so that the writer never waits; keeps the last part.
fn drain(mut from: impl Read) -> String {
    let mut kept = Vec::new();
    let mut piece = [0; 4096];
    while let Ok(count @ 1..) = from.read(&mut piece) {
        kept.extend_from_slice(&piece[..count]);
        let excess = kept.len().saturating_sub(16 * 1024);
        kept.drain(..excess);
    }
    String::from_utf8_lossy(&kept).into_owned()
}
