//! Office files: TOML to a checked layout, each fault with its line and key; and the built-in sample office.
//!
//! The same keys travel as JSON for the admin page; both become a layout of the core in [`wire`].

pub mod hours;
pub mod wire;

use std::path::Path;

use queue_core::layout::Layout;

use crate::toml_file::{FileFault, Places};

/// The ward office that a server without `--office` starts with.
pub const SAMPLE: &str = include_str!("sample/kim-lien.toml");
/// The largest office file, in bytes: a journal record carries the whole layout.
const FILE_BYTES_MAX: u64 = 512 * 1024;

/// Why an office file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OfficeFileError {
    /// It cannot be read at all.
    #[error("{file}: {what}")]
    Unreadable {
        /// The file.
        file: String,
        /// Why.
        what: String,
    },
    /// Something in it is wrong.
    #[error(transparent)]
    Fault(#[from] FileFault),
}

/// Reads the office file at `path`.
///
/// # Errors
/// [`OfficeFileError`], on one line, naming the file and, where there is one, the line and the key.
pub fn load(path: &Path) -> Result<Layout, OfficeFileError> {
    let file = path.display().to_string();
    let unreadable = |what: String| OfficeFileError::Unreadable { file: file.clone(), what };
    let size = std::fs::metadata(path).map_err(|error| unreadable(error.to_string()))?.len();
    if size > FILE_BYTES_MAX {
        return Err(unreadable(format!("the file has {size} bytes; at most {FILE_BYTES_MAX} are read")));
    }
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
    Ok(parse(&file, &text)?)
}

/// Reads the text of an office file.
///
/// # Errors
/// [`FileFault`] for the first thing that cannot stand.
pub fn parse(file: &str, text: &str) -> Result<Layout, FileFault> {
    let places = Places::of(file, text)?;
    let written: queue_wire::settings::Layout = places.read()?;
    wire::to_core(&written).map_err(|fault| places.fault(&fault.path, &fault.what))
}

/// The built-in sample office.
///
/// # Panics
/// Never: a test reads the same text.
#[must_use]
pub fn sample() -> Layout {
    parse("the built-in sample office", SAMPLE).expect("the built-in sample office is well-formed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_is_the_ward_office() {
        let layout = sample();
        assert_eq!(layout.id.to_string(), "kim-lien");
        assert_eq!(layout.services.len(), 8);
        assert_eq!(layout.counters.len(), 7);
        assert_eq!(layout.absent_after.secs(), 60);
        assert!(layout.hours.is_none());
        assert!(layout.classes[1].confirm);
    }
}
