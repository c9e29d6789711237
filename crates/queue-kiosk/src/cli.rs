//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use crate::buttons::Buttons;
use crate::paper::{WIDTH_58_MM, WIDTH_80_MM};
use crate::printer::Printer;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// The ticket was taken, and printed where asked; or `run` was told to stop.
    Done = 0,
    /// No ticket: the server refused, or its answer was not known within `--timeout`.
    NoTicket = 1,
    /// The command line, or what it names, is wrong.
    Usage = 2,
    /// The state file of `run` is in use or damaged.
    State = 3,
    /// The ticket was taken, but its paper did not come out; or the state file could not be written.
    Output = 4,
}

/// Takes queue tickets and prints them.
#[derive(Debug, Parser)]
#[command(name = "queue-kiosk", version, after_help = EXITS)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXITS: &str = "Exit codes: 0 done; 1 no ticket (refused, or no answer within --timeout); 2 wrong command line; \
3 state file in use or damaged; 4 ticket taken but not printed (its JSON is on standard output)";

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Takes one ticket and prints it as one line of JSON.
    Issue(IssueArgs),
    /// Drives a kiosk: a numeric keypad on standard input, a printer, retries while the server is away.
    Run(RunArgs),
}

/// Which server and office.
#[derive(Debug, Args)]
pub struct Place {
    /// Address of the server, such as http://192.168.1.10:8080.
    #[arg(long, value_name = "URL", env = "QUEUE_SERVER")]
    pub server: String,
    /// The office.
    #[arg(long, value_name = "ID", env = "QUEUE_OFFICE")]
    pub office: String,
    /// Language of the ticket; default the office's.
    #[arg(long, value_name = "TAG")]
    pub lang: Option<String>,
    /// Printer: file:PATH (replaced by `issue`, added to by `run`), tcp:HOST:PORT or device:/dev/usb/lp0.
    #[arg(long, value_name = "PRINTER")]
    pub print: Option<Printer>,
    /// Width of the paper in millimetres, 80 or 58.
    #[arg(long, value_name = "MM", default_value = "80", value_parser = paper_width)]
    pub width: usize,
}

/// `issue`.
#[derive(Debug, Args)]
pub struct IssueArgs {
    /// Server, office and paper.
    #[command(flatten)]
    pub place: Place,
    /// The service.
    #[arg(long, value_name = "ID")]
    pub service: String,
    /// The class; default the office's first.
    #[arg(long, value_name = "ID")]
    pub class: Option<String>,
    /// Give up without a ticket after so many seconds; default: ask until the answer is known.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub timeout: Option<Duration>,
    /// Idempotency key of this press, for a script that asks again after it was stopped; default a random one.
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
}

/// `run`.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// Server, office and paper.
    #[command(flatten)]
    pub place: Place,
    /// Keys and services, such as 1=chung-thuc,2=ho-tich,9=chung-thuc/priority; default the services in order.
    #[arg(long, value_name = "LIST")]
    pub keys: Option<Buttons>,
    /// Where presses are kept until their ticket is out; default queue-kiosk-OFFICE.json here, or in the
    /// folder that the service manager names.
    #[arg(long, value_name = "FILE")]
    pub state: Option<PathBuf>,
}

fn paper_width(text: &str) -> Result<usize, String> {
    match text {
        "80" => Ok(WIDTH_80_MM),
        "58" => Ok(WIDTH_58_MM),
        _ => Err("write 80 or 58".to_owned()),
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse::<f64>() {
        Ok(seconds) if (0.1..=86_400.0).contains(&seconds) => Ok(Duration::from_secs_f64(seconds)),
        Ok(_) | Err(_) => Err("write seconds from 0.1 to 86400".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn issue_gives_up_only_where_a_timeout_is_given() {
        let issue = |more: &[&str]| {
            let words =
                ["queue-kiosk", "issue", "--server", "http://hall", "--office", "o", "--service", "s"];
            let command = Cli::try_parse_from(words.iter().chain(more)).expect("a command line").command;
            let Command::Issue(args) = command else { panic!("another command") };
            args.timeout
        };
        assert_eq!(issue(&[]), None);
        assert_eq!(issue(&["--timeout", "2.5"]), Some(Duration::from_millis(2500)));
    }
}
