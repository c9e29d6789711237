//! What an accepted loss comes to, in the words that the operator reads.

use std::collections::BTreeSet;

use queue_core::event::OfficeEvent;
use queue_core::house::HouseEvent;
use queue_core::number::Number;
use queue_core::office::Office;
use queue_core::record::Record;
use queue_core::time::At;
use queue_journal::codec;

use crate::clock::Zone;

/// Names that a line gives; it counts the others.
const NAMES_MAX: usize = 100;

/// Where the series go on.
pub(super) fn numbers(record: &Record<OfficeEvent>) -> String {
    let mut words = String::new();
    for event in &record.events {
        if let OfficeEvent::LossAccepted { series, .. } = event {
            let next: Vec<String> =
                series.iter().map(|(service, last)| format!("{service} {}", last + 1)).collect();
            words = format!("; today's numbers go on with: {}", next.join(", "));
        }
    }
    words
}

/// Whether the settings are others than those that stood before the gap.
pub(super) fn settings(office: &Office, record: &Record<OfficeEvent>) -> String {
    let changed = record.events.iter().any(|event| {
        matches!(event, OfficeEvent::DayOpened { layout, .. } | OfficeEvent::LayoutChanged { layout, .. }
            if **layout != office.layout)
    });
    let words = if changed { "; the settings are those from behind the gap, or of --office" } else { "" };
    words.to_owned()
}

/// Who holds a number that was found and stands for nobody now, and what was found and could not be read.
pub(super) fn left_out(numbers: &BTreeSet<Number>, unread: usize) -> String {
    let mut words = String::new();
    if !numbers.is_empty() {
        let held = numbers.iter().map(ToString::to_string);
        words += &format!("; dropped, their holders need a new number: {}", listed(held, numbers.len()));
    }
    if unread > 0 {
        words += &format!("; {unread} records behind the gap cannot be read by this version");
    }
    words
}

/// Which numbers stand in `records`, in whose places others were taken.
pub(super) fn others(records: &[Record<OfficeEvent>]) -> String {
    let events = records.iter().flat_map(|record| &record.events);
    let numbers: BTreeSet<Number> =
        events
            .filter_map(|event| {
                if let OfficeEvent::TicketIssued { number, .. } = event { Some(*number) } else { None }
            })
            .collect();
    if numbers.is_empty() {
        return String::new();
    }
    let given = numbers.iter().map(ToString::to_string);
    format!("; given in the history that is left out, perhaps to somebody: {}", listed(given, numbers.len()))
}

/// Whose last change stands in `lines`, which cannot be joined to the house's chain.
pub(super) fn users(lines: &[Vec<u8>]) -> BTreeSet<String> {
    let records = lines.iter().filter_map(|line| codec::open::<HouseEvent>(line).ok());
    let events = records.flat_map(|record| record.events);
    let names = events.filter_map(|event| match event {
        HouseEvent::UserAdded { user, .. } | HouseEvent::PasswordSet { user, .. } => Some(user.0.to_string()),
        HouseEvent::LossAccepted { .. } => None,
    });
    names.collect()
}

/// Whose passwords are older ones than they should be; `kept` is the instant of the last record that was kept.
pub(super) fn passwords(users: &BTreeSet<String>, kept: At) -> String {
    let since = Zone::utc().text(kept);
    let mut words = format!(
        "; users added and passwords set after {since} are lost, and older passwords hold again: set them anew \
         with reset-password"
    );
    if !users.is_empty() {
        words += &format!("; the last change was lost of: {}", listed(users.iter().cloned(), users.len()));
    }
    words
}

fn listed(names: impl Iterator<Item = String>, count: usize) -> String {
    let mut text = names.take(NAMES_MAX).collect::<Vec<_>>().join(", ");
    if count > NAMES_MAX {
        text += &format!(" and {} more", count - NAMES_MAX);
    }
    text
}
