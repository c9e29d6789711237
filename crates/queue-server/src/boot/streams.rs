//! Opens the journals of a folder, all or none: where one is refused, the others are closed again.

use std::collections::BTreeSet;
use std::path::Path;

use queue_core::ids::Slug;
use queue_core::layout::Layout;
use queue_core::office::Office;
use queue_journal::Journal;
use queue_journal::folder::{DataFolder, STREAMS_MAX};
use queue_journal::sled::Stop;

use super::{BootError, HouseParts, replay};

/// The most offices of one folder; the house is a stream too.
const OFFICES_MAX: usize = STREAMS_MAX - 1;

/// A stream that was opened and replayed.
pub(super) struct Opened {
    pub office: Office,
    pub journal: Box<dyn Journal>,
}

/// What a folder holds.
pub(super) struct Contents {
    pub folder: DataFolder,
    pub offices: Vec<Opened>,
    pub house: HouseParts,
}

/// Everything that blocks: the lock, the journals, the replay; the ballast last, when nothing is refused any more.
pub(super) fn read(data: &Path, layouts: &[Layout], sample: Layout) -> Result<Contents, BootError> {
    let folder = DataFolder::open(data)?;
    let mut offices = Vec::new();
    let house = match read_streams(&folder, layouts, sample, &mut offices) {
        Ok(house) => house,
        Err(error) => {
            for Opened { journal, .. } in offices {
                close(journal);
            }
            return Err(error);
        }
    };
    if let Err(error) = folder.keep_ballast() {
        tracing::warn!(%error, "there is no ballast file: a full disk will be harder to leave");
    }
    Ok(Contents { folder, offices, house })
}

/// Opens the offices into `offices`, in order, and the house.
fn read_streams(
    folder: &DataFolder,
    layouts: &[Layout],
    sample: Layout,
    offices: &mut Vec<Opened>,
) -> Result<HouseParts, BootError> {
    let house_name = replay::house_stream();
    let known: Vec<Slug> = folder.streams()?.into_iter().filter(|stream| *stream != house_name).collect();
    let mut seeds: Vec<Layout> = layouts.to_vec();
    if seeds.is_empty() && known.is_empty() {
        seeds.push(sample);
    }
    let seeded: Vec<Slug> = seeds.iter().map(|layout| layout.id.0.clone()).collect();
    // Asked here: a folder with more would not be read by the next start.
    let count = known.iter().chain(&seeded).collect::<BTreeSet<_>>().len();
    if count > OFFICES_MAX {
        return Err(BootError::TooMany { offices: count, most: OFFICES_MAX });
    }
    for layout in seeds {
        offices.extend(open_office(folder, layout.id.0.clone(), Some(layout))?);
    }
    for stream in known.into_iter().filter(|stream| !seeded.contains(stream)) {
        offices.extend(open_office(folder, stream, None)?);
    }
    let journal = open_journal(folder, &house_name)?;
    match replay::house(&journal.reader()) {
        Ok(house) => Ok(HouseParts { house, journal }),
        Err(error) => {
            close(journal);
            Err(error)
        }
    }
}

/// Opens a stream; nothing where it holds no record and no file says what the office looks like.
fn open_office(folder: &DataFolder, stream: Slug, seed: Option<Layout>) -> Result<Option<Opened>, BootError> {
    let journal = open_journal(folder, &stream)?;
    if journal.tail().is_none() {
        let Some(layout) = seed else {
            tracing::warn!(%stream, "an office without a record was left out: give its file with --office");
            close(journal);
            return Ok(None);
        };
        return Ok(Some(Opened { office: Office::founding(layout), journal }));
    }
    let office = match replay::office(&journal.reader()) {
        Ok(office) => office,
        Err(error) => {
            close(journal);
            return Err(error);
        }
    };
    if seed.is_some_and(|layout| layout != office.layout) {
        tracing::warn!(%stream, "the office file differs from the settings in the journal, which stand: change \
                                 them on the admin page");
    }
    Ok(Some(Opened { office, journal }))
}

/// Opens a journal, and tells where the copy lies of one that was not closed.
fn open_journal(folder: &DataFolder, stream: &Slug) -> Result<Box<dyn Journal>, BootError> {
    let journal = folder.journal(stream)?;
    if journal.last_stop() == Stop::Unclean {
        tracing::warn!(
            %stream,
            copy = %folder.copy_of(stream).display(),
            "the journal was not closed when the server last ended; all of it holds, and a copy of how it was found \
             is kept"
        );
    }
    Ok(Box::new(journal))
}

/// Leaves the mark of a clean stop on a journal that nothing was written to.
pub(super) fn close(journal: Box<dyn Journal>) {
    let stream = journal.reader().stream().clone();
    if let Err(error) = journal.close() {
        tracing::error!(%stream, %error, "the journal did not close");
    }
}
