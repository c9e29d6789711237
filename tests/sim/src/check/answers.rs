//! Every answer stands in the journal, once, and says what it says.

use serde_json::Value;

use crate::ledger::Heard;
use crate::reference::Hall;

/// Holds every success against the record that it names.
pub(super) fn check(hall: &Hall, heard: &[Heard], wrong: &mut Vec<String>) {
    for answer in heard {
        let (Some(key), true) = (&answer.key, answer.status < 300) else { continue };
        let name = (answer.scope.clone(), key.clone());
        let what = format!("{} with key {key} of {}", answer.what, answer.scope);
        let Some(given) = hall.keys.get(&name) else {
            wrong.push(format!("{what} was answered {} and is in no record", answer.status));
            continue;
        };
        if !given.iter().any(|(seq, _)| Some(*seq) == answer.seq) {
            wrong.push(format!("{what} was answered from record {:?}, and is in {given:?}", answer.seq));
            continue;
        }
        let Some((status, about)) = answer
            .seq
            .and_then(|seq| usize::try_from(seq.checked_sub(1)?).ok())
            .and_then(|index| hall.answers.get(index))
        else {
            continue;
        };
        if u64::from(answer.status) != *status {
            wrong.push(format!("{what} was answered {}, and the record says {status}", answer.status));
        }
        if !is_about(&answer.body, about) {
            wrong.push(format!("{what} was answered about {}, not {about}", answer.body["id"]));
        }
    }
    same_number(heard, wrong);
    same_request(heard, wrong);
}

/// A record answers one request only: the same key for something else is refused.
fn same_request(heard: &[Heard], wrong: &mut Vec<String>) {
    let mut requests = std::collections::BTreeMap::new();
    for answer in heard.iter().filter(|answer| answer.key.is_some() && answer.status < 300) {
        let Some(seq) = answer.seq else { continue };
        let request = (&answer.scope, &answer.key, &answer.what, &answer.sent);
        let first = requests.entry(seq).or_insert(request);
        if *first != request {
            wrong.push(format!("record {seq} answered {first:?} and {request:?}"));
        }
    }
}

fn is_about(body: &Value, about: &Value) -> bool {
    match (about["ticket"].as_str(), about["counter"].as_u64()) {
        (Some(ticket), _) => body["id"].as_str() == Some(ticket),
        (_, Some(counter)) => body["id"].as_u64() == Some(counter),
        (None, None) => true,
    }
}

/// A key gives one ticket, with one number; a ticket has one number wherever it is shown.
fn same_number(heard: &[Heard], wrong: &mut Vec<String>) {
    let mut numbers = std::collections::BTreeMap::new();
    for answer in heard.iter().filter(|answer| answer.status < 300) {
        for ticket in [&answer.body, &answer.body["ticket"]] {
            let (Some(id), Some(number)) = (ticket["id"].as_str(), ticket["number"].as_str()) else {
                continue;
            };
            let known = numbers.entry(id.to_owned()).or_insert_with(|| number.to_owned());
            if known != number {
                wrong.push(format!("ticket {id} was {known} and then {number}"));
            }
        }
    }
}
