//! The program as a judge meets it: command line, exit codes, lost answers, kills.

use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::timeout;

/// Everything here happens within this, or the test fails.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the server does with one request.
#[derive(Clone, Copy)]
enum Does {
    LosesTheAnswer,
    Busy,
    Closed,
    /// Issues this number.
    Issues(&'static str),
}

fn answer(does: Does) -> Option<(u16, String)> {
    let problem = |status: u16, code: &str| {
        format!(
            r#"{{"type":"urn:queue:problem:{code}","title":"{code}","status":{status},"code":"{code}","detail":"no"}}"#
        )
    };
    match does {
        Does::LosesTheAnswer => None,
        Does::Busy => Some((503, problem(503, "busy"))),
        Does::Closed => Some((409, problem(409, "office-closed"))),
        Does::Issues(number) => Some((
            201,
            format!(
                r#"{{"id":"id-{number}","number":"{number}","service":"chung-thuc","then":[],"class":"normal",
                "asked":null,"lang":"vi","state":"waiting","ready":false,"dossiers":1,"assist":false,
                "issued_at":"2026-11-23T08:00:00.123+07:00","ahead":11,"wait":{{"likely_s":600,"high_s":1100}},
                "counter":null,"called_at":null,"rated":false,"url":"/t/id-{number}"}}"#
            ),
        )),
    }
}

const OFFICE: &str = r#"{"id":"o","name":{"vi":"Phường"},"languages":["vi"],"time_zone":"Asia/Ho_Chi_Minh",
"date":"2026-11-23","open":true,"alarm":false,"hours_today":null,"classes":[],"counters":[],"notices":[],
"public_url":"http://phuong.vn","absent_after_s":0,"services":[{"id":"chung-thuc","prefix":"A",
"name":{"vi":"Chứng thực"},"open":true,"closed_because":null,"waiting":0,"wait":{"likely_s":0,"high_s":0}}]}"#;

/// Answers every GET with the office and POSTs by the script; tells the key of each POST.
fn server(listener: TcpListener, script: Vec<Does>) -> mpsc::UnboundedReceiver<String> {
    let (sender, keys) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut script = script.into_iter();
        loop {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let request = read_request(&mut stream).await;
            let answer = if request.starts_with("GET ") {
                Some((200, OFFICE.to_owned()))
            } else {
                let key =
                    request.lines().find_map(|line| line.strip_prefix("idempotency-key: ")).expect("a key");
                sender.send(key.to_owned()).expect("the test listens");
                match script.next() {
                    Some(does) => answer(does),
                    None => return,
                }
            };
            if let Some((status, body)) = answer {
                let length = body.len();
                let text = format!(
                    "HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
                );
                stream.write_all(text.as_bytes()).await.expect("an answer");
            }
        }
    });
    keys
}

async fn read_request(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().expect("a length")) {
                return text;
            }
        }
        let mut chunk = [0_u8; 4096];
        match stream.read(&mut chunk).await.expect("a request") {
            0 => return text,
            read => bytes.extend_from_slice(&chunk[..read]),
        }
    }
}

async fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    (listener, url)
}

fn kiosk(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_queue-kiosk"));
    command.args(arguments).stdin(Stdio::null()).env_remove("QUEUE_SERVER").env_remove("QUEUE_OFFICE");
    command
}

async fn ends(mut command: Command) -> Output {
    let output = tokio::task::spawn_blocking(move || command.output().expect("the program runs"));
    timeout(PATIENCE, output).await.expect("it ends in time").expect("no panic")
}

fn number(line: &str) -> String {
    let ticket: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
    ticket["number"].as_str().expect("a number").to_owned()
}

#[tokio::test]
async fn issue_asks_with_one_key_until_it_knows_and_prints() {
    let (listener, url) = listener().await;
    let mut keys = server(listener, vec![Does::LosesTheAnswer, Does::Busy, Does::Issues("A012")]);
    let folder = tempfile::tempdir().expect("a folder");
    let paper = folder.path().join("paper.bin");
    let print = format!("file:{}", paper.display());

    let output = ends(kiosk(&[
        "issue",
        "--server",
        &url,
        "--office",
        "o",
        "--service",
        "chung-thuc",
        "--print",
        &print,
    ]))
    .await;

    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let stdout = String::from_utf8(output.stdout).expect("text");
    assert_eq!((stdout.lines().count(), number(&stdout).as_str()), (1, "A012"));
    let first = keys.recv().await.expect("a key");
    assert_eq!((keys.recv().await, keys.recv().await), (Some(first.clone()), Some(first)));
    let job = std::fs::read(paper).expect("paper");
    assert!(job.starts_with(b"\x1b@\x1dv0") && job.len() > 40_000, "{} bytes", job.len());
}

#[tokio::test]
async fn without_an_answer_there_is_no_paper_and_exit_1() {
    let (listener, url) = listener().await;
    drop(listener);
    let folder = tempfile::tempdir().expect("a folder");
    let paper = folder.path().join("paper.bin");
    let print = format!("file:{}", paper.display());
    let arguments =
        ["issue", "--server", &url, "--office", "o", "--service", "s", "--print", &print, "--timeout", "0.5"];
    let output = ends(kiosk(&arguments)).await;
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(output.stdout.is_empty() && !paper.exists());
    let stderr = String::from_utf8(output.stderr).expect("text");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert!(stderr.contains("no ticket") && stderr.contains(&url), "{stderr}");
}

