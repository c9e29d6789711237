//! Who may do what. Who somebody is, the server finds out.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::command::Command;
use crate::ids::{Slug, UserId};
use crate::refusal::Refusal;

/// A role of the staff; a bigger one may do what a smaller one may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Calls and serves.
    Clerk,
    /// Leads the hall.
    Supervisor,
    /// Sets up the office.
    Admin,
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The server itself: time, opening and closing of days.
    System,
    /// A citizen at a kiosk or with a phone.
    Anyone,
    /// An enrolled kiosk.
    Device(Slug),
    /// Somebody of the staff.
    User {
        /// The sign-in name.
        name: UserId,
        /// The biggest role held.
        role: Role,
    },
}

impl fmt::Display for Actor {
    /// As it stands in the journal: `system`, `anyone`, `device:kiosk-1`, `user:lan`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System => f.write_str("system"),
            Self::Anyone => f.write_str("anyone"),
            Self::Device(name) => write!(f, "device:{name}"),
            Self::User { name, .. } => write!(f, "user:{name}"),
        }
    }
}

/// What a command takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// Nothing: citizens do it.
    Anyone,
    /// This role or a bigger one.
    Staff(Role),
    /// The server itself.
    System,
}

/// What `command` takes.
#[must_use]
pub fn need(command: &Command) -> Need {
    match command {
        Command::Issue(_) | Command::Cancel { .. } | Command::Rate { .. } => Need::Anyone,
        Command::CallNext { .. }
        | Command::CallChosen { .. }
        | Command::Recall { .. }
        | Command::Start { .. }
        | Command::Finish { .. }
        | Command::Absent { .. }
        | Command::Park { .. }
        | Command::Return { .. }
        | Command::Transfer { .. }
        | Command::OpenCounter { .. }
        | Command::PauseCounter { .. }
        | Command::CloseCounter { .. }
        | Command::Confirm { .. }
        | Command::Ready { .. }
        | Command::Reinstate { .. }
        | Command::Move { .. }
        | Command::RaiseAlarm { .. } => Need::Staff(Role::Clerk),
        Command::Release { .. }
        | Command::CloseDay { .. }
        | Command::ReopenDay { .. }
        | Command::EndAlarm { .. } => Need::Staff(Role::Supervisor),
        Command::ChangeLayout { .. } | Command::CorrectClock { .. } => Need::Staff(Role::Admin),
        Command::OpenDay { .. } | Command::Tick | Command::AcceptLoss(_) => Need::System,
    }
}

/// Lets `actor` pass to `command`.
///
/// # Errors
/// [`Refusal::NotSignedIn`] for a citizen or device where staff is needed, [`Refusal::NotAllowed`] for too small
/// a role. The server itself may do everything.
pub fn check(actor: &Actor, command: &Command) -> Result<(), Refusal> {
    match (actor, need(command)) {
        (Actor::System, _) | (_, Need::Anyone) => Ok(()),
        (Actor::User { role, .. }, Need::Staff(least)) if *role >= least => Ok(()),
        (Actor::User { .. }, Need::Staff(_) | Need::System) => Err(Refusal::NotAllowed),
        (Actor::Anyone | Actor::Device(_), Need::Staff(_) | Need::System) => Err(Refusal::NotSignedIn),
    }
}
