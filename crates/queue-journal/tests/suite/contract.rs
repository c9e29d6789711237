//! What every back end promises.

use queue_core::record::{GENESIS, Seq};
use queue_core::text::Text;
use queue_core::time::At;
use queue_journal::codec::{RECORD_BYTES_MAX, Sealed, erase, open, seal};
use queue_journal::journal::{BATCH_BYTES_MAX, BATCH_RECORDS_MAX};
use queue_journal::reader::KEYS_LIVE;
use queue_journal::verify::verify;
use queue_journal::{JournalError, MarkKind};

use crate::support::{Fact, MINUTE, START, all, chain, facts, fill, following, places, record, stream};

#[test]
fn an_empty_journal_has_no_tail_and_reads_nothing() {
    for place in places() {
        let reader = place.journal.reader();
        assert_eq!(place.journal.tail(), None, "{}", place.name);
        assert_eq!(reader.durable(), Seq(0));
        assert_eq!(reader.all().count(), 0);
        assert_eq!(reader.boot_from(), Seq(1));
        assert_eq!(verify(&reader).unwrap().head, GENESIS);
    }
}

#[test]
fn what_was_appended_is_read_in_order_from_any_place() {
    for mut place in places() {
        let batch = following(&stream(), &place.journal.reader(), 120);
        for part in batch.chunks(40) {
            place.journal.append(part).unwrap();
        }
        let reader = place.journal.reader();
        let last = batch.last().unwrap();
        assert_eq!(place.journal.tail(), Some(last.tail()), "{}", place.name);
        for from in [1, 2, 39, 40, 41, 50, 51, 52, 120] {
            let read: Vec<_> = reader.lines(Seq(from)..=Seq(500)).map(Result::unwrap).collect();
            let written = batch.iter().skip(usize::try_from(from).unwrap() - 1).map(|s| s.line.clone());
            assert!(read.into_iter().eq(written), "{} from {from}", place.name);
        }
        assert_eq!(reader.lines(Seq(3)..=Seq(5)).count(), 3);
        assert_eq!(reader.lines(Seq(121)..=Seq(500)).count(), 0);
        assert_eq!(verify(&reader).unwrap().head, last.hash);
    }
}

#[test]
fn records_come_back_as_they_were_with_their_texts() {
    for mut place in places() {
        fill(place.journal.as_mut(), 60);
        let read = all(&place.journal.reader());
        assert_eq!(read.len(), 60, "{}", place.name);
        for record in &read {
            assert_eq!(record.events, facts(record.seq.0));
            assert!(record.texts.is_empty());
        }
        let typed = place.journal.reader().records::<Fact>(Seq(1)..=Seq(60));
        assert!(typed.map(Result::unwrap).eq(read), "{}", place.name);
    }
}

#[test]
fn a_reader_on_another_thread_sees_only_whole_batches() {
    for mut place in places() {
        let reader = place.journal.reader();
        let batch = following(&stream(), &reader, 300);
        std::thread::scope(|scope| {
            let reading = scope.spawn(|| {
                // Ends when the last record is seen; the writer below needs a bounded time for it.
                let mut seen = 0;
                while seen < 300 {
                    let count = u64::try_from(reader.all().map(Result::unwrap).count()).unwrap();
                    assert!(count >= seen && count.is_multiple_of(10), "{count} after {seen}");
                    seen = count;
                }
            });
            for part in batch.chunks(10) {
                place.journal.append(part).unwrap();
            }
            reading.join().unwrap();
        });
    }
}

#[test]
fn marks_show_where_days_begin_and_end() {
    for mut place in places() {
        fill(place.journal.as_mut(), 101);
        let marks = place.journal.reader().marks();
        let found: Vec<_> = marks.iter().map(|mark| (mark.seq.0, mark.kind)).collect();
        let (opened, closed) = (MarkKind::DayOpened, MarkKind::DayClosed);
        let due = [(1, opened), (50, closed), (51, opened), (100, closed), (101, opened)];
        assert_eq!(found, due, "{}", place.name);
        assert_eq!(marks[0].at, At(START.0 + MINUTE));
    }
}

