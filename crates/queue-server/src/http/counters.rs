//! Counters: open, pause, close, call, and what happens to the ticket held there.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use queue_core::command::{Command, Target};
use queue_core::ids::CounterId;
use queue_core::number::Number;
use queue_core::permit::Role;
use queue_core::refusal::Refusal;
use queue_wire::counter::{CallRequest, Counter, FinishRequest, TransferRequest};
use queue_wire::ticket::ReasonRequest;

use crate::http::asked::{Asked, Seen, office, optional_text, text};
use crate::http::paths::{self, CounterPath};
use crate::http::problem::Fault;
use crate::site::Site;

/// The counter as its clerk sees it (staff: it names the clerk).
#[utoipa::path(get, path = "/api/v1/offices/{office}/counters/{counter}", tag = "counters",
    params(CounterPath), responses((status = 200, body = Counter)))]
pub(super) async fn one(
    State(site): State<Site>,
    Path(path): Path<CounterPath>,
    seen: Seen,
) -> Result<Json<Counter>, Fault> {
    let office = office(&site, &path.office)?;
    seen.staff(Role::Clerk)?;
    Ok(Json(office.counter(path.id()?).await?))
}

/// Opens the counter, or goes on after a pause.
#[utoipa::path(post, path = "/api/v1/offices/{office}/counters/{counter}/open", tag = "counters",
    params(CounterPath), responses((status = 200, body = Counter)))]
pub(super) async fn open(Path(path): Path<CounterPath>, asked: Asked) -> Result<Response, Fault> {
    simple(&path, asked, |counter| Command::OpenCounter { counter }).await
}

/// Stops calling for a while.
#[utoipa::path(post, path = "/api/v1/offices/{office}/counters/{counter}/pause", tag = "counters",
    params(CounterPath), request_body = ReasonRequest, responses((status = 200, body = Counter)))]
pub(super) async fn pause(Path(path): Path<CounterPath>, asked: Asked) -> Result<Response, Fault> {
    let site = asked.site.clone();
    let office = office(&site, &path.office)?;
    asked.staff(Role::Clerk)?;
    let reason = text(&site.chance, "reason", &asked.body::<ReasonRequest>()?.reason.unwrap_or_default())?;
    asked.submit(office, Command::PauseCounter { counter: path.id()?, reason }, 200).await
}

/// Leaves the counter; a ticket held there goes back in line.
#[utoipa::path(post, path = "/api/v1/offices/{office}/counters/{counter}/close", tag = "counters",
    params(CounterPath), responses((status = 200, body = Counter)))]
pub(super) async fn close(Path(path): Path<CounterPath>, asked: Asked) -> Result<Response, Fault> {
    simple(&path, asked, |counter| Command::CloseCounter { counter }).await
}

/// Calls the next ticket, finishing the one being served; or a chosen number, with a reason.
///
/// `ticket` in the answer is null when nobody waits.
#[utoipa::path(post, path = "/api/v1/offices/{office}/counters/{counter}/call", tag = "counters",
    params(CounterPath), request_body = CallRequest, responses((status = 200, body = Counter)))]
pub(super) async fn call(Path(path): Path<CounterPath>, asked: Asked) -> Result<Response, Fault> {
    let site = asked.site.clone();
    let office = office(&site, &path.office)?;
    asked.staff(Role::Clerk)?;
    let request: CallRequest = asked.body()?;
    let counter = path.id()?;
    let command = match request.number {
        None => Command::CallNext { counter },
        Some(number) => {
            let number: Number = number.parse().map_err(|_| Refusal::UnknownTicket)?;
            Command::CallChosen {
                counter,
                number,
                reason: optional_text(&site.chance, "reason", request.reason.as_ref())?,
            }
        }
    };
    asked.submit(office, command, 200).await
}

/// Calls the called ticket once more.
#[utoipa::path(post, path = "/api/v1/offices/{office}/counters/{counter}/recall", tag = "counters",
    params(CounterPath), responses((status = 200, body = Counter)))]
pub(super) async fn recall(Path(path): Path<CounterPath>, asked: Asked) -> Result<Response, Fault> {
    simple(&path, asked, |counter| Command::Recall { counter }).await
}

