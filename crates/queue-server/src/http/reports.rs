//! Figures and the audit, for those who lead the hall.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use queue_core::ids::CounterId;
use queue_core::permit::Role;
use queue_core::record::Seq;
use queue_core::time::Date;
use queue_wire::audit::Audit;
use queue_wire::stats::Stats;
use serde::Deserialize;

use crate::engine::handle::{AUDIT_PAGE_MAX, AuditQuery};
use crate::http::asked::{Seen, office};
use crate::http::paths::OfficePath;
use crate::http::problem::Fault;
use crate::site::Site;

/// Acts on a page when nothing is said.
const AUDIT_PAGE: usize = 50;

/// Which days.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct StatsParams {
    /// First day, `YYYY-MM-DD`.
    from: String,
    /// Last day, `YYYY-MM-DD`.
    to: String,
}

/// Which acts.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct AuditParams {
    /// Only records before this one: `next` of the page before.
    before: Option<u64>,
    /// Acts on the page, 1 to 200; default 50.
    limit: Option<usize>,
    /// Only this actor, such as `user:lan`.
    actor: Option<String>,
    /// Only this act, such as `ticket_called`.
    act: Option<String>,
    /// Only this ticket number.
    number: Option<String>,
    /// Only this counter.
    counter: Option<u32>,
}

/// The figures of the business day so far (supervisor).
#[utoipa::path(get, path = "/api/v1/offices/{office}/stats/today", tag = "reports", params(OfficePath),
    responses((status = 200, body = Stats)))]
pub(super) async fn today(
    State(site): State<Site>,
    Path(path): Path<OfficePath>,
    seen: Seen,
) -> Result<Json<Stats>, Fault> {
    let office = office(&site, &path.office)?;
    seen.staff(Role::Supervisor)?;
    Ok(Json(office.stats_today().await?))
}

/// The figures of several days, both ends included (supervisor).
#[utoipa::path(get, path = "/api/v1/offices/{office}/stats", tag = "reports", params(OfficePath, StatsParams),
    responses((status = 200, body = Stats)))]
pub(super) async fn days(
    State(site): State<Site>,
    Path(path): Path<OfficePath>,
    seen: Seen,
) -> Result<Json<Stats>, Fault> {
    let office = office(&site, &path.office)?;
    seen.staff(Role::Supervisor)?;
    let StatsParams { from, to } = seen.query()?;
    let date = |key: &str, text: String| {
        let bad = |what: String| Fault::new(StatusCode::BAD_REQUEST, "bad-query", format!("{key}: {what}"));
        Date::try_from(text).map_err(bad)
    };
    Ok(Json(office.stats(date("from", from)?, date("to", to)?).await?))
}

/// Who did what, newest first (supervisor).
#[utoipa::path(get, path = "/api/v1/offices/{office}/audit", tag = "reports", params(OfficePath, AuditParams),
    responses((status = 200, body = Audit)))]
pub(super) async fn audit(
    State(site): State<Site>,
    Path(path): Path<OfficePath>,
    seen: Seen,
) -> Result<Json<Audit>, Fault> {
    let office = office(&site, &path.office)?;
    seen.staff(Role::Supervisor)?;
    let AuditParams { before, limit, actor, act, number, counter } = seen.query()?;
    let limit = limit.unwrap_or(AUDIT_PAGE).clamp(1, AUDIT_PAGE_MAX);
    let (before, counter) = (before.map(Seq), counter.map(CounterId));
    Ok(Json(office.audit(AuditQuery { before, limit, actor, act, number, counter }).await?))
}
