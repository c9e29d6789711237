//! The grammar of the voice: every worked case, and properties over whole series.
//! The sound of the clips is tested in `recordings.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;

use queue_core::phrase::{self, Announcement, Phrase, TAGS};

static RECORDED: LazyLock<BTreeMap<String, String>> = LazyLock::new(recorded_words);

#[test]
fn every_worked_case_is_read_as_written() {
    let cases: Vec<&str> = include_str!("data/speech_cases.csv").lines().skip(1).collect();
    assert!(cases.len() >= 576, "only {} cases", cases.len());
    for case in cases {
        let mut columns = case.splitn(3, ',');
        let [number, tag, words] = std::array::from_fn(|_| columns.next().expect("three columns"));
        let read = phrase::number_words(number, tag).map(|words| words.join(" "));
        assert_eq!(read.as_deref(), Some(words), "{number} in {tag}");
    }
}

#[test]
fn letters_without_a_worked_case_have_one_word_each() {
    for (letter, word) in [
        ("D", "đê"),
        ("E", "e"),
        ("I", "i"),
        ("J", "gi"),
        ("O", "o"),
        ("Q", "quy"),
        ("Y", "i-dài"),
        ("Z", "dét"),
    ] {
        assert_eq!(phrase::number_words(&format!("{letter}7"), "vi"), Some(vec![word, "bảy"]));
    }
}

#[test]
fn over_9999_is_read_digit_by_digit() {
    for (number, tag, words) in [
        ("A12345", "vi", "a một hai ba bốn năm"),
        ("A012345", "vi", "a không một hai ba bốn năm"),
        ("A012345", "vi-x-cardinal", "a một hai ba bốn năm"),
        ("100000", "vi-x-south", "một không không không không không"),
        ("B10000", "en-x-cardinal", "b one zero zero zero zero"),
    ] {
        assert_eq!(phrase::number_words(number, tag).expect(number).join(" "), words, "{number} in {tag}");
    }
    assert_eq!(phrase::cardinal_words(10_000, "vi").expect("vi").join(" "), "một không không không không");
}

#[test]
fn what_is_no_ticket_number_has_no_words() {
    for number in ["", "A", "a012", "AB12", "12A", "A 12", "A-12", "A1234567", "Đ12", "-1", "1.5", "١٢"] {
        assert_eq!(phrase::number_words(number, "vi"), None, "{number:?}");
    }
    for tag in ["", "fr", "vi-x-west", "VI", "en-GB"] {
        assert_eq!(phrase::number_words("A012", tag), None, "{tag:?}");
        assert_eq!(phrase::cardinal_words(3, tag), None, "{tag:?}");
        assert!(phrase::clip_ids(tag).is_empty(), "{tag:?}");
    }
}

#[test]
fn the_sentence_is_written_in_every_language_of_the_office() {
    let told = say(&Announcement { texts: &["vi", "en"], ..call("A012", 3) });
    assert_eq!(told.text["vi"], "Kính mời công dân có số thứ tự A012 đến quầy số 3");
    assert_eq!(told.text["en"], "Ticket number A012, please go to counter 3");

    let again = say(&Announcement { texts: &["vi", "en"], recall: true, ..call("A012", 3) });
    assert_eq!(again.text["vi"], "Xin nhắc lại. Kính mời công dân có số thứ tự A012 đến quầy số 3");
    assert_eq!(again.text["en"], "Once again. Ticket number A012, please go to counter 3");

    let result = say(&Announcement { texts: &["vi", "en"], for_result: true, ..call("R007", 12) });
    assert_eq!(result.text["vi"], "Kính mời công dân có số thứ tự R007 đến quầy số 12 để nhận kết quả");
    assert_eq!(result.text["en"], "Ticket number R007, please go to counter 12 to collect your result");
}

#[test]
fn the_voice_says_chime_invitation_number_and_counter_with_a_pause_around_the_number() {
    let told = say(&call("A012", 21));
    assert_eq!(
        told.clips.join(" "),
        "vi/chime vi/kinh-moi vi/pause vi/chu-a vi/khong vi/mot vi/hai vi/pause vi/den-quay-so vi/hai vi/muoi-ngang vi/mot-sac"
    );
    let told = say(&Announcement { recall: true, for_result: true, ..call("15", 4) });
    assert_eq!(
        told.clips.join(" "),
        "vi/chime vi/xin-nhac-lai vi/pause vi/kinh-moi vi/pause vi/muoi vi/lam vi/pause vi/den-quay-so vi/bon vi/de-nhan-ket-qua"
    );
    let told = say(&Announcement { spoken: &["vi", "en"], ..call("B2", 1) });
    assert_eq!(
        told.clips.join(" "),
        "vi/chime vi/kinh-moi vi/pause vi/chu-b vi/hai vi/pause vi/den-quay-so vi/mot en/pause en/pause \
         en/ticket-number en/pause en/letter-b en/two en/pause en/please-go-to-counter en/one"
    );
}

