//! Projections of an office: what a screen, a clerk, a supervisor or an auditor sees.

pub mod audit;
pub mod board;
pub mod counter;
pub mod stats;
pub mod tally;
