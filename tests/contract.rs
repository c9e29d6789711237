//! The contract, as a program that nobody here wrote would use it: real processes, plain JSON.
//!
//! `contract/` holds one file for each part: numbers, calls, live messages, refusals, records.

#[path = "contract/calls.rs"]
mod calls;
#[path = "contract/live.rs"]
mod live;
#[path = "contract/numbers.rs"]
mod numbers;
#[path = "contract/records.rs"]
mod records;
#[path = "contract/refusals.rs"]
mod refusals;
