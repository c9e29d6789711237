//! Records of format 1 as they were written once; they are read for ever.
//!
//! A change that makes this fail makes journals of offices unreadable: add a version, keep the old reader.

use queue_core::record::{About, GENESIS, Seq};
use queue_journal::codec::{Sealed, open, seal};

use crate::support::{Fact, START};

const FORMAT_1: &str = include_str!("../golden/format-1.jsonl");

#[test]
fn records_of_format_1_are_read() {
    let records: Vec<_> = FORMAT_1.lines().map(|line| open::<Fact>(line.as_bytes()).unwrap()).collect();
    assert_eq!(records.len(), 6);
    assert_eq!(records[0].prev_hash, GENESIS);
    for (index, pair) in records.windows(2).enumerate() {
        assert_eq!(pair[1].prev_hash, pair[0].hash, "after {index}");
        assert_eq!(pair[1].seq, pair[0].seq.next());
    }
    assert_eq!(records[1].at.0, START.0 + 120_000);
    assert_eq!(records[1].about, About::Ticket("0123456789abcdefghjkmnpqrs".parse().unwrap()));
    assert_eq!(records[2].key.as_ref().map(|key| key.key.as_str()), Some("key-3"));
    let texts: Vec<_> = records
        .iter()
        .flat_map(|record| &record.events)
        .filter_map(|event| match event {
            Fact::TicketParked { reason } => Some(reason.as_str()),
            Fact::DayOpened { .. } | Fact::DayClosed | Fact::TicketIssued { .. } => None,
        })
        .collect();
    // The second of them was erased.
    assert_eq!(texts, ["chờ \"giấy khai sinh\"\n", ""]);
    assert_eq!(records[5].events.len(), 2);
    assert_eq!(records[5].seq, Seq(6));
}

#[test]
fn records_of_format_1_are_still_written_byte_for_byte() {
    let mut head = GENESIS.to_owned();
    for line in FORMAT_1.lines() {
        let mut record = open::<Fact>(line.as_bytes()).unwrap();
        let written = seal(&mut record, &head).unwrap();
        assert_eq!(String::from_utf8(written.line).unwrap(), line);
        assert_eq!(Sealed::from_line(line.as_bytes().to_vec()).unwrap().hash, written.hash);
        head = written.hash;
    }
}
