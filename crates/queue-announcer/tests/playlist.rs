//! The playlist by tables: what is heard in which order, what is left out, and why.

use jiff::Timestamp;

use queue_announcer::playlist::{Announcement, Playlist, Skipped, WAITING_MAX};

#[test]
fn calls_are_said_in_journal_order_and_each_once() {
    check(&[call(1, "A001", 1), call(2, "B001", 2), call(5, "A002", 3)], 0, "A001@1 B001@2 A002@3");
    check(
        &[call(1, "A001", 1), call(2, "B001", 2), call(1, "A001", 1), call(2, "B001", 2)],
        0,
        "A001@1 B001@2",
    );
}

#[test]
fn a_recall_of_what_still_waits_is_said_once_in_the_first_place_and_words() {
    let mut list = Playlist::default();
    list.add(call(1, "A001", 1));
    list.add(call(2, "B001", 2));
    let recall =
        Announcement { clips: vec!["vi/xin-nhac-lai".to_owned()], expires_at: at(95), ..call(3, "A001", 1) };
    assert_eq!(list.add(recall.clone()), Some((recall, Skipped::Merged)));
    let (first, _) = list.next(at(0));
    let first = first.expect("a call");
    assert_eq!((first.seq, first.clips), (1, call(1, "A001", 1).clips), "words of a first call");
    assert_eq!(first.expires_at, at(95), "as long as the recall");
    assert_eq!(rest(&mut list, 0), "B001@2");
}

#[test]
fn a_recall_of_what_was_said_is_said_again() {
    let mut list = Playlist::default();
    list.add(call(1, "A001", 1));
    assert_eq!(rest(&mut list, 0), "A001@1");
    assert_eq!(list.add(call(2, "A001", 1)), None);
    assert_eq!(rest(&mut list, 0), "A001@1");
}

#[test]
fn nobody_is_sent_to_a_counter_that_has_passed_the_ticket_on() {
    let mut list = Playlist::default();
    list.add(call(1, "A001", 1));
    list.add(call(2, "B001", 2));
    assert_eq!(list.add(call(3, "A001", 4)), Some((call(1, "A001", 1), Skipped::Replaced)));
    assert_eq!(rest(&mut list, 0), "B001@2 A001@4");
}

#[test]
fn what_expired_while_it_waited_is_dropped_and_told() {
    let short = Announcement { expires_at: at(10), ..call(1, "A001", 1) };
    let calls = [short.clone(), call(2, "B001", 2)];
    check(&calls, 9, "A001@1 B001@2");
    check(&calls, 10, "B001@2");
    check(&calls, 60, "");
    let mut list = Playlist::default();
    list.add(short.clone());
    assert_eq!(list.next(at(10)), (None, vec![short]));
}

#[test]
fn the_oldest_gives_way_when_too_many_wait() {
    let mut list = Playlist::default();
    for seq in 1..=WAITING_MAX as u64 {
        assert_eq!(list.add(call(seq, &format!("A{seq:03}"), 1)), None);
    }
    let (oldest, why) = list.add(call(999, "B001", 2)).expect("one gives way");
    assert_eq!((oldest.number.as_str(), why), ("A001", Skipped::Crowded));
    assert_eq!(list.drain().len(), WAITING_MAX);
}

#[test]
fn what_could_not_be_said_is_next_again_unless_it_was_called_anew() {
    let mut list = Playlist::default();
    list.add(call(1, "A001", 1));
    list.add(call(2, "B001", 2));
    let (first, _) = list.next(at(0));
    list.put_back(first.expect("a call"));
    let (first, _) = list.next(at(0));
    list.add(call(3, "A001", 7));
    list.put_back(first.expect("a call"));
    assert_eq!(rest(&mut list, 0), "B001@2 A001@7");
}

#[test]
fn a_journal_that_begins_anew_is_heard() {
    let mut list = Playlist::default();
    list.add(call(500, "A001", 1));
    assert_eq!(list.add(call(3, "B001", 1)), Some((call(3, "B001", 1), Skipped::Known)));
    list.start_over();
    assert_eq!(list.add(call(3, "B001", 1)), None);
}

/// Adds all calls, then says everything at one moment (seconds); `said` is number@counter in order.
fn check(calls: &[Announcement], now_s: i64, said: &str) {
    let mut list = Playlist::default();
    for call in calls {
        list.add(call.clone());
    }
    assert_eq!(rest(&mut list, now_s), said, "{calls:?}");
}

fn rest(list: &mut Playlist, now_s: i64) -> String {
    let mut said = Vec::new();
    while let (Some(call), _) = list.next(at(now_s)) {
        said.push(format!("{}@{}", call.number, call.counter));
    }
    said.join(" ")
}

/// A call that lives a minute.
fn call(seq: u64, number: &str, counter: u32) -> Announcement {
    Announcement {
        seq,
        number: number.to_owned(),
        counter,
        expires_at: at(60),
        clips: vec!["vi/chime".to_owned(), format!("vi/{number}")],
    }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_795_400_000 + seconds).expect("an instant")
}
