//! The checker is checked: orders that are right are found, and each kind of planted wrong is refused.

use std::collections::BTreeMap;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::check::{Event, Model, Verdict, check};
use super::house::rules;
use super::model::{Act, Answer, COUNTERS, Deed, Number, Op, Rules, SERVICES, Stand};

/// Seeds for each kind of wrong.
const SEEDS: u64 = 25;
/// Operations of a made-up history.
const OPERATIONS: u64 = 100;
/// Nanoseconds between two of them; each lasts up to eight steps, so that some four run at once.
const STEP: u64 = 100;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// A later press has the smaller number.
    Swapped,
    /// A number that was given is not known afterwards.
    Lost,
    /// Two presses have one number.
    Doubled,
    /// Who came later is called first, in one line.
    Overtaken,
    /// Two counters hold one ticket.
    TwoOwners,
    /// Nobody is called though somebody waits.
    Forgotten,
}

const WRONGS: [Wrong; 6] =
    [Wrong::Swapped, Wrong::Lost, Wrong::Doubled, Wrong::Overtaken, Wrong::TwoOwners, Wrong::Forgotten];

#[test]
fn right_histories_are_explained_and_planted_wrongs_are_not() {
    for wrong in WRONGS {
        let mut planted = 0;
        for seed in 0..SEEDS {
            let (rules, events) = make_up(seed, matches!(wrong, Wrong::Overtaken | Wrong::Forgotten));
            assert_eq!(check(&rules, events.clone()), Verdict::Fits, "seed {seed}");
            let Some(events) = plant(wrong, events) else { continue };
            planted += 1;
            let verdict = check(&rules, events);
            assert!(matches!(verdict, Verdict::Broken { .. }), "{wrong:?} with seed {seed}: {verdict:?}");
        }
        assert!(planted >= SEEDS / 2, "{wrong:?} was planted {planted} times in {SEEDS}");
    }
}

#[test]
fn wrong_advice_changes_no_verdict() {
    let mut dice = StdRng::seed_from_u64(7);
    for wrong in WRONGS {
        for seed in 0..SEEDS {
            let (rules, mut events) = make_up(seed, matches!(wrong, Wrong::Overtaken | Wrong::Forgotten));
            for event in &mut events {
                event.advice = dice.random_range(0..3);
            }
            assert_eq!(check(&rules, events.clone()), Verdict::Fits, "seed {seed}");
            let Some(events) = plant(wrong, events) else { continue };
            let verdict = check(&rules, events);
            assert!(matches!(verdict, Verdict::Broken { .. }), "{wrong:?} with seed {seed}: {verdict:?}");
        }
    }
}

/// A history as the model makes it, each operation somewhere in its own time; some answers are lost unless `all`
/// are told: a lost call may explain why somebody is passed over.
fn make_up(seed: u64, all: bool) -> (Rules, Vec<Event<Op>>) {
    let mut dice = StdRng::seed_from_u64(seed);
    let mut rules = rules(2, BTreeMap::new());
    let mut hall = rules.start();
    let mut events = Vec::new();
    let mut known: Vec<Number> = Vec::new();
    for index in 0..OPERATIONS {
        let at = (index + 10) * STEP;
        let act = choose(&mut dice, index, &known);
        let now = i64::try_from(at).expect("a short history");
        let (after, answer) = rules.results(&hall, act, Some(now)).swap_remove(0);
        if let (Act::Issue { .. }, Answer::Ticket(number, _)) = (act, &answer) {
            rules.issued_at.insert(*number, now);
            known.push(*number);
        }
        hall = after;
        let lost = !all && dice.random_range(0..40) == 0;
        events.push(Event {
            op: Op { act, answer: (!lost).then_some(answer), called_at: Some(now) },
            from: at - dice.random_range(0..STEP * 4),
            to: at + dice.random_range(0..STEP * 4),
            optional: lost,
            advice: index,
        });
    }
    (rules, events)
}

fn choose(dice: &mut StdRng, index: u64, known: &[Number]) -> Act {
    let counter = dice.random_range(1..=COUNTERS);
    let any = |dice: &mut StdRng| known[dice.random_range(0..known.len())];
    let deeds = [
        Deed::Call,
        Deed::Call,
        Deed::Call,
        Deed::Start,
        Deed::Start,
        Deed::Finish,
        Deed::Absent,
        Deed::Recall,
    ];
    match dice.random_range(0..20) {
        _ if index < u64::from(COUNTERS) => {
            let counter = u8::try_from(index + 1).expect("few counters");
            Act::At { counter, clerk: counter, deed: Deed::Open }
        }
        0..8 => {
            Act::Issue { service: dice.random_range(0..SERVICES.len() as u8), class: dice.random_range(0..2) }
        }
        8 if !known.is_empty() => Act::ReadTicket(any(dice)),
        9 if !known.is_empty() => Act::Cancel(any(dice)),
        10 => Act::ReadCounter(counter),
        _ => Act::At { counter, clerk: counter, deed: deeds[dice.random_range(0..deeds.len())] },
    }
}

