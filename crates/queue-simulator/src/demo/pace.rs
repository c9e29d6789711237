//! How fast and how often: the draws of the demo. Pure but for the generator.

use std::time::Duration;

use queue_wire::office::Service;
use rand::RngExt;
use rand::rngs::StdRng;

/// After an error the hall takes a breath.
pub(crate) const AFTER_ERROR: Duration = Duration::from_secs(3);
/// Tickets of the first seconds, so that a newcomer sees people waiting.
pub(crate) const FIRST_CROWD: u32 = 25;
/// Between two of them.
pub(crate) const FIRST_CROWD_GAP: Duration = Duration::from_millis(120);
/// When this many wait, people come more slowly.
const CROWDED: u64 = 30;
/// When fewer wait, people come faster.
const SPARSE: u64 = 12;
/// People who already wait for a service halve its draw when there are this many.
const LONG_LINE: f64 = 6.0;

/// Share of visits by series letter, in percent (a working day of a ward, estimated).
const SHARES: [(&str, f64); 8] =
    [("A", 38.0), ("B", 14.0), ("L", 12.0), ("S", 8.0), ("H", 6.0), ("K", 5.0), ("M", 6.0), ("R", 11.0)];
/// The share of a series that is not in the table.
const SHARE_ELSE: f64 = 10.0;

/// Until the next citizen comes.
pub(crate) fn arrival_gap(waiting: u64, generator: &mut StdRng) -> Duration {
    let gap = seconds(5.0, 15.0, generator);
    if waiting > CROWDED {
        gap * 2
    } else if waiting < SPARSE {
        gap / 2
    } else {
        gap
    }
}

/// Draws an open service by its share, long lines less often; `None` when nothing is open.
pub(crate) fn service<'a>(services: &'a [Service], generator: &mut StdRng) -> Option<&'a Service> {
    let weight = |service: &Service| {
        let share = SHARES
            .iter()
            .find(|(prefix, _)| *prefix == service.prefix)
            .map_or(SHARE_ELSE, |(_, share)| *share);
        // Waiting counts stay far below 2^52.
        share / (1.0 + service.waiting as f64 / LONG_LINE)
    };
    let open = || services.iter().filter(|service| service.open);
    let total: f64 = open().map(weight).sum();
    if total <= 0.0 {
        return None;
    }
    let mut left = generator.random_range(0.0..total);
    open()
        .find(|service| {
            left -= weight(service);
            left < 0.0
        })
        .or_else(|| open().next_back())
}

/// A duration between two numbers of seconds.
pub(crate) fn seconds(least: f64, most: f64, generator: &mut StdRng) -> Duration {
    Duration::from_secs_f64(generator.random_range(least..most))
}

/// A rating: most people are content.
pub(crate) fn score(generator: &mut StdRng) -> u8 {
    match generator.random_range(0..100_u32) {
        0..3 => 1,
        3..7 => 2,
        7..18 => 3,
        18..52 => 4,
        _ => 5,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use queue_wire::office::Wait;
    use rand::SeedableRng;

    use super::*;

    fn open_service(prefix: &str, waiting: u64) -> Service {
        Service {
            id: prefix.to_owned(),
            prefix: prefix.to_owned(),
            name: BTreeMap::new(),
            open: true,
            closed_because: None,
            waiting,
            wait: Wait { likely_s: 0, high_s: 0 },
        }
    }

    #[test]
    fn services_are_drawn_by_share_and_long_lines_less() {
        let mut generator = StdRng::seed_from_u64(1);
        let mut count = |services: &[Service], prefix: &str| {
            (0..4000).filter(|_| service(services, &mut generator).expect("open").prefix == prefix).count()
        };
        let even = [open_service("A", 0), open_service("B", 0)];
        let a_share = count(&even, "A");
        assert!((2750..3100).contains(&a_share), "38 of 52: {a_share}");
        let crowded = [open_service("A", 30), open_service("B", 0)];
        assert!(count(&crowded, "A") < a_share / 2);
    }

    #[test]
    fn closed_services_are_never_drawn() {
        let mut generator = StdRng::seed_from_u64(1);
        let mut services = [open_service("A", 0), open_service("B", 0)];
        services[0].open = false;
        assert!((0..100).all(|_| service(&services, &mut generator).expect("open").prefix == "B"));
        services[1].open = false;
        assert!(service(&services, &mut generator).is_none());
    }

    #[test]
    fn people_come_every_five_to_fifteen_seconds_and_slower_into_a_crowd() {
        let mut generator = StdRng::seed_from_u64(1);
        let mut mean = |waiting: u64| {
            (0..500).map(|_| arrival_gap(waiting, &mut generator).as_secs_f64()).sum::<f64>() / 500.0
        };
        assert!((9.0..11.0).contains(&mean(20)));
        assert!((18.0..22.0).contains(&mean(60)));
        assert!((4.5..5.5).contains(&mean(0)));
    }
}
