//! From a request to a live connection: the WebSocket handshake, then the bare stream, handed to the office's hub.

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::response::Response;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::sync::mpsc;
use tungstenite::handshake::server::create_response_with_body;

use super::connection::{Connection, Opening};
use crate::accept::placed::Placed;

/// A request for a WebSocket that can be had.
pub(super) struct Upgrade {
    /// 101, with the answer to the client's key.
    answer: Response,
    stream: OnUpgrade,
}

/// The request asks for no WebSocket, or its connection cannot become one.
pub(super) struct NoUpgrade;

impl axum::response::IntoResponse for NoUpgrade {
    fn into_response(self) -> Response {
        axum::http::StatusCode::UPGRADE_REQUIRED.into_response()
    }
}

impl<S: Sync> FromRequest<S> for Upgrade {
    type Rejection = NoUpgrade;

    async fn from_request(mut request: Request, _: &S) -> Result<Self, NoUpgrade> {
        let stream = request.extensions_mut().remove::<OnUpgrade>().ok_or(NoUpgrade)?;
        let answer = create_response_with_body(&request, Body::empty).map_err(|_| NoUpgrade)?;
        Ok(Self { answer, stream })
    }
}

impl Upgrade {
    /// Answers, and hands the connection to `hub` once the answer is out.
    pub(super) fn begin(self, hub: mpsc::Sender<Connection>, opening: Opening) -> Response {
        let Self { answer, stream } = self;
        tokio::spawn(async move {
            let upgraded = match stream.await {
                Ok(upgraded) => upgraded,
                Err(error) => return tracing::debug!(%error, "a live connection ended before it began"),
            };
            // Only the bare stream is kept: what HTTP needed around it is several times larger.
            let Ok(parts) = upgraded.downcast::<TokioIo<Placed>>() else {
                return tracing::error!("a live connection came from a stream that is not the accept loop's");
            };
            let connection = Connection::new(parts.io.into_inner(), &parts.read_buf, opening);
            drop(parts.read_buf);
            // A hub that has ended has nothing to tell: the connection is cut.
            drop(hub.send(connection).await);
        });
        answer
    }
}
