//! The recordings in `sounds/`: each is there, as its table says, and fit to be joined with the others.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// Samples a second of every clip.
const RATE: u32 = 48_000;

#[test]
fn every_recording_is_as_the_table_says_and_fit_to_be_joined() {
    for (clip, row) in &clip_table() {
        let path = sounds().join(clip).with_extension("flac");
        let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(hex(&Sha256::digest(&bytes)), row.sha256, "{clip} differs from the table");
        let mut reader = claxon::FlacReader::new(&bytes[..]).expect("flac");
        let info = reader.streaminfo();
        assert_eq!((info.sample_rate, info.channels, info.bits_per_sample), (RATE, 1, 16), "{clip}");
        let samples: Vec<f64> =
            reader.samples().map(|sample| f64::from(sample.expect("a sample")) / 32_768.0).collect();
        let seconds = samples.len() as f64 / f64::from(RATE);
        assert!((seconds - row.seconds).abs() < 0.001, "{clip} lasts {seconds} s");
        assert!(!row.licence.is_empty() && !row.source.is_empty(), "{clip} has no origin");
        if clip.ends_with("/pause") {
            assert!((0.2..=0.3).contains(&seconds) && samples.iter().all(|sample| *sample == 0.0), "{clip}");
        } else {
            check_sound(clip, &samples, row);
        }
    }
}

/// No click at either end, no clipping, as loud as the others, and trimmed of dead air.
fn check_sound(clip: &str, samples: &[f64], row: &Row) {
    let limit = 10f64.powf(-1.5 / 20.0);
    let peak = samples.iter().fold(0.0f64, |peak, sample| peak.max(sample.abs()));
    assert!(peak <= limit, "{clip} peaks at {peak}");
    assert!((20.0 * peak.log10() - row.peak_dbfs.expect("a peak")).abs() < 0.1, "{clip}");
    for edge in [samples.first(), samples.last()] {
        assert!(edge.expect("samples").abs() < 0.002, "{clip} clicks at an end");
    }
    let loudness = momentary_loudness(samples);
    assert!((loudness + 16.0).abs() <= 1.0, "{clip} has {loudness} LUFS");
    assert!((loudness - row.loudness_lufs.expect("a loudness")).abs() < 0.2, "{clip} has {loudness} LUFS");
    let heard = |sample: &&f64| sample.abs() > peak * 0.01;
    let lead = samples.iter().position(|sample| heard(&sample)).expect("a sound");
    let tail = samples.iter().rev().position(|sample| heard(&sample)).expect("a sound");
    assert!(lead < RATE as usize * 8 / 100, "{clip} begins with {lead} silent samples");
    assert!(
        tail < RATE as usize * 16 / 100 || clip.ends_with("/chime"),
        "{clip} ends with {tail} silent samples"
    );
}

/// Loudest 400 ms in LUFS after the K-weighting of ITU-R BS.1770-4 at 48 kHz, every 10 ms; a shorter clip stands in
/// silence.
fn momentary_loudness(samples: &[f64]) -> f64 {
    let shelf =
        ([1.53512485958697, -2.69169618940638, 1.19839281085285], [-1.69065929318241, 0.73248077421585]);
    let high_pass = ([1.0, -2.0, 1.0], [-1.99004745483398, 0.99007225036621]);
    let window = RATE as usize * 4 / 10;
    let mut weighted = vec![0.0; window];
    weighted.extend_from_slice(samples);
    weighted.extend(std::iter::repeat_n(0.0, window));
    for (b, a) in [shelf, high_pass] {
        weighted = biquad(&weighted, b, a);
    }
    let power =
        |window: &[f64]| window.iter().map(|sample| sample * sample).sum::<f64>() / window.len() as f64;
    let loudest = weighted.windows(window).step_by(RATE as usize / 100).map(power).fold(0.0, f64::max);
    -0.691 + 10.0 * loudest.log10()
}

fn biquad(samples: &[f64], b: [f64; 3], a: [f64; 2]) -> Vec<f64> {
    let [mut x1, mut x2, mut y1, mut y2] = [0.0; 4];
    samples
        .iter()
        .map(|&x| {
            let y = b[0] * x + b[1] * x1 + b[2] * x2 - a[0] * y1 - a[1] * y2;
            (x2, x1, y2, y1) = (x1, x, y1, y);
            y
        })
        .collect()
}

struct Row {
    seconds: f64,
    loudness_lufs: Option<f64>,
    peak_dbfs: Option<f64>,
    source: String,
    licence: String,
    sha256: String,
}

/// The rows of `sounds/clips.csv` by clip; fields hold no commas.
fn clip_table() -> BTreeMap<String, Row> {
    let table = std::fs::read_to_string(sounds().join("clips.csv")).expect("sounds/clips.csv");
    let mut lines = table.lines();
    assert_eq!(lines.next(), Some("clip,words,seconds,loudness_lufs,peak_dbfs,source,licence,sha256"));
    lines
        .map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            let [clip, _, seconds, loudness, peak, source, licence, sha256] = fields[..] else {
                panic!("eight fields: {line}");
            };
            let row = Row {
                seconds: seconds.parse().expect("seconds"),
                loudness_lufs: loudness.parse().ok(),
                peak_dbfs: peak.parse().ok(),
                source: source.to_owned(),
                licence: licence.to_owned(),
                sha256: sha256.to_owned(),
            };
            (clip.to_owned(), row)
        })
        .collect()
}

fn sounds() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sounds")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("text grows");
        text
    })
}