/// Makes a history wrong, if it has the place for it.
pub(crate) fn plant(wrong: Wrong, mut events: Vec<Event<Op>>) -> Option<Vec<Event<Op>>> {
    let end = events.iter().map(|event| event.to).filter(|to| *to != u64::MAX).max()? + 1;
    match wrong {
        Wrong::Swapped => {
            let (one, other) = pair(&events, issued)?;
            swap_answers(&mut events, one, other);
        }
        Wrong::Doubled => {
            let (one, other) = pair(&events, issued)?;
            events[other].op.answer = events[one].op.answer.clone();
        }
        Wrong::Lost => {
            let issue = events.iter().find(|event| issued(event).is_some())?;
            let ((_, number), told) = (issued(issue)?, issue.to);
            let answer = Some(Answer::Refused("unknown-ticket".to_owned()));
            let op = Op { act: Act::ReadTicket(number), answer, called_at: None };
            events.push(Event { op, from: told + 1, to: told + 2, optional: false, advice: u64::MAX });
        }
        Wrong::Overtaken => {
            let (one, other) = overtaking(&events)?;
            events.truncate(other + 1);
            let (first, second) = (called(&events[one])?, called(&events[other])?);
            call_instead(&mut events[one], second);
            call_instead(&mut events[other], first);
        }
        Wrong::TwoOwners => {
            let owned = events.iter().rposition(|event| called(event).is_some())?;
            let number = called(&events[owned])?;
            let Act::At { counter, .. } = events[owned].op.act else { return None };
            events.truncate(owned + 1);
            let other = counter % COUNTERS + 1;
            let act = Act::At { counter: other, clerk: other, deed: Deed::Call };
            let held = Some((number, Stand::Called(other)));
            let answer = Some(Answer::Counter { clerk: Some(other), held });
            let op = Op { act, answer, called_at: None };
            events.push(Event { op, from: end, to: end + 1, optional: false, advice: u64::MAX });
        }
        Wrong::Forgotten => {
            let waited = |index: &usize| {
                let event = &events[*index];
                called(event).is_some_and(|number| {
                    issue_of(&events, number).is_some_and(|issue| issue.to < event.from)
                })
            };
            let call = (0..events.len()).rev().find(waited)?;
            events.truncate(call + 1);
            let Some(Answer::Counter { held, .. }) = &mut events[call].op.answer else { return None };
            *held = None;
        }
    }
    Some(events)
}

/// The service and number of a press that was answered.
fn issued(event: &Event<Op>) -> Option<(u8, Number)> {
    match (event.op.act, &event.op.answer) {
        (Act::Issue { service, .. }, Some(Answer::Ticket(number, _))) => Some((service, *number)),
        _ => None,
    }
}

/// Whom an answered call called.
fn called(event: &Event<Op>) -> Option<Number> {
    match (event.op.act, &event.op.answer) {
        (Act::At { deed: Deed::Call, .. }, Some(Answer::Counter { held, .. })) => {
            held.map(|(number, _)| number)
        }
        _ => None,
    }
}

/// Two operations of one line, of which the first was over before the other began.
fn pair<L: PartialEq>(
    events: &[Event<Op>],
    line: impl Fn(&Event<Op>) -> Option<(L, Number)>,
) -> Option<(usize, usize)> {
    pairs(events, line).into_iter().next()
}

fn pairs<L: PartialEq>(
    events: &[Event<Op>],
    line: impl Fn(&Event<Op>) -> Option<(L, Number)>,
) -> Vec<(usize, usize)> {
    let lined: Vec<(usize, L)> =
        events.iter().enumerate().filter_map(|(index, event)| Some((index, line(event)?.0))).collect();
    let mut pairs = Vec::new();
    for (one, one_line) in &lined {
        for (other, other_line) in &lined {
            if one_line == other_line && events[*one].to < events[*other].from {
                pairs.push((*one, *other));
            }
        }
    }
    pairs
}

fn swap_answers(events: &mut [Event<Op>], one: usize, other: usize) {
    let first = events[one].op.answer.take();
    events[one].op.answer = std::mem::replace(&mut events[other].op.answer, first);
}

/// Two calls of one line, where both people waited at the first, and nothing else happened there in between.
fn overtaking(events: &[Event<Op>]) -> Option<(usize, usize)> {
    let line = |event: &Event<Op>| {
        let number = called(event)?;
        match issue_of(events, number)?.op.act {
            Act::Issue { service, class } => Some(((service, class), number)),
            Act::Cancel(_) | Act::ReadTicket(_) | Act::ReadCounter(_) | Act::At { .. } => None,
        }
    };
    pairs(events, line).into_iter().find(|(one, other)| {
        let both = [called(&events[*one]), called(&events[*other])];
        let behind = both[1].and_then(|number| issue_of(events, number));
        let touches = |event: &Event<Op>| match (event.op.act, events[*one].op.act) {
            (Act::At { counter, .. } | Act::ReadCounter(counter), Act::At { counter: there, .. }) => {
                counter == there
            }
            (Act::ReadTicket(number) | Act::Cancel(number), _) => both.contains(&Some(number)),
            _ => false,
        };
        behind.is_some_and(|issue| issue.to < events[*one].from)
            && !events[one + 1..*other].iter().any(touches)
    })
}

fn issue_of(events: &[Event<Op>], number: Number) -> Option<&Event<Op>> {
    events.iter().find(|event| issued(event).is_some_and(|(_, given)| given == number))
}

fn call_instead(event: &mut Event<Op>, number: Number) {
    if let Some(Answer::Counter { held: Some(held), .. }) = &mut event.op.answer {
        held.0 = number;
    }
}
