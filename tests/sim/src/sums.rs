//! How much happened: a simulation to which nobody comes, or in which nothing goes wrong, proves nothing.

use std::fmt;
use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

/// Sums over a run, or over many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    /// Starts of the server.
    pub starts: u64,
    /// Ends of it that it did not choose: kills, power cuts, failed journals.
    pub crashes: u64,
    /// Clean stops.
    pub stops: u64,
    /// Links that were cut or held.
    pub cuts: u64,
    /// Answers that were lost: what was asked again had been done.
    pub lost_replies: u64,
    /// Clocks that were set, and sleeps.
    pub clock_steps: u64,
    /// Faults of the disk that came.
    pub disk_faults: u64,
    /// Starts that found the beginning of a batch.
    pub begun: u64,
    /// Answered tickets.
    pub tickets: u64,
    /// Calls in the journal.
    pub calls: u64,
    /// Answers, boards, phones and consoles of the end that were held against the reference.
    pub comparisons: u64,
}

impl Sums {
    fn named(&self) -> [(&'static str, u64); 11] {
        let Self {
            starts, crashes, stops, cuts, lost_replies, clock_steps, disk_faults, begun, tickets, ..
        } = self;
        [
            ("starts", *starts),
            ("crashes", *crashes),
            ("stops", *stops),
            ("cuts", *cuts),
            ("lost replies", *lost_replies),
            ("clock steps", *clock_steps),
            ("disk faults", *disk_faults),
            ("begun batches", *begun),
            ("tickets", *tickets),
            ("calls", self.calls),
            ("comparisons", self.comparisons),
        ]
    }

    /// What is fewer here than in `least`, in words.
    #[must_use]
    pub fn short_of(&self, least: &Self) -> Vec<String> {
        let both = self.named().into_iter().zip(least.named());
        let short = both.filter(|((_, have), (_, due))| have < due);
        short.map(|((name, have), (_, due))| format!("{have} {name}, at least {due} are due")).collect()
    }
}

impl AddAssign for Sums {
    fn add_assign(&mut self, other: Self) {
        self.starts += other.starts;
        self.crashes += other.crashes;
        self.stops += other.stops;
        self.cuts += other.cuts;
        self.lost_replies += other.lost_replies;
        self.clock_steps += other.clock_steps;
        self.disk_faults += other.disk_faults;
        self.begun += other.begun;
        self.tickets += other.tickets;
        self.calls += other.calls;
        self.comparisons += other.comparisons;
    }
}

impl fmt::Display for Sums {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told: Vec<String> = self.named().map(|(name, count)| format!("{count} {name}")).into();
        f.write_str(&told.join(", "))
    }
}
