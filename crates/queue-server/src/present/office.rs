//! What the public may know of an office.

use queue_core::views::board::{Board, BoardCounter, BoardService, Shown};
use queue_wire::office as wire;

use super::Scene;

/// The office with its services, counters and waits of this moment.
#[must_use]
pub fn office(scene: Scene<'_>) -> wire::Office {
    let (office, layout) = (scene.office, &scene.office.layout);
    let board = Board::of(office, scene.forecast, scene.at);
    let plan = office.plan.as_ref();
    let open = !office.closed && office.alarm.is_none() && plan.is_some_and(|plan| plan.open_at(scene.at));
    wire::Office {
        id: layout.id.to_string(),
        name: super::words(&layout.name),
        languages: layout.languages.iter().map(ToString::to_string).collect(),
        time_zone: layout.time_zone.clone(),
        date: plan.map(|plan| plan.date.to_string()).unwrap_or_default(),
        open,
        day_closed: office.closed,
        alarm: board.alarm,
        hours_today: hours(scene),
        classes: layout.classes.iter().map(class).collect(),
        services: layout.services.iter().zip(&board.services).map(|(of, shown)| service(of, shown)).collect(),
        counters: layout.counters.iter().zip(&board.counters).map(|(of, shown)| counter(of, shown)).collect(),
        notices: super::board::notices(scene, &board),
        public_url: scene.public_url.to_owned(),
        absent_after_s: layout.absent_after.secs(),
    }
}

/// The windows of the business day; one that ends with the day ends at 24:00.
fn hours(scene: Scene<'_>) -> Option<Vec<String>> {
    let plan = scene.office.plan.as_ref()?;
    let windows = plan.windows.as_ref()?;
    let text = |window: &queue_core::time::Window| {
        let closes = match scene.zone.time_of_day(window.closes) {
            midnight if midnight == "00:00" => "24:00".to_owned(),
            closes => closes,
        };
        format!("{}-{closes}", scene.zone.time_of_day(window.opens))
    };
    Some(windows.iter().map(text).collect())
}

fn class(class: &queue_core::layout::Class) -> wire::Class {
    wire::Class {
        id: class.id.to_string(),
        name: super::words(&class.name),
        confirm: class.confirm,
        legal_basis: class.legal_basis.clone(),
    }
}

fn service(service: &queue_core::layout::Service, shown: &BoardService) -> wire::Service {
    wire::Service {
        id: service.id.to_string(),
        prefix: service.prefix.map(String::from).unwrap_or_default(),
        name: super::words(&service.name),
        open: shown.closed_because.is_none(),
        closed_because: shown.closed_because.as_ref().map(|refusal| refusal.code().0.to_owned()),
        waiting: shown.waiting,
        wait: super::wait(shown.wait),
    }
}

fn counter(place: &queue_core::layout::CounterPlace, shown: &BoardCounter) -> wire::CounterPlace {
    let state = match shown.state {
        Shown::Closed => "closed",
        Shown::Open => "open",
        Shown::Paused => "paused",
    };
    wire::CounterPlace {
        id: place.id.0,
        name: super::words(&place.name),
        state: state.to_owned(),
        services: place.services.iter().map(ToString::to_string).collect(),
        backup_services: place.backup_services.iter().map(ToString::to_string).collect(),
    }
}
