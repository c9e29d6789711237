//! Offices as a whole: what they are, their figures, their record, their day.

use queue_wire::audit::Audit;
use queue_wire::office::{Office, Offices};
use queue_wire::settings::Layout;
use queue_wire::stats::Stats;
use queue_wire::ticket::ReasonRequest;
use reqwest::Method;

use crate::client::{Ask, Client, chain, header_seconds, refusal};
use crate::error::Error;
use crate::key::Key;

impl Client {
    /// All offices of the server, in its order.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn offices(&self) -> Result<Offices, Error> {
        self.read(&["offices"]).await
    }

    /// One office.
    ///
    /// # Errors
    /// `unknown-office`.
    pub async fn office(&self, office: &str) -> Result<Office, Error> {
        self.read(&["offices", office]).await
    }

    /// Today's figures (supervisor).
    ///
    /// # Errors
    /// `not-signed-in`, `not-allowed`.
    pub async fn stats_today(&self, office: &str) -> Result<Stats, Error> {
        self.read(&["offices", office, "stats", "today"]).await
    }

    /// The figures of the days `from` to `to`, both `YYYY-MM-DD` and included (supervisor).
    ///
    /// # Errors
    /// `not-signed-in`, `not-allowed`, `invalid-field`.
    pub async fn stats(&self, office: &str, from: &str, to: &str) -> Result<Stats, Error> {
        let mut url = self.url(&["offices", office, "stats"]);
        url.query_pairs_mut().append_pair("from", from).append_pair("to", to);
        self.exchange(Ask { method: Method::GET, url, body: None, key: None }).await?.json()
    }

    /// A page of the audit log, newest first; give `next` of the page before as `before` (supervisor).
    ///
    /// # Errors
    /// `not-signed-in`, `not-allowed`.
    pub async fn audit(&self, office: &str, before: Option<u64>) -> Result<Audit, Error> {
        let mut url = self.url(&["offices", office, "audit"]);
        if let Some(seq) = before {
            url.query_pairs_mut().append_pair("before", &seq.to_string());
        }
        self.exchange(Ask { method: Method::GET, url, body: None, key: None }).await?.json()
    }

    /// The whole layout (admin).
    ///
    /// # Errors
    /// `not-signed-in`, `not-allowed`.
    pub async fn layout(&self, office: &str) -> Result<Layout, Error> {
        self.read(&["offices", office, "layout"]).await
    }

    /// Replaces the layout (admin).
    ///
    /// # Errors
    /// `bad-layout`, `not-allowed`.
    pub async fn change_layout(&self, office: &str, layout: &Layout, key: &Key) -> Result<(), Error> {
        self.post(&["offices", office, "layout"], layout, Some(key)).await.map(drop)
    }

    /// Stops numbers and tells every screen (staff).
    ///
    /// # Errors
    /// `alarm-unchanged`, `not-allowed`.
    pub async fn raise_alarm(&self, office: &str, reason: &str, key: &Key) -> Result<(), Error> {
        self.post(&["offices", office, "alarm"], &because(reason), Some(key)).await.map(drop)
    }

    /// Ends the alarm (supervisor).
    ///
    /// # Errors
    /// `alarm-unchanged`, `not-allowed`.
    pub async fn end_alarm(&self, office: &str, key: &Key) -> Result<(), Error> {
        self.post(&["offices", office, "alarm", "end"], &ReasonRequest::default(), Some(key)).await.map(drop)
    }

    /// Closes the business day (supervisor).
    ///
    /// # Errors
    /// `day-closed`, `not-allowed`.
    pub async fn close_day(&self, office: &str, reason: &str, key: &Key) -> Result<(), Error> {
        self.post(&["offices", office, "day", "close"], &because(reason), Some(key)).await.map(drop)
    }

    /// Opens the closed business day again (supervisor).
    ///
    /// # Errors
    /// `day-open`, `reason-required`, `not-allowed`.
    pub async fn reopen_day(&self, office: &str, reason: &str, key: &Key) -> Result<(), Error> {
        self.post(&["offices", office, "day", "reopen"], &because(reason), Some(key)).await.map(drop)
    }

    /// Begins to read a backup of the whole journal (admin). It is read once, without retries or a time limit.
    ///
    /// # Errors
    /// `not-signed-in`, `not-allowed`.
    pub async fn backup(&self) -> Result<Download, Error> {
        let url = self.url(&["backup"]);
        let mut request = self.http.get(url.clone());
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let lost = |error: reqwest::Error| Error::Unreachable { url: url.to_string(), what: chain(&error) };
        let response = request.send().await.map_err(lost)?;
        if response.status().is_success() {
            return Ok(Download { response });
        }
        let (status, retry_after_s) = (response.status().as_u16(), header_seconds(&response));
        let body = response.bytes().await.map_err(lost)?;
        Err(refusal(&url, status, retry_after_s, &body))
    }
}

/// A long answer, piece by piece.
#[derive(Debug)]
pub struct Download {
    response: reqwest::Response,
}

impl Download {
    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// [`Error::Unreachable`] when the line breaks: what was read so far is not whole.
    pub async fn chunk(&mut self) -> Result<Option<Vec<u8>>, Error> {
        match self.response.chunk().await {
            Ok(chunk) => Ok(chunk.map(Vec::from)),
            Err(error) => {
                Err(Error::Unreachable { url: self.response.url().to_string(), what: chain(&error) })
            }
        }
    }
}

fn because(reason: &str) -> ReasonRequest {
    ReasonRequest { reason: Some(reason.to_owned()) }
}
