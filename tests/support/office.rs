//! The offices of the tests, as files with a time zone in which no midnight is near.
//!
//! The programs run on the computer's clock; in a fixed zone, a run at a bad hour would meet a new day in its middle.

use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};

use crate::program::root;

/// What the clock of an office shows as hours when a test begins: a long run ends before midnight.
const HOUR: i64 = 6;
/// The easternmost and the westernmost zone with a fixed offset: `Etc/GMT-14` and `Etc/GMT+12`.
const HOURS_WEST_MAX: i64 = -12;
/// The zone that `tests/offices/*.toml` are written with.
const WRITTEN: &str = "time_zone = \"Asia/Ho_Chi_Minh\"";

/// One zone for the whole process: an office does not move while a test runs.
static ZONE: LazyLock<String> = LazyLock::new(|| {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is behind 1970");
    zone_at(i64::try_from(since.as_secs() / 3600 % 24).expect("a day has 24 hours"))
});

/// The text of the office `tests/offices/NAME.toml`, in a zone where it is about six in the morning.
///
/// # Errors
/// When there is no such office.
pub fn text(name: &str) -> Result<String> {
    let text = std::fs::read_to_string(root().join(format!("tests/offices/{name}.toml")))
        .with_context(|| format!("the office {name}"))?;
    ensure!(text.contains(WRITTEN), "{name}: {WRITTEN} is expected");
    Ok(text.replace(WRITTEN, &format!("time_zone = \"{}\"", *ZONE)))
}

/// The same as a file, for `--office`.
///
/// # Errors
/// When it cannot be written.
pub fn file(name: &str) -> Result<PathBuf> {
    let tests = std::env::current_exe().context("finding this test")?;
    let folder =
        tests.parent().and_then(std::path::Path::parent).context("a test stands in target/*/deps")?;
    let path = folder.join("offices").join(ZONE.replace('/', "-")).join(format!("{name}.toml"));
    std::fs::create_dir_all(path.parent().context("it lies in a folder")?)?;
    // Other tests read it at the same time: it is whole at every moment.
    let one = std::thread::current().id();
    let working = path.with_extension(format!("{}-{one:?}", std::process::id()));
    std::fs::write(&working, text(name)?)?;
    std::fs::rename(&working, &path).context("putting the office in its place")?;
    Ok(path)
}

/// The offset of the zone from UTC as it is written behind an instant: `-05:00`.
#[must_use]
pub fn offset() -> String {
    let hours: i64 =
        ZONE.strip_prefix("Etc/GMT").and_then(|sign| sign.parse().ok()).expect("it is such a zone");
    // The name counts hours to the west.
    format!("{}{:02}:00", if hours > 0 { '-' } else { '+' }, hours.abs())
}

/// The zone in which it is six when it is this hour in UTC.
fn zone_at(utc_hour: i64) -> String {
    let mut east = HOUR - utc_hour;
    if east < HOURS_WEST_MAX {
        east += 24;
    }
    // POSIX counts to the west: `Etc/GMT-7` is seven hours ahead of UTC.
    format!("Etc/GMT{:+}", -east)
}
