//! Days, the alarm, and changes of the layout.

use super::written;
use crate::counter::CounterState;
use crate::event::OfficeEvent;
use crate::layout::{Layout, LayoutFault, Service};
use crate::number::Number;
use crate::office::Office;
use crate::permit::Actor;
use crate::planted::{self, Bug};
use crate::refusal::Refusal;
use crate::text::Text;
use crate::ticket::{State, Ticket};
use crate::time::{At, DayPlan};

/// Begins a business day, closing the one before where it is still open. Days only follow days.
pub(super) fn open(office: &Office, plan: &DayPlan, at: At) -> Result<Vec<OfficeEvent>, Refusal> {
    if office.plan.as_ref().is_some_and(|current| {
        let again = planted::is(Bug::DayOpenedAgainAtRestart) && plan.date == current.date;
        plan.date <= current.date && !again
    }) {
        return Err(Refusal::DayOpen);
    }
    let mut events = Vec::with_capacity(2);
    if !office.closed {
        events.extend(closing(office, None, at));
    }
    let carried = office
        .tickets
        .values()
        .filter(|ticket| is_carried(ticket))
        .filter(|ticket| ticket.ready || !planted::is(Bug::ParkedForgottenOverNight))
        .map(over_night)
        .collect();
    events.push(OfficeEvent::DayOpened {
        plan: plan.clone(),
        layout: Box::new(office.layout.clone()),
        carried,
        next_order: office.next_order,
    });
    // Only people end an alarm; it is raised anew in this record, so that a restore that begins here knows of it.
    let alarm = office.alarm.iter().map(|alarm| OfficeEvent::AlarmRaised { reason: alarm.reason.clone() });
    events.extend(alarm);
    Ok(events)
}

/// Ends the business day. Where people still wait or are at a counter, a person gives a reason.
pub(super) fn close(
    office: &Office,
    actor: &Actor,
    reason: Option<&Text>,
    at: At,
) -> Result<Vec<OfficeEvent>, Refusal> {
    if office.closed {
        return Err(Refusal::DayClosed);
    }
    let reason = reason.filter(|text| !text.as_str().trim().is_empty());
    let someone_left = office.counts.waiting + office.counts.held > 0;
    if someone_left && reason.is_none() && *actor != Actor::System {
        return Err(Refusal::ReasonRequired);
    }
    Ok(closing(office, reason.cloned(), at).into_iter().collect())
}

/// Takes the closing back; the series go on where they stood, and whom it expired waits again, unless the layout was
/// changed meanwhile and nobody serves them any more.
pub(super) fn reopen(office: &Office, reason: &Text) -> Result<Vec<OfficeEvent>, Refusal> {
    if !office.closed || office.plan.is_none() {
        return Err(Refusal::DayOpen);
    }
    let offered = |ticket: &Ticket| {
        let mut services = std::iter::once(&ticket.service).chain(&ticket.then);
        services.all(|service| office.layout.service(service).is_some())
            && office.layout.class(&ticket.class).is_some()
    };
    let returns = |ticket: &&Ticket| {
        matches!(ticket.state, State::Expired { .. }) && office.is_of_today(ticket) && offered(ticket)
    };
    let tickets = office.tickets.values().filter(returns).map(|ticket| ticket.id).collect();
    Ok(vec![OfficeEvent::DayReopened { reason: written(reason)?, tickets }])
}

/// Stops numbers and calls, and tells every screen.
pub(super) fn raise_alarm(office: &Office, reason: &Text) -> Result<Vec<OfficeEvent>, Refusal> {
    if office.alarm.is_some() {
        return Err(Refusal::AlarmUnchanged);
    }
    Ok(vec![OfficeEvent::AlarmRaised { reason: written(reason)? }])
}

/// Ends the alarm.
pub(super) fn end_alarm(office: &Office, reason: Option<&Text>) -> Result<Vec<OfficeEvent>, Refusal> {
    if office.alarm.is_none() {
        return Err(Refusal::AlarmUnchanged);
    }
    Ok(vec![OfficeEvent::AlarmEnded { reason: reason.cloned() }])
}

