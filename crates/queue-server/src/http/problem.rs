//! Errors as `application/problem+json`: refusals of the rules, failures of the shell, faults of a request.

use std::time::Duration;

use axum::Json;
use axum::http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use queue_core::house::HouseRefusal;
use queue_core::refusal::{Kind, Refusal};
use queue_wire::problem::{MEDIA_TYPE, Problem};

use crate::auth::Barred;
use crate::auth::house::HouseRejection;
use crate::auth::password::PasswordError;
use crate::engine::handle::Rejection;

/// After `busy` a client may come back in so many seconds.
const BUSY_S: u64 = 1;

/// An answer that is an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    status: StatusCode,
    code: &'static str,
    detail: String,
    retry_after_s: Option<u64>,
}

impl Fault {
    /// A fault with a stable code; `detail` says what was wrong this time and what to do.
    #[must_use]
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), retry_after_s: None }
    }

    /// The same, and when to try again.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        let up = u64::from(wait.subsec_nanos() > 0);
        self.retry_after_s = Some((wait.as_secs() + up).max(1));
        self
    }

    /// 404 `unknown-office`.
    #[must_use]
    pub fn unknown_office(id: &str) -> Self {
        let id: String = id.chars().take(60).collect();
        Self::new(
            StatusCode::NOT_FOUND,
            "unknown-office",
            format!("there is no office `{id}` on this server"),
        )
    }

    /// 422 `invalid-field`.
    #[must_use]
    pub fn invalid(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field", detail)
    }

    /// 500 `internal`: logged here, told without inner details.
    #[must_use]
    pub fn internal(what: &str) -> Self {
        tracing::error!(what, "a request failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "the server failed; its log says why")
    }

    /// The fault that stands for a bare status, such as the router's 405.
    #[must_use]
    pub fn of_status(status: StatusCode) -> Self {
        let (code, detail) = match status {
            StatusCode::NOT_FOUND => ("not-found", "there is nothing at this address"),
            StatusCode::METHOD_NOT_ALLOWED => {
                ("method-not-allowed", "this address does not take this method")
            }
            StatusCode::PAYLOAD_TOO_LARGE => ("body-too-large", "send at most 64 KiB"),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => ("unsupported-media-type", "send application/json"),
            StatusCode::UPGRADE_REQUIRED => ("websocket-required", "connect with a WebSocket"),
            other if other.is_client_error() => ("bad-request", "the request cannot be understood"),
            _ => ("internal", "the server failed; its log says why"),
        };
        Self::new(status, code, detail)
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let mut title = self.code.replace('-', " ");
        if let Some(first) = title.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        let problem = Problem {
            kind: format!("urn:queue:problem:{}", self.code),
            title,
            status: self.status.as_u16(),
            code: self.code.to_owned(),
            detail: self.detail,
            retry_after_s: self.retry_after_s,
        };
        let mut response = (self.status, Json(problem)).into_response();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if let Some(seconds) = self.retry_after_s {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        let (code, kind) = refusal.code();
        let status = match kind {
            Kind::NotSignedIn => StatusCode::UNAUTHORIZED,
            Kind::NotAllowed => StatusCode::FORBIDDEN,
            Kind::Unknown => StatusCode::NOT_FOUND,
            Kind::Conflict => StatusCode::CONFLICT,
            Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        };
        let fault = Self::new(status, code, refusal.to_string());
        if let Refusal::TooEarly { seconds_left } = refusal {
            return fault.retry_after(Duration::from_secs(seconds_left));
        }
        fault
    }
}

impl From<Rejection> for Fault {
    fn from(rejection: Rejection) -> Self {
        let detail = rejection.to_string();
        let unavailable = |code| Self::new(StatusCode::SERVICE_UNAVAILABLE, code, detail.clone());
        match rejection {
            Rejection::Refused(refusal) => refusal.into(),
            Rejection::Busy => unavailable("busy").retry_after(Duration::from_secs(BUSY_S)),
            Rejection::DiskFull => unavailable("disk-full"),
            Rejection::DiskSlow => unavailable("disk-slow").retry_after(Duration::from_secs(BUSY_S)),
            Rejection::OutcomeUnknown => {
                unavailable("outcome-unknown").retry_after(Duration::from_secs(BUSY_S))
            }
            Rejection::Unreadable(_) => Self::internal(&detail),
        }
    }
}

impl From<HouseRejection> for Fault {
    fn from(rejection: HouseRejection) -> Self {
        let detail = rejection.to_string();
        match rejection {
            HouseRejection::Refused(HouseRefusal::Common(refusal)) => refusal.into(),
            HouseRejection::Refused(HouseRefusal::UserExists(_)) => {
                Self::new(StatusCode::CONFLICT, "user-exists", detail)
            }
            HouseRejection::Refused(HouseRefusal::UnknownUser(_)) => {
                Self::new(StatusCode::NOT_FOUND, "unknown-user", detail)
            }
            HouseRejection::Busy => Rejection::Busy.into(),
            HouseRejection::DiskSlow => Rejection::DiskSlow.into(),
            HouseRejection::DiskFull => Rejection::DiskFull.into(),
            HouseRejection::OutcomeUnknown => Rejection::OutcomeUnknown.into(),
        }
    }
}

impl From<Barred> for Fault {
    fn from(barred: Barred) -> Self {
        let (code, status) = barred.code();
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::FORBIDDEN);
        Self::new(status, code, barred.to_string())
    }
}

impl From<PasswordError> for Fault {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Busy => Rejection::Busy.into(),
            PasswordError::Failed => Self::internal(&error.to_string()),
        }
    }
}