#[test]
fn a_word_in_a_text_is_no_mark() {
    for mut place in places() {
        let layout = "{\"type\":\"day_closed\"}".to_owned();
        let issued = |_| vec![Fact::TicketIssued { number: layout.clone() }];
        place.journal.append(&chain(&stream(), 1, GENESIS, 3, issued)).unwrap();
        assert_eq!(place.journal.reader().marks(), [], "{}", place.name);
    }
}

#[test]
fn a_boot_starts_at_the_last_but_one_day_that_is_two_days_old() {
    const HOUR: i64 = 60 * MINUTE;
    // Hours at which days open, the hour of the last record, and the record to boot from.
    let cases: [(&[i64], i64, u64); 6] = [
        (&[0], 100, 1),
        (&[0, 24], 30, 1),
        (&[0, 24], 48, 1),
        (&[0, 24, 48], 71, 1),
        (&[0, 24, 48], 72, 2),
        (&[0, 24, 48, 200], 201, 3),
    ];
    for (hours, head, due) in cases {
        for mut place in places() {
            let mut hash = GENESIS.to_owned();
            for (index, hour) in hours.iter().chain([&head]).enumerate() {
                let facts = if index < hours.len() {
                    vec![Fact::DayOpened { layout: String::new() }]
                } else {
                    vec![Fact::TicketIssued { number: "A001".to_owned() }]
                };
                let mut record = record(&stream(), u64::try_from(index).unwrap() + 1, facts);
                record.at = At(START.0 + hour * HOUR);
                let sealed = seal(&mut record, &hash).unwrap();
                hash.clone_from(&sealed.hash);
                place.journal.append(&[sealed]).unwrap();
            }
            assert_eq!(place.journal.reader().boot_from(), Seq(due), "{} {hours:?} {head}", place.name);
        }
    }
}

#[test]
fn a_record_of_the_longest_kind_is_taken_and_a_longer_one_is_not() {
    for mut place in places() {
        let layout = |bytes: usize| vec![Fact::DayOpened { layout: "x".repeat(bytes) }];
        let small = seal(&mut record(&stream(), 1, layout(0)), GENESIS).unwrap();
        let room = RECORD_BYTES_MAX - small.line.len();
        let largest = seal(&mut record(&stream(), 1, layout(room)), GENESIS).unwrap();
        assert_eq!(largest.line.len(), RECORD_BYTES_MAX);
        place.journal.append(std::slice::from_ref(&largest)).unwrap();
        let second = following(&stream(), &place.journal.reader(), 1);
        place.journal.append(&second).unwrap();
        let read: Vec<_> = place.journal.reader().all().map(Result::unwrap).collect();
        assert!(read == [largest.line, second[0].line.clone()], "{}", place.name);

        let refused = seal(&mut record(&stream(), 1, layout(room + 1)), GENESIS);
        assert!(matches!(refused, Err(JournalError::TooLarge { seq: Seq(1), .. })), "{refused:?}");
    }
}

#[test]
fn an_erased_text_leaves_the_chain_whole() {
    for mut place in places() {
        let mut batch = chain(&stream(), 1, GENESIS, 9, facts);
        let parked = open::<Fact>(&batch[6].line).unwrap();
        let [Fact::TicketParked { reason }] = parked.events.as_slice() else { panic!("{parked:?}") };
        batch[6].line = erase(&batch[6].line, &[reason.digest.as_str()]).unwrap();
        place.journal.append(&batch).unwrap();

        assert!(!String::from_utf8(batch[6].line.clone()).unwrap().contains("ông An"));
        let reader = place.journal.reader();
        assert_eq!(verify(&reader).unwrap().records, 9, "{}", place.name);
        let [Fact::TicketParked { reason: erased }] = &all(&reader)[6].events[..] else {
            panic!("not parked")
        };
        assert_eq!(erased.plain, None);
        assert_eq!(erased.digest, reason.digest);
    }
}

