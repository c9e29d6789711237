//! `queue-announcer`: reads the command line, starts line and player, and turns what happens into an exit code.
//! 0 the end was asked for, 2 wrong usage or settings, 4 the file cannot be written any more.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::Parser;
use clap::error::ErrorKind;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tracing::info;
use tracing_subscriber::EnvFilter;

use queue_announcer::announcer::{Announcer, Ends};
use queue_announcer::link::{self, Line, LinkFailure};
use queue_announcer::pack::Pack;
use queue_announcer::player::{Out, Pace, PlayFailure, Player};

/// News that may wait between line and announcer, which takes them at once.
const NEWS_MAX: usize = 64;

const EXIT_USAGE: u8 = 2;
const EXIT_WRITE: u8 = 4;

/// Speaks the calls of an office, one at a time, in the order in which they were made.
#[derive(Debug, Parser)]
#[command(name = "queue-announcer", version)]
struct Cli {
    /// Address of the server, such as http://192.168.1.10:8080
    #[arg(long, value_name = "URL", env = "QUEUE_SERVER")]
    server: String,
    /// The office whose calls are spoken, such as kim-lien
    #[arg(long, value_name = "ID", env = "QUEUE_OFFICE")]
    office: String,
    /// Where the sound goes: `speaker`, or `wav:FILE` with what a listener would hear; silences between
    /// announcements are shortened to 1 s there
    #[arg(long, value_name = "OUT", default_value = "speaker", value_parser = parse_out)]
    out: Out,
    /// Speak only these languages of a call, such as `vi` or `vi,en`; default: all that the call has
    #[arg(long, value_name = "TAGS", value_delimiter = ',')]
    lang: Vec<String>,
    /// A folder with clips of your own (DIR/vi/mot.flac or .wav); what it lacks is spoken by the default voice
    #[arg(long, value_name = "DIR")]
    sounds: Option<PathBuf>,
    /// A session token, where the server wants one
    #[arg(long, env = "QUEUE_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// Speak what was called after this record and has not expired; default: what is called from now on
    #[arg(long, value_name = "SEQ")]
    since: Option<u64>,
    /// End after so many seconds, when the announcement under way is over
    #[arg(long, value_name = "N")]
    seconds: Option<u64>,
    /// End after so many announcements
    #[arg(long, value_name = "N")]
    calls: Option<u64>,
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(asked) if matches!(asked.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            // Nothing is lost where standard output is closed.
            let _ = asked.print();
            return ExitCode::SUCCESS;
        }
        Err(wrong) => {
            eprintln!("{}", one_line(&wrong));
            return ExitCode::from(EXIT_USAGE);
        }
    };
    start_log();
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("queue-announcer: {failure:#}");
            let written = matches!(failure.downcast_ref(), Some(PlayFailure::File { .. }));
            ExitCode::from(if written { EXIT_WRITE } else { EXIT_USAGE })
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn run(cli: Cli) -> anyhow::Result<()> {
    let line = Line::new(&cli.server, &cli.office, cli.token.as_deref())?;
    if let Some(folder) = &cli.sounds {
        anyhow::ensure!(folder.is_dir(), "--sounds {}: there is no such folder", folder.display());
    }
    // A file that cannot be created is a wrong setting; one that fails later is a failure of the disk.
    let player = Player::start(cli.out).map_err(|failure| anyhow::anyhow!("--out: {failure}"))?;
    let ends = Ends { calls: cli.calls, at: cli.seconds.map(|s| Instant::now() + Duration::from_secs(s)) };
    let mut announcer = Announcer::new(Pack::new(cli.sounds.as_deref()), player, cli.lang, ends);
    let mut terminate = signal(SignalKind::terminate()).context("listening to SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("listening to SIGINT")?;

    let (news, mut heard) = mpsc::channel(NEWS_MAX);
    let link = tokio::spawn(link::listen(line, cli.since, news));
    let result: anyhow::Result<()> = tokio::select! {
        said = announcer.run(&mut heard) => said.map(|_| ()).map_err(Into::into),
        _ = terminate.recv() => Ok(()),
        _ = interrupt.recv() => Ok(()),
    };
    info!("the end");
    announcer.player.stop();
    drop(heard);
    link_result(link).await.and(result)
}

/// The line ends by itself only when it was refused; that is then the reason of the end.
async fn link_result(link: JoinHandle<Result<(), LinkFailure>>) -> anyhow::Result<()> {
    match link.await {
        Ok(ended) => ended.map_err(Into::into),
        Err(bug) => std::panic::resume_unwind(bug.into_panic()),
    }
}

fn parse_out(text: &str) -> Result<Out, String> {
    match text.split_once(':') {
        None if text == "speaker" => Ok(Out::Speaker),
        Some(("wav", path)) if !path.is_empty() => Ok(Out::Wav(path.into(), Pace::RealTime)),
        _ => Err("it is `speaker` or `wav:FILE`".to_owned()),
    }
}

/// The first paragraph of what clap says, on one line; the rest is help that `--help` gives.
fn one_line(wrong: &clap::Error) -> String {
    let text = wrong.to_string();
    let first = text.split("\n\n").next().unwrap_or(&text);
    first.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Logs go to standard error; `RUST_LOG` chooses what is told.
fn start_log() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("queue_announcer=info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }

    #[test]
    fn the_output_is_a_loudspeaker_or_a_file() {
        assert_eq!(parse_out("speaker"), Ok(Out::Speaker));
        assert_eq!(parse_out("wav:/tmp/a:b.wav"), Ok(Out::Wav("/tmp/a:b.wav".into(), Pace::RealTime)));
        for wrong in ["", "wav:", "wav", "mp3:x", "speaker:1"] {
            assert!(parse_out(wrong).is_err(), "{wrong:?}");
        }
    }
}
