//! From the core to the wire: the one place where both are known.
//!
//! What is public here (tickets, offices, boards, calls) never carries a clerk's name or a reason; counters,
//! figures and the audit do, and are for staff only.

mod board;
mod counter;
mod figures;
mod office;
mod ticket;

use std::collections::BTreeMap;

use queue_core::forecast::{Forecast, Wait};
use queue_core::layout::Words;
use queue_core::office::{Answer as CoreAnswer, Office};
use queue_core::time::At;
use queue_core::views::board::Shown;
use queue_wire::counter::CounterState;

use crate::clock::Zone;
use crate::engine::handle::Answer;

pub use board::{CALL_LIFE, announcement, board};
pub use counter::counter;
pub use figures::{Waiting, stats};
pub use office::office;
pub use ticket::{list, ticket};

/// An office at an instant, with what its wire form needs beside its state.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The state.
    pub office: &'a Office,
    /// Its expected waits.
    pub forecast: &'a Forecast,
    /// Its zone.
    pub zone: &'a Zone,
    /// The instant; `ahead` and waits are of this moment.
    pub at: At,
    /// What QR codes point to.
    pub public_url: &'a str,
}

/// The body of an answer. Of a repeated key: as first given, but `ahead`, `wait` and `waiting` of now.
#[must_use]
pub fn answer(scene: Scene<'_>, answer: &CoreAnswer) -> Answer {
    match answer {
        CoreAnswer::Ticket(ticket) => Answer::Ticket(Box::new(self::ticket(scene, ticket))),
        CoreAnswer::Counter { counter, ticket } => {
            Answer::Counter(Box::new(self::counter(scene, counter, ticket.as_deref())))
        }
        CoreAnswer::Office => Answer::Office(Box::new(office(scene))),
    }
}

fn words(words: &Words) -> BTreeMap<String, String> {
    words.iter().map(|(lang, text)| (lang.to_string(), text.clone())).collect()
}

fn counter_state(shown: Shown) -> CounterState {
    match shown {
        Shown::Closed => CounterState::Closed,
        Shown::Open => CounterState::Open,
        Shown::Paused => CounterState::Paused,
    }
}

fn wait(wait: Wait) -> queue_wire::office::Wait {
    queue_wire::office::Wait { likely_s: wait.likely.secs(), high_s: wait.high.secs() }
}
