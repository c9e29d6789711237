//! Tickets: take, read, cancel, rate; and what staff do to them away from the counter.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use queue_core::command::{Command, Issue};
use queue_core::ids::{ClassId, Lang, Slug, TicketId};
use queue_core::permit::{Actor, Role};
use queue_core::refusal::Refusal;
use queue_wire::office::Office;
use queue_wire::ticket::{
    ConfirmRequest, MoveRequest, RatingRequest, ReadyRequest, ReasonRequest, Ticket, TicketPlace,
    TicketRequest, Tickets,
};
use serde::Deserialize;

use crate::engine::handle::TicketList;
use crate::http::asked::{Asked, Seen, draw, office, optional_text, text};
use crate::http::paths::{self, OfficePath, TicketPath};
use crate::http::problem::Fault;
use crate::site::Site;

/// Where a ticket is taken when nothing is said.
const DEFAULT_CHANNEL: &str = "kiosk";

/// Takes a number.
///
/// Without a session limited per address. A class that needs confirmation waits as the first class until staff
/// confirm it, unless staff ask for it.
#[utoipa::path(post, path = "/api/v1/offices/{office}/tickets", tag = "tickets", params(OfficePath),
    request_body = TicketRequest, responses((status = 201, body = Ticket)))]
pub(super) async fn take(Path(path): Path<OfficePath>, asked: Asked) -> Result<Response, Fault> {
    let site = asked.site.clone();
    let office = office(&site, &path.office)?;
    let wanted: TicketRequest = asked.body()?;
    let class = wanted.class.as_deref().map(class).transpose()?;
    let channel = Slug::new(wanted.channel.as_deref().unwrap_or(DEFAULT_CHANNEL))
        .map_err(|error| Fault::invalid(format!("channel: {error}")))?;
    let then = wanted.then.unwrap_or_default();
    let command = Command::Issue(Issue {
        ticket: TicketId(draw(&site.chance)?),
        service: paths::service(&wanted.service)?,
        class,
        lang: wanted.lang.map(|lang| Lang(Arc::from(lang))),
        channel,
        then: then.iter().map(|service| paths::service(service)).collect::<Result<_, _>>()?,
        dossiers: wanted.dossiers.unwrap_or(1),
        assist: wanted.assist.unwrap_or(false),
    });
    if asked.viewer.actor == Actor::Anyone && !asked.is_repeat(office).await? {
        site.ticket_limit.take(asked.address).map_err(|wait| {
            let detail = "too many numbers were taken from this address: wait a little";
            Fault::new(StatusCode::TOO_MANY_REQUESTS, "too-many-requests", detail).retry_after(wait)
        })?;
    }
    asked.submit(office, command, 201).await
}

/// The ticket as it stands, for whoever holds its id.
#[utoipa::path(get, path = "/api/v1/offices/{office}/tickets/{ticket}", tag = "tickets", params(TicketPath),
    responses((status = 200, body = Ticket)))]
pub(super) async fn one(
    State(site): State<Site>,
    Path(path): Path<TicketPath>,
) -> Result<Json<Ticket>, Fault> {
    Ok(Json(office(&site, &path.office)?.ticket(path.id()).await?))
}

/// The ticket and its office, for a page that knows only the id.
#[utoipa::path(get, path = "/api/v1/tickets/{ticket}", tag = "tickets",
    params(("ticket" = String, Path, description = "The ticket's id, 26 characters.")),
    responses((status = 200, body = TicketPlace)))]
pub(super) async fn anywhere(
    State(site): State<Site>,
    Path(id): Path<String>,
) -> Result<Json<TicketPlace>, Fault> {
    let found = site.offices.find_ticket(paths::ticket(&id)).await;
    let (office, ticket) = found.ok_or(Refusal::UnknownTicket)?;
    Ok(Json(TicketPlace { office: office.to_string(), ticket }))
}

/// Which list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// `parked`, `absent`, `asked` (a class to confirm) or `assist`.
    list: Option<String>,
    /// Instead of a list: the ticket with this number, such as `A012`; none or one.
    number: Option<String>,
}

/// A list of tickets for staff, in the order of issue; never the plain waiting list.
#[utoipa::path(get, path = "/api/v1/offices/{office}/tickets", tag = "tickets", params(OfficePath, ListQuery),
    responses((status = 200, body = Tickets)))]
pub(super) async fn list(
    State(site): State<Site>,
    Path(path): Path<OfficePath>,
    seen: Seen,
) -> Result<Json<Tickets>, Fault> {
    let office = office(&site, &path.office)?;
    seen.staff(Role::Clerk)?;
    let query: ListQuery = seen.query()?;
    let number = query.number.map(|text| text.parse()).transpose().map_err(|_| Refusal::UnknownTicket)?;
    let list = match (query.list.as_deref(), number) {
        (None, Some(number)) => TicketList::Numbered(number),
        (Some("parked"), None) => TicketList::Parked,
        (Some("absent"), None) => TicketList::Absent,
        (Some("asked"), None) => TicketList::Asked,
        (Some("assist"), None) => TicketList::Assist,
        _ => {
            let detail = "list: write parked, absent, asked or assist; or number: a ticket's number";
            return Err(Fault::new(StatusCode::BAD_REQUEST, "bad-query", detail));
        }
    };
    Ok(Json(office.tickets(list).await?))
}

