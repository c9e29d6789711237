//! The HTTP side: every route of the contract, its document, and what all answers have in common.
//!
//! A handler parses, makes one call, presents; no rule of an office is in here.

pub mod asked;
mod backup;
mod counters;
mod health;
mod leading;
mod offices;
mod openapi;
pub mod paths;
pub mod problem;
mod reports;
mod session;
mod tickets;
mod users;

use std::time::Instant;

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::http::Uri;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, X_CONTENT_TYPE_OPTIONS,
};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use queue_wire::problem::MEDIA_TYPE;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::site::Site;
use crate::{live, pages, sounds, telemetry};
use problem::Fault;

/// Everything that the server answers, the pages included.
pub fn router(site: Site) -> Router {
    let (api, document) = api().split_for_parts();
    openapi::with_document(api, document)
        .route("/api/{*rest}", axum::routing::any(nothing_here))
        .fallback(pages::serve)
        .layer(from_fn(finish))
        .with_state(site)
}

fn api() -> OpenApiRouter<Site> {
    OpenApiRouter::default()
        .routes(routes!(session::begin, session::current, session::end))
        .routes(routes!(session::change_password))
        .routes(routes!(users::all, users::add))
        .routes(routes!(users::reset))
        .routes(routes!(offices::all))
        .routes(routes!(offices::one))
        .routes(routes!(tickets::take, tickets::list))
        .routes(routes!(tickets::ready_all))
        .routes(routes!(tickets::one))
        .routes(routes!(tickets::anywhere))
        .routes(routes!(tickets::cancel))
        .routes(routes!(tickets::confirm))
        .routes(routes!(tickets::ready))
        .routes(routes!(tickets::reinstate))
        .routes(routes!(tickets::correct))
        .routes(routes!(tickets::release))
        .routes(routes!(tickets::rate))
        .routes(routes!(counters::one))
        .routes(routes!(counters::open))
        .routes(routes!(counters::pause))
        .routes(routes!(counters::close))
        .routes(routes!(counters::call))
        .routes(routes!(counters::recall))
        .routes(routes!(counters::start))
        .routes(routes!(counters::finish))
        .routes(routes!(counters::absent))
        .routes(routes!(counters::park))
        .routes(routes!(counters::put_back))
        .routes(routes!(counters::transfer))
        .routes(routes!(reports::today))
        .routes(routes!(reports::days))
        .routes(routes!(reports::audit))
        .routes(routes!(leading::layout, leading::change_layout))
        .routes(routes!(leading::close_day))
        .routes(routes!(leading::reopen_day))
        .routes(routes!(leading::raise_alarm))
        .routes(routes!(leading::end_alarm))
        .routes(routes!(leading::correct_clock))
        .routes(routes!(backup::backup))
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
        .routes(routes!(health::metrics))
        .routes(routes!(sounds::clip))
        .merge(live::routes())
}

async fn nothing_here(uri: Uri) -> Fault {
    let path: String = uri.path().chars().take(120).collect();
    Fault::new(axum::http::StatusCode::NOT_FOUND, "not-found", format!("there is nothing at {path}"))
}

/// Measures every answer, makes every error a problem, and sets the headers that all answers share.
async fn finish(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = request.method().clone();
    let api = request.uri().path().starts_with("/api/");
    let document = request.uri().path().starts_with(openapi::PAGE);
    let route = request.extensions().get::<MatchedPath>().map_or("page", MatchedPath::as_str).to_owned();
    let mut response = next.run(request).await;
    let status = response.status();
    let told = response.headers().get(CONTENT_TYPE).is_some_and(|kind| {
        [MEDIA_TYPE.as_bytes(), b"text/html; charset=utf-8", b"application/json"].contains(&kind.as_bytes())
    });
    if status.is_client_error() && !told {
        let mut problem = Fault::of_status(status).into_response();
        for (name, value) in response.headers() {
            if *name != CONTENT_TYPE && *name != CONTENT_LENGTH {
                problem.headers_mut().insert(name, value.clone());
            }
        }
        response = problem;
    }
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if api && !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if document {
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(openapi::PAGE_POLICY));
    }
    telemetry::answered(method.as_str(), &route, status.as_u16(), began.elapsed());
    response
}
