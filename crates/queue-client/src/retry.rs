//! When to ask again, and after how long. Pure: time and randomness come in.
//!
//! Asking again is safe because the key stays the same; giving up is a choice of the caller, never a surprise.

use std::time::Duration;

use crate::error::Error;

/// The first pause is at most this: a restarted server is back within a second or two.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
/// No pause is longer, so that a healed line is noticed within the five seconds that screens and kiosks have.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// No pause is shorter, so that a refused connection cannot spin.
const SHORTEST_PAUSE: Duration = Duration::from_millis(10);
/// Doublings after which the longest pause is reached for certain.
const DOUBLINGS_MAX: u32 = 4;
/// A server may ask for a longer wait; more than this is not believed.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(120);
/// An answer that takes longer counts as lost: on a half-open line it never comes, and the key makes asking safe.
const ATTEMPT_LONGEST: Duration = Duration::from_secs(8);
/// The last attempt before giving up still gets this long.
const ATTEMPT_SHORTEST: Duration = Duration::from_millis(250);

/// How long to go on asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// One attempt; the caller has a loop of its own.
    Once,
    /// Until this much time has passed since the first attempt.
    For(Duration),
    /// Until the answer is known.
    Forever,
}

/// What an error means for the next attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The answer is known: asking again would give the same.
    Final,
    /// The answer is not known, or not yet given: ask again, not before this pause.
    Again(Option<Duration>),
}

/// What to do after a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Tell the caller.
    GiveUp,
    /// Ask again with the same key after this pause.
    Wait(Duration),
}

/// Says whether `error` is worth another attempt.
///
/// Lost lines, 408, 429 and every 5xx are; a refusal by the rules is an answer. `too-many-attempts` is final too:
/// trying passwords faster than allowed is never what a program wants.
#[must_use]
pub fn judge(error: &Error) -> Verdict {
    let pause = error.retry_after_s().map(|seconds| Duration::from_secs(seconds).min(LONGEST_RETRY_AFTER));
    match error {
        Error::Unreachable { .. } => Verdict::Again(None),
        Error::BadAddress { .. } | Error::Key(_) => Verdict::Final,
        Error::Problem(problem) if problem.code == "too-many-attempts" => Verdict::Final,
        Error::Problem(_) | Error::Protocol { .. } => match error.status() {
            Some(408 | 429 | 500..=599) => Verdict::Again(pause),
            Some(_) | None => Verdict::Final,
        },
    }
}

/// The pause before attempt number `attempts + 1`: exponential, full jitter (Brooker, "Exponential Backoff And
/// Jitter", 2015). `random` is uniform over all of `u32`.
#[must_use]
pub fn pause(attempts: u32, random: u32) -> Duration {
    let doublings = attempts.saturating_sub(1).min(DOUBLINGS_MAX);
    let ceiling = FIRST_PAUSE.saturating_mul(1 << doublings).min(LONGEST_PAUSE);
    let share = f64::from(random) / f64::from(u32::MAX);
    ceiling.mul_f64(share).max(SHORTEST_PAUSE)
}

/// Decides after a failed attempt. `attempts` counts those made, `elapsed` runs from the first.
#[must_use]
pub fn next_step(
    patience: Patience,
    verdict: Verdict,
    attempts: u32,
    elapsed: Duration,
    random: u32,
) -> Step {
    let Verdict::Again(asked) = verdict else { return Step::GiveUp };
    let wait = pause(attempts, random) + asked.unwrap_or_default();
    match patience {
        Patience::Once => Step::GiveUp,
        Patience::For(limit) if elapsed + asked.unwrap_or_default() >= limit => Step::GiveUp,
        // Our own last pause is cut, so that one attempt is made when the time is up.
        Patience::For(limit) => Step::Wait(wait.min(limit - elapsed)),
        Patience::Forever => Step::Wait(wait),
    }
}

/// How long one attempt may take.
#[must_use]
pub fn attempt_timeout(patience: Patience, elapsed: Duration) -> Duration {
    match patience {
        Patience::Once | Patience::Forever => ATTEMPT_LONGEST,
        Patience::For(limit) => limit.saturating_sub(elapsed).clamp(ATTEMPT_SHORTEST, ATTEMPT_LONGEST),
    }
}

