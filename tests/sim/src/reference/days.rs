//! Days in the reference: opened once each, closed with everybody accounted for.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Counter, Hall, Stand, Ticket, local_date};

fn names(list: &Value) -> BTreeSet<String> {
    let items = list.as_array().map(Vec::as_slice).unwrap_or_default();
    items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
}

impl Hall {
    /// Whether a ticket is of this day, issued on it or carried into it.
    pub(crate) fn is_of_today(&self, id: &str, ticket: &Ticket) -> bool {
        self.numbers.get(&ticket.number).is_some_and(|held| held == id)
    }

    fn carried(ticket: &Ticket) -> bool {
        let in_line = matches!(ticket.stand, Stand::Waiting | Stand::Called(..));
        matches!(ticket.stand, Stand::Parked(_)) || (in_line && ticket.ready)
    }

    pub(super) fn day_opened(&mut self, event: &Value) {
        let date = event["plan"]["date"].as_str().unwrap_or_default().to_owned();
        if date != local_date(self.at) {
            self.wrong(format!("the day {date} was opened on {}", local_date(self.at)));
        }
        if !self.dates.insert(date.clone()) || date <= self.date {
            self.wrong(format!("the day {date} was opened again, after {}", self.date));
        }
        if !self.closed {
            self.wrong(format!("the day {} was not closed before", self.date));
        }
        let due: BTreeSet<String> = self
            .tickets
            .iter()
            .filter(|(_, ticket)| Self::carried(ticket))
            .map(|(id, _)| id.clone())
            .collect();
        let list = event["carried"].as_array().cloned().unwrap_or_default();
        let carried: BTreeSet<String> =
            list.iter().filter_map(|ticket| ticket["id"].as_str().map(str::to_owned)).collect();
        if due != carried {
            self.wrong(format!("carried over are {carried:?}, and due were {due:?}"));
        }
        let before = std::mem::take(&mut self.numbers);
        self.tickets.retain(|id, ticket| {
            Self::carried(ticket) || (ticket.stand.is_over() && before.get(&ticket.number) == Some(id))
        });
        self.numbers = due.iter().map(|id| (self.tickets[id].number.clone(), id.clone())).collect();
        self.series.clear();
        self.recent.clear();
        for counter in self.counters.values_mut() {
            *counter = Counter { state: "closed", ..Counter::default() };
        }
        for id in &due {
            if let Some(ticket) = self.tickets.get_mut(id)
                && matches!(ticket.stand, Stand::Called(..))
            {
                ticket.stand = Stand::Waiting;
            }
        }
        (self.date, self.closed, self.alarm) = (date, false, false);
        self.openings.push(self.seq);
    }

    pub(super) fn day_closed(&mut self, event: &Value) {
        if self.closed {
            self.wrong("a closed day was closed");
        }
        let of = |keep: &dyn Fn(&Ticket) -> bool| -> BTreeSet<String> {
            let found = self.tickets.iter().filter(|(_, ticket)| keep(ticket));
            found.map(|(id, _)| id.clone()).collect()
        };
        let parked = of(&Self::carried);
        let expired = of(&|ticket| {
            matches!(ticket.stand, Stand::Waiting | Stand::Called(..)) && !Self::carried(ticket)
        });
        let finished = of(&|ticket| matches!(ticket.stand, Stand::Serving(_)));
        for (what, due) in [("parked", &parked), ("expired", &expired), ("finished", &finished)] {
            if names(&event[what]) != *due {
                self.wrong(format!("at the end of the day {what} are {}, and due were {due:?}", event[what]));
            }
        }
        for (set, stand) in [(&expired, Stand::Expired), (&finished, Stand::Finished)] {
            for id in set {
                self.set(id, stand);
            }
        }
        for id in &parked {
            if matches!(self.tickets[id].stand, Stand::Called(..)) {
                self.set(id, Stand::Waiting);
            }
        }
        for counter in self.counters.values_mut() {
            *counter = Counter { state: "closed", ..Counter::default() };
        }
        self.recent.clear();
        self.closed = true;
    }

    pub(super) fn day_reopened(&mut self, event: &Value) {
        let due: BTreeSet<String> = self
            .tickets
            .iter()
            .filter(|(id, ticket)| ticket.stand == Stand::Expired && self.is_of_today(id, ticket))
            .map(|(id, _)| id.clone())
            .collect();
        if names(&event["tickets"]) != due {
            self.wrong(format!("waiting again are {}, and due were {due:?}", event["tickets"]));
        }
        for id in &due {
            self.set(id, Stand::Waiting);
        }
        self.closed = false;
    }

    /// The one way back in time; days after it may come again.
    pub(super) fn clock_corrected(&mut self, event: &Value) {
        let to = event["to"].as_i64().unwrap_or(0);
        let date = event["plan"]["date"].as_str().unwrap_or_default().to_owned();
        self.dates.retain(|known| *known <= date);
        self.date = date;
        self.at = to;
        self.corrections.push((self.seq, to));
        for ticket in self.tickets.values_mut() {
            ticket.issued_at = ticket.issued_at.min(to);
            if let Stand::Called(_, at) = &mut ticket.stand {
                *at = (*at).min(to);
            }
        }
        let given = event["series"].as_array().cloned().unwrap_or_default();
        for pair in given {
            let (Some(service), Some(last)) = (pair[0].as_str(), pair[1].as_u64()) else { continue };
            let known = self.series.entry(service.to_owned()).or_insert(last);
            *known = (*known).max(last);
        }
    }
}
