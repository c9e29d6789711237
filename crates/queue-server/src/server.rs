//! A whole server in process: listener, data folder, house, routes. Used by `main` and by tests alike.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;

use queue_core::house::HouseCommand;
use queue_core::ids::UserId;
use queue_core::layout::Layout;
use queue_core::permit::{Actor, Role};
use queue_core::text::Text;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::auth::house::{self, HouseHandle, HouseKeeper, HouseOrder};
use crate::auth::limit::{Attempts, TicketLimit};
use crate::auth::origin::Origins;
use crate::auth::password::{self, Passwords};
use crate::auth::session::Sessions;
use crate::backups::{self, Latest, Taker, Task};
use crate::boot::{self, BootError, BootSettings, Booted};
use crate::chance::Chance;
use crate::clock::{Clock, Zone};
use crate::engine::failure::Failure;
use crate::engine::handle::OfficeHandle;
use crate::engine::readiness::Readiness;
use crate::engine::writing::Writing;
use crate::settings::{BackupSettings, Settings};
use crate::site::{Parts, Site};
use crate::watchdog::{self, Watchdog};
use crate::{accept, http, office_file, telemetry};

/// The first user.
pub const ADMIN: &str = "admin";

/// What a server is started with.
pub struct Start {
    /// The process settings.
    pub settings: Settings,
    /// The offices of the `--office` files.
    pub layouts: Vec<Layout>,
    /// The password of the first user; a random one where nothing is given.
    pub admin_password: Option<String>,
    /// The time.
    pub clock: Clock,
    /// What a failed journal leads to.
    pub failure: Failure,
}

impl Start {
    /// A server of the sample office for tests: any free port, this folder, the computer's clock, the password
    /// `admin-password`; a failed journal is only logged.
    #[must_use]
    pub fn for_tests(data: &std::path::Path) -> Self {
        let mut settings: Settings =
            toml::from_str(crate::settings::DEFAULTS).expect("the defaults are settings");
        settings.server.listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        settings.server.data = data.to_owned();
        Self {
            settings,
            layouts: Vec::new(),
            admin_password: Some("admin-password".to_owned()),
            clock: Clock::system(),
            failure: Failure::then(|_| {}),
        }
    }
}

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Exit 2: the address cannot be had.
    #[error("--listen {address}: {cause}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        cause: std::io::Error,
    },
    /// Exit 3 or 4: the data folder is in use or damaged, or the disk is full.
    #[error(transparent)]
    Boot(#[from] BootError),
    /// Exit 3: something beside the journal cannot be opened.
    #[error("{0}")]
    Opening(String),
}

impl StartError {
    /// The exit code of the process.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Listen { .. } => 2,
            Self::Boot(error) => error.exit_code(),
            Self::Opening(_) => 3,
        }
    }
}

/// A server that answers.
pub struct Running {
    /// Where.
    pub address: SocketAddr,
    /// Its shared parts.
    pub site: Site,
    /// The random password of the first user, where one was made.
    pub first_password: Option<String>,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
    backups: Option<JoinHandle<()>>,
    booted: Booted,
    keeper: HouseKeeper,
}

/// Takes the address, opens the data folder, opens the business days, and begins to answer.
///
/// # Errors
/// [`StartError`]; nothing of the data folder was changed then.
pub async fn start(start: Start) -> Result<Running, StartError> {
    let Start { settings, layouts, admin_password, clock, failure } = start;
    telemetry::metrics();
    let (listener, address) = listener(settings.server.listen)?;
    let public_url: Arc<str> = public_url(&settings.server.public_url, address).into();
    let boot = BootSettings {
        data: settings.server.data.clone(),
        layouts,
        sample: office_file::sample(),
        public_url: Arc::clone(&public_url),
        clock: clock.clone(),
        failure: failure.clone(),
    };
    let mut booted = boot::open(boot).await?;
    let parts =
        booted.house.take().ok_or_else(|| StartError::Opening("the house was taken twice".to_owned()))?;
    let opening = |what: String| StartError::Opening(what);
    let (house, keeper) = house::keep(parts.journal, parts.house, clock.clone(), failure, Writing::Thread)
        .map_err(|error| opening(format!("no thread for the house: {error}")))?;
    let house = house.minding(Readiness::new(booted.disk_low()));
    let folder = settings.server.data.join("sessions");
    let (lifetimes, now) = (settings.sessions.lifetimes(), clock.now());
    let sessions = tokio::task::spawn_blocking(move || Sessions::open(&folder, lifetimes, now)).await;
    let sessions = sessions.map_err(|error| opening(error.to_string()))?.unwrap_or_else(|error| {
        // Signing in again is little beside a hall without numbers.
        tracing::warn!(%error, "the sessions are kept in memory: they end with the process");
        Sessions::in_memory(lifetimes)
    });
    let chance = Chance::system();
    let passwords = Passwords::new().map_err(|error| opening(error.to_string()))?;
    let first_password = first_user(&house, &passwords, &chance, admin_password).await.map_err(opening)?;
    let (stop, stopping) = watch::channel(false);
    let site = Site::new(Parts {
        offices: booted.offices.clone(),
        house,
        sessions,
        passwords,
        attempts: Attempts::default(),
        ticket_limit: TicketLimit::new(settings.limits.tickets_per_minute, settings.limits.tickets_burst),
        origins: Origins::new(address, &public_url, &settings.server.allowed_origins),
        trusted_proxies: settings.server.trusted_proxies,
        clock,
        chance,
        listen: address,
        public_url,
        build: queue_web::build_id().into(),
        backups: Latest::default(),
        stop: stopping.clone(),
    });
    let backups = take_backups(&site, settings.backup);
    let router = http::router(site.clone());
    let serving = tokio::spawn(accept::serve(listener, router, settings.limits.connections.get(), stopping));
    Ok(Running { address, site, first_password, stop, serving, backups, booted, keeper })
}

