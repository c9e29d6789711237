//! Going on after records were lost and nobody can bring them back.
//!
//! The rule: a number that may have been given today is not given again. A lost record gave at most one number, in
//! any of the series; so each series goes on behind its last known number, plus the records that are missing, plus
//! [`UNTOLD`], at the next whole hundred, where everybody sees the cut. Where a person says how far the numbers
//! went, they go on right behind that.

use std::collections::{BTreeMap, BTreeSet};

use super::day;
use crate::apply::apply;
use crate::command::Loss;
use crate::counter::CounterState;
use crate::event::OfficeEvent;
use crate::ids::{CounterId, ServiceId, TicketId};
use crate::layout::{Layout, Service};
use crate::number::Number;
use crate::office::Office;
use crate::refusal::Refusal;
use crate::ticket::{State, Ticket};
use crate::time::At;
use crate::views::audit::act;

/// Numbers that may have been given in the last batch, of which no note tells.
const UNTOLD: u32 = 20;
/// Series go on behind a multiple of this.
const ROUND: u32 = 100;

/// Opens the business day where it is not open, takes in the layout, and the carried and waiting tickets that were
/// found behind the loss, and lets the series go on behind every number that may have been given.
pub(super) fn accept(office: &Office, loss: &Loss, at: At) -> Result<Vec<OfficeEvent>, Refusal> {
    let invalid = |field: &'static str, what: String| Err(Refusal::InvalidField { field, what });
    if loss.from != office.seq.next() {
        return invalid("from", format!("the office ends with record {}", office.seq.0));
    }
    if loss.to.is_none() && loss.told.is_none() {
        return invalid("told", "nothing tells how far the numbers went: say so".to_owned());
    }
    let layout = loss.layout.as_deref().unwrap_or(&office.layout);
    if let Some(fault) = layout.fault() {
        return Err(Refusal::BadLayout(fault));
    }
    let later = office.plan.as_ref().is_none_or(|current| current.date < loss.plan.date);
    let mut events = if later { opening(office, loss, layout, at)? } else { Vec::new() };
    if !later && *layout != office.layout {
        events.extend(changed(office, loss, layout));
    }
    if later || !office.closed {
        let waiting = still_here(office, loss, layout, &events);
        events.extend(waiting);
    }
    let series = layout.services.iter();
    let series =
        series.map(|service| (service.id.clone(), last_given(office, loss, (layout, service), later)));
    let series = series.collect();
    events.push(OfficeEvent::LossAccepted {
        from: loss.from,
        to: loss.to,
        series,
        reason: loss.reason.clone(),
    });
    Ok(events)
}

impl Loss {
    /// The numbers that people may hold and that `office` does not know once `events` accepted this loss of it: of
    /// tickets that were found and are not over, and of those that have no place in the layout.
    #[must_use]
    pub fn left_out(&self, office: &Office, events: &[OfficeEvent]) -> BTreeSet<Number> {
        let over = over(self.before.iter().chain(&self.behind));
        let opened = self.before.iter().chain(&self.behind).rfind(|event| is_opening(event));
        let mut here: BTreeSet<TicketId> = office.tickets.keys().copied().collect();
        let mut left = BTreeSet::new();
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "no other event takes a ticket in or puts one out"
        )]
        for event in events {
            match event {
                OfficeEvent::DayOpened { carried, .. } => here.extend(carried.iter().map(|ticket| ticket.id)),
                OfficeEvent::TicketIssued { ticket, .. } => drop(here.insert(*ticket)),
                // Who is not carried by an opening that was found was dealt with before it.
                OfficeEvent::TicketReleased { ticket, number, .. }
                    if opened.is_none() && !over.contains(ticket) =>
                {
                    left.insert(*number);
                }
                _ => {}
            }
        }
        if let Some(OfficeEvent::DayOpened { carried, .. }) = opened {
            let lost = carried.iter().filter(|of| !here.contains(&of.id) && !over.contains(&of.id));
            left.extend(lost.map(|ticket| ticket.number));
        }
        left.extend(self.behind.iter().filter_map(|event| {
            let OfficeEvent::TicketIssued { ticket, number, .. } = event else { return None };
            (!here.contains(ticket) && !over.contains(ticket)).then_some(*number)
        }));
        left
    }
}

