//! Who may do what: every command, every actor.

use queue_core::command::{Command, Loss, Target};
use queue_core::ids::TicketId;
use queue_core::number::Number;
use queue_core::permit::{self, Actor};
use queue_core::record::Seq;
use queue_core::time::{At, DayPlan};

use crate::hall::Hall;
use crate::orders::{
    absent, actor, call, choose, class, close, counter, finish, open, park, pause, put_back, recall, send_on,
    service, start, text, ward, wish,
};

/// Citizen, kiosk, clerk, supervisor, admin, system: `y`es, `s`ign in first, or too small a `r`ole.
const ACTORS: [&str; 6] = ["citizen", "kiosk", "lan", "chi", "admin", "system"];
const ANYONE: &str = "yyyyyy";
const CLERK: &str = "ssyyyy";
const SUPERVISOR: &str = "ssryyy";
const ADMIN: &str = "ssrryy";
const SYSTEM: &str = "ssrrry";

#[test]
fn every_command_lets_pass_just_those_who_may() {
    let commands = every_command();
    for (command, expected) in &commands {
        for (who, answer) in ACTORS.iter().zip(expected.chars()) {
            let outcome = permit::check(&actor(who), command).map_err(|refusal| refusal.code().0);
            let expected = match answer {
                's' => Err("not-signed-in"),
                'r' => Err("not-allowed"),
                _ => Ok(()),
            };
            assert_eq!(outcome, expected, "{who}: {command:?}");
        }
    }
    // A command that is not in the table yet would have no row: count the kinds.
    let mut kinds: Vec<usize> = commands.iter().map(|(command, _)| kind(command)).collect();
    kinds.sort_unstable();
    kinds.dedup();
    assert_eq!(kinds.len(), KINDS, "every kind of command stands in the table");
}

#[test]
fn the_role_is_asked_before_anything_else() {
    let mut hall = Hall::open();
    for (command, expected) in every_command() {
        for (who, answer) in ACTORS.iter().zip(expected.chars()) {
            match answer {
                's' => assert_eq!(hall.no(who, command.clone()), "not-signed-in", "{who}: {command:?}"),
                'r' => assert_eq!(hall.no(who, command.clone()), "not-allowed", "{who}: {command:?}"),
                _ => {}
            }
        }
    }
}

#[test]
fn actors_are_written_with_their_kind() {
    for (who, written) in
        [("citizen", "anyone"), ("kiosk", "device:kiosk-1"), ("system", "system"), ("lan", "user:lan")]
    {
        assert_eq!(actor(who).to_string(), written);
    }
}

#[test]
fn the_system_sits_at_no_counter() {
    let mut hall = Hall::open();
    hall.ok("lan", open(1));
    assert_eq!(hall.no("system", open(2)), "not-signed-in");
    assert_eq!(hall.no("system", close(1)), "not-signed-in");
    assert_eq!(hall.no("system", call(1)), "counter-taken");
    assert!(matches!(actor("system"), Actor::System));
}

fn every_command() -> Vec<(Command, &'static str)> {
    let ticket = TicketId(1);
    let plan = Hall::open().plan(1);
    let number: Number = "A001".parse().expect("a number");
    vec![
        (Command::Issue(wish(ticket, "chung-thuc")), ANYONE),
        (Command::Cancel { ticket }, ANYONE),
        (Command::Rate { ticket, score: 5, comment: None }, ANYONE),
        (call(1), CLERK),
        (choose(1, "A001", None), CLERK),
        (Command::CallChosen { counter: counter(1), number, reason: Some(text("gấp")) }, CLERK),
        (recall(1), CLERK),
        (start(1), CLERK),
        (finish(1), CLERK),
        (absent(1), CLERK),
        (park(1, "chờ ký"), CLERK),
        (put_back(1), CLERK),
        (send_on(1, "ho-tich"), CLERK),
        (Command::Transfer { counter: counter(1), to: Target::Counter(counter(2)) }, CLERK),
        (open(1), CLERK),
        (pause(1, "nghỉ"), CLERK),
        (close(1), CLERK),
        (Command::Confirm { ticket, class: Some(class("merit")) }, CLERK),
        (Command::Ready { tickets: vec![ticket] }, CLERK),
        (Command::Reinstate { ticket }, CLERK),
        (Command::Move { ticket, service: service("ho-tich") }, CLERK),
        (Command::RaiseAlarm { reason: text("cháy") }, CLERK),
        (Command::Release { ticket, reason: text("về") }, SUPERVISOR),
        (Command::CloseDay { reason: None }, SUPERVISOR),
        (Command::ReopenDay { reason: text("nhầm") }, SUPERVISOR),
        (Command::EndAlarm { reason: None }, SUPERVISOR),
        (Command::ChangeLayout { layout: Box::new(ward()), plan: plan.clone() }, ADMIN),
        (Command::CorrectClock { to: At(0), plan: plan.clone(), reason: text("pin") }, ADMIN),
        (Command::AcceptLoss(Box::new(loss(&plan))), SYSTEM),
        (Command::OpenDay { plan }, SYSTEM),
        (Command::Tick, SYSTEM),
    ]
}

/// Kinds of command.
const KINDS: usize = 29;

/// The compiler asks here for a number when a kind of command is added; the table above wants its row then.
fn kind(command: &Command) -> usize {
    match command {
        Command::Issue(_) => 0,
        Command::CallNext { .. } => 1,
        Command::CallChosen { .. } => 2,
        Command::Recall { .. } => 3,
        Command::Start { .. } => 4,
        Command::Finish { .. } => 5,
        Command::Absent { .. } => 6,
        Command::Park { .. } => 7,
        Command::Return { .. } => 8,
        Command::Transfer { .. } => 9,
        Command::OpenCounter { .. } => 10,
        Command::PauseCounter { .. } => 11,
        Command::CloseCounter { .. } => 12,
        Command::Cancel { .. } => 13,
        Command::Confirm { .. } => 14,
        Command::Ready { .. } => 15,
        Command::Reinstate { .. } => 16,
        Command::Move { .. } => 17,
        Command::Rate { .. } => 18,
        Command::Release { .. } => 19,
        Command::OpenDay { .. } => 20,
        Command::CloseDay { .. } => 21,
        Command::ReopenDay { .. } => 22,
        Command::Tick => 23,
        Command::ChangeLayout { .. } => 24,
        Command::RaiseAlarm { .. } => 25,
        Command::EndAlarm { .. } => 26,
        Command::CorrectClock { .. } => 27,
        Command::AcceptLoss(_) => 28,
    }
}

fn loss(plan: &DayPlan) -> Loss {
    let (before, behind, reason) = (Vec::new(), Vec::new(), text("đĩa hỏng"));
    let (from, to, plan) = (Seq(2), Some(Seq(3)), plan.clone());
    Loss { from, to, missing: 2, before, behind, layout: None, told: None, plan, reason }
}
