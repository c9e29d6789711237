//! Opens a data folder: every stream of it, replayed and ready, or one clear line why not.
//!
//! What the offices look like is read elsewhere (`office_file`); users are `auth::house`'s.

use std::path::PathBuf;
use std::sync::Arc;

use queue_core::ids::{OfficeId, TicketId};
use queue_core::layout::Layout;

use crate::clock::Clock;
use crate::engine::failure::Failure;
use crate::engine::handle::OfficeHandle;

/// What a start is made with.
pub struct BootSettings {
    /// The data folder; made where it is missing.
    pub data: PathBuf,
    /// The offices of the `--office` files or the built-in sample, in order, already free of faults.
    pub layouts: Vec<Layout>,
    /// What QR codes point to, without a slash at the end.
    pub public_url: Arc<str>,
    /// The time.
    pub clock: Clock,
    /// What a failed journal leads to: exit 4, or a note in tests.
    pub failure: Failure,
}

/// The offices of this server, in the order of the command line, then those found in the folder.
#[derive(Clone)]
pub struct Offices {
    all: Arc<[OfficeHandle]>,
}

impl Offices {
    /// The office with this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&OfficeHandle> {
        self.all.iter().find(|office| office.id().0.as_str() == id)
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &OfficeHandle> {
        self.all.iter()
    }

    /// The office that issued this ticket, with the ticket; for the citizen's page, which knows only the id.
    pub async fn find_ticket(&self, id: TicketId) -> Option<(OfficeId, queue_wire::ticket::Ticket)> {
        for office in self.all.iter() {
            if let Ok(ticket) = office.ticket(id).await {
                return Some((office.id().clone(), ticket));
            }
        }
        None
    }
}
