//! One ticket: asked for with one key until the answer is known, then printed where asked.

use std::time::Duration;

use queue_client::client::Client;
use queue_client::error::Error;
use queue_client::key::Key;
use queue_client::retry::Patience;
use queue_wire::ticket::{Ticket, TicketRequest};

use crate::escpos;
use crate::paper::{self, Facts};
use crate::printer::{Before, Printer, PrinterError};

/// Names for the paper are asked for this long; without them the ticket is printed with bare ids.
const NAMES_PATIENCE: Duration = Duration::from_secs(3);

/// Paper of a kiosk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    /// Where it comes out.
    pub printer: Printer,
    /// Dots of a row: [`paper::WIDTH_80_MM`] or [`paper::WIDTH_58_MM`].
    pub width: usize,
}

/// Takes one ticket. The same `key` gives the same ticket, however often it is asked for.
///
/// # Errors
/// The server's refusal, or [`Error::Unreachable`] when the client's patience ended before the answer was known.
pub async fn take(
    client: &Client,
    office: &str,
    request: &TicketRequest,
    key: &Key,
) -> Result<Ticket, Error> {
    client.issue(office, request, key).await
}

/// Prints a ticket that the server has acknowledged.
///
/// # Errors
/// [`PrinterError`]: the ticket stands, its paper is missing.
pub async fn print(
    client: &Client,
    office: &str,
    ticket: &Ticket,
    paper: &Paper,
    before: Before,
) -> Result<(), PrinterError> {
    let server = client.base().as_str();
    let asking = client.clone().with_patience(Patience::For(NAMES_PATIENCE));
    let facts = match tokio::time::timeout(NAMES_PATIENCE, asking.office(office)).await {
        Ok(Ok(names)) => Facts::of(&names, ticket, server),
        Ok(Err(_)) | Err(_) => Facts::bare(office, ticket, server),
    };
    let job = escpos::encode(&paper::draw(ticket, &facts, paper.width));
    paper.printer.print(&job, before).await
}
