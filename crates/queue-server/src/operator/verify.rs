//! `verify`: every record of every stream, its hash, its place in the chain.

use std::io::Write;
use std::path::Path;

use queue_journal::{Journal, JournalError, verify as journal};

use super::{OperatorError, existing, is_house, streams};

/// Reads everything. Prints one line for each office to `out`: its records and head hash, or the first record
/// that does not hold. The house's line goes to `notes`.
///
/// # Errors
/// `DoesNotHold` (exit 1) when a record does not hold, `Folder` (exit 3) when a store cannot be opened.
pub fn verify(data: &Path, out: &mut impl Write, notes: &mut impl Write) -> Result<(), OperatorError> {
    let folder = existing(data)?;
    let (mut broken, mut shut) = (Vec::new(), None);
    for stream in streams(&folder)? {
        let opened = folder.journal(&stream);
        let verified = opened.and_then(|opened| {
            let verified = journal::verify(&opened.reader())?;
            Box::new(opened).close()?;
            Ok(verified)
        });
        let line = match verified {
            Ok(verified) => format!("{stream}: {} records, head {}", verified.records, verified.head),
            Err(JournalError::Damaged { seq: Some(seq), what, .. }) => {
                broken.push(format!("`{stream}` does not hold at record {}", seq.0));
                format!("{stream}: bad record {}: {what}", seq.0)
            }
            Err(error) => {
                let line = format!("{stream}: {error}");
                shut.get_or_insert(error);
                line
            }
        };
        if is_house(&stream) { writeln!(notes, "{line}")? } else { writeln!(out, "{line}")? }
    }
    match shut {
        _ if !broken.is_empty() => Err(OperatorError::DoesNotHold(format!(
            "{}: nothing was changed; bring back what can be brought back with `queue-server recover` \
             (docs/operations.md)",
            broken.join("; ")
        ))),
        Some(error) => Err(error.into()),
        None => Ok(()),
    }
}
