//! A disk that lost its power: what it may hold, built from a record of system calls.
//!
//! What a completed sync covered is there. Of what was written later each 4 KiB page may hold any state that it
//! went through, or none, in any combination; lengths may be old; and of the names that were made, changed or
//! removed since their folder was synced, any first part may have happened.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use queue_tests::trace::{Entry, Op, Phase, SyncKind};
use rand::RngExt;
use rand::rngs::StdRng;

const PAGE: u64 = 4096;
/// Room that is only set aside; its bytes mean nothing.
const BALLAST: &str = "data/ballast";

/// Which of the pages that no sync covered reached the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loss {
    /// None.
    All,
    /// Any: each page by chance, in any order.
    Pages,
    /// Those that overwrite what was there before, and none that make a file longer.
    Appends,
    /// All but those of one file.
    OneFile,
    /// None was lost: the process alone was killed.
    Nothing,
}

/// What the recorder saw, as a disk: one step for each entry.
pub(crate) struct Disk {
    files: Vec<File>,
    /// Names as programs see them, and as the disk has them for certain.
    names: Names,
    durable_names: Names,
    /// Changes of names that no sync of a folder covered.
    pending_names: Vec<NameChange>,
    /// What syncs under way will have covered.
    syncing: BTreeMap<u64, Covered>,
    /// Whether `fdatasync` does anything: a disk that lies, for a control.
    honest: bool,
}

type Names = BTreeMap<String, Node>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Node {
    Folder,
    File(usize),
}

#[derive(Clone, Debug)]
enum NameChange {
    Made(String, Node),
    Renamed(String, String),
    Removed(String),
}

enum Covered {
    File(usize, Vec<u64>),
    Folder(String),
}

#[derive(Default)]
struct File {
    durable: Vec<u8>,
    pending: Vec<Change>,
}

struct Change {
    token: u64,
    ended: bool,
    kind: ChangeKind,
}

enum ChangeKind {
    Write { offset: u64, data: Arc<[u8]> },
    Length(u64),
}

impl Disk {
    /// An empty disk.
    pub(crate) fn new() -> Self {
        let names = Names::from([(String::new(), Node::Folder)]);
        Self {
            files: Vec::new(),
            durable_names: names.clone(),
            names,
            pending_names: Vec::new(),
            syncing: BTreeMap::new(),
            honest: true,
        }
    }

    /// An empty disk on which no `fdatasync` does anything.
    pub(crate) fn lying() -> Self {
        Self { honest: false, ..Self::new() }
    }

    /// What this entry did.
    pub(crate) fn step(&mut self, entry: &Entry) {
        let path = if &*entry.path == "." { "" } else { &entry.path };
        if path == BALLAST || entry.phase == Phase::Fault {
            return;
        }
        match (entry.op, entry.phase) {
            (Op::Write, Phase::Begin) => {
                let kind = ChangeKind::Write { offset: entry.offset, data: Arc::clone(&entry.data) };
                self.change(path, entry.token, kind);
            }
            (Op::Truncate, Phase::Begin) => {
                self.change(path, entry.token, ChangeKind::Length(entry.offset));
            }
            (Op::Write | Op::Truncate, Phase::End) => self.ended(path, entry),
            (Op::Sync, Phase::Begin) if entry.sync_kind() != SyncKind::Range => self.sync_begins(path, entry),
            (Op::Sync, Phase::End) => {
                let covered = self.syncing.remove(&entry.token);
                if entry.result == 0 {
                    self.sync_ends(covered);
                } else {
                    self.sync_failed(covered);
                }
            }
            (_, Phase::End) if entry.result >= 0 => self.name(path, entry),
            _ => {}
        }
    }

    fn file(&self, path: &str) -> Option<usize> {
        match self.names.get(path) {
            Some(Node::File(id)) => Some(*id),
            Some(Node::Folder) | None => None,
        }
    }

    fn change(&mut self, path: &str, token: u64, kind: ChangeKind) {
        if let Some(id) = self.file(path) {
            self.files[id].pending.push(Change { token, ended: false, kind });
        }
    }

