//! The live topics of an office: `/lobby`, `/counters/{c}`, `/tickets/{id}`, `/dashboard` under `…/live`.
//!
//! Whoever may not watch is refused before the upgrade, with a problem like everywhere else. What a connection
//! is told, and in which order, is in `live/feed.rs`; one WebSocket in `live/connection.rs`; all of an office's in
//! `live/hub.rs`.

mod burst;
mod connection;
mod ears;
mod feed;
mod guard;
mod handshake;
pub(crate) mod hub;
mod outgoing;

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use queue_core::permit::Role;
use queue_core::record::Seq;
use queue_wire::live::{Message, PROTOCOL};
use queue_wire::problem::Problem;
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::{self, Viewer};
use crate::engine::handle::OfficeHandle;
use crate::http::asked::office;
use crate::http::paths::{CounterPath, OfficePath, TicketPath};
use crate::http::problem::Fault;
use crate::site::Site;
use connection::Opening;
use feed::{Feed, Lobby, Whole};
use guard::{Guard, Rank};
use handshake::{NoUpgrade, Upgrade};

/// What a screen that was away asks for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Since {
    /// The last record that it saw.
    since: Option<u64>,
}

/// The routes of the live topics.
pub fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::default()
        .routes(routes!(lobby))
        .routes(routes!(counter))
        .routes(routes!(ticket))
        .routes(routes!(dashboard))
}

/// Calls and boards, for everybody: a WebSocket.
#[utoipa::path(get, path = "/api/v1/offices/{office}/live/lobby", tag = "live", params(OfficePath, Since), responses(
    (status = 101, description = "Then `hello`, missed calls, `board`; each message is one JSON text.", body = Message),
    (status = 426, description = "`websocket-required`", body = Problem, content_type = "application/problem+json"),
))]
async fn lobby(
    State(site): State<Site>,
    Path(path): Path<OfficePath>,
    query: Result<Query<Since>, axum::extract::rejection::QueryRejection>,
    upgrade: Result<Upgrade, NoUpgrade>,
) -> Result<Response, Fault> {
    let office = office(&site, &path.office)?;
    let Query(Since { since }) =
        query.map_err(|error| Fault::new(StatusCode::BAD_REQUEST, "bad-query", error.body_text()))?;
    let feed = Feed::Lobby(Lobby::new(office.published(), since.map(Seq), office.time().clone()));
    open(&site, office, upgrade, feed, Guard::open("lobby", Rank::Screen))
}

/// A counter's whole state, for clerks: a WebSocket.
#[utoipa::path(get, path = "/api/v1/offices/{office}/live/counters/{counter}", tag = "live", params(CounterPath), responses(
    (status = 101, description = "Then `hello` and `counter`; each message is one JSON text.", body = Message),
    (status = 426, description = "`websocket-required`", body = Problem, content_type = "application/problem+json"),
))]
async fn counter(
    State(site): State<Site>,
    Path(path): Path<CounterPath>,
    headers: HeaderMap,
    upgrade: Result<Upgrade, NoUpgrade>,
) -> Result<Response, Fault> {
    let office = office(&site, &path.office)?;
    let viewer = auth::live_viewer(&site, &headers)?;
    viewer.staff(Role::Clerk)?;
    let feed = Feed::Whole(Whole::new(office.watch_counter(path.id()?).await?));
    open(&site, office, upgrade, feed, guard("counter", &site, &viewer))
}

/// A ticket's whole state, for whoever holds its id: a WebSocket.
#[utoipa::path(get, path = "/api/v1/offices/{office}/live/tickets/{ticket}", tag = "live", params(TicketPath), responses(
    (status = 101, description = "Then `hello` and `ticket`; each message is one JSON text.", body = Message),
    (status = 426, description = "`websocket-required`", body = Problem, content_type = "application/problem+json"),
))]
async fn ticket(
    State(site): State<Site>,
    Path(path): Path<TicketPath>,
    upgrade: Result<Upgrade, NoUpgrade>,
) -> Result<Response, Fault> {
    let office = office(&site, &path.office)?;
    let feed = Feed::Whole(Whole::new(office.watch_ticket(path.id()).await?));
    open(&site, office, upgrade, feed, Guard::open("ticket", Rank::Phone))
}

/// The figures of the day, for supervisors: a WebSocket.
#[utoipa::path(get, path = "/api/v1/offices/{office}/live/dashboard", tag = "live", params(OfficePath), responses(
    (status = 101, description = "Then `hello` and `stats`; each message is one JSON text.", body = Message),
    (status = 426, description = "`websocket-required`", body = Problem, content_type = "application/problem+json"),
))]
async fn dashboard(
    State(site): State<Site>,
    Path(path): Path<OfficePath>,
    headers: HeaderMap,
    upgrade: Result<Upgrade, NoUpgrade>,
) -> Result<Response, Fault> {
    let office = office(&site, &path.office)?;
    let viewer = auth::live_viewer(&site, &headers)?;
    viewer.staff(Role::Supervisor)?;
    let feed = Feed::Whole(Whole::new(office.watch_stats().await?));
    open(&site, office, upgrade, feed, guard("dashboard", &site, &viewer))
}

fn open(
    site: &Site,
    office: &OfficeHandle,
    upgrade: Result<Upgrade, NoUpgrade>,
    feed: Feed,
    guard: Guard,
) -> Result<Response, Fault> {
    let upgrade = upgrade.map_err(|NoUpgrade| Fault::of_status(StatusCode::UPGRADE_REQUIRED))?;
    let hello = hello(site, office);
    Ok(upgrade.begin(site.hubs().of(site, office), Opening { hello, feed, guard }))
}

fn hello(site: &Site, office: &OfficeHandle) -> Arc<str> {
    let hello = Message::Hello {
        protocol: PROTOCOL,
        office: office.id().to_string(),
        server_time: office.zone().text(office.time().now()),
        build: site.build.to_string(),
    };
    serde_json::to_string(&hello).expect("a hello is plain data").into()
}

/// Staff are let go when their session has ended.
fn guard(topic: &'static str, site: &Site, viewer: &Viewer) -> Guard {
    let token = viewer.session.as_ref().map(|session| session.token.clone());
    let (sessions, clock) = (site.sessions.clone(), site.clock.clone());
    Guard::staff(topic, move || token.as_ref().is_some_and(|token| sessions.is_alive(token, clock.now())))
}
