//! The demo: virtual citizens and clerks work a real office through the contract, on this computer alone.

use queue_core::house::HouseCommand;
use queue_core::ids::UserId;
use queue_core::permit::{Actor, Role};
use queue_core::text::Text;
use queue_simulator::demo::{self, Access};
use queue_simulator::staff::Login;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::auth::house::{HouseOrder, HouseRejection};
use crate::auth::password;
use crate::server::Running;
use crate::site::Site;

/// Virtual clerks and the one at the reception; people do not use such names.
const DESK: &str = "demo-reception";
const CLERKS: [&str; 6] = ["demo-lan", "demo-minh", "demo-hoa", "demo-tuan", "demo-mai", "demo-nam"];

/// Why the demo cannot run.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// It would be seen by others.
    #[error("--demo listens on this computer alone: give --listen 127.0.0.1 or leave it out")]
    NotLoopback,
    /// No user or session could be made for a virtual clerk.
    #[error("the demo has no clerks: {0}")]
    NoClerks(String),
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
    let desk = session(site, DESK).await?;
    let mut clerks = Vec::with_capacity(CLERKS.len());
    for name in CLERKS {
        clerks.push(session(site, name).await?);
    }
    let access = Access::Sessions { desk, clerks };
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

/// A session of the virtual clerk `name`, who is added where missing; nobody knows the password.
async fn session(site: &Site, name: &str) -> Result<Login, DemoError> {
    let failed = |error: &dyn std::fmt::Display| DemoError::NoClerks(error.to_string());
    let user = UserId(name.into());
    if !site.house.current().users.contains_key(&user) {
        let password = password::random().map_err(|error| failed(&error))?;
        let hash = site.passwords.hash(password).await.map_err(|error| failed(&error))?;
        let mut salt = [0_u8; 16];
        getrandom::fill(&mut salt).map_err(|error| failed(&error))?;
        let command = HouseCommand::AddUser {
            user,
            roles: [Role::Clerk].into(),
            password_hash: Text::seal(&hash, u128::from_be_bytes(salt)),
            must_change: false,
        };
        let order = HouseOrder { actor: Actor::System, key: None, command, status: 201 };
        site.house.submit(order).await.map_err(|error: HouseRejection| failed(&error))?;
    }
    let (token, _) = site.sessions.begin(name, site.clock.now()).map_err(|error| failed(&error))?;
    Ok(Login::Token(token))
}
