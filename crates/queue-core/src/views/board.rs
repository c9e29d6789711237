//! What the hall sees: calls, waiting, counters, notices. It carries no names and no reasons.

use crate::decide::closed_because;
use crate::forecast::{Forecast, Wait};
use crate::ids::{CounterId, ServiceId};
use crate::layout::Notice;
use crate::number::Number;
use crate::office::Office;
use crate::refusal::Refusal;
use crate::ticket::State;
use crate::time::{At, Millis};

/// The board of an office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Board {
    /// Newest first.
    pub calls: Vec<BoardCall>,
    /// In the order of the office.
    pub services: Vec<BoardService>,
    /// In the order of the hall.
    pub counters: Vec<BoardCounter>,
    /// Those that have not ended.
    pub notices: Vec<Notice>,
    /// Whether an alarm is on.
    pub alarm: bool,
}

/// A call on the board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoardCall {
    /// The number.
    pub number: Number,
    /// Where to.
    pub counter: CounterId,
    /// What became of it.
    pub state: State,
    /// When it was last called.
    pub called_at: At,
    /// The turn of a class other than the default.
    pub priority: bool,
    /// Out of order, for a reason.
    pub out_of_order: bool,
    /// To collect a result.
    pub for_result: bool,
}

/// A service on the board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoardService {
    /// The service.
    pub id: ServiceId,
    /// Tickets waiting.
    pub waiting: u64,
    /// The wait of a ticket taken now.
    pub wait: Wait,
    /// Why no number is issued, if so.
    pub closed_because: Option<Refusal>,
}

/// A counter on the board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoardCounter {
    /// The number over it.
    pub id: CounterId,
    /// Whether it calls.
    pub state: Shown,
    /// What it holds.
    pub number: Option<Number>,
}

/// A counter's state without its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Nobody sits there.
    Closed,
    /// Calls and serves.
    Open,
    /// Calls nobody for a while.
    Paused,
}

impl Board {
    /// The board at `at`.
    #[must_use]
    pub fn of(office: &Office, forecast: &Forecast, at: At) -> Self {
        let notices = office.layout.notices.iter();
        Self {
            calls: office.recent.iter().filter_map(|id| call(office, office.tickets.get(id)?)).collect(),
            services: office
                .layout
                .services
                .iter()
                .map(|service| self::service(office, forecast, service, at))
                .collect(),
            counters: office.layout.counters.iter().map(|place| counter(office, place.id)).collect(),
            notices: notices.filter(|notice| notice.until.is_none_or(|until| at < until)).cloned().collect(),
            alarm: office.alarm.is_some(),
        }
    }
}

fn call(office: &Office, ticket: &crate::ticket::Ticket) -> Option<BoardCall> {
    let last = ticket.last_call?;
    Some(BoardCall {
        number: ticket.number,
        counter: last.counter,
        state: ticket.state.clone(),
        called_at: last.at,
        priority: ticket.class != office.layout.default_class().id,
        out_of_order: last.out_of_order,
        for_result: last.for_result,
    })
}

fn service(office: &Office, forecast: &Forecast, service: &crate::layout::Service, at: At) -> BoardService {
    let nobody = Wait { likely: Millis(0), high: Millis(0) };
    BoardService {
        id: service.id.clone(),
        waiting: office.lines.waiting_for(&service.id),
        wait: forecast.services.get(&service.id).copied().unwrap_or(nobody),
        closed_because: closed_because(office, service, at),
    }
}

fn counter(office: &Office, id: CounterId) -> BoardCounter {
    let counter = office.counters.get(&id);
    BoardCounter {
        id,
        state: counter.map_or(Shown::Closed, |counter| Shown::of(&counter.state)),
        number: counter.and_then(|counter| office.held(counter)).map(|ticket| ticket.number),
    }
}

impl Shown {
    /// The state without the reason of a pause.
    #[must_use]
    pub fn of(state: &crate::counter::CounterState) -> Self {
        match state {
            crate::counter::CounterState::Closed => Self::Closed,
            crate::counter::CounterState::Open => Self::Open,
            crate::counter::CounterState::Paused { .. } => Self::Paused,
        }
    }
}
