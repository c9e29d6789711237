//! What every POST brings: who asks, from where, the key, the body; and what every handler does with it.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use axum::Json;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use queue_core::command::Command;
use queue_core::permit::Role;
use queue_core::record::hex;
use queue_core::text::{TEXT_CHARS_MAX, Text};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::accept::Peer;
use crate::auth::{self, Barred, Credential, Viewer};
use crate::chance::Chance;
use crate::engine::handle::{GivenKey, OfficeHandle, Released, Submission};
use crate::http::problem::Fault;
use crate::site::Site;

/// The largest body.
pub const BODY_BYTES_MAX: usize = 64 * 1024;
/// A body that takes longer to arrive is stuck.
const BODY_WAIT_MAX: Duration = Duration::from_secs(15);
/// The longest `Idempotency-Key`.
const KEY_CHARS_MAX: usize = 64;
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Where sessions begin and end.
const SESSION_PATH: &str = "/api/v1/session";
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// The record that an answer reflects.
const QUEUE_SEQ: HeaderName = HeaderName::from_static("queue-seq");

/// A request that wants to change something.
pub struct Asked {
    /// Who asks.
    pub viewer: Viewer,
    /// From where.
    pub address: IpAddr,
    /// The headers, for the session.
    pub headers: HeaderMap,
    /// The shared parts of the server.
    pub site: Site,
    what: String,
    key: Option<String>,
    body: Value,
}

/// A request that only looks: who, and with what query.
pub struct Seen {
    /// Who looks.
    pub viewer: Viewer,
    uri: axum::http::Uri,
}

impl FromRequest<Site> for Asked {
    type Rejection = Fault;

    async fn from_request(request: Request, site: &Site) -> Result<Self, Fault> {
        let (parts, body) = request.into_parts();
        let viewer = acting(site, &parts.headers)?;
        // Signing in and out is never repeated from a memory, whatever key comes with it.
        let key = if parts.uri.path() == SESSION_PATH { None } else { key(&parts.headers)? };
        if declared(&parts.headers) > BODY_BYTES_MAX as u64 {
            return Err(Fault::of_status(StatusCode::PAYLOAD_TOO_LARGE));
        }
        let read = axum::body::to_bytes(body, BODY_BYTES_MAX);
        let bytes = match tokio::time::timeout(BODY_WAIT_MAX, read).await {
            Ok(Ok(bytes)) => bytes,
            Ok(Err(_)) => return Err(Fault::of_status(StatusCode::PAYLOAD_TOO_LARGE)),
            Err(_) => {
                let detail = "the body did not arrive in time";
                return Err(Fault::new(StatusCode::REQUEST_TIMEOUT, "body-timeout", detail));
            }
        };
        Ok(Self {
            viewer,
            address: address(&parts, site),
            what: format!("{} {}", parts.method, parts.uri.path()),
            key,
            body: value(&parts.headers, &bytes)?,
            headers: parts.headers,
            site: site.clone(),
        })
    }
}

impl FromRequestParts<Site> for Seen {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Fault> {
        Ok(Self { viewer: auth::viewer(site, &parts.headers), uri: parts.uri.clone() })
    }
}

impl Seen {
    /// Lets pass who holds `least` or a bigger role.
    ///
    /// # Errors
    /// 401 or 403.
    pub fn staff(&self, least: Role) -> Result<(), Fault> {
        Ok(self.viewer.staff(least)?)
    }

    /// The query as a `T`.
    ///
    /// # Errors
    /// 400 `bad-query`.
    pub fn query<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        let query = axum::extract::Query::<T>::try_from_uri(&self.uri);
        query
            .map(|query| query.0)
            .map_err(|error| Fault::new(StatusCode::BAD_REQUEST, "bad-query", error.body_text()))
    }
}

impl Asked {
    /// Lets pass who holds `least` or a bigger role, before the body is looked at.
    ///
    /// # Errors
    /// 401 or 403.
    pub fn staff(&self, least: Role) -> Result<(), Fault> {
        Ok(self.viewer.staff(least)?)
    }

    /// The body as a `T`.
    ///
    /// # Errors
    /// 422 `invalid-field` when a field is missing or of the wrong type.
    pub fn body<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        T::deserialize(&self.body).map_err(|error| Fault::invalid(error.to_string()))
    }

    /// The key with the fingerprint of this request.
    #[must_use]
    pub fn given_key(&self) -> Option<GivenKey> {
        self.key_with(&self.body)
    }

    /// The same for a body with passwords: `stand_in` is what is compared, so that no quick hash of a password
    /// lies in the journal.
    #[must_use]
    pub fn key_with(&self, stand_in: &Value) -> Option<GivenKey> {
        let key = self.key.clone()?;
        let mut text = format!("{}\n", self.what);
        canonical(stand_in, &mut text);
        Some(GivenKey { key, fingerprint: hex(&Sha256::digest(text.as_bytes())) })
    }

    /// The key alone.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// Whether its key was answered before: a repeat takes nothing, so that no limit stands against it.
    ///
    /// # Errors
    /// 503 when the office does not answer.
    pub async fn is_repeat(&self, office: &OfficeHandle) -> Result<bool, Fault> {
        match &self.key {
            Some(key) => Ok(office.knows_key(&self.viewer.actor, key).await?),
            None => Ok(false),
        }
    }

    /// Hands `command` to `office` and presents what came of it.
    ///
    /// # Errors
    /// The refusal or failure as a problem.
    pub async fn submit(
        self,
        office: &OfficeHandle,
        command: Command,
        status: u16,
    ) -> Result<Response, Fault> {
        self.viewer.anybody()?;
        let key = self.given_key();
        let submission = Submission { actor: self.viewer.actor, key, command, status };
        let Released { seq, status, answer } = office.submit(submission).await?;
        let status = StatusCode::from_u16(status).map_err(|error| Fault::internal(&error.to_string()))?;
        let mut response = (status, Json(answer)).into_response();
        response.headers_mut().insert(QUEUE_SEQ, HeaderValue::from(seq.0));
        Ok(response)
    }
}

