//! A loss that an operator accepted: what is known of it, and the record that says so.

use std::collections::BTreeSet;

use queue_core::command::{Command, Loss};
use queue_core::event::OfficeEvent;
use queue_core::house;
use queue_core::ids::Slug;
use queue_core::layout::Layout;
use queue_core::number::Number;
use queue_core::office::Office;
use queue_core::permit::Actor;
use queue_core::record::{Record, Seq};
use queue_core::replay::{Asked, Drafted, draft};
use queue_core::text::Text;
use queue_core::time::{At, Millis};
use queue_journal::folder::DataFolder;
use queue_journal::salvage::{Fork, Salvage};
use queue_journal::{Journal, codec};

use super::{ClockUse, Recovery, told};
use crate::boot::replay;
use crate::clock::Zone;
use crate::operator::{OperatorError, is_house};

/// How far the clock may be from the last known record without a word of the operator's.
const CLOCK_APART_MAX: Millis = Millis::from_secs(12 * 3600);

/// A loss of one stream, with all that has to be said about it.
pub(super) struct Accepted {
    to: Option<Seq>,
    missing: u64,
    /// The records that cannot be joined to the chain.
    behind: Vec<Record<OfficeEvent>>,
    /// How many more there are, which this version cannot read.
    unread: usize,
    /// The records in whose places others were taken, where people may have been told of them.
    left_out: Vec<Record<OfficeEvent>>,
    /// The users whose last change stands in records that are not in the house's chain.
    users: BTreeSet<String>,
    /// What the office looks like, where the operator or a record behind the chain says so.
    layout: Option<Layout>,
    told: Option<u32>,
    why: String,
    at: At,
}

impl Accepted {
    /// Gathers what is known, before anything is written.
    pub(super) fn new(asked: &Recovery<'_>, salvage: &mut Salvage) -> Result<Self, OperatorError> {
        let stream = salvage.stream.clone();
        let ranges = salvage.missing().into_iter();
        let mut accepted = Self {
            to: salvage.known_end,
            // Of those that are left out each gave at most one number, too.
            missing: ranges.map(|range| range.end() - range.start() + 1).sum::<u64>() + salvage.left_out(),
            behind: Vec::new(),
            unread: 0,
            left_out: Vec::new(),
            users: BTreeSet::new(),
            layout: None,
            told: asked.numbers_after,
            why: asked.accept.unwrap_or_default().to_owned(),
            at: asked.at,
        };
        let lines = salvage.lines_behind()?;
        let settled = salvage.forks.iter().all(Fork::is_settled);
        let others = if settled { Vec::new() } else { salvage.lines_left_out()? };
        if is_house(&stream) {
            accepted.users = told::users(&[others, lines].concat());
            return Ok(accepted);
        }
        accepted.left_out = others.iter().filter_map(|line| codec::open(line).ok()).collect();
        if accepted.to.is_none() && accepted.told.is_none() {
            return Err(OperatorError::Usage(format!(
                "nothing tells how far the numbers of `{stream}` went: say it with --numbers-after N, the highest \
                 number on a slip of today; 0 where none was given today"
            )));
        }
        // What cannot be read by this version stays in the file of what was found.
        accepted.behind = lines.iter().filter_map(|line| codec::open(line).ok()).collect();
        accepted.unread = lines.len() - accepted.behind.len();
        let last = salvage.last_line()?.and_then(|line| codec::open::<OfficeEvent>(&line).ok());
        let last = accepted.behind.last().or(last.as_ref()).map(clock_after);
        if asked.clock == ClockUse::Checked {
            check_clock(&stream, last, asked.at)?;
        }
        accepted.at = last.unwrap_or(asked.at).max(asked.at);
        let given = asked.layouts.iter().find(|layout| layout.id.0 == stream);
        accepted.layout = given.cloned().or_else(|| last_layout(&accepted.behind));
        if salvage.chain_end().0 == 0 && accepted.layout.is_none() {
            let what = format!("nothing is left that says what `{stream}` looks like: give --office FILE");
            return Err(OperatorError::Usage(what));
        }
        Ok(accepted)
    }

