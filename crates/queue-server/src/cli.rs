//! The command line: one executable, subcommands for the operator.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::settings::layers::Flags;

/// The queue server of one or several offices.
#[derive(Debug, Parser)]
#[command(name = "queue-server", version, args_conflicts_with_subcommands = true)]
pub struct Cli {
    /// What to do; nothing means `serve`.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The options of `serve`.
    #[command(flatten)]
    pub serve: ServeArgs,
}

/// What the executable can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve offices (the default)
    Serve(ServeArgs),
    /// Check every record and the hash chain of a data folder
    Verify(DataArgs),
    /// Print the journal as JSON lines
    Export(ExportArgs),
    /// Copy a stopped data folder into one checksummed file
    Backup(BackupArgs),
    /// Try a backup: restore it into a temporary folder, check it, replay it, remove the folder
    Drill(DrillArgs),
    /// Bring back what can be brought back of a damaged data folder, into a new one
    Recover(RecoverArgs),
    /// Put a backup, with those that continue it, into an empty data folder
    Restore(RestoreArgs),
    /// Set a user's password, read from standard input; the server must be stopped
    ResetPassword(ResetArgs),
}

/// Options of `serve`.
#[derive(Clone, Debug, Default, Args)]
pub struct ServeArgs {
    /// The data folder [default: ./data]
    #[arg(long, value_name = "DIR")]
    pub data: Option<String>,
    /// Where to listen; port 0 picks one [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<String>,
    /// An office file; may be given several times [default: a sample ward office]
    #[arg(long, value_name = "FILE")]
    pub office: Vec<PathBuf>,
    /// Let virtual citizens and clerks keep the office busy, on this computer alone
    #[arg(long)]
    pub demo: bool,
    /// What QR codes point to [default: the listen address]
    #[arg(long, value_name = "URL")]
    pub public_url: Option<String>,
    /// A file of process settings
    #[arg(long, value_name = "FILE", env = "QUEUE_CONFIG")]
    pub config: Option<PathBuf>,
    /// Print the process settings with their defaults and explanations, and end
    #[arg(long)]
    pub print_settings: bool,
}

/// Which data folder.
#[derive(Clone, Debug, Args)]
pub struct DataArgs {
    /// The data folder
    #[arg(long, value_name = "DIR", default_value = "./data")]
    pub data: PathBuf,
}

/// Options of `export`.
#[derive(Clone, Debug, Args)]
pub struct ExportArgs {
    /// The data folder
    #[arg(long, value_name = "DIR", default_value = "./data")]
    pub data: PathBuf,
    /// The records of users too, without their passwords
    #[arg(long)]
    pub house: bool,
}

/// Options of `backup`.
#[derive(Clone, Debug, Args)]
pub struct BackupArgs {
    /// The data folder
    #[arg(long, value_name = "DIR", default_value = "./data")]
    pub data: PathBuf,
    /// The file to write [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub to: Option<PathBuf>,
    /// Only what the backup in this file does not hold yet; it is restored together with that one
    #[arg(long, value_name = "FILE")]
    pub after: Option<PathBuf>,
}

/// Options of `drill`.
#[derive(Clone, Debug, Args)]
pub struct DrillArgs {
    /// The backup to try; with those that continue it, in order
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    pub from: Vec<PathBuf>,
    /// Where the temporary folder is made [default: the system's place for such]
    #[arg(long, value_name = "DIR")]
    pub within: Option<PathBuf>,
}

/// Options of `recover`.
///
/// The damaged folder is only read. Everything valid that is found in it goes to `salvaged/` in the new folder, one
/// record a line. Where records are missing, they are listed, and the new folder is made only with --accept-loss;
/// that is written into the journal itself. Exit 0: the new folder is ready for `serve --data`. Exit 3: records are
/// missing. Exit 4: there is no room.
#[derive(Clone, Debug, Args)]
pub struct RecoverArgs {
    /// The damaged data folder; leave it out when the disk is gone
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// The new data folder; empty or missing, best on another disk
    #[arg(long, value_name = "DIR")]
    pub to: PathBuf,
    /// The newest backup; with the full one that it continues first, and all between
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub backup: Vec<PathBuf>,
    /// Go on although records are missing; who says so, and why, is written into the journal
    #[arg(long, value_name = "WHO AND WHY", num_args = 0..=1, default_missing_value = "accepted by the operator")]
    pub accept_loss: Option<String>,
    /// With a loss: the highest number on a slip of today (0: none), instead of a guess that is surely high enough
    #[arg(long, value_name = "N")]
    pub numbers_after: Option<u32>,
    /// With a loss: the office file of an office of which nothing is left, or whose settings it shall have
    #[arg(long, value_name = "FILE")]
    pub office: Vec<PathBuf>,
    /// Delete the damaged folder's file `ballast` when there is too little room on the disk
    #[arg(long)]
    pub free_ballast: bool,
    /// With a loss: believe this computer's clock although the last known record is many hours away from it
    #[arg(long)]
    pub clock_is_right: bool,
}

/// Options of `restore`.
#[derive(Clone, Debug, Args)]
pub struct RestoreArgs {
    /// The data folder; empty or missing
    #[arg(long, value_name = "DIR", default_value = "./data")]
    pub data: PathBuf,
    /// The backup to read; with those that continue it, in order
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    pub from: Vec<PathBuf>,
}

/// Options of `reset-password`.
#[derive(Clone, Debug, Args)]
pub struct ResetArgs {
    /// The data folder
    #[arg(long, value_name = "DIR", default_value = "./data")]
    pub data: PathBuf,
    /// The sign-in name
    #[arg(long, value_name = "NAME")]
    pub user: String,
}

impl ServeArgs {
    /// What of it overrides the settings.
    #[must_use]
    pub fn flags(&self) -> Flags {
        Flags { listen: self.listen.clone(), data: self.data.clone(), public_url: self.public_url.clone() }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn no_subcommand_means_serve() {
        let bare = Cli::try_parse_from(["queue-server", "--listen", "127.0.0.1:0", "--demo"]).unwrap();
        assert!(bare.command.is_none() && bare.serve.demo);
        let named =
            Cli::try_parse_from(["queue-server", "serve", "--listen", "127.0.0.1:0", "--demo"]).unwrap();
        assert!(matches!(named.command, Some(Command::Serve(args)) if args.demo));
    }
}
