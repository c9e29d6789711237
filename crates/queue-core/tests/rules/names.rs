//! How ids, numbers and dates are written, to the limits of what they may be.

use std::sync::Arc;

use queue_core::ids::{Lang, OfficeId, SLUG_BYTES_MAX, Slug, TicketId, UserId};
use queue_core::number::Number;
use queue_core::time::{At, Date, Millis};

use crate::orders::{class, counter, lang, service, slug};

#[test]
fn an_id_is_shown_as_the_office_wrote_it() {
    let shown = [
        OfficeId(slug("kim-lien")).to_string(),
        service("chung-thuc").to_string(),
        class("priority").to_string(),
        counter(12).to_string(),
        UserId(Arc::from("mai.le")).to_string(),
        lang("vi-x-south").to_string(),
        Lang(Arc::from("")).to_string(),
        slug("q-7").to_string(),
    ];
    assert_eq!(shown, ["kim-lien", "chung-thuc", "priority", "12", "mai.le", "vi-x-south", "", "q-7"]);
}

#[test]
fn an_id_of_the_office_file_holds_up_to_forty_plain_characters() {
    for text in ["a", "0", "a-1", "09-az", &"x".repeat(SLUG_BYTES_MAX)] {
        assert_eq!(Slug::new(text).map(|slug| slug.as_str().to_owned()).as_deref(), Ok(text));
    }
    for text in ["", "a_b", "a.b", "A", "ứ", " ", &"x".repeat(SLUG_BYTES_MAX + 1)] {
        assert!(Slug::new(text).is_err(), "{text}");
        assert!(serde_json::from_value::<Slug>(text.into()).is_err(), "{text} read");
    }
    let long = Slug::new(&"Ứ".repeat(100)).expect_err("no slug").to_string();
    assert!(long.contains(&"Ứ".repeat(60)) && !long.contains(&"Ứ".repeat(61)), "{long}");
}

#[test]
fn a_ticket_id_is_twenty_six_letters_and_digits_without_doubles() {
    for (value, text) in [
        (0, "00000000000000000000000000"),
        (31, "0000000000000000000000000z"),
        (32, "00000000000000000000000010"),
        (1 << 127, "40000000000000000000000000"),
        (u128::MAX, "7zzzzzzzzzzzzzzzzzzzzzzzzz"),
        (0x0123_4567_89ab_cdef_0123_4567_89ab_cdef, "014d2pf2dbsqqg28t5cy4tqkff"),
    ] {
        assert_eq!(TicketId(value).to_string(), text);
        assert_eq!(text.parse(), Ok(TicketId(value)));
        assert_eq!(serde_json::from_value::<TicketId>(text.into()).expect("an id"), TicketId(value));
    }
    for text in ["80000000000000000000000000", "0000000000000000000000000Z", "0000000000000000000000000"] {
        assert!(text.parse::<TicketId>().is_err(), "{text} is beyond 128 bits, or is not so written");
    }
}

#[test]
fn a_number_is_read_only_as_it_is_printed() {
    let read = |text: &str| text.parse().map(|of: Number| (of.prefix, of.value, of.digits)).ok();
    assert_eq!(read("A012"), Some((Some('A'), 12, 3)));
    assert_eq!(read("000001"), Some((None, 1, 6)));
    assert_eq!(read("Z999999"), Some((Some('Z'), 999_999, 6)));
    for text in ["A0000001", "0000001", "A+12", "AA1", "A", "", "A 12", "12A"] {
        assert_eq!(read(text), None, "{text}");
        assert!(serde_json::from_value::<Number>(text.into()).is_err(), "{text}");
    }
}

#[test]
fn a_date_is_ten_characters_within_the_calendar() {
    let read = |text: &str| Date::try_from(text.to_owned()).map(String::from).ok();
    for text in ["1970-01-01", "9999-12-31", "2026-11-23", "2028-02-29"] {
        assert_eq!(read(text).as_deref(), Some(text));
    }
    for text in [
        "1969-12-31",
        "2026-00-01",
        "2026-13-01",
        "2026-01-00",
        "2026-01-32",
        "2026-1-01",
        "2026-01-1",
        "2026-001-1",
        "2026-1-001",
        "02026-1-01",
        "2026-+1-01",
        "10000-01-01",
        "2026-01",
        "2026-01-01-01",
        "",
        "heute",
    ] {
        assert_eq!(read(text), None, "{text}");
    }
}

#[test]
fn a_length_of_time_is_never_negative_and_stops_at_the_end_of_time() {
    assert_eq!(At(1_500).since(At(500)), Millis(1_000));
    assert_eq!(At(500).since(At(1_500)), Millis(0));
    assert_eq!(At(i64::MAX).since(At(i64::MIN)), Millis(i64::MAX as u64));
    assert_eq!(At(-5).plus(Millis(15)), At(10));
    assert_eq!(At(1).plus(Millis(u64::MAX)), At(i64::MAX));
    assert_eq!(Millis::from_secs(90), Millis(90_000));
    assert_eq!(Millis::from_secs(u64::MAX), Millis(u64::MAX));
    assert_eq!([Millis(999).secs(), Millis(1_000).secs(), Millis(1_999).secs()], [0, 1, 1]);
}
