//! What a step stands for: seven times of eight something that makes sense where things stand.

use queue_core::command::{Command, Issue, Target};
use queue_core::ids::{CounterId, TicketId};

use super::Play;
use crate::orders;
use crate::reference::Spot;
use crate::steps::{Act, CLASSES, Step};

/// The clerks and the supervisor.
const STAFF: [&str; 4] = ["lan", "hoa", "mai", "chi"];

impl Play {
    /// The act of a step, or a livelier one where it would come to nothing.
    #[expect(clippy::wildcard_enum_match_arm, reason = "the other acts are never dull")]
    pub(super) fn livelier(&self, step: &Step) -> Act {
        let nobody_sits = self.reference.sitting.is_empty();
        let dull = match step.act {
            Act::EndAlarm => !self.reference.alarm,
            Act::Reopen => !self.reference.closed,
            act => nobody_sits && matches!(act, Act::Call | Act::Start | Act::Choose | Act::Park),
        };
        match dull && step.is_sensible() {
            true if nobody_sits => Act::Open,
            true => Act::Call,
            false => step.act,
        }
    }

    /// The command that a step stands for, and who gives it: seven times of eight one that makes sense.
    pub(super) fn order(&mut self, act: Act, step: &Step) -> (&'static str, Command) {
        let sensible = step.is_sensible();
        let counters: Vec<u32> = self.hall.office.layout.counters.iter().map(|place| place.id.0).collect();
        let fitting: Vec<u32> = counters.iter().copied().filter(|counter| self.fits(act, *counter)).collect();
        let pick = if sensible && !fitting.is_empty() { fitting } else { counters.clone() };
        let counter = pick[step.one % pick.len()];
        let other = counters[step.other % counters.len()];
        let sits = self.reference.sitting.get(&counter).map(|sitting| sitting.clerk.clone());
        let idle =
            STAFF.into_iter().find(|name| self.reference.sitting.values().all(|other| other.clerk != *name));
        let clerk = match sits {
            Some(clerk) => STAFF.into_iter().find(|name| *name == clerk),
            None => idle,
        };
        let clerk = clerk.filter(|_| sensible).unwrap_or(STAFF[step.one % STAFF.len()]);
        let services = &self.hall.office.layout.services;
        let service = services[step.other % services.len()].id.clone();
        let class = step.flag.then(|| orders::class(CLASSES[step.other % CLASSES.len()]));
        let ticket = self.ticket(act, step.one, sensible);
        let reason = orders::text("một lý do");
        let blank = orders::text(if step.flag { "một lý do" } else { " " });
        match act {
            Act::Issue => self.wish(step),
            Act::Open => (clerk, orders::open(counter)),
            Act::Pause => (clerk, orders::pause(counter, "nghỉ")),
            Act::Close => (clerk, orders::close(counter)),
            Act::Call => (clerk, orders::call(counter)),
            Act::Choose => {
                let number = self.hall.office.number(ticket).map(|number| number.to_string());
                let number = number.unwrap_or_else(|| "A999".to_owned());
                (clerk, orders::choose(counter, &number, step.flag.then_some("một lý do")))
            }
            Act::Recall => (clerk, orders::recall(counter)),
            Act::Start => (clerk, orders::start(counter)),
            Act::Finish => (clerk, orders::finish(counter)),
            Act::Absent => (clerk, orders::absent(counter)),
            Act::Park => (clerk, orders::park(counter, "chờ ký")),
            Act::Return => (clerk, orders::put_back(counter)),
            Act::SendOn => {
                (clerk, Command::Transfer { counter: CounterId(counter), to: Target::Service(service) })
            }
            Act::SendTo => (clerk, orders::send_to(counter, other)),
            Act::Cancel => ("citizen", Command::Cancel { ticket }),
            Act::Confirm => (clerk, Command::Confirm { ticket, class }),
            Act::Ready => {
                let parked = self.reference.slips.iter().filter(|slip| matches!(slip.spot, Spot::Parked(_)));
                let mut tickets: Vec<TicketId> = parked.take(1 + step.one % 3).map(|slip| slip.id).collect();
                if tickets.is_empty() || !sensible {
                    tickets.push(ticket);
                }
                (clerk, Command::Ready { tickets })
            }
            Act::Reinstate => (clerk, Command::Reinstate { ticket }),
            Act::Move => (clerk, Command::Move { ticket, service }),
            Act::Rate => {
                ("citizen", Command::Rate { ticket, score: 4, comment: step.flag.then_some(reason) })
            }
            Act::Release => ("chi", Command::Release { ticket, reason }),
            Act::Alarm => (clerk, Command::RaiseAlarm { reason }),
            Act::EndAlarm => ("chi", Command::EndAlarm { reason: step.flag.then_some(reason) }),
            Act::CloseDay => {
                let reason = Some(blank).filter(|text| !text.as_str().trim().is_empty());
                ("chi", Command::CloseDay { reason })
            }
            Act::Reopen => ("chi", Command::ReopenDay { reason }),
            Act::Layout => ("admin", self.changed_layout(step)),
            Act::Tick | Act::Repeat | Act::NextDay => ("system", Command::Tick),
        }
    }

