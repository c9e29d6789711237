//! The typed client that kiosk, announcer, simulator and tests share: HTTP with keys and retries, live with resume.
//!
//! It knows the wire and nothing of the office's rules. Every `POST` takes a [`key::Key`] that the caller makes
//! once for one press; asking again with it never does the thing twice, so the client asks until it knows.

pub mod client;
pub mod error;
pub mod key;
pub mod live;
pub mod retry;
