//! Who is next, decided anew: the most credit among the counter's own services, then among those it helps out with.

use std::cmp::Reverse;

use super::{Hall, Stand, Ticket};

impl Hall {
    /// The ticket that `counter` is to call now; nothing where nobody waits whom it may call.
    pub(crate) fn next(&self, counter: u64) -> Option<String> {
        let waiting = self.tickets.iter().filter(|(_, ticket)| ticket.stand == Stand::Waiting);
        let callable = waiting.filter_map(|(id, ticket)| {
            let helping = self.helping(counter, ticket)?;
            Some(((helping, Reverse(self.credit(ticket)), ticket.order), id))
        });
        callable.min_by_key(|(rank, _)| *rank).map(|(_, id)| id.clone())
    }

    /// Whether the counter may call the ticket: as its own, or only helping out.
    fn helping(&self, counter: u64, ticket: &Ticket) -> Option<bool> {
        if ticket.only == Some(counter) {
            return Some(false);
        }
        let awaited = ticket.only.and_then(|only| self.counters.get(&only));
        if awaited.is_some_and(|place| place.state != "closed") {
            return None;
        }
        let place = self.plan.places.iter().find(|place| place.id == counter)?;
        if place.services.iter().any(|service| *service == ticket.service) {
            Some(false)
        } else {
            place.backups.iter().any(|service| *service == ticket.service).then_some(true)
        }
    }

    /// Rate times milliseconds waited: exact.
    fn credit(&self, ticket: &Ticket) -> u128 {
        let rate = if ticket.class == "priority" { self.plan.priority_rate } else { 1 };
        u128::from(rate) * u128::try_from(self.at - ticket.issued_at).unwrap_or(0)
    }

    /// The record's own account of the wait and the credit of a turn.
    pub(crate) fn check_account(&mut self, id: &str, why: &serde_json::Value) {
        let ticket = &self.tickets[id];
        let waited = u64::try_from(self.at - ticket.issued_at).unwrap_or(0);
        let credit = u64::try_from(self.credit(ticket) * 1_000_000 / 60_000).unwrap_or(u64::MAX);
        if why["waited"].as_u64() != Some(waited) || why["credit"].as_u64() != Some(credit) {
            self.wrong(format!("its ticket waited {waited} ms for {credit}, and the record says {why}"));
        }
    }
}
