//! A small office on a memory journal that a test can hold up or break.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use queue_core::command::{Command, Issue};
use queue_core::ids::{CounterId, ServiceId, Slug, TicketId, UserId};
use queue_core::layout::Layout;
use queue_core::office::Office;
use queue_core::permit::{Actor, Role};
use queue_core::time::At;
use queue_journal::codec::Sealed;
use queue_journal::memory::MemoryJournal;
use queue_journal::{Journal, JournalError, Reader, Tail};
use queue_server::clock::Clock;
use queue_server::engine::failure::Failure;
use queue_server::engine::handle::{Answer, GivenKey, OfficeHandle, Rejection, Released, Submission};
use queue_server::engine::readiness::Readiness;
use queue_server::engine::writing::Writing;
use queue_server::engine::{Engine, Parts};

/// Longest wait for a thing that should happen soon.
pub(crate) const SOON: Duration = Duration::from_secs(10);
/// Monday 2026-11-23, 08:00 in Hanoi.
pub(crate) const MORNING: At = At(1_795_395_600_000);

const OFFICE: &str = r#"
id = "hall"
time_zone = "Asia/Ho_Chi_Minh"
languages = ["vi", "en"]
absent_after_s = 60
name = { vi = "Sảnh", en = "Hall" }

[[classes]]
id = "normal"
name = { vi = "Thường", en = "Regular" }
credit_per_minute = 1.0

[[services]]
id = "papers"
prefix = "A"
name = { vi = "Giấy tờ", en = "Papers" }

[[counters]]
id = 1
name = { vi = "Quầy số 1", en = "Counter 1" }
services = ["papers"]

[[counters]]
id = 2
name = { vi = "Quầy số 2", en = "Counter 2" }
services = ["papers"]
"#;

/// How the journal behaves; shared with the test.
#[derive(Clone, Default)]
pub(crate) struct Gate(Arc<(Mutex<State>, Condvar)>, Arc<AtomicBool>);

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum State {
    #[default]
    Open,
    Shut,
    Broken,
    Mad,
}

impl Gate {
    pub(crate) fn open(&self) {
        self.set(State::Open);
    }

    pub(crate) fn shut(&self) {
        self.set(State::Shut);
    }

    pub(crate) fn break_down(&self) {
        self.set(State::Broken);
    }

    /// Whether a write waits at the gate.
    pub(crate) fn waited(&self) -> bool {
        self.1.load(Ordering::SeqCst)
    }

    /// From now on the journal panics.
    pub(crate) fn go_mad(&self) {
        self.set(State::Mad);
    }

    fn set(&self, state: State) {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) = state;
        self.0.1.notify_all();
    }

    /// Waits while it is shut.
    fn pass(&self) -> Result<(), JournalError> {
        self.1.store(true, Ordering::SeqCst);
        let (state, changed) = &*self.0;
        let guard = state.lock().unwrap_or_else(PoisonError::into_inner);
        let guard =
            changed.wait_while(guard, |state| *state == State::Shut).unwrap_or_else(PoisonError::into_inner);
        self.1.store(false, Ordering::SeqCst);
        match *guard {
            State::Broken => {
                Err(JournalError::Failed { what: "sync".to_owned(), cause: "the disk is gone".to_owned() })
            }
            State::Mad => panic!("a bug in the journal"),
            State::Open | State::Shut => Ok(()),
        }
    }
}

/// A memory journal behind a gate.
pub(crate) struct GatedJournal {
    inner: MemoryJournal,
    gate: Gate,
}

impl GatedJournal {
    pub(crate) fn boxed(stream: &str, gate: &Gate) -> Box<Self> {
        let stream = Slug::new(stream).expect("a slug");
        Box::new(Self { inner: MemoryJournal::new(stream), gate: gate.clone() })
    }
}

impl Journal for GatedJournal {
    fn append(&mut self, batch: &[Sealed]) -> Result<(), JournalError> {
        self.gate.pass()?;
        self.inner.append(batch)
    }

    fn tail(&self) -> Option<Tail> {
        self.inner.tail()
    }

    fn reader(&self) -> Reader {
        self.inner.reader()
    }

    fn close(self: Box<Self>) -> Result<(), JournalError> {
        self.gate.pass()?;
        Box::new(self.inner).close()
    }
}

