//! What was promised and what was seen. Pure: times come in as microseconds since the start.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::fmt;

use queue_client::error::Error;
use queue_wire::live::{Board, Call};
use queue_wire::ticket::Ticket;

/// Breaches that are told in words; the rest are counted.
const BREACHES_TOLD_MAX: usize = 20;

/// A broken promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Breach {
    /// One number, two tickets.
    NumberTwice {
        /// The number.
        number: String,
    },
    /// The same key gave another ticket.
    KeyGaveAnother {
        /// At first.
        first: String,
        /// When asked again.
        again: String,
    },
    /// One ticket, two counters.
    CalledTwice {
        /// The number.
        number: String,
        /// The counters, in the order of the answers.
        counters: [u32; 2],
    },
    /// Calls came out of journal order on a screen.
    ScreenDisorder {
        /// Which screen.
        screen: u32,
        /// The seq before.
        before: u64,
        /// The seq that followed.
        then: u64,
    },
    /// A screen showed a call twice.
    ShownTwice {
        /// Which screen.
        screen: u32,
        /// The number.
        number: String,
    },
    /// A board showed a number before its call came.
    BoardBeforeCall {
        /// Which screen.
        screen: u32,
        /// The number.
        number: String,
    },
    /// A screen named another counter than the clerk's answer.
    WrongCounter {
        /// Which screen.
        screen: u32,
        /// The number.
        number: String,
    },
    /// An acknowledged call never came to a screen.
    LostCall {
        /// Which screen.
        screen: u32,
        /// The number.
        number: String,
    },
    /// Of one service and class, a later number was called before an earlier one.
    OutOfTurn {
        /// Called first.
        number: String,
        /// Issued before it and called after it.
        passed: String,
    },
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NumberTwice { number } => write!(f, "number {number} was given twice"),
            Self::KeyGaveAnother { first, again } => write!(f, "one key gave {first}, then {again}"),
            Self::CalledTwice { number, counters: [one, other] } => {
                write!(f, "{number} was called to counters {one} and {other}")
            }
            Self::ScreenDisorder { screen, before, then } => {
                write!(f, "screen {screen} had seq {then} after {before}")
            }
            Self::ShownTwice { screen, number } => {
                write!(f, "screen {screen} had the call of {number} twice")
            }
            Self::BoardBeforeCall { screen, number } => {
                write!(f, "screen {screen} had {number} on the board before its call")
            }
            Self::WrongCounter { screen, number } => {
                write!(f, "screen {screen} sent {number} to another counter")
            }
            Self::LostCall { screen, number } => write!(f, "screen {screen} never had the call of {number}"),
            Self::OutOfTurn { number, passed } => write!(f, "{number} was called before {passed}"),
        }
    }
}

/// A day, a service and a class.
type Line<'a> = (&'a str, &'a str, &'a str);
/// A number of a day: series restart.
type Numbered = (String, String);

struct Called {
    counter: u32,
    asked_at_us: u64,
}

#[derive(Default)]
struct Screen {
    ready: bool,
    call_seq: Option<u64>,
    board_seq: Option<u64>,
    /// Calls by number: the counter, when, and the seq.
    shown: HashMap<String, (u32, u64, u64)>,
}

/// Everything seen so far.
#[derive(Default)]
pub(crate) struct Ledger {
    issued: HashMap<Numbered, Ticket>,
    called: HashMap<String, Called>,
    screens: Vec<Screen>,
    /// Microseconds of each act, by its name.
    pub(crate) took_us: BTreeMap<&'static str, Vec<u64>>,
    /// Errors by act and code.
    pub(crate) errors: BTreeMap<String, u64>,
    /// Broken promises, the first ones.
    pub(crate) breaches: Vec<Breach>,
    /// All of them.
    pub(crate) breach_count: u64,
    /// When a kiosk last took a number.
    pub(crate) last_issue_us: u64,
}

impl Ledger {
    pub(crate) fn new(screens: u32) -> Self {
        Self { screens: (0..screens).map(|_| Screen::default()).collect(), ..Self::default() }
    }

    pub(crate) fn took(&mut self, act: &'static str, from_us: u64, to_us: u64) {
        self.took_us.entry(act).or_default().push(to_us.saturating_sub(from_us));
    }

    pub(crate) fn failed(&mut self, act: &str, error: &Error) {
        let what = match error {
            Error::Problem(problem) => problem.code.as_str(),
            Error::Unreachable { .. } => "unreachable",
            Error::Protocol { .. } => "protocol",
            Error::BadAddress { .. } => "bad-address",
            Error::Key(_) => "no-key",
        };
        *self.errors.entry(format!("{act} {what}")).or_insert(0) += 1;
    }

    /// A kiosk has a ticket.
    pub(crate) fn issued(&mut self, ticket: Ticket, at_us: u64) {
        self.last_issue_us = self.last_issue_us.max(at_us);
        let date = ticket.issued_at.get(..10).unwrap_or_default().to_owned();
        let number = ticket.number.clone();
        if self.issued.insert((date, number.clone()), ticket).is_some() {
            self.breach(Breach::NumberTwice { number });
        }
    }

