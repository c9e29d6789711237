//! Any damage of a data folder: the programs refuse it with exit 3 (`verify`: or 1), untouched, and say in one line
//! what is damaged and what to do; or everything is there. Never a panic on the screen, never silently less.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use queue_tests::OFFICE;
use queue_tests::api::Api;
use queue_tests::folder::{copy, files, wait_for_note};
use queue_tests::program::{Ended, Server, run, run_within};
use serde_json::json;
use tempfile::{TempDir, tempdir};

/// Places in each of two folders; `QUEUE_LONG=1` tries them all.
const PLACES: u64 = 100;
/// Without it, one of so many.
const SAMPLE: usize = 10;

/// A morning's data folder, and what it holds.
struct Image {
    root: TempDir,
    export: String,
}

/// Left by a server that was stopped, or killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    Stopped,
    Killed,
}

async fn image(left: Left) -> Result<Image> {
    let root = tempdir()?;
    let server = Server::start(root.path())?;
    let admin = Api::new(&server.url).admin().await?;
    admin.at(1, "open", None, json!({})).await?;
    for round in 0..40 {
        let service = ["chung-thuc", "ho-tich", "tra-ket-qua"][round % 3];
        ensure!(admin.issue(service, None).await?.status == 201);
        if round % 8 == 7 {
            ensure!(admin.at(1, "call", None, json!({})).await?.status == 200);
            ensure!(admin.at(1, "start", None, json!({})).await?.status == 200);
        }
    }
    if left == Left::Stopped {
        server.stop()?;
    } else {
        let audit = admin.get(&format!("/offices/{OFFICE}/audit?limit=1")).await?;
        let head = audit.body["items"][0]["hash"].as_str().context("a record has a hash")?.to_owned();
        wait_for_note(root.path(), OFFICE, &head)?;
        server.kill()?;
    }
    let read = tempdir()?;
    copy(root.path(), read.path())?;
    let export = export(read.path())?;
    Ok(Image { root, export })
}

fn export(data: &Path) -> Result<String> {
    let ended = run("queue-server", &["export", "--house", "--data", &data.to_string_lossy()])?;
    ensure!(ended.code == Some(0), "{}", ended.stderr);
    Ok(ended.stdout)
}

/// Starts a server on `data` and stops it again once it listens; gives how it ended.
fn start_and_stop(data: &Path) -> Result<Ended> {
    match Server::try_start(data, &[], &[("QUEUE_LOG_FILTER", "off".into())])? {
        Ok(server) => {
            server.interrupt()?;
            server.ended()
        }
        Err(ended) => Ok(ended),
    }
}

/// Does `damage` to a copy of `image` for each program, and checks what it says and does. Says whether it refused.
fn check(image: &Image, case: &str, damage: impl Fn(&Path) -> Result<()>) -> Result<bool> {
    let mut refused = Vec::new();
    for program in ["verify", "serve"] {
        let data = tempdir()?;
        copy(image.root.path(), data.path())?;
        damage(data.path())?;
        let journals = [OFFICE, "house"].map(|stream| (stream, data.path().join("journal").join(stream)));
        let before = journals.each_ref().map(|(_, journal)| files(journal));
        let path = data.path().to_string_lossy().into_owned();
        let ended = match program {
            "verify" => run("queue-server", &["verify", "--data", &path])?,
            _ => start_and_stop(data.path())?,
        };
        let told = format!("{case}, {program}: {:?} {}{}", ended.code, ended.stdout, ended.stderr);
        assert!(!told.contains("panicked"), "{told}");
        if ended.code == Some(0) {
            assert_eq!(export(data.path())?, image.export, "{told}");
            refused.push(false);
            continue;
        }
        let line = ended.stderr.lines().last().unwrap_or_default();
        assert!(ended.code == Some(3) || (program, ended.code) == ("verify", Some(1)), "{told}");
        // `verify` tells of the house, which is no office, on standard error too.
        assert!(program == "verify" || ended.stderr.lines().count() == 1, "{told}");
        assert!(line.contains(OFFICE) || line.contains("house"), "nothing is named: {told}");
        assert!(line.contains("queue-server recover"), "no remedy: {told}");
        for ((stream, journal), before) in journals.iter().zip(before) {
            // The journal that holds was opened and closed.
            assert!(!line.contains(stream) || files(journal)? == before?, "`{stream}` was touched: {told}");
        }
        refused.push(true);
    }
    assert_eq!(refused[0], refused[1], "{case}: verify and serve differ");
    Ok(refused[0])
}

