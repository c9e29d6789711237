//! The house: who may sign in. A small machine of its own, with its own stream of records.
//!
//! Password hashes are made by the server (argon2id) and come in as texts outside the chain, so that a changed
//! password leaves no trace that could not be erased.

#![expect(missing_docs, reason = "the variants say what they are; their fields are the hall's own words")]

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::ids::{Slug, UserId};
use crate::keys::{Kept, Keys, Print};
use crate::permit::{Actor, Role};
use crate::record::{About, FORMAT, GENESIS, Key, Record, Seq, Texts};
use crate::refusal::Refusal;
use crate::text::Text;
use crate::time::At;

/// The name of the house's stream.
pub const STREAM: &str = "house";
/// Most users of one house.
pub const USERS_MAX: usize = 5_000;

/// Everybody who may sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct House {
    /// By sign-in name.
    pub users: BTreeMap<UserId, User>,
    /// Idempotency keys; the answer is the user's name.
    pub keys: Keys<UserId>,
    /// The last record absorbed.
    pub seq: Seq,
    /// Its hash.
    pub head: String,
    /// The latest instant seen.
    pub clock: At,
}

/// Somebody who may sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// At least one.
    pub roles: BTreeSet<Role>,
    /// In PHC form.
    pub password_hash: Text,
    /// Whether the password must be changed before anything else.
    pub must_change: bool,
}

/// What may be asked of the house.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HouseCommand {
    /// Adds a user.
    AddUser {
        /// The sign-in name.
        user: UserId,
        /// At least one.
        roles: BTreeSet<Role>,
        /// In PHC form.
        password_hash: Text,
        /// Whether the first sign-in must change it.
        must_change: bool,
    },
    /// Sets a password: one's own, or anybody's by an admin.
    SetPassword {
        /// Whose.
        user: UserId,
        /// In PHC form.
        password_hash: Text,
        /// Whether the next sign-in must change it.
        must_change: bool,
    },
}

/// A fact of the house, as it stands in the journal. Version 1 of the written form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum HouseEvent {
    /// A user was added.
    UserAdded { user: UserId, roles: BTreeSet<Role>, password_hash: Text, must_change: bool },
    /// A password was set.
    PasswordSet { user: UserId, password_hash: Text, must_change: bool },
    /// Records `from` to `to` (where that is known) were lost, and an operator accepted it.
    LossAccepted {
        from: Seq,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<Seq>,
        reason: Text,
    },
}

/// Why the house does not do it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HouseRefusal {
    /// A refusal that offices know too: roles, keys, fields.
    #[error(transparent)]
    Common(#[from] Refusal),
    /// The name is taken.
    #[error("there is a user `{0}` already")]
    UserExists(UserId),
    /// Nobody of that name.
    #[error("there is no user `{0}`")]
    UnknownUser(UserId),
}

/// What a command of the house comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HouseDraft {
    /// The key was given before, for this user.
    Repeat {
        /// The HTTP status given.
        status: u16,
        /// Whom it was about.
        user: UserId,
    },
    /// A record to be sealed, made durable and absorbed.
    Fresh(Box<Record<HouseEvent>>),
}

impl Texts for HouseEvent {
    fn texts_mut(&mut self) -> Vec<&mut Text> {
        match self {
            Self::UserAdded { password_hash: text, .. }
            | Self::PasswordSet { password_hash: text, .. }
            | Self::LossAccepted { reason: text, .. } => vec![text],
        }
    }
}

impl User {
    /// The biggest role held.
    #[must_use]
    pub fn role(&self) -> Role {
        self.roles.iter().next_back().copied().unwrap_or(Role::Clerk)
    }
}

impl Default for House {
    fn default() -> Self {
        Self {
            users: BTreeMap::new(),
            keys: Keys::default(),
            seq: Seq(0),
            head: GENESIS.to_owned(),
            clock: At(0),
        }
    }
}

/// Decides and drafts a command of the house.
///
/// # Errors
/// [`HouseRefusal`] by the rules: only an admin adds users and sets others' passwords; names are 1 to 40 letters
/// without marks, digits, `.`, `_`, `-` and `@`.
pub fn draft(
    house: &House,
    actor: &Actor,
    key: Option<Key>,
    command: &HouseCommand,
    status: u16,
    at: At,
) -> Result<HouseDraft, HouseRefusal> {
    if let Some(key) = &key
        && let Some(kept) = house.keys.find(key)?
    {
        return Ok(HouseDraft::Repeat { status: kept.status, user: kept.answer.clone() });
    }
    if key.is_some() {
        house.keys.check_room(at.max(house.clock))?;
    }
    let event = decide(house, actor, command)?;
    Ok(HouseDraft::Fresh(Box::new(next_record(house, actor, key, event, status, at))))
}

