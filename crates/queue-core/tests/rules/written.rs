//! The written form of a record, as the journal keeps it: a line of JSON, the texts beside it.

use queue_core::event::OfficeEvent;
use queue_core::record::{Record, Texts, hex};
use sha2::{Digest, Sha256};

/// Puts the texts and the hash into `record`, and writes it.
pub(crate) fn seal(record: &mut Record<OfficeEvent>) -> String {
    record.texts =
        record.events.iter_mut().flat_map(Texts::texts_mut).filter_map(|text| text.plain.clone()).collect();
    record.hash.clear();
    record.hash = hex(&Sha256::digest(json(record).as_bytes()));
    json(record)
}

/// Reads a line; each text goes back to its digest.
pub(crate) fn open(line: &str) -> Record<OfficeEvent> {
    let mut record: Record<OfficeEvent> = serde_json::from_str(line).expect("a record reads back");
    for text in record.events.iter_mut().flat_map(Texts::texts_mut) {
        assert_eq!(text.plain, None, "no text stands in the hashed part");
        text.plain = record.texts.iter().find(|plain| plain.digest() == text.digest).cloned();
    }
    record
}

fn json(record: &Record<OfficeEvent>) -> String {
    serde_json::to_string(record).expect("a record can be written")
}
