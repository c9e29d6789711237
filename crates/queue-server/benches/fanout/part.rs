//! A process that takes part: started, asked line by line, ended. And the clocks that processes share.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use rustix::time::{ClockId, clock_gettime};

/// A process of this program in another role.
pub(crate) struct Part {
    child: Child,
    asks: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Part {
    /// Starts this program with `arguments` and waits for its first line.
    pub(crate) fn start(arguments: &[&str]) -> (Self, String) {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let asks = child.stdin.take().unwrap();
        let answers = BufReader::new(child.stdout.take().unwrap());
        let mut part = Self { child, asks, answers };
        let first = part.answer();
        (part, first)
    }

    /// Asks and waits for the answer.
    pub(crate) fn ask(&mut self, line: &str) -> String {
        self.tell(line);
        self.answer()
    }

    /// As [`Self::ask`], for a number.
    pub(crate) fn number(&mut self, line: &str) -> f64 {
        self.ask(line).parse().unwrap()
    }

    /// Asks without waiting.
    pub(crate) fn tell(&mut self, line: &str) {
        writeln!(self.asks, "{line}").unwrap();
    }

    /// Waits for an answer.
    pub(crate) fn answer(&mut self) -> String {
        let mut line = String::new();
        assert!(self.answers.read_line(&mut line).unwrap() > 0, "a part of the bench has ended");
        line.trim().to_owned()
    }

    /// Ends the process at once, as a power cut ends a program.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Nanoseconds of a clock that all processes share.
pub(crate) fn now_ns() -> i64 {
    of(ClockId::Monotonic)
}

/// CPU of this process so far, in nanoseconds, work of the kernel on its behalf included.
pub(crate) fn process_cpu_ns() -> i64 {
    of(ClockId::ProcessCPUTime)
}

/// As [`process_cpu_ns`], of this thread.
pub(crate) fn thread_cpu_ns() -> i64 {
    of(ClockId::ThreadCPUTime)
}

fn of(clock: ClockId) -> i64 {
    let time = clock_gettime(clock);
    time.tv_sec * 1_000_000_000 + time.tv_nsec
}

/// What this process holds in memory, in bytes.
pub(crate) fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

/// Says a line to whoever started this process.
pub(crate) fn say(line: impl std::fmt::Display) {
    println!("{line}");
    std::io::stdout().flush().unwrap();
}
