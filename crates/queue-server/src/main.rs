//! The executable `queue-server`: reads the command line, runs the server or an operator's command, and ends with
//! the exit code of the contract: 0, 1 (`verify` found something), 2 usage, 3 data folder, 4 failed write.

use std::io::{self, BufRead, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::Parser;
use clap::error::ErrorKind;
use queue_core::layout::Layout;
use queue_server::auth::password::{self, Unfit};
use queue_server::cli::{Cli, Command, ResetArgs, ServeArgs};
use queue_server::clock::Clock;
use queue_server::engine::failure::Failure;
use queue_server::operator::{self, BallastUse, ClockUse, OperatorError, Recovery, Streams};
use queue_server::server::{self, Running, Start};
use queue_server::settings::{self, Settings, layers};
use queue_server::watchdog::{self, NotifyState};
use queue_server::{demo, office_file, telemetry};
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};

const EXIT_USAGE: u8 = 2;
const EXIT_FAILED: u8 = 4;
/// Blocking work that is still under way at the end gets so long.
const LEAVE_MAX: Duration = Duration::from_secs(5);

/// An exit code and the one line that says why.
struct Exit {
    code: u8,
    why: String,
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return told_by_clap(&error),
    };
    let done = match cli.command {
        None => serve(&cli.serve),
        Some(Command::Serve(args)) => serve(&args),
        Some(command) => operate(command),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Exit { code, why }) => {
            eprintln!("queue-server: {}", one_line(&why));
            ExitCode::from(code)
        }
    }
}

/// Help and version as they are; an error as one line.
fn told_by_clap(error: &clap::Error) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return if error.print().is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let text = error.to_string();
    let told = text.split("\n\n").next().unwrap_or_default();
    let told = told.strip_prefix("error: ").unwrap_or(told);
    eprintln!("queue-server: {} (see queue-server --help)", one_line(told));
    ExitCode::from(EXIT_USAGE)
}

fn serve(args: &ServeArgs) -> Result<(), Exit> {
    if args.print_settings {
        return say(settings::DEFAULTS.trim_end());
    }
    let environment = |name: &str| std::env::var(name).ok();
    let settings = layers::read(args.config.as_deref(), environment, &args.flags()).map_err(usage)?;
    if args.demo && !settings.server.listen.ip().is_loopback() {
        return Err(usage(demo::DemoError::NotLoopback));
    }
    let layouts = layouts(&args.office)?;
    let admin_password = std::env::var("QUEUE_ADMIN_PASSWORD").ok().filter(|password| !password.is_empty());
    if let Some(Err(unfit @ Unfit::TooLong)) =
        admin_password.as_ref().map(|password| password::fit(server::ADMIN, password))
    {
        return Err(usage(format!("QUEUE_ADMIN_PASSWORD: {unfit}")));
    }
    telemetry::log(&settings.log).map_err(usage)?;
    for (file, layout) in args.office.iter().zip(&layouts) {
        for service in office_file::unserved(layout) {
            let file = file.display();
            tracing::warn!(%file, %service, "no counter serves this service: nobody would call its tickets");
        }
    }
    let runtime = Runtime::new().map_err(|error| Exit { code: 4, why: format!("no threads: {error}") })?;
    let served = runtime.block_on(run(settings, layouts, admin_password, args.demo));
    runtime.shutdown_timeout(LEAVE_MAX);
    served
}

/// What the office files say.
fn layouts(files: &[PathBuf]) -> Result<Vec<Layout>, Exit> {
    let mut layouts: Vec<Layout> = Vec::new();
    for file in files {
        let layout = office_file::load(file).map_err(usage)?;
        if layouts.iter().any(|other| other.id == layout.id) {
            let what = format!("office `{}` is given twice", layout.id);
            return Err(usage(office_file::fault(file, "id", &what)));
        }
        layouts.push(layout);
    }
    Ok(layouts)
}

