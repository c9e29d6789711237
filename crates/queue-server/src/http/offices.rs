//! Reading offices: what a kiosk shows before anybody has pressed a button.

use axum::Json;
use axum::extract::{Path, State};
use futures_util::future::try_join_all;
use queue_wire::office::{Office, Offices};
use queue_wire::problem::Problem;

use crate::engine::handle::OfficeHandle;
use crate::http::asked::office;
use crate::http::paths::OfficePath;
use crate::http::problem::Fault;
use crate::site::Site;

/// All offices of this server, with services, classes, counters and waits.
#[utoipa::path(get, path = "/api/v1/offices", tag = "offices", responses((status = 200, body = Offices)))]
pub(super) async fn all(State(site): State<Site>) -> Result<Json<Offices>, Fault> {
    // All at once: a busy office answers late, and the others need not wait behind it.
    let items = try_join_all(site.offices.iter().map(OfficeHandle::office)).await?;
    Ok(Json(Offices { items }))
}

/// One office.
#[utoipa::path(get, path = "/api/v1/offices/{office}", tag = "offices", params(OfficePath), responses(
    (status = 200, body = Office),
    (status = 404, description = "`unknown-office`", body = Problem, content_type = "application/problem+json"),
))]
pub(super) async fn one(
    State(site): State<Site>,
    Path(path): Path<OfficePath>,
) -> Result<Json<Office>, Fault> {
    Ok(Json(office(&site, &path.office)?.office().await?))
}
