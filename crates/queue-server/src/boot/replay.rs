//! Brings states up from their journals. A record that breaks an invariant is an error here, never a panic.

use std::panic::{AssertUnwindSafe, catch_unwind};

use queue_core::event::OfficeEvent;
use queue_core::house::{self, House, HouseEvent};
use queue_core::ids::Slug;
use queue_core::office::Office;
use queue_core::planted::{self, Bug};
use queue_core::record::{Record, Seq};
use queue_core::replay::restore;
use queue_journal::{JournalError, Reader};

use super::BootError;

/// The office, from the record where a boot starts to the last.
///
/// # Errors
/// [`BootError`] with the record that cannot be read, or what breaks in the replay.
pub fn office(reader: &Reader) -> Result<Office, BootError> {
    office_from(reader, reader.boot_from())
}

/// The office, from a record that opens a day to the last.
pub(crate) fn office_from(reader: &Reader, from: Seq) -> Result<Office, BootError> {
    let broken = |what: String| BootError::Replay { stream: reader.stream().clone(), what };
    let mut unreadable = None;
    let replayed = catch_unwind(AssertUnwindSafe(|| {
        let records = reader.records::<OfficeEvent>(from..=Seq(u64::MAX));
        restore(records.map_while(|record| keep(record, &mut unreadable)))
    }));
    if let Some(error) = unreadable {
        return Err(error.into());
    }
    let mut office =
        replayed.map_err(|panic| broken(said(panic.as_ref())))?.map_err(|error| broken(error.to_string()))?;
    if planted::is(Bug::KeysLostAtRestart) {
        office.keys = queue_core::keys::Keys::default();
    }
    let tail = reader.tail().map_or(String::new(), |tail| tail.hash);
    if office.head == tail {
        Ok(office)
    } else {
        Err(broken("the replay does not end at the head".to_owned()))
    }
}

/// The stream of the house.
pub(crate) fn house_stream() -> Slug {
    Slug::new(house::STREAM).expect("the house's name is a slug")
}

/// The house, from its first record.
pub(crate) fn house(reader: &Reader) -> Result<House, BootError> {
    let mut state = House::default();
    for record in reader.records::<HouseEvent>(Seq(1)..=Seq(u64::MAX)) {
        let record = record?;
        catch_unwind(AssertUnwindSafe(|| house::absorb(&mut state, &record))).map_err(|panic| {
            BootError::Replay { stream: reader.stream().clone(), what: said(panic.as_ref()) }
        })?;
    }
    Ok(state)
}

fn keep(
    record: Result<Record<OfficeEvent>, JournalError>,
    unreadable: &mut Option<JournalError>,
) -> Option<Record<OfficeEvent>> {
    record.map_err(|error| *unreadable = Some(error)).ok()
}

/// What a panic said.
fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("an invariant is broken").to_owned()
}
