//! The whole journal, or what is new in it, as a file to keep.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use queue_core::ids::Slug;
use queue_core::permit::Role;
use queue_core::record::Seq;
use queue_journal::backup::Backup;
use serde::Deserialize;
use tokio::sync::mpsc;

use crate::http::asked::Seen;
use crate::http::problem::Fault;
use crate::site::Site;

/// When to come back while other backups are under way.
const BUSY: Duration = Duration::from_secs(30);
/// Pieces of a backup that wait for a slow reader.
const PIECES: usize = 4;

/// `GET /api/v1/backup`.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct BackupParams {
    /// Only what follows an earlier backup: the last record of each of its streams, such as `house:12,kim-lien:4711`.
    /// It is restored together with that one.
    since: Option<String>,
}

/// The whole journal as a checksummed stream of lines (admin); `queue-server restore` reads it back.
#[utoipa::path(get, path = "/api/v1/backup", tag = "health", params(BackupParams), responses(
    (status = 200, description = "The backup.", body = String, content_type = "application/jsonl")))]
pub(super) async fn backup(State(site): State<Site>, seen: Seen) -> Result<Response, Fault> {
    seen.staff(Role::Admin)?;
    let BackupParams { since } = seen.query()?;
    let Some(under_way) = site.send_backup() else {
        let busy =
            Fault::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "other backups are under way: wait for them");
        return Err(busy.retry_after(BUSY));
    };
    let (readers, at) = (site.readers(), site.clock.now());
    let backup = match since {
        None => Backup::new(&readers, at),
        Some(since) => {
            let bad =
                |what: String| Fault::new(StatusCode::BAD_REQUEST, "bad-query", format!("since: {what}"));
            let reached = reached(&since).map_err(bad)?;
            for reader in &readers {
                let (stream, end) = (reader.stream(), reader.durable());
                if reached.get(stream).is_some_and(|seq| *seq > end) {
                    return Err(bad(format!("`{stream}` is not that far: it ends with record {}", end.0)));
                }
            }
            let begun = tokio::task::spawn_blocking(move || Backup::since(&readers, &reached, at)).await;
            let internal = |error: &dyn Display| Fault::internal(&format!("begin a backup: {error}"));
            begun.map_err(|error| internal(&error))?.map_err(|error| internal(&error))?
        }
    };
    let (pieces, body) = mpsc::channel::<Result<Bytes, std::io::Error>>(PIECES);
    tokio::task::spawn_blocking(move || {
        let _under_way = under_way;
        for piece in backup {
            let piece = piece.map(Bytes::from).map_err(|error| {
                tracing::error!(%error, "a backup broke off");
                std::io::Error::other(error.to_string())
            });
            let broken = piece.is_err();
            if pieces.blocking_send(piece).is_err() || broken {
                return;
            }
        }
    });
    let stream = futures_util::stream::unfold(body, |mut body| async { Some((body.recv().await?, body)) });
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/jsonl"));
    let name = HeaderValue::from_static("attachment; filename=\"queue-backup.jsonl\"");
    headers.insert(CONTENT_DISPOSITION, name);
    Ok((headers, Body::from_stream(stream.boxed())).into_response())
}

/// The places in `since`.
fn reached(since: &str) -> Result<BTreeMap<Slug, Seq>, String> {
    let one = |text: &str| {
        let bad = || format!("`{text}` is no place: write a stream and its last record, such as house:12");
        let (stream, seq) = text.split_once(':').ok_or_else(bad)?;
        Ok((Slug::new(stream).map_err(|_| bad())?, Seq(seq.parse().map_err(|_| bad())?)))
    };
    since.split(',').map(one).collect()
}
