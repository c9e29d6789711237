//! A loss that an operator accepted: what is known of it, and the record that says so.

use queue_core::command::{Command, Loss};
use queue_core::event::OfficeEvent;
use queue_core::house;
use queue_core::ids::Slug;
use queue_core::layout::Layout;
use queue_core::office::Office;
use queue_core::permit::Actor;
use queue_core::record::{Record, Seq};
use queue_core::replay::{Asked, Drafted, draft};
use queue_core::text::Text;
use queue_core::time::At;
use queue_journal::folder::DataFolder;
use queue_journal::salvage::Salvage;
use queue_journal::{Journal, codec};

use super::Recovery;
use crate::boot::replay;
use crate::clock::Zone;
use crate::operator::{OperatorError, is_house};

/// A loss of one stream, with all that has to be said about it.
pub(super) struct Accepted {
    to: Option<Seq>,
    missing: u64,
    /// The records that cannot be joined to the chain.
    behind: Vec<Record<OfficeEvent>>,
    /// What the office looks like, where the chain does not say.
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
            missing: ranges.map(|range| range.end() - range.start() + 1).sum(),
            behind: Vec::new(),
            layout: None,
            told: asked.numbers_after,
            why: asked.accept.unwrap_or_default().to_owned(),
            at: asked.at,
        };
        if is_house(&stream) {
            return Ok(accepted);
        }
        if accepted.to.is_none() && accepted.told.is_none() {
            return Err(OperatorError::Usage(format!(
                "nothing tells how far the numbers of `{stream}` went: say it with --numbers-after N, the highest \
                 number on a slip of today; 0 where none was given today"
            )));
        }
        // What cannot be read by this version stays in the file of what was found.
        let lines = salvage.lines_behind()?;
        accepted.behind = lines.iter().filter_map(|line| codec::open(line).ok()).collect();
        if salvage.chain_end().0 == 0 {
            let given = asked.layouts.iter().find(|layout| layout.id.0 == stream);
            let layout = given.cloned().or_else(|| last_layout(&accepted.behind));
            let nothing = || {
                let what =
                    format!("nothing is left that says what `{stream}` looks like: give --office FILE");
                OperatorError::Usage(what)
            };
            accepted.layout = Some(layout.ok_or_else(nothing)?);
        }
        Ok(accepted)
    }

    /// Appends the record that the loss was accepted, behind the chain that stands in `folder`. Says what follows.
    pub(super) fn write(self, folder: &DataFolder, stream: &Slug) -> Result<String, OperatorError> {
        let mut journal = Box::new(folder.journal(stream)?);
        let reader = journal.reader();
        let from = reader.durable().next();
        let reason = sealed(&self.why)?;
        let (sealed, numbers) = if is_house(stream) {
            let house = replay::house(&reader)?;
            (
                codec::seal(&mut house::loss_accepted(&house, self.to, reason, self.at), &house.head)?,
                String::new(),
            )
        } else {
            let office = match self.layout.clone() {
                Some(layout) => Office::founding(layout),
                None => replay::office(&reader)?,
            };
            let mut record = self.draft(&office, from, reason)?;
            (codec::seal(&mut record, &office.head)?, numbers(&record))
        };
        let failed =
            |cause: String| OperatorError::Failed { what: "write that the loss was accepted", cause };
        journal.append(&[sealed]).map_err(|error| failed(error.to_string()))?;
        journal.close()?;
        Ok(format!("record {} says that the loss was accepted{numbers}", from.0))
    }

    fn draft(self, office: &Office, from: Seq, reason: Text) -> Result<Record<OfficeEvent>, OperatorError> {
        let at = self.at.max(office.clock);
        let plan = Zone::of(&office.layout).plan(&office.layout, at);
        let today = self.behind.into_iter().filter(|record| record.at >= plan.starts_at);
        let behind = today.flat_map(|record| record.events).collect();
        let Self { to, missing, told, .. } = self;
        let loss = Loss { from, to, missing, behind, told, plan, reason };
        let command = Command::AcceptLoss(Box::new(loss));
        let asked = Asked { actor: &Actor::System, key: None, command: &command, status: 200, at, epoch: 1 };
        match draft(office, asked) {
            Ok(Drafted::Fresh(record)) => Ok(*record),
            Ok(Drafted::Repeat { .. }) => unreachable!("no key was given"),
            Err(refusal) => Err(OperatorError::Usage(refusal.to_string())),
        }
    }
}

/// Where the series go on, in words.
fn numbers(record: &Record<OfficeEvent>) -> String {
    let mut words = String::new();
    for event in &record.events {
        if let OfficeEvent::LossAccepted { series, .. } = event {
            let next: Vec<String> =
                series.iter().map(|(service, last)| format!("{service} {}", last + 1)).collect();
            words = format!("; today's numbers go on with: {}", next.join(", "));
        }
    }
    words
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
