//! The server under test: the real boot's replay, engine, house, routes and accept loop, on the simulated disk and
//! network.

use std::num::NonZeroU32;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use queue_core::house::{House, HouseCommand};
use queue_core::ids::{Slug, UserId};
use queue_core::office::Office;
use queue_core::permit::{Actor, Role};
use queue_core::record::Seq;
use queue_core::text::Text;
use queue_core::time::{At, Millis};
use queue_journal::memory::MemoryJournal;
use queue_journal::ordered::{Entry, OrderedJournal, OrderedStore};
use queue_journal::{Journal, JournalError};
use queue_server::auth::house::{self, HouseKeeper, HouseOrder};
use queue_server::auth::limit::{Attempts, TicketLimit};
use queue_server::auth::origin::Origins;
use queue_server::auth::password::Passwords;
use queue_server::auth::session::{Lifetimes, Sessions};
use queue_server::backups::Latest;
use queue_server::boot::{Offices, replay};
use queue_server::chance::Chance;
use queue_server::clock::Clock;
use queue_server::engine::failure::Failure;
use queue_server::engine::readiness::Readiness;
use queue_server::engine::writing::{Pause, Writing};
use queue_server::engine::{Engine, Parts as EngineParts};
use queue_server::site::{Parts, Site};
use queue_server::{accept, http};
use tokio::sync::watch;

use crate::disk::FrameStore;
use crate::net::Watched;
use crate::plan::OFFICE;
use crate::shared::Shared;
use crate::{check, damage};

/// The staff: clerks, and one who leads and administrates.
pub const STAFF: &[(&str, Role)] = &[
    ("an", Role::Clerk),
    ("binh", Role::Clerk),
    ("chi", Role::Clerk),
    ("dung", Role::Clerk),
    ("giang", Role::Clerk),
    ("mai", Role::Admin),
];
/// As long as any simulation.
const FOR_EVER: Millis = Millis::from_secs(200_000 * 86_400);
const CONNECTIONS: u32 = 1000;

/// Runs the server from its start to its stop; a crash ends it anywhere.
///
/// # Errors
/// Never: what goes wrong is noted.
pub async fn run(shared: Shared) -> turmoil::Result {
    let over = shared.server().over;
    if over {
        // The auditor comes: the same computer, with nothing running on it.
        check::judge(&shared);
        return Ok(());
    }
    match serve(&shared).await {
        Ok(()) => {}
        Err(what) => {
            let now = shared.now_ms();
            shared.ledger().tell(now, format!("the server did not start: {what}"));
            shared.server().failed = Some(what);
        }
    }
    shared.server().up = false;
    Ok(())
}

async fn serve(shared: &Shared) -> Result<(), String> {
    let clock = restarted(shared);
    let failure = failure(shared);
    let stream = Slug::new(OFFICE).map_err(|error| error.to_string())?;
    let (store, entries) = FrameStore::open(shared.disk.clone()).map_err(|error| error.to_string())?;
    let starts = shared.server().starts;
    damage::check(shared, &stream, &entries);
    let acked = noted(shared, starts);
    let noted_before = store.noted();
    let journal = match open(&stream, &store, entries, acked) {
        Ok(journal) => journal,
        Err(error) => {
            shared.violated(format!("the journal was refused: {error}"));
            return Err(error.to_string());
        }
    };
    shared.server().store = Some(Arc::clone(&store));
    if let Some(tail) = journal.tail() {
        if noted_before.is_some_and(|(last, _)| tail.seq.0 > last) {
            shared.ledger().sums.begun += 1;
        }
        shared.disk.state().reached(tail.seq.0, &tail.hash);
    }
    shared.disk.state().went_ms = None;
    let office = match journal.tail() {
        None => Office::founding(shared.plan.layout()),
        Some(_) => match replay::office(&journal.reader()) {
            Ok(office) => office,
            Err(error) => {
                shared.violated(format!("the journal cannot be replayed: {error}"));
                return Err(error.to_string());
            }
        },
    };
    let low = Arc::clone(&shared.server().low);
    let mut engine = Engine::start(EngineParts {
        office,
        journal: Box::new(journal),
        clock: clock.clone(),
        public_url: "http://sim".into(),
        readiness: Readiness::new(low),
        failure: failure.clone(),
        writing: Writing::Task(pauses(shared)),
    })
    .map_err(|error| error.to_string())?;
    engine.opened().await.map_err(|error| error.to_string())?;
    let (site, keeper, stopping) = site(shared, &engine, clock, failure, starts).await?;
    let listener = Watched::bind(shared.clone()).await.map_err(|error| error.to_string())?;
    {
        let now = shared.now_ms();
        shared.ledger().tell(now, format!("start {starts}"));
        shared.server().up = true;
    }
    accept::serve(listener, http::router(site), CONNECTIONS, stopping).await;
    engine.stop().await;
    keeper.stop().await;
    Ok(())
}

