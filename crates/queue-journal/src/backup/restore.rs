//! Reading a backup: everything is checked before anything is written, and only an empty folder is written to.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use queue_core::ids::Slug;
use queue_core::record::hex;
use sha2::{Digest, Sha256};

use crate::backup::{CONTINUED_FORMAT, FULL_FORMAT, Header, Trailer};
use crate::codec::{RECORD_BYTES_MAX, Sealed};
use crate::error::{JournalError, OnPath};
use crate::folder::{DataFolder, STREAMS_MAX};
use crate::journal::{BATCH_BYTES_MAX, BATCH_RECORDS_MAX, Journal, Tail};
use crate::sled::{SledJournal, files};
use crate::verify::Chain;

/// The longest line of a backup: a record, or the header with all streams.
const LINE_BYTES_MAX: u64 = RECORD_BYTES_MAX as u64 + 1;
const READ_BYTES: usize = 256 * 1024;

/// Where the streams of a chain of backups stand after some of them.
type Ends = BTreeMap<Slug, Tail>;

/// Reads the backup in `file` and checks all of it, but for whether it connects with those that it continues.
///
/// # Errors
/// [`JournalError::Damaged`] with the first record, or the line, that does not hold.
pub fn check(file: &Path) -> Result<Header, JournalError> {
    read(file, None, |_record| Ok(()))
}

/// Reads the backups in `files`, of which each but the first may continue those before it, hands on each record,
/// and checks all of it and that they connect.
///
/// # Errors
/// [`JournalError::Damaged`] with the first record, line or file that does not hold; the first error of `take`.
pub fn check_chain(
    files: &[PathBuf],
    mut take: impl FnMut(Sealed) -> Result<(), JournalError>,
) -> Result<Vec<Header>, JournalError> {
    let mut ends = Ends::new();
    files.iter().map(|file| read(file, Some(&mut ends), &mut take)).collect()
}

/// Restores the backups in `files` into the folder `root`, which must be empty or missing. Returns what each holds.
///
/// The backups are read twice: first to check all of them, then to write them. A restore that is cut off leaves
/// the file `restoring`, and the folder cannot be opened.
///
/// # Errors
/// [`JournalError::Failed`] where `root` is not empty; [`JournalError::Damaged`] where a backup does not hold or
/// does not connect; what the system answers.
pub fn restore(files: &[PathBuf], root: &Path) -> Result<Vec<Header>, JournalError> {
    check_empty(root, &[])?;
    check_chain(files, |_record| Ok(()))?;
    let new = NewFolder::begin(root, &[])?;
    let mut writer = new.writer();
    let headers = check_chain(files, |sealed| writer.take(sealed))?;
    writer.end()?;
    for part in headers.iter().flat_map(|header| &header.streams) {
        // A stream without records is restored too.
        Box::new(new.folder().journal(&part.stream)?).close()?;
    }
    new.finish()?;
    Ok(headers)
}

/// A data folder that is being filled. Until it is finished it holds the file `restoring` and cannot be opened.
#[derive(Debug)]
pub struct NewFolder {
    folder: DataFolder,
}

impl NewFolder {
    /// Makes the folder `root`, or takes the one that is there and empty but for `beside`.
    ///
    /// # Errors
    /// [`JournalError::Failed`] where something else is in it; what the system answers.
    pub fn begin(root: &Path, beside: &[&str]) -> Result<Self, JournalError> {
        check_empty(root, beside)?;
        files::make(root)?;
        let folder = DataFolder::locked(root)?;
        let restoring = folder.restoring();
        fs::write(&restoring, b"").on("write", &restoring)?;
        files::sync(root)?;
        Ok(Self { folder })
    }

    /// The folder, to write journals into.
    #[must_use]
    pub fn folder(&self) -> &DataFolder {
        &self.folder
    }

    /// A writer of records into its journals.
    #[must_use]
    pub fn writer(&self) -> Writer<'_> {
        Writer { folder: &self.folder, open: None, batch: Vec::new(), bytes: 0 }
    }

    /// Everything is in it, and every journal closed.
    ///
    /// # Errors
    /// What the system answers.
    pub fn finish(self) -> Result<(), JournalError> {
        let restoring = self.folder.restoring();
        fs::remove_file(&restoring).on("remove", &restoring)?;
        files::sync(self.folder.root())
    }
}

/// Refuses a folder that holds anything but `beside`; a missing one is fine.
///
/// # Errors
/// [`JournalError::Failed`] where it does; what the system answers.
pub fn check_empty(root: &Path, beside: &[&str]) -> Result<(), JournalError> {
    let entries = match fs::read_dir(root) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        other => other.on("read", root)?,
    };
    for entry in entries {
        let name = entry.on("read", root)?.file_name();
        if !beside.iter().any(|beside| *beside == name) {
            let cause = "it is not empty: name an empty or a new folder";
            return Err(JournalError::failed(format!("restore into {}", root.display()), cause));
        }
    }
    Ok(())
}

/// Appends records to the journals of a new folder, a batch at a time.
#[derive(Debug)]
pub struct Writer<'a> {
    folder: &'a DataFolder,
    open: Option<SledJournal>,
    batch: Vec<Sealed>,
    bytes: usize,
}

