//! Durable, ordered, hash-chained records: what is appended here and answered with `Ok` survives a power cut.
//!
//! Invariant: nothing here knows what an event means; a record is a line of JSON with a place in a chain.
//! The form of the line is `queue_core::record`'s; who decides what to append is the server's engine.
//!
//! A stream (an office, or the house) is one [`Journal`] with one writer; any thread may read through a
//! [`reader::Reader`], up to what is on disk and never beyond.

pub mod codec;
pub mod error;
pub mod journal;
pub mod reader;

// The back ends.
pub mod folder;
pub mod memory;
pub mod ordered;
pub mod sled;

// What the operator does with whole streams.
pub mod backup;
pub mod export;
pub mod salvage;
pub mod verify;

pub use error::JournalError;
pub use journal::{Journal, Mark, MarkKind, Tail};
pub use reader::Reader;
