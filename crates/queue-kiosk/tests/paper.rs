//! The paper, as a printer and a phone see it: bytes decoded back into the picture, the code read back.

use std::collections::BTreeMap;
use std::path::Path;

use queue_kiosk::escpos;
use queue_kiosk::paper::{self, Facts, WIDTH_58_MM, WIDTH_80_MM};
use queue_kiosk::picture::{Picture, ROWS_MAX};
use queue_wire::ticket::Ticket;

const LINK: &str = "http://192.168.1.10:8080/t/7zzk3m9q2x8v5w1r4t6y0a2b3c";

fn ticket(lang: &str) -> Ticket {
    serde_json::from_value(serde_json::json!({
        "id": "7zzk3m9q2x8v5w1r4t6y0a2b3c", "number": "A012", "service": "chung-thuc", "then": [], "class": "normal",
        "asked": null, "lang": lang, "state": "waiting", "ready": false, "dossiers": 1, "assist": false,
        "issued_at": "2026-11-23T08:00:00.123+07:00", "ahead": 11, "wait": {"likely_s": 600, "high_s": 1100},
        "counter": null, "called_at": null, "rated": false, "url": "/t/7zzk3m9q2x8v5w1r4t6y0a2b3c"
    }))
    .expect("a ticket")
}

fn facts() -> Facts {
    Facts {
        agency: "Trung tâm Phục vụ hành chính công phường Kim Liên".to_owned(),
        service: "Đất đai - Xây dựng - Môi trường".to_owned(),
        then: vec![],
        link: LINK.to_owned(),
    }
}

/// A printer that understands what a ticket needs and nothing else.
fn decode(job: &[u8]) -> (Picture, Vec<&'static str>) {
    let mut rest = job;
    let mut commands = Vec::new();
    let mut picture: Option<Picture> = None;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix(&[0x1B, b'@']) {
            commands.push("init");
            rest = after;
        } else if let Some(after) = rest.strip_prefix(&[0x1D, b'v', b'0', 0]) {
            let row_bytes = usize::from(u16::from_le_bytes([after[0], after[1]]));
            let rows = usize::from(u16::from_le_bytes([after[2], after[3]]));
            assert!((1..=256).contains(&rows), "a band of {rows} rows");
            let picture = picture.get_or_insert_with(|| Picture::new(row_bytes * 8));
            let top = picture.height();
            picture.grow_to(top + rows);
            let (band, after) = after[4..].split_at(row_bytes * rows);
            for (index, byte) in band.iter().enumerate() {
                for bit in (0..8).filter(|bit| byte & (0x80 >> bit) != 0) {
                    picture.blacken(index % row_bytes * 8 + bit, top + index / row_bytes);
                }
            }
            commands.push("raster");
            rest = after;
        } else if let Some(after) = rest.strip_prefix(&[0x1B, b'd']) {
            commands.push("feed");
            rest = &after[1..];
        } else if let Some(after) = rest.strip_prefix(&[0x1D, b'V', 66]) {
            commands.push("cut");
            rest = &after[1..];
        } else {
            panic!("unknown command {:?}", &rest[..rest.len().min(4)]);
        }
    }
    (picture.expect("a picture"), commands)
}

fn codes(picture: &Picture) -> Vec<String> {
    let mut prepared = rqrr::PreparedImage::prepare_from_bitmap(picture.width(), picture.height(), |x, y| {
        picture.is_black(x, y)
    });
    prepared.detect_grids().iter().map(|grid| grid.decode().expect("a readable code").1).collect()
}

/// Left for people to look at: `target/tmp/*.pbm`.
fn keep(name: &str, picture: &Picture) {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.pbm"));
    std::fs::write(path, picture.to_pbm()).expect("a file");
}

