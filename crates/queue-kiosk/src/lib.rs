//! The ticket-issuing client: takes a number with one key until the answer is known, then prints it.
//!
//! It knows only the wire. Nothing is printed without the server's acknowledgement.

pub mod picture;
pub mod typeface;
pub mod paper;
pub mod escpos;
pub mod printer;
pub mod buttons;
pub mod keypad;
pub mod store;
pub mod issue;
pub mod run;
pub mod cli;
