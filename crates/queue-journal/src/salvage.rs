//! Bringing back what can be brought back: every valid record of a damaged folder and of its backups, and which of
//! them make one chain from the first.
//!
//! Invariant: nothing in the damaged folder is written to; the store is opened on a copy ([`store`]), and its bytes
//! are read as they lie ([`raw`]). A record is taken when its own hash holds, wherever it was found. Whether going
//! on without the rest is right is not decided here, and what stands for the loss is not known here: that is the
//! operator's command.

mod bytes;
mod chain;
mod pool;
mod raw;
mod store;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::ops::RangeInclusive;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use queue_core::ids::Slug;
use queue_core::record::Seq;

use crate::backup::restore::{Writer, check_chain};
use crate::codec::Sealed;
use crate::error::{JournalError, OnPath};
use crate::folder::{STREAMS_MAX, held_by_nobody};
use crate::salvage::chain::{Chained, chained};
use crate::salvage::pool::{Found, Pool, Source};
use crate::sled::acked::{self, Acked};
use crate::sled::files;

pub use crate::salvage::chain::{Evidence, Fork};
pub use raw::unpacked;

/// What was found of one stream.
#[derive(Debug)]
pub struct Salvage {
    /// The stream.
    pub stream: Slug,
    /// Valid records found in the folder, each once.
    pub in_folder: u64,
    /// Valid records that only the backups have.
    pub in_backups: u64,
    /// The last record that is known to have been there: noted as acknowledged, told by the store, or found. Nothing
    /// where neither the note nor the store could be read: then nothing tells how far the journal went.
    pub known_end: Option<Seq>,
    /// Where two histories claim the same places, in order; one of each is in the chain or behind it.
    pub forks: Vec<Fork>,
    pool: Pool,
    chain: Vec<Found>,
    behind: Vec<Found>,
    left_out: Vec<Found>,
}

/// Where to look, and where to work.
#[derive(Clone, Copy, Debug)]
pub struct Places<'a> {
    /// The damaged folder, where there is one.
    pub data: Option<&'a Path>,
    /// Backups, the full one first.
    pub backups: &'a [PathBuf],
    /// A folder for copies; removed by whoever named it.
    pub working: &'a Path,
    /// The folder for the found records: `<stream>.jsonl`, by their places.
    pub found: &'a Path,
}

/// Looks everywhere; gives every stream that anything tells of, by name.
///
/// # Errors
/// [`JournalError::InUse`] where another process has the damaged folder; [`JournalError::Damaged`] where a backup
/// does not hold; what the system answers. Damage of the folder is no error.
pub fn salvage(places: Places<'_>) -> Result<Vec<Salvage>, JournalError> {
    let held = places.data.map(held_by_nobody).transpose()?;
    for folder in [places.working, places.found] {
        // Records hold hashes of passwords: they are for nobody else.
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).on("make", folder)?;
    }
    let mut known: BTreeMap<Slug, Looked> = BTreeMap::new();
    if let Some(data) = places.data {
        for stream in streams(data)? {
            known.insert(stream.clone(), look(data, &stream, places)?);
        }
    }
    drop(held);
    let headers = check_chain(places.backups, |sealed| {
        let stream = sealed.stream.clone();
        if !known.contains_key(&stream) {
            known.insert(stream.clone(), Looked::nowhere(&stream, places)?);
        }
        let looked = known.get_mut(&stream).expect("it was put there");
        looked.in_backups += u64::from(looked.pool.add(&sealed.line, Source::Backup)?);
        Ok(())
    })?;
    for part in headers.iter().flat_map(|header| &header.streams) {
        if !known.contains_key(&part.stream) {
            known.insert(part.stream.clone(), Looked::nowhere(&part.stream, places)?);
        }
    }
    known.into_values().map(Looked::joined).collect()
}

impl Salvage {
    /// The last record of the chain from the first one; 0 where there is none.
    #[must_use]
    pub fn chain_end(&self) -> Seq {
        self.chain.last().map_or(Seq(0), |found| found.seq)
    }

    /// Whether the chain holds everything that people may have been told of.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let to_its_end = self.known_end.is_some_and(|end| end <= self.chain_end());
        to_its_end && self.forks.iter().all(Fork::is_settled)
    }

    /// How many valid records are left out because others were taken in their places.
    #[must_use]
    pub fn left_out(&self) -> u64 {
        self.left_out.len() as u64
    }

    /// How many valid records stand behind the chain and cannot be joined to it.
    #[must_use]
    pub fn behind(&self) -> u64 {
        self.behind.len() as u64
    }

    /// The records that are found nowhere, up to the last that is known to have been there, in order.
    #[must_use]
    pub fn missing(&self) -> Vec<RangeInclusive<u64>> {
        let mut missing = Vec::new();
        let mut due = self.chain_end().0 + 1;
        let known_end = self.known_end.map_or(0, |end| end.0);
        for seq in self.behind.iter().map(|found| found.seq.0).chain([known_end + 1]) {
            if due < seq {
                missing.push(due..=seq - 1);
            }
            due = due.max(seq + 1);
        }
        missing
    }

    /// Writes the chain.
    ///
    /// # Errors
    /// Where it cannot be read back or written.
    pub fn write(&mut self, writer: &mut Writer<'_>) -> Result<(), JournalError> {
        for found in &self.chain {
            writer.take(Sealed::from_line(self.pool.read(found)?)?)?;
        }
        writer.end()
    }

    /// The line of the last record of the chain.
    ///
    /// # Errors
    /// Where it cannot be read back.
    pub fn last_line(&mut self) -> Result<Option<Vec<u8>>, JournalError> {
        self.chain.last().map(|found| self.pool.read(found)).transpose()
    }

    /// The lines of the records behind the chain, in order.
    ///
    /// # Errors
    /// Where one cannot be read back.
    pub fn lines_behind(&mut self) -> Result<Vec<Vec<u8>>, JournalError> {
        self.behind.iter().map(|found| self.pool.read(found)).collect()
    }

    /// The lines of the records in whose places others were taken, by place.
    ///
    /// # Errors
    /// Where one cannot be read back.
    pub fn lines_left_out(&mut self) -> Result<Vec<Vec<u8>>, JournalError> {
        self.left_out.iter().map(|found| self.pool.read(found)).collect()
    }
}