impl Running {
    /// What looks at the offices and the house from outside.
    #[must_use]
    pub fn watchdog(&self) -> Watchdog {
        let (offices, house) = (self.site.offices.clone(), self.site.house.clone());
        Watchdog { offices, house, stop: self.stopping(), patience: watchdog::patience() }
    }

    /// Turns true when the server stops.
    #[must_use]
    pub fn stopping(&self) -> watch::Receiver<bool> {
        self.stop.subscribe()
    }

    /// Takes nothing more, answers what was taken, and closes the journals.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        if let Err(error) = self.serving.await {
            tracing::error!(%error, "the accept loop panicked");
        }
        if let Some(backups) = self.backups
            && let Err(error) = backups.await
        {
            tracing::error!(%error, "the backups panicked");
        }
        self.booted.stop().await;
        self.keeper.stop().await;
        let sessions = self.site.sessions.clone();
        if tokio::task::spawn_blocking(move || sessions.close()).await.is_err() {
            tracing::error!("the sessions were not saved");
        }
    }
}

/// Begins to take backups where the settings name a folder, by the time of the first office.
fn take_backups(site: &Site, settings: BackupSettings) -> Option<JoinHandle<()>> {
    let taker = Taker::new(Task {
        settings,
        readers: site.readers(),
        clock: site.clock.clone(),
        zone: site.offices.iter().next().map_or_else(Zone::utc, OfficeHandle::zone),
        offices: site.offices.clone(),
        latest: site.backups.clone(),
    })?;
    Some(backups::start(taker, site.stop.clone()))
}

fn listener(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |cause| StartError::Listen { address, cause };
    let listener = accept::listen(address).map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

/// What QR codes point to: what was set, else the listen address, as other computers can reach it.
fn public_url(set: &str, address: SocketAddr) -> String {
    if !set.is_empty() {
        return set.to_owned();
    }
    let mut reachable = address;
    if address.ip().is_unspecified() {
        match own_address() {
            Some(own) => reachable.set_ip(own),
            None => reachable.set_ip(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        }
        tracing::warn!(
            "no public_url is set: QR codes point to http://{reachable}; set --public-url to what phones can reach"
        );
    }
    format!("http://{reachable}")
}

/// The address of this computer on its way out; no packet is sent.
fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    // TEST-NET-1 of RFC 5737: a place that is nobody's.
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    socket.local_addr().ok().map(|address| address.ip()).filter(|ip| !ip.is_unspecified())
}

/// Adds the first user where there is none; gives the password where it was drawn here.
async fn first_user(
    house: &HouseHandle,
    passwords: &Passwords,
    chance: &Chance,
    given: Option<String>,
) -> Result<Option<String>, String> {
    let user = UserId(ADMIN.into());
    if house.current().users.contains_key(&user) {
        return Ok(None);
    }
    let failed = |error: &dyn std::fmt::Display| format!("the first user could not be added: {error}");
    let drawn = match given {
        Some(_) => None,
        None => Some(password::random().map_err(|error| failed(&error))?),
    };
    let password = given.or_else(|| drawn.clone()).unwrap_or_default();
    if let Err(unfit) = password::fit(ADMIN, &password) {
        tracing::warn!("the password of `{ADMIN}` in QUEUE_ADMIN_PASSWORD is easily guessed: {unfit}");
    }
    let hash = passwords.hash(password).await.map_err(|error| failed(&error))?;
    let salt = chance.draw().map_err(|error| failed(&error))?;
    let command = HouseCommand::AddUser {
        user,
        roles: [Role::Clerk, Role::Supervisor, Role::Admin].into(),
        password_hash: Text::seal(&hash, salt),
        must_change: drawn.is_some(),
    };
    let order = HouseOrder { actor: Actor::System, key: None, command, status: 201 };
    house.submit(order).await.map_err(|error| failed(&error))?;
    Ok(drawn)
}
