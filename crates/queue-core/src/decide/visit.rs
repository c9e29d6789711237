//! What happens to the ticket at a counter: start, finish, absent, park, back in line, sent on.

use super::day::is_carried;
use super::{own_ticket, written};
use crate::command::Target;
use crate::event::OfficeEvent;
use crate::ids::CounterId;
use crate::office::Office;
use crate::permit::Actor;
use crate::planted::{self, Bug};
use crate::refusal::Refusal;
use crate::text::Text;
use crate::ticket::{PARKED_MAX, State, Ticket};
use crate::time::At;

/// The citizen has come.
pub(super) fn start(office: &Office, actor: &Actor, counter: CounterId) -> Result<Vec<OfficeEvent>, Refusal> {
    let ticket = own_ticket(office, actor, counter)?;
    if !matches!(ticket.state, State::Called { .. }) {
        return Err(Refusal::AlreadyStarted);
    }
    Ok(vec![OfficeEvent::TicketStarted { ticket: ticket.id, number: ticket.number, counter }])
}

/// The service is done.
pub(super) fn finish(
    office: &Office,
    actor: &Actor,
    counter: CounterId,
    outcome: Option<&Text>,
) -> Result<Vec<OfficeEvent>, Refusal> {
    let ticket = own_ticket(office, actor, counter)?;
    if !matches!(ticket.state, State::Serving { .. }) {
        return Err(Refusal::NotStarted);
    }
    Ok(vec![end_of(ticket, counter, outcome.cloned())])
}

/// The visit's end at this counter: over, or on to the next service that the ticket holds.
pub(super) fn end_of(ticket: &Ticket, counter: CounterId, outcome: Option<Text>) -> OfficeEvent {
    let (ticket_id, number) = (ticket.id, ticket.number);
    match ticket.then.first() {
        Some(service) => OfficeEvent::TicketForwarded {
            ticket: ticket_id,
            number,
            counter,
            service: service.clone(),
            outcome,
        },
        None => OfficeEvent::TicketFinished { ticket: ticket_id, number, counter, outcome },
    }
}

/// The citizen did not come, and had the time that the office gives.
pub(super) fn absent(
    office: &Office,
    actor: &Actor,
    counter: CounterId,
    at: At,
) -> Result<Vec<OfficeEvent>, Refusal> {
    let ticket = own_ticket(office, actor, counter)?;
    let State::Called { at: called_at, .. } = ticket.state else { return Err(Refusal::AlreadyStarted) };
    let left = office.layout.absent_after.0.saturating_sub(at.since(called_at).0);
    if left > 0 && !planted::is(Bug::AbsentTooEarly) {
        return Err(Refusal::TooEarly { seconds_left: left.div_ceil(1000) });
    }
    Ok(vec![OfficeEvent::TicketAbsent { ticket: ticket.id, number: ticket.number, counter }])
}

/// Sets the ticket aside.
pub(super) fn park(
    office: &Office,
    actor: &Actor,
    counter: CounterId,
    reason: &Text,
) -> Result<Vec<OfficeEvent>, Refusal> {
    let ticket = own_ticket(office, actor, counter)?;
    let reason = written(reason)?;
    let carried = office.tickets.values().filter(|ticket| is_carried(ticket)).count();
    if carried >= PARKED_MAX {
        return Err(Refusal::TooManyParked);
    }
    Ok(vec![OfficeEvent::TicketParked { ticket: ticket.id, number: ticket.number, counter, reason }])
}

/// Back in line, at its place.
pub(super) fn put_back(
    office: &Office,
    actor: &Actor,
    counter: CounterId,
) -> Result<Vec<OfficeEvent>, Refusal> {
    let ticket = own_ticket(office, actor, counter)?;
    Ok(vec![OfficeEvent::TicketReturned { ticket: ticket.id, number: ticket.number, counter }])
}

/// Sends the ticket to another service or counter.
pub(super) fn transfer(
    office: &Office,
    actor: &Actor,
    counter: CounterId,
    to: &Target,
) -> Result<Vec<OfficeEvent>, Refusal> {
    let ticket = own_ticket(office, actor, counter)?;
    match to {
        Target::Service(service) if office.layout.service(service).is_none() => {
            return Err(Refusal::UnknownService(service.to_string()));
        }
        Target::Counter(target) if office.layout.counter(*target).is_none() => {
            return Err(Refusal::UnknownCounter(*target));
        }
        Target::Counter(target) if *target == counter => {
            return Err(Refusal::InvalidField {
                field: "counter",
                what: "the ticket is at this counter".to_owned(),
            });
        }
        Target::Service(_) | Target::Counter(_) => {}
    }
    Ok(vec![OfficeEvent::TicketTransferred {
        ticket: ticket.id,
        number: ticket.number,
        counter,
        to: to.clone(),
    }])
}