    /// Appends the record that the loss was accepted, behind the chain that stands in `folder`. Says what follows.
    pub(super) fn write(self, folder: &DataFolder, stream: &Slug) -> Result<String, OperatorError> {
        let mut journal = Box::new(folder.journal(stream)?);
        let reader = journal.reader();
        let from = reader.durable().next();
        let reason = sealed(&self.why)?;
        let (sealed, told) = if is_house(stream) {
            let house = replay::house(&reader)?;
            let record = &mut house::loss_accepted(&house, self.to, reason, self.at);
            (codec::seal(record, &house.head)?, told::passwords(&self.users, house.clock))
        } else {
            let office = match self.layout.clone() {
                Some(layout) if from == Seq(1) => Office::founding(layout),
                Some(_) | None => replay::office(&reader)?,
            };
            let (unread, others) = (self.unread, told::others(&self.left_out));
            let (mut record, left_out) = self.draft(&office, from, reason)?;
            let told = told::numbers(&record)
                + &told::settings(&office, &record)
                + &told::left_out(&left_out, unread)
                + &others;
            (codec::seal(&mut record, &office.head)?, told)
        };
        let failed =
            |cause: String| OperatorError::Failed { what: "write that the loss was accepted", cause };
        journal.append(&[sealed]).map_err(|error| failed(error.to_string()))?;
        journal.close()?;
        Ok(format!("record {} says that the loss was accepted{told}", from.0))
    }

    /// The record, and the numbers of tickets that were found and have no place in what follows.
    fn draft(
        self,
        office: &Office,
        from: Seq,
        reason: Text,
    ) -> Result<(Record<OfficeEvent>, BTreeSet<Number>), OperatorError> {
        let at = self.at.max(office.clock);
        let layout = self.layout.unwrap_or_else(|| office.layout.clone());
        let plan = Zone::of(&layout).plan(&layout, at);
        let events = |records: &[Record<OfficeEvent>]| {
            records.iter().flat_map(|record| record.events.clone()).collect::<Vec<_>>()
        };
        let today = self.behind.iter().position(|record| record.at >= plan.starts_at);
        let today = today.unwrap_or(self.behind.len());
        let (before, behind) = (events(&self.behind[..today]), events(&self.behind[today..]));
        let (layout, to, missing, told) = (Some(Box::new(layout)), self.to, self.missing, self.told);
        let loss = Loss { from, to, missing, before, behind, layout, told, plan, reason };
        let command = Command::AcceptLoss(Box::new(loss.clone()));
        let asked = Asked { actor: &Actor::System, key: None, command: &command, status: 200, at, epoch: 1 };
        match draft(office, asked) {
            Ok(Drafted::Fresh(record)) => {
                let left_out = loss.left_out(office, &record.events);
                Ok((*record, left_out))
            }
            Ok(Drafted::Repeat { .. }) => unreachable!("no key was given"),
            Err(refusal) => Err(OperatorError::Usage(refusal.to_string())),
        }
    }
}

/// The office's time after `record`.
fn clock_after(record: &Record<OfficeEvent>) -> At {
    let corrected =
        record.events.iter().rev().find_map(|event| {
            if let OfficeEvent::ClockCorrected { to, .. } = event { Some(*to) } else { None }
        });
    corrected.unwrap_or(record.at)
}

/// Refuses a clock that is far from the last known record: what is today depends on it.
fn check_clock(stream: &Slug, last: Option<At>, now: At) -> Result<(), OperatorError> {
    let Some(last) = last else { return Ok(()) };
    if now.since(last) <= CLOCK_APART_MAX && last.since(now) <= CLOCK_APART_MAX {
        return Ok(());
    }
    let zone = Zone::utc();
    Err(OperatorError::Usage(format!(
        "this computer's clock says {}, and the last known record of `{stream}` is of {}: set the clock, or give \
         --clock-is-right where it is",
        zone.text(now),
        zone.text(last)
    )))
}

/// The newest layout that stands in `records`.
fn last_layout(records: &[Record<OfficeEvent>]) -> Option<Layout> {
    let events = records.iter().rev().flat_map(|record| record.events.iter().rev());
    events.into_iter().find_map(|event| {
        if let OfficeEvent::DayOpened { layout, .. } | OfficeEvent::LayoutChanged { layout, .. } = event {
            Some(Layout::clone(layout))
        } else {
            None
        }
    })
}

fn sealed(text: &str) -> Result<Text, OperatorError> {
    let mut salt = [0_u8; 16];
    getrandom::fill(&mut salt)
        .map_err(|error| OperatorError::Failed { what: "draw a salt", cause: error.to_string() })?;
    Ok(Text::seal(text, u128::from_be_bytes(salt)))
}
