//! Limits per address: how often a password may be wrong, how many numbers may be taken.

use std::collections::{HashMap, VecDeque};
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// Wrong passwords for one user from one address.
const FAILURES_OF_USER_MAX: usize = 10;
/// Wrong passwords from one address for whatever user.
const FAILURES_OF_ADDRESS_MAX: usize = 100;
/// How long a failure counts.
const FAILURE_WINDOW: Duration = Duration::from_secs(15 * 60);
/// Keys remembered at most; beyond it the ones without fresh failures go, then everything.
const KEYS_MAX: usize = 10_000;

/// Counts wrong passwords; right ones cost nothing.
#[derive(Default)]
pub struct Attempts {
    failures: Mutex<HashMap<Key, VecDeque<Instant>>>,
}

/// An address with a user, or with whatever user.
type Key = (IpAddr, Option<String>);

impl Attempts {
    /// How long to wait before the next attempt, if any.
    #[must_use]
    pub fn wait(&self, address: IpAddr, user: &str) -> Option<Duration> {
        let now = Instant::now();
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let mut longest = None;
        for (key, max) in keys(address, user) {
            let Some(times) = failures.get_mut(&key) else { continue };
            while times.front().is_some_and(|at| now.duration_since(*at) >= FAILURE_WINDOW) {
                times.pop_front();
            }
            if times.len() >= max {
                let left = times.front().map(|at| FAILURE_WINDOW.saturating_sub(now.duration_since(*at)));
                longest = longest.max(left);
            }
        }
        longest
    }

    /// Remembers a wrong password.
    pub fn failed(&self, address: IpAddr, user: &str) {
        let now = Instant::now();
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= KEYS_MAX {
            failures
                .retain(|_, times| times.back().is_some_and(|at| now.duration_since(*at) < FAILURE_WINDOW));
        }
        if failures.len() >= KEYS_MAX {
            failures.clear();
        }
        for (key, max) in keys(address, user) {
            let times = failures.entry(key).or_default();
            times.push_back(now);
            if times.len() > max {
                times.pop_front();
            }
        }
    }

    /// Forgets the failures of a user who knew the password in the end.
    pub fn succeeded(&self, address: IpAddr, user: &str) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.remove(&(network(address), Some(user.to_owned())));
    }
}

fn keys(address: IpAddr, user: &str) -> [(Key, usize); 2] {
    let network = network(address);
    [
        ((network, Some(user.chars().take(64).collect())), FAILURES_OF_USER_MAX),
        ((network, None), FAILURES_OF_ADDRESS_MAX),
    ]
}

/// Limits the numbers that an address takes without a session.
pub struct TicketLimit {
    limiter: DefaultKeyedRateLimiter<IpAddr>,
    clock: DefaultClock,
}

impl TicketLimit {
    /// So many a minute, and so many at once.
    #[must_use]
    pub fn new(per_minute: NonZeroU32, burst: NonZeroU32) -> Self {
        let quota = Quota::per_minute(per_minute).allow_burst(burst);
        Self { limiter: RateLimiter::keyed(quota), clock: DefaultClock::default() }
    }

    /// Takes one; otherwise says how long to wait.
    ///
    /// # Errors
    /// The time after which the next one is free.
    pub fn take(&self, address: IpAddr) -> Result<(), Duration> {
        if self.limiter.len() > KEYS_MAX {
            self.limiter.retain_recent();
        }
        self.limiter.check_key(&network(address)).map_err(|until| until.wait_time_from(self.clock.now()))
    }
}

/// A whole /64 belongs to one subscriber, so it counts as one address; mapped addresses count as IPv4.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    #[test]
    fn the_eleventh_attempt_waits_and_only_for_that_user() {
        let attempts = Attempts::default();
        for _ in 0..10 {
            assert_eq!(attempts.wait(HERE, "lan"), None);
            attempts.failed(HERE, "lan");
        }
        assert!(attempts.wait(HERE, "lan").is_some());
        assert_eq!(attempts.wait(HERE, "mai"), None);
        attempts.succeeded(HERE, "lan");
        assert_eq!(attempts.wait(HERE, "lan"), None);
    }

    #[test]
    fn an_address_that_tries_many_users_waits() {
        let attempts = Attempts::default();
        for user in 0..100 {
            attempts.failed(HERE, &format!("user-{user}"));
        }
        assert!(attempts.wait(HERE, "lan").is_some());
        assert_eq!(attempts.wait("10.0.0.9".parse().unwrap(), "lan"), None);
    }

    #[test]
    fn the_burst_is_taken_and_the_next_waits() {
        let thirty = NonZeroU32::new(30).unwrap();
        let limit = TicketLimit::new(thirty, thirty);
        for _ in 0..30 {
            assert!(limit.take(HERE).is_ok());
        }
        assert!(limit.take(HERE).is_err());
        assert!(limit.take("10.0.0.9".parse().unwrap()).is_ok());
    }
}
