//! Serves the pages: which headers go with them, how long they may be kept, and a kind word where there is none.

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{
    ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    HOST, HeaderMap, HeaderName, HeaderValue, IF_NONE_MATCH, REFERRER_POLICY, VARY,
};
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use queue_core::record::hex;
use queue_web::Asset;

use crate::chance::Chance;
use crate::http::problem::Fault;
use crate::site::Site;

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// The page for an address where there is nothing; it needs neither script nor style.
const NOTHING_HERE: &str = include_str!("pages/nothing-here.html");

/// Serves what the pages' build has under this path.
pub async fn serve(State(site): State<Site>, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if !matches!(method, Method::GET | Method::HEAD) {
        let mut response = Fault::of_status(StatusCode::METHOD_NOT_ALLOWED).into_response();
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    let found = queue_web::page(uri.path()).filter(|_| office_exists(&site, uri.path()));
    match found {
        Some(asset) => present(asset, &headers, &site.chance),
        None => nothing_here(&headers),
    }
}

/// The policy of every page: own scripts, styles and sockets only, in nobody's frame.
fn policy(headers: &HeaderMap, nonce: &str) -> HeaderValue {
    // Browsers of old televisions do not count sockets as `'self'`.
    let host = headers.get(HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let plain = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte));
    let sockets =
        if plain && !host.is_empty() { format!(" ws://{host} wss://{host}") } else { String::new() };
    let style = if nonce.is_empty() { String::new() } else { format!(" 'nonce-{nonce}'") };
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'{style}; img-src 'self' data: blob:; \
         font-src 'self'; connect-src 'self'{sockets}; media-src 'self' blob: data:; manifest-src 'self'; \
         worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}

fn present(asset: Asset, headers: &HeaderMap, chance: &Chance) -> Response {
    let html = asset.mime.starts_with("text/html");
    let known = headers.get(IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let fresh =
        known.is_some_and(|known| known.split(',').any(|tag| tag.trim() == asset.etag || tag.trim() == "*"));
    let mut answer = HeaderMap::new();
    let lasting = if asset.immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
    answer.insert(CACHE_CONTROL, HeaderValue::from_static(lasting));
    put(&mut answer, CONTENT_TYPE, &asset.mime);
    answer.insert(VARY, HeaderValue::from_static("accept-encoding"));
    guard(&mut answer);
    if html {
        // Each answer has a nonce of its own, so that a page is never answered from a cache.
        let nonce = nonce(chance);
        answer.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        answer.insert(CONTENT_SECURITY_POLICY, policy(headers, &nonce));
        return (StatusCode::OK, answer, queue_web::with_style_nonce(&asset.bytes, &nonce)).into_response();
    }
    put(&mut answer, ETAG, &asset.etag);
    if fresh {
        return (StatusCode::NOT_MODIFIED, answer).into_response();
    }
    let takes_gzip = headers
        .get_all(ACCEPT_ENCODING)
        .iter()
        .any(|value| value.to_str().is_ok_and(|value| value.split(',').any(accepts_gzip)));
    let bytes = match asset.gzip {
        Some(packed) if takes_gzip => {
            answer.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            packed
        }
        Some(_) | None => asset.bytes,
    };
    let bytes = match bytes {
        std::borrow::Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        std::borrow::Cow::Owned(bytes) => Bytes::from(bytes),
    };
    (StatusCode::OK, answer, Body::from(bytes)).into_response()
}

/// A 404 that people can read.
fn nothing_here(headers: &HeaderMap) -> Response {
    let mut answer = HeaderMap::new();
    answer.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    answer.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer.insert(CONTENT_SECURITY_POLICY, policy(headers, ""));
    guard(&mut answer);
    (StatusCode::NOT_FOUND, answer, NOTHING_HERE).into_response()
}

fn guard(headers: &mut HeaderMap) {
    // The address of a citizen's page is its key: it goes to nobody else.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(PERMISSIONS_POLICY, HeaderValue::from_static("camera=(), microphone=(), geolocation=()"));
    headers.insert(OPENER_POLICY, HeaderValue::from_static("same-origin"));
}

/// Whether the office in the path exists; paths without one pass.
fn office_exists(site: &Site, path: &str) -> bool {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match parts.as_slice() {
        ["t" | "assets", _] => true,
        [office, _page] => site.offices.get(office).is_some(),
        _ => true,
    }
}

fn accepts_gzip(coding: &str) -> bool {
    let mut parts = coding.split(';').map(str::trim);
    let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
    named && !parts.any(|weight| matches!(weight, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
}

fn nonce(chance: &Chance) -> String {
    let mut bytes = [0_u8; 16];
    match chance.fill(&mut bytes) {
        Ok(()) => hex(&bytes),
        Err(_) => String::new(),
    }
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::try_from(value) {
        headers.insert(name, value);
    }
}