/// The `index`th place of damage: always the same one.
fn damage_at(data: &Path, index: u64) -> Result<String> {
    let mut state = index.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(20_261_122);
    let mut draw = |below: usize| {
        // xorshift64.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).unwrap_or(0)
    };
    draw(2);
    let mut all = files(data)?;
    all.retain(|(_, bytes)| !bytes.is_empty());
    // Half of the damage is the office's database's: most of the bytes are.
    let database = all.iter().position(|(name, _)| name.ends_with(format!("journal/{OFFICE}/db")));
    let choice = draw(2 * all.len());
    let choice = if choice < all.len() { choice } else { database.context("there is a database")? };
    let (name, mut bytes) = all.swap_remove(choice);
    // A store's file is long and mostly empty at its end.
    let used = bytes.iter().rposition(|byte| *byte != 0).map_or(bytes.len(), |last| last + 1);
    let at = draw(used);
    let what = ["flipped", "cut", "zeroed"][draw(3)];
    match what {
        "flipped" => bytes[at] ^= 1 << draw(8),
        "cut" => bytes.truncate(at),
        _ => {
            let page = at - at % 4096;
            let end = bytes.len().min(page + 4096);
            bytes[page..end].fill(0);
        }
    }
    std::fs::write(data.join(&name), bytes)?;
    Ok(format!("{what} {} at {at}", name.display()))
}

async fn check_places(left: Left) -> Result<()> {
    let image = image(left).await?;
    assert!(!check(&image, "untouched", |_| Ok(()))?);
    let step = if queue_tests::long() { 1 } else { SAMPLE };
    let mut refused = 0;
    let places: Vec<u64> = (0..PLACES).step_by(step).collect();
    for &index in &places {
        let scratch = tempdir()?;
        copy(image.root.path(), scratch.path())?;
        let case = format!("place {index}, {left:?}, {}", damage_at(scratch.path(), index)?);
        refused += u32::from(check(&image, &case, |data| damage_at(data, index).map(drop))?);
    }
    eprintln!("{left:?}: {refused} of {} places refused, the others whole", places.len());
    assert!(refused > 0, "no damage was noticed");
    Ok(())
}

#[tokio::test]
async fn damage_at_random_places_of_a_stopped_folder_is_refused_or_harmless() -> Result<()> {
    check_places(Left::Stopped).await
}

#[tokio::test]
async fn damage_at_random_places_of_a_killed_folder_is_refused_or_harmless() -> Result<()> {
    check_places(Left::Killed).await
}

#[tokio::test]
async fn what_is_removed_is_missed_or_harmless() -> Result<()> {
    for left in [Left::Stopped, Left::Killed] {
        let image = image(left).await?;
        // Every file, alone, and every folder with all in it.
        let mut parts: BTreeSet<PathBuf> =
            files(image.root.path())?.into_iter().map(|(name, _)| name).collect();
        let folders: Vec<PathBuf> =
            parts.iter().flat_map(|file| file.ancestors().skip(1)).map(PathBuf::from).collect();
        parts.extend(folders.into_iter().filter(|folder| !folder.as_os_str().is_empty()));
        for part in ["journal/two-lines/db", "journal/house/db", "journal", "acked/two-lines", "sessions"] {
            ensure!(parts.contains(Path::new(part)), "{left:?}: {part} is not there");
        }
        let mut missed = 0;
        for part in &parts {
            let remove = |data: &Path| {
                let path = data.join(part);
                if path.is_dir() {
                    std::fs::remove_dir_all(path)?
                } else {
                    std::fs::remove_file(path)?
                }
                Ok(())
            };
            let refused = check(&image, &format!("{left:?} without {}", part.display()), remove)?;
            let journals = ["journal", "journal/two-lines", "journal/house"];
            let must_refuse = part.starts_with("journal") && part.ends_with("db")
                || journals.iter().any(|journal| part == Path::new(journal));
            assert!(refused || !must_refuse, "{left:?}: nobody missed {}", part.display());
            missed += u32::from(refused);
        }
        eprintln!(
            "{left:?}: of {} files and folders {missed} were missed, the others not needed",
            parts.len()
        );
        let without_snapshots = |data: &Path| {
            for (name, _) in files(&data.join("journal"))? {
                if name.file_name().is_some_and(|name| name.to_string_lossy().starts_with("snap.")) {
                    std::fs::remove_file(data.join("journal").join(name))?;
                }
            }
            Ok(())
        };
        check(&image, &format!("{left:?} without snapshots"), without_snapshots)?;
    }
    Ok(())
}

#[test]
fn a_program_that_hangs_is_ended_and_what_it_said_is_told() {
    let mut hanging = Command::new("sh");
    hanging.args(["-c", "echo so far >&2; exec sleep 600"]);
    let error =
        run_within(&mut hanging, Duration::from_millis(500)).err().expect("it does not end by itself");
    assert!(error.to_string().contains("so far"), "{error}");
}
