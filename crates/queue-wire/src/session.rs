//! Signing in, and users.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// `POST /session`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
pub struct SessionRequest {
    /// The sign-in name.
    pub user: String,
    /// The password.
    pub password: String,
}

/// A session. The token also works as `Authorization: Bearer`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
pub struct Session {
    /// 256 random bits; empty in `GET /session`.
    pub token: String,
    /// The sign-in name.
    pub user: String,
    /// The roles held.
    pub roles: Vec<Role>,
    /// When the session ends by itself.
    pub expires_at: String,
    /// Whether the password must be changed before anything else.
    pub must_change: bool,
}

/// A role of the staff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename_all = "snake_case")]
pub enum Role {
    /// Calls and serves.
    Clerk,
    /// Leads the hall.
    Supervisor,
    /// Sets up the office.
    Admin,
}

/// `POST /session/password`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
pub struct PasswordRequest {
    /// The password so far.
    pub old: String,
    /// The password to be: at least 8 characters.
    pub new: String,
}

/// `POST /users`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[ts(optional_fields)]
pub struct UserRequest {
    /// The sign-in name: 1 to 40 letters without marks, digits, `.`, `_`, `-`, `@`.
    pub user: String,
    /// At least 8 characters.
    pub password: String,
    /// At least one.
    pub roles: Vec<Role>,
    /// Whether the first sign-in must change the password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub must_change: Option<bool>,
}

/// A user, without secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
pub struct User {
    /// The sign-in name.
    pub user: String,
    /// The roles held.
    pub roles: Vec<Role>,
    /// Whether the password must be changed.
    pub must_change: bool,
}

/// `GET /users`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
pub struct Users {
    /// By name.
    pub items: Vec<User>,
}
