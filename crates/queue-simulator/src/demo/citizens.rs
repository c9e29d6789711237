//! Virtual citizens: they take numbers, and some go home before their turn.

use std::collections::VecDeque;

use queue_client::client::Client;
use queue_client::error::Error;
use queue_client::key::Key;
use queue_wire::office::Office;
use queue_wire::ticket::TicketRequest;
use rand::RngExt;
use rand::rngs::StdRng;
use tokio::time::Instant;

use crate::demo::pace;
use crate::staff::Session;

/// Of a hundred citizens so many are of a priority class.
const PRIORITY: f64 = 0.12;
/// So many choose another language than the first.
const OTHER_LANGUAGE: f64 = 0.06;
/// So many need a clerk to come and fetch them.
const ASSIST: f64 = 0.02;
/// So many go home before their turn.
const LEAVERS: f64 = 0.04;
/// More leavers than this are not kept in mind.
const LEAVERS_MAX: usize = 32;

/// Sends citizens into the office for ever: a crowd at first, then one every few seconds.
pub(crate) async fn arrive(mut session: Session, office: String, mut generator: StdRng) {
    let mut leavers = VecDeque::new();
    let mut crowd_left = pace::FIRST_CROWD;
    loop {
        let came = match session.client().await {
            Ok(client) => {
                go_home(&client, &office, &mut leavers).await;
                one_citizen(&client, &office, &mut leavers, &mut generator).await
            }
            Err(error) => Err(error),
        };
        let gap = match came {
            // A hall that is full from before needs no further crowd.
            Ok(waiting) if crowd_left > 0 && waiting < u64::from(pace::FIRST_CROWD) => {
                crowd_left -= 1;
                pace::FIRST_CROWD_GAP
            }
            Ok(waiting) => pace::arrival_gap(waiting, &mut generator),
            Err(error) => {
                session.after(&error);
                tracing::debug!(%error, "demo: a virtual citizen got no number");
                pace::AFTER_ERROR
            }
        };
        tokio::time::sleep(gap).await;
    }
}

/// One citizen takes a number where numbers are given. Gives how many wait.
async fn one_citizen(
    client: &Client,
    office: &str,
    leavers: &mut VecDeque<(Instant, String)>,
    generator: &mut StdRng,
) -> Result<u64, Error> {
    let now = client.office(office).await?;
    let waiting = now.services.iter().map(|service| service.waiting).sum();
    let Some(service) = pace::service(&now.services, generator) else { return Ok(waiting) };
    let request = wish(&now, &service.id, generator);
    let ticket = client.issue(office, &request, &Key::fresh()?).await?;
    if generator.random_bool(LEAVERS) && leavers.len() < LEAVERS_MAX {
        leavers.push_back((Instant::now() + pace::seconds(60.0, 240.0, generator), ticket.id));
    }
    Ok(waiting)
}

fn wish(office: &Office, service: &str, generator: &mut StdRng) -> TicketRequest {
    let class = office.classes.get(1..).filter(|classes| !classes.is_empty());
    let class = class.filter(|_| generator.random_bool(PRIORITY));
    let class = class.map(|classes| classes[generator.random_range(0..classes.len())].id.clone());
    let lang = office.languages.get(1).filter(|_| generator.random_bool(OTHER_LANGUAGE)).cloned();
    let channel = match generator.random_range(0..100_u32) {
        0..78 => "kiosk",
        78..92 => "phone",
        _ => "reception",
    };
    TicketRequest {
        service: service.to_owned(),
        class,
        lang,
        channel: Some(channel.to_owned()),
        then: None,
        dossiers: Some(1 + u16::from(generator.random_bool(0.2)) * generator.random_range(1..4_u16)),
        assist: Some(generator.random_bool(ASSIST)),
    }
}

/// Gives back the numbers of those whose patience is over; called ones stay.
async fn go_home(client: &Client, office: &str, leavers: &mut VecDeque<(Instant, String)>) {
    let now = Instant::now();
    let (gone, staying): (VecDeque<_>, VecDeque<_>) = leavers.drain(..).partition(|(at, _)| *at <= now);
    *leavers = staying;
    for (_, id) in gone {
        let Ok(key) = Key::fresh() else { return };
        let waits = client.ticket(office, &id).await.is_ok_and(|ticket| ticket.ahead.is_some());
        if waits && let Err(error) = client.cancel(office, &id, &key).await {
            tracing::debug!(%error, "demo: a virtual citizen could not go home");
        }
    }
}
