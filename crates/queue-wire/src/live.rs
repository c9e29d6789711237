//! Live messages, one JSON text each, from server to client only.
//!
//! Order on a connection: hello, missed calls, the board; afterwards a call before the board that shows it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::counter::{Counter, CounterState};
use crate::office::{Wait, Words};
use crate::stats::Stats;
use crate::ticket::Ticket;

/// The version of this contract.
pub const PROTOCOL: u32 = 1;

/// A message. `seq` is the journal record that it reflects; it never decreases on a connection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(tag = "type", rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "one message at a time is read or written, none are kept")]
pub enum Message {
    /// The first message.
    Hello {
        /// [`PROTOCOL`].
        protocol: u32,
        /// The office.
        office: String,
        /// The server's clock.
        server_time: String,
        /// Changes with every build; a page reloads itself when it does.
        build: String,
    },
    /// The whole board: the newest one is enough.
    Board {
        /// The record it reflects.
        #[ts(type = "number")]
        seq: u64,
        /// The board.
        board: Board,
    },
    /// A call or recall, once.
    Call {
        /// The record that called.
        #[ts(type = "number")]
        seq: u64,
        /// The call.
        call: Call,
    },
    /// The clerk's counter, whole.
    Counter {
        /// The record it reflects.
        #[ts(type = "number")]
        seq: u64,
        /// The counter.
        counter: Counter,
    },
    /// The citizen's ticket, whole.
    Ticket {
        /// The record it reflects.
        #[ts(type = "number")]
        seq: u64,
        /// The ticket.
        ticket: Ticket,
    },
    /// The supervisor's figures, whole.
    Stats {
        /// The record they reflect.
        #[ts(type = "number")]
        seq: u64,
        /// The figures.
        stats: Stats,
    },
}

/// What a lobby screen shows. It carries no names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
pub struct Board {
    /// Newest first, at most 12.
    pub calls: Vec<BoardCall>,
    /// In the order of the office.
    pub services: Vec<BoardService>,
    /// In the order of the hall.
    pub counters: Vec<BoardCounter>,
    /// Notices and alarms.
    pub notices: Vec<Notice>,
    /// Whether an alarm is on: every screen says so.
    pub alarm: bool,
}

/// A call on the board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
pub struct BoardCall {
    /// The number.
    pub number: String,
    /// Where to.
    pub counter: u32,
    /// `called`, `serving`, `finished`, `absent`, `parked`, `waiting` (sent on), …
    pub state: String,
    /// When it was last called.
    pub called_at: String,
    /// The turn of a priority class, never the person or the reason.
    pub priority: bool,
    /// Called out of order, for a reason that staff gave.
    pub out_of_order: bool,
    /// Called to collect a result.
    pub for_result: bool,
}

/// A service on the board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
pub struct BoardService {
    /// The service.
    pub id: String,
    /// Tickets waiting.
    #[ts(type = "number")]
    pub waiting: u64,
    /// The wait of a ticket taken now.
    pub wait: Wait,
    /// Why no number is issued, as a problem code; missing while numbers are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub closed_because: Option<String>,
}

/// A counter on the board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
pub struct BoardCounter {
    /// The number over it.
    pub id: u32,
    /// Closed, open or paused.
    pub state: CounterState,
    /// The number called or served there.
    pub number: Option<String>,
}

/// A notice for the hall.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
pub struct Notice {
    /// Unique in the office.
    pub id: String,
    /// `notice` or `alarm`.
    pub kind: String,
    /// What it says.
    pub text: Words,
}

/// An announcement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
pub struct Call {
    /// The number.
    pub number: String,
    /// Where to.
    pub counter: u32,
    /// 0 for the call, 1, 2, … for recalls.
    pub recall: u32,
    /// When.
    pub called_at: String,
    /// After this it is not announced any more.
    pub expires_at: String,
    /// What is said, by language.
    pub text: BTreeMap<String, String>,
    /// Clips in order: `vi/chime`, `vi/kinh-moi`, …
    pub clips: Vec<String>,
}
