//! What a clerk sees of the own counter: the ticket held, and how many wait for what. Never who.

use std::collections::BTreeSet;

use crate::ids::{CounterId, ServiceId};
use crate::office::Office;
use crate::policy::{Among, may_call, waiting_for_counter};
use crate::ticket::{State, Ticket};
use crate::time::{At, Millis};

/// What waits for a counter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Desk {
    /// Tickets that the counter may call.
    pub waiting: u64,
    /// The same by service: the counter's own, then its backups, then others of which a ticket was sent here.
    pub lines: Vec<DeskLine>,
    /// When the held ticket was called, or its service started.
    pub ticket_since: Option<At>,
    /// When the called ticket may be marked absent.
    pub absent_from: Option<At>,
}

/// Who waits for one service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeskLine {
    /// The service.
    pub service: ServiceId,
    /// Whether it is the counter's own.
    pub among: Among,
    /// Tickets waiting.
    pub waiting: u64,
    /// How long the oldest has waited.
    pub oldest: Option<Millis>,
}

/// The view of `counter` at `at`; nothing for an unknown one.
#[must_use]
pub fn desk(office: &Office, counter: CounterId, at: At) -> Option<Desk> {
    let place = office.layout.counter(counter)?;
    let own = place.services.iter().map(|service| (service, Among::Own));
    let backup = place.backup_services.iter().map(|service| (service, Among::Backup));
    let sent = office.lines.iter().filter(|(key, _)| key.only == Some(counter)).map(|(key, _)| &key.service);
    let others: BTreeSet<&ServiceId> = sent.filter(|service| !place.serves(service)).collect();
    let sent = others.into_iter().map(|service| (service, Among::Own));
    let lines = own.chain(backup).chain(sent);
    let lines = lines.map(|(service, among)| line(office, counter, service, among, at)).collect();
    let held = office.counters.get(&counter).and_then(|counter| office.held(counter));
    let (ticket_since, absent_from) = times(office, held);
    Some(Desk { waiting: waiting_for_counter(office, place), lines, ticket_since, absent_from })
}

/// When a held ticket was called or its service started, and from when it may be marked absent.
#[must_use]
pub fn times(office: &Office, held: Option<&Ticket>) -> (Option<At>, Option<At>) {
    match held.map(|ticket| &ticket.state) {
        Some(State::Called { at, .. }) => (Some(*at), Some(at.plus(office.layout.absent_after))),
        Some(State::Serving { at, .. }) => (Some(*at), None),
        Some(
            State::Waiting
            | State::Parked { .. }
            | State::Finished { .. }
            | State::Absent { .. }
            | State::Cancelled { .. }
            | State::Expired { .. },
        )
        | None => (None, None),
    }
}

fn line(office: &Office, counter: CounterId, service: &ServiceId, among: Among, at: At) -> DeskLine {
    let place = office.layout.counter(counter);
    let callable = office.lines.iter().filter(|(key, _)| {
        key.service == *service && place.is_some_and(|place| may_call(office, place, key).is_some())
    });
    let (mut waiting, mut oldest) = (0, None);
    for (_, line) in callable {
        waiting += line.len() as u64;
        oldest = oldest.max(line.front().map(|place| at.since(place.since)));
    }
    DeskLine { service: service.clone(), among, waiting, oldest }
}