/// A running office.
pub(crate) struct Hall {
    pub(crate) engine: Engine,
    pub(crate) office: OfficeHandle,
    pub(crate) gate: Gate,
    pub(crate) clock: Clock,
    pub(crate) failure: Failure,
    /// Whether the disk is below the low-water mark.
    pub(crate) disk_low: Arc<AtomicBool>,
}

pub(crate) fn layout() -> Layout {
    queue_server::office_file::parse("hall.toml", OFFICE).expect("the test's office has no fault")
}

/// An office on Monday morning, its day open and its journal's gate too.
pub(crate) async fn hall() -> Hall {
    let (gate, clock, failure) = (Gate::default(), Clock::manual(MORNING), Failure::then(|_| ()));
    let (journal, disk_low) = (GatedJournal::boxed("hall", &gate), Arc::new(AtomicBool::new(false)));
    let mut engine = Engine::start(Parts {
        office: Office::founding(layout()),
        journal,
        clock: clock.clone(),
        public_url: "http://hall.test".into(),
        readiness: Readiness::new(Arc::clone(&disk_low)),
        failure: failure.clone(),
        writing: Writing::Thread,
    })
    .expect("a thread");
    engine.opened().await.expect("the day opens");
    let office = engine.handle().clone();
    Hall { engine, office, gate, clock, failure, disk_low }
}

impl Hall {
    /// Submits in a task of its own, as a handler does.
    pub(crate) fn send(
        &self,
        submission: Submission,
    ) -> tokio::task::JoinHandle<Result<Released, Rejection>> {
        let office = self.office.clone();
        tokio::spawn(async move { office.submit(submission).await })
    }

    /// Waits until a write waits at the gate, and so many outcomes wait behind it.
    pub(crate) async fn held_up(&self, behind: usize) {
        until("a write waits at the gate", || self.gate.waited()).await;
        until("the rest waits behind it", || self.office.backlog().entries == behind).await;
    }

    /// Submits and waits for what must be accepted.
    pub(crate) async fn accepted(&self, submission: Submission) -> Released {
        let outcome = tokio::time::timeout(SOON, self.office.submit(submission)).await;
        outcome.expect("an answer comes soon").expect("the command is accepted")
    }

    /// Opens a counter by a clerk.
    pub(crate) async fn open(&self, counter: u32, clerk: &str) {
        self.accepted(by(clerk, Command::OpenCounter { counter: CounterId(counter) })).await;
    }
}

/// A citizen's command.
pub(crate) fn anyone(command: Command) -> Submission {
    Submission { actor: Actor::Anyone, key: None, command, status: 201 }
}

/// A clerk's command.
pub(crate) fn by(clerk: &str, command: Command) -> Submission {
    let actor = Actor::User { name: UserId(clerk.into()), role: Role::Clerk };
    Submission { actor, key: None, command, status: 200 }
}

/// The same command under a key.
pub(crate) fn under(key: &str, fingerprint: &str, submission: Submission) -> Submission {
    let key = GivenKey { key: key.to_owned(), fingerprint: fingerprint.to_owned() };
    Submission { key: Some(key), ..submission }
}

/// A number of the test's only service; `ticket` is its id.
pub(crate) fn issue(ticket: u128) -> Command {
    Command::Issue(Issue::plain(
        TicketId(ticket),
        ServiceId(Slug::new("papers").expect("a slug")),
        Slug::new("kiosk").expect("a slug"),
    ))
}

pub(crate) fn call(counter: u32) -> Command {
    Command::CallNext { counter: CounterId(counter) }
}

/// The ticket in an answer about one, or the one that a counter holds.
pub(crate) fn ticket(released: &Released) -> Option<queue_wire::ticket::Ticket> {
    match &released.answer {
        Answer::Ticket(ticket) => Some(ticket.as_ref().clone()),
        Answer::Counter(counter) => counter.ticket.clone(),
        Answer::Office(_) => None,
    }
}

/// Waits until `held` says so; fails where that takes too long.
pub(crate) async fn until(what: &str, mut held: impl FnMut() -> bool) {
    let deadline = tokio::time::Instant::now() + SOON;
    while !held() {
        assert!(tokio::time::Instant::now() < deadline, "in vain waited until {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