/// The clock of a computer that was just started: its uptime begins anew.
fn restarted(shared: &Shared) -> Clock {
    let mut server = shared.server();
    let clock = Clock::manual(At(server.clock.now().0));
    server.clock = clock.clone();
    server.starts += 1;
    clock
}

/// The note of the last acknowledged record, as a disk beside this one has it; sometimes there is none.
fn noted(shared: &Shared, starts: u64) -> Option<(Seq, String)> {
    let (seq, hash) = shared.disk.state().durable.clone();
    (seq > 0 && starts.is_multiple_of(2)).then_some((Seq(seq), hash))
}

/// Opens a journal on `store`, in which are `entries`.
///
/// # Errors
/// Where they do not hold.
pub fn open(
    stream: &Slug,
    store: &Arc<FrameStore>,
    entries: Vec<Entry>,
    acked: Option<(Seq, String)>,
) -> Result<OrderedJournal, JournalError> {
    OrderedJournal::open(stream.clone(), Arc::clone(store) as Arc<dyn OrderedStore>, entries, acked)
}

/// What a failure of this start leads to; only a fault that came since is an excuse for it.
fn failure(shared: &Shared) -> Failure {
    let (shared, before) = (shared.clone(), shared.disk.state().fired.len());
    Failure::then(move |what| {
        let faulty = shared.disk.state().cut || shared.disk.state().fired.len() > before;
        if !faulty || what.contains("panicked") {
            shared.violated(format!("the engine failed, and no disk did: {what}"));
        }
        shared.server().failed = Some(what.to_owned());
    })
}

fn pauses(shared: &Shared) -> queue_server::engine::writing::Pauses {
    let (dice, (before, after)) = (shared.plan.dice.split(), shared.plan.disk_ms);
    Box::new(move |pause| match pause {
        Pause::Before => dice.millis(0, before),
        Pause::After => dice.millis(0, after),
    })
}

/// The site with its house and sessions, and what stops it.
async fn site(
    shared: &Shared,
    engine: &Engine,
    clock: Clock,
    failure: Failure,
    starts: u64,
) -> Result<(Site, HouseKeeper, watch::Receiver<bool>), String> {
    let text = |error: &dyn std::fmt::Display| error.to_string();
    let name = Slug::new(queue_core::house::STREAM).map_err(|error| text(&error))?;
    let journal = Box::new(MemoryJournal::new(name));
    let at_once = Writing::Task(Box::new(|_| Duration::ZERO));
    let (house, keeper) = house::keep(journal, House::default(), clock.clone(), failure, at_once)
        .map_err(|error| text(&error))?;
    let chance = Chance::seeded(shared.plan.seed.wrapping_mul(1000).wrapping_add(starts));
    let sessions =
        Sessions::in_memory(Lifetimes { idle: FOR_EVER, absolute: FOR_EVER }).drawing(chance.clone());
    for (user, role) in STAFF {
        let command = HouseCommand::AddUser {
            user: UserId((*user).into()),
            roles: [*role].into(),
            password_hash: Text::seal("nobody signs in with it", 7),
            must_change: false,
        };
        let order = HouseOrder { actor: Actor::System, key: None, command, status: 201 };
        house.submit(order).await.map_err(|error| text(&error))?;
        // A session of long ago: no step of the clock comes before it.
        let (token, _) = sessions.begin(user, At(0)).map_err(|error| text(&error))?;
        shared.server().tokens.insert((*user).to_owned(), token);
    }
    let (stop, stopping) = watch::channel(false);
    shared.server().stop = Some(stop);
    let listen = ([127, 0, 0, 1], crate::net::PORT).into();
    let site = Site::new(Parts {
        offices: Offices::new([engine.handle().clone()]),
        house,
        sessions,
        passwords: passwords(),
        backups: Latest::default(),
        attempts: Attempts::default(),
        ticket_limit: TicketLimit::new(NonZeroU32::MAX, NonZeroU32::MAX),
        origins: Origins::new(listen, "http://sim", &[]),
        trusted_proxies: Vec::new(),
        clock,
        chance,
        listen,
        public_url: "http://sim".into(),
        build: "sim".into(),
        stop: stopping.clone(),
    });
    Ok((site, keeper, stopping))
}

/// Nobody signs in here; their decoy takes a moment to make, so it is made once.
fn passwords() -> Passwords {
    static PASSWORDS: OnceLock<Passwords> = OnceLock::new();
    PASSWORDS.get_or_init(|| Passwords::new().expect("the system has random bits")).clone()
}