/// Sets the office's time right. A later date than the office's own is left to the opening of its day, which
/// closes the one before and begins the series anew.
pub(super) fn correct_clock(
    office: &Office,
    to: At,
    plan: &DayPlan,
    reason: &Text,
) -> Result<Vec<OfficeEvent>, Refusal> {
    let earlier = office.plan.as_ref().filter(|current| current.date < plan.date);
    let plan = earlier.unwrap_or(plan).clone();
    let last_given = |service: &Service| {
        let same = |number: Number| number.prefix == service.prefix && number.digits == service.digits;
        let given = office.tickets.values().filter(|ticket| ticket.date == plan.date && same(ticket.number));
        given.map(|ticket| (service.id.clone(), ticket.number.value)).max()
    };
    let series = office.layout.services.iter().filter_map(last_given).collect();
    Ok(vec![OfficeEvent::ClockCorrected { to, plan, series, reason: written(reason)? }])
}

/// Changes the layout, where nothing that goes on would lose its place in it.
pub(super) fn change_layout(
    office: &Office,
    layout: &Layout,
    plan: &DayPlan,
) -> Result<Vec<OfficeEvent>, Refusal> {
    let fault =
        layout.fault().or_else(|| fault_of_date(office, plan)).or_else(|| fault_beside(office, layout));
    if let Some(fault) = fault {
        return Err(Refusal::BadLayout(fault));
    }
    Ok(vec![OfficeEvent::LayoutChanged { layout: Box::new(layout.clone()), plan: plan.clone() }])
}

/// Whether a ticket goes over the end of the day: parked, or waiting for its result, called for it or not.
pub(super) fn is_carried(ticket: &Ticket) -> bool {
    match ticket.state {
        State::Parked { .. } => true,
        State::Waiting | State::Called { .. } => ticket.ready,
        State::Serving { .. }
        | State::Finished { .. }
        | State::Absent { .. }
        | State::Cancelled { .. }
        | State::Expired { .. } => false,
    }
}

/// A carried ticket as the next day finds it: one that was called for its result waits for it again.
fn over_night(ticket: &Ticket) -> Ticket {
    let called = matches!(ticket.state, State::Called { .. });
    let state = if called { State::Waiting } else { ticket.state.clone() };
    Ticket { state, ..ticket.clone() }
}

/// The event that closes the day: who is expired, who is finished, who stays parked and listed.
fn closing(office: &Office, reason: Option<Text>, at: At) -> Option<OfficeEvent> {
    let date = office.plan.as_ref()?.date;
    let (mut expired, mut finished, mut parked) = (Vec::new(), Vec::new(), Vec::new());
    let mut summary = office.tally.clone();
    for ticket in office.tickets.values() {
        match ticket.state {
            _ if is_carried(ticket) => parked.push(ticket.id),
            State::Waiting | State::Called { .. } => {
                expired.push(ticket.id);
                summary.expired(ticket, office.plan.as_ref());
            }
            State::Serving { .. } => {
                finished.push(ticket.id);
                summary.finished(ticket, at, office.plan.as_ref());
            }
            State::Parked { .. }
            | State::Finished { .. }
            | State::Absent { .. }
            | State::Cancelled { .. }
            | State::Expired { .. } => {}
        }
    }
    Some(OfficeEvent::DayClosed { date, expired, finished, parked, reason, summary: Box::new(summary) })
}

/// Whether today's date would be another one: then the numbers of a day could be given twice.
fn fault_of_date(office: &Office, plan: &DayPlan) -> Option<LayoutFault> {
    let today = office.plan.as_ref()?.date;
    (plan.date != today).then(|| LayoutFault {
        path: "time_zone".to_owned(),
        what: format!("it would be {} and not {today}: change it at an hour of the same date", plan.date),
    })
}

/// What of the layout would take the ground from under somebody.
fn fault_beside(office: &Office, layout: &Layout) -> Option<LayoutFault> {
    let fault = |path: &str, what: String| Some(LayoutFault { path: path.to_owned(), what });
    if layout.id != office.layout.id {
        return fault("id", format!("the office stays `{}`", office.layout.id));
    }
    for counter in office.counters.values() {
        let stays = layout.counter(counter.id).is_some();
        if !stays && counter.state != CounterState::Closed {
            return fault("counters", format!("counter {} is open: close it first", counter.id));
        }
    }
    for ticket in office.tickets.values().filter(|ticket| !ticket.is_over()) {
        let services = std::iter::once(&ticket.service).chain(&ticket.then);
        if let Some(gone) = services.into_iter().find(|service| layout.service(service).is_none()) {
            return fault(
                "services",
                format!("ticket {} waits for `{gone}`: serve or move it first", ticket.number),
            );
        }
        if layout.class(&ticket.class).is_none() {
            return fault("classes", format!("ticket {} is of class `{}`", ticket.number, ticket.class));
        }
    }
    None
}
