//! The server: the shell around the pure core. Settings, clock, engine, live messages, HTTP, pages.

// The engine and what belongs to it.
pub mod boot;
pub mod clock;
pub mod engine;
pub mod live;
pub mod operator;
pub mod present;
