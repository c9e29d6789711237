//! The expected waits, played forward when something changed; under load less often, but several times a second.

use std::time::Duration;

use queue_core::forecast::Forecast;
use queue_core::office::Office;
use queue_core::time::At;
use tokio::time::Instant;

/// Under load waits rest for as many times their own cost, so that playing forward takes a twentieth of the time…
const REST: u32 = 19;
/// …but are never older than this: where one play costs more than 13 ms, fresh waits are worth a larger share.
const AGE_MAX: Duration = Duration::from_millis(250);

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
