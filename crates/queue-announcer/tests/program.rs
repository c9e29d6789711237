//! The program from outside: a call comes over a real line and is in the wav file; how it ends, and with which code.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tokio_tungstenite::tungstenite::{Message as Frame, WebSocket, accept};

/// A chime and a word last under three seconds.
const STEP_MAX: Duration = Duration::from_secs(20);

#[test]
fn it_ends_after_so_many_calls_with_their_sound_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let wav = folder.path().join("hall.wav");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut program = start(&listener, &wav, &["--calls", "2"]);
    let mut server = greet(&listener);
    call(&mut server, 4, "A001");
    call(&mut server, 5, "A002");
    assert_eq!(ended(&mut program), Some(0));
    let heard = hound::WavReader::open(&wav).unwrap().len();
    let clip = clip_len("vi/mot");
    assert!(heard > 2 * clip && heard < 2 * clip + 2 * 48_000, "{heard} samples for two clips of {clip}");
}

/// ALSA's `file` device stands for the sound card: all but the hardware is what a hall has.
#[test]
fn a_sound_card_hears_the_very_clip() {
    let folder = tempfile::tempdir().unwrap();
    let raw = folder.path().join("card.raw");
    let settings = folder.path().join("asound.conf");
    let card = format!(
        "pcm.!default {{ type plug slave {{ pcm filed rate 48000 channels 1 format S16_LE }} }}\n\
         pcm.filed {{ type file slave.pcm {{ type null }} file \"{}\" format raw }}\n\
         ctl.!default {{ type hw card 0 }}\n",
        raw.display()
    );
    std::fs::write(&settings, card).unwrap();

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut program = program()
        .env("ALSA_CONFIG_PATH", &settings)
        .args(["--server", &format!("http://{}", listener.local_addr().unwrap())])
        .args(["--office", "kim-lien", "--calls", "1"])
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut server = greet(&listener);
    call(&mut server, 4, "A001");
    assert_eq!(ended(&mut program), Some(0));

    let bytes = std::fs::read(&raw).unwrap();
    let heard: Vec<i32> =
        bytes.chunks_exact(2).map(|pair| i32::from(i16::from_le_bytes([pair[0], pair[1]]))).collect();
    let clip = clip_samples("vi/mot");
    // The clip begins with some zeros of its own.
    let own_zeros = clip.iter().take_while(|sample| **sample == 0).count();
    let start = heard.iter().position(|sample| *sample != 0).expect("a sound") - own_zeros;
    let differing = heard[start..].iter().zip(&clip).filter(|(a, b)| (*a - *b).abs() > 2).count();
    assert_eq!(differing, 0, "samples unlike the clip");
    assert!(heard.len() >= start + clip.len(), "cut short");
}

#[test]
fn without_a_sound_card_it_goes_on_and_ends_when_asked_to() {
    let folder = tempfile::tempdir().unwrap();
    let settings = folder.path().join("asound.conf");
    std::fs::write(&settings, "").unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut program = program()
        .env("ALSA_CONFIG_PATH", &settings)
        .args(["--server", &format!("http://{}", listener.local_addr().unwrap())])
        .args(["--office", "kim-lien", "--seconds", "1"])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut server = greet(&listener);
    call(&mut server, 4, "A001");
    assert_eq!(ended(&mut program), Some(0));
    let log = std::io::read_to_string(program.stderr.take().unwrap()).unwrap();
    assert!(log.contains("no loudspeaker"), "{log}");
    assert!(log.contains("not announced"), "{log}");
}

