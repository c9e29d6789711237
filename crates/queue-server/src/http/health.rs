//! For those who watch the server: is it alive, does it take commands, its figures.

use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::future::join_all;
use queue_core::time::Millis;
use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::Zone;
use crate::engine::handle::OfficeHandle;
use crate::engine::readiness::Unready;
use crate::site::Site;
use crate::telemetry::{self, Standing};

/// `GET /readyz`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Ready {
    /// Whether every office and the house take commands.
    ready: bool,
    /// The offices, in order.
    offices: Vec<OfficeReady>,
    /// Why the house, which keeps the users, takes no commands: `disk-slow`, `stopped`; null when it does.
    house: Option<&'static str>,
    /// The server's own backups; missing where it takes none. One that failed makes nothing unready.
    #[serde(skip_serializing_if = "Option::is_none")]
    backup: Option<BackupReady>,
}

/// The server's own backups in `GET /readyz`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct BackupReady {
    /// When the newest one was begun, in UTC.
    last_at: Option<String>,
    /// Why the newest try failed.
    failed: Option<String>,
}

/// One office of `GET /readyz`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct OfficeReady {
    /// The office.
    id: String,
    /// Why it takes no commands: `journal-failed`, `disk-slow`, `clock-doubtful`, `disk-full`, `stopped`; null when
    /// it does.
    unready: Option<&'static str>,
    /// How far the computer's clock is behind the office's time, which never goes back by itself.
    clock_behind_s: u64,
}

/// Whether the process is alive.
#[utoipa::path(get, path = "/healthz", tag = "health",
    responses((status = 200, description = "Alive.", body = String, content_type = "text/plain")))]
pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// Whether every office takes commands.
#[utoipa::path(get, path = "/readyz", tag = "health",
    responses((status = 200, body = Ready), (status = 503, description = "Some office takes none.", body = Ready)))]
pub(super) async fn ready(State(site): State<Site>) -> Response {
    let offices: Vec<OfficeReady> = site
        .offices
        .iter()
        .map(|office| OfficeReady {
            id: office.id().to_string(),
            unready: office.unready().map(Unready::code),
            clock_behind_s: office.time().behind().secs(),
        })
        .collect();
    let house = site.house.unready().map(Unready::code);
    let backup = site.backups.get().map(|outcome| BackupReady {
        last_at: outcome.last_at.map(|at| Zone::utc().text(at)),
        failed: outcome.failed,
    });
    let all = offices.iter().all(|office| office.unready.is_none()) && house.is_none();
    let ready = all && !*site.stop.borrow();
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Ready { ready, offices, house, backup })).into_response()
}

/// The figures of the process, as Prometheus reads them.
#[utoipa::path(get, path = "/metrics", tag = "health",
    responses((status = 200, description = "Figures.", body = String, content_type = "text/plain")))]
pub(super) async fn metrics(State(site): State<Site>) -> Response {
    telemetry::process();
    telemetry::standing(&Standing {
        stream: site.house.reader().stream().to_string(),
        ready: site.house.unready().is_none(),
        length: site.house.reader().durable(),
        backlog: None,
        load: None,
        behind: Millis(0),
    });
    for office in join_all(site.offices.iter().map(standing)).await {
        telemetry::standing(&office);
    }
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    ([(CONTENT_TYPE, kind)], telemetry::render()).into_response()
}

async fn standing(office: &OfficeHandle) -> Standing {
    Standing {
        stream: office.id().to_string(),
        ready: office.unready().is_none(),
        length: office.seq(),
        backlog: Some(office.backlog()),
        load: office.load().await.ok(),
        behind: office.time().behind(),
    }
}
