//! `queue-simulator`: keeps a server busy, or drives it hard and checks what it promised.

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{Args, Parser, Subcommand};
use queue_simulator::demo::{self, Access};
use queue_simulator::load::{self, Load, LoadError};
use queue_simulator::staff::Login;
use tokio::sync::watch;

/// Virtual citizens and clerks for a running server.
#[derive(Debug, Parser)]
#[command(
    name = "queue-simulator",
    version,
    after_help = "Exit codes: 0 all held; 1 a promise was broken, or the \
server could not be driven; 2 wrong command line"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Drives a server at full speed and checks numbers, calls and screens.
    Load(LoadArgs),
    /// Keeps an office busy at a natural pace until it is stopped.
    Demo(DemoArgs),
}

#[derive(Debug, Args)]
struct Server {
    /// Address of the server, such as http://127.0.0.1:8080.
    #[arg(long, value_name = "URL")]
    server: String,
    /// The office.
    #[arg(long, value_name = "ID")]
    office: String,
    /// An admin's sign-in name.
    #[arg(long, value_name = "NAME", default_value = "admin")]
    user: String,
    /// The admin's password.
    #[arg(long, value_name = "PASSWORD", env = "QUEUE_ADMIN_PASSWORD", hide_env_values = true)]
    password: Option<String>,
}

#[derive(Debug, Args)]
struct LoadArgs {
    #[command(flatten)]
    server: Server,
    /// Kiosks that take numbers one after the other.
    #[arg(long, default_value = "4", value_parser = clap::value_parser!(u32).range(0..=10_000))]
    kiosks: u32,
    /// Clerks that call and serve, at most one for each counter; they need --password.
    #[arg(long, default_value = "4", value_parser = clap::value_parser!(u32).range(0..=999))]
    clerks: u32,
    /// Lobby screens.
    #[arg(long, default_value = "10", value_parser = clap::value_parser!(u32).range(0..=20_000))]
    screens: u32,
    /// How long numbers are taken.
    #[arg(long, value_name = "S", default_value = "10", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    seconds: u64,
    /// Milliseconds between two acts of a kiosk or clerk.
    #[arg(long, value_name = "MS", default_value = "0", value_parser = clap::value_parser!(u64).range(0..=60_000))]
    pause: u64,
}

#[derive(Debug, Args)]
struct DemoArgs {
    #[command(flatten)]
    server: Server,
    /// Draws the same citizens again.
    #[arg(long, default_value = "1")]
    seed: u64,
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(1, &format!("failed to start: {error}")),
    };
    runtime.block_on(async {
        match cli.command {
            Command::Load(args) => load(args).await,
            Command::Demo(args) => demo(args).await,
        }
    })
}

async fn load(args: LoadArgs) -> ExitCode {
    let LoadArgs { server, kiosks, clerks, screens, seconds, pause } = args;
    let load = Load {
        server: server.server,
        office: server.office,
        admin: server.password.map(|password| (server.user, password)),
        kiosks,
        clerks,
        screens,
        duration: Duration::from_secs(seconds),
        pause: Duration::from_millis(pause),
    };
    match load::run(&load).await {
        Ok(report) => {
            let told = writeln!(std::io::stdout(), "{report}");
            if report.holds() && told.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error @ LoadError::NoAdmin) => fail(2, &error.to_string()),
        Err(error) => fail(1, &error.to_string()),
    }
}

async fn demo(args: DemoArgs) -> ExitCode {
    let DemoArgs { server, seed } = args;
    let Some(password) = server.password else { return fail(2, "the demo needs --password of an admin") };
    let access = Access::Admin(Login::Password { user: server.user, password });
    let (sender, stop) = watch::channel(false);
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            sender.send_replace(true);
        }
        sender.closed().await;
    });
    match demo::run(&server.server, &access, &server.office, seed, stop).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(1, &error.to_string()),
    }
}

fn usage(error: &clap::Error) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        // Whoever asked for help and closed the pipe does not need it.
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return fail(2, "say what to do: load or demo (queue-simulator --help tells more)");
    }
    let text = error.to_string();
    let ends = |line: &&str| line.starts_with("Usage:") || line.starts_with("For more information");
    let lines = text.lines().map(str::trim).take_while(|line| !ends(line));
    let line = lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    fail(2, &format!("{} (queue-simulator --help tells more)", line.trim_start_matches("error: ")))
}

fn fail(code: u8, what: &str) -> ExitCode {
    // Nowhere is left to say that standard error is closed.
    let _ = writeln!(std::io::stderr(), "queue-simulator: {what}");
    ExitCode::from(code)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
