//! The pure state machine of an office: `decide` says what a command leads to, `apply` makes it so.
//!
//! Invariant: nothing here reads a clock, draws a random number, waits, or touches a file or a socket;
//! instants, ids and salts come in as arguments, so that a record replays to the same state for ever.
//! The neighbours are `queue-journal` (keeps the records) and `queue-server` (acts on them).

// The nouns.
pub mod ids;
pub mod time;
pub mod text;
pub mod number;
pub mod layout;
pub mod ticket;
pub mod counter;
pub mod series;

// The verbs, the facts, the noes, who may.
pub mod command;
pub mod event;
pub mod record;
pub mod refusal;
pub mod permit;

// The machine.
pub mod keys;
pub mod office;
pub mod lines;
pub mod policy;
pub mod decide;
pub mod apply;
pub mod replay;
pub mod forecast;

// Projections of the record stream, and the voice.
pub mod views;
pub mod phrase;

// The house: users and roles, a small machine beside the offices.
pub mod house;
