//! The contract on the network, version 1: bodies of HTTP, live messages, problems.
//!
//! Only shapes live here, no rules. TypeScript types for the pages are generated from these by a test
//! (`tests/typescript.rs`); the server converts from the core in one file, `present.rs`.
//! All integers stay below 2^53; instants are RFC 3339 texts with milliseconds and offset.

pub mod audit;
pub mod counter;
pub mod live;
pub mod office;
pub mod problem;
pub mod session;
pub mod settings;
pub mod stats;
pub mod ticket;
