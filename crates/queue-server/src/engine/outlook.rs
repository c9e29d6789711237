//! The expected waits, played forward when something changed; under load so seldom that it stays a small share.

use std::time::Duration;

use queue_core::forecast::Forecast;
use queue_core::office::Office;
use queue_core::time::At;
use tokio::time::Instant;

/// Under load waits are at most this old…
const AGE_MAX: Duration = Duration::from_millis(250);
/// …and as many times their own cost: playing forward takes at most a twentieth of the time.
const REST: u32 = 19;

/// The waits and how old they are.
pub(super) struct Outlook {
    forecast: Forecast,
    made: Instant,
    cost: Duration,
    stale: bool,
}

impl Outlook {
    pub(super) fn new(office: &Office, at: At) -> Self {
        let begun = Instant::now();
        let forecast = Forecast::of(office, at);
        let made = Instant::now();
        Self { forecast, made, cost: made - begun, stale: false }
    }

    pub(super) fn forecast(&self) -> &Forecast {
        &self.forecast
    }

    /// The office changed, or time passed.
    pub(super) fn touch(&mut self) {
        self.stale = true;
    }

    /// Plays forward again where that is due; in a quiet office it always is.
    pub(super) fn refresh(&mut self, office: &Office, at: At) {
        if self.stale && self.made.elapsed() >= self.rest() {
            *self = Self::new(office, at);
        }
    }

    /// When a refresh is due that could not be done at once.
    pub(super) fn due(&self) -> Option<Instant> {
        self.stale.then(|| self.made + self.rest())
    }

    fn rest(&self) -> Duration {
        self.cost.saturating_mul(REST).min(AGE_MAX)
    }
}
