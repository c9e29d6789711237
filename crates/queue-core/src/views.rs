//! Projections of an office: what a screen, a clerk, a supervisor or an auditor sees.

pub mod tally;
pub mod stats;
pub mod board;
pub mod counter;
pub mod audit;
