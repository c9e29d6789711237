//! The live contract, spoken by hand.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use futures_util::StreamExt;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::OFFICE;

/// How long a message may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// Messages looked through before we give up.
const MESSAGES_MAX: usize = 10_000;

/// A live connection.
pub struct Live {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Live {
    /// Connects to a topic of the office, such as `lobby?since=3`.
    ///
    /// # Errors
    /// When the server does not take the connection up; the status stands in the text.
    pub async fn connect(url: &str, topic: &str, token: Option<&str>) -> Result<Self> {
        let address = format!("{}/api/v1/offices/{OFFICE}/live/{topic}", url.replacen("http", "ws", 1));
        let mut request = address.into_client_request()?;
        if let Some(token) = token {
            request.headers_mut().insert("Authorization", format!("Bearer {token}").parse()?);
        }
        match connect_async(request).await {
            Ok((socket, _)) => Ok(Self { socket }),
            Err(Error::Http(response)) => bail!("refused with {}", response.status()),
            Err(error) => Err(error).context("connecting"),
        }
    }

    /// The next message.
    ///
    /// # Errors
    /// When none comes in time, or the connection ends.
    pub async fn next(&mut self) -> Result<Value> {
        loop {
            let message =
                tokio::time::timeout(PATIENCE, self.socket.next()).await.context("no message came")?;
            match message.context("the connection ended")?? {
                Message::Text(text) => return Ok(serde_json::from_str(text.as_str())?),
                Message::Close(_) => bail!("the server closed the connection"),
                Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
            }
        }
    }

    /// The next message of this type.
    ///
    /// # Errors
    /// When none comes in time.
    pub async fn next_of(&mut self, kind: &str) -> Result<Value> {
        self.until(|message| message["type"] == kind).await
    }

    /// The first message that is as wanted.
    ///
    /// # Errors
    /// When none comes in time.
    pub async fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Result<Value> {
        for _ in 0..MESSAGES_MAX {
            let message = self.next().await?;
            if wanted(&message) {
                return Ok(message);
            }
        }
        bail!("none of {MESSAGES_MAX} messages was the one")
    }
}
