//! What a command leads to: events, or a refusal. Never changes the state; [`crate::apply`] does.
//!
//! One file for each kind of command: `decide/issue.rs` takes numbers, `decide/call.rs` calls, `decide/visit.rs`
//! is what happens at a counter, `decide/desk.rs` the counter itself, `decide/ticket.rs` what is done to a
//! ticket elsewhere, `decide/day.rs` days, alarm and layout, `decide/loss.rs` goes on after a loss.

mod call;
mod day;
mod desk;
pub(crate) mod issue;
mod loss;
mod ticket;
mod visit;

pub(crate) use issue::closed_because;

use crate::command::Command;
use crate::counter::{Counter, CounterState};
use crate::event::OfficeEvent;
use crate::ids::CounterId;
use crate::office::Office;
use crate::permit::{self, Actor};
use crate::refusal::Refusal;
use crate::ticket::Ticket;
use crate::time::At;

/// Decides `command` of `actor` at `at`. Every accepted command has at least one event.
///
/// # Errors
/// The [`Refusal`] that the rules give; nothing has changed then.
pub fn decide(
    office: &Office,
    actor: &Actor,
    command: &Command,
    at: At,
) -> Result<Vec<OfficeEvent>, Refusal> {
    permit::check(actor, command)?;
    match command {
        Command::Issue(wanted) => issue::issue(office, actor, wanted, at),
        Command::CallNext { counter } => call::next(office, actor, *counter, at),
        Command::CallChosen { counter, number, reason } => {
            call::chosen(office, actor, *counter, *number, reason.as_ref())
        }
        Command::Recall { counter } => call::recall(office, actor, *counter),
        Command::Start { counter } => visit::start(office, actor, *counter),
        Command::Finish { counter, outcome } => visit::finish(office, actor, *counter, outcome.as_ref()),
        Command::Absent { counter } => visit::absent(office, actor, *counter, at),
        Command::Park { counter, reason } => visit::park(office, actor, *counter, reason),
        Command::Return { counter } => visit::put_back(office, actor, *counter),
        Command::Transfer { counter, to } => visit::transfer(office, actor, *counter, to),
        Command::OpenCounter { counter } => desk::open(office, actor, *counter),
        Command::PauseCounter { counter, reason } => desk::pause(office, actor, *counter, reason),
        Command::CloseCounter { counter } => desk::close(office, actor, *counter),
        Command::Cancel { ticket } => ticket::cancel(office, *ticket),
        Command::Confirm { ticket, class } => ticket::confirm(office, *ticket, class.as_ref()),
        Command::Ready { tickets } => ticket::ready(office, tickets),
        Command::Reinstate { ticket } => ticket::reinstate(office, *ticket),
        Command::Move { ticket, service } => ticket::correct(office, *ticket, service),
        Command::Rate { ticket, score, comment } => ticket::rate(office, *ticket, *score, comment.as_ref()),
        Command::Release { ticket, reason } => ticket::release(office, *ticket, reason),
        Command::OpenDay { plan } => day::open(office, plan, at),
        Command::CloseDay { reason } => day::close(office, actor, reason.as_ref(), at),
        Command::ReopenDay { reason } => day::reopen(office, reason),
        Command::Tick => Ok(vec![OfficeEvent::TimePassed]),
        Command::ChangeLayout { layout, plan } => day::change_layout(office, layout, plan),
        Command::RaiseAlarm { reason } => day::raise_alarm(office, reason),
        Command::EndAlarm { reason } => day::end_alarm(office, reason.as_ref()),
        Command::CorrectClock { to, plan, reason } => day::correct_clock(office, *to, plan, reason),
        Command::AcceptLoss(loss) => loss::accept(office, loss, at),
    }
}

/// The counter, in the hands of the actor who opened it.
fn own<'o>(office: &'o Office, actor: &Actor, id: CounterId) -> Result<&'o Counter, Refusal> {
    let counter = office.counters.get(&id).ok_or(Refusal::UnknownCounter(id))?;
    if counter.state == CounterState::Closed {
        return Err(Refusal::CounterClosed(id));
    }
    match actor {
        Actor::User { name, .. } if counter.clerk.as_ref() == Some(name) => Ok(counter),
        Actor::User { .. } | Actor::System | Actor::Anyone | Actor::Device(_) => {
            Err(Refusal::CounterTaken(id))
        }
    }
}

/// The ticket that the actor's counter holds.
fn own_ticket<'o>(office: &'o Office, actor: &Actor, id: CounterId) -> Result<&'o Ticket, Refusal> {
    office.held(own(office, actor, id)?).ok_or(Refusal::NoTicket)
}

/// A reason that says something.
fn written(reason: &crate::text::Text) -> Result<crate::text::Text, Refusal> {
    if reason.as_str().trim().is_empty() { Err(Refusal::ReasonRequired) } else { Ok(reason.clone()) }
}
