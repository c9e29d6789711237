//! What was shown and heard: each call once or expired, the board right once all is quiet, memory equal to replay.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::ledger::{Ledger, Screen};
use crate::reference::{Hall, Stand};
use crate::shared::Shared;

/// Most of a call's life of 90 s, in simulated milliseconds.
const CALL_LIFE_MS: u64 = 85_000;
/// A screen is right this long after the last change.
const RIGHT_AFTER_MS: u64 = 5_000;
/// Phones are swept once a second; waits and figures may be older.
const SETTLED: &str = "settled";

/// Keeps what screens and followers show once all is quiet.
pub fn settled(shared: &Shared) {
    let (seq, now, last_change) = {
        let state = shared.disk.state();
        (state.durable.0, state.now_ms, state.since.last().copied().unwrap_or(0))
    };
    if now < last_change + RIGHT_AFTER_MS || !shared.server().up {
        return;
    }
    let mut ledger = shared.ledger();
    let screens: Vec<Value> = ledger.screens.values().map(|screen| screen.board.clone()).collect();
    let followers: Vec<Value> = ledger
        .followers
        .iter()
        .map(|(path, follower)| json!({ "path": path, "state": follower.state }))
        .collect();
    ledger.last.insert(SETTLED.to_owned(), json!({ "seq": seq, "screens": screens, "followers": followers }));
}

/// What was kept when all was quiet.
pub(super) struct Settled {
    kept: Option<Value>,
    compared: bool,
    comparisons: u64,
}

impl Settled {
    pub(super) fn of(shared: &Shared) -> Self {
        Self { kept: shared.ledger().last.get(SETTLED).cloned(), compared: false, comparisons: 0 }
    }

    /// Whether it came so far.
    pub(super) fn compared(&self) -> bool {
        self.compared
    }

    /// Boards, phones and consoles that were compared.
    pub(super) fn comparisons(&self) -> u64 {
        self.comparisons
    }

    /// Compares once the reference has come so far.
    pub(super) fn look(&mut self, hall: &Hall, wrong: &mut Vec<String>) {
        let Some(kept) = self.kept.take_if(|kept| kept["seq"].as_u64() == Some(hall.seq)) else {
            return;
        };
        self.compared = true;
        let due = board_of(hall);
        for (index, board) in kept["screens"].as_array().into_iter().flatten().enumerate() {
            let shown = board_as_shown(board);
            self.comparisons += 1;
            if shown != due {
                wrong.push(format!("screen {index} shows {shown} in the end, and due is {due}"));
            }
        }
        for follower in kept["followers"].as_array().into_iter().flatten() {
            let path = follower["path"].as_str().unwrap_or_default();
            let state = &follower["state"];
            let told = if path.starts_with("/counters") { &state["counter"] } else { &state["ticket"] };
            self.comparisons += u64::from(compare(hall, path, told, wrong));
        }
    }
}

/// Compares what the server said in the end with the reference; gives how many answers could be.
pub(super) fn compare_last(hall: &Hall, last: &BTreeMap<String, Value>, wrong: &mut Vec<String>) -> u64 {
    last.iter().map(|(path, said)| u64::from(compare(hall, path, said, wrong))).sum()
}

/// Whether the reference knows what `path` speaks of; where it does and says otherwise, that is `wrong`.
fn compare(hall: &Hall, path: &str, said: &Value, wrong: &mut Vec<String>) -> bool {
    if let Some(ticket) = path.strip_prefix("/tickets/").and_then(|id| hall.tickets.get(id)) {
        let due = json!([ticket.number, ticket.stand.word(), ticket.service, ticket.class]);
        let shown = json!([said["number"], said["state"], said["service"], said["class"]]);
        if shown != due {
            wrong.push(format!("{path} is said to be {shown}, and is {due}"));
        }
    } else if let Some(id) = path.strip_prefix("/counters/") {
        let Some(counter) = id.parse().ok().and_then(|id: u64| hall.counters.get(&id)) else { return false };
        let number = counter.ticket.as_ref().map(|ticket| hall.tickets[ticket].number.clone());
        let due = json!([counter.state, counter.clerk, number]);
        let shown = json!([said["state"], said["clerk"], said["ticket"]["number"]]);
        if shown != due {
            wrong.push(format!("{path} is said to be {shown}, and is {due}"));
        }
    } else if path.is_empty() {
        let services = said["services"].as_array().into_iter().flatten();
        let shown: Vec<Value> = services.map(|service| json!([service["id"], service["waiting"]])).collect();
        let due = waiting_of(hall);
        if json!(shown) != due {
            wrong.push(format!("waiting are said to be {}, and are {due}", json!(shown)));
        }
    } else {
        return false;
    }
    true
}

