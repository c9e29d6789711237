//! Reading a backup: everything is checked before anything is written, and only an empty folder is written to.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use queue_core::record::hex;
use sha2::{Digest, Sha256};

use crate::backup::{BACKUP_FORMAT, Header, Trailer};
use crate::codec::{RECORD_BYTES_MAX, Sealed};
use crate::error::{JournalError, OnPath};
use crate::folder::{DataFolder, STREAMS_MAX};
use crate::journal::{BATCH_BYTES_MAX, BATCH_RECORDS_MAX, Journal};
use crate::sled::SledJournal;
use crate::verify::Chain;

/// The longest line of a backup: a record, or the header with all streams.
const LINE_BYTES_MAX: u64 = RECORD_BYTES_MAX as u64 + 1;
const READ_BYTES: usize = 256 * 1024;

/// Reads the backup in `file` and checks all of it.
///
/// # Errors
/// [`JournalError::Damaged`] with the first record, or the line, that does not hold.
pub fn check(file: &Path) -> Result<Header, JournalError> {
    read(open(file)?, |_header| Ok(()), |_record| Ok(()))
}

/// Restores the backup in `file` into the folder `root`, which must be empty or missing.
///
/// The backup is read twice: first to check all of it, then to write it. A restore that is cut off leaves the
/// file `restoring`, and the folder cannot be opened.
///
/// # Errors
/// [`JournalError::Failed`] where `root` is not empty; [`JournalError::Damaged`] where the backup does not hold;
/// what the system answers.
pub fn restore(file: &Path, root: &Path) -> Result<Header, JournalError> {
    let not_empty = match fs::read_dir(root) {
        Ok(mut entries) => entries.next().is_some(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => false,
        Err(error) => return Err(error).on("read", root),
    };
    if not_empty {
        let cause = "it is not empty: name an empty or a new folder";
        return Err(JournalError::failed(format!("restore into {}", root.display()), cause));
    }
    check(file)?;
    fs::create_dir_all(root).on("make", root)?;
    let folder = DataFolder::locked(root)?;
    let restoring = folder.restoring();
    fs::write(&restoring, b"").on("write", &restoring)?;
    File::open(root).and_then(|folder| folder.sync_all()).on("sync", root)?;

    let mut writer = Writer { folder: &folder, open: None, batch: Vec::new(), bytes: 0 };
    let header = read(
        open(file)?,
        // A stream without records is restored too.
        |header| {
            header
                .streams
                .iter()
                .filter(|part| part.records == 0)
                .try_for_each(|part| Box::new(folder.journal(&part.stream)?).close())
        },
        |sealed| writer.take(sealed),
    )?;
    writer.end()?;
    fs::remove_file(&restoring).on("remove", &restoring)?;
    File::open(root).and_then(|folder| folder.sync_all()).on("sync", root)?;
    Ok(header)
}

/// Appends records to the journals of an empty folder, a batch at a time.
struct Writer<'a> {
    folder: &'a DataFolder,
    open: Option<SledJournal>,
    batch: Vec<Sealed>,
    bytes: usize,
}

impl Writer<'_> {
    fn take(&mut self, sealed: Sealed) -> Result<(), JournalError> {
        let other = self.batch.first().is_some_and(|first| first.stream != sealed.stream);
        if other || sealed.seq.0 == 1 {
            self.end()?;
            self.open = Some(self.folder.journal(&sealed.stream)?);
        }
        self.bytes += sealed.line.len();
        self.batch.push(sealed);
        if self.batch.len() == BATCH_RECORDS_MAX || self.bytes >= BATCH_BYTES_MAX {
            self.write()
        } else {
            Ok(())
        }
    }

    fn write(&mut self) -> Result<(), JournalError> {
        self.bytes = 0;
        let batch = std::mem::take(&mut self.batch);
        self.open.as_mut().map_or(Ok(()), |journal| journal.append(&batch))
    }

    fn end(&mut self) -> Result<(), JournalError> {
        self.write()?;
        self.open.take().map_or(Ok(()), |journal| Box::new(journal).close())
    }
}

fn open(file: &Path) -> Result<BufReader<File>, JournalError> {
    Ok(BufReader::with_capacity(READ_BYTES, File::open(file).on("open", file)?))
}

fn damaged(what: impl Into<String>) -> JournalError {
    JournalError::Damaged {
        stream: "the backup".to_owned(),
        seq: None,
        what: what.into(),
        remedy: "nothing of it was used; take another backup".to_owned(),
    }
}

/// Reads a backup, hands on its header and each record, and checks all of it; the last line last.
fn read(
    mut input: impl BufRead,
    begin: impl FnOnce(&Header) -> Result<(), JournalError>,
    mut take: impl FnMut(Sealed) -> Result<(), JournalError>,
) -> Result<Header, JournalError> {
    let mut hasher = Sha256::new();
    let line = next_line(&mut input)?;
    let header: Header =
        serde_json::from_slice(&line).map_err(|error| damaged(format!("its first line is none: {error}")))?;
    if header.backup != BACKUP_FORMAT {
        return Err(damaged(format!(
            "its version {} is not known here, only {BACKUP_FORMAT}",
            header.backup
        )));
    }
    if header.streams.len() > STREAMS_MAX {
        return Err(damaged(format!("it names more than {STREAMS_MAX} streams")));
    }
    begin(&header)?;
    hasher.update(&line);
    for part in &header.streams {
        let mut chain = Chain::new(part.stream.clone());
        for _ in 0..part.records {
            let mut line = next_line(&mut input)?;
            hasher.update(&line);
            line.pop();
            let sealed = Sealed::from_line(line)?;
            chain.extend(&sealed)?;
            take(sealed)?;
        }
        if chain.verified().head != part.head {
            return Err(damaged(format!(
                "`{}` ends with another record than its first line says",
                part.stream
            )));
        }
    }
    let line = next_line(&mut input)?;
    let trailer: Trailer =
        serde_json::from_slice(&line).map_err(|error| damaged(format!("its last line is none: {error}")))?;
    if trailer.end != BACKUP_FORMAT || trailer.streams != header.streams {
        return Err(damaged("its last line does not fit its first"));
    }
    if trailer.sha256 != hex(&hasher.finalize()) {
        return Err(damaged("its bytes do not answer to its checksum"));
    }
    let mut rest = [0; 1];
    let more = input.read(&mut rest).map_err(|error| JournalError::from_io("read the backup", &error))?;
    if more == 0 { Ok(header) } else { Err(damaged("something follows its last line")) }
}

/// The next line, with its line break.
fn next_line(input: &mut impl BufRead) -> Result<Vec<u8>, JournalError> {
    let mut line = Vec::new();
    input
        .by_ref()
        .take(LINE_BYTES_MAX)
        .read_until(b'\n', &mut line)
        .map_err(|error| JournalError::from_io("read the backup", &error))?;
    if line.last() == Some(&b'\n') { Ok(line) } else { Err(damaged("it is cut off, or a line is too long")) }
}
