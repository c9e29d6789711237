//! A server of the sample office without a network: requests go in, answers come out.

use std::net::SocketAddr;
use std::num::NonZeroU32;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use queue_core::house::{House, HouseCommand, stream};
use queue_core::ids::UserId;
use queue_core::office::Office;
use queue_core::permit::{Actor, Role};
use queue_core::text::Text;
use queue_core::time::At;
use queue_journal::memory::MemoryJournal;
use queue_server::accept::Peer;
use queue_server::auth::house::{HouseOrder, keep};
use queue_server::auth::limit::{Attempts, TicketLimit};
use queue_server::auth::origin::Origins;
use queue_server::auth::password::{Passwords, hash_now};
use queue_server::auth::session::{Lifetimes, Sessions};
use queue_server::backups::Latest;
use queue_server::boot::Offices;
use queue_server::chance::Chance;
use queue_server::clock::Clock;
use queue_server::engine::failure::Failure;
use queue_server::engine::readiness::Readiness;
use queue_server::engine::writing::Writing;
use queue_server::engine::{Engine, Parts as EngineParts};
use queue_server::site::{Parts, Site};
use queue_server::{http, office_file};
use serde_json::Value;
use tokio::sync::watch;
use tower::ServiceExt;

/// 2026-11-23T08:00:00+07:00, a Monday.
const MORNING: At = At(1_795_395_600_000);
/// The password of every user of the hall.
pub(crate) const PASSWORD: &str = "a good password";

/// A hall with the users `clerk`, `other` (a clerk), `supervisor`, `admin` and `fresh` (who must change the password).
pub(crate) struct Hall {
    router: Router,
    pub(crate) site: Site,
    pub(crate) clock: Clock,
    _engine: Engine,
    _stop: watch::Sender<bool>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// A request being made.
pub(crate) struct Ask<'a> {
    hall: &'a Hall,
    request: axum::http::request::Builder,
    pub(crate) body: String,
    address: SocketAddr,
}

impl Hall {
    pub(crate) async fn open() -> Self {
        let (clock, failure) = (Clock::manual(MORNING), Failure::then(|what| panic!("{what}")));
        let layout = office_file::sample();
        let journal = Box::new(MemoryJournal::new(layout.id.0.clone()));
        let mut engine = Engine::start(EngineParts {
            office: Office::founding(layout),
            journal,
            clock: clock.clone(),
            public_url: "http://hall.test".into(),
            readiness: Readiness::default(),
            failure: failure.clone(),
            writing: Writing::Thread,
        })
        .unwrap();
        engine.opened().await.unwrap();
        let journal = Box::new(MemoryJournal::new(stream()));
        let (house, _keeper) =
            keep(journal, House::default(), clock.clone(), failure, Writing::Thread).unwrap();
        let hash = hash_now(PASSWORD).unwrap();
        for (name, role, must_change) in [
            ("clerk", Role::Clerk, false),
            ("other", Role::Clerk, false),
            ("supervisor", Role::Supervisor, false),
            ("admin", Role::Admin, false),
            ("fresh", Role::Clerk, true),
        ] {
            let (user, password_hash) = (UserId(name.into()), Text::seal(&hash, 7));
            let command = HouseCommand::AddUser { user, roles: [role].into(), password_hash, must_change };
            house.submit(HouseOrder { actor: Actor::System, key: None, command, status: 201 }).await.unwrap();
        }
        let (stop, stopping) = watch::channel(false);
        let (listen, thirty) = ("127.0.0.1:8080".parse().unwrap(), NonZeroU32::new(30).unwrap());
        let hour = queue_core::time::Millis::from_secs(3600);
        let site = Site::new(Parts {
            offices: Offices::new([engine.handle().clone()]),
            house,
            sessions: Sessions::in_memory(Lifetimes { idle: hour, absolute: hour }),
            passwords: Passwords::new().unwrap(),
            attempts: Attempts::default(),
            ticket_limit: TicketLimit::new(thirty, thirty),
            origins: Origins::new(listen, "http://hall.test", &[]),
            trusted_proxies: vec!["10.9.9.9".parse().unwrap()],
            clock: clock.clone(),
            chance: Chance::system(),
            listen,
            public_url: "http://hall.test".into(),
            build: "test".into(),
            backups: Latest::default(),
            stop: stopping,
        });
        Self { router: http::router(site.clone()), site, clock, _engine: engine, _stop: stop }
    }

    /// A token of `user`, without the time that a password takes.
    pub(crate) fn token(&self, user: &str) -> String {
        self.site.sessions.begin(user, self.clock.now()).unwrap().0
    }

    pub(crate) fn get(&self, path: &str) -> Ask<'_> {
        self.ask("GET", path)
    }

    pub(crate) fn post(&self, path: &str, body: &str) -> Ask<'_> {
        let mut ask = self.ask("POST", path).header("content-type", "application/json");
        ask.body = body.to_owned();
        ask
    }

    pub(crate) fn ask(&self, method: &str, path: &str) -> Ask<'_> {
        let path = if let Some(rest) = path.strip_prefix("~") {
            format!("/api/v1/offices/kim-lien{rest}")
        } else {
            path.to_owned()
        };
        let request = Request::builder().method(method).uri(path);
        Ask { hall: self, request, body: String::new(), address: "127.0.0.1:50000".parse().unwrap() }
    }

    /// Takes a number and gives its id.
    pub(crate) async fn take(&self, service: &str) -> String {
        let body = format!("{{\"service\":\"{service}\"}}");
        let answer = self.post("~/tickets", &body).by("clerk").send().await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.json()["id"].as_str().unwrap().to_owned()
    }
}

impl Ask<'_> {
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    pub(crate) fn by(self, user: &str) -> Self {
        let token = self.hall.token(user);
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub(crate) fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    pub(crate) fn at(mut self, address: &str) -> Self {
        self.address = format!("{address}:50000").parse().unwrap();
        self
    }

    pub(crate) async fn send(self) -> Answer {
        let request = self.request.extension(Peer(self.address)).body(Body::from(self.body)).unwrap();
        let response = self.hall.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// Status and code of a problem, whose form is checked on the way; the code is empty for anything else.
    pub(crate) fn told(&self) -> (u16, String) {
        let status = self.status.as_u16();
        if !self.status.is_client_error() && !self.status.is_server_error() {
            return (status, String::new());
        }
        let problem = self.json();
        let code = problem["code"].as_str().unwrap_or("no code").to_owned();
        assert_eq!(self.header("content-type"), "application/problem+json", "{self:?}");
        assert_eq!(problem["type"], format!("urn:queue:problem:{code}"));
        assert_eq!(problem["status"], status);
        assert!(problem["title"].is_string() && problem["detail"].is_string(), "{problem}");
        (status, code)
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}
