//! Signing in and out, and one's own password.

use std::net::IpAddr;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{HOST, HeaderMap, HeaderValue, SET_COOKIE};
use axum::response::{IntoResponse, Response};
use queue_core::house::HouseCommand;
use queue_core::ids::UserId;
use queue_core::permit::Role;
use queue_core::record::hex;
use queue_core::text::Text;
use queue_core::time::At;
use queue_wire::session as wire;
use serde_json::{Value, json};

use crate::auth::house::HouseOrder;
use crate::auth::password::{self, PASSWORD_BYTES_MAX};
use crate::auth::{Barred, COOKIE_NAME, SignedIn};
use crate::clock::Zone;
use crate::http::asked::{Asked, Seen, draw};
use crate::http::problem::Fault;
use crate::site::Site;

/// Signs in; the token comes as a cookie too.
#[utoipa::path(post, path = "/api/v1/session", tag = "session", request_body = wire::SessionRequest,
    responses((status = 200, body = wire::Session)))]
pub(super) async fn begin(asked: Asked) -> Result<Response, Fault> {
    let site = &asked.site;
    let wire::SessionRequest { user, password } = asked.body()?;
    check_password(site, asked.address, &user, password).await?;
    let house = site.house.current();
    let name = UserId(user.as_str().into());
    let known = house.users.get(&name).ok_or_else(|| Fault::from(Barred::NotSignedIn))?;
    let (sessions, name, now) = (site.sessions.clone(), user.clone(), site.clock.now());
    let begun = stored(move || sessions.begin(&name, now)).await?;
    let (token, found) = begun.map_err(|error| Fault::internal(&error.to_string()))?;
    let cookie = cookie(site, &asked.headers, Some((&token, found.expires_at)))?;
    let session = wire::Session {
        token,
        user,
        roles: known.roles.iter().copied().map(role).collect(),
        expires_at: text(found.expires_at),
        must_change: known.must_change,
    };
    Ok((StatusCode::OK, [(SET_COOKIE, cookie)], Json(session)).into_response())
}

/// Who is signed in; `token` is empty.
#[utoipa::path(get, path = "/api/v1/session", tag = "session", responses((status = 200, body = wire::Session)))]
pub(super) async fn current(seen: Seen) -> Result<Json<wire::Session>, Fault> {
    let session = seen.viewer.session.ok_or(Barred::NotSignedIn)?;
    Ok(Json(wire::Session {
        token: String::new(),
        user: session.user.to_string(),
        roles: session.roles.into_iter().map(role).collect(),
        expires_at: text(session.expires_at),
        must_change: session.must_change,
    }))
}

/// Signs out.
#[utoipa::path(delete, path = "/api/v1/session", tag = "session",
    responses((status = 204, description = "The session has ended.")))]
pub(super) async fn end(State(site): State<Site>, asked: Asked) -> Result<Response, Fault> {
    let session = asked.viewer.session.as_ref().ok_or(Barred::NotSignedIn)?;
    let (sessions, token) = (site.sessions.clone(), session.token.clone());
    stored(move || sessions.end(&token)).await?;
    let cookie = cookie(&site, &asked.headers, None)?;
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, cookie)]).into_response())
}

/// Changes one's own password; all other sessions of the user end.
#[utoipa::path(post, path = "/api/v1/session/password", tag = "session", request_body = wire::PasswordRequest,
    responses((status = 204, description = "The password is changed.")))]