fn waiting_of(hall: &Hall) -> Value {
    let count = |service: &str| {
        let waits =
            |ticket: &&crate::reference::Ticket| ticket.stand == Stand::Waiting && ticket.service == service;
        hall.tickets.values().filter(waits).count()
    };
    hall.plan.services.iter().map(|service| json!([service.id, count(service.id)])).collect()
}

/// The board as the reference has it.
fn board_of(hall: &Hall) -> Value {
    let calls: Vec<Value> = hall
        .recent
        .iter()
        .filter_map(|id| hall.tickets.get(id))
        .map(|ticket| json!([ticket.number, ticket.last_call, ticket.stand.word()]))
        .collect();
    let counters: Vec<Value> = hall
        .counters
        .iter()
        .map(|(id, counter)| {
            let number = counter.ticket.as_ref().map(|ticket| hall.tickets[ticket].number.clone());
            json!([id, counter.state, number])
        })
        .collect();
    json!({ "calls": calls, "counters": counters, "waiting": waiting_of(hall), "alarm": hall.alarm })
}

fn board_as_shown(board: &Value) -> Value {
    let list = |name: &str, fields: &[&str]| -> Vec<Value> {
        let items = board[name].as_array().cloned().unwrap_or_default();
        items.iter().map(|item| fields.iter().map(|field| item[*field].clone()).collect()).collect()
    };
    json!({
        "calls": list("calls", &["number", "counter", "state"]),
        "counters": list("counters", &["id", "state", "number"]),
        "waiting": list("services", &["id", "waiting"]),
        "alarm": board["alarm"],
    })
}

/// Judges what each screen heard over the whole run.
pub(super) fn check(shared: &Shared, hall: &Hall, wrong: &mut Vec<String>) {
    let since = shared.disk.state().since.clone();
    let jumps = shared.server().jumps.clone();
    let ledger = shared.ledger();
    let Ledger { screens, .. } = &*ledger;
    for (index, screen) in screens {
        heard_right(*index, screen, hall, wrong);
        let disturbed = |from: u64, to: u64| jumps.iter().any(|jump| (from..=to).contains(jump));
        missed(*index, screen, hall, (&since, &disturbed), wrong);
    }
}

/// What was heard is in the journal, and was heard once.
fn heard_right(index: u64, screen: &Screen, hall: &Hall, wrong: &mut Vec<String>) {
    let mut heard = BTreeSet::new();
    for (_, _, seq, number, counter) in &screen.calls {
        if !heard.insert(*seq) {
            wrong.push(format!("screen {index} heard the call of record {seq} twice"));
        }
        let known = hall.calls.iter().find(|call| call.seq == *seq);
        if known.is_none_or(|call| call.number != *number || call.counter != *counter) {
            wrong
                .push(format!("screen {index} heard {number} to {counter}, which record {seq} does not say"));
        }
    }
}

/// A screen that shows a board has heard every call before it that had not expired.
fn missed(
    index: u64,
    screen: &Screen,
    hall: &Hall,
    (since, disturbed): (&[u64], &dyn Fn(u64, u64) -> bool),
    wrong: &mut Vec<String>,
) {
    let heard: BTreeMap<u64, u64> = screen.calls.iter().map(|(at, _, seq, ..)| (*seq, *at)).collect();
    let Some((_, _, base)) = screen.boards.first() else { return };
    for call in hall.calls.iter().filter(|call| call.seq > *base) {
        let Some(durable) = usize::try_from(call.seq - 1).ok().and_then(|place| since.get(place)) else {
            continue;
        };
        let Some((shown, ..)) = screen.boards.iter().find(|(.., seq)| *seq >= call.seq) else { continue };
        if heard.get(&call.seq).is_some_and(|at| at <= shown) {
            continue;
        }
        let another_day = hall.openings.iter().any(|opening| *opening > call.seq);
        if *shown < durable + CALL_LIFE_MS && !disturbed(durable.saturating_sub(1000), *shown) && !another_day
        {
            wrong.push(format!(
                "screen {index} showed a board at {shown} ms without having heard {} to {} of record {}, \
                 on the disk at {durable} ms",
                call.number, call.counter, call.seq
            ));
        }
    }
}
