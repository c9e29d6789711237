//! The house: who may add users and set passwords.

use std::collections::BTreeSet;
use std::sync::Arc;

use queue_core::house::{self, House, HouseCommand, HouseDraft, HouseRefusal};
use queue_core::ids::UserId;
use queue_core::permit::{Actor, Role};
use queue_core::record::Key;
use queue_core::time::At;

use crate::orders::{actor, text};

#[test]
fn an_admin_adds_users_and_nobody_else_does() {
    for (who, code) in [
        ("citizen", Some("not-signed-in")),
        ("kiosk", Some("not-signed-in")),
        ("lan", Some("not-allowed")),
        ("chi", Some("not-allowed")),
        ("admin", None),
        ("system", None),
    ] {
        let mut house = House::default();
        assert_eq!(does(&mut house, who, add("hoa", &[Role::Clerk])).err(), code.map(str::to_owned), "{who}");
    }
}

#[test]
fn a_user_is_added_once_with_a_role_and_a_plain_name() {
    let mut house = House::default();
    for (name, roles, code) in [
        ("hoa", &[Role::Clerk, Role::Supervisor][..], None),
        ("hoa", &[Role::Clerk], Some("user-exists")),
        ("", &[Role::Clerk], Some("invalid-field")),
        ("m", &[Role::Clerk], None),
        (&"x".repeat(40), &[Role::Clerk], None),
        (&"x".repeat(41), &[Role::Clerk], Some("invalid-field")),
        ("Hoa Nguyễn", &[Role::Clerk], Some("invalid-field")),
        ("mai", &[], Some("invalid-field")),
        ("mai.le_2-b", &[Role::Admin], None),
    ] {
        assert_eq!(does(&mut house, "admin", add(name, roles)).err().as_deref(), code, "{name}");
    }
    assert_eq!(house.users[&user("hoa")].role(), Role::Supervisor, "the biggest role held");
    assert_eq!(house.users.len(), 4);
}

#[test]
fn a_house_has_room_for_five_thousand_users() {
    let mut house = House::default();
    for i in 0..house::USERS_MAX {
        does(&mut house, "admin", add(&format!("u{i}"), &[Role::Clerk])).expect("there is room");
    }
    let more = does(&mut house, "admin", add("hoa", &[Role::Clerk]));
    assert_eq!((house.users.len(), more.err().as_deref()), (5_000, Some("invalid-field")));
}

#[test]
fn records_of_the_house_are_numbered_from_one_and_its_time_moves_forward() {
    let mut house = House::default();
    let mut seen = Vec::new();
    for (name, at) in [("hoa", 50), ("mai", 20), ("lan", 70)] {
        let command = add(name, &[Role::Clerk]);
        let drafted = house::draft(&house, &actor("admin"), None, &command, 201, At(at));
        let Ok(HouseDraft::Fresh(record)) = drafted else { panic!("fresh") };
        house::absorb(&mut house, &record);
        seen.push((record.seq.0, record.at.0, house.clock.0));
    }
    assert_eq!(seen, [(1, 50, 50), (2, 50, 50), (3, 70, 70)]);
}

#[test]
fn everybody_sets_the_own_password_and_an_admin_any() {
    for (who, whose, code) in [
        ("lan", "lan", None),
        ("lan", "chi", Some("not-allowed")),
        ("chi", "lan", Some("not-allowed")),
        ("admin", "lan", None),
        ("system", "lan", None),
        ("citizen", "lan", Some("not-signed-in")),
        ("admin", "mai", Some("unknown-user")),
    ] {
        let mut house = House::default();
        for name in ["lan", "chi"] {
            does(&mut house, "admin", add(name, &[Role::Clerk])).expect("an admin adds users");
        }
        let set =
            HouseCommand::SetPassword { user: user(whose), password_hash: text("phc-2"), must_change: true };
        assert_eq!(does(&mut house, who, set).err().as_deref(), code, "{who} sets {whose}'s");
        let changed = house.users[&user("lan")].password_hash == text("phc-2");
        assert_eq!(changed, code.is_none());
    }
}

#[test]
fn a_repeated_key_adds_nobody_twice() {
    let mut house = House::default();
    let key = |fingerprint: &str| {
        let (scope, key) = ("user:admin".to_owned(), "k1".to_owned());
        Some(Key { scope, key, fingerprint: fingerprint.to_owned() })
    };
    let draft = |house: &House, fingerprint| {
        house::draft(house, &actor("admin"), key(fingerprint), &add("hoa", &[Role::Clerk]), 201, At(5))
    };
    let Ok(HouseDraft::Fresh(record)) = draft(&house, "body") else { panic!("fresh") };
    house::absorb(&mut house, &record);
    assert_eq!(draft(&house, "body"), Ok(HouseDraft::Repeat { status: 201, user: user("hoa") }));
    assert!(draft(&house, "other").is_err());
}

#[test]
fn records_of_the_house_give_an_equal_house_and_hide_the_hashes() {
    let mut house = House::default();
    let mut again = House::default();
    for command in [
        add("hoa", &[Role::Clerk]),
        HouseCommand::SetPassword { user: user("hoa"), password_hash: text("phc-2"), must_change: true },
    ] {
        let drafted =
            house::draft(&house, &actor("admin"), None, &command, 201, At(7)).expect("an admin may");
        let HouseDraft::Fresh(record) = drafted else { panic!("fresh") };
        assert!(!serde_json::to_string(&record.events).expect("JSON").contains("phc"), "outside the chain");
        house::absorb(&mut house, &record);
        house::absorb(&mut again, &record);
    }
    assert_eq!(house, again);
    assert!(house.users[&user("hoa")].must_change);
}

fn add(name: &str, roles: &[Role]) -> HouseCommand {
    let roles: BTreeSet<Role> = roles.iter().copied().collect();
    HouseCommand::AddUser { user: user(name), roles, password_hash: text("phc-1"), must_change: false }
}

fn user(name: &str) -> UserId {
    UserId(Arc::from(name))
}

fn does(house: &mut House, who: &str, command: HouseCommand) -> Result<(), String> {
    let actor: Actor = actor(who);
    match house::draft(house, &actor, None, &command, 201, At(1)) {
        Ok(HouseDraft::Fresh(record)) => {
            house::absorb(house, &record);
            Ok(())
        }
        Ok(HouseDraft::Repeat { .. }) => unreachable!("no key was given"),
        Err(HouseRefusal::Common(refusal)) => Err(refusal.code().0.to_owned()),
        Err(HouseRefusal::UserExists(_)) => Err("user-exists".to_owned()),
        Err(HouseRefusal::UnknownUser(_)) => Err("unknown-user".to_owned()),
    }
}
