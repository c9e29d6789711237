//! `reset-password`: for an administrator who forgot it. Whoever can write the data folder may do it.

use std::path::Path;

use queue_core::house::{self, HouseCommand, HouseDraft};
use queue_core::ids::UserId;
use queue_core::permit::Actor;
use queue_core::text::Text;
use queue_core::time::{At, Millis};
use queue_journal::{Journal, codec};

use super::{OperatorError, existing};
use crate::auth::password;
use crate::auth::session::{Lifetimes, Sessions};
use crate::boot::replay;

/// The HTTP status that stands in the record, as of `POST …/password`.
const STATUS: u16 = 204;
/// Sessions are only ended here, never judged by their age.
const FOR_EVER: Lifetimes = Lifetimes { idle: Millis(u64::MAX), absolute: Millis(u64::MAX) };

/// Sets the password of `user` and ends the sessions that the old one began.
///
/// # Errors
/// `Usage` (exit 2) for a password that cannot stand and for an unknown user; `Folder` (exit 3); `Failed` (exit 4).
pub fn reset_password(data: &Path, user: &str, new: &str, at: At) -> Result<(), OperatorError> {
    password::fit(user, new).map_err(|unfit| OperatorError::Usage(format!("the new password: {unfit}")))?;
    let folder = existing(data)?;
    let mut journal = Box::new(folder.journal(&replay::house_stream())?);
    let house = replay::house(&journal.reader())?;
    let failed = |what: &'static str| move |cause: String| OperatorError::Failed { what, cause };
    let hash = password::hash_now(new).map_err(|error| failed("hash the password")(error.to_string()))?;
    let mut salt = [0_u8; 16];
    getrandom::fill(&mut salt).map_err(|error| failed("draw a salt")(error.to_string()))?;
    let command = HouseCommand::SetPassword {
        user: UserId(user.into()),
        password_hash: Text::seal(&hash, u128::from_be_bytes(salt)),
        must_change: false,
    };
    let drafted = house::draft(&house, &Actor::System, None, &command, STATUS, at)
        .map_err(|refusal| OperatorError::Usage(refusal.to_string()))?;
    if let HouseDraft::Fresh(mut record) = drafted {
        let sealed = codec::seal(&mut record, &house.head)?;
        journal.append(&[sealed]).map_err(|error| failed("write the new password")(error.to_string()))?;
    }
    journal.close()?;
    let sessions = Sessions::open(&data.join("sessions"), FOR_EVER, at)
        .map_err(|error| failed("end the old sessions")(error.to_string()))?;
    sessions.end_all_of(user, None);
    sessions.close();
    Ok(())
}