/// The opening of the business day, under `layout`. Where an opening was found behind the loss, the tickets that it
/// carried over go on, and those that the office knows to be parked were dealt with before it.
fn opening(office: &Office, loss: &Loss, layout: &Layout, at: At) -> Result<Vec<OfficeEvent>, Refusal> {
    let told: Vec<&OfficeEvent> = loss.before.iter().chain(&loss.behind).collect();
    let found = told.iter().rposition(|event| is_opening(event)).and_then(|place| {
        let OfficeEvent::DayOpened { carried, next_order, .. } = told[place] else { return None };
        Some((still_carried(carried, &told[place + 1..], layout), *next_order))
    });
    let over = over(told);
    let goes_on = |ticket: &Ticket| match &found {
        Some((carried, _)) => carried.iter().any(|of| of.id == ticket.id),
        None => !over.contains(&ticket.id) && offers(layout, ticket),
    };
    let mut events = Vec::new();
    for ticket in office.tickets.values().filter(|ticket| day::is_carried(ticket) && !goes_on(ticket)) {
        events.extend(released(ticket, loss));
    }
    for ticket in found.iter().flat_map(|(carried, _)| carried) {
        events.extend(set_aside(office, ticket));
    }
    let mut known = office.clone();
    events.iter().for_each(|event| apply(&mut known, event, at));
    events.extend(day::open(&known, &loss.plan, at)?);
    for event in &mut events {
        let OfficeEvent::DayOpened { layout: stands, carried, next_order, .. } = event else { continue };
        **stands = layout.clone();
        if let Some((found, next)) = &found {
            // An id stands for one ticket: whose visit is known to be over is not taken in again.
            let over = |ticket: &Ticket| known.tickets.get(&ticket.id).is_some_and(Ticket::is_over);
            *carried = found.iter().filter(|ticket| !over(ticket)).cloned().collect();
            *next_order = (*next).max(*next_order);
        }
    }
    Ok(events)
}

fn is_opening(event: &OfficeEvent) -> bool {
    matches!(event, OfficeEvent::DayOpened { .. })
}

/// Where a counter holds `ticket`: that counter.
fn holder(ticket: &Ticket) -> Option<CounterId> {
    if let State::Called { counter, .. } | State::Serving { counter, .. } = ticket.state {
        Some(counter)
    } else {
        None
    }
}

/// What ends the visit of `ticket`, wherever it is.
fn released(ticket: &Ticket, loss: &Loss) -> impl Iterator<Item = OfficeEvent> {
    let (held, number, ticket, reason) = (holder(ticket), ticket.number, ticket.id, loss.reason.clone());
    let back = held.map(|counter| OfficeEvent::TicketReturned { ticket, number, counter });
    back.into_iter().chain([OfficeEvent::TicketReleased { ticket, number, reason }])
}

/// Those of `carried` that are not over by the end of the events after the opening, as these left them.
fn still_carried(carried: &[Ticket], after: &[&OfficeEvent], layout: &Layout) -> Vec<Ticket> {
    let over = over(after.iter().copied());
    let readied = |id| {
        after.iter().any(|event| matches!(event, OfficeEvent::TicketReadied { ticket, .. } if *ticket == id))
    };
    let here = carried.iter().filter(|ticket| !over.contains(&ticket.id) && offers(layout, ticket));
    here.map(|ticket| {
        let mut ticket = ticket.clone();
        if matches!(ticket.state, State::Parked { .. }) && readied(ticket.id) {
            (ticket.state, ticket.ready) = (State::Waiting, true);
        }
        ticket
    })
    .collect()
}

/// What lets the office's own day end without ending the visit of `ticket`, which goes on the day after.
fn set_aside(office: &Office, ticket: &Ticket) -> Vec<OfficeEvent> {
    let Some(known) = office.tickets.get(&ticket.id).filter(|known| !day::is_carried(known)) else {
        return Vec::new();
    };
    let (ticket, number) = (known.id, known.number);
    let ready = OfficeEvent::TicketReadied { ticket, number };
    match known.state {
        State::Waiting => vec![ready],
        State::Called { counter, .. } | State::Serving { counter, .. } => {
            vec![OfficeEvent::TicketReturned { ticket, number, counter }, ready]
        }
        State::Absent { .. } if office.is_of_today(known) && !office.closed => {
            vec![OfficeEvent::TicketReinstated { ticket, number }, ready]
        }
        State::Parked { .. }
        | State::Finished { .. }
        | State::Absent { .. }
        | State::Cancelled { .. }
        | State::Expired { .. } => Vec::new(),
    }
}