#[tokio::test]
async fn a_refusal_is_told_at_once_and_a_broken_printer_after_the_ticket() {
    let (closed, url) = listener().await;
    let _keys = server(closed, vec![Does::Closed]);
    let output = ends(kiosk(&["issue", "--server", &url, "--office", "o", "--service", "s"])).await;
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("office-closed"));

    let (open, url) = listener().await;
    let _keys = server(open, vec![Does::Issues("A001")]);
    let print = "file:/nonexistent/folder/paper.bin";
    let output =
        ends(kiosk(&["issue", "--server", &url, "--office", "o", "--service", "s", "--print", print])).await;
    assert_eq!(output.status.code(), Some(4), "{output:?}");
    assert_eq!(number(&String::from_utf8_lossy(&output.stdout)), "A001");
    assert!(String::from_utf8_lossy(&output.stderr).contains("A001 was taken, but failed to print"));
}

#[tokio::test]
async fn wrong_command_lines_exit_2_with_one_line() {
    let good = ["issue", "--server", "http://127.0.0.1:9", "--office", "o", "--service", "s"];
    let table: [&[&str]; 6] = [
        &[],
        &["issue"],
        &["issue", "--server", "https://x", "--office", "o", "--service", "s"],
        &["--nonsense"],
        &["--width", "70"],
        &["--print", "usb:1"],
    ];
    for (index, arguments) in table.iter().enumerate() {
        let all: Vec<&str> = if index >= 4 { [&good[..], arguments].concat() } else { arguments.to_vec() };
        let output = ends(kiosk(&all)).await;
        let stderr = String::from_utf8(output.stderr).expect("text");
        assert_eq!(output.status.code(), Some(2), "{all:?}: {stderr}");
        assert_eq!(stderr.lines().count(), 1, "{all:?}: {stderr}");
    }
}

#[tokio::test]
async fn paper_goes_to_a_network_printer() {
    let (listener, url) = listener().await;
    let _keys = server(listener, vec![Does::Issues("A012")]);
    let printer = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let print = format!("tcp:{}", printer.local_addr().expect("an address"));
    let job = tokio::spawn(async move {
        let (mut stream, _) = printer.accept().await.expect("a job");
        let mut job = Vec::new();
        stream.read_to_end(&mut job).await.expect("the whole job");
        job
    });
    let output =
        ends(kiosk(&["issue", "--server", &url, "--office", "o", "--service", "s", "--print", &print])).await;
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let job = job.await.expect("a job");
    assert!(job.starts_with(b"\x1b@") && job.ends_with(&[0x1D, b'V', 66, 0]), "{} bytes", job.len());
}

fn run(url: &str, folder: &Path, printer: &Path) -> Child {
    let (state, print) = (folder.join("state.json"), format!("file:{}", printer.display()));
    let state = state.to_str().expect("a path");
    kiosk(&[
        "run",
        "--server",
        url,
        "--office",
        "o",
        "--keys",
        "1=chung-thuc",
        "--print",
        &print,
        "--state",
        state,
    ])
    .stdin(Stdio::piped())
    .stdout(Stdio::piped())
    .stderr(Stdio::null())
    .spawn()
    .expect("the program runs")
}

#[tokio::test]
async fn a_press_survives_a_kill_with_its_key_and_prints_once_known() {
    let folder = tempfile::tempdir().expect("a folder");
    let paper = folder.path().join("roll.bin");

    // The server acts on the press, but its answers are lost; then the kiosk is killed.
    let (away, url) = listener().await;
    let mut keys = server(away, vec![Does::LosesTheAnswer; 100]);
    let mut child = run(&url, folder.path(), &paper);
    child.stdin.as_mut().expect("a keypad").write_all(b"1\n").expect("a press");
    let key = timeout(PATIENCE, keys.recv()).await.expect("asked in time").expect("a key");
    child.kill().expect("killed");
    child.wait().expect("gone");
    assert!(!paper.exists(), "paper without an acknowledgement");

    // Started anew without a press: the same key, and paper as soon as the answer is known.
    let (back, url) = listener().await;
    let mut keys = server(back, vec![Does::Issues("A012"), Does::Issues("A013")]);
    let mut child = run(&url, folder.path(), &paper);
    assert_eq!(timeout(PATIENCE, keys.recv()).await.expect("asked in time"), Some(key.clone()));
    child.stdin.as_mut().expect("a keypad").write_all(b"7\n01\n").expect("a wrong key and a press");
    let next = timeout(PATIENCE, keys.recv()).await.expect("asked in time").expect("a key");
    assert_ne!(next, key);
    drop(child.stdin.take());
    let output = tokio::task::spawn_blocking(move || child.wait_with_output());
    let output =
        timeout(PATIENCE, output).await.expect("it ends in time").expect("no panic").expect("an end");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let stdout = String::from_utf8(output.stdout).expect("text");
    assert_eq!(stdout.lines().map(number).collect::<Vec<_>>(), ["A012", "A013"]);
    let roll = std::fs::read(paper).expect("paper");
    assert_eq!(
        roll.windows(4).filter(|bytes| *bytes == [0x1D, b'V', 66, 0]).count(),
        2,
        "two tickets on the roll"
    );
}
