//! Percentiles and sums of tallies: what a supervisor reads.

use crate::views::tally::{Figures, Histogram, Table, Tally};

/// How durations spread, in whole seconds; nothing where there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spread {
    /// Half are at most this.
    pub p50: Option<u64>,
    /// Nine of ten are at most this.
    pub p90: Option<u64>,
    /// The longest.
    pub max: Option<u64>,
}

/// Percentiles by the nearest-rank method: the smallest value that at least that share is at most.
#[must_use]
pub fn spread(histogram: &Histogram) -> Spread {
    let total: u64 = histogram.0.iter().map(|(_, times)| u64::from(*times)).sum();
    let rank = |share: u64| {
        let wanted = (total * share).div_ceil(100).max(1);
        let mut seen = 0;
        histogram.0.iter().find_map(|(seconds, times)| {
            seen += u64::from(*times);
            (seen >= wanted).then_some(u64::from(*seconds))
        })
    };
    Spread { p50: rank(50), p90: rank(90), max: histogram.0.last().map(|(seconds, _)| u64::from(*seconds)) }
}

/// How many ratings, and their mean (1 to 5).
#[must_use]
pub fn rating(figures: &Figures) -> (u64, Option<f64>) {
    let count: u64 = figures.ratings.iter().sum();
    let sum: u64 = figures.ratings.iter().zip(1_u64..).map(|(times, score)| times * score).sum();
    (count, (count > 0).then(|| sum as f64 / count as f64))
}

/// Adds the days of a range up.
#[must_use]
pub fn sum<'a>(days: impl IntoIterator<Item = &'a Tally>) -> Tally {
    let mut whole = Tally::default();
    for day in days {
        whole.total.merge(&day.total);
        merge(&mut whole.by_service, &day.by_service);
        merge(&mut whole.by_class, &day.by_class);
        merge(&mut whole.by_counter, &day.by_counter);
        merge(&mut whole.by_hour, &day.by_hour);
    }
    whole
}

fn merge<K: Ord + Clone>(whole: &mut Table<K>, day: &Table<K>) {
    for (key, figures) in &day.0 {
        whole.of(key).merge(figures);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_take_the_nearest_rank() {
        let mut histogram = Histogram::default();
        assert_eq!(spread(&histogram), Spread::default());
        for seconds in 1..=10 {
            histogram.add(seconds * 10, 1);
        }
        assert_eq!(spread(&histogram), Spread { p50: Some(50), p90: Some(90), max: Some(100) });
    }
}
