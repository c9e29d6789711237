//! The series of numbers of one service on one business day.

use serde::{Deserialize, Serialize};

use crate::layout::Service;
use crate::number::Number;
use crate::planted::{self, Bug};

/// Where a series stands. Invariant: it only rises within a day; it starts anew with the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Series {
    /// The last number issued; `None` before the first.
    pub last: Option<u32>,
}

impl Series {
    /// A series of which nothing was issued.
    pub const FRESH: Self = Self { last: None };

    /// The next number for `service` that `taken` does not hold, or nothing when they are used up.
    ///
    /// `taken` are numbers that yesterday's parked tickets still carry, so that no number stands for two people.
    pub fn next(self, service: &Service, taken: impl Fn(Number) -> bool) -> Option<Number> {
        let first =
            self.last.map_or(service.first_number, |last| last.saturating_add(1).max(service.first_number));
        let first =
            if planted::is(Bug::NumberSkipped) && first.is_multiple_of(7) { first + 1 } else { first };
        (first..=service.last_number())
            .map(|value| Number { prefix: service.prefix, value, digits: service.digits })
            .find(|number| !taken(*number))
    }
}