#[test]
fn a_signal_ends_it_with_code_0_and_a_whole_file() {
    for name in ["-TERM", "-INT"] {
        let folder = tempfile::tempdir().unwrap();
        let wav = folder.path().join("hall.wav");
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut program = start(&listener, &wav, &[]);
        let mut server = greet(&listener);
        call(&mut server, 4, "A001");
        let since = Instant::now();
        while hound::WavReader::open(&wav).map_or(0, |reader| reader.len()) == 0 {
            assert!(since.elapsed() < STEP_MAX, "nothing is heard");
            std::thread::yield_now();
        }
        assert!(Command::new("kill").args([name, &program.id().to_string()]).status().unwrap().success());
        assert_eq!(ended(&mut program), Some(0), "{name}");
        assert!(hound::WavReader::open(&wav).unwrap().len() > 0);
    }
}

#[test]
fn it_ends_after_so_many_seconds_without_a_server() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut program = start(&listener, &folder.path().join("hall.wav"), &["--seconds", "1"]);
    assert_eq!(ended(&mut program), Some(0));
}

#[test]
fn wrong_usage_and_settings_end_with_code_2_and_one_line_that_says_what() {
    let line = ["--server", "http://127.0.0.1:9", "--office", "kim-lien"];
    for (more, told) in [
        (&["--out", "mp3:x"][..], "--out"),
        (&["--out", "wav:/no/such/folder/hall.wav"], "/no/such/folder/hall.wav"),
        (&["--sounds", "/no/such/folder"], "/no/such/folder"),
        (&["--token", "two\nlines", "--out", "wav:/dev/null"], "token"),
        (&["--louder"], "--louder"),
    ] {
        check_refusal(&[&line[..], more].concat(), told);
    }
    check_refusal(&["--office", "kim-lien"], "--server");
    check_refusal(&["--server", "hall", "--office", "kim-lien"], "--server hall");
}

fn check_refusal(arguments: &[&str], told: &str) {
    let output = program().args(arguments).output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {error}");
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(error.contains(told), "{error:?} does not tell of {told}");
    assert!(output.stdout.is_empty());
}

fn program() -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_queue-announcer"));
    program
        .env_remove("QUEUE_SERVER")
        .env_remove("QUEUE_OFFICE")
        .env_remove("QUEUE_TOKEN")
        .env_remove("RUST_LOG");
    program
}

fn start(listener: &TcpListener, wav: &Path, more: &[&str]) -> Child {
    let server = format!("http://{}", listener.local_addr().unwrap());
    let out = format!("wav:{}", wav.display());
    program()
        .args(["--server", &server, "--office", "kim-lien", "--out", &out])
        .args(more)
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn greet(listener: &TcpListener) -> WebSocket<std::net::TcpStream> {
    let (stream, _) = listener.accept().unwrap();
    let mut server = accept(stream).unwrap();
    let hello = r#"{"type":"hello","protocol":1,"office":"kim-lien","server_time":"2026-11-23T08:00:00.000+07:00","build":"b"}"#;
    server.send(Frame::text(hello)).unwrap();
    server
}

fn call(server: &mut WebSocket<std::net::TcpStream>, seq: u64, number: &str) {
    let call = format!(
        r#"{{"type":"call","seq":{seq},"call":{{"number":"{number}","counter":3,"recall":0,
        "called_at":"2026-11-23T08:00:00.000+07:00","expires_at":"2026-11-23T08:01:00.000+07:00",
        "text":{{}},"clips":["vi/mot"]}}}}"#
    );
    server.send(Frame::text(call)).unwrap();
}

fn ended(program: &mut Child) -> Option<i32> {
    let since = Instant::now();
    loop {
        if let Some(status) = program.try_wait().unwrap() {
            return status.code();
        }
        if since.elapsed() > STEP_MAX {
            program.kill().unwrap();
            panic!("it does not end");
        }
        std::thread::yield_now();
    }
}

fn clip_len(clip: &str) -> u32 {
    u32::try_from(clip_samples(clip).len()).unwrap()
}

fn clip_samples(clip: &str) -> Vec<i32> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sounds").join(clip).with_extension("flac");
    claxon::FlacReader::open(path).unwrap().samples().map(Result::unwrap).collect()
}
