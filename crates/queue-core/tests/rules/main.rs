//! The rules of the hall, one given/when/then for each command and each no.

mod hall;
mod invariants;
mod orders;
mod written;

mod behind;
mod broken;
mod call;
mod day;
mod desk;
mod events;
mod figures;
mod forecast;
mod house;
mod issue;
mod keys;
mod layout;
mod loss;
mod names;
mod permit;
mod ticket;
mod views;
mod visit;
mod waits;