    fn ended(&mut self, path: &str, entry: &Entry) {
        let Some(id) = self.file(path) else { return };
        let pending = &mut self.files[id].pending;
        let Some(at) = pending.iter().position(|change| change.token == entry.token) else { return };
        if entry.result < 0 {
            pending.remove(at);
            return;
        }
        pending[at].ended = true;
        if let ChangeKind::Write { data, .. } = &mut pending[at].kind {
            let written = usize::try_from(entry.result).unwrap_or(usize::MAX).min(data.len());
            *data = data[..written].into();
        }
    }

    fn sync_begins(&mut self, path: &str, entry: &Entry) {
        if !self.honest && entry.sync_kind() == SyncKind::Data {
            return;
        }
        let covered = match self.names.get(path) {
            Some(Node::File(id)) => {
                let ended = self.files[*id].pending.iter().filter(|change| change.ended);
                Covered::File(*id, ended.map(|change| change.token).collect())
            }
            Some(Node::Folder) => Covered::Folder(path.to_owned()),
            None => return,
        };
        self.syncing.insert(entry.token, covered);
    }

    fn sync_ends(&mut self, covered: Option<Covered>) {
        match covered {
            Some(Covered::File(id, tokens)) => {
                let File { durable, pending } = &mut self.files[id];
                let (done, left) =
                    std::mem::take(pending).into_iter().partition(|c| tokens.contains(&c.token));
                *pending = left;
                let done: Vec<Change> = done;
                for change in done {
                    change.kind.apply(durable);
                }
            }
            Some(Covered::Folder(folder)) => {
                // Names are kept in a log of their own on the disk: all that came before goes with them.
                let inside = |change: &NameChange| change.folders().contains(&folder.as_str());
                let count = self.pending_names.iter().rposition(inside).map_or(0, |last| last + 1);
                for change in self.pending_names.drain(..count) {
                    change.apply(&mut self.durable_names);
                }
            }
            None => {}
        }
    }

    /// The system forgets what a failed sync was to write: programs go on reading it, and no later sync brings it.
    fn sync_failed(&mut self, covered: Option<Covered>) {
        if let Some(Covered::File(id, tokens)) = covered {
            self.files[id].pending.retain(|change| !tokens.contains(&change.token));
        }
    }

    fn name(&mut self, path: &str, entry: &Entry) {
        let change = match entry.op {
            Op::Mkdir => NameChange::Made(path.to_owned(), Node::Folder),
            Op::Open if self.names.contains_key(path) => {
                if entry.detail & 2 != 0 {
                    self.change(path, entry.token, ChangeKind::Length(0));
                    self.ended(path, entry);
                }
                return;
            }
            Op::Open => {
                self.files.push(File::default());
                NameChange::Made(path.to_owned(), Node::File(self.files.len() - 1))
            }
            Op::Rename => NameChange::Renamed(path.to_owned(), entry.text()),
            Op::Unlink => NameChange::Removed(path.to_owned()),
            Op::Write | Op::Sync | Op::Truncate | Op::Allocate | Op::Read | Op::Statvfs | Op::Send => return,
        };
        change.clone().apply(&mut self.names);
        self.pending_names.push(change);
    }

    /// Writes to `folder` what the disk may hold after the power was lost at this moment.
    pub(crate) fn write_image(&self, loss: Loss, chance: &mut StdRng, folder: &Path) -> Result<()> {
        let mut names = self.durable_names.clone();
        let happened = match loss {
            Loss::All => 0,
            Loss::Pages | Loss::Appends | Loss::OneFile => chance.random_range(0..=self.pending_names.len()),
            Loss::Nothing => self.pending_names.len(),
        };
        for change in &self.pending_names[..happened] {
            change.clone().apply(&mut names);
        }
        let spared = chance.random_range(0..self.files.len().max(1));
        for (name, node) in &names {
            match node {
                Node::Folder => std::fs::create_dir_all(folder.join(name))?,
                Node::File(id) => {
                    let file = &self.files[*id];
                    let bytes = match loss {
                        Loss::OneFile if *id == spared => file.durable.clone(),
                        Loss::OneFile | Loss::Nothing => file.with(|_, _| true),
                        Loss::All => file.durable.clone(),
                        Loss::Pages => file.torn(chance),
                        Loss::Appends => file.overwrites(chance),
                    };
                    std::fs::write(folder.join(name), bytes)?;
                }
            }
        }
        Ok(())
    }