#[test]
fn an_unknown_language_falls_back_to_the_first_known_one_and_none_is_spoken_twice() {
    let spoken = |tags: &[&str]| say(&Announcement { spoken: tags, ..call("B2", 1) }).clips;
    for (tags, same_as) in [
        (&["fr"][..], &["vi"][..]),
        (&[], &["vi"]),
        (&["fr", "en"], &["en"]),
        (&["en-GB", "vi-VN"], &["en", "vi"]),
        (&["vi", "fr"], &["vi"]),
        (&["vi", "vi-x-south", "en", "en-x-cardinal"], &["vi", "en"]),
    ] {
        assert_eq!(spoken(tags), spoken(same_as), "{tags:?}");
    }
    let told = say(&Announcement { texts: &["fr", "en"], ..call("B2", 1) });
    assert_eq!(told.text["fr"], told.text["en"]);
}

#[test]
fn a_number_that_cannot_be_read_still_chimes_and_is_still_written() {
    let told = say(&Announcement { spoken: &["vi", "en"], ..call("?", 1) });
    assert_eq!(told.clips, ["vi/chime"]);
    assert_eq!(told.text["vi"], "Kính mời công dân có số thứ tự ? đến quầy số 1");
}

#[test]
fn every_counter_to_200_is_read_as_a_cardinal_and_back() {
    for tag in TAGS {
        for counter in 1..=200 {
            let words = phrase::cardinal_words(counter, tag).expect(tag);
            assert_eq!(value(&words), Some(counter), "{counter} in {tag}: {words:?}");
            check_wording(&words);
            let told = say(&Announcement { spoken: &[tag], ..call("A1", counter) });
            let said = words_of(tag, &told.clips);
            assert!(said.ends_with(&words), "{counter} in {tag}: {said:?}");
        }
    }
}

#[test]
fn two_numbers_of_a_series_never_sound_the_same() {
    for tag in TAGS {
        for width in [1, 3, 4] {
            let numbers: Vec<String> = (0..=9999).map(|value| format!("A{value:0width$}")).collect();
            let heard: BTreeSet<String> = numbers
                .iter()
                .map(|number| phrase::number_words(number, tag).expect(number).join(" "))
                .collect();
            assert_eq!(heard.len(), numbers.len(), "{tag}, {width} digits");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn any_number_is_heard_as_printed(
        letter in proptest::option::of(b'A'..=b'Z'),
        value in 0u32..=999_999,
        shorter in 0u32..=5,
        width in 1usize..=6,
        tag in proptest::sample::select(&TAGS[..]),
    ) {
        let value_printed = value / 10u32.pow(shorter);
        let prefix = letter.map(|letter| char::from(letter).to_string()).unwrap_or_default();
        let number = format!("{prefix}{value_printed:0width$}");
        let told = say(&Announcement { spoken: &[tag], ..call(&number, 7) });
        let number_clips: Vec<String> = told.clips.split(|clip| clip.ends_with("/pause")).nth(1).expect("a number").to_vec();
        let words = words_of(tag, &number_clips);
        prop_assert_eq!(&words, &phrase::number_words(&number, tag).expect("a number"));
        check_wording(&words);

        let (heard_letter, digits) = match letter {
            Some(letter) => (Some(letter), &words[1..]),
            None => (None, &words[..]),
        };
        if let Some(letter) = heard_letter {
            let alone = phrase::number_words(&format!("{}0", char::from(letter)), tag).expect("a letter");
            prop_assert_eq!(words[0], alone[0]);
        }
        prop_assert_eq!(value_of_digits(digits).or_else(|| value_of(digits)), Some(value_printed), "{:?}", digits);
        for clip in &told.clips {
            prop_assert!(RECORDED.contains_key(clip), "{} has no recording", clip);
        }
    }
}

#[test]
fn the_table_of_recordings_holds_exactly_what_the_grammar_can_say() {
    let mut wanted = BTreeSet::new();
    for tag in TAGS {
        let ids = phrase::clip_ids(tag);
        assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len(), "{tag} lists a clip twice");
        wanted.extend(ids);
    }
    assert_eq!(RECORDED.keys().cloned().collect::<BTreeSet<_>>(), wanted);
    for tag in TAGS {
        for (word, clip) in clips_by_word(tag) {
            assert_eq!(RECORDED[&clip], word, "{clip}");
        }
    }
}

fn call(number: &str, counter: u32) -> Announcement<'_> {
    Announcement { number, counter, recall: false, for_result: false, texts: &["vi"], spoken: &["vi"] }
}