/// The change to `layout` within the day: first, whatever has no place in it leaves.
fn changed(office: &Office, loss: &Loss, layout: &Layout) -> Vec<OfficeEvent> {
    let mut events = Vec::new();
    let stays = |id| layout.counter(id).is_some();
    for ticket in office.tickets.values().filter(|ticket| !ticket.is_over()) {
        let (id, number) = (ticket.id, ticket.number);
        if !offers(layout, ticket) {
            events.extend(released(ticket, loss));
        } else if let Some(counter) = holder(ticket).filter(|counter| !stays(*counter)) {
            events.push(OfficeEvent::TicketReturned { ticket: id, number, counter });
        }
    }
    let gone = office.counters.values().filter(|counter| !stays(counter.id));
    let open = gone.filter(|counter| counter.state != CounterState::Closed);
    events.extend(open.map(|counter| OfficeEvent::CounterClosed { counter: counter.id }));
    let current = office.plan.as_ref().filter(|current| current.date != loss.plan.date);
    let plan = current.unwrap_or(&loss.plan).clone();
    events.push(OfficeEvent::LayoutChanged { layout: Box::new(layout.clone()), plan });
    events
}

fn offers(layout: &Layout, ticket: &Ticket) -> bool {
    let mut services = std::iter::once(&ticket.service).chain(&ticket.then);
    services.all(|service| layout.service(service).is_some()) && layout.class(&ticket.class).is_some()
}

/// The tickets that were issued behind the loss and are not over: they wait again, in the order of their issue.
/// `events` are those that come before.
fn still_here(office: &Office, loss: &Loss, layout: &Layout, events: &[OfficeEvent]) -> Vec<OfficeEvent> {
    let over = over(&loss.behind);
    let carried = events.iter().find_map(|event| {
        if let OfficeEvent::DayOpened { carried, .. } = event { Some(carried) } else { None }
    });
    // Numbers of tickets that the day goes on with, or carries over.
    let mut taken: BTreeSet<Number> = carried.map_or_else(
        || office.numbers.keys().copied().collect(),
        |carried| carried.iter().map(|ticket| ticket.number).collect(),
    );
    let known = |id: &TicketId| {
        office.tickets.contains_key(id)
            || carried.is_some_and(|carried| carried.iter().any(|of| of.id == *id))
    };
    let issued = loss.behind.iter().filter(|event| {
        let OfficeEvent::TicketIssued { ticket, number, service, then, class, .. } = event else {
            return false;
        };
        let mut services = std::iter::once(service).chain(then);
        let offered = services.all(|of| layout.service(of).is_some()) && layout.class(class).is_some();
        offered && !over.contains(ticket) && !known(ticket) && taken.insert(*number)
    });
    issued.cloned().collect()
}

/// The tickets that are over by the end of `events`.
fn over<'e>(events: impl IntoIterator<Item = &'e OfficeEvent>) -> BTreeSet<TicketId> {
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
fn last_given(office: &Office, loss: &Loss, (layout, service): (&Layout, &Service), fresh_day: bool) -> u32 {
    let before = service.first_number.saturating_sub(1);
    let kept = office.series.get(&service.id).and_then(|series| series.last);
    let today = found(layout, &loss.behind);
    let last = today.get(&service.id).copied();
    let known = match (fresh_day, loss.told) {
        (false, _) => kept.max(last),
        // Nothing tells of this day: where the clock ran ahead, the newest day that is known is today.
        (true, None) if today.is_empty() => match loss.before.iter().rposition(is_opening) {
            Some(newest) => found(layout, &loss.before[newest..]).get(&service.id).copied(),
            None => kept.max(found(layout, &loss.before).get(&service.id).copied()),
        },
        (true, _) => last,
    };
    let known = known.unwrap_or(before);
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
fn found<'l>(layout: &'l Layout, events: &[OfficeEvent]) -> BTreeMap<&'l ServiceId, u32> {
    let mut highest = BTreeMap::new();
    for number in events.iter().filter_map(|event| act(event).number) {
        // Series that look the same begin apart: the number is of the one that begins closest below it.
        let alike = layout.services.iter().filter(|service| {
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
