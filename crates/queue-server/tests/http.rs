//! The HTTP side in process: the router by `oneshot`, memory journals, a clock that is moved by hand.

#![expect(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

#[path = "http/hall.rs"]
mod hall;

#[path = "http/answers.rs"]
mod answers;
#[path = "http/document.rs"]
mod document;
#[path = "http/keys.rs"]
mod keys;
#[path = "http/office_files.rs"]
mod office_files;
#[path = "http/pages.rs"]
mod pages;
#[path = "http/sessions.rs"]
mod sessions;
