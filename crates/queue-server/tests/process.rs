//! The executable as an operator meets it: start-up lines, exit codes, one line for what is wrong.

#![expect(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};

fn command(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_queue-server"));
    command.arg("--data").arg(data).env_remove("QUEUE_ADMIN_PASSWORD").stdin(Stdio::null());
    command
}

/// A running server and the start-up lines up to the one that says where it listens.
fn start(data: &Path, password: Option<&str>) -> (Child, Vec<String>) {
    let mut command = command(data);
    if let Some(password) = password {
        command.env("QUEUE_ADMIN_PASSWORD", password);
    }
    command.args(["--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut server = command.spawn().unwrap();
    let mut lines = Vec::new();
    for line in BufReader::new(server.stdout.as_mut().unwrap()).lines() {
        lines.push(line.unwrap());
        if lines.last().is_some_and(|line| line.starts_with("listening on http://127.0.0.1:")) {
            break;
        }
    }
    assert!(lines.iter().any(|line| line.starts_with("listening on ")), "it ended early: {lines:?}");
    (server, lines)
}

fn stop(mut server: Child, signal: Signal) {
    kill_process(Pid::from_child(&server), signal).unwrap();
    assert_eq!(server.wait().unwrap().code(), Some(0), "{signal:?}");
}

fn told(output: &Output) -> (Option<i32>, String) {
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(output.stdout.is_empty(), "{output:?}");
    (output.status.code(), text)
}

#[test]
fn the_first_password_is_told_once_and_a_signal_ends_cleanly() {
    let data = tempfile::tempdir().unwrap();
    let (server, lines) = start(data.path(), None);
    assert_eq!(lines.iter().filter(|line| line.starts_with("admin password: ")).count(), 1, "{lines:?}");
    assert!(lines.iter().any(|line| line.ends_with("/kim-lien/kiosk")), "{lines:?}");
    stop(server, Signal::TERM);
    let (server, lines) = start(data.path(), Some("ignored from here on"));
    assert!(!lines.iter().any(|line| line.contains("password")), "{lines:?}");
    stop(server, Signal::INT);
}

#[test]
fn a_folder_in_use_is_left_alone() {
    let data = tempfile::tempdir().unwrap();
    let (server, _) = start(data.path(), Some("a good password"));
    let second = command(data.path()).args(["--listen", "127.0.0.1:0"]).output().unwrap();
    let (code, text) = told(&second);
    assert_eq!(code, Some(3), "{text}");
    assert!(text.contains("in use"), "{text}");
    stop(server, Signal::TERM);
}

#[test]
fn what_cannot_be_is_told_on_one_line_and_touches_nothing() {
    let parent = tempfile::tempdir().unwrap();
    let data = parent.path().join("data");
    let office = parent.path().join("ward.toml");
    std::fs::write(&office, "id = \"ward\"\ncolour = \"red\"\n").unwrap();
    let settings = parent.path().join("settings.toml");
    std::fs::write(&settings, "[limits]\ntickets = 1\n").unwrap();
    let (office, settings) = (office.to_str().unwrap(), settings.to_str().unwrap());
    for (arguments, part) in [
        (&["--bogus"][..], "--bogus"),
        (&["--listen", "nowhere"], "--listen"),
        (&["--public-url", "hall"], "--public-url"),
        (&["--office", "no-such-file.toml"], "no-such-file.toml"),
        (&["--office", office], "ward.toml:2: key `colour`"),
        (&["--config", settings], "settings.toml:2: key `limits.tickets`"),
        (&["--demo", "--listen", "0.0.0.0:0"], "--demo"),
    ] {
        let (code, text) = told(&command(&data).args(arguments).output().unwrap());
        assert_eq!(code, Some(2), "{text}");
        assert!(text.contains(part), "{text}");
        assert!(!data.exists(), "{arguments:?}");
    }
}

#[test]
fn standard_output_carries_nothing_after_the_start() {
    let data = tempfile::tempdir().unwrap();
    let (mut server, lines) = start(data.path(), Some("a good password"));
    let address = lines.last().unwrap().trim_start_matches("listening on http://").to_owned();
    let mut socket = std::net::TcpStream::connect(address).unwrap();
    std::io::Write::write_all(&mut socket, b"GET /readyz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let mut out = server.stdout.take().unwrap();
    stop(server, Signal::TERM);
    let mut rest = String::new();
    out.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "");
}
