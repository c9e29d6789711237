//! Virtual citizens and clerks that drive a real server through its contract: the demo and the load generator.
//!
//! Nothing here knows the office's rules: what may be done is read from the answers.

pub mod demo;
pub mod load;
pub mod staff;
