//! Calling: the next ticket by the rule, a chosen one with a reason, the called one once more.

use super::{own, own_ticket, written};
use crate::counter::Counter;
use crate::event::OfficeEvent;
use crate::ids::CounterId;
use crate::number::Number;
use crate::office::Office;
use crate::permit::Actor;
use crate::planted::{self, Bug};
use crate::policy::{self, Why};
use crate::refusal::Refusal;
use crate::text::Text;
use crate::ticket::{State, Ticket};
use crate::time::At;

/// Finishes the ticket being served and calls whoever is next. That nobody waits is an answer too.
pub(super) fn next(
    office: &Office,
    actor: &Actor,
    id: CounterId,
    at: At,
) -> Result<Vec<OfficeEvent>, Refusal> {
    let counter = may_call(office, actor, id)?;
    let (mut events, joining) = finishing(office, counter);
    let choice = policy::choose(office, id, at, joining.as_ref());
    events.push(match choice {
        Some(choice) => {
            let number = office.number(choice.ticket).expect("the policy chooses a ticket of the office");
            OfficeEvent::TicketCalled { ticket: choice.ticket, number, counter: id, why: choice.why }
        }
        None => OfficeEvent::NobodyCalled { counter: id },
    });
    Ok(events)
}

/// Calls this number: out of order with a reason, or a parked one that is taken up again. The reason is asked for
/// even where the rule would give the same ticket: whoever calls by number has chosen.
pub(super) fn chosen(
    office: &Office,
    actor: &Actor,
    id: CounterId,
    number: Number,
    reason: Option<&Text>,
) -> Result<Vec<OfficeEvent>, Refusal> {
    let counter = may_call(office, actor, id)?;
    let ticket = office.numbers.get(&number).and_then(|ticket| office.tickets.get(ticket));
    let ticket = ticket.ok_or(Refusal::UnknownTicket)?;
    let taken_up = match &ticket.state {
        State::Waiting => ticket.ready && (serves(office, id, ticket) || called_last_to(ticket, id)),
        State::Parked { counter, .. } => *counter == id,
        State::Called { counter, .. }
            if *counter != id && planted::is(Bug::TicketTakenFromAnotherCounter) =>
        {
            false
        }
        State::Called { .. }
        | State::Serving { .. }
        | State::Finished { .. }
        | State::Absent { .. }
        | State::Cancelled { .. }
        | State::Expired { .. } => return Err(Refusal::NotWaiting),
    };
    let why = if taken_up {
        Why::TakenUp
    } else {
        Why::Chosen { reason: written(reason.ok_or(Refusal::ReasonRequired)?)? }
    };
    let (mut events, _) = finishing(office, counter);
    events.push(OfficeEvent::TicketCalled { ticket: ticket.id, number, counter: id, why });
    Ok(events)
}

/// Calls the called ticket once more.
pub(super) fn recall(office: &Office, actor: &Actor, id: CounterId) -> Result<Vec<OfficeEvent>, Refusal> {
    let ticket = own_ticket(office, actor, id)?;
    if office.alarm.is_some() {
        return Err(Refusal::Alarm);
    }
    match ticket.state {
        State::Called { recall, .. } => Ok(vec![OfficeEvent::TicketRecalled {
            ticket: ticket.id,
            number: ticket.number,
            counter: id,
            recall: recall + 1,
        }]),
        State::Waiting
        | State::Serving { .. }
        | State::Parked { .. }
        | State::Finished { .. }
        | State::Absent { .. }
        | State::Cancelled { .. }
        | State::Expired { .. } => Err(Refusal::AlreadyStarted),
    }
}

/// The actor's open counter, without a ticket that was called and has not come.
fn may_call<'o>(office: &'o Office, actor: &Actor, id: CounterId) -> Result<&'o Counter, Refusal> {
    let counter = own(office, actor, id)?;
    if office.closed {
        return Err(Refusal::DayClosed);
    }
    if office.alarm.is_some() {
        return Err(Refusal::Alarm);
    }
    if !counter.is_open() {
        return Err(Refusal::CounterClosed(id));
    }
    let called = office.held(counter).is_some_and(|ticket| matches!(ticket.state, State::Called { .. }));
    if called && !planted::is(Bug::CallWithoutRecheck) { Err(Refusal::TicketOpen) } else { Ok(counter) }
}

/// The event that ends the visit at `counter`, and the ticket as it joins the line of its next service.
fn finishing(office: &Office, counter: &Counter) -> (Vec<OfficeEvent>, Option<Ticket>) {
    let Some(ticket) = office.held(counter) else { return (Vec::new(), None) };
    let event = super::visit::end_of(ticket, counter.id, None);
    let joining = ticket.then.first().map(|service| Ticket {
        service: service.clone(),
        then: ticket.then[1..].to_vec(),
        only: None,
        ready: false,
        state: State::Waiting,
        ..ticket.clone()
    });
    (vec![event], joining)
}

fn serves(office: &Office, counter: CounterId, ticket: &Ticket) -> bool {
    office.layout.counter(counter).is_some_and(|place| place.serves(&ticket.service))
}

/// Whether the ticket was at this counter last: the one that parked it.
fn called_last_to(ticket: &Ticket, counter: CounterId) -> bool {
    ticket.last_call.is_some_and(|call| call.counter == counter)
}
