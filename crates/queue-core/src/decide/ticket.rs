//! What is done to a ticket away from the counter: by its holder, at the reception, by a supervisor.

use super::written;
use crate::event::OfficeEvent;
use crate::ids::{ClassId, CounterId, ServiceId, TicketId};
use crate::office::Office;
use crate::refusal::Refusal;
use crate::text::Text;
use crate::ticket::{State, Ticket};

/// Most tickets made ready at once.
const READY_MAX: usize = 200;

/// The holder gives the number back.
pub(super) fn cancel(office: &Office, id: TicketId) -> Result<Vec<OfficeEvent>, Refusal> {
    let ticket = known(office, id)?;
    if !may_leave(ticket) {
        return Err(Refusal::NotCancellable);
    }
    Ok(vec![OfficeEvent::TicketCancelled { ticket: id, number: ticket.number }])
}

/// A supervisor releases a holder who will not be served, with a reason.
pub(super) fn release(office: &Office, id: TicketId, reason: &Text) -> Result<Vec<OfficeEvent>, Refusal> {
    let ticket = known(office, id)?;
    let reason = written(reason)?;
    if !may_leave(ticket) {
        return Err(Refusal::NotCancellable);
    }
    Ok(vec![OfficeEvent::TicketReleased { ticket: id, number: ticket.number, reason }])
}

/// Grants the class asked for, or another; the place by issue time is kept and no reason is stored.
pub(super) fn confirm(
    office: &Office,
    id: TicketId,
    class: Option<&ClassId>,
) -> Result<Vec<OfficeEvent>, Refusal> {
    let ticket = known(office, id)?;
    let class = class.or(ticket.asked.as_ref()).ok_or(Refusal::NothingToConfirm)?;
    if office.layout.class(class).is_none() {
        return Err(Refusal::UnknownClass(class.to_string()));
    }
    if !matches!(ticket.state, State::Waiting | State::Parked { .. }) {
        return Err(Refusal::NotWaiting);
    }
    Ok(vec![OfficeEvent::ClassConfirmed { ticket: id, number: ticket.number, class: class.clone() }])
}

/// The results of these parked tickets are there: all, or none.
pub(super) fn ready(office: &Office, ids: &[TicketId]) -> Result<Vec<OfficeEvent>, Refusal> {
    if ids.is_empty() || ids.len() > READY_MAX {
        let what = format!("name 1 to {READY_MAX} tickets");
        return Err(Refusal::InvalidField { field: "tickets", what });
    }
    let mut events = Vec::with_capacity(ids.len());
    for (i, id) in ids.iter().enumerate() {
        let ticket = known(office, *id)?;
        if !matches!(ticket.state, State::Parked { .. }) {
            return Err(Refusal::NotParked);
        }
        if !ids[..i].contains(id) {
            events.push(OfficeEvent::TicketReadied { ticket: *id, number: ticket.number });
        }
    }
    Ok(events)
}

/// Takes an absent ticket back in line at its place, once. What it waits for must still be there: the layout may
/// have changed while nobody waited for it.
pub(super) fn reinstate(office: &Office, id: TicketId) -> Result<Vec<OfficeEvent>, Refusal> {
    let ticket = known(office, id)?;
    if ticket.reinstated {
        return Err(Refusal::AlreadyReinstated);
    }
    if !matches!(ticket.state, State::Absent { .. }) || !office.is_of_today(ticket) {
        return Err(Refusal::NotAbsent);
    }
    if office.closed {
        return Err(Refusal::DayClosed);
    }
    let mut services = std::iter::once(&ticket.service).chain(&ticket.then);
    if let Some(gone) = services.find(|service| office.layout.service(service).is_none()) {
        return Err(Refusal::UnknownService(gone.to_string()));
    }
    Ok(vec![OfficeEvent::TicketReinstated { ticket: id, number: ticket.number }])
}

/// Corrects a wrong service; place and number are kept.
pub(super) fn correct(
    office: &Office,
    id: TicketId,
    service: &ServiceId,
) -> Result<Vec<OfficeEvent>, Refusal> {
    let ticket = known(office, id)?;
    if office.layout.service(service).is_none() {
        return Err(Refusal::UnknownService(service.to_string()));
    }
    if !matches!(ticket.state, State::Waiting | State::Parked { .. }) {
        return Err(Refusal::NotWaiting);
    }
    Ok(vec![OfficeEvent::TicketMoved { ticket: id, number: ticket.number, service: service.clone() }])
}

/// Rates a finished visit, once.
pub(super) fn rate(
    office: &Office,
    id: TicketId,
    score: u8,
    comment: Option<&Text>,
) -> Result<Vec<OfficeEvent>, Refusal> {
    let ticket = known(office, id)?;
    if !(1..=5).contains(&score) {
        return Err(Refusal::InvalidField { field: "score", what: "write 1 to 5".to_owned() });
    }
    let counter = served_at(ticket).ok_or(Refusal::NotServed)?;
    if ticket.rated {
        return Err(Refusal::AlreadyRated);
    }
    let comment = comment.filter(|text| !text.as_str().trim().is_empty()).cloned();
    Ok(vec![OfficeEvent::TicketRated { ticket: id, counter, score, comment }])
}

fn known(office: &Office, id: TicketId) -> Result<&Ticket, Refusal> {
    office.tickets.get(&id).ok_or(Refusal::UnknownTicket)
}

/// Whether a ticket may still be given back: it is not being served and not over.
fn may_leave(ticket: &Ticket) -> bool {
    matches!(ticket.state, State::Waiting | State::Called { .. } | State::Parked { .. })
}

fn served_at(ticket: &Ticket) -> Option<CounterId> {
    match ticket.state {
        State::Finished { counter, .. } => Some(counter),
        State::Waiting
        | State::Called { .. }
        | State::Serving { .. }
        | State::Parked { .. }
        | State::Absent { .. }
        | State::Cancelled { .. }
        | State::Expired { .. } => None,
    }
}
