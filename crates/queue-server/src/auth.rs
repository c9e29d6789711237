//! Who somebody is: sessions by cookie or bearer token, users of the house, passwords, limits of trying.
//!
//! What somebody may do is the core's (`queue_core::permit`).

pub mod house;
pub mod limit;
pub mod origin;
pub mod password;
mod saved;
pub mod session;

use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, COOKIE};
use queue_core::ids::UserId;
use queue_core::permit::{Actor, Role};
use queue_core::refusal::Refusal;
use queue_core::time::At;

use crate::site::Site;

/// The one cookie: HttpOnly, SameSite=Strict.
pub const COOKIE_NAME: &str = "queue_session";

/// Who asks, as far as the headers tell.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// For the core.
    pub actor: Actor,
    /// The session, where a living one was given.
    pub session: Option<SignedIn>,
}

/// A living session.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The token itself.
    pub token: String,
    /// How it came.
    pub by: Credential,
    /// Who signed in.
    pub user: UserId,
    /// The roles held, smallest first.
    pub roles: Vec<Role>,
    /// Whether nothing but the change of the password is allowed.
    pub must_change: bool,
    /// When it ends without further use.
    pub expires_at: At,
}

/// How a token came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    /// A browser sends it by itself, so that the origin counts.
    Cookie,
    /// A program gave it.
    Bearer,
}

/// Why a viewer may not look or act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Barred {
    /// 401.
    #[error("sign in first")]
    NotSignedIn,
    /// 403.
    #[error("your role does not allow this")]
    NotAllowed,
    /// 403.
    #[error("change your password first")]
    MustChangePassword,
    /// 403.
    #[error("this page comes from another place: open it at the address of this server")]
    ForeignOrigin,
}

impl Barred {
    /// The stable code and the HTTP status.
    #[must_use]
    pub fn code(self) -> (&'static str, u16) {
        match self {
            Self::NotSignedIn => (Refusal::NotSignedIn.code().0, 401),
            Self::NotAllowed => (Refusal::NotAllowed.code().0, 403),
            Self::MustChangePassword => ("must-change-password", 403),
            Self::ForeignOrigin => ("foreign-origin", 403),
        }
    }
}

impl Viewer {
    /// Lets pass who holds `least` or a bigger role.
    ///
    /// # Errors
    /// [`Barred`].
    pub fn staff(&self, least: Role) -> Result<(), Barred> {
        let session = self.session.as_ref().ok_or(Barred::NotSignedIn)?;
        if session.must_change {
            return Err(Barred::MustChangePassword);
        }
        match session.roles.last() {
            Some(role) if *role >= least => Ok(()),
            _ => Err(Barred::NotAllowed),
        }
    }

    /// Lets pass everybody but those who must change their password first.
    ///
    /// # Errors
    /// [`Barred::MustChangePassword`].
    pub fn anybody(&self) -> Result<(), Barred> {
        match &self.session {
            Some(session) if session.must_change => Err(Barred::MustChangePassword),
            _ => Ok(()),
        }
    }
}

/// Who sent these headers. A token that is unknown or has expired counts as none.
#[must_use]
pub fn viewer(site: &Site, headers: &HeaderMap) -> Viewer {
    let session = token(headers).and_then(|(token, by)| {
        let found = site.sessions.find(&token, site.clock.now())?;
        let house = site.house.current();
        let name = UserId(found.user.as_str().into());
        let user = house.users.get(&name)?;
        Some(SignedIn {
            token,
            by,
            user: name,
            roles: user.roles.iter().copied().collect(),
            must_change: user.must_change,
            expires_at: found.expires_at,
        })
    });
    let actor = match &session {
        None => Actor::Anyone,
        Some(session) => Actor::User {
            name: session.user.clone(),
            role: session.roles.last().copied().unwrap_or(Role::Clerk),
        },
    };
    Viewer { actor, session }
}

/// Who opens a live connection, for which no browser asks the other side's leave first.
///
/// # Errors
/// [`Barred::ForeignOrigin`] when a page from elsewhere uses the cookie.
pub fn live_viewer(site: &Site, headers: &HeaderMap) -> Result<Viewer, Barred> {
    let viewer = viewer(site, headers);
    let by_cookie = viewer.session.as_ref().is_some_and(|session| session.by == Credential::Cookie);
    if by_cookie && !site.origins.allow(headers) {
        return Err(Barred::ForeignOrigin);
    }
    Ok(viewer)
}

/// The token and how it came; a bearer token goes before the cookie.
fn token(headers: &HeaderMap) -> Option<(String, Credential)> {
    let bearer = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    if let Some((scheme, token)) = bearer.and_then(|value| value.split_once(' ')) {
        return scheme.eq_ignore_ascii_case("bearer").then(|| (token.trim().to_owned(), Credential::Bearer));
    }
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE_NAME).map(|(_, token)| (token.to_owned(), Credential::Cookie))
}
