//! The figures of a load, for people.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use crate::load::Load;
use crate::load::ledger::{Breach, Ledger};

/// How long acts of one kind took, in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Latencies {
    /// How many.
    pub count: u64,
    /// Half took at most this.
    pub p50_us: u64,
    /// Ninety-nine of a hundred took at most this.
    pub p99_us: u64,
    /// The longest.
    pub max_us: u64,
}

impl Latencies {
    /// `None` without any.
    #[must_use]
    pub fn of(took_us: &[u64]) -> Option<Self> {
        let mut sorted = took_us.to_vec();
        sorted.sort_unstable();
        let at = |percent: usize| sorted[(sorted.len() * percent).div_ceil(100).max(1) - 1];
        let max_us = *sorted.last()?;
        Some(Self { count: sorted.len() as u64, p50_us: at(50), p99_us: at(99), max_us })
    }
}

/// What a load did.
#[derive(Clone, Debug)]
pub struct Report {
    /// Kiosks, clerks that found a counter, screens.
    pub drivers: [u32; 3],
    /// From the first number to the last act.
    pub took: Duration,
    /// From the first number to the last one.
    pub issuing: Duration,
    /// By act: `issue`, `call`, `start`, `call to screen`.
    pub latencies: BTreeMap<&'static str, Latencies>,
    /// Different tickets taken.
    pub issued: usize,
    /// Different tickets called.
    pub called: usize,
    /// Errors by act and code: refusals such as `issue numbers-used-up` among them.
    pub errors: BTreeMap<String, u64>,
    /// Broken promises, the first ones.
    pub breaches: Vec<Breach>,
    /// All of them.
    pub breach_count: u64,
}

impl Report {
    pub(crate) fn of(load: &Load, clerks: u32, took: Duration, ledger: &Ledger) -> Self {
        let began_us = ledger.last_issue_us;
        let latencies =
            ledger.took_us.iter().filter_map(|(act, took)| Some((*act, Latencies::of(took)?))).collect();
        Self {
            drivers: [load.kiosks, clerks, load.screens],
            took,
            issuing: took.min(Duration::from_micros(began_us)),
            latencies,
            issued: ledger.issued_count(),
            called: ledger.called_count(),
            errors: ledger.errors.clone(),
            breaches: ledger.breaches.clone(),
            breach_count: ledger.breach_count,
        }
    }

    /// Whether something was done and no promise was broken.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.breach_count == 0 && (self.issued > 0 || self.drivers[0] == 0)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [kiosks, clerks, screens] = self.drivers;
        let seconds = self.took.as_secs_f64();
        writeln!(f, "{kiosks} kiosks, {clerks} clerks, {screens} screens, {seconds:.1} s")?;
        let ms = |us: u64| us as f64 / 1000.0;
        for (act, latencies) in &self.latencies {
            let over = if *act == "issue" { self.issuing } else { self.took };
            let rate = latencies.count as f64 / over.as_secs_f64().max(0.001);
            writeln!(
                f,
                "{act:<15} {:>8}  {rate:>8.1}/s  p50 {:>7.2} ms  p99 {:>7.2} ms  max {:>7.2} ms",
                latencies.count,
                ms(latencies.p50_us),
                ms(latencies.p99_us),
                ms(latencies.max_us),
            )?;
        }
        for (what, count) in &self.errors {
            writeln!(f, "error: {what}: {count}")?;
        }
        for breach in &self.breaches {
            writeln!(f, "BREACH: {breach}")?;
        }
        match self.breach_count {
            0 => write!(
                f,
                "held: {} numbers distinct, {} calls with one owner each, in order and complete on every screen",
                self.issued, self.called
            ),
            count => write!(f, "BROKEN: {count} breaches"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_the_sorted_list() {
        let took: Vec<u64> = (1..=200).rev().collect();
        let expected = Latencies { count: 200, p50_us: 100, p99_us: 198, max_us: 200 };
        assert_eq!(Latencies::of(&took), Some(expected));
        assert_eq!(Latencies::of(&[7]), Some(Latencies { count: 1, p50_us: 7, p99_us: 7, max_us: 7 }));
        assert_eq!(Latencies::of(&[]), None);
    }
}
