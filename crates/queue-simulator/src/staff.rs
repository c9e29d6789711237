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

/// A clerk's session, begun again when it has ended.
pub(crate) struct Session {
    public: Client,
    login: Login,
    client: Option<Client>,
}

impl Session {
    /// A session that begins when it is first needed; `public` is the way to the server.
    pub(crate) fn new(public: Client, login: Login) -> Self {
        Self { public, login, client: None }
    }

    /// The session as it stands, begun where there is none.
    ///
    /// # Errors
    /// As [`Login::sign_in`].
    pub(crate) async fn client(&mut self) -> Result<Client, Error> {
        match &self.client {
            Some(client) => Ok(client.clone()),
            None => Ok(self.client.insert(self.login.sign_in(&self.public).await?).clone()),
        }
    }

    /// Takes in what went wrong: after the end of a session the next look begins another one.
    pub(crate) fn after(&mut self, error: &Error) {
        if error.code() == Some("not-signed-in") {
            self.client = None;
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

#[cfg(test)]
mod tests {
    use queue_wire::problem::Problem;

    use super::*;

    #[tokio::test]
    async fn a_session_that_ended_is_begun_again_and_no_other() {
        let refused = |code: &str| {
            Error::Problem(Box::new(Problem {
                kind: String::new(),
                title: String::new(),
                status: 401,
                code: code.to_owned(),
                detail: String::new(),
                retry_after_s: None,
            }))
        };
        let public = Client::new("http://127.0.0.1:9").expect("an address");
        let mut session = Session::new(public, Login::Token("t".to_owned()));
        for (code, stays) in [("counter-taken", true), ("not-signed-in", false)] {
            assert_eq!(session.client().await.expect("a client").token(), Some("t"));
            session.after(&refused(code));
            assert_eq!(session.client.is_some(), stays, "{code}");
        }
    }
}
