//! Brings an event into the state. Never refuses: what stands in the journal has happened.
//!
//! `apply/day.rs` holds the days, the alarm and the layout; the rest is here.

mod day;

use crate::command::Target;
use crate::counter::CounterState;
use crate::event::OfficeEvent;
use crate::ids::{CounterId, TicketId};
use crate::office::{Office, RECENT_CALLS_MAX};
use crate::planted::{self, Bug};
use crate::policy::Why;
use crate::series::Series;
use crate::ticket::{LastCall, State, Ticket};
use crate::time::{At, DayPlan};
use crate::views::tally::Tally;

/// Applies `event`, which was accepted at `at`.
///
/// # Panics
/// When the event breaks an invariant of the office (two holders of a ticket, a number twice, an unknown
/// ticket): a bug, or a journal that was not written by these rules.
pub fn apply(office: &mut Office, event: &OfficeEvent, at: At) {
    match event {
        OfficeEvent::DayOpened { .. }
        | OfficeEvent::DayClosed { .. }
        | OfficeEvent::DayReopened { .. }
        | OfficeEvent::LayoutChanged { .. }
        | OfficeEvent::AlarmRaised { .. }
        | OfficeEvent::AlarmEnded { .. }
        | OfficeEvent::ClockCorrected { .. }
        | OfficeEvent::LossAccepted { .. }
        | OfficeEvent::TimePassed => day::apply(office, event, at),
        OfficeEvent::CounterOpened { .. }
        | OfficeEvent::CounterPaused { .. }
        | OfficeEvent::CounterClosed { .. }
        | OfficeEvent::NobodyCalled { .. } => apply_to_counter(office, event, at),
        OfficeEvent::TicketIssued { .. } => issued(office, event, at),
        OfficeEvent::TicketCalled { ticket, counter, why, .. } => called(office, *ticket, *counter, why, at),
        OfficeEvent::TicketRecalled { .. }
        | OfficeEvent::TicketStarted { .. }
        | OfficeEvent::TicketFinished { .. }
        | OfficeEvent::TicketForwarded { .. }
        | OfficeEvent::TicketAbsent { .. }
        | OfficeEvent::TicketParked { .. }
        | OfficeEvent::TicketReturned { .. }
        | OfficeEvent::TicketTransferred { .. } => apply_to_visit(office, event, at),
        OfficeEvent::TicketReadied { .. }
        | OfficeEvent::TicketReinstated { .. }
        | OfficeEvent::ClassConfirmed { .. }
        | OfficeEvent::TicketMoved { .. }
        | OfficeEvent::TicketCancelled { .. }
        | OfficeEvent::TicketReleased { .. }
        | OfficeEvent::TicketRated { .. } => apply_to_ticket(office, event, at),
    }
}

fn issued(office: &mut Office, event: &OfficeEvent, at: At) {
    let OfficeEvent::TicketIssued {
        ticket,
        number,
        service,
        class,
        asked,
        lang,
        channel,
        then,
        dossiers,
        assist,
    } = event
    else {
        return;
    };
    let ticket = Ticket {
        id: *ticket,
        number: *number,
        date: office.plan.as_ref().expect("numbers are issued on an open day").date,
        service: service.clone(),
        then: then.clone(),
        class: class.clone(),
        asked: asked.clone(),
        lang: lang.clone(),
        channel: channel.clone(),
        dossiers: *dossiers,
        assist: *assist,
        issued_at: at,
        order: office.next_order,
        only: None,
        ready: false,
        reinstated: false,
        rated: false,
        last_call: None,
        state: State::Waiting,
    };
    office.next_order += 1;
    office.series.insert(service.clone(), Series { last: Some(number.value) });
    office.tally.issued(&ticket, office.plan.as_ref());
    office.admit(ticket);
}

fn called(office: &mut Office, id: TicketId, counter: CounterId, why: &Why, at: At) {
    let ticket = office.tickets.get(&id).expect("an event names a ticket of the office");
    office.tally.called(ticket, counter, at, office.plan.as_ref());
    let for_result = ticket.ready || matches!(ticket.state, State::Parked { .. });
    let out_of_order = matches!(why, Why::Chosen { .. });
    office.change(id, |ticket| {
        ticket.state = State::Called { counter, at, recall: 0 };
        ticket.last_call = Some(LastCall { counter, at, out_of_order, for_result });
        ticket.only = None;
    });
    let desk = office.counters.get_mut(&counter).expect("a call names a counter of the office");
    desk.why = Some(why.clone());
    show(office, id);
}

/// Puts a called ticket at the head of the board.
fn show(office: &mut Office, id: TicketId) {
    office.recent.retain(|shown| *shown != id);
    office.recent.push_front(id);
    office.recent.truncate(RECENT_CALLS_MAX);
}

#[expect(clippy::wildcard_enum_match_arm, reason = "`apply` sends only these here")]
fn apply_to_counter(office: &mut Office, event: &OfficeEvent, at: At) {
    let (id, state) = match event {
        OfficeEvent::CounterOpened { counter, .. } => (counter, CounterState::Open),
        OfficeEvent::CounterPaused { counter, reason } => {
            (counter, CounterState::Paused { reason: reason.clone() })
        }
        OfficeEvent::CounterClosed { counter } => (counter, CounterState::Closed),
        _ => return,
    };
    let counter = office.counters.get_mut(id).expect("an event names a counter of the office");
    if counter.state != state {
        counter.since = at;
    }
    match event {
        OfficeEvent::CounterOpened { clerk, .. } => counter.clerk = Some(clerk.clone()),
        OfficeEvent::CounterClosed { .. } => {
            assert!(counter.ticket.is_none(), "a counter that closes holds no ticket");
            counter.clerk = None;
            counter.why = None;
        }
        _ => {}
    }
    counter.state = state;
}

