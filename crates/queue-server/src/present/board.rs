//! The lobby's board and its announcements. Public: no names, no reasons.

use queue_core::ids::{CounterId, Lang};
use queue_core::layout::Layout;
use queue_core::phrase::{Announcement, phrase};
use queue_core::ticket::Ticket;
use queue_core::time::{At, Millis};
use queue_core::views::board::{Board, BoardCall, BoardService};
use queue_wire::live as wire;

use super::Scene;

/// How long a call may still be announced: after that, the number on the screen has to do.
pub const CALL_LIFE: Millis = Millis::from_secs(90);
/// What the screens show while an alarm is on, in the languages that the server writes.
const ALARM_WORDS: [(&str, &str); 2] = [
    ("vi", "Mời mọi người bình tĩnh rời khỏi tòa nhà và làm theo hướng dẫn của cán bộ."),
    ("en", "Please leave the building calmly and follow the staff's instructions."),
];

/// The whole board.
#[must_use]
pub fn board(scene: Scene<'_>) -> wire::Board {
    let board = Board::of(scene.office, scene.forecast, scene.at);
    wire::Board {
        calls: board.calls.iter().map(|shown| call(scene, shown)).collect(),
        services: board.services.iter().map(service).collect(),
        counters: board
            .counters
            .iter()
            .map(|shown| wire::BoardCounter {
                id: shown.id.0,
                state: super::counter_state(shown.state),
                number: shown.number.map(|number| number.to_string()),
            })
            .collect(),
        notices: notices(scene, &board),
        alarm: board.alarm,
    }
}

/// The notices that stand on a board, the alarm first.
pub(super) fn notices(scene: Scene<'_>, board: &Board) -> Vec<wire::Notice> {
    let languages = &scene.office.layout.languages;
    let spoken = |lang: &str| languages.iter().any(|known| &*known.0 == lang);
    let alarm = board.alarm.then(|| wire::Notice {
        id: "alarm".to_owned(),
        kind: "alarm".to_owned(),
        text: ALARM_WORDS
            .iter()
            .filter(|(lang, _)| spoken(lang) || *lang == "en")
            .map(|(lang, text)| ((*lang).to_owned(), (*text).to_owned()))
            .collect(),
    });
    let notices = board.notices.iter().map(|notice| wire::Notice {
        id: notice.id.to_string(),
        kind: "notice".to_owned(),
        text: super::words(&notice.text),
    });
    alarm.into_iter().chain(notices).collect()
}

/// The announcement of `ticket` called to `counter` at `at`, for the `recall`-th time again.
#[must_use]
pub fn announcement(
    scene: Scene<'_>,
    ticket: &Ticket,
    counter: CounterId,
    recall: u32,
    at: At,
) -> wire::Call {
    let layout = &scene.office.layout;
    let number = ticket.number.to_string();
    let texts: Vec<&str> = layout.languages.iter().map(|lang| &*lang.0).collect();
    let spoken = spoken(layout, &ticket.lang);
    let phrase = phrase(&Announcement {
        number: &number,
        counter: counter.0,
        recall: recall > 0,
        for_result: ticket.last_call.is_some_and(|call| call.for_result),
        texts: &texts,
        spoken: &spoken,
    });
    wire::Call {
        number,
        counter: counter.0,
        recall,
        called_at: scene.zone.text(at),
        expires_at: scene.zone.text(at.plus(CALL_LIFE)),
        text: phrase.text,
        clips: phrase.clips,
    }
}

/// The office's voices, else its default language; then the ticket's own language where none of them speaks it.
fn spoken<'a>(layout: &'a Layout, own: &'a Lang) -> Vec<&'a str> {
    let mut spoken: Vec<&str> = layout.voices.iter().map(|voice| &*voice.0).collect();
    if spoken.is_empty() {
        spoken.push(&layout.default_language().0);
    }
    if spoken.iter().all(|voice| language(voice) != language(&own.0)) {
        spoken.push(&own.0);
    }
    spoken
}

fn language(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}

fn call(scene: Scene<'_>, call: &BoardCall) -> wire::BoardCall {
    wire::BoardCall {
        number: call.number.to_string(),
        counter: call.counter.0,
        state: super::ticket::word(&call.state).to_owned(),
        called_at: scene.zone.text(call.called_at),
        priority: call.priority,
        out_of_order: call.out_of_order,
        for_result: call.for_result,
    }
}

fn service(service: &BoardService) -> wire::BoardService {
    wire::BoardService {
        id: service.id.to_string(),
        waiting: service.waiting,
        wait: super::wait(service.wait),
        closed_because: service.closed_because.as_ref().map(|refusal| refusal.code().0.to_owned()),
    }
}
