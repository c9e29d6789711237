//! Going on after records were lost and nobody can bring them back.
//!
//! The rule: a number that may have been given today is not given again. A lost record gave at most one number, in
//! any of the series; so each series goes on behind its last known number, plus the records that are missing, plus
//! [`UNTOLD`], at the next whole hundred, where everybody sees the cut. Where a person says how far the numbers
//! went, they go on right behind that.

use std::collections::{BTreeMap, BTreeSet};

use super::day;
use crate::command::Loss;
use crate::event::OfficeEvent;
use crate::ids::{ServiceId, TicketId};
use crate::layout::Service;
use crate::office::Office;
use crate::refusal::Refusal;
use crate::time::At;
use crate::views::audit::act;

/// Numbers that may have been given in the last batch, of which no note tells.
const UNTOLD: u32 = 20;
/// Series go on behind a multiple of this.
const ROUND: u32 = 100;

/// Opens the business day where it is not open, takes in the tickets that were found behind the loss, and lets the
/// series go on behind every number that may have been given.
pub(super) fn accept(office: &Office, loss: &Loss, at: At) -> Result<Vec<OfficeEvent>, Refusal> {
    let invalid = |field: &'static str, what: String| Err(Refusal::InvalidField { field, what });
    if loss.from != office.seq.next() {
        return invalid("from", format!("the office ends with record {}", office.seq.0));
    }
    if loss.to.is_none() && loss.told.is_none() {
        return invalid("told", "nothing tells how far the numbers went: say so".to_owned());
    }
    let later = office.plan.as_ref().is_none_or(|current| current.date < loss.plan.date);
    let mut events = if later { day::open(office, &loss.plan, at)? } else { Vec::new() };
    if later || !office.closed {
        events.extend(still_here(office, loss, later));
    }
    let services = office.layout.services.iter();
    let series = services.map(|service| (service.id.clone(), last_given(office, loss, service, later)));
    let series = series.collect();
    events.push(OfficeEvent::LossAccepted {
        from: loss.from,
        to: loss.to,
        series,
        reason: loss.reason.clone(),
    });
    Ok(events)
}

/// The tickets that were issued behind the loss and are not over: they wait again, in the order of their issue.
fn still_here<'l>(
    office: &'l Office,
    loss: &'l Loss,
    fresh_day: bool,
) -> impl Iterator<Item = OfficeEvent> + 'l {
    let over = over(&loss.behind);
    // Numbers of tickets that the day goes on with, or carries over.
    let mut taken: BTreeSet<_> = office.numbers.keys().copied().collect();
    if fresh_day {
        taken.retain(|number| {
            let ticket = office.numbers.get(number).and_then(|id| office.tickets.get(id));
            ticket.is_some_and(day::is_carried)
        });
    }
    loss.behind.iter().filter_map(move |event| {
        let OfficeEvent::TicketIssued { ticket, number, service, class, .. } = event else { return None };
        let offered = office.layout.service(service).is_some() && office.layout.class(class).is_some();
        let here = !over.contains(ticket) && !office.tickets.contains_key(ticket);
        (offered && here && taken.insert(*number)).then(|| event.clone())
    })
}

/// The tickets that are over by the end of `events`.
fn over(events: &[OfficeEvent]) -> BTreeSet<TicketId> {
    let mut over = BTreeSet::new();
    for event in events {
        #[expect(clippy::wildcard_enum_match_arm, reason = "no other event ends a visit or takes one back")]
        match event {
            OfficeEvent::TicketFinished { ticket, .. }
            | OfficeEvent::TicketAbsent { ticket, .. }
            | OfficeEvent::TicketCancelled { ticket, .. }
            | OfficeEvent::TicketReleased { ticket, .. } => {
                over.insert(*ticket);
            }
            OfficeEvent::TicketReinstated { ticket, .. } => {
                over.remove(ticket);
            }
            OfficeEvent::DayClosed { expired, finished, .. } => over.extend(expired.iter().chain(finished)),
            OfficeEvent::DayReopened { tickets, .. } => over.retain(|ticket| !tickets.contains(ticket)),
            _ => {}
        }
    }
    over
}

/// The last number of `service` that may have been given today.
fn last_given(office: &Office, loss: &Loss, service: &Service, fresh_day: bool) -> u32 {
    let before = service.first_number.saturating_sub(1);
    let kept = office.series.get(&service.id).filter(|_| !fresh_day).and_then(|series| series.last);
    let found = found(office, &loss.behind).get(&service.id).copied();
    let known = kept.max(found).unwrap_or(before);
    let last = match loss.told {
        Some(told) => known.max(told),
        None => {
            let missing = u32::try_from(loss.missing).unwrap_or(u32::MAX);
            known.saturating_add(missing).saturating_add(UNTOLD).div_ceil(ROUND).saturating_mul(ROUND)
        }
    };
    last.min(service.last_number())
}

/// The highest number of each series that `events` name.
fn found<'o>(office: &'o Office, events: &[OfficeEvent]) -> BTreeMap<&'o ServiceId, u32> {
    let mut highest = BTreeMap::new();
    for number in events.iter().filter_map(|event| act(event).number) {
        // Series that look the same begin apart: the number is of the one that begins closest below it.
        let alike = office.layout.services.iter().filter(|service| {
            service.prefix == number.prefix
                && service.digits == number.digits
                && service.first_number <= number.value
        });
        if let Some(service) = alike.max_by_key(|service| service.first_number) {
            let last = highest.entry(&service.id).or_insert(number.value);
            *last = number.value.max(*last);
        }
    }
    highest
}
