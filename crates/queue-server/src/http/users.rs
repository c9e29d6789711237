//! Users of the house, for admins.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use queue_core::house::{HouseCommand, User};
use queue_core::ids::UserId;
use queue_core::permit::Role;
use queue_wire::session as wire;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::auth::house::{HouseDone, HouseOrder};
use crate::http::asked::{Asked, Seen};
use crate::http::problem::Fault;
use crate::http::session::{end_all_of, hash, role, secret};
use crate::site::Site;

/// `POST /users/{name}/password`.
#[derive(Clone, Deserialize, Serialize, ToSchema)]
pub(super) struct ResetRequest {
    /// The password to be: at least 8 characters.
    password: String,
    /// Whether the next sign-in must change it; default true.
    #[serde(default)]
    must_change: Option<bool>,
}

/// Everybody who may sign in, by name (admin).
#[utoipa::path(get, path = "/api/v1/users", tag = "users", responses((status = 200, body = wire::Users)))]
pub(super) async fn all(State(site): State<Site>, seen: Seen) -> Result<Json<wire::Users>, Fault> {
    seen.staff(Role::Admin)?;
    let house = site.house.current();
    let items = house.users.iter().map(|(name, user)| present(name, user)).collect();
    Ok(Json(wire::Users { items }))
}

/// Adds a user (admin).
#[utoipa::path(post, path = "/api/v1/users", tag = "users", request_body = wire::UserRequest,
    responses((status = 201, body = wire::User)))]
pub(super) async fn add(asked: Asked) -> Result<Response, Fault> {
    asked.staff(Role::Admin)?;
    let request: wire::UserRequest = asked.body()?;
    let roles: BTreeSet<Role> = request.roles.iter().copied().map(from_wire).collect();
    let must_change = request.must_change.unwrap_or(false);
    let stand_in = json!({
        "user": request.user,
        "password": secret(&asked, &request.password).await?,
        "roles": roles,
        "must_change": must_change,
    });
    let key = asked.key_with(&stand_in);
    let site = &asked.site;
    let done = match site.house.repeated(&asked.viewer.actor, key.as_ref())? {
        Some(done) => done,
        None => {
            let user = UserId(request.user.as_str().into());
            let password_hash = hash(site, &request.user, request.password).await?;
            let command = HouseCommand::AddUser { user, roles, password_hash, must_change };
            site.house
                .submit(HouseOrder { actor: asked.viewer.actor.clone(), key, command, status: 201 })
                .await?
        }
    };
    answer(site, &done)
}

/// Sets a user's password and ends the user's sessions (admin).
#[utoipa::path(post, path = "/api/v1/users/{name}/password", tag = "users", request_body = ResetRequest,
    params(("name" = String, Path, description = "The sign-in name.")),
    responses((status = 200, body = wire::User)))]
pub(super) async fn reset(Path(name): Path<String>, asked: Asked) -> Result<Response, Fault> {
    asked.staff(Role::Admin)?;
    let request: ResetRequest = asked.body()?;
    let must_change = request.must_change.unwrap_or(true);
    let stand_in =
        json!({ "password": secret(&asked, &request.password).await?, "must_change": must_change });
    let key = asked.key_with(&stand_in);
    let site = &asked.site;
    let done = match site.house.repeated(&asked.viewer.actor, key.as_ref())? {
        Some(done) => done,
        None => {
            let user = UserId(name.as_str().into());
            let password_hash = hash(site, &name, request.password).await?;
            let command = HouseCommand::SetPassword { user, password_hash, must_change };
            let order = HouseOrder { actor: asked.viewer.actor.clone(), key, command, status: 200 };
            let done = site.house.submit(order).await?;
            end_all_of(site, name, None).await?;
            done
        }
    };
    answer(site, &done)
}

fn answer(site: &Site, done: &HouseDone) -> Result<Response, Fault> {
    let house = site.house.current();
    let user =
        house.users.get(&done.user).ok_or_else(|| Fault::internal("a user of the journal is missing"))?;
    let status = StatusCode::from_u16(done.status).map_err(|error| Fault::internal(&error.to_string()))?;
    Ok((status, Json(present(&done.user, user))).into_response())
}

fn present(name: &UserId, user: &User) -> wire::User {
    let roles = user.roles.iter().copied().map(role).collect();
    wire::User { user: name.to_string(), roles, must_change: user.must_change }
}

fn from_wire(role: wire::Role) -> Role {
    match role {
        wire::Role::Clerk => Role::Clerk,
        wire::Role::Supervisor => Role::Supervisor,
        wire::Role::Admin => Role::Admin,
    }
}