#[test]
fn one_text_is_erased_and_the_others_beside_it_stay() {
    let parked = |name: &str, salt| Fact::TicketParked { reason: Text::seal(name, salt) };
    let digest = |name: &str, salt| Text::seal(name, salt).digest;
    let facts = || vec![parked("bà Lan", 1), parked("ông An", 2), parked("cô Mai", 3)];
    let sealed = seal(&mut record(&stream(), 1, facts()), GENESIS).unwrap();
    let left = |line: &[u8]| {
        let texts = open::<Fact>(line).unwrap().events.into_iter().map(|fact| match fact {
            Fact::TicketParked { reason } => reason.as_str().to_owned(),
            Fact::DayOpened { .. } | Fact::DayClosed | Fact::TicketIssued { .. } => panic!("not parked"),
        });
        texts.collect::<Vec<_>>()
    };
    let [lan, an, mai] = [digest("bà Lan", 1), digest("ông An", 2), digest("cô Mai", 3)];
    assert_eq!(left(&erase(&sealed.line, &[]).unwrap()), ["bà Lan", "ông An", "cô Mai"]);
    let without = erase(&sealed.line, &[&an, "no digest of it"]).unwrap();
    assert_eq!(left(&without), ["bà Lan", "", "cô Mai"]);
    let bare = erase(&without, &[&lan, &mai]).unwrap();
    assert_eq!(left(&bare), ["", "", ""]);
    assert!(bare.ends_with(b"\"}") && Sealed::from_line(bare).unwrap().hash == sealed.hash);
}

#[test]
fn as_many_records_as_a_batch_takes_are_taken() {
    for mut place in places() {
        let most = following(&stream(), &place.journal.reader(), BATCH_RECORDS_MAX as u64);
        place.journal.append(&most).unwrap();
        assert_eq!(place.journal.tail(), most.last().map(Sealed::tail), "{}", place.name);
    }
}

#[test]
fn what_does_not_follow_is_refused_and_poisons_the_journal() {
    for turn in 0..5 {
        for mut place in places() {
            fill(place.journal.as_mut(), 5);
            let good = following(&stream(), &place.journal.reader(), 3);
            let mut bad = good.clone();
            match turn {
                0 => drop(bad.remove(0)),
                1 => drop(bad.remove(1)),
                2 => bad[0].prev_hash = GENESIS.to_owned(),
                3 => bad[2].stream = queue_core::ids::Slug::new("house").unwrap(),
                _ => bad = following(&stream(), &place.journal.reader(), 1 + BATCH_RECORDS_MAX as u64),
            }
            let refused = place.journal.append(&bad).unwrap_err();
            let again = place.journal.append(&good).unwrap_err();
            assert_eq!(refused, again, "{} turn {turn}", place.name);
            assert_eq!(place.journal.reader().durable(), Seq(5));
            assert_eq!(place.journal.close().unwrap_err(), refused);
        }
    }
}

#[test]
fn an_empty_batch_changes_nothing() {
    for mut place in places() {
        place.journal.append(&[]).unwrap();
        fill(place.journal.as_mut(), 2);
        place.journal.append(&[]).unwrap();
        assert_eq!(place.journal.reader().durable(), Seq(2), "{}", place.name);
        place.journal.close().unwrap();
    }
}

#[test]
fn the_limits_are_what_an_office_needs() {
    let mebibyte = 1024 * 1024;
    // The longest record that the rules allow closes a day of two hundred thousand, with 25 MB.
    assert_eq!(RECORD_BYTES_MAX, 32 * mebibyte);
    // What gathers while a slow disk syncs.
    assert_eq!((BATCH_RECORDS_MAX, BATCH_BYTES_MAX), (1_024, 262_144));
    // Two days in which a kiosk may repeat itself.
    assert_eq!(KEYS_LIVE.secs(), 172_800);
}
