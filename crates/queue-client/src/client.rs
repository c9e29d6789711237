//! HTTP: one exchange with keys and retries. What can be asked for is beside this file, by topic.

mod counters;
mod offices;
mod session;
mod tickets;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use queue_wire::problem::Problem;
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;

use crate::error::Error;
use crate::key::Key;
use crate::retry::{self, Patience, Step};

pub use counters::Act;
pub use offices::Download;
pub use session::NewPassword;
pub use tickets::List;

/// An answer is at most this long: a statistics page of years, or a full layout.
const ANSWER_BYTES_MAX: usize = 8 * 1024 * 1024;
/// A server on the office's network is reached in milliseconds; a lost first segment is sent again after a second.
const CONNECT_MAX: Duration = Duration::from_secs(3);
/// The part of the path before every call.
const API: [&str; 2] = ["api", "v1"];

/// A server as somebody sees it. Cheap to clone: clones share connections.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: Url,
    token: Option<Arc<str>>,
    patience: Patience,
}

impl Client {
    /// Prepares a client for `base_url`, such as `http://192.168.1.10:8080`; nothing is asked yet.
    ///
    /// # Errors
    /// [`Error::BadAddress`] unless it is a plain `http://` address.
    pub fn new(base_url: &str) -> Result<Self, Error> {
        let bad = |why: String| Error::BadAddress { url: base_url.to_owned(), why };
        let mut base = Url::parse(base_url).map_err(|error| bad(error.to_string()))?;
        if base.scheme() != "http" || base.host_str().is_none() {
            return Err(bad("write http://HOST:PORT".to_owned()));
        }
        base.set_query(None);
        base.set_fragment(None);
        let http = reqwest::Client::builder()
            .no_proxy()
            .tcp_nodelay(true)
            .connect_timeout(CONNECT_MAX)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| bad(chain(&error)))?;
        Ok(Self { http, base, token: None, patience: Patience::Once })
    }

    /// The same server with a session's token; tokens end, see [`Client::sign_in`].
    #[must_use]
    pub fn with_token(mut self, token: &str) -> Self {
        self.token = Some(token.into());
        self
    }

    /// The same server, asked as long as `patience` says; a new client asks once.
    #[must_use]
    pub fn with_patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// The address given to [`Client::new`].
    #[must_use]
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// The token in use.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    pub(crate) fn url(&self, segments: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(API).extend(segments);
        }
        url
    }

    async fn read<T: DeserializeOwned>(&self, segments: &[&str]) -> Result<T, Error> {
        self.exchange(Ask { method: Method::GET, url: self.url(segments), body: None, key: None })
            .await?
            .json()
    }

    async fn write<B: Serialize + Sync, T: DeserializeOwned>(
        &self,
        segments: &[&str],
        body: &B,
        key: &Key,
    ) -> Result<T, Error> {
        self.post(segments, body, Some(key)).await?.json()
    }

    async fn post<B: Serialize + Sync>(
        &self,
        segments: &[&str],
        body: &B,
        key: Option<&Key>,
    ) -> Result<Answer, Error> {
        let url = self.url(segments);
        let body = serde_json::to_vec(body).map_err(|error| nonsense(&url, None, &error))?;
        self.exchange(Ask { method: Method::POST, url, body: Some(body), key: key.cloned() }).await
    }

    /// Asks until the answer is known or patience ends, always with the same key and body.
    async fn exchange(&self, ask: Ask) -> Result<Answer, Error> {
        let since = Instant::now();
        let mut attempts = 0_u32;
        loop {
            let error = match self.attempt(&ask, since).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            attempts = attempts.saturating_add(1);
            let verdict = retry::judge(&error);
            match retry::next_step(self.patience, verdict, attempts, since.elapsed(), retry::random()) {
                Step::GiveUp => return Err(error),
                Step::Wait(pause) => tokio::time::sleep(pause).await,
            }
        }
    }

    async fn attempt(&self, ask: &Ask, since: Instant) -> Result<Answer, Error> {
        let mut request = self
            .http
            .request(ask.method.clone(), ask.url.clone())
            .timeout(retry::attempt_timeout(self.patience, since.elapsed()));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(key) = &ask.key {
            request = request.header("idempotency-key", key.as_str());
        }
        if let Some(body) = &ask.body {
            request = request.header(CONTENT_TYPE, "application/json").body(body.clone());
        }
        let lost =
            |error: reqwest::Error| Error::Unreachable { url: ask.url.to_string(), what: chain(&error) };
        let mut response = request.send().await.map_err(lost)?;
        let status = response.status().as_u16();
        let retry_after_s = header_seconds(&response);
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(lost)? {
            if body.len() + chunk.len() > ANSWER_BYTES_MAX {
                let what = format!("more than {ANSWER_BYTES_MAX} bytes");
                return Err(Error::Protocol {
                    url: ask.url.to_string(),
                    status: None,
                    retry_after_s: None,
                    what,
                });
            }
            body.extend_from_slice(&chunk);
        }
        if (200..300).contains(&status) {
            return Ok(Answer { url: ask.url.clone(), status, body });
        }
        Err(refusal(&ask.url, status, retry_after_s, &body))
    }
}

impl fmt::Debug for Client {
    /// Without the token: it is a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base", &self.base.as_str()).field("patience", &self.patience).finish()
    }
}

struct Ask {
    method: Method,
    url: Url,
    body: Option<Vec<u8>>,
    key: Option<Key>,
}

struct Answer {
    url: Url,
    status: u16,
    body: Vec<u8>,
}

impl Answer {
    fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_slice(&self.body).map_err(|error| nonsense(&self.url, Some(self.status), &error))
    }
}

/// A `4xx` or `5xx`: a problem where the server wrote one, else what a proxy made of it.
fn refusal(url: &Url, status: u16, retry_after_s: Option<u64>, body: &[u8]) -> Error {
    match serde_json::from_slice::<Problem>(body) {
        Ok(mut problem) => {
            problem.status = status;
            problem.retry_after_s = problem.retry_after_s.or(retry_after_s);
            Error::Problem(Box::new(problem))
        }
        Err(_) => Error::Protocol {
            url: url.to_string(),
            status: Some(status),
            retry_after_s,
            what: format!("status {status} without a problem document"),
        },
    }
}

fn header_seconds(response: &reqwest::Response) -> Option<u64> {
    response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()
}

fn nonsense(url: &Url, status: Option<u16>, error: &dyn std::error::Error) -> Error {
    Error::Protocol { url: url.to_string(), status, retry_after_s: None, what: error.to_string() }
}

/// The innermost reason: "connection refused" tells more than "error sending request".
fn chain(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
