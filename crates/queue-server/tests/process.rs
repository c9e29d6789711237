//! The executable as an operator meets it: start-up lines, exit codes, one line for what is wrong.

#![expect(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

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

fn address(lines: &[String]) -> String {
    lines.last().unwrap().trim_start_matches("listening on http://").to_owned()
}

/// One request on a connection of its own, and all that comes back.
fn ask(address: &str, what: &str, headers: &str, body: &str) -> String {
    let mut socket = TcpStream::connect(address).unwrap();
    let length = body.len();
    let head = format!("{what} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{headers}");
    let entity = format!("content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}");
    socket.write_all(format!("{head}{entity}").as_bytes()).unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    answer
}

/// Signs the first user in and gives the header that says so.
fn sign_in(address: &str, password: &str) -> String {
    let body = format!(r#"{{"user":"admin","password":"{password}"}}"#);
    let answer = ask(address, "POST /api/v1/session", "", &body);
    let session =
        serde_json::from_str::<serde_json::Value>(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    format!("authorization: Bearer {}\r\n", session["token"].as_str().unwrap())
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
    let ward = parent.path().join("good.toml");
    let sample = queue_server::office_file::SAMPLE.replacen("id = \"kim-lien\"", "id = \"ward\"", 1);
    std::fs::write(&ward, sample).unwrap();
    let ward = ward.to_str().unwrap();
    for (arguments, part) in [
        (&["--bogus"][..], "--bogus"),
        (&["--listen", "nowhere"], "--listen"),
        (&["--public-url", "hall"], "--public-url"),
        (&["--office", "no-such-file.toml"], "no-such-file.toml"),
        (&["--office", office], "ward.toml:2: key `colour`"),
        (&["--config", settings], "settings.toml:2: key `limits.tickets`"),
        (&["--demo", "--listen", "0.0.0.0:0"], "--demo"),
        (&["--office", ward, "--office", ward], "good.toml:3: key `id`: office `ward` is given twice"),
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
    let address = address(&lines);
    let answer = ask(&address, "GET /readyz", "", "");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let mut out = server.stdout.take().unwrap();
    stop(server, Signal::TERM);
    let mut rest = String::new();
    out.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "");
}

#[test]
fn a_first_password_may_be_short_but_not_endless() {
    let data = tempfile::tempdir().unwrap();
    let endless = "x".repeat(1025);
    let refused = command(data.path()).env("QUEUE_ADMIN_PASSWORD", endless).output().unwrap();
    let (code, text) = told(&refused);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("QUEUE_ADMIN_PASSWORD: write at most 1024 bytes"), "{text}");
    let (server, lines) = start(data.path(), Some("admin"));
    assert!(sign_in(&address(&lines), "admin").len() > 64);
    stop(server, Signal::TERM);
}

#[test]
fn staff_sockets_close_soon_after_the_session_was_ended() {
    let data = tempfile::tempdir().unwrap();
    let (server, lines) = start(data.path(), Some("a good password"));
    let address = address(&lines);
    let token = sign_in(&address, "a good password");
    let mut socket = TcpStream::connect(&address).unwrap();
    let upgrade = "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
        sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    let path = "/api/v1/offices/kim-lien/live/dashboard";
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n{upgrade}{token}\r\n");
    socket.write_all(request.as_bytes()).unwrap();
    let mut seen = [0; 12];
    socket.read_exact(&mut seen).unwrap();
    assert_eq!(&seen, b"HTTP/1.1 101");
    let began = Instant::now();
    assert!(ask(&address, "DELETE /api/v1/session", &token, "").starts_with("HTTP/1.1 204"));
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut rest = Vec::new();
    socket.read_to_end(&mut rest).unwrap();
    assert!(String::from_utf8_lossy(&rest).contains("signed out"));
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    stop(server, Signal::TERM);
}

#[test]
fn the_demo_leaves_a_real_office_alone() {
    let data = tempfile::tempdir().unwrap();
    let (server, lines) = start(data.path(), Some("a good password"));
    let address = address(&lines);
    let token = sign_in(&address, "a good password");
    let user = r#"{"user":"lan","password":"a good password","roles":["clerk"]}"#;
    assert!(ask(&address, "POST /api/v1/users", &token, user).starts_with("HTTP/1.1 201"));
    stop(server, Signal::TERM);
    let mut demo = command(data.path());
    demo.env("QUEUE_LOG_FILTER", "error").args(["--demo", "--listen", "127.0.0.1:0"]);
    let (code, text) = told(&demo.output().unwrap());
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("`lan`") && text.contains("--data"), "{text}");
}
