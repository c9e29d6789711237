//! What holds in every hall after every record, counted afresh from the tickets themselves.

use std::collections::{BTreeMap, BTreeSet};

use queue_core::counter::CounterState;
use queue_core::event::OfficeEvent;
use queue_core::lines::{LineKey, Place};
use queue_core::office::{Counts, Office};
use queue_core::record::Record;
use queue_core::ticket::{State, Ticket};

/// Checks the state of `office`.
pub(crate) fn check(office: &Office) {
    check_counters(office);
    check_lines(office);
    check_numbers(office);
    check_counts(office);
}

/// Checks the step that `record` made.
pub(crate) fn check_step(before: &Office, after: &Office, record: &Record<OfficeEvent>) {
    let corrected = record.events.iter().any(|event| matches!(event, OfficeEvent::ClockCorrected { .. }));
    let opened = record.events.iter().any(|event| matches!(event, OfficeEvent::DayOpened { .. }));
    assert!(corrected || after.clock >= before.clock, "time moves forward");
    assert!(record.at >= before.clock, "a record is never earlier than the office's time");
    assert_eq!(record.prev_hash, before.head, "records are chained");
    assert_eq!((after.seq, &after.head), (record.seq, &record.hash));
    assert!(after.next_order >= before.next_order, "the order of issue only rises");
    for ticket in before.tickets.values() {
        let now = after.tickets.get(&ticket.id);
        if opened {
            assert!(now.is_some() || ticket.is_over() || waits_in_vain(ticket), "{ticket:?} was lost");
        } else {
            let now = now.expect("no ticket is lost within a day");
            assert_eq!((now.number, now.order), (ticket.number, ticket.order), "the number stays");
            assert!(corrected || now.issued_at == ticket.issued_at, "the time waited stays");
        }
    }
    if !opened {
        for (service, series) in &before.series {
            assert!(after.series[service].last >= series.last, "a series only rises within a day");
        }
    }
}

/// What is not carried over the night, when the record that opens a day also closes the one before.
fn waits_in_vain(ticket: &Ticket) -> bool {
    match ticket.state {
        State::Waiting => !ticket.ready,
        State::Parked { .. } => false,
        State::Called { .. }
        | State::Serving { .. }
        | State::Finished { .. }
        | State::Absent { .. }
        | State::Cancelled { .. }
        | State::Expired { .. } => true,
    }
}

fn check_counters(office: &Office) {
    let mut clerks = BTreeSet::new();
    assert_eq!(
        office.counters.keys().collect::<BTreeSet<_>>(),
        office.layout.counters.iter().map(|place| &place.id).collect(),
        "every counter of the layout, and no other"
    );
    for counter in office.counters.values() {
        let closed = counter.state == CounterState::Closed;
        assert_eq!(
            counter.clerk.is_none(),
            closed,
            "somebody sits exactly at the counters that are not closed"
        );
        if let Some(clerk) = &counter.clerk {
            assert!(clerks.insert(clerk), "{clerk} holds one counter");
        }
        assert!(!closed || counter.ticket.is_none(), "a closed counter holds no ticket");
        assert_eq!(counter.why.is_some(), counter.ticket.is_some(), "why a ticket came, while it is there");
        if let Some(ticket) = office.held(counter) {
            assert_eq!(ticket.holder(), Some(counter.id), "a ticket knows who holds it");
        }
        assert!(!office.closed || closed, "no counter is open when the day is closed");
    }
    for ticket in office.tickets.values() {
        if let Some(holder) = ticket.holder() {
            assert_eq!(office.counters[&holder].ticket, Some(ticket.id), "a ticket has one owner");
        }
    }
}

fn check_lines(office: &Office) {
    let mut expected: BTreeMap<LineKey, Vec<Place>> = BTreeMap::new();
    for ticket in office.tickets.values().filter(|ticket| ticket.state == State::Waiting) {
        expected.entry(LineKey::of(ticket)).or_default().push(Place::of(ticket));
    }
    for line in expected.values_mut() {
        line.sort_unstable();
        assert!(line.is_sorted_by_key(|place| place.order), "who comes first stands first");
    }
    let lines = office.lines.iter().map(|(key, line)| (key.clone(), line.iter().copied().collect()));
    assert_eq!(
        lines.collect::<BTreeMap<LineKey, Vec<Place>>>(),
        expected,
        "everybody who waits stands in line"
    );
    assert_eq!(office.lines.waiting(), expected.values().map(|line| line.len() as u64).sum::<u64>());
}

fn check_numbers(office: &Office) {
    let ids: BTreeSet<_> = office.numbers.values().collect();
    assert_eq!(ids.len(), office.numbers.len(), "a number stands for one ticket");
    for (number, id) in &office.numbers {
        assert_eq!(office.tickets[id].number, *number);
    }
    for ticket in office.tickets.values() {
        assert!(ticket.order < office.next_order);
        let todays = office.numbers.get(&ticket.number) == Some(&ticket.id);
        assert!(todays || ticket.is_over(), "whoever is not done has a number of today: {ticket:?}");
    }
}

fn check_counts(office: &Office) {
    let mut counts = Counts::default();
    for ticket in office.numbers.values().map(|id| &office.tickets[id]) {
        counts.total += 1;
        match ticket.state {
            State::Waiting => counts.waiting += 1,
            State::Called { .. } | State::Serving { .. } => counts.held += 1,
            State::Parked { .. } => counts.parked += 1,
            State::Finished { .. }
            | State::Absent { .. }
            | State::Cancelled { .. }
            | State::Expired { .. } => counts.over += 1,
        }
    }
    assert_eq!(office.counts, counts, "every ticket of the day is counted where it is");
}
