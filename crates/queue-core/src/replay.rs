//! From command to record, and from records to state: used by the engine, the readers and the start alike.

use crate::apply::apply;
use crate::command::Command;
use crate::decide::decide;
use crate::event::OfficeEvent;
use crate::keys::{Kept, Print};
use crate::office::{Answer, Office};
use crate::permit::Actor;
use crate::planted::{self, Bug};
use crate::record::{FORMAT, Key, Record, Seq};
use crate::refusal::Refusal;
use crate::time::At;

/// What a command comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Drafted {
    /// The key was given before: this was answered then, and nothing happens.
    Repeat {
        /// The HTTP status given.
        status: u16,
        /// The answer given.
        answer: Answer,
        /// The record that it depends on.
        seq: Seq,
    },
    /// A record to be sealed, made durable and absorbed. Its hashes are empty.
    Fresh(Box<Record<OfficeEvent>>),
}

/// What is asked, with all that came from outside.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// Who asks.
    pub actor: &'a Actor,
    /// Under which key.
    pub key: Option<Key>,
    /// What.
    pub command: &'a Command,
    /// The HTTP status of the answer.
    pub status: u16,
    /// The server's clock.
    pub at: At,
    /// Counts the owners of the stream.
    pub epoch: u32,
}

/// Decides what is asked and drafts its record. An instant before the office's own becomes the office's.
///
/// # Errors
/// The [`Refusal`] of the rules, [`Refusal::KeyReused`] or [`Refusal::TooManyKeys`].
pub fn draft(office: &Office, asked: Asked<'_>) -> Result<Drafted, Refusal> {
    if let Some(key) = &asked.key
        && let Some(kept) = office.keys.find(key)?
    {
        return Ok(Drafted::Repeat { status: kept.status, answer: kept.answer.clone(), seq: kept.seq });
    }
    let mut at = asked.at.max(office.clock);
    if planted::is(Bug::TimeFollowsTheClockBack) {
        at = asked.at;
    }
    if asked.key.is_some() {
        office.keys.check_room(at)?;
    }
    let events = decide(office, asked.actor, asked.command, at)?;
    assert!(!events.is_empty(), "an accepted command has an event");
    Ok(Drafted::Fresh(Box::new(Record {
        v: FORMAT,
        stream: office.layout.id.0.clone(),
        seq: office.seq.next(),
        at,
        epoch: asked.epoch,
        actor: asked.actor.to_string(),
        key: asked.key,
        status: asked.status,
        about: asked.command.about(),
        events,
        prev_hash: office.head.clone(),
        hash: String::new(),
        texts: Vec::new(),
    })))
}

/// Brings a record into the state: its events, its key with the answer, its place in the chain.
///
/// # Panics
/// When the record does not follow the last one, or an event breaks an invariant.
pub fn absorb(office: &mut Office, record: &Record<OfficeEvent>) {
    assert_eq!(record.seq, office.seq.next(), "records follow each other without gaps");
    for event in &record.events {
        apply(office, event, record.at);
    }
    office.seq = record.seq;
    office.head.clone_from(&record.hash);
    let corrected = record.events.iter().any(|event| matches!(event, OfficeEvent::ClockCorrected { .. }));
    if !corrected {
        office.clock = office.clock.max(record.at);
    }
    if let Some(key) = &record.key {
        let answer = office.answer(record.about);
        let (print, status, seq, at) = (Print::of(key), record.status, record.seq, record.at);
        office.keys.keep(key, Kept { print, status, answer, seq, at });
    }
}

/// Why records bring up no office.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RestoreError {
    /// There is none.
    #[error("the journal holds no record")]
    Empty,
    /// The first one opens no day.
    #[error("record {0:?} opens no day, so that nothing can start from it")]
    NoStart(Seq),
}

/// Brings up an office from records, of which the first opens a day.
///
/// # Errors
/// [`RestoreError`] when there is no such record.
pub fn restore(records: impl IntoIterator<Item = Record<OfficeEvent>>) -> Result<Office, RestoreError> {
    let mut records = records.into_iter();
    let first = records.next().ok_or(RestoreError::Empty)?;
    let layout = first.events.iter().find_map(|event| {
        if let OfficeEvent::DayOpened { layout, .. } = event { Some(layout.clone()) } else { None }
    });
    let mut office = Office::founding(*layout.ok_or(RestoreError::NoStart(first.seq))?);
    office.seq = Seq(first.seq.0.saturating_sub(1));
    // What ends the day before in the same record belongs to the state before, which is not here.
    let opening = Record {
        events: first
            .events
            .iter()
            .skip_while(|event| !matches!(event, OfficeEvent::DayOpened { .. }))
            .cloned()
            .collect(),
        ..first
    };
    absorb(&mut office, &opening);
    for record in records {
        absorb(&mut office, &record);
    }
    Ok(office)
}
