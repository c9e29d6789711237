//! Taking a number.

use crate::command::Issue;
use crate::event::OfficeEvent;
use crate::ids::{ClassId, Lang, ServiceId};
use crate::layout::Service;
use crate::number::Number;
use crate::office::{Office, TICKETS_MAX};
use crate::permit::Actor;
use crate::refusal::Refusal;
use crate::series::Series;
use crate::ticket::{DOSSIERS_MAX, THEN_MAX};
use crate::time::At;

/// Issues the next number of the series.
pub(super) fn issue(
    office: &Office,
    actor: &Actor,
    wanted: &Issue,
    at: At,
) -> Result<Vec<OfficeEvent>, Refusal> {
    let service = known(office, &wanted.service)?;
    for next in &wanted.then {
        known(office, next)?;
    }
    if office.tickets.contains_key(&wanted.ticket) {
        return Err(invalid("ticket", "this id stands for another ticket".to_owned()));
    }
    if wanted.then.len() > THEN_MAX {
        return Err(invalid("then", format!("at most {THEN_MAX} services can follow")));
    }
    if !(1..=DOSSIERS_MAX).contains(&wanted.dossiers) {
        return Err(invalid("dossiers", format!("write 1 to {DOSSIERS_MAX}")));
    }
    let (class, asked) = class(office, actor, wanted.class.as_ref())?;
    let lang = lang(office, wanted.lang.as_ref())?;
    let number = next_number(office, service, at)?;
    Ok(vec![OfficeEvent::TicketIssued {
        ticket: wanted.ticket,
        number,
        service: service.id.clone(),
        class,
        asked,
        lang,
        channel: wanted.channel.clone(),
        then: wanted.then.clone(),
        dossiers: wanted.dossiers,
        assist: wanted.assist,
    }])
}

/// Why no number of `service` is issued at `at`, if so.
#[must_use]
pub(crate) fn closed_because(office: &Office, service: &Service, at: At) -> Option<Refusal> {
    next_number(office, service, at).err()
}

/// The number that `service` issues at `at`, or why it issues none.
fn next_number(office: &Office, service: &Service, at: At) -> Result<Number, Refusal> {
    if office.alarm.is_some() {
        return Err(Refusal::Alarm);
    }
    let open = !office.closed && office.plan.as_ref().is_some_and(|plan| plan.open_at(at));
    if !open {
        return Err(Refusal::OfficeClosed);
    }
    if service.stopped {
        return Err(Refusal::NumbersStopped(service.id.clone()));
    }
    if office.counts.total >= TICKETS_MAX {
        return Err(Refusal::NumbersUsedUp(service.id.clone()));
    }
    let series = office.series.get(&service.id).copied().unwrap_or(Series::FRESH);
    let next = series.next(service, |number| office.numbers.contains_key(&number));
    next.ok_or_else(|| Refusal::NumbersUsedUp(service.id.clone()))
}

fn known<'o>(office: &'o Office, id: &ServiceId) -> Result<&'o Service, Refusal> {
    office.layout.service(id).ok_or_else(|| Refusal::UnknownService(id.to_string()))
}

/// The class that counts, and the one that staff are asked to confirm.
fn class(
    office: &Office,
    actor: &Actor,
    asked: Option<&ClassId>,
) -> Result<(ClassId, Option<ClassId>), Refusal> {
    let default = &office.layout.default_class().id;
    let Some(asked) = asked else { return Ok((default.clone(), None)) };
    let class = office.layout.class(asked).ok_or_else(|| Refusal::UnknownClass(asked.to_string()))?;
    let by_staff = matches!(actor, Actor::User { .. } | Actor::System);
    if class.confirm && !by_staff {
        Ok((default.clone(), Some(asked.clone())))
    } else {
        Ok((asked.clone(), None))
    }
}

fn lang(office: &Office, asked: Option<&Lang>) -> Result<Lang, Refusal> {
    match asked {
        None => Ok(office.layout.default_language().clone()),
        Some(lang) if office.layout.languages.contains(lang) => Ok(lang.clone()),
        Some(lang) => Err(Refusal::UnknownLanguage(lang.to_string())),
    }
}

fn invalid(field: &'static str, what: String) -> Refusal {
    Refusal::InvalidField { field, what }
}