fn say(announcement: &Announcement) -> Phrase {
    phrase::phrase(announcement)
}

/// *Linh* never goes before *lăm*, nor *mười* before *mốt*; *mươi* never stands first.
fn check_wording(words: &[&str]) {
    let text = words.join(" ");
    for wrong in ["linh lăm", "lẻ lăm", "mười mốt", "mười tư", "mươi một", "mươi năm", "linh tư"]
    {
        assert!(!text.contains(wrong), "{text}");
    }
    assert_ne!(words.first(), Some(&"mươi"), "{text}");
}

/// What a listener understands: digits one by one or a cardinal, whichever it is.
fn value(words: &[&str]) -> Option<u32> {
    value_of_digits(words).or_else(|| value_of(words))
}

fn value_of_digits(words: &[&str]) -> Option<u32> {
    let digits: Option<Vec<u32>> = words.iter().map(|word| digit(word)).collect();
    digits.map(|digits| digits.iter().fold(0, |value, digit| value * 10 + digit))
}

/// Reads a cardinal as a listener does: each power word multiplies what was heard since the one before.
fn value_of(words: &[&str]) -> Option<u32> {
    let (mut total, mut heard) = (0, None);
    for word in words {
        match *word {
            "nghìn" | "ngàn" | "thousand" => total += 1000 * heard.take()?,
            "trăm" | "hundred" => total += 100 * heard.take()?,
            "mươi" => total += 10 * heard.take()?,
            "mười" => total += 10,
            "linh" | "lẻ" => {}
            other => {
                if let Some(tens) = english_below_hundred(other) {
                    total += tens;
                } else if heard.replace(digit(other)?).is_some() {
                    return None;
                }
            }
        }
    }
    Some(total + heard.unwrap_or(0))
}

fn digit(word: &str) -> Option<u32> {
    let value = match word {
        "không" | "zero" => 0,
        "một" | "mốt" | "one" => 1,
        "hai" | "two" => 2,
        "ba" | "three" => 3,
        "bốn" | "tư" | "four" => 4,
        "năm" | "lăm" | "five" => 5,
        "sáu" | "six" => 6,
        "bảy" | "seven" => 7,
        "tám" | "eight" => 8,
        "chín" | "nine" => 9,
        _ => return None,
    };
    Some(value)
}

fn english_below_hundred(word: &str) -> Option<u32> {
    let teens = [
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
    let tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    let teen = teens.iter().position(|teen| *teen == word).map(|index| 10 + index);
    let ten = tens.iter().position(|ten| *ten == word).map(|index| 20 + 10 * index);
    teen.or(ten).map(|value| u32::try_from(value).expect("below a hundred"))
}

/// Word and clip as the grammar pairs them, learnt from what it says of every letter and number.
fn clips_by_word(tag: &str) -> BTreeMap<&'static str, String> {
    let mut pairs = BTreeMap::new();
    let letters = (b'A'..=b'Z').map(|letter| format!("{}1", char::from(letter)));
    for number in letters.chain((0..=9999).map(|value| value.to_string())) {
        let told = say(&Announcement { spoken: &[tag], ..call(&number, 1) });
        let clips = told.clips.split(|clip| clip.ends_with("/pause")).nth(1).expect("a number").to_vec();
        pairs.extend(phrase::number_words(&number, tag).expect(tag).into_iter().zip(clips));
    }
    pairs
}

/// The words of clips by the table of recordings, so that the table is what is tested; phrases are left out.
fn words_of(tag: &str, clips: &[String]) -> Vec<&'static str> {
    let phrases = &phrase::clip_ids(tag)[..6];
    clips
        .iter()
        .filter(|clip| !phrases.contains(clip))
        .map(|clip| RECORDED.get(clip).unwrap_or_else(|| panic!("{clip} has no recording")).as_str())
        .collect()
}

/// The words of each clip by `sounds/clips.csv`; fields hold no commas.
fn recorded_words() -> BTreeMap<String, String> {
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sounds/clips.csv");
    let table = std::fs::read_to_string(table).expect("sounds/clips.csv");
    let fields = |line: &str| line.split(',').take(2).map(str::to_owned).collect::<Vec<_>>();
    let pair = |fields: Vec<String>| <[String; 2]>::try_from(fields).expect("two fields").into();
    table.lines().skip(1).map(fields).map(pair).collect()
}
