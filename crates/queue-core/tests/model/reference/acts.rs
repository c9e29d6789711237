//! What is asked of the reference at its counters: done at once, or refused with the code.
//!
//! What is done to tickets elsewhere, and the days, are in `papers.rs`.

use queue_core::command::{Command, Issue, Target};

use super::{Reference, Sitting, Slip, Spot};

pub(super) type Outcome = Result<(), &'static str>;

impl Reference {
    /// Does what `who` asks at `now`, or says why not.
    pub(crate) fn act(&mut self, who: &str, command: &Command, now: i64) -> Outcome {
        let clock = self.clock;
        self.clock = clock.max(now);
        let outcome = self.decide(who, command);
        if outcome.is_err() {
            self.clock = clock;
        }
        outcome
    }

    fn decide(&mut self, who: &str, command: &Command) -> Outcome {
        match command {
            Command::Issue(wish) => self.issue(who, wish),
            Command::CallNext { counter } => self.call(who, counter.0),
            Command::CallChosen { counter, number, reason } => {
                let reason = reason.as_ref().is_some_and(|text| !text.as_str().trim().is_empty());
                self.choose(who, counter.0, &number.to_string(), reason)
            }
            Command::OpenCounter { counter } => self.open(who, counter.0),
            Command::PauseCounter { counter, .. } => {
                self.own(who, counter.0)?;
                self.sitting.get_mut(&counter.0).expect("somebody sits there").paused = true;
                Ok(())
            }
            Command::CloseCounter { counter } => self.close(who, counter.0),
            Command::Recall { counter }
            | Command::Start { counter }
            | Command::Finish { counter, .. }
            | Command::Absent { counter }
            | Command::Park { counter, .. }
            | Command::Return { counter }
            | Command::Transfer { counter, .. } => self.visit(who, counter.0, command),
            Command::Cancel { ticket }
            | Command::Confirm { ticket, .. }
            | Command::Reinstate { ticket }
            | Command::Move { ticket, .. }
            | Command::Rate { ticket, .. }
            | Command::Release { ticket, .. } => self.touch(*ticket, command),
            Command::Ready { tickets } => self.ready(tickets),
            Command::OpenDay { .. } => {
                self.next_day();
                Ok(())
            }
            Command::CloseDay { reason } => self.close_day(reason.is_some()),
            Command::ReopenDay { .. } if !self.closed => Err("day-open"),
            Command::ReopenDay { .. } => {
                self.closed = false;
                // Steps never take a service away, so that everybody can wait again.
                for slip in self.slips.iter_mut().filter(|slip| slip.spot == Spot::Expired) {
                    slip.spot = Spot::Line;
                    self.figures.expired -= 1;
                }
                Ok(())
            }
            Command::Tick => Ok(()),
            Command::ChangeLayout { layout, .. } => {
                self.layout = (**layout).clone();
                Ok(())
            }
            Command::RaiseAlarm { .. } | Command::EndAlarm { .. } => {
                let raise = matches!(command, Command::RaiseAlarm { .. });
                let changes = self.alarm != raise;
                self.alarm = raise;
                if changes { Ok(()) } else { Err("alarm-unchanged") }
            }
            Command::CorrectClock { .. } => unreachable!("no step corrects the clock"),
            Command::AcceptLoss(_) => unreachable!("no step loses a record"),
        }
    }

    fn issue(&mut self, who: &str, wish: &Issue) -> Outcome {
        let service = self.layout.service(&wish.service).expect("steps name services of the hall");
        if self.alarm {
            return Err("alarm");
        }
        if self.closed {
            return Err("office-closed");
        }
        if service.stopped {
            return Err("numbers-stopped");
        }
        let mut value = service.first_number;
        let written = |value: u32| {
            let prefix = service.prefix.map(String::from).unwrap_or_default();
            format!("{prefix}{value:0width$}", width = usize::from(service.digits))
        };
        let given = |value: u32| self.given.contains(&(self.day, service.id.clone(), value));
        let later = |value: u32| {
            self.given
                .range((self.day, service.id.clone(), value)..=(self.day, service.id.clone(), u32::MAX))
                .next()
                .is_some()
        };
        while later(value) || self.slips.iter().any(|slip| slip.number == written(value)) {
            value += 1;
        }
        if value >= 10_u32.pow(u32::from(service.digits)) {
            return Err("numbers-used-up");
        }
        assert!(!given(value), "a number is given once");
        let default = self.layout.classes[0].id.clone();
        let wanted = wish.class.clone().unwrap_or_else(|| default.clone());
        let confirm = self.layout.class(&wanted).expect("steps name classes of the hall").confirm;
        let waits_for_staff = confirm && who == "citizen";
        self.slips.push(Slip {
            id: wish.ticket,
            number: written(value),
            service: wish.service.clone(),
            then: wish.then.clone(),
            class: if waits_for_staff { default } else { wanted.clone() },
            asked: waits_for_staff.then_some(wanted),
            only: None,
            ready: false,
            reinstated: false,
            rated: false,
            issued: self.clock,
            called_at: 0,
            last_counter: None,
            spot: Spot::Line,
        });
        self.given.insert((self.day, wish.service.clone(), value));
        self.figures.issued += 1;
        Ok(())
    }

    fn own(&self, who: &str, counter: u32) -> Outcome {
        let sitting = self.sitting.get(&counter).ok_or("counter-closed")?;
        if sitting.clerk == who { Ok(()) } else { Err("counter-taken") }
    }

