//! Deterministic simulation of the whole server by seed.
//!
//! The real core, journal format, engine, routes, accept loop and live lines run on turmoil's network and disk,
//! among people, clerks, screens and faults. A reference model that shares no code with them reads the journal
//! afterwards and judges it, beside what everybody saw. A seed repeats exactly.
//!
//! Not simulated: sled and its files; house and sessions, which lie in memory and are made anew at each start, so that
//! nobody signs in; passwords and limits; changes of the layout; backups and recovery; a disk that hangs for seconds.

// What the seed decides, and what is shared.
pub mod dice;
pub mod ledger;
pub mod plan;
pub mod shared;
pub mod sums;

// The server and its surroundings.
pub mod damage;
pub mod disk;
pub mod net;
pub mod server;

// Who uses it.
pub mod hosts;
pub mod people;
pub mod screens;
pub mod staff;

// What goes wrong, and the run as a whole.
pub mod driver;
pub mod many;

// The judgement.
pub mod check;
pub mod reference;
