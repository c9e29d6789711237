//! One run of a seed: builds the world, steps it, lets things go wrong, heals everything, and has it judged.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::time::{Duration, UNIX_EPOCH};

use queue_core::planted::{self, Bug};
use queue_core::time::{At, Millis};
use serde::{Deserialize, Serialize};
use turmoil::Sim;

use crate::dice::Dice;
use crate::disk::{Armed, DISK_FAULTS};
use crate::net::SERVER;
use crate::plan::Plan;
use crate::shared::Shared;
use crate::sums::Sums;
use crate::{check, hosts, server};

/// The driver looks for something to break so often.
const LOOK_EVERY_MS: u64 = 250;
/// Open requests get so long to be answered after the last business was begun.
const SETTLE_MS: u64 = 6_000;
/// Then everybody only looks: longer than a line may be silent before it is taken for cut.
const QUIET_MS: u64 = 14_500;
/// The questions in the end are answered within this.
const ASKED_MAX_MS: u64 = 20_000;
const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// What became of a seed.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Outcome {
    /// What must never happen and did; empty where all is well.
    pub violations: Vec<String>,
    /// The hash of everything that was seen and of the journal.
    pub trace: String,
    /// What happened, for the reader of a failure.
    pub story: Vec<String>,
    /// Records in the journal at the end.
    pub records: u64,
    /// Answers that were heard.
    pub answers: usize,
    /// How much happened.
    pub sums: Sums,
    /// Whether the state in the end was held against the reference.
    pub compared: bool,
}

/// Runs `seed`, with `bug` in the code where one is given. Only the first run of a process is what the seed says
/// (see [`crate::many`]).
#[must_use]
pub fn run(seed: u64, bug: Option<Bug>) -> Outcome {
    planted::plant(bug);
    let shared = Shared::new(Plan::of(seed));
    let ran = catch_unwind(AssertUnwindSafe(|| Driver::new(&shared).run()));
    planted::plant(None);
    match ran {
        Ok(Ok(())) => {}
        Ok(Err(what)) => shared.violated(what),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            shared.violated(format!("something panicked: {}", text.unwrap_or_default()));
        }
    }
    let records = shared.disk.state().durable.clone();
    let (disk_faults, starts) = (shared.disk.state().fired.len() as u64, shared.server().starts);
    let mut ledger = shared.ledger();
    ledger.note(0, &format!("{} {}", records.0, records.1));
    let tickets = ledger.heard.iter().filter(|heard| heard.status == 201).count() as u64;
    Outcome {
        sums: Sums { starts, disk_faults, tickets, ..ledger.sums },
        violations: std::mem::take(&mut ledger.violations),
        trace: ledger.trace(),
        story: std::mem::take(&mut ledger.story),
        records: records.0,
        answers: ledger.heard.len(),
        compared: ledger.compared,
    }
}

struct Driver<'a> {
    shared: Shared,
    sim: Sim<'a>,
    dice: Dice,
    /// The process is gone and comes back at this time.
    back_at: Option<u64>,
    /// The stop was asked for.
    stopping: bool,
    /// Links that are cut or held, and until when.
    cuts: Vec<(u64, &'static str, bool)>,
    /// When the disk has room again.
    room_at: Option<u64>,
    /// When somebody puts the clock back to this offset from where it was.
    right_at: Option<(u64, i64)>,
}