pub(super) async fn change_password(asked: Asked) -> Result<StatusCode, Fault> {
    let site = &asked.site;
    let SignedIn { user, token, .. } = asked.viewer.session.clone().ok_or(Barred::NotSignedIn)?;
    let wire::PasswordRequest { old, new } = asked.body()?;
    let stand_in = json!({ "old": secret(&asked, &old).await?, "new": secret(&asked, &new).await? });
    let key = asked.key_with(&stand_in);
    let repeated = site.house.repeated(&asked.viewer.actor, key.as_ref())?;
    if repeated.is_some() {
        return Ok(StatusCode::NO_CONTENT);
    }
    check_password(site, asked.address, &user.0, old.clone()).await?;
    if new == old {
        return Err(weak("choose another password than the one before"));
    }
    let password_hash = hash(site, &user.0, new).await?;
    let command = HouseCommand::SetPassword { user: user.clone(), password_hash, must_change: false };
    let order = HouseOrder { actor: asked.viewer.actor.clone(), key, command, status: 204 };
    site.house.submit(order).await?;
    end_all_of(site, user.0.to_string(), Some(token)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends every session of `user` but the one behind `kept`.
///
/// # Errors
/// 500 when the task was lost.
pub(super) async fn end_all_of(site: &Site, user: String, kept: Option<String>) -> Result<(), Fault> {
    let sessions = site.sessions.clone();
    stored(move || sessions.end_all_of(&user, kept.as_deref())).await
}

/// The hash of a password that may stand.
///
/// # Errors
/// 422 `weak-password`, 503 `busy`.
pub(super) async fn hash(site: &Site, user: &str, password: String) -> Result<Text, Fault> {
    password::fit(user, &password).map_err(|unfit| weak(&unfit.to_string()))?;
    let hash = site.passwords.hash(password).await?;
    Ok(Text::seal(&hash, draw(&site.chance)?))
}

/// What stands for a password where a repeated request is recognised: slow to compute, like its hash.
///
/// # Errors
/// 503 `busy`.
pub(super) async fn secret(asked: &Asked, password: &str) -> Result<Value, Fault> {
    let Some(key) = asked.key() else { return Ok(Value::Null) };
    let salt = format!("idempotency-key {} {key}", asked.viewer.actor);
    let derived = asked.site.passwords.derive(password.to_owned(), salt).await?;
    Ok(Value::String(hex(&derived)))
}

/// A role as it is written.
pub(super) fn role(role: Role) -> wire::Role {
    match role {
        Role::Clerk => wire::Role::Clerk,
        Role::Supervisor => wire::Role::Supervisor,
        Role::Admin => wire::Role::Admin,
    }
}

/// Checks a password and counts the failures.
async fn check_password(site: &Site, address: IpAddr, user: &str, password: String) -> Result<(), Fault> {
    let allowed = || match site.attempts.wait(address, user) {
        None => Ok(()),
        Some(wait) => {
            let detail = "the password was wrong too often: wait, or ask an administrator";
            Err(Fault::new(StatusCode::TOO_MANY_REQUESTS, "too-many-attempts", detail).retry_after(wait))
        }
    };
    allowed()?;
    let turn = site.passwords.turn().await?;
    // Others may have failed while this one waited for its turn.
    allowed()?;
    let house = site.house.current();
    let known = house.users.get(&UserId(user.into()));
    let hash = known.map(|known| known.password_hash.as_str().to_owned());
    let right = password.len() <= PASSWORD_BYTES_MAX && site.passwords.verify(turn, password, hash).await?;
    if right {
        site.attempts.succeeded(address, user);
        return Ok(());
    }
    site.attempts.failed(address, user);
    let detail = "the name or the password is wrong";
    Err(Fault::new(StatusCode::UNAUTHORIZED, "wrong-credentials", detail))
}

/// Does what writes to the disk on a thread that may wait for it.
async fn stored<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Fault> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Fault::internal(&error.to_string()))
}

fn weak(detail: &str) -> Fault {
    Fault::new(StatusCode::UNPROCESSABLE_ENTITY, "weak-password", detail)
}

/// The cookie that keeps, or ends, a session.
fn cookie(site: &Site, headers: &HeaderMap, session: Option<(&str, At)>) -> Result<HeaderValue, Fault> {
    let (token, seconds) = match session {
        Some((token, expires_at)) => (token, expires_at.since(site.clock.now()).secs()),
        None => ("", 0),
    };
    let host = headers.get(HOST).and_then(|value| value.to_str().ok());
    let over_tls = site.public_url.strip_prefix("https://").is_some_and(|public| Some(public) == host);
    let secure = if over_tls { "; Secure" } else { "" };
    let text = format!("{COOKIE_NAME}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}");
    HeaderValue::try_from(text).map_err(|error| Fault::internal(&error.to_string()))
}

fn text(at: At) -> String {
    Zone::named("UTC").map(|zone| zone.text(at)).unwrap_or_default()
}
