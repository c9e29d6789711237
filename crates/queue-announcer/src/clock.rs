//! The server's clock as this machine sees it: expiries are the server's instants, and a hall PC's clock may be wrong.

use std::time::Instant;

use jiff::Timestamp;

/// A reading of the server's clock that goes on by itself.
#[derive(Debug, Clone, Copy)]
pub struct ServerClock {
    server: Timestamp,
    read_at: Instant,
}

impl ServerClock {
    /// Takes what `hello` said at the moment it came.
    pub fn read(server: Timestamp) -> Self {
        Self { server, read_at: Instant::now() }
    }

    /// Tells the server's time at present.
    pub fn now(&self) -> Timestamp {
        let elapsed_ms = i64::try_from(self.read_at.elapsed().as_millis()).unwrap_or(i64::MAX);
        let elapsed = jiff::SignedDuration::from_millis(elapsed_ms);
        self.server.checked_add(elapsed).unwrap_or(Timestamp::MAX)
    }
}