impl Writer<'_> {
    /// Takes the next record of its stream.
    ///
    /// # Errors
    /// Where it does not follow the one before, or cannot be written.
    pub fn take(&mut self, sealed: Sealed) -> Result<(), JournalError> {
        let same = self.open.as_ref().is_some_and(|journal| *journal.reader().stream() == sealed.stream);
        if !same {
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

    /// Writes what is left and closes the journal.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn end(&mut self) -> Result<(), JournalError> {
        self.write()?;
        self.open.take().map_or(Ok(()), |journal| Box::new(journal).close())
    }
}

fn open(file: &Path) -> Result<BufReader<File>, JournalError> {
    Ok(BufReader::with_capacity(READ_BYTES, File::open(file).on("open", file)?))
}

fn damaged(file: &Path, what: impl Into<String>) -> JournalError {
    JournalError::Damaged {
        stream: format!("the backup {}", file.display()),
        seq: None,
        what: what.into(),
        remedy: "nothing of it was used; take another backup".to_owned(),
    }
}

/// Reads a backup, hands on each record, and checks all of it; the last line last. Where `ends` are given, it has to
/// continue from there, and moves them on.
fn read(
    file: &Path,
    mut ends: Option<&mut Ends>,
    mut take: impl FnMut(Sealed) -> Result<(), JournalError>,
) -> Result<Header, JournalError> {
    let mut input = open(file)?;
    let damaged = |what: String| damaged(file, what);
    let mut hasher = Sha256::new();
    let line = next_line(&mut input, file)?;
    let header = header_in(&line).map_err(damaged)?;
    hasher.update(&line);
    for part in &header.streams {
        let base = part.after.as_ref();
        if let Some(ends) = &ends {
            let end = ends.get(&part.stream);
            let connects = match (base, end) {
                (None, None) => true,
                (Some(base), Some(end)) => base.seq == end.seq && base.hash == end.hash,
                (None, Some(_)) | (Some(_), None) => false,
            };
            if !connects {
                let after = base.map_or(0, |base| base.seq.0);
                let end = end.map_or(0, |end| end.seq.0);
                return Err(damaged(format!(
                    "it continues `{}` after record {after}, and the backups before it end with record {end}: \
                     give all from the last full one on, in order",
                    part.stream
                )));
            }
        }
        let mut chain = Chain::after(part.stream.clone(), base.map(|base| (base.seq, base.hash.clone())));
        let mut last = None;
        for _ in 0..part.records {
            let mut line = next_line(&mut input, file)?;
            hasher.update(&line);
            line.pop();
            let sealed = Sealed::from_line(line)?;
            chain.extend(&sealed)?;
            last = Some(sealed.tail());
            take(sealed)?;
        }
        if chain.verified().head != part.head {
            let what = format!("`{}` ends with another record than its first line says", part.stream);
            return Err(damaged(what));
        }
        if let (Some(ends), Some(last)) = (&mut ends, last) {
            ends.insert(part.stream.clone(), last);
        }
    }
    let line = next_line(&mut input, file)?;
    let trailer: Trailer =
        serde_json::from_slice(&line).map_err(|error| damaged(format!("its last line is none: {error}")))?;
    if trailer.end != header.backup || trailer.streams != header.streams {
        return Err(damaged("its last line does not fit its first".to_owned()));
    }
    if trailer.sha256 != hex(&hasher.finalize()) {
        return Err(damaged("its bytes do not answer to its checksum".to_owned()));
    }
    let more = input.read(&mut [0; 1]).on("read", file)?;
    if more == 0 { Ok(header) } else { Err(damaged("something follows its last line".to_owned())) }
}

/// Reads the first line of the backup in `file`, and nothing else of it.
///
/// # Errors
/// [`JournalError::Damaged`] where there is none.
pub fn header(file: &Path) -> Result<Header, JournalError> {
    let line = next_line(&mut open(file)?, file)?;
    header_in(&line).map_err(|what| damaged(file, what))
}

fn header_in(line: &[u8]) -> Result<Header, String> {
    let header: Header =
        serde_json::from_slice(line).map_err(|error| format!("its first line is none: {error}"))?;
    if ![FULL_FORMAT, CONTINUED_FORMAT].contains(&header.backup) {
        let known = format!("only {FULL_FORMAT} and {CONTINUED_FORMAT}");
        return Err(format!("its version {} is not known here, {known}", header.backup));
    }
    if header.is_full() && header.streams.iter().any(|part| part.after.is_some()) {
        return Err("it says that it is whole, and that it continues another one".to_owned());
    }
    if header.streams.len() > STREAMS_MAX {
        return Err(format!("it names more than {STREAMS_MAX} streams"));
    }
    Ok(header)
}

/// The next line, with its line break.
fn next_line(input: &mut impl BufRead, file: &Path) -> Result<Vec<u8>, JournalError> {
    let mut line = Vec::new();
    input.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line).on("read", file)?;
    if line.last() == Some(&b'\n') {
        Ok(line)
    } else {
        Err(damaged(file, "it is cut off, or a line is too long"))
    }
}