    fn wish(&mut self, step: &Step) -> (&'static str, Command) {
        let services = self.hall.office.layout.services.clone();
        let service = |index: usize| services[index % services.len()].id.clone();
        let then = if step.other.is_multiple_of(4) { vec![service(step.other / 4)] } else { Vec::new() };
        let class =
            (!step.other.is_multiple_of(3)).then(|| orders::class(CLASSES[step.other % CLASSES.len()]));
        let plain = self.hall.wish("chung-thuc");
        let wish = Issue { service: service(step.one), then, class, ..plain };
        (if step.one.is_multiple_of(5) { "lan" } else { "citizen" }, Command::Issue(wish))
    }

    /// Whether the act makes sense at the counter.
    #[expect(clippy::wildcard_enum_match_arm, reason = "the other acts need somebody who sits there")]
    fn fits(&self, act: Act, counter: u32) -> bool {
        let held = self.reference.at(counter).map(|index| self.reference.slips[index].spot);
        let called = matches!(held, Some(Spot::Called(..)));
        match act {
            Act::Open => self.reference.sitting.get(&counter).is_none_or(|sitting| sitting.paused),
            Act::Call | Act::Choose => {
                !called && self.reference.sitting.get(&counter).is_some_and(|sitting| !sitting.paused)
            }
            Act::Recall | Act::Start | Act::Absent => called,
            Act::Finish => matches!(held, Some(Spot::Served(_))),
            Act::Park | Act::Return | Act::SendOn | Act::SendTo => held.is_some(),
            _ => self.reference.sitting.contains_key(&counter),
        }
    }

    /// A ticket of this day or of the one before, one with which the act makes sense where there is one.
    #[expect(clippy::wildcard_enum_match_arm, reason = "the other acts are for those who are not done")]
    fn ticket(&self, act: Act, index: usize, sensible: bool) -> TicketId {
        let fits = |spot: Spot, rated: bool| match act {
            Act::Reinstate => matches!(spot, Spot::Absent(_)),
            Act::Rate => matches!(spot, Spot::Finished(_)) && !rated,
            Act::Choose => matches!(spot, Spot::Line | Spot::Parked(_)),
            _ => matches!(spot, Spot::Line | Spot::Parked(_) | Spot::Called(..)),
        };
        let known = self.reference.slips.iter().chain(&self.reference.old);
        let known: Vec<_> = known.map(|slip| (slip.id, fits(slip.spot, slip.rated))).collect();
        let fitting: Vec<_> = known.iter().copied().filter(|(_, fits)| *fits).collect();
        let pick = if sensible && !fitting.is_empty() { fitting } else { known };
        if pick.is_empty() { TicketId(u128::MAX) } else { pick[index % pick.len()].0 }
    }

    /// A service stopped or started again, or a class that gains credit at another rate.
    fn changed_layout(&self, step: &Step) -> Command {
        let mut layout = self.hall.office.layout.clone();
        let (services, classes) = (layout.services.len(), layout.classes.len());
        if step.flag {
            let service = &mut layout.services[step.one % services];
            service.stopped = !service.stopped;
        } else {
            let rates = [0, 1_000_000, 2_500_000];
            layout.classes[step.one % classes].credit_per_minute.0 = rates[step.other % rates.len()];
        }
        let plan = self.hall.office.plan.clone().expect("a day is open or closed");
        Command::ChangeLayout { layout: Box::new(layout), plan }
    }
}
