//! Recorded histories of a real server under kill -9 are explained by a hall that does one thing at a time.
//!
//! `linear/check.rs` looks for the order, `linear/model.rs` is the hall, `linear/people.rs` make the history,
//! `linear/record.rs` writes it down, `linear/house.rs` is the server; `linear/planted.rs` checks the checker.

#[path = "linear/check.rs"]
mod check;
#[path = "linear/house.rs"]
mod house;
#[path = "linear/model.rs"]
mod model;
#[path = "linear/people.rs"]
mod people;
#[path = "linear/planted.rs"]
mod planted;
#[path = "linear/record.rs"]
mod record;

use anyhow::Result;
use house::{Figures, House};

/// Histories; `QUEUE_LONG=1` makes a thousand.
const HISTORIES: usize = 12;
const HISTORIES_LONG: usize = 1_000;
/// Histories of one server: each has an office of its own.
const OFFICES: usize = 12;
/// Histories made at once; a kill is in the middle of each.
const AT_ONCE: usize = 4;

#[tokio::test(flavor = "multi_thread")]
async fn every_history_is_explained_by_one_hall_that_does_one_thing_at_a_time() -> Result<()> {
    let long = queue_tests::long();
    let histories = if long { HISTORIES_LONG } else { HISTORIES };
    let mut figures = Figures::default();
    let mut seed = 1;
    while figures.histories < histories {
        let offices = OFFICES.min(histories - figures.histories);
        let mut house = House::open(offices).await?;
        for first in (0..offices).step_by(AT_ONCE) {
            // Of three rounds one sees a kill, one two, one none.
            house.round(first..offices.min(first + AT_ONCE), seed, usize::try_from(seed % 3)?).await?;
            seed += 1;
        }
        house.judge(&mut figures)?;
        eprintln!("{figures:?}");
    }
    assert!(figures.killed > 0 && figures.open > 0 && figures.repeated > 0, "{figures:?}");
    assert!(figures.replies_lost > 0, "{figures:?}");
    Ok(())
}
