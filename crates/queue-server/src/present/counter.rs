//! Counters on the wire, for staff: they name the clerk and the reasons.

use queue_core::counter::{Counter, CounterState};
use queue_core::policy::{Among, Why};
use queue_core::ticket::Ticket;
use queue_core::time::At;
use queue_core::views::board::Shown;
use queue_core::views::counter::{DeskLine, desk, times};
use queue_wire::counter as wire;

use super::Scene;

/// A counter as it stands in `counter` with the ticket it holds; what waits is of the scene's moment.
#[must_use]
pub fn counter(scene: Scene<'_>, counter: &Counter, ticket: Option<&Ticket>) -> wire::Counter {
    let desk = desk(scene.office, counter.id, scene.at);
    let (ticket_since, absent_from) = times(scene.office, ticket);
    let text = |at: At| scene.zone.text(at);
    wire::Counter {
        id: counter.id.0,
        state: super::counter_state(Shown::of(&counter.state)),
        clerk: counter.clerk.as_ref().map(ToString::to_string),
        ticket: ticket.map(|ticket| super::ticket(scene, ticket)),
        waiting: desk.as_ref().map_or(0, |desk| desk.waiting),
        lines: desk.iter().flat_map(|desk| &desk.lines).map(line).collect(),
        pause_reason: match &counter.state {
            CounterState::Paused { reason } => Some(reason.as_str().to_owned()),
            CounterState::Closed | CounterState::Open => None,
        },
        since: text(counter.since),
        ticket_since: ticket_since.map(text),
        absent_from: absent_from.map(text),
        why: ticket.and(counter.why.as_ref()).map(why),
    }
}

fn line(line: &DeskLine) -> wire::Line {
    wire::Line {
        service: line.service.to_string(),
        backup: line.among == Among::Backup,
        waiting: line.waiting,
        oldest_s: line.oldest.map(queue_core::time::Millis::secs),
    }
}

fn why(why: &Why) -> wire::WhyCalled {
    let plain =
        |rule: &str| wire::WhyCalled { rule: rule.to_owned(), waited_s: None, runner_up: None, reason: None };
    match why {
        Why::Turn { among, waited, runner_up, .. } => wire::WhyCalled {
            waited_s: Some(waited.secs()),
            runner_up: runner_up.map(|number| number.to_string()),
            ..plain(if *among == Among::Own { "turn" } else { "backup" })
        },
        Why::Chosen { reason } => {
            wire::WhyCalled { reason: Some(reason.as_str().to_owned()), ..plain("chosen") }
        }
        Why::TakenUp => plain("taken-up"),
    }
}
