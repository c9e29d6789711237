//! What those who lead the hall do to the whole office: layout, day, alarm, clock.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use queue_core::command::Command;
use queue_core::permit::Role;
use queue_core::refusal::Refusal;
use queue_wire::office::Office;
use queue_wire::settings::Layout;
use queue_wire::ticket::ReasonRequest;

use crate::clock::Zone;
use crate::http::asked::{Asked, Seen, office, optional_text, text};
use crate::http::paths::OfficePath;
use crate::http::problem::Fault;
use crate::office_file::wire;
use crate::site::Site;

/// The layout: everything that an office file says (admin).
#[utoipa::path(get, path = "/api/v1/offices/{office}/layout", tag = "office", params(OfficePath),
    responses((status = 200, body = Layout)))]
pub(super) async fn layout(
    State(site): State<Site>,
    Path(path): Path<OfficePath>,
    seen: Seen,
) -> Result<Json<Layout>, Fault> {
    let office = office(&site, &path.office)?;
    seen.staff(Role::Admin)?;
    Ok(Json(office.layout().await?))
}

/// Replaces the layout as a whole (admin); refused where somebody would lose the ground under their feet.
#[utoipa::path(post, path = "/api/v1/offices/{office}/layout", tag = "office", params(OfficePath),
    request_body = Layout, responses((status = 200, body = Office)))]
pub(super) async fn change_layout(Path(path): Path<OfficePath>, asked: Asked) -> Result<Response, Fault> {
    let site = asked.site.clone();
    let office = office(&site, &path.office)?;
    asked.staff(Role::Admin)?;
    let layout = wire::to_core(&asked.body()?).map_err(Refusal::BadLayout)?;
    let plan = Zone::of(&layout).plan(&layout, site.clock.now());
    asked.submit(office, Command::ChangeLayout { layout: Box::new(layout), plan }, 200).await
}

/// Closes the business day and every counter (supervisor); with people still here a reason is needed.
#[utoipa::path(post, path = "/api/v1/offices/{office}/day/close", tag = "office", params(OfficePath),
    request_body = ReasonRequest, responses((status = 200, body = Office)))]
pub(super) async fn close_day(Path(path): Path<OfficePath>, asked: Asked) -> Result<Response, Fault> {
    let site = asked.site.clone();
    let office = office(&site, &path.office)?;
    asked.staff(Role::Supervisor)?;
    let reason = optional_text(&site.chance, "reason", asked.body::<ReasonRequest>()?.reason.as_ref())?;
    asked.submit(office, Command::CloseDay { reason }, 200).await
}

/// Takes the closing of the day back (supervisor); the series go on, the expired stay expired.
#[utoipa::path(post, path = "/api/v1/offices/{office}/day/reopen", tag = "office", params(OfficePath),
    request_body = ReasonRequest, responses((status = 200, body = Office)))]
pub(super) async fn reopen_day(Path(path): Path<OfficePath>, asked: Asked) -> Result<Response, Fault> {
    let site = asked.site.clone();
    let office = office(&site, &path.office)?;
    asked.staff(Role::Supervisor)?;
    let reason = text(&site.chance, "reason", &asked.body::<ReasonRequest>()?.reason.unwrap_or_default())?;
    asked.submit(office, Command::ReopenDay { reason }, 200).await
}

/// Stops all numbers and tells every screen to leave the building (staff).
#[utoipa::path(post, path = "/api/v1/offices/{office}/alarm", tag = "office", params(OfficePath),
    request_body = ReasonRequest, responses((status = 200, body = Office)))]
pub(super) async fn raise_alarm(Path(path): Path<OfficePath>, asked: Asked) -> Result<Response, Fault> {
    let site = asked.site.clone();
    let office = office(&site, &path.office)?;
    asked.staff(Role::Clerk)?;
    let reason = text(&site.chance, "reason", &asked.body::<ReasonRequest>()?.reason.unwrap_or_default())?;
    asked.submit(office, Command::RaiseAlarm { reason }, 200).await
}

/// The alarm is over (supervisor).
#[utoipa::path(post, path = "/api/v1/offices/{office}/alarm/end", tag = "office", params(OfficePath),
    request_body = ReasonRequest, responses((status = 200, body = Office)))]
pub(super) async fn end_alarm(Path(path): Path<OfficePath>, asked: Asked) -> Result<Response, Fault> {
    let site = asked.site.clone();
    let office = office(&site, &path.office)?;
    asked.staff(Role::Supervisor)?;
    let reason = optional_text(&site.chance, "reason", asked.body::<ReasonRequest>()?.reason.as_ref())?;
    asked.submit(office, Command::EndAlarm { reason }, 200).await
}

/// Says that the computer's clock is right (admin), after `clock-doubtful`.
#[utoipa::path(post, path = "/api/v1/offices/{office}/clock", tag = "office", params(OfficePath),
    request_body = ReasonRequest, responses((status = 200, body = Office)))]
pub(super) async fn correct_clock(Path(path): Path<OfficePath>, asked: Asked) -> Result<Response, Fault> {
    let site = asked.site.clone();
    let office = office(&site, &path.office)?;
    asked.staff(Role::Admin)?;
    let reason = text(&site.chance, "reason", &asked.body::<ReasonRequest>()?.reason.unwrap_or_default())?;
    let layout = wire::to_core(&office.layout().await?).map_err(Refusal::BadLayout)?;
    let to = site.clock.now();
    let plan = Zone::of(&layout).plan(&layout, to);
    asked.submit(office, Command::CorrectClock { to, plan, reason }, 200).await
}
