//! One suite for every back end of the journal, and what only the disk can be asked: damage, kill -9, backups.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod shelf;
mod support;

mod backup;
mod codec;
mod contract;
mod crowd;
mod damage;
mod disk;
mod earlier;
mod files;
mod fork;
mod golden;
mod kill;
mod ordered;
mod salvage;
