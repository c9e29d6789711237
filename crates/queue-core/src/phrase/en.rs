//! English: the words of numbers and the sentence of a call.
//! The choice between digits and cardinal is made in `phrase.rs`, which both languages share.

use super::{Announcement, Script};

pub(super) const SCRIPT: Script = Script {
    chime: "en/chime",
    pause: "en/pause",
    again: "en/once-again",
    invite: "en/ticket-number",
    to_counter: "en/please-go-to-counter",
    for_result: "en/to-collect-your-result",
};

/// A nought is "zero": "oh" sounds like the letter.
pub(super) const DIGITS: [&str; 10] =
    ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

pub(super) const LETTERS: [&str; 26] = [
    "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t", "u",
    "v", "w", "x", "y", "z",
];

const TEENS: [&str; 10] = [
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];

/// Index 0 is twenty.
const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

/// Each word of a number with its clip.
pub(super) const CLIPS: [(&str, &str); 56] = [
    ("zero", "en/zero"),
    ("one", "en/one"),
    ("two", "en/two"),
    ("three", "en/three"),
    ("four", "en/four"),
    ("five", "en/five"),
    ("six", "en/six"),
    ("seven", "en/seven"),
    ("eight", "en/eight"),
    ("nine", "en/nine"),
    ("ten", "en/ten"),
    ("eleven", "en/eleven"),
    ("twelve", "en/twelve"),
    ("thirteen", "en/thirteen"),
    ("fourteen", "en/fourteen"),
    ("fifteen", "en/fifteen"),
    ("sixteen", "en/sixteen"),
    ("seventeen", "en/seventeen"),
    ("eighteen", "en/eighteen"),
    ("nineteen", "en/nineteen"),
    ("twenty", "en/twenty"),
    ("thirty", "en/thirty"),
    ("forty", "en/forty"),
    ("fifty", "en/fifty"),
    ("sixty", "en/sixty"),
    ("seventy", "en/seventy"),
    ("eighty", "en/eighty"),
    ("ninety", "en/ninety"),
    ("hundred", "en/hundred"),
    ("thousand", "en/thousand"),
    ("a", "en/letter-a"),
    ("b", "en/letter-b"),
    ("c", "en/letter-c"),
    ("d", "en/letter-d"),
    ("e", "en/letter-e"),
    ("f", "en/letter-f"),
    ("g", "en/letter-g"),
    ("h", "en/letter-h"),
    ("i", "en/letter-i"),
    ("j", "en/letter-j"),
    ("k", "en/letter-k"),
    ("l", "en/letter-l"),
    ("m", "en/letter-m"),
    ("n", "en/letter-n"),
    ("o", "en/letter-o"),
    ("p", "en/letter-p"),
    ("q", "en/letter-q"),
    ("r", "en/letter-r"),
    ("s", "en/letter-s"),
    ("t", "en/letter-t"),
    ("u", "en/letter-u"),
    ("v", "en/letter-v"),
    ("w", "en/letter-w"),
    ("x", "en/letter-x"),
    ("y", "en/letter-y"),
    ("z", "en/letter-z"),
];

pub(super) fn sentence(announcement: &Announcement) -> String {
    let Announcement { number, counter, .. } = announcement;
    let again = if announcement.recall { "Once again. " } else { "" };
    let purpose = if announcement.for_result { " to collect your result" } else { "" };
    format!("{again}Ticket number {number}, please go to counter {counter}{purpose}")
}

/// Reads 0 to 9999 without "and": one thousand five, two hundred four.
pub(super) fn cardinal(count: u32) -> Vec<&'static str> {
    assert!(count <= super::CARDINAL_MAX, "{count} is read digit by digit");
    let [thousands, hundreds] = [count / 1000, count / 100 % 10];
    let below = (count % 100) as usize;
    let digit = |value: u32| DIGITS[value as usize];

    let mut words = Vec::new();
    if thousands > 0 {
        words.extend([digit(thousands), "thousand"]);
    }
    if hundreds > 0 {
        words.extend([digit(hundreds), "hundred"]);
    }
    match below {
        0 if !words.is_empty() => {}
        0..=9 => words.push(DIGITS[below]),
        10..=19 => words.push(TEENS[below - 10]),
        _ => {
            words.push(TENS[below / 10 - 2]);
            if !below.is_multiple_of(10) {
                words.push(DIGITS[below % 10]);
            }
        }
    }
    words
}
