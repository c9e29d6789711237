//! What is done to tickets away from the counters, and the days.

use queue_core::command::Command;
use queue_core::ids::TicketId;

use super::acts::Outcome;
use super::{Figures, Reference, Slip, Spot};

impl Reference {
    #[expect(clippy::wildcard_enum_match_arm, reason = "`decide` sends only these here")]
    pub(super) fn touch(&mut self, id: TicketId, command: &Command) -> Outcome {
        let closed = self.closed;
        let todays = self.slips.iter().any(|slip| slip.id == id);
        let mut known = self.slips.iter_mut().chain(&mut self.old);
        let slip = known.find(|slip| slip.id == id).ok_or("unknown-ticket")?;
        let loose = matches!(slip.spot, Spot::Line | Spot::Parked(_));
        match command {
            Command::Cancel { .. } | Command::Release { .. } => {
                if !loose && !matches!(slip.spot, Spot::Called(..)) {
                    return Err("not-cancellable");
                }
                slip.spot = Spot::Cancelled;
                self.figures.cancelled += 1;
            }
            Command::Confirm { class, .. } => {
                let class = class.clone().or(slip.asked.clone()).ok_or("nothing-to-confirm")?;
                if !loose {
                    return Err("not-waiting");
                }
                (slip.class, slip.asked) = (class, None);
            }
            Command::Reinstate { .. } if slip.reinstated => return Err("already-reinstated"),
            Command::Reinstate { .. } if !todays || !matches!(slip.spot, Spot::Absent(_)) => {
                return Err("not-absent");
            }
            Command::Reinstate { .. } if closed => return Err("day-closed"),
            Command::Reinstate { .. } => {
                (slip.spot, slip.reinstated) = (Spot::Line, true);
                self.figures.absent -= 1;
            }
            Command::Move { .. } if !loose => return Err("not-waiting"),
            Command::Move { service, .. } => (slip.service, slip.only) = (service.clone(), None),
            Command::Rate { .. } if !matches!(slip.spot, Spot::Finished(_)) => return Err("not-served"),
            Command::Rate { .. } if slip.rated => return Err("already-rated"),
            Command::Rate { .. } => {
                slip.rated = true;
                self.figures.rated += 1;
            }
            other => unreachable!("{other:?} touches no single ticket"),
        }
        Ok(())
    }

    pub(super) fn ready(&mut self, ids: &[TicketId]) -> Outcome {
        for id in ids {
            let known =
                self.slips.iter().chain(&self.old).find(|slip| slip.id == *id).ok_or("unknown-ticket")?;
            if !matches!(known.spot, Spot::Parked(_)) {
                return Err("not-parked");
            }
        }
        for slip in self.slips.iter_mut().filter(|slip| ids.contains(&slip.id)) {
            (slip.spot, slip.ready, slip.only) = (Spot::Line, true, None);
        }
        Ok(())
    }

    pub(super) fn close_day(&mut self, reason: bool) -> Outcome {
        if self.closed {
            return Err("day-closed");
        }
        let left = |slip: &Slip| matches!(slip.spot, Spot::Line | Spot::Called(..) | Spot::Served(_));
        if self.slips.iter().any(left) && !reason {
            return Err("reason-required");
        }
        for slip in &mut self.slips {
            match slip.spot {
                // Who was called for a result waits for it again.
                _ if slip.is_carried() => {
                    if let Spot::Called(..) = slip.spot {
                        slip.spot = Spot::Line;
                    }
                }
                Spot::Line | Spot::Called(..) => {
                    slip.spot = Spot::Expired;
                    self.figures.expired += 1;
                }
                Spot::Served(counter) => {
                    slip.spot = Spot::Finished(counter);
                    self.figures.served += 1;
                }
                Spot::Parked(_) | Spot::Finished(_) | Spot::Absent(_) | Spot::Cancelled | Spot::Expired => {}
            }
        }
        self.sitting.clear();
        self.closed = true;
        Ok(())
    }

    pub(super) fn next_day(&mut self) {
        let _already = self.close_day(true);
        let (over, carried) = std::mem::take(&mut self.slips).into_iter().partition(Slip::is_over);
        (self.old, self.slips) = (over, carried);
        self.day += 1;
        self.closed = false;
        self.figures = Figures::default();
    }
}
