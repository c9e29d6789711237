//! Tickets and counters in the reference: numbers, calls, and what happens at a counter.

use serde_json::Value;

use super::{Call, Hall, Stand, Ticket};

/// Calls on a board.
const RECENT_MAX: usize = 12;

fn text<'v>(event: &'v Value, field: &str) -> &'v str {
    event[field].as_str().unwrap_or_default()
}

impl Hall {
    /// Moves a ticket, and lets go of the counter that held it.
    pub(super) fn set(&mut self, id: &str, stand: Stand) {
        let Some(ticket) = self.tickets.get_mut(id) else { return };
        if let Some(counter) = ticket.stand.counter()
            && let Some(place) = self.counters.get_mut(&counter)
        {
            place.ticket = None;
        }
        ticket.stand = stand;
        if let Some(counter) = stand.counter() {
            let taken = self.counters.entry(counter).or_default().ticket.replace(id.to_owned());
            if taken.is_some() {
                self.wrong(format!("counter {counter} holds two tickets"));
            }
        }
    }

    pub(super) fn issued(&mut self, event: &Value, actor: &str) {
        let (id, number, service) =
            (text(event, "ticket").to_owned(), text(event, "number").to_owned(), text(event, "service"));
        if self.closed || self.alarm || self.date.is_empty() {
            self.wrong("a number was given while none are");
        }
        let plan = std::sync::Arc::clone(&self.plan);
        let Some(line) = plan.services.iter().find(|known| known.id == service) else {
            return self.wrong(format!("there is no service {service}"));
        };
        let written = |value: u64| format!("{}{value:0width$}", line.prefix, width = line.digits);
        let mut due = self.series.get(service).map_or(line.first, |last| (last + 1).max(line.first));
        while self.numbers.contains_key(&written(due)) {
            due += 1;
        }
        if number != written(due) || due >= 10_u64.pow(u32::try_from(line.digits).unwrap_or(1)) {
            self.wrong(format!("number {number} was given where {} was due", written(due)));
        }
        let class = text(event, "class").to_owned();
        if class == "priority" && actor == "anyone" {
            self.wrong("a citizen gave himself priority");
        }
        if self.tickets.contains_key(&id) || self.numbers.insert(number.clone(), id.clone()).is_some() {
            self.wrong(format!("number {number} stands for two tickets"));
        }
        self.series.insert(service.to_owned(), number[1..].parse().unwrap_or(due));
        self.issued += 1;
        let then = event["then"].as_array().cloned().unwrap_or_default();
        let ticket = Ticket {
            number,
            service: service.to_owned(),
            then: then.iter().filter_map(|service| service.as_str().map(str::to_owned)).collect(),
            class,
            issued_at: self.at,
            order: self.issued,
            only: None,
            ready: false,
            reinstated: false,
            last_call: None,
            stand: Stand::Waiting,
        };
        self.tickets.insert(id, ticket);
    }

    /// Whether `actor` sits at the open counter of `event`.
    fn desk(&mut self, event: &Value, actor: &str) -> u64 {
        let id = event["counter"].as_u64().unwrap_or(0);
        let clerk = self.counters.get(&id).and_then(|counter| counter.clerk.clone());
        if clerk.as_deref() != actor.strip_prefix("user:") {
            self.wrong(format!("{actor} acted at counter {id} of {clerk:?}"));
        }
        id
    }

    fn may_call(&mut self, event: &Value, actor: &str) -> u64 {
        let id = self.desk(event, actor);
        if self.counters.get(&id).is_none_or(|counter| counter.state != "open") || self.closed || self.alarm {
            self.wrong(format!("counter {id} called and may not"));
        }
        id
    }

    pub(super) fn nobody_called(&mut self, event: &Value, actor: &str) {
        let counter = self.may_call(event, actor);
        if let Some(next) = self.next(counter) {
            self.wrong(format!(
                "counter {counter} called nobody, and {} was next",
                self.tickets[&next].number
            ));
        }
    }

    pub(super) fn called(&mut self, event: &Value, actor: &str) {
        let counter = self.may_call(event, actor);
        let id = text(event, "ticket").to_owned();
        let Some(ticket) = self.tickets.get(&id).cloned() else {
            return self.wrong("an unknown ticket was called");
        };
        if ticket.number != text(event, "number") {
            self.wrong("the called number is not that of the ticket");
        }
        let why = &event["why"];
        match why["rule"].as_str() {
            Some("turn") => {
                let next = self.next(counter);
                if next.as_ref() != Some(&id) {
                    let due = next.map_or("nobody".to_owned(), |next| self.tickets[&next].number.clone());
                    self.wrong(format!("counter {counter} called {}, and {due} was next", ticket.number));
                }
                self.check_account(&id, why);
            }
            Some("chosen") if why["reason"].is_null() => self.wrong("out of order without a reason"),
            Some("chosen") if !matches!(ticket.stand, Stand::Waiting | Stand::Parked(_)) => {
                self.wrong(format!("{} was called while {:?}", ticket.number, ticket.stand));
            }
            Some("chosen") => {}
            Some("taken_up") => {
                let own = matches!(ticket.stand, Stand::Parked(place) if place == counter);
                if !(own || ticket.ready && ticket.stand == Stand::Waiting) {
                    self.wrong(format!("{} was taken up while {:?}", ticket.number, ticket.stand));
                }
            }
            _ => self.wrong(format!("called for no known reason: {why}")),
        }
        self.set(&id, Stand::Called(counter, self.at));
        if let Some(ticket) = self.tickets.get_mut(&id) {
            (ticket.only, ticket.last_call) = (None, Some(counter));
        }
        self.show(&id, counter, &ticket.number);
    }

