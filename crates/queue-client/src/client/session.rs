//! Signing in and out, and users.

use queue_wire::session::{PasswordRequest, Session, SessionRequest, User, UserRequest, Users};
use reqwest::Method;
use serde::Serialize;

use crate::client::{Ask, Client};
use crate::error::Error;
use crate::key::Key;

impl Client {
    /// Signs in and keeps the token for later calls of this client.
    ///
    /// # Errors
    /// `wrong-credentials`, `too-many-attempts`, or [`Error`]'s other kinds.
    pub async fn sign_in(&mut self, user: &str, password: &str) -> Result<Session, Error> {
        let request = SessionRequest { user: user.to_owned(), password: password.to_owned() };
        let session: Session = self.post(&["session"], &request, None).await?.json()?;
        self.token = Some(session.token.as_str().into());
        Ok(session)
    }

    /// Who this client is signed in as.
    ///
    /// # Errors
    /// `not-signed-in`.
    pub async fn session(&self) -> Result<Session, Error> {
        self.read(&["session"]).await
    }

    /// Ends the session and forgets the token.
    ///
    /// # Errors
    /// `not-signed-in`.
    pub async fn sign_out(&mut self) -> Result<(), Error> {
        let url = self.url(&["session"]);
        self.exchange(Ask { method: Method::DELETE, url, body: None, key: None }).await?;
        self.token = None;
        Ok(())
    }

    /// Changes the own password.
    ///
    /// # Errors
    /// `wrong-credentials`, `weak-password`.
    pub async fn change_password(&self, old: &str, new: &str, key: &Key) -> Result<(), Error> {
        let request = PasswordRequest { old: old.to_owned(), new: new.to_owned() };
        self.post(&["session", "password"], &request, Some(key)).await.map(drop)
    }

    /// All users, by name (admin).
    ///
    /// # Errors
    /// `not-signed-in`, `not-allowed`.
    pub async fn users(&self) -> Result<Users, Error> {
        self.read(&["users"]).await
    }

    /// Adds a user (admin).
    ///
    /// # Errors
    /// `user-exists`, `weak-password`, `not-allowed`.
    pub async fn add_user(&self, request: &UserRequest, key: &Key) -> Result<User, Error> {
        self.write(&["users"], request, key).await
    }

    /// Sets another user's password and ends the user's sessions (admin).
    ///
    /// # Errors
    /// `unknown-user`, `weak-password`, `not-allowed`.
    pub async fn reset_password(
        &self,
        user: &str,
        request: &NewPassword<'_>,
        key: &Key,
    ) -> Result<User, Error> {
        self.write(&["users", user, "password"], request, key).await
    }
}

/// `POST /users/{name}/password`.
#[derive(Clone, Copy, Serialize)]
pub struct NewPassword<'a> {
    /// At least 8 characters.
    pub password: &'a str,
    /// Whether the next sign-in must change it.
    pub must_change: bool,
}
