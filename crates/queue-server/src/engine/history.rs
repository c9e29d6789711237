//! Reads the past from the journal: the audit and the figures of days gone by. Off the hot path, a few at a time.

use std::collections::BTreeMap;
use std::sync::Arc;

use queue_core::event::OfficeEvent;
use queue_core::layout::Layout;
use queue_core::office::Office;
use queue_core::record::{Record, Seq};
use queue_core::refusal::Refusal;
use queue_core::time::{At, Date};
use queue_core::views::audit::act;
use queue_core::views::stats::sum;
use queue_core::views::tally::Tally;
use queue_journal::{JournalError, MarkKind, Reader};
use queue_wire::audit::{Audit, AuditItem};
use queue_wire::stats::Stats;
use tokio::sync::Semaphore;

use super::STATS_DAYS_MAX;
use super::handle::{AUDIT_PAGE_MAX, AuditQuery, Rejection};
use crate::clock::{self, Zone};
use crate::present::{self, Waiting};

/// Reports that read the journal at the same time; others wait their turn.
const READS_MAX: usize = 2;
/// Records read at a time while going back.
const AUDIT_STEP: u64 = 256;
/// Records that one page of the audit looks at; a rare act is found page by page.
const AUDIT_SCAN_MAX: u64 = 20_000;

/// The past of an office.
#[derive(Clone, Debug)]
pub struct History {
    reader: Reader,
    turns: Arc<Semaphore>,
}

/// The business day of `office`; the first of 1970 before its first one.
pub(super) fn date_of(office: &Office) -> Date {
    let unopened = Date { year: 1970, month: 1, day: 1 };
    office.plan.as_ref().map_or(unopened, |plan| plan.date)
}

/// What the publisher adds to a report: the day that is not over.
#[derive(Clone, Debug)]
pub struct Today {
    /// The business day.
    pub date: Date,
    /// Its figures.
    pub tally: Tally,
    /// Who waits.
    pub waiting: Waiting,
    /// The order of services, classes and counters.
    pub layout: Layout,
}

impl History {
    pub(super) fn new(reader: Reader) -> Self {
        Self { reader, turns: Arc::new(Semaphore::new(READS_MAX)) }
    }

    /// The durable records, for backups and exports.
    #[must_use]
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    pub(super) async fn stats(&self, from: Date, to: Date, today: Today) -> Result<Stats, Rejection> {
        let days = clock::days(from, to);
        if !(1..=STATS_DAYS_MAX).contains(&days) {
            let what = format!("`from` to `to` is 1 to {STATS_DAYS_MAX} days");
            return Err(Refusal::InvalidField { field: "from", what }.into());
        }
        let reader = self.reader.clone();
        self.read(move || closed_days(&reader, from, to).map(|days| report(days, today, from, to))).await
    }

    pub(super) async fn audit(&self, query: AuditQuery, last: Seq, zone: Zone) -> Result<Audit, Rejection> {
        let reader = self.reader.clone();
        self.read(move || audit(&reader, &query, last, &zone)).await
    }

    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, Rejection> {
        let _turn = self.turns.acquire().await.map_err(|_| Rejection::Busy)?;
        let done = tokio::task::spawn_blocking(work).await;
        let unreadable = |what: String| {
            tracing::error!(stream = %self.reader.stream(), what, "a report could not read the journal");
            Rejection::Unreadable(what)
        };
        match done {
            Ok(result) => result.map_err(|error| unreadable(error.to_string())),
            Err(panic) => Err(unreadable(panic.to_string())),
        }
    }
}

/// The figures of the days in the range that were closed; a day closed again counts as closed last. After a clock that
/// was wrong for a while, a day of the range may stand behind later ones.
fn closed_days(reader: &Reader, from: Date, to: Date) -> Result<BTreeMap<Date, Tally>, JournalError> {
    // A day ends after its date began in any zone; so nothing earlier can close a day of the range.
    let earliest = earliest_instant(from);
    let mut days = BTreeMap::new();
    for mark in reader.marks() {
        if mark.kind != MarkKind::DayClosed || mark.at < earliest {
            continue;
        }
        for record in reader.records::<OfficeEvent>(mark.seq..=mark.seq) {
            for event in record?.events {
                if let OfficeEvent::DayClosed { date, summary, .. } = event
                    && (from..=to).contains(&date)
                {
                    days.insert(date, *summary);
                }
            }
        }
    }
    Ok(days)
}

fn earliest_instant(date: Date) -> At {
    let text = format!("{date}T00:00:00+14:00");
    clock::parse_instant(&text).unwrap_or(At(0))
}

fn report(mut days: BTreeMap<Date, Tally>, today: Today, from: Date, to: Date) -> Stats {
    let Today { date, tally, waiting, layout } = today;
    let includes_today = (from..=to).contains(&date);
    if includes_today {
        days.insert(date, tally);
    }
    let waiting = if includes_today { waiting } else { Waiting::default() };
    present::stats(&layout, &sum(days.values()), &waiting, (from, to))
}

/// A page, newest first. A record is never cut in two, so that `next` goes on exactly where this one ends.
fn audit(reader: &Reader, query: &AuditQuery, last: Seq, zone: &Zone) -> Result<Audit, JournalError> {
    let limit = query.limit.clamp(1, AUDIT_PAGE_MAX);
    let mut end = query.before.map_or(last.0, |before| before.0.saturating_sub(1).min(last.0));
    let stop = end.saturating_sub(AUDIT_SCAN_MAX);
    let mut items = Vec::new();
    while end > stop {
        let start = end.saturating_sub(AUDIT_STEP - 1).max(1);
        let records: Vec<_> =
            reader.records::<OfficeEvent>(Seq(start)..=Seq(end)).collect::<Result<_, JournalError>>()?;
        for record in records.iter().rev() {
            items.extend(rows(record, query, zone));
            if items.len() >= limit {
                return Ok(Audit { items, next: Some(record.seq.0).filter(|seq| *seq > 1) });
            }
        }
        end = start - 1;
    }
    Ok(Audit { items, next: (end > 0).then_some(end + 1) })
}

fn rows(record: &Record<OfficeEvent>, query: &AuditQuery, zone: &Zone) -> Vec<AuditItem> {
    let fits = |wanted: &Option<String>, is: &str| wanted.as_ref().is_none_or(|wanted| wanted == is);
    if !fits(&query.actor, &record.actor) {
        return Vec::new();
    }
    let acts = record.events.iter().rev().map(act);
    let wanted = acts.filter(|act| {
        let number = act.number.map(|number| number.to_string());
        fits(&query.act, act.act)
            && (query.number.is_none() || query.number == number)
            && (query.counter.is_none() || query.counter == act.counter)
    });
    let row = |act: queue_core::views::audit::Act<'_>| AuditItem {
        seq: record.seq.0,
        at: zone.text(record.at),
        actor: record.actor.clone(),
        act: act.act.to_owned(),
        number: act.number.map(|number| number.to_string()),
        counter: act.counter.map(|counter| counter.0),
        reason: act.reason.map(|reason| reason.as_str().to_owned()).filter(|text| !text.is_empty()),
        hash: record.hash.clone(),
    };
    wanted.map(row).collect()
}
