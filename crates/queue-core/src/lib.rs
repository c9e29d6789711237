//! The pure state machine of an office: `decide` says what a command leads to, `apply` makes it so.
//!
//! Invariant: nothing here reads a clock, draws a random number, waits, or touches a file or a socket;
//! instants, ids and salts come in as arguments, so that a record replays to the same state for ever.
//! The neighbours are `queue-journal` (keeps the records) and `queue-server` (acts on them).

// The nouns.
pub mod counter;
pub mod ids;
pub mod layout;
pub mod number;
pub mod series;
pub mod text;
pub mod ticket;
pub mod time;

// The verbs, the facts, the noes, who may.
pub mod command;
pub mod event;
pub mod permit;
pub mod record;
pub mod refusal;

// The machine.
pub mod apply;
pub mod decide;
pub mod forecast;
pub mod keys;
pub mod lines;
pub mod office;
pub mod policy;
pub mod replay;

// Projections of the record stream, and the voice.
pub mod phrase;
pub mod views;

// The house: users and roles, a small machine beside the offices.
pub mod house;

// Faults to be found by the simulation; nothing in a normal build.
pub mod planted;
