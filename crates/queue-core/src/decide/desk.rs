//! The counter itself: open, pause, close, and a supervisor who frees it.

use super::{own, written};
use crate::counter::CounterState;
use crate::event::OfficeEvent;
use crate::ids::{CounterId, UserId};
use crate::office::Office;
use crate::permit::{Actor, Role};
use crate::refusal::Refusal;
use crate::text::Text;

/// Opens a counter, or goes on after a pause. Opening an open counter of one's own changes nothing.
pub(super) fn open(office: &Office, actor: &Actor, id: CounterId) -> Result<Vec<OfficeEvent>, Refusal> {
    let counter = office.counters.get(&id).ok_or(Refusal::UnknownCounter(id))?;
    let (clerk, _) = person(actor)?;
    if counter.state != CounterState::Closed && counter.clerk.as_ref() != Some(clerk) {
        return Err(Refusal::CounterTaken(id));
    }
    let elsewhere =
        office.counters.values().find(|other| other.id != id && other.clerk.as_ref() == Some(clerk));
    if let Some(other) = elsewhere {
        return Err(Refusal::AtAnotherCounter(other.id));
    }
    if office.closed {
        return Err(Refusal::DayClosed);
    }
    Ok(vec![OfficeEvent::CounterOpened { counter: id, clerk: clerk.clone() }])
}

/// Stops calling for a while; what is held is served to its end.
pub(super) fn pause(
    office: &Office,
    actor: &Actor,
    id: CounterId,
    reason: &Text,
) -> Result<Vec<OfficeEvent>, Refusal> {
    own(office, actor, id)?;
    Ok(vec![OfficeEvent::CounterPaused { counter: id, reason: written(reason)? }])
}

/// Leaves the counter. A clerk ends what is held first; a supervisor frees any counter, and the ticket goes back
/// in line at its place.
pub(super) fn close(office: &Office, actor: &Actor, id: CounterId) -> Result<Vec<OfficeEvent>, Refusal> {
    let counter = office.counters.get(&id).ok_or(Refusal::UnknownCounter(id))?;
    if counter.state == CounterState::Closed {
        return Err(Refusal::CounterClosed(id));
    }
    let (name, role) = person(actor)?;
    let leads = role >= Role::Supervisor;
    if counter.clerk.as_ref() != Some(name) && !leads {
        return Err(Refusal::CounterTaken(id));
    }
    let held = office.held(counter);
    if held.is_some() && !leads {
        return Err(Refusal::TicketOpen);
    }
    let back = held.map(|ticket| OfficeEvent::TicketReturned {
        ticket: ticket.id,
        number: ticket.number,
        counter: id,
    });
    Ok(back.into_iter().chain([OfficeEvent::CounterClosed { counter: id }]).collect())
}

fn person(actor: &Actor) -> Result<(&UserId, Role), Refusal> {
    match actor {
        Actor::User { name, role } => Ok((name, *role)),
        Actor::System | Actor::Anyone | Actor::Device(_) => Err(Refusal::NotSignedIn),
    }
}