    /// Pages that no sync covered, and those of them that lie within what was durable before.
    pub(crate) fn pending_pages(&self) -> (usize, usize) {
        let (mut all, mut inside) = (0, 0);
        for file in &self.files {
            for (first, last, _) in file.writes() {
                all += usize::try_from(last - first + 1).unwrap_or(0);
                inside += usize::from(last * PAGE < file.durable.len() as u64);
            }
        }
        (all, inside)
    }
}

impl File {
    /// The durable bytes with those pieces of pending changes that `kept` wants, told the change and the page.
    fn with(&self, kept: impl Fn(usize, u64) -> bool) -> Vec<u8> {
        let mut bytes = self.durable.clone();
        for (index, change) in self.pending.iter().enumerate() {
            match &change.kind {
                ChangeKind::Write { offset, data } => {
                    let end = offset + data.len() as u64;
                    for page in offset / PAGE..=end.saturating_sub(1) / PAGE {
                        let (from, to) = ((page * PAGE).max(*offset), ((page + 1) * PAGE).min(end));
                        if kept(index, page) && from < to {
                            put(&mut bytes, from, &data[place(from - offset)..place(to - offset)]);
                        }
                    }
                }
                ChangeKind::Length(length) => {
                    if kept(index, u64::MAX) {
                        bytes.resize(place(*length), 0);
                    }
                }
            }
        }
        bytes
    }

    /// Each page as it was after any of the changes to it, or before them all.
    fn torn(&self, chance: &mut StdRng) -> Vec<u8> {
        let count = self.pending.len();
        let mut states: BTreeMap<u64, usize> = BTreeMap::new();
        for (first, last, _) in self.writes() {
            for page in first..=last {
                states.entry(page).or_insert_with(|| match chance.random_range(0..4) {
                    0 => 0,
                    1 => chance.random_range(0..=count),
                    _ => count,
                });
            }
        }
        states.insert(u64::MAX, chance.random_range(0..=count));
        self.with(|index, page| index < states.get(&page).copied().unwrap_or(count))
    }

    /// Only what lies within the durable length, and of that a part by chance.
    fn overwrites(&self, chance: &mut StdRng) -> Vec<u8> {
        let length = self.durable.len() as u64;
        let from = if chance.random_bool(0.5) { 0 } else { chance.random_range(0..=self.pending.len()) };
        self.with(|index, page| index >= from && page != u64::MAX && (page + 1) * PAGE <= length)
    }

    /// First and last page of each pending write, with its place among the changes.
    fn writes(&self) -> impl Iterator<Item = (u64, u64, usize)> {
        self.pending.iter().enumerate().filter_map(|(index, change)| match &change.kind {
            ChangeKind::Write { offset, data } if !data.is_empty() => {
                Some((offset / PAGE, (offset + data.len() as u64 - 1) / PAGE, index))
            }
            ChangeKind::Write { .. } | ChangeKind::Length(_) => None,
        })
    }
}

impl ChangeKind {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Write { offset, data } => put(bytes, *offset, data),
            Self::Length(length) => bytes.resize(place(*length), 0),
        }
    }
}

impl NameChange {
    fn apply(self, names: &mut Names) {
        match self {
            Self::Made(name, node) => drop(names.insert(name, node)),
            Self::Removed(name) => drop(names.remove(&name)),
            Self::Renamed(from, to) => {
                let below = format!("{from}/");
                let moved: Vec<String> =
                    names.keys().filter(|name| **name == from || name.starts_with(&below)).cloned().collect();
                for name in moved {
                    let node = names.remove(&name).expect("the name was just found");
                    names.insert(format!("{to}{}", &name[from.len()..]), node);
                }
            }
        }
    }

    /// The folders whose sync makes it durable.
    fn folders(&self) -> Vec<&str> {
        let parent = |name: &'_ str| name.rfind('/').unwrap_or(0);
        match self {
            Self::Made(name, _) | Self::Removed(name) => vec![&name[..parent(name)]],
            Self::Renamed(from, to) => vec![&from[..parent(from)], &to[..parent(to)]],
        }
    }
}

fn put(bytes: &mut Vec<u8>, offset: u64, data: &[u8]) {
    let (start, end) = (place(offset), place(offset) + data.len());
    if bytes.len() < end {
        bytes.resize(end, 0);
    }
    bytes[start..end].copy_from_slice(data);
}

fn place(offset: u64) -> usize {
    usize::try_from(offset).expect("files of a test fit into memory")
}
