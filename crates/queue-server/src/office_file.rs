//! Office files: TOML to a checked layout, each fault with its line and key; and the built-in sample office.
//!
//! The same keys travel as JSON for the admin page; both become a layout of the core in [`wire`].

pub mod hours;
pub mod wire;

use std::path::Path;

use queue_core::ids::ServiceId;
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

/// The fault of what stands at `key` in the office file at `path`, found only when files are compared.
#[must_use]
pub fn fault(path: &Path, key: &str, what: &str) -> String {
    let file = path.display().to_string();
    let text = std::fs::read_to_string(path).unwrap_or_default();
    match Places::of(&file, &text) {
        Ok(places) => places.fault(key, what).to_string(),
        Err(fault) => fault.to_string(),
    }
}

/// The services that no counter serves, not even as a backup: their tickets would wait for ever.
pub fn unserved(layout: &Layout) -> impl Iterator<Item = &ServiceId> {
    let ids = layout.services.iter().map(|service| &service.id);
    ids.filter(|id| !layout.counters.iter().any(|counter| counter.serves(id)))
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

    #[test]
    fn a_service_that_no_counter_serves_is_found() {
        let mut layout = sample();
        assert_eq!(unserved(&layout).count(), 0);
        let lonely = layout.services[0].id.clone();
        for counter in &mut layout.counters {
            counter.services.retain(|service| *service != lonely);
            counter.backup_services.retain(|service| *service != lonely);
        }
        assert_eq!(unserved(&layout).collect::<Vec<_>>(), [&lonely]);
    }
}