    /// The same key was asked again.
    pub(crate) fn repeated(&mut self, first: &str, again: &str) {
        if first != again {
            self.breach(Breach::KeyGaveAnother { first: first.to_owned(), again: again.to_owned() });
        }
    }

    /// A clerk's call was answered with a ticket.
    pub(crate) fn called(&mut self, number: &str, counter: u32, asked_at_us: u64) {
        if let Some(before) = self.called.insert(number.to_owned(), Called { counter, asked_at_us }) {
            self.breach(Breach::CalledTwice {
                number: number.to_owned(),
                counters: [before.counter, counter],
            });
        }
    }

    /// A screen got a call.
    pub(crate) fn shown(&mut self, screen: u32, seq: u64, call: &Call, at_us: u64) {
        let Some(state) = self.screens.get_mut(screen as usize) else { return };
        let before = state.call_seq.replace(seq).max(state.board_seq);
        let twice = state.shown.insert(call.number.clone(), (call.counter, at_us, seq)).is_some();
        if let Some(before) = before.filter(|before| *before >= seq) {
            self.breach(Breach::ScreenDisorder { screen, before, then: seq });
        }
        if twice && call.recall == 0 {
            self.breach(Breach::ShownTwice { screen, number: call.number.clone() });
        }
    }

    /// A screen got a board.
    pub(crate) fn board(&mut self, screen: u32, seq: u64, board: &Board) {
        let Some(state) = self.screens.get_mut(screen as usize) else { return };
        state.ready = true;
        let before = state.board_seq.max(state.call_seq);
        state.board_seq = Some(seq);
        // Calls of clerks that are not ours may be older than the screen.
        let early = board
            .calls
            .iter()
            .filter(|call| call.state == "called" && !state.shown.contains_key(&call.number));
        let early: Vec<String> = early
            .filter(|call| self.called.contains_key(&call.number))
            .map(|call| call.number.clone())
            .collect();
        if let Some(before) = before.filter(|before| *before > seq) {
            self.breach(Breach::ScreenDisorder { screen, before, then: seq });
        }
        for number in early {
            self.breach(Breach::BoardBeforeCall { screen, number });
        }
    }

    /// A screen's line broke: what it had stays, and the next whole state may be any.
    pub(crate) fn cut(&mut self, screen: u32) {
        if let Some(state) = self.screens.get_mut(screen as usize) {
            state.board_seq = None;
        }
        *self.errors.entry("screen cut".to_owned()).or_insert(0) += 1;
    }

    pub(crate) fn screens_ready(&self) -> u32 {
        u32::try_from(self.screens.iter().filter(|screen| screen.ready).count()).unwrap_or(u32::MAX)
    }

    pub(crate) fn all_shown(&self) -> bool {
        self.screens.iter().all(|screen| self.called.keys().all(|number| screen.shown.contains_key(number)))
    }

    pub(crate) fn issued_count(&self) -> usize {
        self.issued.len()
    }

    pub(crate) fn called_count(&self) -> usize {
        self.called.len()
    }

    /// The last look, when everything is quiet.
    pub(crate) fn close(&mut self) {
        let mut breaches = Vec::new();
        let mut delays = Vec::new();
        for (screen, state) in (0..).zip(&self.screens) {
            for (number, called) in &self.called {
                match state.shown.get(number) {
                    None => breaches.push(Breach::LostCall { screen, number: number.clone() }),
                    Some((counter, at_us, _)) => {
                        if *counter != called.counter {
                            breaches.push(Breach::WrongCounter { screen, number: number.clone() });
                        }
                        delays.push(at_us.saturating_sub(called.asked_at_us));
                    }
                }
            }
        }
        if let Some(screen) = self.screens.first() {
            breaches.extend(self.out_of_turn(screen));
        }
        if !delays.is_empty() {
            self.took_us.insert("call to screen", delays);
        }
        for breach in breaches {
            self.breach(breach);
        }
    }

    /// Our tickets of one service and class must be called in the order of issue.
    fn out_of_turn(&self, screen: &Screen) -> Vec<Breach> {
        let mut lines: BTreeMap<Line<'_>, Vec<(u64, &str)>> = BTreeMap::new();
        for ((date, number), ticket) in &self.issued {
            if let Some((_, _, seq)) = screen.shown.get(number) {
                let line = lines.entry((date, &ticket.service, &ticket.class)).or_default();
                line.push((*seq, number));
            }
        }
        let mut breaches = Vec::new();
        for line in lines.values_mut() {
            line.sort_unstable();
            for pair in line.windows(2) {
                // Numbers of one series have the same prefix and rise; a longer one is a later one.
                let place = |number: &str| (number.len(), number.to_owned());
                if place(pair[0].1) > place(pair[1].1) {
                    breaches.push(Breach::OutOfTurn {
                        number: pair[0].1.to_owned(),
                        passed: pair[1].1.to_owned(),
                    });
                }
            }
        }
        breaches
    }

    fn breach(&mut self, breach: Breach) {
        self.breach_count += 1;
        if self.breaches.len() < BREACHES_TOLD_MAX {
            self.breaches.push(breach);
        }
    }
}

#[cfg(test)]
mod tests;
