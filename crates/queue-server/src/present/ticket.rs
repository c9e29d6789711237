//! Tickets on the wire: what whoever holds the id may see.

use queue_core::forecast::Wait;
use queue_core::policy;
use queue_core::ticket::{State, Ticket};
use queue_core::time::Millis;
use queue_wire::ticket as wire;

use super::Scene;
use crate::engine::handle::TicketList;

/// A ticket as it stands in `ticket`; `ahead` and `wait` are of the scene's moment.
#[must_use]
pub fn ticket(scene: Scene<'_>, ticket: &Ticket) -> wire::Ticket {
    let waiting = ticket.state == State::Waiting;
    wire::Ticket {
        id: ticket.id.to_string(),
        number: ticket.number.to_string(),
        service: ticket.service.to_string(),
        then: ticket.then.iter().map(ToString::to_string).collect(),
        class: ticket.class.to_string(),
        asked: ticket.asked.as_ref().map(ToString::to_string),
        lang: ticket.lang.to_string(),
        state: state(&ticket.state),
        ready: ticket.ready,
        dossiers: ticket.dossiers,
        assist: ticket.assist,
        issued_at: scene.zone.text(ticket.issued_at),
        ahead: waiting.then(|| policy::ahead(scene.office, ticket, scene.at)),
        wait: waiting.then(|| super::wait(expected(scene, ticket))),
        counter: place(&ticket.state),
        called_at: ticket.last_call.map(|call| scene.zone.text(call.at)),
        rated: ticket.rated,
        url: format!("/t/{}", ticket.id),
    }
}

/// The tickets of a staff list, in the order of issue.
#[must_use]
pub fn list(scene: Scene<'_>, list: TicketList) -> wire::Tickets {
    let belongs = |ticket: &&Ticket| match list {
        TicketList::Parked => matches!(ticket.state, State::Parked { .. }) || is_ready(ticket),
        TicketList::Absent => matches!(ticket.state, State::Absent { .. }),
        TicketList::Asked => ticket.asked.is_some() && !ticket.is_over(),
        TicketList::Assist => ticket.assist && !ticket.is_over(),
        TicketList::Numbered(number) => ticket.number == number,
    };
    let todays = scene.office.tickets.values().filter(|ticket| scene.office.is_of_today(ticket));
    let mut found: Vec<&Ticket> = todays.filter(belongs).collect();
    found.sort_by_key(|ticket| (ticket.issued_at, ticket.order));
    wire::Tickets { items: found.into_iter().map(|found| ticket(scene, found)).collect() }
}

fn is_ready(ticket: &Ticket) -> bool {
    ticket.ready && ticket.state == State::Waiting
}

/// Of a ticket that the forecast does not know yet: the wait of one taken now.
fn expected(scene: Scene<'_>, ticket: &Ticket) -> Wait {
    let known =
        scene.forecast.tickets.get(&ticket.id).or_else(|| scene.forecast.services.get(&ticket.service));
    known.copied().unwrap_or(Wait { likely: Millis(0), high: Millis(0) })
}

fn place(state: &State) -> Option<u32> {
    match state {
        State::Called { counter, .. }
        | State::Serving { counter, .. }
        | State::Parked { counter, .. }
        | State::Finished { counter, .. }
        | State::Absent { counter, .. } => Some(counter.0),
        State::Waiting | State::Cancelled { .. } | State::Expired { .. } => None,
    }
}

fn state(state: &State) -> wire::TicketState {
    match state {
        State::Waiting => wire::TicketState::Waiting,
        State::Called { .. } => wire::TicketState::Called,
        State::Serving { .. } => wire::TicketState::Serving,
        State::Parked { .. } => wire::TicketState::Parked,
        State::Finished { .. } => wire::TicketState::Finished,
        State::Absent { .. } => wire::TicketState::Absent,
        State::Cancelled { .. } => wire::TicketState::Cancelled,
        State::Expired { .. } => wire::TicketState::Expired,
    }
}

/// The state as a word, for boards.
pub(super) fn word(of: &State) -> &'static str {
    match of {
        State::Waiting => "waiting",
        State::Called { .. } => "called",
        State::Serving { .. } => "serving",
        State::Parked { .. } => "parked",
        State::Finished { .. } => "finished",
        State::Absent { .. } => "absent",
        State::Cancelled { .. } => "cancelled",
        State::Expired { .. } => "expired",
    }
}
