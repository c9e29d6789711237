//! The computers of the hall, and who sits at each.

use crate::dice::Dice;
use crate::server::STAFF;
use crate::shared::Shared;
use crate::{people, screens, staff};

/// The clients' computers, by name.
pub const ALL: &[&str] = &["kiosks", "desks", "screens", "phones"];

/// Puts the actors of a host to work.
pub fn inhabit(hall: &str, shared: &Shared) {
    let plan = &shared.plan;
    match hall {
        "kiosks" => {
            for index in 0..plan.kiosks {
                tokio::task::spawn_local(people::kiosk(shared.clone(), index));
            }
        }
        "desks" => {
            let clerks = STAFF.iter().filter(|(name, _)| *name != "mai");
            let clerks = clerks.take(usize::try_from(plan.clerks).unwrap_or(0));
            for ((name, _), place) in clerks.zip(plan.places.iter().cycle()) {
                tokio::task::spawn_local(staff::clerk(shared.clone(), name, place.id));
            }
            tokio::task::spawn_local(staff::lead(shared.clone()));
            tokio::task::spawn_local(staff::minder(shared.clone()));
            for place in &plan.places {
                let (dice, id) = (plan.dice.split(), place.id);
                let path = move || Some(format!("/counters/{id}"));
                tokio::task::spawn_local(screens::follower(shared.clone(), dice, Some("mai"), path));
            }
        }
        "screens" => {
            for index in 0..plan.screens {
                tokio::task::spawn_local(screens::lobby(shared.clone(), index));
            }
        }
        _ => {
            for _ in 0..plan.phones {
                let (dice, chooser) = (plan.dice.split(), plan.dice.split());
                let seen = shared.clone();
                let own = std::cell::RefCell::new(None::<String>);
                let path = move || {
                    let mut own = own.borrow_mut();
                    let known = |path: &String| seen.ledger().followers.contains_key(path);
                    if own.as_ref().is_none_or(|path| !known(path)) {
                        *own = ticket_path(&seen, &chooser);
                    }
                    own.clone()
                };
                tokio::task::spawn_local(screens::follower(shared.clone(), dice, None, path));
            }
        }
    }
}

/// The live path of a ticket that somebody took lately.
fn ticket_path(shared: &Shared, dice: &Dice) -> Option<String> {
    let ledger = shared.ledger();
    let taken = ledger.heard.iter().rev().filter(|heard| heard.status == 201).take(5);
    let ids: Vec<&str> = taken.filter_map(|heard| heard.body["id"].as_str()).collect();
    if ids.is_empty() { None } else { Some(format!("/tickets/{}", dice.pick(&ids))) }
}
