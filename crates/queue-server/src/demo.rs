//! The demo: virtual citizens and clerks work a real office through the contract, on this computer alone.

use queue_core::house::{House, HouseCommand};
use queue_core::ids::UserId;
use queue_core::permit::{Actor, Role};
use queue_core::text::Text;
use queue_simulator::demo::{self, Access};
use queue_simulator::staff::Login;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::auth::house::HouseOrder;
use crate::auth::password;
use crate::server::{ADMIN, Running};
use crate::site::Site;

/// How the names of the demo's own users begin.
const OWN: &str = "demo-";
/// Virtual clerks and the one at the reception; people do not use such names.
const DESK: &str = "demo-reception";
const CLERKS: [&str; 6] = ["demo-lan", "demo-minh", "demo-hoa", "demo-tuan", "demo-mai", "demo-nam"];

/// Why the demo cannot run.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// It would be seen by others.
    #[error("--demo listens on this computer alone: give --listen 127.0.0.1 or leave it out")]
    NotLoopback,
    /// Virtual citizens would stand among real ones.
    #[error(
        "--demo: the data folder is a real office's, with the user `{0}`: name another folder with --data"
    )]
    RealOffice(UserId),
    /// No user could be made for a virtual clerk.
    #[error("the demo has no clerks: {0}")]
    NoClerks(String),
}

/// Whether the demo may use the data folder of `running`.
///
/// # Errors
/// [`DemoError::RealOffice`] where people work with it.
pub fn check(running: &Running) -> Result<(), DemoError> {
    match person(&running.site.house.current()) {
        Some(user) => Err(DemoError::RealOffice(user.clone())),
        None => Ok(()),
    }
}

/// Somebody who is neither the first user nor one of the demo's own.
fn person(house: &House) -> Option<&UserId> {
    house.users.keys().find(|user| &*user.0 != ADMIN && !user.0.starts_with(OWN))
}

/// Starts to keep the first office of `running` busy until the server stops.
///
/// # Errors
/// [`DemoError`].
pub async fn start(running: &Running) -> Result<JoinHandle<()>, DemoError> {
    if !running.address.ip().is_loopback() {
        return Err(DemoError::NotLoopback);
    }
    let site = &running.site;
    let failed = |error: password::PasswordError| DemoError::NoClerks(error.to_string());
    let password = password::random().map_err(failed)?;
    let hash = site.passwords.hash(password.clone()).await.map_err(failed)?;
    for name in std::iter::once(DESK).chain(CLERKS) {
        hire(site, name, &hash).await?;
    }
    let login = |user: &str| Login::Password { user: user.to_owned(), password: password.clone() };
    let access = Access::Logins { desk: login(DESK), clerks: CLERKS.into_iter().map(login).collect() };
    let base_url = format!("http://{}", running.address);
    let office = site.offices.iter().next().map(|office| office.id().to_string()).unwrap_or_default();
    let stop: watch::Receiver<bool> = running.stopping();
    let seed = u64::from(std::process::id());
    Ok(tokio::spawn(async move {
        if let Err(error) = demo::run(&base_url, &access, &office, seed, stop).await {
            tracing::error!(%error, "the demo ended");
        }
    }))
}

/// Makes sure that the virtual clerk `name` exists, with the password behind `hash`, which only this process knows.
async fn hire(site: &Site, name: &str, hash: &str) -> Result<(), DemoError> {
    let user = UserId(name.into());
    let mut salt = [0_u8; 16];
    getrandom::fill(&mut salt).map_err(|error| DemoError::NoClerks(error.to_string()))?;
    let password_hash = Text::seal(hash, u128::from_be_bytes(salt));
    let command = if site.house.current().users.contains_key(&user) {
        HouseCommand::SetPassword { user, password_hash, must_change: false }
    } else {
        HouseCommand::AddUser { user, roles: [Role::Clerk].into(), password_hash, must_change: false }
    };
    let order = HouseOrder { actor: Actor::System, key: None, command, status: 201 };
    let done = site.house.submit(order).await;
    done.map(|_| ()).map_err(|error| DemoError::NoClerks(error.to_string()))
}

#[cfg(test)]
mod tests {
    use queue_core::house::User;

    use super::*;

    #[test]
    fn where_people_work_the_demo_does_not() {
        let user = || User {
            roles: [Role::Clerk].into(),
            password_hash: Text::seal("no hash", 1),
            must_change: false,
        };
        for (names, found) in [
            (&["admin"][..], None),
            (&["admin", "demo-lan", "demo-reception"], None),
            (&["admin", "demo-lan", "lan"], Some("lan")),
        ] {
            let users = names.iter().map(|name| (UserId((*name).into()), user())).collect();
            let house = House { users, ..House::default() };
            assert_eq!(person(&house).map(|user| &*user.0), found, "{names:?}");
        }
    }
}
