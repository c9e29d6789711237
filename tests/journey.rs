//! One ticket, from the press at the kiosk to the voice in the hall, through all our programs.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use queue_tests::OFFICE;
use queue_tests::api::Api;
use queue_tests::live::Live;
use queue_tests::program::{Server, program, run, wait};
use serde_json::{Value, json};
use tempfile::tempdir;

#[tokio::test]
async fn press_paper_call_board_voice() -> Result<()> {
    let data = tempdir()?;
    let server = Server::start(data.path().join("data").as_path())?;
    let citizen = Api::new(&server.url);
    let clerk = citizen.admin().await?;
    let (paper, wav) = (data.path().join("paper.bin"), data.path().join("hall.wav"));

    // The kiosk takes a number and prints it.
    let print = format!("file:{}", paper.display());
    let arguments = [
        "issue",
        "--server",
        &server.url,
        "--office",
        OFFICE,
        "--service",
        "chung-thuc",
        "--lang",
        "vi",
        "--print",
        &print,
    ];
    let issued = run("queue-kiosk", &arguments)?;
    assert_eq!(issued.code, Some(0), "{}", issued.stderr);
    let ticket: Value = serde_json::from_str(&issued.stdout).context("the ticket as JSON")?;
    assert_eq!((&ticket["number"], &ticket["state"]), (&json!("A001"), &json!("waiting")));
    let bytes = std::fs::read(&paper)?;
    assert!(bytes.starts_with(b"\x1b@"), "paper begins with ESC @");
    assert!(bytes.windows(3).any(|w| w == b"\x1dv0"), "paper is a raster (GS v 0), not text");

    // The loudspeaker listens, the screen watches.
    let mut announcer = Command::new(program("queue-announcer")?)
        .args(["--server", &server.url, "--office", OFFICE, "--calls", "1"])
        .args(["--out", &format!("wav:{}", wav.display())])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let mut lobby = Live::connect(&server.url, "lobby", None).await?;
    let board = lobby.next_of("board").await?;
    assert_eq!(board["board"]["services"][0]["waiting"], 1);

    // The clerk calls; the screen shows it; the phone knows it.
    clerk.at(1, "open", None, json!({})).await?;
    let mut call = Value::Null;
    // The announcer plays calls from when it is connected: recalls give it something until it has had one.
    for turn in 0..60 {
        if turn == 0 {
            assert_eq!(clerk.at(1, "call", None, json!({})).await?.number(), "A001");
            call = lobby.next_of("call").await?;
        } else if announcer.try_wait()?.is_some() {
            break;
        } else if turn % 10 == 0 {
            clerk.at(1, "recall", None, json!({})).await?;
        }
        tokio::time::sleep(std::time::Duration::from_millis(250)).await;
    }
    assert_eq!(call["call"]["number"], "A001");
    assert_eq!(call["call"]["text"]["vi"], "Kính mời công dân có số thứ tự A001 đến quầy số 1");
    let shown = lobby.until(|message| message["board"]["calls"][0]["number"] == "A001").await?;
    assert_eq!(shown["board"]["calls"][0]["counter"], 1);
    let id = ticket["id"].as_str().context("an id")?;
    let phone = citizen.get(&format!("/offices/{OFFICE}/tickets/{id}")).await?;
    assert_eq!((&phone.body["state"], &phone.body["counter"]), (&json!("called"), &json!(1)));

    // The hall hears it: several seconds of sound, neither silent nor clipped.
    assert_eq!(wait(&mut announcer)?.code(), Some(0));
    assert_audible(&wav)
}

/// Several seconds, neither silent nor clipped. The announcer's own tests compare it clip by clip.
fn assert_audible(wav: &Path) -> Result<()> {
    let mut sound = hound::WavReader::open(wav).context("the announcer's sound file")?;
    let spec = sound.spec();
    let seconds = f64::from(sound.duration()) / f64::from(spec.sample_rate);
    assert!((3.0..30.0).contains(&seconds), "{seconds} s of sound");
    let loudest = match spec.sample_format {
        hound::SampleFormat::Float => {
            sound.samples::<f32>().flatten().fold(0.0_f32, |top, s| top.max(s.abs()))
        }
        hound::SampleFormat::Int => {
            let full = f32::from(i16::MAX);
            sound.samples::<i16>().flatten().fold(0.0_f32, |top, s| top.max(f32::from(s).abs() / full))
        }
    };
    assert!((0.2..=0.95).contains(&loudest), "the peak is at {loudest}");
    Ok(())
}