async fn run(
    settings: Settings,
    layouts: Vec<Layout>,
    admin_password: Option<String>,
    with_demo: bool,
) -> Result<(), Exit> {
    let failed = |error: io::Error| Exit { code: 4, why: format!("no signals: {error}") };
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    let failure = Failure::exit();
    let start = Start { settings, layouts, admin_password, clock: Clock::system(), failure: failure.clone() };
    let starting = server::start(start);
    let running = tokio::select! {
        // A write that failed while starting is no less a failed write.
        running = starting => running.map_err(|error| Exit {
            code: if failure.happened() { EXIT_FAILED } else { error.exit_code() },
            why: error.to_string(),
        })?,
        _ = terminate.recv() => return Ok(()),
        _ = interrupt.recv() => return Ok(()),
    };
    if let Some(error) = with_demo.then(|| demo::check(&running).err()).flatten() {
        running.stop().await;
        return Err(usage(error));
    }
    announce(&running);
    watchdog::tell(&NotifyState::Ready);
    tokio::spawn(running.watchdog().run(watchdog::tell));
    if with_demo {
        demo::start(&running).await.map_err(|error| Exit { code: 4, why: error.to_string() })?;
    }
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping");
    watchdog::tell(&NotifyState::Stopping);
    running.stop().await;
    if failure.happened() {
        // The process may end here before the failure ends it.
        return Err(Exit {
            code: EXIT_FAILED,
            why: "a journal failed or could not be closed: see the log".to_owned(),
        });
    }
    Ok(())
}

/// The start-up lines, all that standard output carries, in one write. Whoever started the server may have stopped
/// reading: that is no reason to stop serving.
fn announce(running: &Running) {
    let base = format!("http://{}", running.address);
    let mut lines = String::new();
    if let Some(password) = &running.first_password {
        lines += &format!("{} password: {password} (to be changed when first signing in)\n", server::ADMIN);
    }
    lines += &format!("pages: {base}/\n");
    for office in running.site.offices.iter() {
        for page in ["kiosk", "reception", "clerk", "lobby", "dashboard", "admin"] {
            lines += &format!("  {base}/{}/{page}\n", office.id());
        }
    }
    lines += &format!("listening on {base}\n");
    let mut out = io::stdout().lock();
    if let Err(error) = out.write_all(lines.as_bytes()).and_then(|()| out.flush()) {
        tracing::warn!(%error, "nobody reads the start-up lines");
    }
}

fn operate(command: Command) -> Result<(), Exit> {
    let (mut out, mut notes) = (io::stdout().lock(), io::stderr().lock());
    let done = match command {
        Command::Serve(args) => return serve(&args),
        Command::Verify(args) => operator::verify(&args.data, &mut out, &mut notes),
        Command::Export(args) => {
            let wanted = if args.house { Streams::OfficesAndHouse } else { Streams::Offices };
            operator::export(&args.data, wanted, &mut out).map(|_| ())
        }
        Command::Backup(args) => {
            let now = Clock::system().now();
            operator::backup(&args.data, args.to.as_deref(), args.after.as_deref(), now, &mut out).map(|_| ())
        }
        Command::Drill(args) => operator::drill(&args.from, args.within.as_deref(), &mut out),
        Command::Recover(args) => {
            let layouts = layouts(&args.office)?;
            let ballast = if args.free_ballast { BallastUse::Freed } else { BallastUse::Kept };
            let asked = Recovery {
                data: args.data.as_deref(),
                to: &args.to,
                backups: &args.backup,
                accept: args.accept_loss.as_deref(),
                numbers_after: args.numbers_after,
                layouts: &layouts,
                ballast,
                clock: if args.clock_is_right { ClockUse::Believed } else { ClockUse::Checked },
                at: Clock::system().now(),
            };
            operator::recover(&asked, &mut out, &mut notes)
        }
        Command::Restore(args) => operator::restore(&args.from, &args.data).map(|_| ()),
        Command::ResetPassword(args) => return reset_password(&args),
    };
    done.map_err(operators)
}

fn reset_password(args: &ResetArgs) -> Result<(), Exit> {
    let mut line = String::new();
    let read =
        io::stdin().lock().read_line(&mut line).context("failed to read the password from standard input");
    read.map_err(|error| usage(format!("{error:#}")))?;
    let password = line.trim_end_matches(['\r', '\n']);
    operator::reset_password(&args.data, &args.user, password, Clock::system().now()).map_err(operators)
}

fn operators(error: OperatorError) -> Exit {
    Exit { code: error.exit_code(), why: error.to_string() }
}

fn usage(why: impl std::fmt::Display) -> Exit {
    Exit { code: EXIT_USAGE, why: why.to_string() }
}

fn say(line: &str) -> Result<(), Exit> {
    let mut out = io::stdout().lock();
    let written = writeln!(out, "{line}").and_then(|()| out.flush());
    written.map_err(|error| Exit { code: 4, why: format!("failed to write to standard output: {error}") })
}

fn one_line(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}
