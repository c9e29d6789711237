//! Any damage of any file is refused with a clear error, or everything is there: never a panic on the screen,
//! never silently less, and a refused folder stays as it was found.
//!
//! Each case is opened by a second process, so that its screen can be looked at and nothing of a broken database
//! stays behind in this one.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use queue_core::record::GENESIS;
use queue_journal::codec::open;
use tempfile::TempDir;

use crate::support::{
    Fact, chain, closed_folder, copy_folder, facts, files_under, fill, open_journal, root_for,
    second_process, stream,
};

pub(crate) const RECORDS: u64 = 230;
const FILLER: &str = "damage::fills_for_another_process";
const PANICKER: &str = "damage::panics_for_another_process";
const ROLE: &str = "damage::opens_for_another_process";

#[derive(Clone, Debug)]
enum Damage {
    Flip(u8),
    Cut,
    ZeroPage,
}

/// A folder closed well, and one left by a process that ended in the middle: both with the same records.
pub(crate) fn images() -> &'static [TempDir; 2] {
    static IMAGES: OnceLock<[TempDir; 2]> = OnceLock::new();
    IMAGES.get_or_init(|| {
        let cut_off = TempDir::new().unwrap();
        assert!(second_process(FILLER, cut_off.path()).status().unwrap().success());
        assert!(!cut_off.path().join("journal/kim-lien/clean").exists());
        [closed_folder(RECORDS), cut_off]
    })
}

#[test]
fn fills_for_another_process() {
    let Some(root) = root_for(FILLER) else { return };
    let mut journal = open_journal(&root).unwrap();
    fill(journal.as_mut(), RECORDS);
    // The note is behind by at most a tenth of a second; an image without it would be another case.
    let head = journal.tail().unwrap().hash;
    let until = Instant::now() + Duration::from_secs(10);
    let noted = || fs::read(root.join("acked/kim-lien")).unwrap();
    while !noted().windows(head.len()).any(|window| window == head.as_bytes()) {
        assert!(Instant::now() < until, "the last record was not noted");
        std::thread::yield_now();
    }
    // Nothing is closed or dropped.
    std::process::exit(0);
}

#[test]
fn opens_for_another_process() {
    let Some(root) = root_for(ROLE) else { return };
    let answer = match open_journal(&root) {
        Ok(journal) => {
            let count =
                journal.reader().all().filter(|line| open::<Fact>(line.as_ref().unwrap()).is_ok()).count();
            format!("whole {count} {}", journal.tail().map_or_else(String::new, |tail| tail.hash))
        }
        Err(error) => format!("refused {error}"),
    };
    writeln!(std::io::stdout(), "\n{answer}").unwrap();
    std::process::exit(0);
}

/// Opens `root` in a second process, checks what it says and does, and returns what it says.
fn check(root: &Path, case: &str) -> String {
    let before = files_under(&root.join("journal"));
    let output = second_process(ROLE, root).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let screen = String::from_utf8_lossy(&output.stderr).into_owned();
    let answer = said.lines().find(|line| line.starts_with("whole ") || line.starts_with("refused "));
    let answer = answer.unwrap_or_else(|| panic!("{case}: no answer\n{said}\n{screen}"));
    assert!(!screen.contains("panicked"), "{case}: {screen}");
    if answer.starts_with("whole ") {
        assert_eq!(answer, format!("whole {RECORDS} {}", head()), "{case}");
    } else {
        assert!(answer.contains("is damaged"), "{case}: {answer}");
        assert!(files_under(&root.join("journal")) == before, "{case}: a refused journal was touched");
    }
    answer.to_owned()
}

/// The hash that both images end with.
fn head() -> String {
    chain(&stream(), 1, GENESIS, RECORDS, facts).pop().unwrap().hash
}

#[test]
fn panics_for_another_process() {
    let Some(root) = root_for(PANICKER) else { return };
    let _journal = open_journal(&root).unwrap();
    std::thread::spawn(|| panic!("a mistake of ours")).join().unwrap_err();
    std::process::exit(0);
}

#[test]
fn a_panic_that_is_none_of_the_stores_stays_on_the_screen() {
    let root = closed_folder(3);
    let output = second_process(PANICKER, root.path()).output().unwrap();
    let screen = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(screen.contains("panicked") && screen.contains("a mistake of ours"), "{screen}");
}

#[test]
fn the_images_open_whole() {
    for (name, image) in ["closed", "cut off"].iter().zip(images()) {
        let root = TempDir::new().unwrap();
        copy_folder(image.path(), root.path());
        check(root.path(), name);
    }
}

#[test]
fn a_lost_batch_leaves_a_trace_although_the_note_is_behind() {
    // A kill within a tenth of a second of the last record leaves such a note: here it is far behind.
    let behind = fs::read(closed_folder(100).path().join("acked/kim-lien")).unwrap();
    let mut traced = 0;
    for seq in (103..=213).step_by(10) {
        let root = TempDir::new().unwrap();
        copy_folder(images()[1].path(), root.path());
        fs::write(root.path().join("acked/kim-lien"), &behind).unwrap();
        let database = root.path().join("journal/kim-lien/db");
        let mut bytes = fs::read(&database).unwrap();
        // Where it was written first; the store may have moved it since.
        let wanted = format!("\"seq\":{seq},");
        let at = bytes.windows(wanted.len()).position(|window| window == wanted.as_bytes()).unwrap();
        bytes[at] ^= 1;
        fs::write(&database, bytes).unwrap();
        let answer = check(root.path(), &format!("record {seq} flipped"));
        traced += u32::from(answer.contains("was written after it"));
    }
    assert!(traced > 0, "no trace was needed, so none was tested");
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 40,
        rng_seed: RngSeed::Fixed(20_261_122),
        max_shrink_iters: 20,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_damage_is_refused_or_everything_is_there(
        cut_off in any::<bool>(),
        file in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        near_the_end in any::<bool>(),
        damage in prop_oneof![(1_u8..).prop_map(Damage::Flip), Just(Damage::Cut), Just(Damage::ZeroPage)],
    ) {
        let root = TempDir::new().unwrap();
        copy_folder(images()[usize::from(cut_off)].path(), root.path());
        // Most of the bytes are the database's, and so is half of the damage.
        let mut files: Vec<_> = files_under(root.path());
        files.retain(|(_, bytes)| !bytes.is_empty());
        let database = files.iter().position(|(path, _)| path.ends_with("db")).unwrap();
        let choice = file.index(files.len() * 2);
        let (path, mut bytes) = files.swap_remove(if choice < files.len() { choice } else { database });
        let used = bytes.iter().rposition(|byte| *byte != 0).map_or(bytes.len(), |last| last + 1);
        let at = if near_the_end { used - 1 - at.index(used.min(4096)) } else { at.index(bytes.len()) };
        match damage {
            Damage::Flip(bits) => bytes[at] ^= bits,
            Damage::Cut => bytes.truncate(at),
            Damage::ZeroPage => {
                let end = bytes.len().min(at + 4096);
                bytes[at..end].fill(0);
            }
        }
        fs::write(&path, bytes).unwrap();
        let name = path.strip_prefix(root.path()).unwrap().display().to_string();
        check(root.path(), &format!("{name} {damage:?} at {at}, cut off {cut_off}"));
    }
}