    fn show(&mut self, id: &str, counter: u64, number: &str) {
        self.recent.retain(|shown| shown != id);
        self.recent.push_front(id.to_owned());
        self.recent.truncate(RECENT_MAX);
        self.calls.push(Call { seq: self.seq, number: number.to_owned(), counter });
    }

    pub(super) fn counter(&mut self, event: &Value, actor: &str) {
        let id = event["counter"].as_u64().unwrap_or(0);
        let state = self.counters.entry(id).or_default().clone();
        let next = match text(event, "type") {
            "counter_opened" => {
                let clerk = text(event, "clerk").to_owned();
                if state.state != "closed" && state.clerk.as_ref() != Some(&clerk) {
                    self.wrong(format!("{clerk} opened counter {id} of {:?}", state.clerk));
                }
                let elsewhere = |(other, place): (&u64, &super::Counter)| {
                    *other != id && place.clerk.as_ref() == Some(&clerk)
                };
                if self.counters.iter().any(elsewhere) {
                    self.wrong(format!("{clerk} sits at two counters"));
                }
                super::Counter { state: "open", clerk: Some(clerk), ticket: state.ticket }
            }
            "counter_paused" => {
                self.desk(event, actor);
                super::Counter { state: "paused", ..state }
            }
            _ => {
                if state.ticket.is_some() {
                    self.wrong(format!("counter {id} closed with a ticket"));
                }
                super::Counter { state: "closed", ..super::Counter::default() }
            }
        };
        self.counters.insert(id, next);
    }

    /// What happens to a ticket otherwise.
    pub(super) fn visit(&mut self, kind: &str, event: &Value, actor: &str) {
        let id = text(event, "ticket").to_owned();
        let Some(ticket) = self.tickets.get(&id).cloned() else {
            // A rating may come for a visit of long ago.
            if kind != "ticket_rated" {
                self.wrong(format!("{kind} of an unknown ticket"));
            }
            return;
        };
        let at_counter = !event["counter"].is_null() && kind != "ticket_rated" && kind != "ticket_returned";
        if at_counter {
            let counter = self.desk(event, actor);
            if ticket.stand.counter() != Some(counter) {
                self.wrong(format!("{kind} at counter {counter} of a ticket that is {:?}", ticket.stand));
            }
        }
        let fits = match kind {
            "ticket_started" | "ticket_recalled" | "ticket_absent" => {
                matches!(ticket.stand, Stand::Called(..))
            }
            "ticket_finished" | "ticket_forwarded" => matches!(ticket.stand, Stand::Serving(_)),
            "ticket_readied" => matches!(ticket.stand, Stand::Parked(_)),
            "ticket_reinstated" => ticket.stand == Stand::Absent && !ticket.reinstated,
            "ticket_cancelled" | "ticket_released" => {
                matches!(ticket.stand, Stand::Waiting | Stand::Called(..) | Stand::Parked(_))
            }
            "class_confirmed" | "ticket_moved" => {
                matches!(ticket.stand, Stand::Waiting | Stand::Parked(_))
            }
            "ticket_rated" => ticket.stand == Stand::Finished,
            _ => true,
        };
        if !fits {
            self.wrong(format!("{kind} of {}, which is {:?}", ticket.number, ticket.stand));
        }
        if let ("ticket_absent", Stand::Called(_, called)) = (kind, ticket.stand)
            && self.at - called < i64::try_from(self.plan.absent_after_s).unwrap_or(0) * 1000
        {
            self.wrong(format!("{} was marked absent too early", ticket.number));
        }
        self.follow(kind, event, &id, &ticket);
    }

    fn follow(&mut self, kind: &str, event: &Value, id: &str, before: &Ticket) {
        let counter = event["counter"].as_u64().unwrap_or(0);
        let stand = match kind {
            "ticket_started" => Stand::Serving(counter),
            "ticket_finished" => Stand::Finished,
            "ticket_absent" => Stand::Absent,
            "ticket_parked" => Stand::Parked(counter),
            "ticket_cancelled" | "ticket_released" => Stand::Cancelled,
            "ticket_forwarded" | "ticket_returned" | "ticket_transferred" | "ticket_readied"
            | "ticket_reinstated" => Stand::Waiting,
            _ => before.stand,
        };
        if stand != before.stand {
            self.set(id, stand);
        }
        if kind == "ticket_recalled" {
            self.show(id, counter, &before.number);
        }
        let Some(ticket) = self.tickets.get_mut(id) else { return };
        match kind {
            "ticket_parked" => ticket.ready = false,
            "ticket_readied" => (ticket.ready, ticket.only) = (true, None),
            "ticket_returned" => ticket.only = None,
            "ticket_reinstated" => (ticket.reinstated, ticket.only) = (true, None),
            "ticket_forwarded" => {
                text(event, "service").clone_into(&mut ticket.service);
                (ticket.ready, ticket.only) = (false, None);
                if !ticket.then.is_empty() {
                    ticket.then.remove(0);
                }
            }
            "ticket_transferred" => {
                ticket.ready = false;
                ticket.only = event["to"]["counter"].as_u64();
                if let Some(service) = event["to"]["service"].as_str() {
                    service.clone_into(&mut ticket.service);
                }
            }
            "ticket_moved" => {
                text(event, "service").clone_into(&mut ticket.service);
                ticket.only = None;
            }
            "class_confirmed" => text(event, "class").clone_into(&mut ticket.class),
            _ => {}
        }
    }
}
