//! Every no had its cause: some state that was on the disk between the question and the answer explains it.

use crate::ledger::Heard;
use crate::reference::{Hall, Stand};

/// Refusals that are still to be explained.
pub(super) struct Refusals {
    open: Vec<Heard>,
}

impl Refusals {
    /// Those in `heard` whose cause can be seen in a state.
    pub(super) fn of(heard: &[Heard]) -> Self {
        let seen = |heard: &&Heard| matches!(heard.status, 404 | 409) && counter_of(heard).is_some();
        let judged = heard.iter().filter(seen).filter(|heard| heard.sent_seq > 0);
        Self { open: judged.filter(|heard| is_judged(code(heard))).cloned().collect() }
    }

    /// Lets the state after a record explain what it can.
    pub(super) fn look(&mut self, hall: &Hall) {
        self.open.retain(|heard| {
            let within = (heard.sent_seq..=heard.heard_seq).contains(&hall.seq);
            !(within && explains(hall, heard))
        });
    }

    /// What nothing explained.
    pub(super) fn end(self, wrong: &mut Vec<String>) {
        for heard in self.open {
            wrong.push(format!(
                "{} of {} was refused with {}, and no state from record {} to {} explains it",
                heard.what,
                heard.scope,
                code(&heard),
                heard.sent_seq,
                heard.heard_seq
            ));
        }
    }
}

fn code(heard: &Heard) -> &str {
    heard.body["code"].as_str().unwrap_or_default()
}

fn is_judged(code: &str) -> bool {
    let judged = [
        "ticket-open",
        "no-ticket",
        "not-started",
        "already-started",
        "counter-taken",
        "counter-closed",
        "not-waiting",
        "day-closed",
    ];
    judged.contains(&code)
}

fn counter_of(heard: &Heard) -> Option<(u64, &str)> {
    let (counter, act) = heard.what.strip_prefix("POST /counters/")?.split_once('/')?;
    Some((counter.parse().ok()?, act))
}

fn explains(hall: &Hall, heard: &Heard) -> bool {
    let Some((id, act)) = counter_of(heard) else { return true };
    let Some(counter) = hall.counters.get(&id) else { return true };
    let held = counter.ticket.as_ref().and_then(|ticket| hall.tickets.get(ticket)).map(|ticket| ticket.stand);
    let called = matches!(held, Some(Stand::Called(..)));
    let serving = matches!(held, Some(Stand::Serving(_)));
    match code(heard) {
        "ticket-open" => called || (act == "close" && serving),
        "no-ticket" => held.is_none(),
        "not-started" => called,
        "already-started" => serving,
        "counter-taken" => counter.clerk.as_deref() != heard.scope.strip_prefix("user:"),
        "counter-closed" => counter.state != "open",
        "day-closed" => hall.closed,
        "not-waiting" => {
            let asked: serde_json::Value = serde_json::from_str(&heard.sent).unwrap_or_default();
            let number = asked["number"].as_str().unwrap_or_default();
            let ticket = hall.numbers.get(number).and_then(|id| hall.tickets.get(id));
            ticket.is_none_or(|ticket| !matches!(ticket.stand, Stand::Waiting | Stand::Parked(_)))
        }
        _ => true,
    }
}
