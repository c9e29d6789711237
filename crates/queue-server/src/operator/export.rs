//! `export`: the journal as JSON lines, for people and other programs.

use std::io::Write;
use std::path::Path;

use queue_core::house::HouseEvent;
use queue_core::record::{Seq, Texts};
use queue_journal::{Journal, Reader, codec, export as journal};

use super::{OperatorError, existing, is_house, streams};

/// Which streams are exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Streams {
    /// The offices.
    Offices,
    /// The offices, and who may sign in.
    OfficesAndHouse,
}

/// Writes every record as a line, office after office, the house last where asked for; returns how many. Password
/// hashes are left out of the house's lines, whose hashes hold all the same.
///
/// # Errors
/// `Folder` (exit 3) when a stream cannot be opened or read, `Write` (exit 4).
pub fn export(data: &Path, wanted: Streams, out: &mut impl Write) -> Result<u64, OperatorError> {
    let folder = existing(data)?;
    let mut records = 0;
    for stream in streams(&folder)? {
        if is_house(&stream) && wanted == Streams::Offices {
            continue;
        }
        let opened = folder.journal(&stream)?;
        records += if is_house(&stream) {
            without_texts(&opened.reader(), out)?
        } else {
            journal::export(&[opened.reader()], out)?
        };
        Box::new(opened).close()?;
    }
    out.flush()?;
    Ok(records)
}

fn without_texts(reader: &Reader, out: &mut impl Write) -> Result<u64, OperatorError> {
    let mut records = 0;
    for line in reader.lines(Seq(1)..=Seq(u64::MAX)) {
        let line = line?;
        let mut record = codec::open::<HouseEvent>(&line)?;
        let texts = record.events.iter_mut().flat_map(Texts::texts_mut);
        let digests: Vec<String> = texts.map(|text| text.digest.clone()).collect();
        let digests: Vec<&str> = digests.iter().map(String::as_str).collect();
        out.write_all(&codec::erase(&line, &digests)?)?;
        out.write_all(b"\n")?;
        records += 1;
    }
    Ok(records)
}