/// The record with which the house goes on although the records from the next one to `to` (where that is known)
/// were lost: nobody but the operator of a stopped server writes it.
#[must_use]
pub fn loss_accepted(house: &House, to: Option<Seq>, reason: Text, at: At) -> Record<HouseEvent> {
    let event = HouseEvent::LossAccepted { from: house.seq.next(), to, reason };
    next_record(house, &Actor::System, None, event, 200, at)
}

fn next_record(
    house: &House,
    actor: &Actor,
    key: Option<Key>,
    event: HouseEvent,
    status: u16,
    at: At,
) -> Record<HouseEvent> {
    Record {
        v: FORMAT,
        stream: stream(),
        seq: house.seq.next(),
        at: at.max(house.clock),
        epoch: 1,
        actor: actor.to_string(),
        key,
        status,
        about: About::Office,
        events: vec![event],
        prev_hash: house.head.clone(),
        hash: String::new(),
        texts: Vec::new(),
    }
}

/// Brings a record into the house.
///
/// # Panics
/// When the record does not follow the last one.
pub fn absorb(house: &mut House, record: &Record<HouseEvent>) {
    assert_eq!(record.seq, house.seq.next(), "records follow each other without gaps");
    for event in &record.events {
        match event.clone() {
            HouseEvent::UserAdded { user, roles, password_hash, must_change } => {
                house.users.insert(user, User { roles, password_hash, must_change });
            }
            HouseEvent::PasswordSet { user, password_hash, must_change } => {
                if let Some(known) = house.users.get_mut(&user) {
                    known.password_hash = password_hash;
                    known.must_change = must_change;
                }
            }
            HouseEvent::LossAccepted { .. } => {}
        }
    }
    house.seq = record.seq;
    house.head.clone_from(&record.hash);
    house.clock = house.clock.max(record.at);
    house.keys.forget(house.clock);
    if let (Some(key), Some(HouseEvent::UserAdded { user, .. } | HouseEvent::PasswordSet { user, .. })) =
        (&record.key, record.events.first())
    {
        let (print, status, answer) = (Print::of(key), record.status, user.clone());
        house.keys.keep(key, Kept { print, status, answer, seq: record.seq, at: record.at });
    }
}

fn decide(house: &House, actor: &Actor, command: &HouseCommand) -> Result<HouseEvent, HouseRefusal> {
    let role = match actor {
        Actor::System => Role::Admin,
        Actor::User { role, .. } => *role,
        Actor::Anyone | Actor::Device(_) => return Err(Refusal::NotSignedIn.into()),
    };
    match command.clone() {
        HouseCommand::AddUser { user, roles, password_hash, must_change } => {
            if role < Role::Admin {
                return Err(Refusal::NotAllowed.into());
            }
            if !is_name(&user) {
                let what = "write 1 to 40 letters without marks, digits, '.', '_', '-' or '@'".to_owned();
                return Err(Refusal::InvalidField { field: "user", what }.into());
            }
            if roles.is_empty() || house.users.len() >= USERS_MAX {
                let what = format!("give at least one role; a house has at most {USERS_MAX} users");
                return Err(Refusal::InvalidField { field: "roles", what }.into());
            }
            if house.users.contains_key(&user) {
                return Err(HouseRefusal::UserExists(user));
            }
            Ok(HouseEvent::UserAdded { user, roles, password_hash, must_change })
        }
        HouseCommand::SetPassword { user, password_hash, must_change } => {
            let own = matches!(actor, Actor::User { name, .. } if *name == user);
            if !own && role < Role::Admin {
                return Err(Refusal::NotAllowed.into());
            }
            if !house.users.contains_key(&user) {
                return Err(HouseRefusal::UnknownUser(user));
            }
            Ok(HouseEvent::PasswordSet { user, password_hash, must_change })
        }
    }
}

/// The name of the house's stream as a slug.
///
/// # Panics
/// Never: the name is one.
#[must_use]
pub fn stream() -> Slug {
    Slug::new(STREAM).expect("the house's name is a slug")
}

fn is_name(user: &UserId) -> bool {
    let fits = (1..=40).contains(&user.0.len());
    fits && user.0.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-@".contains(&b))
}