impl Driver<'_> {
    fn new(shared: &Shared) -> Self {
        let plan = &shared.plan;
        let mut builder = turmoil::Builder::new();
        builder
            .rng_seed(plan.seed)
            .epoch(UNIX_EPOCH + Duration::from_secs(1_800_000_000))
            .tick_duration(Duration::from_millis(plan.tick_ms))
            .simulation_duration(Duration::from_secs(3600))
            .min_message_latency(Duration::from_millis(1))
            .max_message_latency(Duration::from_millis(plan.latency_ms.max(1)))
            .tcp_capacity(1 << 16);
        builder.fs().block_size(512);
        let mut sim = builder.build();
        let under_test = shared.clone();
        sim.host(SERVER, move || server::run(under_test.clone()));
        for hall in hosts::ALL {
            let shared = shared.clone();
            sim.client(*hall, async move {
                hosts::inhabit(hall, &shared);
                std::future::pending::<()>().await;
                Ok(())
            });
        }
        let dice = plan.dice.split();
        Self {
            shared: shared.clone(),
            sim,
            dice,
            back_at: None,
            stopping: false,
            cuts: Vec::new(),
            room_at: None,
            right_at: None,
        }
    }

    fn run(mut self) -> Result<(), String> {
        let works = self.shared.plan.works_ms;
        while self.shared.now_ms() < works {
            self.look();
            self.step()?;
        }
        self.heal();
        self.shared.server().closing = true;
        self.pass(SETTLE_MS)?;
        self.pass(QUIET_MS)?;
        if !self.shared.server().up {
            return Err("all is healed and quiet, and the server is not up".to_owned());
        }
        check::settled(&self.shared);
        self.ask_last()?;
        self.shared.server().over = true;
        self.stop();
        self.pass(2_000)?;
        self.judge()
    }

    fn pass(&mut self, length_ms: u64) -> Result<(), String> {
        let until = self.shared.now_ms() + length_ms;
        while self.shared.now_ms() < until {
            self.step()?;
        }
        Ok(())
    }

    /// One step of the world, and what follows from it for the server's process.
    fn step(&mut self) -> Result<(), String> {
        self.sim.step().map_err(|error| format!("the simulation ended: {error}"))?;
        let tick = self.shared.plan.tick_ms;
        self.shared.disk.state().now_ms += tick;
        self.shared.server().clock.advance(Millis(tick));
        let now = self.shared.now_ms();
        if !self.shared.ledger().violations.is_empty() {
            return Err("the run was given up there".to_owned());
        }
        let failed = self.shared.server().failed.take();
        let cut = self.shared.disk.state().cut;
        if self.back_at.is_none() && (failed.is_some() || cut) {
            let why = failed.unwrap_or_else(|| "the power went".to_owned());
            self.crash(&why);
        } else if self.stopping && !self.sim.is_host_running(SERVER) {
            self.stopping = false;
            self.shared.server().up = false;
            self.back_at = Some(now + self.dice.range(0, 800));
        }
        if self.back_at.is_some_and(|at| at <= now) && !self.shared.server().over {
            self.back_at = None;
            self.sim.bounce(SERVER);
        }
        self.mend(now);
        Ok(())
    }

    fn crash(&mut self, why: &str) {
        let now = self.shared.now_ms();
        self.shared.ledger().sums.crashes += 1;
        self.sim.crash(SERVER);
        self.stopping = false;
        {
            let mut server = self.shared.server();
            server.up = false;
            server.tokens.clear();
            server.stop = None;
            if let Some(store) = server.store.take() {
                store.forget();
            }
        }
        {
            let mut state = self.shared.disk.state();
            (state.cut, state.armed) = (false, None);
            state.went_ms.get_or_insert(now);
        }
        self.back_at = Some(now + self.dice.range(0, 1500));
        self.shared.ledger().tell(now, format!("crash: {why}"));
        // The office may be shut for long, and the clock be wrong when it opens.
        if !self.shared.closing() && self.dice.chance(self.shared.plan.faults.clock * 4) {
            let away = *self.dice.pick(&[HOUR_MS, 8 * HOUR_MS, 3 * DAY_MS, -HOUR_MS, -DAY_MS]);
            self.set_clock(away, "the clock at the start");
        }
    }

    fn stop(&mut self) {
        if let Some(stop) = self.shared.server().stop.take() {
            stop.send_replace(true);
            self.stopping = true;
        }
    }

    /// Looks for something to break.
    fn look(&mut self) {
        let now = self.shared.now_ms();
        if now % LOOK_EVERY_MS >= self.shared.plan.tick_ms {
            return;
        }
        let faults = self.shared.plan.faults.clone();
        let up = self.shared.server().up;
        if up && self.dice.chance(faults.crash) {
            self.crash("pulled");
        } else if up && self.dice.chance(faults.stop) {
            self.shared.ledger().sums.stops += 1;
            self.shared.ledger().tell(now, "stop".to_owned());
            self.stop();
        }
        if self.dice.chance(faults.cut) {
            let (hall, held) = (*self.dice.pick(hosts::ALL), self.dice.chance(50));
            if self.cuts.iter().all(|(_, other, _)| *other != hall) {
                if held {
                    self.sim.hold(SERVER, hall)
                } else {
                    self.sim.partition(SERVER, hall)
                };
                self.cuts.push((now + self.dice.range(100, 5000), hall, held));
                self.shared.ledger().sums.cuts += 1;
                self.shared.ledger().tell(now, format!("cut {hall}, held {held}"));
            }
        }
        if self.right_at.is_none() && self.dice.chance(faults.clock) {
            self.play_with_clock(now);
        }
        if up && self.dice.chance(faults.disk) {
            let fault = *self.dice.pick(DISK_FAULTS);
            let armed = Armed { after: self.dice.range(0, 6), fault, word: self.dice.word() };
            self.shared.disk.state().armed = Some(armed);
            self.shared.ledger().tell(now, format!("the disk will fail: {fault:?}"));
        }
        if self.room_at.is_none() && self.dice.chance(faults.low) {
            self.shared.server().low.store(true, Ordering::Relaxed);
            self.room_at = Some(now + self.dice.range(300, 2500));
            self.shared.ledger().tell(now, "the disk is low".to_owned());
        }
    }

    fn play_with_clock(&mut self, now: u64) {
        match self.dice.below(8) {
            0 => {
                // Asleep over lunch: the uptime goes on.
                let length = self.dice.range(600, 3 * 3600) * 1000;
                self.shared.server().clock.advance(Millis(length));
                self.shared.server().jumps.push(now);
                self.shared.ledger().sums.clock_steps += 1;
                self.shared.ledger().tell(now, format!("asleep for {} s", length / 1000));
            }
            1 => self.set_clock(2 * DAY_MS, "the clock"),
            2 => self.set_clock(-2 * DAY_MS, "the clock"),
            3 => self.set_clock(-DAY_MS, "the clock"),
            4 => self.set_clock(DAY_MS - HOUR_MS, "the clock"),
            5 => self.set_clock(HOUR_MS, "the clock"),
            6 => self.set_clock(-HOUR_MS, "the clock"),
            _ => {
                let away = i64::try_from(self.dice.range(0, 4000)).unwrap_or(0) - 2000;
                self.set_clock(away, "the clock");
            }
        }
    }

    /// Somebody sets the clock; sometimes somebody sets it right again.
    fn set_clock(&mut self, away: i64, what: &str) {
        let now = self.shared.now_ms();
        {
            let mut server = self.shared.server();
            let wall = server.clock.now().0;
            server.clock.set(At(wall + away));
            server.jumps.push(now);
        }
        self.shared.ledger().sums.clock_steps += 1;
        self.shared.ledger().tell(now, format!("{what} is set by {} s", away / 1000));
        if self.dice.chance(60) {
            self.right_at = Some((now + self.dice.range(500, 5000), -away));
        }
    }

    /// What heals by itself.
    fn mend(&mut self, now: u64) {
        let healed: Vec<_> = self.cuts.iter().filter(|(until, ..)| *until <= now).copied().collect();
        self.cuts.retain(|(until, ..)| *until > now);
        for (_, hall, held) in healed {
            if held {
                self.sim.release(SERVER, hall)
            } else {
                self.sim.repair(SERVER, hall)
            };
            self.shared.ledger().tell(now, format!("{hall} is whole again"));
        }
        if self.room_at.is_some_and(|at| at <= now) {
            self.room_at = None;
            self.shared.server().low.store(false, Ordering::Relaxed);
        }
        if let Some((_, back)) = self.right_at.filter(|(at, _)| *at <= now) {
            self.right_at = None;
            let mut server = self.shared.server();
            let wall = server.clock.now().0;
            server.clock.set(At(wall + back));
            server.jumps.push(now);
            drop(server);
            self.shared.ledger().tell(now, "the clock is set right".to_owned());
        }
    }

    fn heal(&mut self) {
        for cut in &mut self.cuts {
            cut.0 = 0;
        }
        self.room_at = self.room_at.map(|_| 0);
        self.right_at = None;
        self.shared.disk.state().armed = None;
        let now = self.shared.now_ms();
        self.shared.ledger().tell(now, "everything is healed".to_owned());
        self.mend(now);
    }

    /// Asks the quiet server for everything that the reference knows too.
    fn ask_last(&mut self) -> Result<(), String> {
        let shared = self.shared.clone();
        self.sim.client("inspector", async move {
            check::ask(&shared).await;
            Ok(())
        });
        let until = self.shared.now_ms() + ASKED_MAX_MS;
        while !self.shared.ledger().asked {
            if self.shared.now_ms() >= until {
                return Err("the quiet server did not answer in the end".to_owned());
            }
            self.step()?;
        }
        Ok(())
    }

    /// Reads the journal as it lies on the disk, and judges everything.
    fn judge(&mut self) -> Result<(), String> {
        if self.sim.is_host_running(SERVER) {
            return Err("the server did not stop".to_owned());
        }
        self.shared.disk.state().cut = false;
        self.sim.bounce(SERVER);
        self.pass(self.shared.plan.tick_ms)
    }
}
