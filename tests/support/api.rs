//! The HTTP contract, spoken by hand.

use anyhow::{Context, Result, ensure};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{OFFICE, PASSWORD};

/// Somebody who speaks to a server, with or without a session.
#[derive(Clone)]
pub struct Api {
    http: reqwest::Client,
    url: String,
    token: Option<String>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The body; null where there is none.
    pub body: Value,
    /// The media type.
    pub media_type: String,
}

impl Reply {
    /// The problem's code, or an empty text.
    #[must_use]
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or("")
    }

    /// The ticket's number in a Ticket or Counter, or an empty text.
    #[must_use]
    pub fn number(&self) -> &str {
        self.body["number"].as_str().or(self.body["ticket"]["number"].as_str()).unwrap_or("")
    }
}

impl Api {
    /// A citizen.
    #[must_use]
    pub fn new(url: &str) -> Self {
        Self { http: reqwest::Client::new(), url: url.to_owned(), token: None }
    }

    /// Signs in.
    ///
    /// # Errors
    /// When the server does not let in.
    pub async fn sign_in(&self, user: &str, password: &str) -> Result<Self> {
        let reply = self.post("/session", None, json!({"user": user, "password": password})).await?;
        ensure!(reply.status == 200, "signing in as {user}: {reply:?}");
        let token = reply.body["token"].as_str().context("a session has a token")?.to_owned();
        Ok(Self { token: Some(token), ..self.clone() })
    }

    /// Signs in as the first user.
    ///
    /// # Errors
    /// When the server does not let in.
    pub async fn admin(&self) -> Result<Self> {
        self.sign_in("admin", PASSWORD).await
    }

    /// Adds a clerk and signs in as that clerk.
    ///
    /// # Errors
    /// When the server does not add or let in.
    pub async fn clerk(&self, admin: &Self, user: &str) -> Result<Self> {
        let body = json!({"user": user, "password": "matkhau-2026", "roles": ["clerk"]});
        let reply = admin.post("/users", None, body).await?;
        ensure!(reply.status == 201 || reply.code() == "user-exists", "adding {user}: {reply:?}");
        self.sign_in(user, "matkhau-2026").await
    }

    /// The session's token.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// A GET under `/api/v1`.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn get(&self, path: &str) -> Result<Reply> {
        self.send(Method::GET, path, None, None).await
    }

    /// A POST under `/api/v1`, with a key or without.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn post(&self, path: &str, key: Option<&str>, body: Value) -> Result<Reply> {
        self.send(Method::POST, path, key, Some(body)).await
    }

    /// Takes a number.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn issue(&self, service: &str, key: Option<&str>) -> Result<Reply> {
        self.post(&format!("/offices/{OFFICE}/tickets"), key, json!({"service": service})).await
    }

    /// An act at a counter.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn at(&self, counter: u32, act: &str, key: Option<&str>, body: Value) -> Result<Reply> {
        self.post(&format!("/offices/{OFFICE}/counters/{counter}/{act}"), key, body).await
    }

    /// An act on a ticket.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn on(&self, ticket: &str, act: &str, body: Value) -> Result<Reply> {
        self.post(&format!("/offices/{OFFICE}/tickets/{ticket}/{act}"), None, body).await
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        key: Option<&str>,
        body: Option<Value>,
    ) -> Result<Reply> {
        let mut request = self.http.request(method, format!("{}/api/v1{path}", self.url));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.with_context(|| format!("asking {path}"))?;
        let status: StatusCode = response.status();
        let media_type =
            response.headers().get("content-type").and_then(|v| v.to_str().ok()).unwrap_or("").to_owned();
        let text = response.text().await.with_context(|| format!("reading the answer of {path}"))?;
        let kind = media_type.split(';').next().unwrap_or("");
        let is_json = ["application/json", "application/problem+json"].contains(&kind);
        let body = if is_json { serde_json::from_str(&text)? } else { Value::String(text) };
        Ok(Reply { status: status.as_u16(), body, media_type })
    }
}
