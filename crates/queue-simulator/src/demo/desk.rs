//! The virtual reception desk: signed papers come back, priorities are confirmed, latecomers are taken back.

use queue_client::client::{Client, List};
use queue_client::error::Error;
use queue_client::key::Key;
use rand::RngExt;
use rand::rngs::StdRng;

use crate::demo::pace;
use crate::staff::Session;

/// Of the parked tickets so many are ready at each round.
const SIGNED: f64 = 0.35;
/// Of the unconfirmed classes so many are confirmed at each round.
const CONFIRMED: f64 = 0.8;
/// Of the absent tickets so many come back at each round; a ticket comes back once only.
const COME_BACK: f64 = 0.05;
/// Acts of one round are at most this many.
const ACTS_MAX: usize = 8;

/// Works the desk for ever.
pub(crate) async fn help(mut session: Session, office: String, mut generator: StdRng) {
    loop {
        tokio::time::sleep(pace::seconds(15.0, 30.0, &mut generator)).await;
        let done = match session.client().await {
            Ok(client) => round(&client, &office, &mut generator).await,
            Err(error) => Err(error),
        };
        if let Err(error) = done {
            session.after(&error);
            tracing::debug!(%error, "demo: the virtual reception desk was refused");
        }
    }
}

async fn round(client: &Client, office: &str, generator: &mut StdRng) -> Result<(), Error> {
    for (list, share) in [(List::Parked, SIGNED), (List::Asked, CONFIRMED), (List::Absent, COME_BACK)] {
        let tickets = client.tickets(office, list).await?.items;
        let drawn: Vec<_> =
            tickets.into_iter().filter(|_| generator.random_bool(share)).take(ACTS_MAX).collect();
        for ticket in drawn {
            let key = Key::fresh()?;
            let done = match list {
                List::Parked => client.ready(office, &ticket.id, &key).await,
                List::Asked => client.confirm(office, &ticket.id, None, &key).await,
                List::Absent | List::Assist => client.reinstate(office, &ticket.id, &key).await,
            };
            if let Err(error) = done {
                tracing::debug!(%error, number = ticket.number, "demo: the virtual reception desk was refused");
            }
        }
    }
    Ok(())
}