#[expect(clippy::wildcard_enum_match_arm, reason = "`apply` sends only these here")]
fn apply_to_visit(office: &mut Office, event: &OfficeEvent, at: At) {
    match event {
        OfficeEvent::TicketRecalled { ticket, recall, .. } => {
            office.change(*ticket, |ticket| {
                if let State::Called { recall: count, .. } = &mut ticket.state {
                    *count = *recall;
                }
                if let Some(call) = &mut ticket.last_call {
                    call.at = at;
                }
            });
            show(office, *ticket);
        }
        OfficeEvent::TicketStarted { ticket, counter, .. } => office.change(*ticket, |ticket| {
            let called_at = match ticket.state {
                State::Called { at, .. } => at,
                _ => at,
            };
            ticket.state = State::Serving { counter: *counter, at, called_at };
        }),
        OfficeEvent::TicketFinished { ticket, counter, .. } => {
            tally(office, *ticket, |tally, ticket, plan| tally.finished(ticket, at, plan));
            office.change(*ticket, |ticket| ticket.state = State::Finished { counter: *counter, at });
        }
        OfficeEvent::TicketForwarded { ticket, service, .. } => {
            tally(office, *ticket, |tally, ticket, plan| tally.stopped(ticket, at, plan));
            office.change(*ticket, |ticket| {
                ticket.service = service.clone();
                if !ticket.then.is_empty() {
                    ticket.then.remove(0);
                }
                wait_again(ticket, None);
            });
        }
        OfficeEvent::TicketAbsent { ticket, counter, .. } => {
            tally(office, *ticket, |tally, ticket, plan| tally.absent(ticket, at, plan));
            office.change(*ticket, |ticket| ticket.state = State::Absent { counter: *counter, at });
        }
        OfficeEvent::TicketParked { ticket, counter, reason, .. } => {
            tally(office, *ticket, |tally, ticket, plan| tally.stopped(ticket, at, plan));
            office.change(*ticket, |ticket| {
                ticket.ready = false;
                ticket.state = State::Parked { counter: *counter, at, reason: reason.clone() };
            });
        }
        OfficeEvent::TicketReturned { ticket, .. } => {
            tally(office, *ticket, |tally, ticket, plan| tally.stopped(ticket, at, plan));
            office.change(*ticket, |ticket| {
                let ready = ticket.ready;
                wait_again(ticket, None);
                ticket.ready = ready;
            });
        }
        OfficeEvent::TicketTransferred { ticket, to, .. } => {
            tally(office, *ticket, |tally, ticket, plan| tally.stopped(ticket, at, plan));
            office.change(*ticket, |ticket| match to {
                Target::Service(service) => {
                    ticket.service = service.clone();
                    wait_again(ticket, None);
                }
                Target::Counter(_) if planted::is(Bug::TransferLost) => wait_again(ticket, None),
                Target::Counter(counter) => wait_again(ticket, Some(*counter)),
            });
        }
        _ => {}
    }
}

/// Back in line, at the place that the issue time gives.
fn wait_again(ticket: &mut Ticket, only: Option<CounterId>) {
    ticket.only = only;
    ticket.ready = false;
    ticket.state = State::Waiting;
}

#[expect(clippy::wildcard_enum_match_arm, reason = "`apply` sends only these here")]
fn apply_to_ticket(office: &mut Office, event: &OfficeEvent, at: At) {
    match event {
        OfficeEvent::TicketReadied { ticket, .. } => office.change(*ticket, |ticket| {
            wait_again(ticket, None);
            ticket.ready = true;
        }),
        OfficeEvent::TicketReinstated { ticket, .. } => {
            tally(office, *ticket, |tally, ticket, plan| tally.reinstated(ticket, plan));
            office.change(*ticket, |ticket| {
                // Whoever missed the call for a result is called for it again.
                let ready = ticket.ready;
                wait_again(ticket, None);
                (ticket.ready, ticket.reinstated) = (ready, true);
            });
        }
        OfficeEvent::ClassConfirmed { ticket, class, .. } => office.change(*ticket, |ticket| {
            ticket.class = class.clone();
            ticket.asked = None;
        }),
        OfficeEvent::TicketMoved { ticket, service, .. } => office.change(*ticket, |ticket| {
            ticket.service = service.clone();
            ticket.only = None;
        }),
        OfficeEvent::TicketCancelled { ticket, .. } | OfficeEvent::TicketReleased { ticket, .. } => {
            tally(office, *ticket, |tally, ticket, plan| tally.cancelled(ticket, at, plan));
            office.change(*ticket, |ticket| ticket.state = State::Cancelled { at });
        }
        OfficeEvent::TicketRated { ticket, counter, score, .. } => {
            // Not by `change`: a rating moves nobody, and yesterday's tickets, which count no more, can be rated.
            // A restore that begins with this day does not know those; nothing of them outlives the day.
            if let Some(ticket) = office.tickets.get_mut(ticket) {
                ticket.rated = true;
                office.tally.rated(ticket, *counter, *score, at, office.plan.as_ref());
            }
        }
        _ => {}
    }
}

fn tally(office: &mut Office, id: TicketId, count: impl FnOnce(&mut Tally, &Ticket, Option<&DayPlan>)) {
    let ticket = office.tickets.get(&id).expect("an event names a ticket of the office");
    count(&mut office.tally, ticket, office.plan.as_ref());
}