/// What was seen of one stream, before the backups are added and the chain is sought.
struct Looked {
    pool: Pool,
    acked: Option<Acked>,
    /// The last record that a meta value tells of.
    told: Option<Seq>,
    in_folder: u64,
    in_backups: u64,
}

impl Looked {
    fn nowhere(stream: &Slug, places: Places<'_>) -> Result<Self, JournalError> {
        let pool = Pool::new(stream.clone(), &places.working.join(format!("{stream}.found")))?;
        Ok(Self { pool, acked: None, told: None, in_folder: 0, in_backups: 0 })
    }

    fn joined(self) -> Result<Salvage, JournalError> {
        let Self { pool, acked, told, in_folder, in_backups } = self;
        let Chained { chain, behind, forks, left_out } = chained(&pool.all(), acked.as_ref());
        let seen = behind.last().or(chain.last()).map_or(Seq(0), |found| found.seq);
        let noted = acked.map(|acked| acked.seq).max(told);
        let known_end = noted.map(|noted| noted.max(seen));
        let stream = pool.stream().clone();
        Ok(Salvage { stream, in_folder, in_backups, known_end, forks, pool, chain, behind, left_out })
    }
}

/// Takes everything valid that the folder `data` has of `stream`, and writes it down.
fn look(data: &Path, stream: &Slug, places: Places<'_>) -> Result<Looked, JournalError> {
    let mut looked = Looked::nowhere(stream, places)?;
    // A note that cannot be read is as good as none.
    looked.acked = acked::read(&data.join("acked").join(stream.as_str()), stream.as_str()).unwrap_or(None);
    let live = data.join("journal").join(stream.as_str());
    let aside = data.join("set-aside").join(stream.as_str());
    let working = places.working.join(stream.as_str());
    let Looked { pool, told, .. } = &mut looked;
    for database in [&live, &aside.join("pending"), &aside.join("copy")] {
        if !database.is_dir() {
            continue;
        }
        // Copies are of an earlier time, and lines of them are found as they lie.
        if *database == live {
            store::read(&live, &working, &mut |piece| take(pool, told, piece, Source::Store))?;
            files::remove(&working)?;
        }
        for file in store::data_files(database)? {
            raw::scan(&file, &mut |piece| take(pool, told, piece, Source::Bytes))?;
        }
    }
    looked.in_folder = looked.pool.count();
    write_found(&mut looked.pool, &places.found.join(format!("{stream}.jsonl")))?;
    Ok(looked)
}

fn take(
    pool: &mut Pool,
    told: &mut Option<Seq>,
    piece: raw::Piece<'_>,
    source: Source,
) -> Result<(), JournalError> {
    match piece {
        raw::Piece::Line(line) => pool.add(line, source).map(|_| ()),
        raw::Piece::Meta(meta) => {
            *told = (*told).max(Some(meta.last));
            Ok(())
        }
    }
}

/// Writes every found record as a line, by its place.
fn write_found(pool: &mut Pool, path: &Path) -> Result<(), JournalError> {
    let file = File::options().write(true).create(true).truncate(true).mode(0o600).open(path);
    let file = file.on("make", path)?;
    // One that an earlier salvage left keeps its own mode.
    file.set_permissions(fs::Permissions::from_mode(0o600)).on("make", path)?;
    let mut out = std::io::BufWriter::new(file);
    for found in pool.all() {
        let mut line = pool.read(&found)?;
        line.push(b'\n');
        std::io::Write::write_all(&mut out, &line).on("write", path)?;
    }
    let file = out.into_inner().map_err(|error| error.into_error()).on("write", path)?;
    file.sync_all().on("sync", path)
}

/// The streams that anything in `data` is named after.
fn streams(data: &Path) -> Result<BTreeSet<Slug>, JournalError> {
    let mut streams = BTreeSet::new();
    for part in ["journal", "acked", "set-aside"] {
        let path = data.join(part);
        if !path.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&path).on("read", &path)?.take(2 * STREAMS_MAX) {
            let name = entry.on("read", &path)?.file_name();
            streams.extend(name.to_str().and_then(|name| Slug::new(name).ok()));
        }
    }
    Ok(streams)
}
