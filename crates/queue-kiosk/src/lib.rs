//! The ticket-issuing client: takes a number with one key until the answer is known, then prints it.
//!
//! It knows only the wire. Nothing is printed without the server's acknowledgement.

pub mod buttons;
pub mod cli;
pub mod escpos;
pub mod issue;
pub mod keypad;
pub mod paper;
pub mod picture;
pub mod printer;
pub mod run;
pub mod store;
pub mod typeface;