/// The called citizen is at the counter.
#[utoipa::path(post, path = "/api/v1/offices/{office}/counters/{counter}/start", tag = "counters",
    params(CounterPath), responses((status = 200, body = Counter)))]
pub(super) async fn start(Path(path): Path<CounterPath>, asked: Asked) -> Result<Response, Fault> {
    simple(&path, asked, |counter| Command::Start { counter }).await
}

/// The service is done; a ticket with further services goes on to the next one.
#[utoipa::path(post, path = "/api/v1/offices/{office}/counters/{counter}/finish", tag = "counters",
    params(CounterPath), request_body = FinishRequest, responses((status = 200, body = Counter)))]
pub(super) async fn finish(Path(path): Path<CounterPath>, asked: Asked) -> Result<Response, Fault> {
    let site = asked.site.clone();
    let office = office(&site, &path.office)?;
    asked.staff(Role::Clerk)?;
    let outcome = optional_text(&site.chance, "outcome", asked.body::<FinishRequest>()?.outcome.as_ref())?;
    asked.submit(office, Command::Finish { counter: path.id()?, outcome }, 200).await
}

/// The called citizen did not come; refused earlier than `absent_after_s` after the call.
#[utoipa::path(post, path = "/api/v1/offices/{office}/counters/{counter}/absent", tag = "counters",
    params(CounterPath), responses((status = 200, body = Counter)))]
pub(super) async fn absent(Path(path): Path<CounterPath>, asked: Asked) -> Result<Response, Fault> {
    simple(&path, asked, |counter| Command::Absent { counter }).await
}

/// Sets the ticket aside for a signature or a result.
#[utoipa::path(post, path = "/api/v1/offices/{office}/counters/{counter}/park", tag = "counters",
    params(CounterPath), request_body = ReasonRequest, responses((status = 200, body = Counter)))]
pub(super) async fn park(Path(path): Path<CounterPath>, asked: Asked) -> Result<Response, Fault> {
    let site = asked.site.clone();
    let office = office(&site, &path.office)?;
    asked.staff(Role::Clerk)?;
    let reason = text(&site.chance, "reason", &asked.body::<ReasonRequest>()?.reason.unwrap_or_default())?;
    asked.submit(office, Command::Park { counter: path.id()?, reason }, 200).await
}

/// Puts the ticket back in line, at its place.
#[utoipa::path(post, path = "/api/v1/offices/{office}/counters/{counter}/return", tag = "counters",
    params(CounterPath), responses((status = 200, body = Counter)))]
pub(super) async fn put_back(Path(path): Path<CounterPath>, asked: Asked) -> Result<Response, Fault> {
    simple(&path, asked, |counter| Command::Return { counter }).await
}

/// Sends the ticket on, to the line of a service or to one counter; number and time waited stay.
#[utoipa::path(post, path = "/api/v1/offices/{office}/counters/{counter}/transfer", tag = "counters",
    params(CounterPath), request_body = TransferRequest, responses((status = 200, body = Counter)))]
pub(super) async fn transfer(Path(path): Path<CounterPath>, asked: Asked) -> Result<Response, Fault> {
    let site = asked.site.clone();
    let office = office(&site, &path.office)?;
    asked.staff(Role::Clerk)?;
    let request: TransferRequest = asked.body()?;
    let to = match (request.service, request.counter) {
        (Some(service), None) => Target::Service(paths::service(&service)?),
        (None, Some(counter)) => Target::Counter(CounterId(counter)),
        (Some(_), Some(_)) | (None, None) => {
            return Err(Fault::invalid("give either `service` or `counter`"));
        }
    };
    asked.submit(office, Command::Transfer { counter: path.id()?, to }, 200).await
}

async fn simple(
    path: &CounterPath,
    asked: Asked,
    command: impl FnOnce(CounterId) -> Command,
) -> Result<Response, Fault> {
    let site = asked.site.clone();
    let office = office(&site, &path.office)?;
    asked.staff(Role::Clerk)?;
    asked.submit(office, command(path.id()?), 200).await
}