/// Who acts; a page from elsewhere may not ride on the cookie.
///
/// # Errors
/// 403 `foreign-origin`; 401 for a Bearer token that is not, or no longer, one: whoever sends it means to be staff.
pub fn acting(site: &Site, headers: &HeaderMap) -> Result<Viewer, Fault> {
    let viewer = auth::viewer(site, headers);
    if viewer.session.is_none() && headers.contains_key(AUTHORIZATION) {
        return Err(Barred::NotSignedIn.into());
    }
    let by_cookie = viewer.session.as_ref().is_some_and(|session| session.by == Credential::Cookie);
    if by_cookie && !site.origins.allow(headers) {
        return Err(Barred::ForeignOrigin.into());
    }
    Ok(viewer)
}

/// The office with this id.
///
/// # Errors
/// 404 `unknown-office`.
pub fn office<'a>(site: &'a Site, id: &str) -> Result<&'a OfficeHandle, Fault> {
    site.offices.get(id).ok_or_else(|| Fault::unknown_office(id))
}

/// 128 fresh random bits.
///
/// # Errors
/// 500 when the system has none.
pub fn draw(chance: &Chance) -> Result<u128, Fault> {
    chance.draw().map_err(|error| Fault::internal(&error.to_string()))
}

/// A text of people, sealed with a fresh salt.
///
/// # Errors
/// 422 `invalid-field` when it is too long.
pub fn text(chance: &Chance, field: &str, text: &str) -> Result<Text, Fault> {
    if text.chars().count() > TEXT_CHARS_MAX {
        return Err(Fault::invalid(format!("{field}: write at most {TEXT_CHARS_MAX} characters")));
    }
    Ok(Text::seal(text.trim(), draw(chance)?))
}

/// The same for a text that may be left out; an empty one counts as left out.
///
/// # Errors
/// 422 `invalid-field` when it is too long.
pub fn optional_text(chance: &Chance, field: &str, given: Option<&String>) -> Result<Option<Text>, Fault> {
    given.filter(|given| !given.trim().is_empty()).map(|given| text(chance, field, given)).transpose()
}

/// Where the request comes from; behind a trusted proxy, what the proxy saw.
fn address(parts: &Parts, site: &Site) -> IpAddr {
    let peer = parts.extensions.get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.0.ip());
    if !site.trusted_proxies.contains(&peer.to_canonical()) {
        return peer;
    }
    // Each proxy adds the address that it saw at the end; what stands before may be invented.
    let forwarded = parts.headers.get_all(FORWARDED_FOR).iter().next_back();
    let last = forwarded.and_then(|value| value.to_str().ok()).and_then(|value| value.rsplit(',').next());
    last.and_then(|address| address.trim().parse().ok()).unwrap_or(peer)
}

/// The length that the body is said to have; 0 where nothing is said.
fn declared(headers: &HeaderMap) -> u64 {
    let length = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    length.and_then(|length| length.parse().ok()).unwrap_or(0)
}

fn key(headers: &HeaderMap) -> Result<Option<String>, Fault> {
    let bad = || {
        let detail = format!("give one Idempotency-Key of 1 to {KEY_CHARS_MAX} visible ASCII characters");
        Fault::new(StatusCode::BAD_REQUEST, "bad-idempotency-key", detail)
    };
    let mut given = headers.get_all(IDEMPOTENCY_KEY).iter();
    let Some(first) = given.next() else { return Ok(None) };
    let key = first.to_str().map_err(|_| bad())?;
    let fits = (1..=KEY_CHARS_MAX).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    if fits && given.next().is_none() { Ok(Some(key.to_owned())) } else { Err(bad()) }
}

/// The parsed body; an empty one is `{}`.
fn value(headers: &HeaderMap, bytes: &[u8]) -> Result<Value, Fault> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(Value::Object(Map::new()));
    }
    let media = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default().trim();
    if !media.eq_ignore_ascii_case("application/json") {
        return Err(Fault::of_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
    }
    let bad = |detail: String| Fault::new(StatusCode::BAD_REQUEST, "bad-json", detail);
    match serde_json::from_slice(bytes) {
        Ok(object @ Value::Object(_)) => Ok(object),
        Ok(_) => Err(bad("send a JSON object".to_owned())),
        Err(error) => Err(bad(format!("the body is no JSON: {error}"))),
    }
}

/// Writes `value` with sorted keys, so that the order in which a client writes them does not count.
fn canonical(value: &Value, text: &mut String) {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort_unstable();
            text.push('{');
            for key in keys {
                text.push_str(&Value::String(key.clone()).to_string());
                text.push(':');
                canonical(&map[key], text);
                text.push(',');
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for item in items {
                canonical(item, text);
                text.push(',');
            }
            text.push(']');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            text.push_str(&value.to_string())
        }
    }
}