#[test]
fn a_printer_gets_back_the_very_picture() {
    for (width, name) in [(WIDTH_80_MM, "ticket-80"), (WIDTH_58_MM, "ticket-58")] {
        for lang in ["vi", "en"] {
            let picture = paper::draw(&ticket(lang), &facts(), width);
            keep(&format!("{name}-{lang}"), &picture);
            assert_eq!(picture.width(), width);
            assert!((600..1400).contains(&picture.height()), "{} rows", picture.height());
            let (decoded, commands) = decode(&escpos::encode(&picture));
            assert!(decoded == picture, "the picture changed on the way");
            assert_eq!((commands.first(), commands.last()), (Some(&"init"), Some(&"cut")));
            assert_eq!(commands[commands.len() - 2], "feed");
        }
    }
}

#[test]
fn a_phone_reads_the_link_on_both_papers() {
    for width in [WIDTH_80_MM, WIDTH_58_MM] {
        assert_eq!(codes(&paper::draw(&ticket("vi"), &facts(), width)), [LINK]);
    }
}

#[test]
fn nothing_touches_the_edge_and_the_number_is_the_largest_thing() {
    for number in ["7", "A012", "A000123", "B9999"] {
        let mut ticket = ticket("vi");
        ticket.number = number.to_owned();
        let picture = paper::draw(&ticket, &facts(), WIDTH_80_MM);
        let mut height_most = 0;
        let mut height = 0;
        for y in 0..picture.height() {
            let row = (0..picture.width()).filter(|&x| picture.is_black(x, y)).collect::<Vec<_>>();
            height = if row.is_empty() { 0 } else { height + 1 };
            height_most = height_most.max(height);
            assert!(row.first().is_none_or(|&x| x >= 4), "{number}: ink at the left edge, row {y}");
            assert!(row.last().is_none_or(|&x| x < 572), "{number}: ink at the right edge, row {y}");
        }
        assert!(height_most >= 80, "{number}: the tallest thing is {height_most} rows");
    }
}

#[test]
fn odd_tickets_are_printed_too() {
    let mut called = ticket("vi");
    (called.ahead, called.wait, called.counter) = (None, None, Some(3));
    called.asked = Some("priority".to_owned());
    let mut odd = facts();
    odd.then = vec!["Trả kết quả".to_owned(), "Hộ tịch - Tư pháp".to_owned()];
    keep("ticket-called", &paper::draw(&called, &odd, WIDTH_80_MM));

    odd.agency = "x".repeat(5000);
    odd.link = "y".repeat(5000);
    called.number = "W".repeat(200);
    called.issued_at = String::new();
    let picture = paper::draw(&called, &odd, WIDTH_58_MM);
    assert!(picture.height() <= ROWS_MAX);
    assert_eq!(codes(&picture), Vec::<String>::new(), "too long for a code");
    odd.agency = "😀 \u{202e} 漢字 \u{0}".to_owned();
    called.number = String::new();
    assert!(paper::draw(&called, &odd, WIDTH_58_MM).height() > 0);
}

#[test]
fn the_paper_speaks_the_ticket_s_language() {
    let office = serde_json::json!({
        "id": "o", "name": {"vi": "Phường", "en": "Ward"}, "languages": ["vi", "en"], "time_zone": "Asia/Ho_Chi_Minh",
        "date": "2026-11-23", "open": true, "alarm": false, "hours_today": null, "classes": [], "counters": [],
        "notices": [], "public_url": "http://192.168.1.10:8080", "absent_after_s": 0,
        "services": [{"id": "chung-thuc", "prefix": "A", "name": {"vi": "Chứng thực", "en": "Certification"},
            "open": true, "closed_because": null, "waiting": 0, "wait": {"likely_s": 0, "high_s": 0}}]
    });
    let office = serde_json::from_value(office).expect("an office");
    let named: BTreeMap<_, _> = ["vi", "en"]
        .map(|lang| (lang, Facts::of(&office, &ticket(lang), "http://127.0.0.1:8080")))
        .into_iter()
        .collect();
    assert_eq!((named["vi"].agency.as_str(), named["vi"].service.as_str()), ("Phường", "Chứng thực"));
    assert_eq!((named["en"].agency.as_str(), named["en"].service.as_str()), ("Ward", "Certification"));
    assert_eq!(named["en"].link, LINK);
}
