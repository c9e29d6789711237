//! What a listener would hear: announcements rendered into a wav file, compared with the clips sample by sample.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;

use jiff::Timestamp;
use tokio::sync::mpsc;

use queue_announcer::announcer::{Announcer, Ends};
use queue_announcer::link::Heard;
use queue_announcer::pack::{Pack, RATE};
use queue_announcer::player::{Out, Pace, PlayFailure, Player};
use queue_announcer::playlist::Announcement;

/// A clip that was played correlates with 1; others stay below a half.
const SAME: f64 = 0.999;

const FIRST: &str =
    "vi/chime vi/kinh-moi vi/pause vi/chu-a vi/khong vi/mot vi/hai vi/pause vi/den-quay-so vi/ba";
const SECOND: &str = "vi/chime en/ticket-number en/pause en/letter-b en/zero en/seven en/pause en/please-go-to-counter en/five";

#[tokio::test]
async fn clips_are_heard_in_order_without_overlap_and_one_announcement_after_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let wav = folder.path().join("hall.wav");
    let said = announce(&wav, None, &[call(1, FIRST), call(2, SECOND)]).await;
    assert_eq!(said, 2);

    let heard = read_wav(&wav);
    let mut from = 0;
    for id in FIRST.split(' ').chain(SECOND.split(' ')) {
        let clip = read_clip(id);
        if id.ends_with("/pause") {
            let pause = &heard[from..from + clip.len()];
            assert!(pause.iter().all(|sample| *sample == 0.0), "{id} at {from} is not silent");
        } else {
            if id.ends_with("/chime") {
                from = start_of(id, &heard, from);
            }
            let likeness = correlation(&heard[from..from + clip.len()], &clip);
            assert!(likeness > SAME, "{id} at {from}: {likeness}");
            let other = correlation(&heard[from..from + clip.len()], &read_clip("vi/chin"));
            assert!(other < 0.5, "{id} is also vi/chin: {other}");
        }
        from += clip.len();
    }
    assert!(heard[from..].iter().all(|sample| *sample == 0.0), "something else is heard at the end");
}

#[tokio::test]
async fn a_recall_that_comes_while_its_call_waits_is_heard_once_and_expired_calls_never() {
    let folder = tempfile::tempdir().unwrap();
    let wav = folder.path().join("hall.wav");
    let expired =
        Announcement { expires_at: Timestamp::now(), number: "C001".to_owned(), ..call(1, "vi/chin") };
    let waits = Announcement { number: "B007".to_owned(), ..call(2, "vi/chime vi/hai") };
    let recall = Announcement { seq: 3, clips: clips("vi/chime vi/xin-nhac-lai"), ..waits.clone() };
    let said = announce(&wav, None, &[expired, waits, recall]).await;
    assert_eq!(said, 1);

    let heard = read_wav(&wav);
    let expected = [read_clip("vi/chime"), read_clip("vi/hai")].concat();
    let from = start_of("vi/chime", &heard, 0);
    assert!(correlation(&heard[from..from + expected.len()], &expected) > SAME);
    assert!(heard[from + expected.len()..].iter().all(|sample| *sample == 0.0));
}

#[tokio::test]
async fn an_own_clip_replaces_the_default_one_and_a_missing_or_broken_one_falls_back() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("own");
    std::fs::create_dir_all(own.join("vi")).unwrap();
    std::fs::copy(clip_path("vi/chin"), own.join("vi/mot.flac")).unwrap();
    std::fs::write(own.join("vi/hai.flac"), b"fLaC is all that is right here").unwrap();

    let wav = folder.path().join("hall.wav");
    let said = announce(&wav, Some(&own), &[call(1, "vi/mot vi/hai vi/no-such-clip vi/../mot vi/ba")]).await;
    assert_eq!(said, 1);
    let heard = read_wav(&wav);
    let expected = [read_clip("vi/chin"), read_clip("vi/hai"), read_clip("vi/ba")].concat();
    let from = start_of("vi/chin", &heard, 0);
    assert!(correlation(&heard[from..from + expected.len()], &expected) > SAME);
}

