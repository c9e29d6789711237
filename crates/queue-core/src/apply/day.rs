//! Days, the alarm and the layout, brought into the state.

use std::collections::VecDeque;

use crate::counter::Counter;
use crate::event::OfficeEvent;
use crate::ids::{ServiceId, TicketId};
use crate::layout::Layout;
use crate::lines::Lines;
use crate::office::{Alarm, Counts, Office};
use crate::series::Series;
use crate::ticket::{State, Ticket};
use crate::time::{At, DayPlan};
use crate::views::tally::Tally;

#[expect(clippy::wildcard_enum_match_arm, reason = "`apply` sends only these here")]
pub(super) fn apply(office: &mut Office, event: &OfficeEvent, at: At) {
    match event {
        OfficeEvent::DayOpened { plan, layout, carried, next_order } => {
            office.next_order = *next_order;
            day_opened(office, plan, layout, carried, at);
        }
        OfficeEvent::DayClosed { expired, finished, parked, summary, .. } => {
            day_closed(office, (expired, finished, parked), at);
            office.tally = Tally::clone(summary);
        }
        OfficeEvent::DayReopened { tickets, .. } => {
            office.closed = false;
            for id in tickets {
                let ticket = office.tickets.get(id).expect("an event names a ticket of the office");
                office.tally.unexpired(ticket, office.plan.as_ref());
                office.change(*id, |ticket| ticket.state = State::Waiting);
            }
        }
        OfficeEvent::LayoutChanged { layout, plan } => layout_changed(office, layout, plan, at),
        OfficeEvent::AlarmRaised { reason } => office.alarm = Some(Alarm { at, reason: reason.clone() }),
        OfficeEvent::AlarmEnded { .. } => office.alarm = None,
        OfficeEvent::ClockCorrected { to, plan, series, .. } => clock_corrected(office, *to, plan, series),
        OfficeEvent::LossAccepted { series, .. } => go_on_behind(office, series),
        _ => {}
    }
}

/// Begins the day with fresh series and closed counters. The tickets of the day before still answer, whenever they
/// were issued; older ones that are over do not.
fn day_opened(office: &mut Office, plan: &DayPlan, layout: &Layout, carried: &[Ticket], at: At) {
    let numbers = std::mem::take(&mut office.numbers);
    office.tickets.retain(|id, ticket| ticket.is_over() && numbers.get(&ticket.number) == Some(id));
    office.layout = layout.clone();
    office.plan = Some(plan.clone());
    office.closed = false;
    office.alarm = None;
    office.series.clear();
    office.lines = Lines::default();
    office.recent = VecDeque::new();
    office.tally = Tally::default();
    office.counts = Counts::default();
    office.counters = layout.counters.iter().map(|c| (c.id, Counter::closed(c.id, at))).collect();
    for ticket in carried {
        office.admit(ticket.clone());
    }
    office.keys.forget(at);
}

fn day_closed(
    office: &mut Office,
    (expired, finished, parked): (&[TicketId], &[TicketId], &[TicketId]),
    at: At,
) {
    for id in expired {
        office.change(*id, |ticket| ticket.state = State::Expired { at });
    }
    for id in finished {
        office.change(*id, |ticket| {
            if let State::Serving { counter, .. } = ticket.state {
                ticket.state = State::Finished { counter, at };
            }
        });
    }
    for id in parked {
        // Who was called for a result and has not come waits for it again.
        office.change(*id, |ticket| {
            if let State::Called { .. } = ticket.state {
                ticket.state = State::Waiting;
            }
        });
    }
    for counter in office.counters.values_mut() {
        assert!(counter.ticket.is_none(), "no counter holds a ticket when the day has closed");
        *counter = Counter::closed(counter.id, at);
    }
    // Nobody is called any more: the board is empty.
    office.recent.clear();
    office.closed = true;
}

/// Sets the time. What happened at instants that have not come yet happened now, so that nobody waits for them; and
/// the series go on behind the numbers that the same date has given before.
fn clock_corrected(office: &mut Office, to: At, plan: &DayPlan, given: &[(ServiceId, u32)]) {
    let ids: Vec<TicketId> = office.numbers.values().copied().collect();
    for id in ids {
        office.change(id, |ticket| ticket.not_after(to));
    }
    for counter in office.counters.values_mut() {
        counter.since = counter.since.min(to);
    }
    if let Some(alarm) = &mut office.alarm {
        alarm.at = alarm.at.min(to);
    }
    go_on_behind(office, given);
    office.clock = to;
    office.plan = Some(plan.clone());
}

/// Lets each series go on behind the last number that was, or may have been, given.
fn go_on_behind(office: &mut Office, given: &[(ServiceId, u32)]) {
    for (service, last) in given {
        let series = office.series.entry(service.clone()).or_insert(Series::FRESH);
        series.last = series.last.max(Some(*last));
    }
}

/// Takes the layout over; counters that stay go on as they are.
fn layout_changed(office: &mut Office, layout: &Layout, plan: &DayPlan, at: At) {
    office.counters.retain(|id, _| layout.counter(*id).is_some());
    for place in &layout.counters {
        office.counters.entry(place.id).or_insert_with(|| Counter::closed(place.id, at));
    }
    office.layout = layout.clone();
    office.plan = Some(plan.clone());
}