/// Gives the number back.
#[utoipa::path(post, path = "/api/v1/offices/{office}/tickets/{ticket}/cancel", tag = "tickets",
    params(TicketPath), responses((status = 200, body = Ticket)))]
pub(super) async fn cancel(Path(path): Path<TicketPath>, asked: Asked) -> Result<Response, Fault> {
    let site = asked.site.clone();
    let office = office(&site, &path.office)?;
    asked.submit(office, Command::Cancel { ticket: path.id() }, 200).await
}

/// Grants the class that was asked for, or another one; the place by issue time stays.
#[utoipa::path(post, path = "/api/v1/offices/{office}/tickets/{ticket}/confirm", tag = "tickets",
    params(TicketPath), request_body = ConfirmRequest, responses((status = 200, body = Ticket)))]
pub(super) async fn confirm(Path(path): Path<TicketPath>, asked: Asked) -> Result<Response, Fault> {
    let site = asked.site.clone();
    let office = office(&site, &path.office)?;
    asked.staff(Role::Clerk)?;
    let class = asked.body::<ConfirmRequest>()?.class.as_deref().map(class).transpose()?;
    asked.submit(office, Command::Confirm { ticket: path.id(), class }, 200).await
}

/// The result of a parked ticket is there: it waits to be called for it.
#[utoipa::path(post, path = "/api/v1/offices/{office}/tickets/{ticket}/ready", tag = "tickets",
    params(TicketPath), responses((status = 200, body = Ticket)))]
pub(super) async fn ready(Path(path): Path<TicketPath>, asked: Asked) -> Result<Response, Fault> {
    let site = asked.site.clone();
    let office = office(&site, &path.office)?;
    asked.submit(office, Command::Ready { tickets: vec![path.id()] }, 200).await
}

/// The results of a whole pile of parked tickets are there: all become ready, or none.
#[utoipa::path(post, path = "/api/v1/offices/{office}/tickets/ready", tag = "tickets", params(OfficePath),
    request_body = ReadyRequest,
    responses((status = 200, description = "The office; for a single ticket that ticket", body = Office)))]
pub(super) async fn ready_all(Path(path): Path<OfficePath>, asked: Asked) -> Result<Response, Fault> {
    let site = asked.site.clone();
    let office = office(&site, &path.office)?;
    asked.staff(Role::Clerk)?;
    let request: ReadyRequest = asked.body()?;
    let tickets = request.tickets.iter().map(|id| paths::ticket(id)).collect();
    asked.submit(office, Command::Ready { tickets }, 200).await
}

/// Takes an absent ticket back in line, once.
#[utoipa::path(post, path = "/api/v1/offices/{office}/tickets/{ticket}/reinstate", tag = "tickets",
    params(TicketPath), responses((status = 200, body = Ticket)))]
pub(super) async fn reinstate(Path(path): Path<TicketPath>, asked: Asked) -> Result<Response, Fault> {
    let site = asked.site.clone();
    let office = office(&site, &path.office)?;
    asked.submit(office, Command::Reinstate { ticket: path.id() }, 200).await
}

/// Corrects a wrong service; number and time waited stay.
#[utoipa::path(post, path = "/api/v1/offices/{office}/tickets/{ticket}/move", tag = "tickets",
    params(TicketPath), request_body = MoveRequest, responses((status = 200, body = Ticket)))]
pub(super) async fn correct(Path(path): Path<TicketPath>, asked: Asked) -> Result<Response, Fault> {
    let site = asked.site.clone();
    let office = office(&site, &path.office)?;
    asked.staff(Role::Clerk)?;
    let service = paths::service(&asked.body::<MoveRequest>()?.service)?;
    asked.submit(office, Command::Move { ticket: path.id(), service }, 200).await
}

/// Releases a waiting, parked or called ticket that will not be served (supervisor).
#[utoipa::path(post, path = "/api/v1/offices/{office}/tickets/{ticket}/release", tag = "tickets",
    params(TicketPath), request_body = ReasonRequest, responses((status = 200, body = Ticket)))]
pub(super) async fn release(Path(path): Path<TicketPath>, asked: Asked) -> Result<Response, Fault> {
    let site = asked.site.clone();
    let office = office(&site, &path.office)?;
    asked.staff(Role::Supervisor)?;
    let reason = text(&site.chance, "reason", &asked.body::<ReasonRequest>()?.reason.unwrap_or_default())?;
    asked.submit(office, Command::Release { ticket: path.id(), reason }, 200).await
}

/// Rates the visit, once.
#[utoipa::path(post, path = "/api/v1/offices/{office}/tickets/{ticket}/rating", tag = "tickets",
    params(TicketPath), request_body = RatingRequest, responses((status = 200, body = Ticket)))]
pub(super) async fn rate(Path(path): Path<TicketPath>, asked: Asked) -> Result<Response, Fault> {
    let site = asked.site.clone();
    let office = office(&site, &path.office)?;
    let RatingRequest { score, comment } = asked.body()?;
    let comment = optional_text(&site.chance, "comment", comment.as_ref())?;
    asked.submit(office, Command::Rate { ticket: path.id(), score, comment }, 200).await
}

fn class(id: &str) -> Result<ClassId, Refusal> {
    let unknown = || Refusal::UnknownClass(id.chars().take(60).collect());
    Slug::new(id).map(ClassId).map_err(|_| unknown())
}
