//! How a call is said: (number, counter, languages) -> the text on screens and the clips for loudspeakers.
//! Pure words: it plays nothing and knows no file; the recordings are described by `sounds/clips.csv`.
//! Each language has its grammar in a file of its own: `phrase/vi.rs` and `phrase/en.rs`.

use std::collections::BTreeMap;

mod en;
mod vi;

/// The language tags that the voice speaks, the default reading of each language first.
pub const TAGS: [&str; 6] = ["vi", "vi-x-digits", "vi-x-cardinal", "vi-x-south", "en", "en-x-cardinal"];

/// Most digits of a ticket number, as wide as an office may print it.
pub const NUMBER_DIGITS_MAX: usize = 6;

/// Up to here numbers are read as one cardinal; above, digit by digit.
pub const CARDINAL_MAX: u32 = 9999;

/// One announcement, ready for any player: what is written and which clips say it, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    /// By language of the office, as `{"vi": "Kính mời …", "en": "Ticket number …"}`.
    pub text: BTreeMap<String, String>,
    /// Clip ids in playing order, silences included, as `["vi/chime", "vi/kinh-moi", "vi/pause", …]`.
    pub clips: Vec<String>,
}

/// What is to be announced: a number, the counter it is called to, and in which languages.
#[derive(Debug, Clone, Copy)]
pub struct Announcement<'a> {
    /// As printed, leading zeros included: `A012`.
    pub number: &'a str,
    /// The counter's number, spoken as a cardinal.
    pub counter: u32,
    /// Whether it was announced before.
    pub recall: bool,
    /// Whether the citizen comes back to collect a result ("để nhận kết quả").
    pub for_result: bool,
    /// Languages to write the text in: those of the office.
    pub texts: &'a [&'a str],
    /// Language tags to speak, in order; see [`TAGS`].
    pub spoken: &'a [&'a str],
}

/// Builds the announcement: one chime, then the sentence in each language, a longer silence between them.
///
/// A tag that is unknown is read in its plain language (`en-GB` as `en`); where that is unknown too, as the first
/// known one of the list, or as Vietnamese. No language is spoken twice.
/// A number that no grammar can read gives the chime alone: the screens still show it.
pub fn phrase(announcement: &Announcement) -> Phrase {
    let first_text = first_known(announcement.texts);
    let text = announcement
        .texts
        .iter()
        .map(|tag| (tag.to_string(), sentence(known(tag).unwrap_or(first_text), announcement)))
        .collect();

    let first_spoken = first_known(announcement.spoken);
    let mut readings: Vec<Reading> = Vec::new();
    for tag in announcement.spoken {
        let reading = known(tag).unwrap_or(first_spoken);
        if readings.iter().all(|said| said.is_english() != reading.is_english()) {
            readings.push(reading);
        }
    }
    if readings.is_empty() {
        readings.push(first_spoken);
    }

    let mut clips = vec![readings[0].script().chime];
    if let Some(number) = Printed::parse(announcement.number) {
        for (index, reading) in readings.iter().enumerate() {
            if index > 0 {
                clips.extend([reading.script().pause; 2]);
            }
            clips.extend(spoken_sentence(*reading, &number, announcement));
        }
    }
    Phrase { text, clips: clips.into_iter().map(str::to_owned).collect() }
}

/// The words of a printed ticket number (one letter A-Z or none, then 1 to 6 digits) in a language tag of [`TAGS`];
/// joined with spaces they are the sentence a person would say. `None` for an unknown tag or what is no such number.
pub fn number_words(number: &str, tag: &str) -> Option<Vec<&'static str>> {
    Some(words(&Printed::parse(number)?, Reading::exact(tag)?))
}

/// The words of a plain count, such as a counter's number, always as a cardinal (over 9999 digit by digit).
/// `None` for an unknown tag.
pub fn cardinal_words(count: u32, tag: &str) -> Option<Vec<&'static str>> {
    Some(cardinal(count, Reading::exact(tag)?))
}

/// Every clip that announcements in the language of this tag can ask for, each once; empty for an unknown tag.
pub fn clip_ids(tag: &str) -> Vec<String> {
    let Some(reading) = Reading::exact(tag) else { return Vec::new() };
    let script = reading.script();
    let phrases =
        [script.chime, script.pause, script.again, script.invite, script.to_counter, script.for_result];
    let words = reading.clips().iter().map(|(_, clip)| *clip);
    phrases.into_iter().chain(words).map(str::to_owned).collect()
}

/// The fixed parts of the sentence in one language, as clip ids.
struct Script {
    chime: &'static str,
    pause: &'static str,
    again: &'static str,
    invite: &'static str,
    to_counter: &'static str,
    for_result: &'static str,
}

/// One way to read a number aloud; the language follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    Vietnamese,
    VietnameseDigits,
    VietnameseCardinal,
    VietnameseSouth,
    English,
    EnglishCardinal,
}