    fn may_call_now(&self, who: &str, counter: u32) -> Outcome {
        self.own(who, counter)?;
        if self.alarm {
            return Err("alarm");
        }
        if self.sitting[&counter].paused {
            return Err("counter-closed");
        }
        let called = self.at(counter).is_some_and(|index| matches!(self.slips[index].spot, Spot::Called(..)));
        if called { Err("ticket-open") } else { Ok(()) }
    }

    fn call(&mut self, who: &str, counter: u32) -> Outcome {
        self.may_call_now(who, counter)?;
        self.end_visit(counter);
        if let Some(index) = self.choice(counter) {
            self.called(index, counter);
        }
        Ok(())
    }

    fn choose(&mut self, who: &str, counter: u32, number: &str, reason: bool) -> Outcome {
        self.may_call_now(who, counter)?;
        let index = self.slips.iter().position(|slip| slip.number == number).ok_or("unknown-ticket")?;
        let slip = &self.slips[index];
        let place = self.layout.counters.iter().find(|place| place.id.0 == counter).expect("a counter");
        let serves = place.serves(&slip.service);
        let free = match slip.spot {
            Spot::Parked(by) => by == counter,
            Spot::Line => slip.ready && (serves || slip.last_counter == Some(counter)),
            Spot::Called(..)
            | Spot::Served(_)
            | Spot::Finished(_)
            | Spot::Absent(_)
            | Spot::Cancelled
            | Spot::Expired => return Err("not-waiting"),
        };
        if !free && !reason {
            return Err("reason-required");
        }
        self.end_visit(counter);
        self.called(index, counter);
        Ok(())
    }

    fn called(&mut self, index: usize, counter: u32) {
        let slip = &mut self.slips[index];
        slip.spot = Spot::Called(counter, 0);
        (slip.called_at, slip.last_counter, slip.only) = (self.clock, Some(counter), None);
        self.figures.called += 1;
    }

    fn end_visit(&mut self, counter: u32) {
        let Some(index) = self.at(counter) else { return };
        let slip = &mut self.slips[index];
        if slip.then.is_empty() {
            slip.spot = Spot::Finished(counter);
            self.figures.served += 1;
        } else {
            slip.service = slip.then.remove(0);
            (slip.spot, slip.ready, slip.only) = (Spot::Line, false, None);
        }
    }

    fn open(&mut self, who: &str, counter: u32) -> Outcome {
        if self.sitting.get(&counter).is_some_and(|sitting| sitting.clerk != who) {
            return Err("counter-taken");
        }
        if self.sitting.iter().any(|(id, sitting)| *id != counter && sitting.clerk == who) {
            return Err("at-another-counter");
        }
        if self.closed {
            return Err("day-closed");
        }
        self.sitting.insert(counter, Sitting { clerk: who.to_owned(), paused: false });
        Ok(())
    }

    fn close(&mut self, who: &str, counter: u32) -> Outcome {
        let sitting = self.sitting.get(&counter).ok_or("counter-closed")?;
        let leads = who == "chi";
        if sitting.clerk != who && !leads {
            return Err("counter-taken");
        }
        if let Some(index) = self.at(counter) {
            if !leads {
                return Err("ticket-open");
            }
            (self.slips[index].spot, self.slips[index].only) = (Spot::Line, None);
        }
        self.sitting.remove(&counter);
        Ok(())
    }

    fn visit(&mut self, who: &str, counter: u32, command: &Command) -> Outcome {
        self.own(who, counter)?;
        let index = self.at(counter).ok_or("no-ticket")?;
        let (clock, alarm) = (self.clock, self.alarm);
        let absent_after = i64::try_from(self.layout.absent_after.0).unwrap_or(i64::MAX);
        let slip = &mut self.slips[index];
        let recalls = if let Spot::Called(_, recalls) = slip.spot { Some(recalls) } else { None };
        match (command, recalls) {
            (Command::Recall { .. }, _) if alarm => return Err("alarm"),
            (Command::Recall { .. }, Some(recalls)) => slip.spot = Spot::Called(counter, recalls + 1),
            (Command::Start { .. }, Some(_)) => slip.spot = Spot::Served(counter),
            (Command::Absent { .. }, Some(_)) if clock - slip.called_at < absent_after => {
                return Err("too-early");
            }
            (Command::Absent { .. }, Some(_)) => {
                slip.spot = Spot::Absent(counter);
                self.figures.absent += 1;
            }
            (Command::Recall { .. } | Command::Start { .. } | Command::Absent { .. }, None) => {
                return Err("already-started");
            }
            (Command::Finish { .. }, Some(_)) => return Err("not-started"),
            (Command::Finish { .. }, None) => self.end_visit(counter),
            (Command::Park { .. }, _) => (slip.spot, slip.ready) = (Spot::Parked(counter), false),
            (Command::Return { .. }, _) => (slip.spot, slip.only) = (Spot::Line, None),
            (Command::Transfer { to: Target::Counter(to), .. }, _) if to.0 == counter => {
                return Err("invalid-field");
            }
            (Command::Transfer { to, .. }, _) => {
                (slip.spot, slip.ready, slip.only) = (Spot::Line, false, None);
                match to {
                    Target::Service(service) => slip.service = service.clone(),
                    Target::Counter(to) => slip.only = Some(to.0),
                }
            }
            (other, _) => unreachable!("{other:?} is no step of a visit"),
        }
        Ok(())
    }
}
