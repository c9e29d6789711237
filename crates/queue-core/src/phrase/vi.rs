//! Vietnamese: the words of numbers (northern, and what the south says differently), and the sentence of a call.
//! The choice between digits and cardinal is made in `phrase.rs`, which both languages share.

use super::{Announcement, Script};

pub(super) const SCRIPT: Script = Script {
    chime: "vi/chime",
    pause: "vi/pause",
    again: "vi/xin-nhac-lai",
    invite: "vi/kinh-moi",
    to_counter: "vi/den-quay-so",
    for_result: "vi/de-nhan-ket-qua",
};

pub(super) const DIGITS: [&str; 10] =
    ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"];

/// Names of the letters A to Z, one word each, as clerks say them.
pub(super) const LETTERS: [&str; 26] = [
    "a", "bê", "xê", "đê", "e", "ép", "gờ", "hát", "i", "gi", "ca", "e-lờ", "em-mờ", "en-nờ", "o", "pê",
    "quy", "e-rờ", "ét-xì", "tê", "u", "vê", "vê-kép", "ích-xì", "i-dài", "dét",
];

/// What differs between regions inside a cardinal.
pub(super) struct Region {
    /// Before a unit whose tens are missing: 105.
    no_tens: &'static str,
    thousand: &'static str,
    /// 4 after tens from twenty up: 24.
    four_after_tens: &'static str,
}

pub(super) const NORTH: Region = Region { no_tens: "linh", thousand: "nghìn", four_after_tens: "tư" };
pub(super) const SOUTH: Region = Region { no_tens: "lẻ", thousand: "ngàn", four_after_tens: "bốn" };

/// Each word of a number with its clip: the slug is the word without marks, with the tone named where two share it.
pub(super) const CLIPS: [(&str, &str); 46] = [
    ("không", "vi/khong"),
    ("một", "vi/mot"),
    ("mốt", "vi/mot-sac"),
    ("hai", "vi/hai"),
    ("ba", "vi/ba"),
    ("bốn", "vi/bon"),
    ("tư", "vi/tu"),
    ("năm", "vi/nam"),
    ("lăm", "vi/lam"),
    ("sáu", "vi/sau"),
    ("bảy", "vi/bay"),
    ("tám", "vi/tam"),
    ("chín", "vi/chin"),
    ("mười", "vi/muoi"),
    ("mươi", "vi/muoi-ngang"),
    ("linh", "vi/linh"),
    ("lẻ", "vi/le"),
    ("trăm", "vi/tram"),
    ("nghìn", "vi/nghin"),
    ("ngàn", "vi/ngan"),
    ("a", "vi/chu-a"),
    ("bê", "vi/chu-b"),
    ("xê", "vi/chu-c"),
    ("đê", "vi/chu-d"),
    ("e", "vi/chu-e"),
    ("ép", "vi/chu-f"),
    ("gờ", "vi/chu-g"),
    ("hát", "vi/chu-h"),
    ("i", "vi/chu-i"),
    ("gi", "vi/chu-j"),
    ("ca", "vi/chu-k"),
    ("e-lờ", "vi/chu-l"),
    ("em-mờ", "vi/chu-m"),
    ("en-nờ", "vi/chu-n"),
    ("o", "vi/chu-o"),
    ("pê", "vi/chu-p"),
    ("quy", "vi/chu-q"),
    ("e-rờ", "vi/chu-r"),
    ("ét-xì", "vi/chu-s"),
    ("tê", "vi/chu-t"),
    ("u", "vi/chu-u"),
    ("vê", "vi/chu-v"),
    ("vê-kép", "vi/chu-w"),
    ("ích-xì", "vi/chu-x"),
    ("i-dài", "vi/chu-y"),
    ("dét", "vi/chu-z"),
];

pub(super) fn sentence(announcement: &Announcement) -> String {
    let Announcement { number, counter, .. } = announcement;
    let again = if announcement.recall { "Xin nhắc lại. " } else { "" };
    let purpose = if announcement.for_result { " để nhận kết quả" } else { "" };
    format!("{again}Kính mời công dân có số thứ tự {number} đến quầy số {counter}{purpose}")
}

/// Reads 0 to 9999: *không trăm* stands for missing hundreds below a thousand, *linh* for missing tens.
pub(super) fn cardinal(count: u32, region: &Region) -> Vec<&'static str> {
    assert!(count <= super::CARDINAL_MAX, "{count} is read digit by digit");
    let [thousands, hundreds, tens, units] = [count / 1000, count / 100 % 10, count / 10 % 10, count % 10];
    let digit = |value: u32| DIGITS[value as usize];

    let mut words = Vec::new();
    if thousands > 0 {
        words.extend([digit(thousands), region.thousand]);
    }
    if hundreds > 0 || (thousands > 0 && (tens, units) != (0, 0)) {
        words.extend([digit(hundreds), "trăm"]);
    }
    let above_tens = !words.is_empty();
    match (tens, units) {
        (0, 0) if above_tens => {}
        (0, _) if above_tens => words.extend([region.no_tens, digit(units)]),
        (0, _) => words.push(digit(units)),
        (1, 0) => words.push("mười"),
        (1, 5) => words.extend(["mười", "lăm"]),
        (1, _) => words.extend(["mười", digit(units)]),
        (_, 0) => words.extend([digit(tens), "mươi"]),
        (_, 1) => words.extend([digit(tens), "mươi", "mốt"]),
        (_, 4) => words.extend([digit(tens), "mươi", region.four_after_tens]),
        (_, 5) => words.extend([digit(tens), "mươi", "lăm"]),
        (_, _) => words.extend([digit(tens), "mươi", digit(units)]),
    }
    words
}