impl Reading {
    fn exact(tag: &str) -> Option<Self> {
        match tag {
            "vi" => Some(Self::Vietnamese),
            "vi-x-digits" => Some(Self::VietnameseDigits),
            "vi-x-cardinal" => Some(Self::VietnameseCardinal),
            "vi-x-south" => Some(Self::VietnameseSouth),
            "en" => Some(Self::English),
            "en-x-cardinal" => Some(Self::EnglishCardinal),
            _ => None,
        }
    }

    fn is_english(self) -> bool {
        matches!(self, Self::English | Self::EnglishCardinal)
    }

    fn script(self) -> &'static Script {
        if self.is_english() { &en::SCRIPT } else { &vi::SCRIPT }
    }

    /// Every word this language may say of a number, with its clip.
    fn clips(self) -> &'static [(&'static str, &'static str)] {
        if self.is_english() { &en::CLIPS } else { &vi::CLIPS }
    }

    fn digit(self, digit: u8) -> &'static str {
        let digits = if self.is_english() { &en::DIGITS } else { &vi::DIGITS };
        digits[usize::from(digit)]
    }

    fn letter(self, letter: u8) -> &'static str {
        let letters = if self.is_english() { &en::LETTERS } else { &vi::LETTERS };
        letters[usize::from(letter - b'A')]
    }
}

/// A ticket number taken apart: `A012` is the letter `A` and the digits 0, 1, 2.
struct Printed {
    letter: Option<u8>,
    digits: Vec<u8>,
}

impl Printed {
    fn parse(number: &str) -> Option<Self> {
        let (letter, digits) = match number.as_bytes() {
            [letter @ b'A'..=b'Z', digits @ ..] => (Some(*letter), digits),
            digits => (None, digits),
        };
        let fits = (1..=NUMBER_DIGITS_MAX).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
        fits.then(|| Self { letter, digits: digits.iter().map(|digit| digit - b'0').collect() })
    }

    fn value(&self) -> u32 {
        self.digits.iter().fold(0, |value, digit| value * 10 + u32::from(*digit))
    }

    fn has_leading_zero(&self) -> bool {
        self.digits.len() > 1 && self.digits[0] == 0
    }
}

fn known(tag: &str) -> Option<Reading> {
    Reading::exact(tag).or_else(|| Reading::exact(tag.split('-').next()?))
}

fn first_known(tags: &[&str]) -> Reading {
    tags.iter().find_map(|tag| known(tag)).unwrap_or(Reading::Vietnamese)
}

fn sentence(reading: Reading, announcement: &Announcement) -> String {
    if reading.is_english() { en::sentence(announcement) } else { vi::sentence(announcement) }
}

fn spoken_sentence(reading: Reading, number: &Printed, announcement: &Announcement) -> Vec<&'static str> {
    let script = reading.script();
    let mut clips = Vec::new();
    if announcement.recall {
        clips.extend([script.again, script.pause]);
    }
    clips.extend([script.invite, script.pause]);
    clips.extend(words(number, reading).iter().map(|word| clip(word, reading)));
    clips.extend([script.pause, script.to_counter]);
    clips.extend(cardinal(announcement.counter, reading).iter().map(|word| clip(word, reading)));
    if announcement.for_result {
        clips.push(script.for_result);
    }
    clips
}

fn words(number: &Printed, reading: Reading) -> Vec<&'static str> {
    let letter = number.letter.map(|letter| reading.letter(letter));
    let digit_by_digit = || number.digits.iter().map(|digit| reading.digit(*digit)).collect();
    let rest: Vec<&'static str> = match reading {
        Reading::VietnameseDigits | Reading::English => digit_by_digit(),
        Reading::Vietnamese | Reading::VietnameseSouth if number.has_leading_zero() => digit_by_digit(),
        Reading::Vietnamese
        | Reading::VietnameseSouth
        | Reading::VietnameseCardinal
        | Reading::EnglishCardinal => cardinal(number.value(), reading),
    };
    letter.into_iter().chain(rest).collect()
}

fn cardinal(count: u32, reading: Reading) -> Vec<&'static str> {
    if count > CARDINAL_MAX {
        return count.to_string().bytes().map(|digit| reading.digit(digit - b'0')).collect();
    }
    match reading {
        Reading::Vietnamese | Reading::VietnameseDigits | Reading::VietnameseCardinal => {
            vi::cardinal(count, &vi::NORTH)
        }
        Reading::VietnameseSouth => vi::cardinal(count, &vi::SOUTH),
        Reading::English | Reading::EnglishCardinal => en::cardinal(count),
    }
}

fn clip(word: &str, reading: Reading) -> &'static str {
    let (_, clip) = reading
        .clips()
        .iter()
        .find(|(said, _)| *said == word)
        .expect("every word of a grammar stands in its table, as the property tests check");
    clip
}
