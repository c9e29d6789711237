//! What a record of system calls says about one journal: when each record was on disk, and what was told of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::{Result, ensure};
use queue_journal::salvage::unpacked;
use queue_tests::trace::{Op, Phase, SyncKind, Trace};

/// One stream's story. Places are indices into the entries of the trace.
pub(crate) struct Story {
    /// The place where each record was first in a completed write, by seq.
    written: BTreeMap<u64, usize>,
    /// The place where the meta value of its batch was in a completed write, by the batch's last seq.
    closed: BTreeMap<u64, usize>,
    /// Batches: first and last record.
    pub batches: BTreeSet<(u64, u64)>,
    /// Completed syncs that reach the disk: places of begin and end, by begin.
    syncs: Vec<(usize, usize)>,
    /// The places where those of them begin that are `fdatasync`, the journal's own.
    pub data_syncs: Vec<usize>,
    /// The lines of records, as written.
    lines: BTreeMap<u64, Arc<[u8]>>,
}

/// Something that left the process and speaks of a record.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    /// Where it stands in the trace.
    pub place: usize,
    /// `201`, or the type of a live message.
    pub kind: String,
    /// The record that it reflects.
    pub seq: u64,
    /// The ticket that was given out, for a 201 of that kind.
    pub ticket: Option<String>,
}

impl Story {
    /// Reads the story of `stream`.
    pub(crate) fn of(trace: &Trace, stream: &str) -> Self {
        let file = format!("journal/{stream}/db");
        let mut story = Self {
            written: BTreeMap::new(),
            closed: BTreeMap::new(),
            batches: BTreeSet::new(),
            syncs: Vec::new(),
            data_syncs: Vec::new(),
            lines: BTreeMap::new(),
        };
        let mut begun: BTreeMap<u64, usize> = BTreeMap::new();
        for (place, entry) in
            trace.entries.iter().enumerate().filter(|(_, entry)| entry.path.ends_with(&file))
        {
            match (entry.op, entry.phase) {
                (Op::Write | Op::Sync, Phase::Begin) => drop(begun.insert(entry.token, place)),
                (Op::Write, Phase::End) if entry.result > 0 => {
                    if let Some(begin) = begun.remove(&entry.token) {
                        story.write(place, &readable(&trace.entries[begin].data), stream);
                    }
                }
                (Op::Sync, Phase::End) if entry.result == 0 && entry.sync_kind() != SyncKind::Range => {
                    let Some(begin) = begun.remove(&entry.token) else { continue };
                    story.syncs.push((begin, place));
                    if entry.sync_kind() == SyncKind::Data {
                        story.data_syncs.push(begin);
                    }
                }
                _ => {}
            }
        }
        story.syncs.sort_unstable();
        story.data_syncs.sort_unstable();
        story
    }

    /// Between the end of each batch and that of the next there is exactly one `fdatasync`, one behind the last, and
    /// none before the first.
    ///
    /// # Errors
    /// With the first batch of which this is not so.
    pub(crate) fn one_sync_each(&self) -> Result<()> {
        let before = |place: usize| self.data_syncs.partition_point(|begin| *begin < place);
        let ends: Vec<(u64, usize)> = self.closed.iter().map(|(last, place)| (*last, *place)).collect();
        let mut due = 0;
        for (last, place) in &ends {
            let count = before(*place);
            ensure!(
                count == due,
                "{count} instead of {due} syncs before the end of the batch to record {last}"
            );
            due += 1;
        }
        let count = self.data_syncs.len();
        ensure!(count == due, "{count} syncs, {due} batches");
        Ok(())
    }

    /// The first record, or one of the same batch before it, that speaks of `what`.
    pub(crate) fn seq_about(&self, what: &str) -> Option<u64> {
        self.lines.keys().copied().find(|seq| self.speaks_of(*seq, what))
    }

    fn write(&mut self, place: usize, data: &Arc<[u8]>, stream: &str) {
        let text = &*String::from_utf8_lossy(data);
        let record = format!("\"stream\":\"{stream}\",\"seq\":");
        for (at, _) in text.match_indices(&record) {
            let Some(seq) = number(&text[at + record.len()..]) else { continue };
            self.written.entry(seq).or_insert(place);
            self.lines.entry(seq).or_insert_with(|| Arc::clone(data));
        }
        for (at, _) in text.match_indices("{\"format\":2,\"base\":1,\"first\":") {
            let meta = &text[at..];
            let first = number(&meta[29..]);
            let last = meta.find("\"last\":").and_then(|at| number(&meta[at + 7..]));
            if let Some(batch) = first.zip(last) {
                // The first of all says that nothing was written yet.
                if batch.1 > 0 {
                    self.batches.insert(batch);
                }
                self.closed.entry(batch.1).or_insert(place);
            }
        }
    }

    /// Where the sync ended that made record `seq` durable: it began after the last write of the record and of its
    /// batch's end. Nothing where there was none.
    pub(crate) fn durable_at(&self, seq: u64) -> Option<usize> {
        let written = *self.written.get(&seq)?;
        let (_, closed) = self.closed.range(seq..).next()?;
        let after = written.max(*closed);
        let from = self.syncs.partition_point(|(begin, _)| *begin <= after);
        self.syncs[from..].iter().map(|(_, end)| *end).min()
    }

    /// Where record `seq` and its batch's end were written.
    pub(crate) fn written_at(&self, seq: u64) -> Option<usize> {
        Some(*self.written.get(&seq)?.max(self.closed.range(seq..).next()?.1))
    }

    /// Whether record `seq` speaks of `what`.
    pub(crate) fn speaks_of(&self, seq: u64, what: &str) -> bool {
        self.lines.get(&seq).is_some_and(|line| String::from_utf8_lossy(line).contains(what))
    }
}

/// Everything that left the process and speaks of a record of the office.
pub(crate) fn told(trace: &Trace) -> Vec<Told> {
    let mut told = Vec::new();
    for (place, entry) in trace.entries.iter().enumerate().filter(|(_, entry)| entry.op == Op::Send) {
        let text = entry.text();
        let status = text.strip_prefix("HTTP/1.1 ").map(|rest| rest[..3.min(rest.len())].to_owned());
        if let Some(status) = status.filter(|status| status.starts_with('2')) {
            let seq = text.find("queue-seq: ").and_then(|at| number(&text[at + 11..]));
            let issued = status == "201" && seq.is_some();
            let ticket = issued.then(|| between(&text, "{\"id\":\"", "\"")).flatten();
            told.extend(seq.map(|seq| Told { place, kind: status, seq, ticket }));
            continue;
        }
        for kind in ["call", "board", "counter", "ticket", "stats"] {
            let start = format!("{{\"type\":\"{kind}\",\"seq\":");
            for (at, _) in text.match_indices(&start) {
                let seq = number(&text[at + start.len()..]);
                told.extend(seq.map(|seq| Told { place, kind: kind.to_owned(), seq, ticket: None }));
            }
        }
    }
    told
}

/// Bytes as they were written, and behind them the lines that were packed in them.
fn readable(data: &Arc<[u8]>) -> Arc<[u8]> {
    let lines = unpacked(data);
    if lines.is_empty() {
        Arc::clone(data)
    } else {
        [&[data.to_vec()], &lines[..]].concat().join(&b'\n').into()
    }
}

fn number(text: &str) -> Option<u64> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().ok()
}

pub(crate) fn between(text: &str, before: &str, after: &str) -> Option<String> {
    let start = text.find(before)? + before.len();
    Some(text[start..start + text[start..].find(after)?].to_owned())
}
