//! The loudspeaker of an office: it hears calls from the server and says them, one at a time.
//!
//! It knows the wire and nothing of the rules: what is said comes as a list of clips with each call.
//! A library, so that tests can put a server before it and a file behind it; the program is `main.rs`.

pub mod announcer;
pub mod clock;
pub mod link;
pub mod pack;
pub mod player;
pub mod playlist;
