//! The demo: virtual citizens and clerks keep an office busy at a natural, lively pace.
//!
//! The hall fills within seconds; afterwards somebody comes every few seconds and a handful of clerks call, serve,
//! pause, park and miss people. It goes on after errors and leaves one counter free for the newcomer.

mod citizens;
mod clerk;
mod desk;
mod pace;

use std::time::Duration;

use queue_client::client::Client;
use queue_client::error::Error;
use queue_client::retry::Patience;
use queue_wire::office::Office;
use rand::SeedableRng;
use rand::rngs::StdRng;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::demo::clerk::Clerk;
use crate::staff::{self, Login, Session};

/// More virtual clerks than this make no hall livelier.
const CLERKS_MAX: usize = 7;
/// A single act is tried this long, then the hall goes on without it.
const ACT_PATIENCE: Duration = Duration::from_secs(20);
/// Clerks sit down one after the other, not as one.
const SITTING_DOWN: Duration = Duration::from_millis(250);
/// Given names of virtual clerks; the prefix keeps them apart from people.
const NAMES: [&str; CLERKS_MAX] =
    ["demo-lan", "demo-minh", "demo-hoa", "demo-tuan", "demo-mai", "demo-nam", "demo-thao"];

/// Whom the demo acts as.
#[derive(Clone)]
pub enum Access {
    /// An admin: the demo adds its own clerks `demo-lan`, `demo-minh`, …
    Admin(Login),
    /// Users that somebody added.
    Logins {
        /// Any staff: takes the citizens' numbers and works the reception desk.
        desk: Login,
        /// One for each virtual clerk, each a different user.
        clerks: Vec<Login>,
    },
}

/// Keeps `office` busy until `stop` becomes true or its sender is gone.
///
/// The same `seed` draws the same citizens; what happens depends on the server's clock too.
///
/// # Errors
/// [`Error::BadAddress`], or the server's no to the given access or office. Whatever goes wrong later is logged and
/// the hall goes on.
pub async fn run(
    base_url: &str,
    access: &Access,
    office: &str,
    seed: u64,
    mut stop: watch::Receiver<bool>,
) -> Result<(), Error> {
    let mut hall = JoinSet::new();
    let opened = tokio::select! {
        opened = open(base_url, access, office, seed, &mut hall) => opened,
        _ = stop.wait_for(|stop| *stop) => return Ok(()),
    };
    opened?;
    // A closed channel means that whoever started the demo is gone: that is a stop too.
    let _ = stop.wait_for(|stop| *stop).await;
    hall.shutdown().await;
    Ok(())
}

async fn open(
    base_url: &str,
    access: &Access,
    office: &str,
    seed: u64,
    hall: &mut JoinSet<()>,
) -> Result<(), Error> {
    let public = Client::new(base_url)?.with_patience(Patience::For(ACT_PATIENCE));
    let patient = public.clone().with_patience(Patience::Forever);
    let layout = patient.office(office).await?;
    let desk_login = match access {
        Access::Admin(login) | Access::Logins { desk: login, .. } => login,
    };
    let desk = desk_login.sign_in(&patient).await?.with_patience(Patience::For(ACT_PATIENCE));

    let session = || Session::new(public.clone(), desk_login.clone());
    hall.spawn(citizens::arrive(session(), office.to_owned(), generator(seed, 0)));
    hall.spawn(desk::help(session(), office.to_owned(), generator(seed, 1)));
    let counters = staffed_counters(&layout);
    for (index, counter) in counters.into_iter().enumerate() {
        let hired = match access {
            Access::Admin(_) => Hired::ByName { admin: desk.clone(), name: NAMES[index] },
            Access::Logins { clerks, .. } => match clerks.get(index) {
                Some(login) => Hired::Already(login.clone()),
                None => break,
            },
        };
        let clerk = Clerk {
            public: public.clone(),
            office: office.to_owned(),
            counter,
            counters: layout.counters.iter().map(|counter| counter.id).collect(),
            services: layout.services.iter().map(|service| service.id.clone()).collect(),
            absent_after: Duration::from_secs(layout.absent_after_s),
            generator: generator(seed, 2 + index as u64),
        };
        let patience = SITTING_DOWN * u32::try_from(index).unwrap_or(0);
        hall.spawn(async move {
            tokio::time::sleep(patience).await;
            let login = hired.login().await;
            clerk.work(login).await;
        });
    }
    Ok(())
}

enum Hired {
    ByName { admin: Client, name: &'static str },
    Already(Login),
}

impl Hired {
    /// Hires until it works: the server may be busy with its start.
    async fn login(self) -> Login {
        let (admin, name) = match self {
            Self::Already(login) => return login,
            Self::ByName { admin, name } => (admin, name),
        };
        loop {
            match staff::hire(&admin, name).await {
                Ok(login) => return login,
                Err(error) => tracing::warn!(%error, name, "demo: no session for a virtual clerk yet"),
            }
            tokio::time::sleep(pace::AFTER_ERROR).await;
        }
    }
}

/// The counters that get a virtual clerk: all but one that the others can do without, for the newcomer to sit at.
fn staffed_counters(office: &Office) -> Vec<u32> {
    let mut counters: Vec<_> = office.counters.iter().collect();
    let spare = counters.iter().position(|one| {
        one.services.iter().all(|service| {
            let mut others = office.counters.iter().filter(|other| other.id != one.id);
            others.any(|other| other.services.contains(service))
        })
    });
    if let Some(index) = spare
        && counters.len() > 1
    {
        counters.remove(index);
    }
    counters.into_iter().map(|counter| counter.id).take(CLERKS_MAX).collect()
}

fn generator(seed: u64, stream: u64) -> StdRng {
    // The golden ratio spreads neighbouring streams over the whole range of seeds.
    StdRng::seed_from_u64(seed ^ stream.wrapping_mul(0x9E37_79B9_7F4A_7C15))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counters with their services.
    type Places<'a> = &'a [(u32, &'a [&'a str])];

    fn office(counters: Places<'_>) -> Office {
        let place = |(id, services): &(u32, &[&str])| serde_json::json!({"id":id,"name":{},"state":"closed","services":services,"backup_services":[]});
        let counters: Vec<_> = counters.iter().map(place).collect();
        serde_json::from_value(serde_json::json!({"id":"o","name":{},"languages":[],"time_zone":"","date":"",
            "open":true,"alarm":false,"hours_today":null,"classes":[],"services":[],"counters":counters,
            "notices":[],"public_url":"","absent_after_s":0}))
        .expect("an office")
    }

    #[test]
    fn a_counter_that_the_others_can_do_without_stays_free() {
        let table: [(Places<'_>, &[u32]); 4] = [
            (&[(1, &["a"]), (2, &["a", "r"]), (3, &["b", "a"])], &[2, 3]),
            (&[(1, &["a"]), (2, &["b"]), (3, &["b", "a"])], &[2, 3]),
            (&[(1, &["a"]), (2, &["b"])], &[1, 2]),
            (&[(1, &["a"])], &[1]),
        ];
        for (counters, staffed) in table {
            assert_eq!(staffed_counters(&office(counters)), staffed, "{counters:?}");
        }
    }
}
