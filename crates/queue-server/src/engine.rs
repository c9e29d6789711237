//! The engine of an office: commands go in, durable answers and published states come out.
//!
//! ```text
//! handlers -> decider (owns the office as decided) -> journal thread (one sync a batch)
//!                                                     -> publisher (owns the office as durable)
//! ```
//! Nothing leaves before it is on disk: no reply, no call, no board.

pub mod handle;
