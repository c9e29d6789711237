//! Sessions for virtual clerks: one each, because a clerk holds at most one counter.

use queue_client::client::{Client, NewPassword};
use queue_client::error::Error;
use queue_client::key::Key;
use queue_wire::session::{Role, UserRequest};

/// A clerk's way to a session.
#[derive(Clone)]
pub enum Login {
    /// A session that somebody else made.
    Token(String),
    /// A user with a password, signed in again when a session ends.
    Password {
        /// The sign-in name.
        user: String,
        /// The password.
        password: String,
    },
}

impl Login {
    /// Gives `client` this clerk's session.
    ///
    /// # Errors
    /// `wrong-credentials`, `too-many-attempts`, or [`Error`]'s other kinds.
    pub async fn sign_in(&self, client: &Client) -> Result<Client, Error> {
        match self {
            Self::Token(token) => Ok(client.clone().with_token(token)),
            Self::Password { user, password } => {
                let mut client = client.clone();
                client.sign_in(user, password).await?;
                Ok(client)
            }
        }
    }
}

/// Makes sure that the clerk `user` exists, with a password that only this process knows.
///
/// `admin` must hold an admin's session. A clerk left over from an earlier run gets the new password, so give names
/// that no person uses.
///
/// # Errors
/// `not-allowed`, or [`Error`]'s other kinds.
pub async fn hire(admin: &Client, user: &str) -> Result<Login, Error> {
    let password = Key::fresh()?.as_str().to_owned();
    let request = UserRequest {
        user: user.to_owned(),
        password: password.clone(),
        roles: vec![Role::Clerk],
        must_change: Some(false),
    };
    match admin.add_user(&request, &Key::fresh()?).await {
        Ok(_) => {}
        Err(error) if error.code() == Some("user-exists") => {
            let request = NewPassword { password: &password, must_change: false };
            admin.reset_password(user, &request, &Key::fresh()?).await?;
        }
        Err(error) => return Err(error),
    }
    Ok(Login::Password { user: user.to_owned(), password })
}
