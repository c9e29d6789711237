//! `queue-kiosk`: reads the command line, runs, and turns the end into an exit code.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use clap::error::ErrorKind;
use queue_client::client::Client;
use queue_client::error::Error;
use queue_client::key::Key;
use queue_client::retry::Patience;
use queue_kiosk::cli::{Cli, Command, Exit, IssueArgs, Place, RunArgs};
use queue_kiosk::issue::{self, Paper};
use queue_kiosk::keypad::{Entry, Keypad};
use queue_kiosk::printer::Before;
use queue_kiosk::run::{self, Kiosk};
use queue_kiosk::store::StoreError;
use queue_wire::ticket::{Ticket, TicketRequest};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Names of the office are asked for this long at the start, only to find a wrong `--keys` early.
const FIRST_LOOK: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(Exit::Output, &format!("failed to start: {error}")),
    };
    let code = runtime.block_on(async {
        match cli.command {
            Command::Issue(args) => issue(args).await,
            Command::Run(args) => run(args).await,
        }
    });
    // A printer's device file may block for ever; nobody waits for it.
    runtime.shutdown_background();
    code
}

async fn issue(args: IssueArgs) -> ExitCode {
    let IssueArgs { place, service, class, timeout, key } = args;
    let client = match Client::new(&place.server) {
        Ok(client) => client.with_patience(timeout.map_or(Patience::Forever, Patience::For)),
        Err(error) => return fail(Exit::Usage, &format!("--server: {error}")),
    };
    let key = match key.as_deref().map_or_else(Key::fresh, Key::parse) {
        Ok(key) => key,
        Err(error) => return fail(Exit::Usage, &format!("--key: {error}")),
    };
    let request = TicketRequest {
        service,
        class,
        lang: place.lang.clone(),
        channel: Some("kiosk".to_owned()),
        ..TicketRequest::default()
    };
    let ticket = match issue::take(&client, &place.office, &request, &key).await {
        Ok(ticket) => ticket,
        Err(error) => return fail(Exit::NoTicket, &no_ticket(&error, timeout)),
    };
    if let Err(error) = tell(&ticket) {
        return fail(
            Exit::Output,
            &format!("number {} was taken, but standard output failed: {error}", ticket.number),
        );
    }
    let Some(paper) = paper(&place) else { return ExitCode::from(Exit::Done as u8) };
    match issue::print(&client, &place.office, &ticket, &paper, Before::Replaced).await {
        Ok(()) => ExitCode::from(Exit::Done as u8),
        Err(error) => fail(Exit::Output, &format!("number {} was taken, but {error}", ticket.number)),
    }
}

async fn run(args: RunArgs) -> ExitCode {
    let RunArgs { place, keys, state } = args;
    let client = match Client::new(&place.server) {
        Ok(client) => client,
        Err(error) => return fail(Exit::Usage, &format!("--server: {error}")),
    };
    if let (Some(keys), Ok(Ok(office))) =
        (&keys, tokio::time::timeout(FIRST_LOOK, client.office(&place.office)).await)
        && let Some(stranger) = keys.stranger(&office)
    {
        return fail(Exit::Usage, &format!("--keys: the office `{}` has no `{stranger}`", place.office));
    }
    let single = keys.as_ref().is_some_and(queue_kiosk::buttons::Buttons::are_single);
    let kiosk = Kiosk {
        paper: paper(&place),
        state: state.unwrap_or_else(|| state_file(&place.office)),
        client,
        office: place.office,
        lang: place.lang,
        buttons: keys,
    };
    let stop = match stop_signal() {
        Ok(stop) => stop,
        Err(error) => return fail(Exit::Output, &format!("failed to listen for signals: {error}")),
    };
    let keypad = Keypad::open(if single { Entry::Single } else { Entry::Line });
    let told = |ticket: &Ticket| {
        // The paper is what counts here; a closed standard output does not stop the kiosk.
        let _ = tell(ticket);
    };
    match run::run(kiosk, keypad, stop, told).await {
        Ok(()) => ExitCode::from(Exit::Done as u8),
        Err(error @ (StoreError::InUse(_) | StoreError::Damaged(..))) => {
            fail(Exit::State, &error.to_string())
        }
        Err(error @ StoreError::Failed(..)) => fail(Exit::Output, &error.to_string()),
    }
}

fn paper(place: &Place) -> Option<Paper> {
    place.print.clone().map(|printer| Paper { printer, width: place.width })
}

/// systemd names the folder that a service may write to.
fn state_file(office: &str) -> PathBuf {
    let folder = std::env::var_os("STATE_DIRECTORY").map(PathBuf::from).unwrap_or_default();
    folder.join(format!("queue-kiosk-{office}.json"))
}

fn stop_signal() -> std::io::Result<watch::Receiver<bool>> {
    let (sender, receiver) = watch::channel(false);
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        sender.send_replace(true);
        sender.closed().await;
    });
    Ok(receiver)
}

/// One line of JSON, flushed.
fn tell(ticket: &Ticket) -> std::io::Result<()> {
    let mut line = serde_json::to_string(ticket)?;
    line.push('\n');
    let mut output = std::io::stdout().lock();
    output.write_all(line.as_bytes())?;
    output.flush()
}

fn no_ticket(error: &Error, timeout: Option<Duration>) -> String {
    match (error, timeout) {
        (Error::Unreachable { .. }, Some(timeout)) => {
            format!("no ticket: the answer is not known after {} s: {error}", timeout.as_secs_f64())
        }
        (Error::Unreachable { .. }, None) => format!("no ticket: the answer is not known: {error}"),
        (Error::Problem(_) | Error::Protocol { .. } | Error::BadAddress { .. } | Error::Key(_), _) => {
            format!("no ticket: {error}")
        }
    }
}

fn usage(error: &clap::Error) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        // Whoever asked for help and closed the pipe does not need it.
        let _ = error.print();
        return ExitCode::from(Exit::Done as u8);
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return fail(Exit::Usage, "say what to do: issue or run (queue-kiosk --help tells more)");
    }
    let text = error.to_string();
    let ends = |line: &&str| line.starts_with("Usage:") || line.starts_with("For more information");
    let lines = text.lines().map(str::trim).take_while(|line| !ends(line));
    let line = lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    fail(Exit::Usage, &format!("{} (queue-kiosk --help tells more)", line.trim_start_matches("error: ")))
}

fn fail(exit: Exit, what: &str) -> ExitCode {
    // Nowhere is left to say that standard error is closed.
    let _ = writeln!(std::io::stderr(), "queue-kiosk: {what}");
    ExitCode::from(exit as u8)
}
