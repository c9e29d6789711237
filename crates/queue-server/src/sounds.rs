//! Serves the clips of the announcements to the lobby page; which of them are played is told with each call.

use axum::body::{Body, Bytes};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, IF_NONE_MATCH};
use axum::response::{IntoResponse, Response};
use queue_core::record::hex;
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::http::problem::Fault;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../sounds/vi"]
struct Vietnamese;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../sounds/en"]
struct English;

/// A clip of the voice, such as `vi/chime`; a trailing `.flac` may be written.
#[utoipa::path(get, path = "/api/v1/sounds/{lang}/{clip}", tag = "sounds",
    params(("lang" = String, Path, description = "`vi` or `en`."),
        ("clip" = String, Path, description = "As in the `clips` of a call.")),
    responses((status = 200, description = "The clip, FLAC.", body = Vec<u8>, content_type = "audio/flac"),
        (status = 304, description = "The clip of the given `If-None-Match` is still the one.")))]
pub async fn clip(Path((lang, clip)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let Some(file) = find(&lang, clip.strip_suffix(".flac").unwrap_or(&clip)) else {
        let clip: String = clip.chars().take(60).collect();
        return Fault::new(StatusCode::NOT_FOUND, "not-found", format!("there is no clip `{clip}`"))
            .into_response();
    };
    let etag = format!("\"{}\"", hex(&file.metadata.sha256_hash()[..12]));
    let known = headers.get(IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let fresh = known.is_some_and(|known| known.split(',').any(|tag| tag.trim() == etag));
    let mut answer = HeaderMap::new();
    answer.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
    answer.insert(CONTENT_TYPE, HeaderValue::from_static("audio/flac"));
    if let Ok(etag) = HeaderValue::try_from(etag) {
        answer.insert(ETAG, etag);
    }
    if fresh {
        return (StatusCode::NOT_MODIFIED, answer).into_response();
    }
    (StatusCode::OK, answer, Body::from(Bytes::from(file.data.into_owned()))).into_response()
}

fn find(lang: &str, clip: &str) -> Option<EmbeddedFile> {
    let plain = clip.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let name = format!("{clip}.flac");
    match lang {
        _ if !plain => None,
        "vi" => Vietnamese::get(&name),
        "en" => English::get(&name),
        _ => None,
    }
}
