//! The tidiness of the house, as far as a machine can see it: edges, sizes, words, languages.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use queue_tests::program::root;

/// Who may know whom, our own crates only; tests may know anybody.
const EDGES: &[(&str, &[&str])] = &[
    ("queue-core", &[]),
    ("queue-wire", &[]),
    ("queue-web", &[]),
    ("queue-journal", &["queue-core"]),
    ("queue-client", &["queue-wire"]),
    ("queue-kiosk", &["queue-client", "queue-wire"]),
    ("queue-announcer", &["queue-client", "queue-wire"]),
    ("queue-simulator", &["queue-client", "queue-wire"]),
    ("queue-server", &["queue-core", "queue-journal", "queue-simulator", "queue-web", "queue-wire"]),
];
/// Longest source file, in lines; 80 to 250 is the aim.
const LINES_MAX: usize = 400;

#[test]
fn nobody_knows_more_than_the_picture_shows() -> Result<()> {
    for (name, allowed) in EDGES {
        let manifest: toml::Table =
            std::fs::read_to_string(root().join(format!("crates/{name}/Cargo.toml")))?.parse()?;
        let dependencies =
            manifest.get("dependencies").and_then(toml::Value::as_table).cloned().unwrap_or_default();
        let ours: Vec<&str> =
            dependencies.keys().map(String::as_str).filter(|key| key.starts_with("queue-")).collect();
        let strangers: Vec<&&str> = ours.iter().filter(|key| !allowed.contains(*key)).collect();
        assert!(strangers.is_empty(), "{name} must not know {strangers:?}: see docs/architecture.md");
    }
    Ok(())
}

#[test]
fn every_version_stands_in_the_one_table() -> Result<()> {
    for file in files(&["toml"])?
        .into_iter()
        .filter(|file| file.ends_with("Cargo.toml") && *file != root().join("Cargo.toml"))
    {
        let manifest: toml::Table = std::fs::read_to_string(&file)?.parse()?;
        for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let table = manifest.get(kind).and_then(toml::Value::as_table).cloned().unwrap_or_default();
            for (name, value) in table {
                let from_table = value.get("workspace").and_then(toml::Value::as_bool) == Some(true);
                assert!(from_table, "{}: {name} must be `workspace = true`", file.display());
            }
        }
    }
    Ok(())
}

#[test]
fn planted_bugs_stay_in_the_simulation() -> Result<()> {
    // What Cargo makes of every manifest but the simulation's, whoever asks for what by whichever way.
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["tree", "--locked", "--offline", "--workspace", "--exclude", "queue-sim"]);
    let tree = cargo.args(["--edges", "features", "--prefix", "none"]).current_dir(root()).output()?;
    let text = String::from_utf8(tree.stdout)?;
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    assert!(
        text.contains("queue-server") && text.contains("queue-core"),
        "the tree has our packages: {text}"
    );
    let asked: Vec<&str> = text.lines().filter(|line| line.contains("\"planted\"")).collect();
    assert!(asked.is_empty(), "only tests/sim may ask for planted bugs: {asked:?}");
    // In a build of everything the simulation's wish is everybody's: there a release is safe by having no debug
    // assertions, without which `queue_core::planted` is empty.
    let workspace: toml::Table = std::fs::read_to_string(root().join("Cargo.toml"))?.parse()?;
    let release = workspace.get("profile").and_then(|profile| profile.get("release")).context("a release")?;
    assert_eq!(release.get("debug-assertions"), None, "a release has no debug assertions");
    Ok(())
}

#[test]
fn source_files_are_short_and_say_what_they_hold() -> Result<()> {
    for file in files(&["rs"])? {
        let text = std::fs::read_to_string(&file)?;
        assert!(text.starts_with("//!") || text.starts_with("#!"), "{} must open with `//!`", file.display());
        let lines = text.lines().count();
        assert!(lines <= LINES_MAX, "{} has {lines} lines: build walls, {LINES_MAX} at most", file.display());
    }
    for file in files(&["ts"])? {
        let generated = file.ends_with("wire.ts");
        let lines = std::fs::read_to_string(&file)?.lines().count();
        assert!(generated || lines <= LINES_MAX, "{} has {lines} lines: build walls", file.display());
    }
    Ok(())
}

#[test]
fn nothing_is_silenced_or_put_off() -> Result<()> {
    // Put together so that this file does not find itself.
    let banned =
        [["#[al", "low("].concat(), ["TO", "DO"].concat(), ["FIX", "ME"].concat(), ["#[ig", "nore"].concat()];
    for file in files(&["rs", "ts", "css", "html"])? {
        let text = std::fs::read_to_string(&file)?;
        for word in &banned {
            assert!(!text.contains(word.as_str()), "{} has `{word}`", file.display());
        }
    }
    Ok(())
}

#[test]
fn nothing_points_outside_the_project() -> Result<()> {
    let banned = [
        ["CONT", "RACT.md"].concat(),
        ["FOUND", "ATIONS.md"].concat(),
        ["/wo", "rk/"].concat(),
        ["/ro", "ot/"].concat(),
    ];
    for file in files(&["rs", "ts", "toml", "md", "json", "html", "csv", "py", "service"])? {
        let text = std::fs::read_to_string(&file)?;
        for word in &banned {
            assert!(!text.contains(word.as_str()), "{} speaks of `{word}`", file.display());
        }
    }
    Ok(())
}

#[test]
fn the_pages_speak_every_language_alike() -> Result<()> {
    let mut keys: BTreeMap<PathBuf, Vec<String>> = BTreeMap::new();
    for file in files(&["json"])?.into_iter().filter(|file| file.starts_with(root().join("web/src/lang"))) {
        let words: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(&std::fs::read_to_string(&file)?)?;
        keys.insert(file, words.keys().cloned().collect());
    }
    assert!(keys.len() >= 2, "there are at least two languages");
    for (file, found) in &keys {
        let name = file.file_name().context("a file has a name")?.to_string_lossy().into_owned();
        let twin = if name.contains("en") { name.replace("en", "vi") } else { name.replace("vi", "en") };
        let other = keys.get(&file.with_file_name(&twin)).with_context(|| format!("{name} has no {twin}"))?;
        assert_eq!(found, other, "{name} and {twin} differ in keys");
    }
    Ok(())
}

#[test]
fn the_first_screen_of_the_readme_has_the_two_commands() -> Result<()> {
    let readme = std::fs::read_to_string(root().join("README.md"))?;
    let first: Vec<&str> = readme.lines().take(40).collect();
    for command in ["cargo run --release", "tests/run"] {
        assert!(first.iter().any(|line| line.contains(command)), "README's first screen shows `{command}`");
    }
    Ok(())
}

/// The files of the project with these endings, as git knows them: kept ones, and fresh ones not ignored.
fn files(endings: &[&str]) -> Result<Vec<PathBuf>> {
    let output = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .context("asking git for the files")?;
    let list = String::from_utf8(output.stdout)?;
    let wanted = |path: &&str| endings.iter().any(|ending| path.ends_with(&format!(".{ending}")));
    let found: Vec<PathBuf> =
        list.lines().filter(wanted).map(|path| root().join(path)).filter(|path| Path::exists(path)).collect();
    anyhow::ensure!(!found.is_empty(), "git lists no files with {endings:?}");
    Ok(found)
}
