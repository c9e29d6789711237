//! Figures of a day or of several days, for supervisors.

use std::collections::BTreeMap;

use queue_core::ids::{ClassId, CounterId, ServiceId};
use queue_core::layout::Layout;
use queue_core::office::Office;
use queue_core::policy;
use queue_core::time::Date;
use queue_core::views::stats as core;
use queue_core::views::tally::{Figures, Histogram, Table, Tally};
use queue_wire::stats as wire;

/// Who waits at this moment; empty for days gone by.
#[derive(Clone, Debug, Default)]
pub struct Waiting {
    total: u64,
    services: BTreeMap<ServiceId, u64>,
    classes: BTreeMap<ClassId, u64>,
    counters: BTreeMap<CounterId, u64>,
}

impl Waiting {
    /// Who waits in `office`.
    #[must_use]
    pub fn of(office: &Office) -> Self {
        let mut waiting = Self { total: office.lines.waiting(), ..Self::default() };
        for (key, line) in office.lines.iter() {
            *waiting.services.entry(key.service.clone()).or_default() += line.len() as u64;
            *waiting.classes.entry(key.class.clone()).or_default() += line.len() as u64;
        }
        for place in &office.layout.counters {
            waiting.counters.insert(place.id, policy::waiting_for_counter(office, place));
        }
        waiting
    }
}

/// The figures of the days `from` to `to` in the order of `layout`; what it no longer has comes last.
#[must_use]
pub fn stats(layout: &Layout, tally: &Tally, waiting: &Waiting, (from, to): (Date, Date)) -> wire::Stats {
    let services = in_order(layout.services.iter().map(|service| &service.id), &tally.by_service);
    let classes = in_order(layout.classes.iter().map(|class| &class.id), &tally.by_class);
    let counters = in_order(layout.counters.iter().map(|counter| &counter.id), &tally.by_counter);
    let now = |known: Option<&u64>| known.copied().unwrap_or(0);
    wire::Stats {
        from: from.to_string(),
        to: to.to_string(),
        total: figures(&tally.total, waiting.total),
        by_service: services
            .into_iter()
            .map(|(id, of)| wire::ServiceFigures {
                figures: figures(&of, now(waiting.services.get(&id))),
                service: id.to_string(),
            })
            .collect(),
        by_class: classes
            .into_iter()
            .map(|(id, of)| wire::ClassFigures {
                figures: figures(&of, now(waiting.classes.get(&id))),
                class: id.to_string(),
            })
            .collect(),
        by_counter: counters
            .into_iter()
            .map(|(id, of)| wire::CounterFigures {
                figures: figures(&of, now(waiting.counters.get(&id))),
                counter: id.0,
            })
            .collect(),
        by_hour: hours(layout, &tally.by_hour),
    }
}

/// Every key of the layout, with figures or without; then those that only the figures know.
fn in_order<'a, K: Ord + Clone + 'a>(
    known: impl Iterator<Item = &'a K>,
    table: &Table<K>,
) -> Vec<(K, Figures)> {
    let mut rows: Vec<(K, Figures)> =
        known.map(|key| (key.clone(), table.find(key).cloned().unwrap_or_default())).collect();
    for (key, figures) in &table.0 {
        if rows.iter().all(|(row, _)| row != key) {
            rows.push((key.clone(), figures.clone()));
        }
    }
    rows
}

/// From hours since the day's start to hours of the local day.
fn hours(layout: &Layout, table: &Table<u32>) -> Vec<wire::HourFigures> {
    let first = u32::from(layout.day_starts_minute / 60);
    let local = |since: u32| if first == 0 { since } else { (since + first) % 24 };
    let hour =
        |(since, of): &(u32, Figures)| wire::HourFigures { hour: local(*since), figures: figures(of, 0) };
    table.0.iter().map(hour).collect()
}

fn figures(of: &Figures, waiting: u64) -> wire::Figures {
    let (count, mean) = core::rating(of);
    wire::Figures {
        issued: of.issued,
        called: of.called,
        served: of.served,
        absent: of.absent,
        cancelled: of.cancelled,
        expired: of.expired,
        waiting,
        wait_s: spread(&of.wait),
        service_s: spread(&of.service),
        rating: wire::Rating { count, mean },
    }
}

fn spread(histogram: &Histogram) -> wire::Spread {
    let core::Spread { p50, p90, max } = core::spread(histogram);
    wire::Spread { p50, p90, max }
}