/// A random number for [`pause`]; half of the range where the system gives none, since jitter is a courtesy.
#[must_use]
pub fn random() -> u32 {
    getrandom::u32().unwrap_or(u32::MAX / 2)
}

#[cfg(test)]
mod tests {
    use queue_wire::problem::Problem;

    use super::*;

    fn problem(status: u16, code: &str, retry_after_s: Option<u64>) -> Error {
        Error::Problem(Box::new(Problem {
            kind: format!("urn:queue:problem:{code}"),
            title: code.to_owned(),
            status,
            code: code.to_owned(),
            detail: String::new(),
            retry_after_s,
        }))
    }

    fn nonsense(status: Option<u16>) -> Error {
        Error::Protocol { url: String::new(), status, retry_after_s: None, what: String::new() }
    }

    #[test]
    fn what_is_worth_another_attempt() {
        let lost = Error::Unreachable { url: String::new(), what: String::new() };
        let again = Verdict::Again(None);
        let table = [
            (lost, again),
            (problem(503, "busy", None), again),
            (problem(503, "outcome-unknown", None), again),
            (problem(429, "too-many-requests", Some(7)), Verdict::Again(Some(Duration::from_secs(7)))),
            (problem(429, "too-many-requests", Some(99_999)), Verdict::Again(Some(LONGEST_RETRY_AFTER))),
            (problem(429, "too-many-attempts", Some(7)), Verdict::Final),
            (problem(409, "office-closed", None), Verdict::Final),
            (problem(401, "not-signed-in", None), Verdict::Final),
            (nonsense(Some(502)), again),
            (nonsense(Some(200)), Verdict::Final),
            (nonsense(None), Verdict::Final),
        ];
        for (error, verdict) in table {
            assert_eq!(judge(&error), verdict, "{error:?}");
        }
    }

    #[test]
    fn pauses_double_to_a_ceiling_and_use_the_whole_range() {
        let ceilings: Vec<u128> = (1..=9).map(|attempts| pause(attempts, u32::MAX).as_millis()).collect();
        assert_eq!(ceilings, [200, 400, 800, 1600, 2000, 2000, 2000, 2000, 2000]);
        assert_eq!(pause(9, 0), SHORTEST_PAUSE);
        assert!(pause(u32::MAX, u32::MAX / 2) < LONGEST_PAUSE);
    }

    #[test]
    fn patience_ends_where_the_caller_said() {
        let second = Duration::from_secs(1);
        let again = Verdict::Again(None);
        let table = [
            (Patience::Once, again, Duration::ZERO, false),
            (Patience::For(second * 60), again, Duration::ZERO, true),
            (Patience::For(second * 60), again, second * 60 - Duration::from_millis(1), true),
            (Patience::For(second * 60), again, second * 60, false),
            (Patience::For(second * 60), Verdict::Again(Some(second * 60)), Duration::ZERO, false),
            (Patience::Forever, again, second * 9_999, true),
            (Patience::Forever, Verdict::Final, Duration::ZERO, false),
        ];
        for (patience, verdict, elapsed, goes_on) in table {
            let step = next_step(patience, verdict, 1, elapsed, 0);
            assert_eq!(step != Step::GiveUp, goes_on, "{patience:?} {verdict:?} {elapsed:?}");
        }
    }

    #[test]
    fn the_last_attempt_fits_what_is_left() {
        let limit = Patience::For(Duration::from_secs(60));
        assert_eq!(attempt_timeout(limit, Duration::ZERO), ATTEMPT_LONGEST);
        assert_eq!(attempt_timeout(limit, Duration::from_secs(57)), Duration::from_secs(3));
        assert_eq!(attempt_timeout(limit, Duration::from_secs(61)), ATTEMPT_SHORTEST);
        assert_eq!(attempt_timeout(Patience::Forever, Duration::from_secs(61)), ATTEMPT_LONGEST);
    }
}
