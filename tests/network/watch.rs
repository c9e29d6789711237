//! Those who look on: the lobby screen, and the programs whose words are read.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use queue_client::client::Client;
use queue_client::live::{Live, Topic, Update};
use queue_tests::program::{program, root, wait};
use queue_wire::live::{Board, Message};

/// How often a condition is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// What counts of the time between two looks: where this program had to wait for a processor, so had the server.
const COUNTED_MAX: Duration = Duration::from_millis(60);
/// How many times the limit may pass on the clock, however busy the machine is.
const CLOCK_MOST: u32 = 3;

/// A folder with a click for each clip of the Vietnamese voice, so that announcing takes no time.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn short_sounds(folder: &Path) -> Result<PathBuf> {
    let sounds = folder.join("sounds");
    std::fs::create_dir_all(sounds.join("vi"))?;
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 48_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    for entry in std::fs::read_dir(root().join("sounds/vi"))? {
        let path = entry?.path();
        let name = path.file_stem().context("a clip has a name")?;
        let file = sounds.join("vi").join(name).with_added_extension("wav");
        let mut clip = hound::WavWriter::create(file, spec)?;
        for sample in 0..480_i16 {
            clip.write_sample(sample * 20)?;
        }
        clip.finalize()?;
    }
    Ok(sounds)
}

/// A lobby screen: what it shows, and which calls it was told of.
#[derive(Default)]
pub(crate) struct Shown {
    /// The newest board.
    pub(crate) board: Option<Board>,
    /// Seq and number of each call, as they came.
    pub(crate) calls: Vec<(u64, String)>,
    /// How often the line was lost.
    pub(crate) lost: usize,
}

/// Watches the lobby until it is dropped.
pub(crate) struct Screen {
    shown: Arc<Mutex<Shown>>,
    task: tokio::task::JoinHandle<()>,
}

impl Screen {
    /// # Errors
    /// When the address is none.
    pub(crate) fn start(url: &str, office: &str) -> Result<Self> {
        let mut live = Live::new(&Client::new(url)?, office, &Topic::Lobby, None);
        let shown = Arc::new(Mutex::new(Shown::default()));
        let screen = Arc::clone(&shown);
        let task = tokio::spawn(async move {
            while let Ok(update) = live.next().await {
                let mut screen = screen.lock().expect("no screen panics");
                match update {
                    Update::Lost(_) => screen.lost += 1,
                    Update::OtherJournal => {}
                    Update::Message(message) => match *message {
                        Message::Board { board, .. } => screen.board = Some(board),
                        Message::Call { seq, call } => screen.calls.push((seq, call.number)),
                        Message::Hello { .. }
                        | Message::Counter { .. }
                        | Message::Ticket { .. }
                        | Message::Stats { .. } => {}
                    },
                }
            }
        });
        Ok(Self { shown, task })
    }

    /// Everything on it, to be looked at.
    pub(crate) fn shown(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().expect("no screen panics")
    }

    /// What people read on the screen: who is called where, and how many wait.
    pub(crate) fn words(&self) -> Option<String> {
        let shown = self.shown();
        let board = shown.board.as_ref()?;
        let calls: Vec<String> = board
            .calls
            .iter()
            .map(|call| format!("{}>{} {:?}", call.number, call.counter, call.state))
            .collect();
        let waiting: Vec<u64> = board.services.iter().map(|service| service.waiting).collect();
        Some(format!("{calls:?} {waiting:?}"))
    }

    /// Numbers announced on the screen; none twice.
    ///
    /// # Errors
    /// When a call came twice, or out of order.
    pub(crate) fn called(&self) -> Result<BTreeSet<String>> {
        let shown = self.shown();
        ensure!(shown.calls.is_sorted_by(|one, other| one.0 < other.0), "in order, once: {:?}", shown.calls);
        Ok(shown.calls.iter().map(|(_, number)| number.clone()).collect())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What a program has said so far.
pub(crate) type Lines = Arc<Mutex<Vec<String>>>;

/// One of our programs, whose lines are read as they come.
pub(crate) struct Program {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Lines,
}

impl Program {
    /// Starts it. Lines of both outputs are kept in one list.
    ///
    /// # Errors
    /// When it does not start.
    pub(crate) fn start(name: &str, arguments: &[&str]) -> Result<Self> {
        let mut child = Command::new(program(name)?)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("starting {name}"))?;
        let lines = Arc::new(Mutex::new(Vec::new()));
        let outputs: [Option<Box<dyn Read + Send>>; 2] = [
            child.stdout.take().map(|output| Box::new(output) as Box<dyn Read + Send>),
            child.stderr.take().map(|output| Box::new(output) as Box<dyn Read + Send>),
        ];
        for output in outputs.into_iter().flatten() {
            let lines = Arc::clone(&lines);
            std::thread::spawn(move || {
                for line in BufReader::new(output).lines().map_while(Result::ok) {
                    lines.lock().expect("no reader panics").push(line);
                }
            });
        }
        let stdin = child.stdin.take();
        Ok(Self { child, stdin, lines })
    }

    /// Presses a key and Enter.
    ///
    /// # Errors
    /// When the program has ended.
    pub(crate) fn press(&mut self, key: &str) -> Result<()> {
        writeln!(self.stdin.as_mut().context("nothing is pressed after the end")?, "{key}").context("a key")
    }

    /// The lines so far that hold this text.
    pub(crate) fn said(&self, text: &str) -> Vec<String> {
        let lines = self.lines.lock().expect("no reader panics");
        lines.iter().filter(|line| line.contains(text)).cloned().collect()
    }

    /// The list of lines, which goes on being filled until the program has ended.
    pub(crate) fn lines(&self) -> Lines {
        Arc::clone(&self.lines)
    }

    /// All lines so far, for a message.
    pub(crate) fn all(&self) -> String {
        self.lines.lock().expect("no reader panics").join("\n")
    }

    /// Closes its standard input and waits until it has ended by itself.
    ///
    /// # Errors
    /// When it does not end, or not with exit 0.
    pub(crate) async fn end(mut self) -> Result<()> {
        drop(self.stdin.take());
        let lines = Arc::clone(&self.lines);
        let status =
            tokio::task::spawn_blocking(move || wait(&mut self.child).map(|status| (status, self))).await??.0;
        ensure!(status.success(), "{status}: {:?}", lines.lock());
        Ok(())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until `holds`; says how long it took, on a processor that was free.
///
/// # Errors
/// When it takes longer than `at_most`; `told` says how things stand then.
pub(crate) async fn until(
    at_most: Duration,
    holds: impl Fn() -> bool,
    told: impl Fn() -> String,
) -> Result<Duration> {
    let begun = Instant::now();
    let (mut counted, mut looked) = (Duration::ZERO, begun);
    while !holds() {
        if counted > at_most || begun.elapsed() > at_most * CLOCK_MOST {
            bail!("not within {at_most:?}: {}", told());
        }
        tokio::time::sleep(LOOK_EVERY).await;
        counted += looked.elapsed().min(COUNTED_MAX);
        looked = Instant::now();
    }
    Ok(counted)
}
