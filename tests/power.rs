//! What is acknowledged is on the disk: proved from the system calls, and by pulling the plug.
//!
//! `order` reads from a record of the system calls that a completed sync stands before every acknowledgement;
//! `cuts` builds what the disk may hold after a power cut from such records, and opens it.

#[path = "power/cuts.rs"]
mod cuts;
#[path = "power/disk.rs"]
mod disk;
#[path = "power/failed.rs"]
mod failed;
#[path = "power/flush.rs"]
mod flush;
#[path = "power/order.rs"]
mod order;
#[path = "power/recorded.rs"]
mod recorded;
#[path = "power/restart.rs"]
mod restart;
