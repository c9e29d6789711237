//! The journal on any ordered store: how records lie in it, and that whatever is not as it was written is refused
//! with the record's name, also where every checksum holds.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use queue_core::record::{GENESIS, Seq};
use queue_journal::codec::{Sealed, seal};
use queue_journal::verify::verify;
use queue_journal::{Journal, JournalError};

use crate::shelf::{
    Shelf, Values, change, checksum, damage, filled, key, open, part_key, put, refused, reopened, swap,
};
use crate::support::{Fact, all, chain, facts, record, stream};

/// The longest value of the store, in bytes.
const VALUE_BYTES_MAX: usize = 4096;
/// Kind, checksum and count of a block.
const BLOCK_HEAD: usize = 7;
/// Kind, checksum, index and parts of a part.
const PART_HEAD: usize = 9;

#[test]
fn records_lie_as_the_page_says() {
    let shelf = filled(&[chain(&stream(), 1, GENESIS, 9, |seq| if seq == 4 { long() } else { short(seq) })]);
    let entries = shelf.entries();
    let (mut numbers, mut kinds) = (Vec::new(), Vec::new());
    for (key, value) in entries.iter().filter(|(key, _)| key[0] == b'e') {
        numbers.push(u64::from_be_bytes(key[1..9].try_into().unwrap()));
        kinds.push(char::from(value[0]));
        assert_eq!(value[1..5], checksum(key, value), "{key:?}");
    }
    // Three short ones, the three parts of a long one, five short ones.
    assert_eq!(numbers, [1, 4, 4, 4, 5]);
    assert_eq!(kinds, ['B', 'P', 'P', 'P', 'B']);
    let values: Vec<_> = entries.values().collect();
    assert_eq!([&values[0][5..7], &values[4][5..7]], [&[0, 3], &[0, 5]], "how many lines");
    for (index, part) in values[1..4].iter().enumerate() {
        assert_eq!(part[5..9], [0, u8::try_from(index).unwrap(), 0, 3], "index and parts");
    }
    let keys: Vec<_> = entries.keys().collect();
    assert_eq!([keys[1].len(), keys[2].len(), keys[3].len()], [9, 11, 11]);
    assert_eq!([&keys[2][9..], &keys[3][9..]], [&[0, 1], &[0, 2]]);
    let head = verify(&reopened(&entries, None).unwrap().reader()).unwrap().head;
    let meta = &entries[&b"m"[..]];
    let due = format!(r#"{{"format":2,"base":1,"first":1,"last":9,"count":9,"head":"{head}"}}"#);
    assert_eq!((meta[0], std::str::from_utf8(&meta[5..]).unwrap()), (b'M', due.as_str()));
    assert_eq!(meta[1..5], checksum(b"m", meta));
}

#[test]
fn a_batch_that_opens_or_closes_a_day_says_so_in_its_block() {
    let day = |seq| if seq == 2 { vec![Fact::DayClosed] } else { short(seq) };
    let shelf = filled(&[chain(&stream(), 1, GENESIS, 3, day)]);
    assert_eq!(shelf.entries()[&key(1)][0], b'D');
    let marks = reopened(&shelf.entries(), None).unwrap().reader().marks();
    assert_eq!(marks.iter().map(|mark| mark.seq.0).collect::<Vec<_>>(), [2]);
}

#[test]
fn a_value_is_filled_to_its_last_byte_and_no_further() {
    let room = VALUE_BYTES_MAX - BLOCK_HEAD - 1;
    for (bytes, values) in [
        (room, &[VALUE_BYTES_MAX][..]),
        // One byte more is cut in parts, the first of them full.
        (room + 1, &[VALUE_BYTES_MAX, PART_HEAD + room + 1 + PART_HEAD - VALUE_BYTES_MAX]),
        (2 * (VALUE_BYTES_MAX - PART_HEAD), &[VALUE_BYTES_MAX; 2]),
        (2 * (VALUE_BYTES_MAX - PART_HEAD) + 1, &[VALUE_BYTES_MAX, VALUE_BYTES_MAX, PART_HEAD + 1]),
    ] {
        let sealed = of_length(1, GENESIS, bytes);
        let shelf = filled(&[vec![sealed.clone()]]);
        let found: Vec<_> =
            shelf.entries().iter().filter(|(key, _)| key[0] == b'e').map(|(_, v)| v.len()).collect();
        assert_eq!(found, values, "{bytes}");
        let read: Vec<_> =
            reopened(&shelf.entries(), None).unwrap().reader().all().map(Result::unwrap).collect();
        assert_eq!(read, [sealed.line]);
    }
    // Two lines that fill a value together, and two that are one byte too long for it and are packed.
    for (more, kind) in [(0, b'B'), (1, b'Z')] {
        let first = of_length(1, GENESIS, 2_000);
        let second = of_length(2, &first.hash, VALUE_BYTES_MAX - BLOCK_HEAD - 2_000 - 2 + more);
        let entries = filled(&[vec![first, second]]).entries();
        assert_eq!(entries.len(), 1 + 1, "{more}");
        assert_eq!(entries[&key(1)][0], kind, "{more}");
        assert_eq!(reopened(&entries, None).unwrap().reader().durable(), Seq(2));
    }
}

#[test]
fn many_records_of_one_batch_are_packed_and_read_back() {
    let day = |seq| if seq == 40 { vec![Fact::DayClosed] } else { short(seq) };
    let batch = chain(&stream(), 1, GENESIS, 200, day);
    let entries = filled(std::slice::from_ref(&batch)).entries();
    let blocks: Vec<_> = entries.iter().filter(|(key, _)| key[0] == b'e').collect();
    let bytes = |values: &[(&Vec<u8>, &Vec<u8>)]| values.iter().map(|(_, value)| value.len()).sum::<usize>();
    let lines = batch.iter().map(|sealed| sealed.line.len() + 1).sum::<usize>();
    assert!(bytes(&blocks) * 3 < lines * 2, "{} of {lines}", bytes(&blocks));
    for (key, value) in &blocks {
        let first = u64::from_be_bytes(key[1..9].try_into().unwrap());
        let count = u64::from(u16::from_be_bytes([value[5], value[6]]));
        let kind = match value[0] {
            b'B' => b'B',
            _ if (first..first + count).contains(&40) => b'Y',
            _ => b'Z',
        };
        assert_eq!((value[0], &value[1..5]), (kind, &checksum(key, value)[..]), "{key:?}");
        assert!(value.len() <= VALUE_BYTES_MAX);
    }
    let journal = reopened(&entries, None).unwrap();
    let read: Vec<_> = journal.reader().all().map(Result::unwrap).collect();
    assert_eq!(read, batch.iter().map(|sealed| sealed.line.clone()).collect::<Vec<_>>());
    assert_eq!(journal.reader().marks().len(), 1);
    for (what, at) in
        [("unpacked", 15), ("unpacked", 16), ("impossible lengths", 17), ("impossible lengths", 18)]
    {
        let mut changed = entries.clone();
        change(&mut changed, &key(1), |value| value[at] = value[at].wrapping_sub(1));
        let (seq, said) = refused(&changed, None);
        assert!(seq == 1 && said.starts_with("a packed block ") && said.ends_with(what), "{said}");
    }
}

#[test]
fn of_a_batch_that_was_broken_off_what_is_there_counts() {
    let mut batches = vec![chain(&stream(), 1, GENESIS, 20, facts)];
    for _ in 0..4 {
        let tail = batches.last().unwrap().last().unwrap().tail();
        batches.push(chain(&stream(), tail.seq.0 + 1, &tail.hash, 500, short));
    }
    let meta_after = |count: usize| filled(&batches[..count]).entries()[&b"m"[..]].clone();
    let mut entries = filled(&batches[..3]).entries();
    entries.insert(b"m".to_vec(), meta_after(1));
    assert_eq!(reopened(&entries, None).unwrap().reader().durable(), Seq(1_020));
    // From then on it is as good as any other: another one may be broken off behind it.
    let shelf = Arc::new(Shelf { entries: Mutex::new(entries), ..Shelf::default() });
    drop(open(&shelf, None).unwrap());
    let meta = shelf.entries()[&b"m"[..]].clone();
    let mut entries = filled(&batches).entries();
    entries.insert(b"m".to_vec(), meta);
    assert_eq!(reopened(&entries, None).unwrap().reader().durable(), Seq(2_020));
    let mut entries = filled(&batches).entries();
    entries.insert(b"m".to_vec(), meta_after(2));
    let goes = "the journal should go to record 520, and goes to 2020";
    assert_eq!(refused(&entries, None), (2_021, goes.to_owned()), "no batch is so long");
}

#[test]
fn one_append_is_one_write_and_one_sync_and_a_failed_sync_acknowledges_nothing() {
    let shelf = Arc::new(Shelf::default());
    let mut journal = open(&shelf, None).unwrap();
    let batch = chain(&stream(), 1, GENESIS, 40, facts);
    journal.append(&batch[..30]).unwrap();
    journal.append(&[]).unwrap();
    journal.append(&batch[30..31]).unwrap();
    // One more before them: the meta value of a journal of which nothing was written yet.
    assert_eq!((shelf.writes.load(Ordering::SeqCst), shelf.syncs.load(Ordering::SeqCst)), (3, 3));
    assert_eq!(journal.tail(), Some(batch[30].tail()));
    let error = JournalError::Failed { what: "sync db".to_owned(), cause: "input/output error".to_owned() };
    *shelf.fails.lock().unwrap() = Some(error.clone());
    assert_eq!(journal.append(&batch[31..]).unwrap_err(), error);
    assert_eq!(journal.tail(), Some(batch[30].tail()), "nothing more is durable");
    assert_eq!(journal.reader().all().count(), 31);
    assert_eq!(journal.append(&batch[31..]).unwrap_err(), error, "and nothing is tried again");
    assert_eq!((shelf.writes.load(Ordering::SeqCst), shelf.syncs.load(Ordering::SeqCst)), (4, 4));
    assert_eq!(Box::new(journal).close().unwrap_err(), error);
}

#[test]
fn any_changed_byte_and_any_missing_value_is_refused_with_the_record_that_is_due() {
    let whole = sample().entries();
    assert_eq!(reopened(&whole, None).unwrap().reader().durable(), Seq(60));
    for (key, value) in &whole {
        let due = if key[0] == b'm' { 61 } else { u64::from_be_bytes(key[1..9].try_into().unwrap()) };
        let mut without = whole.clone();
        without.remove(key);
        let seq = refused(&without, None).0;
        assert_eq!(seq, due, "without {key:?}");
        for at in (0..value.len()).step_by(97).chain(0..PART_HEAD).chain([value.len() - 1]) {
            let mut changed = whole.clone();
            changed.get_mut(key).unwrap()[at] ^= 0x20;
            assert_eq!(refused(&changed, None), (due, expected_words(key)), "{key:?} at {at}");
        }
        for length in [0, 4, 5, 6, 7, 8, value.len() - 1] {
            let mut cut = whole.clone();
            cut.get_mut(key).unwrap().truncate(length);
            assert_eq!(refused(&cut, None).0, due, "{key:?} cut to {length}");
        }
    }
}

/// What is said of a value that does not answer to its checksum.
fn expected_words(key: &[u8]) -> String {
    let what = if key == b"m" { "the meta value" } else { "a block" };
    format!("{what} does not answer to its checksum")
}

#[test]
fn what_was_never_written_so_is_refused_though_its_checksum_holds() {
    type Change = fn(&mut Values);
    // Record 1 lies in parts; 2 to 49 in blocks; 50 closes a day, 51 lies in parts again.
    let cases: [(&str, u64, Change); 14] = [
        ("a block is of no known kind", 2, |all| change(all, &key(2), |value| value[0] = b'X')),
        ("its block has lost lines", 0, |all| change(all, &key(2), |value| value[6] += 1)),
        ("its block has lost lines", 0, |all| change(all, &key(2), |value| value[6] -= 1)),
        ("a part has an impossible index", 1, |all| change(all, &key(1), |value| value[5..9].fill(0))),
        ("a part has an impossible index", 1, |all| change(all, &key(1), |value| value[7..9].fill(0xff))),
        ("a part of it is missing", 1, |all| change(all, &key(1), |value| value[6] = 1)),
        ("a part of it is missing", 1, |all| change(all, &part_key(1, 2), |value| value[8] += 1)),
        ("a part of it is missing", 1, |all| swap(all, &part_key(1, 1), &part_key(1, 2))),
        ("a part of it is missing", 1, |all| change(all, &part_key(1, 1), |value| value[0] = b'B')),
        ("a key of no known form stands in the store", 61, |all| put(all, b"z".to_vec(), b"B1234567")),
        ("a key of no known form stands in the store", 2, |all| {
            put(all, b"e\0\0\0\0\0\0\0\x01aaa".to_vec(), b"")
        }),
        ("it is missing: record 2 follows", 11, |all| {
            let value = all[&key(2)].clone();
            put(all, [key(2), vec![0, 1]].concat(), &value);
        }),
        ("it is missing: record 99 follows", 61, |all| {
            let value = all[&key(2)].clone();
            put(all, key(99), &value);
        }),
        ("a block has an impossible length", 2, |all| {
            change(all, &key(2), |value| value.resize(4_097, b'\n'))
        }),
    ];
    for (index, (what, due, spoil)) in cases.into_iter().enumerate() {
        let mut entries = sample().entries();
        spoil(&mut entries);
        let (seq, said) = refused(&entries, None);
        assert_eq!(said, what, "case {index}");
        assert!(due == 0 || seq == due, "case {index}: record {seq}, not {due}");
    }
}

#[test]
fn the_meta_value_must_fit_what_was_read() {
    let head = "0".repeat(64);
    let fits = "the meta value does not fit the records before";
    for (field, value, what) in [
        ("last", "59", fits),
        ("last", "61", "the journal should go to record 61, and goes to 60"),
        ("count", "59", fits),
        ("base", "2", fits),
        ("head", &format!("\"{head}\""), fits),
        ("format", "3", "the layout is of a version not known here"),
        ("color", "1", "the meta value cannot be read"),
    ] {
        let mut entries = sample().entries();
        change(&mut entries, b"m", |meta| {
            let mut json: serde_json::Value = serde_json::from_slice(&meta[5..]).unwrap();
            json[field] = serde_json::from_str(value).unwrap();
            meta.truncate(5);
            meta.extend(serde_json::to_vec(&json).unwrap());
        });
        assert_eq!(refused(&entries, None), (61, what.to_owned()), "{field}");
    }
}

#[test]
fn what_was_acknowledged_must_be_there_and_be_the_same() {
    let entries = sample().entries();
    let sealed = chain(&stream(), 1, GENESIS, 60, facts);
    let hash = |seq: usize| sealed[seq - 1].hash.clone();
    let stands = [(0, GENESIS.to_owned()), (1, hash(1)), (30, hash(30)), (60, hash(60))];
    for (seq, hash) in stands {
        let journal = reopened(&entries, Some((Seq(seq), hash))).unwrap();
        assert_eq!(journal.reader().durable(), Seq(60), "{seq}");
    }
    let other = "it is not the record that was acknowledged";
    assert_eq!(refused(&entries, Some((Seq(1), hash(2)))), (1, other.to_owned()));
    assert_eq!(refused(&entries, Some((Seq(60), hash(59)))), (60, other.to_owned()));
    let (seq, said) = refused(&entries, Some((Seq(61), hash(60))));
    assert_eq!(
        (seq, said.as_str()),
        (61, "records up to 61 were acknowledged, and the journal ends with 60")
    );
    assert_eq!(reopened(&BTreeMap::new(), Some((Seq(0), GENESIS.to_owned()))).unwrap().tail(), None);
    assert_eq!(refused(&BTreeMap::new(), Some((Seq(1), hash(1)))).0, 1);
}

#[test]
fn a_reader_that_finds_a_place_empty_or_changed_says_which() {
    type Change = fn(&mut Values);
    let cases: [(u64, &str, Change); 7] = [
        (1, "it is missing", |all| drop(all.remove(&key(1)))),
        (1, "a part of it is missing", |all| drop(all.remove(&part_key(1, 1)))),
        (1, "a part of it is mixed up", |all| change(all, &part_key(1, 1), |value| value[6] = 2)),
        (1, "a part of it is mixed up", |all| change(all, &part_key(1, 2), |value| value[0] = b'B')),
        (1, "a block does not answer to its checksum", |all| all.get_mut(&part_key(1, 2)).unwrap()[20] ^= 1),
        (2, "it is missing", |all| drop(all.remove(&key(2)))),
        (2, "a block does not answer to its checksum", |all| all.get_mut(&key(2)).unwrap()[20] ^= 1),
    ];
    for (index, (from, what, spoil)) in cases.into_iter().enumerate() {
        let shelf = Arc::new(sample());
        let journal = open(&shelf, None).unwrap();
        let reader = journal.reader();
        spoil(&mut shelf.entries.lock().unwrap());
        let mut lines = reader.lines(Seq(from)..=Seq(60));
        assert_eq!(damage(lines.next().unwrap().unwrap_err()), (from, what.to_owned()), "case {index}");
        assert!(lines.next().is_none(), "case {index}: nothing follows what cannot be read");
    }
}

#[test]
fn a_verification_passes_no_record_that_does_not_follow() {
    let whole = chain(&stream(), 1, GENESIS, 60, facts);
    let head = whole[0].hash.as_str();
    let house = queue_core::ids::Slug::new("house").unwrap();
    let doubled = [&whole[1..3], &whole[2..10]].concat();
    let mut unchained = whole[1..10].to_vec();
    unchained[4] = chain(&stream(), 6, &whole[0].hash, 1, facts).remove(0);
    for (due, what, records) in [
        (2, "it is not chained to the one before", chain(&stream(), 2, GENESIS, 9, facts)),
        (2, "it belongs to `house`", chain(&house, 2, head, 9, facts)),
        (4, "record 3 stands in its place", doubled),
        (6, "it is not chained to the one before", unchained),
    ] {
        let shelf = Arc::new(sample());
        let reader = open(&shelf, None).unwrap().reader();
        assert_eq!(verify(&reader).unwrap().records, 60);
        // The store gives something else than it did when it was opened.
        let lines: Vec<u8> = records.iter().flat_map(|sealed| [&sealed.line, &b"\n"[..]].concat()).collect();
        let count = u8::try_from(records.len()).unwrap();
        let block = [b"B\0\0\0\0\0", &[count][..], &lines].concat();
        put(&mut shelf.entries.lock().unwrap(), key(2), &block);
        assert_eq!(damage(verify(&reader).unwrap_err()), (due, what.to_owned()));
        // Opening it says the same, but for a place that is given twice.
        let what = if due == 4 { "it is missing: record 3 follows" } else { what };
        assert_eq!(refused(&shelf.entries(), None), (due, what.to_owned()));
    }
}

#[test]
fn a_reader_starts_in_the_middle_of_a_block_and_of_nothing_else() {
    let shelf = Arc::new(sample());
    let reader = open(&shelf, None).unwrap().reader();
    let sealed = chain(&stream(), 1, GENESIS, 60, facts);
    for from in 1..=60_u64 {
        let first = reader.lines(Seq(from)..=Seq(from)).next().unwrap().unwrap();
        assert_eq!(first, sealed[usize::try_from(from).unwrap() - 1].line, "{from}");
    }
    assert_eq!(all(&reader).len(), 60);
}

/// A short record.
fn short(seq: u64) -> Vec<Fact> {
    vec![Fact::TicketIssued { number: format!("A{seq:03}") }]
}

/// A record of three parts.
fn long() -> Vec<Fact> {
    vec![Fact::TicketIssued { number: "x".repeat(9_000) }]
}

/// A sealed record whose line has `bytes` bytes.
fn of_length(seq: u64, head: &str, bytes: usize) -> Sealed {
    let of = |filling: usize| {
        let facts = vec![Fact::TicketIssued { number: "x".repeat(filling) }];
        seal(&mut record(&stream(), seq, facts), head).unwrap()
    };
    let sealed = of(bytes - of(0).line.len());
    assert_eq!(sealed.line.len(), bytes);
    sealed
}

/// Sixty records in batches of ten; the first and the fifty-first lie in parts.
fn sample() -> Shelf {
    let batches: Vec<_> =
        chain(&stream(), 1, GENESIS, 60, facts).chunks(10).map(<[Sealed]>::to_vec).collect();
    filled(&batches)
}