#[tokio::test]
async fn the_file_is_readable_while_the_program_runs_and_stopping_keeps_what_was_heard() {
    let folder = tempfile::tempdir().unwrap();
    let wav = folder.path().join("hall.wav");
    let player = Player::start(Out::Wav(wav.clone(), Pace::RealTime)).unwrap();
    assert!(read_wav(&wav).is_empty(), "a whole, empty file from the first moment");

    let chime = read_clip("vi/chime");
    let mut playing = player.play(chime.iter().map(|sample| *sample as f32).collect());
    let mut heard = Vec::new();
    while heard.len() < RATE.get() as usize / 2 {
        assert!(playing.try_recv().is_err(), "two seconds of sound were over at once");
        tokio::task::yield_now().await;
        heard = read_wav(&wav);
    }
    player.stop();
    assert!(matches!(playing.await, Ok(Err(PlayFailure::Stopped))));
    let heard = read_wav(&wav);
    assert!(heard.len() < chime.len(), "stopping cuts the sound");
    assert!(correlation(&heard, &chime[..heard.len()]) > SAME);
}

#[test]
fn a_file_that_cannot_be_created_is_told_with_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("no/such/folder.wav");
    let failure = Player::start(Out::Wav(path, Pace::AtOnce)).unwrap_err().to_string();
    assert!(failure.contains("folder.wav"), "{failure}");
}

/// Says all calls, which are there before the first one begins, and gives how many were said.
async fn announce(wav: &Path, own: Option<&Path>, calls: &[Announcement]) -> u64 {
    let player = Player::start(Out::Wav(wav.to_owned(), Pace::AtOnce)).unwrap();
    let (news, mut line) = mpsc::channel(8);
    // A first, mute announcement keeps the loudspeaker busy until all others wait.
    let busy = Announcement { number: "busy".to_owned(), ..call(0, "vi/pause") };
    for call in std::iter::once(&busy).chain(calls) {
        news.send(Heard::Call(call.clone())).await.unwrap();
    }
    // The line ends here: what waits is said, then the announcer ends.
    drop(news);
    let mut announcer = Announcer::new(Pack::new(own), player, Vec::new(), Ends::default());
    let said = announcer.run(&mut line).await.unwrap();
    announcer.player.stop();
    said - 1
}

fn call(seq: u64, clip_ids: &str) -> Announcement {
    let minute = jiff::SignedDuration::from_secs(60);
    Announcement {
        seq: seq + 1,
        number: format!("A{seq:03}"),
        counter: 3,
        expires_at: Timestamp::now().checked_add(minute).unwrap(),
        clips: clips(clip_ids),
    }
}

fn clips(ids: &str) -> Vec<String> {
    ids.split(' ').map(str::to_owned).collect()
}

/// Normalised cross-correlation at one place: 1 for the same sound at any volume, near 0 for different ones.
fn correlation(heard: &[f64], clip: &[f64]) -> f64 {
    let product: f64 = heard.iter().zip(clip).map(|(a, b)| a * b).sum();
    let energy = |samples: &[f64]| samples.iter().map(|sample| sample * sample).sum::<f64>();
    product / (energy(heard) * energy(clip)).sqrt().max(f64::MIN_POSITIVE)
}

/// Where a clip begins after the silence that follows `from`; it may have some zeros of its own at the start.
fn start_of(id: &str, heard: &[f64], from: usize) -> usize {
    let own_zeros = read_clip(id).iter().take_while(|sample| **sample == 0.0).count();
    let sound = heard[from..].iter().position(|sample| *sample != 0.0).expect("a sound");
    from + sound - own_zeros
}

fn read_wav(path: &Path) -> Vec<f64> {
    let mut reader = hound::WavReader::open(path).unwrap();
    let spec = reader.spec();
    assert_eq!((spec.channels, spec.sample_rate, spec.bits_per_sample), (1, RATE.get(), 16));
    reader.samples::<i16>().map(|sample| f64::from(sample.unwrap()) / 32_768.0).collect()
}

fn read_clip(id: &str) -> Vec<f64> {
    let mut reader = claxon::FlacReader::open(clip_path(id)).unwrap();
    reader.samples().map(|sample| f64::from(sample.unwrap()) / 32_768.0).collect()
}

fn clip_path(id: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sounds").join(id).with_extension("flac")
}
