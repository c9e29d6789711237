//! The TypeScript types of the pages are generated from this crate and stay fresh.
//!
//! Run with `QUEUE_WIRE_WRITE=1` to write `web/src/wire.ts` anew.

use std::path::Path;

use queue_wire::{audit, counter, live, office, problem, session, settings, stats, ticket};
use ts_rs::{Config, TS};

fn declarations() -> String {
    let config = Config::default();
    let mut text =
        String::from("// Generated from crates/queue-wire by its test `typescript`. Do not edit.\n\n");
    let mut add = |declaration: String| {
        text.push_str("export ");
        text.push_str(&declaration);
        text.push_str("\n\n");
    };
    add(office::Wait::decl(&config));
    add(office::Class::decl(&config));
    add(office::Service::decl(&config));
    add(office::CounterPlace::decl(&config));
    add(office::Office::decl(&config));
    add(office::Offices::decl(&config));
    add(ticket::TicketState::decl(&config));
    add(ticket::TicketRequest::decl(&config));
    add(ticket::Ticket::decl(&config));
    add(ticket::Tickets::decl(&config));
    add(ticket::TicketPlace::decl(&config));
    add(ticket::MoveRequest::decl(&config));
    add(ticket::ConfirmRequest::decl(&config));
    add(ticket::RatingRequest::decl(&config));
    add(ticket::ReadyRequest::decl(&config));
    add(ticket::ReasonRequest::decl(&config));
    add(counter::CounterState::decl(&config));
    add(counter::Line::decl(&config));
    add(counter::WhyCalled::decl(&config));
    add(counter::Counter::decl(&config));
    add(counter::CallRequest::decl(&config));
    add(counter::FinishRequest::decl(&config));
    add(counter::TransferRequest::decl(&config));
    add(live::Notice::decl(&config));
    add(live::BoardCall::decl(&config));
    add(live::BoardService::decl(&config));
    add(live::BoardCounter::decl(&config));
    add(live::Board::decl(&config));
    add(live::Call::decl(&config));
    add(stats::Spread::decl(&config));
    add(stats::Rating::decl(&config));
    add(stats::Figures::decl(&config));
    add(stats::ServiceFigures::decl(&config));
    add(stats::ClassFigures::decl(&config));
    add(stats::CounterFigures::decl(&config));
    add(stats::HourFigures::decl(&config));
    add(stats::Stats::decl(&config));
    add(live::Message::decl(&config));
    add(audit::AuditItem::decl(&config));
    add(audit::Audit::decl(&config));
    add(session::Role::decl(&config));
    add(session::SessionRequest::decl(&config));
    add(session::Session::decl(&config));
    add(session::PasswordRequest::decl(&config));
    add(session::UserRequest::decl(&config));
    add(session::User::decl(&config));
    add(session::Users::decl(&config));
    add(settings::ClassLayout::decl(&config));
    add(settings::ServiceLayout::decl(&config));
    add(settings::CounterLayout::decl(&config));
    add(settings::NoticeLayout::decl(&config));
    add(settings::Layout::decl(&config));
    add(problem::Problem::decl(&config));
    text
}

#[test]
fn the_types_of_the_pages_are_fresh() -> std::io::Result<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/src/wire.ts");
    let fresh = declarations();
    if std::env::var_os("QUEUE_WIRE_WRITE").is_some() {
        std::fs::create_dir_all(path.parent().expect("a file has a folder"))?;
        std::fs::write(&path, &fresh)?;
    }
    let kept = std::fs::read_to_string(&path)?;
    assert!(kept == fresh, "web/src/wire.ts is stale: run QUEUE_WIRE_WRITE=1 cargo test -p queue-wire");
    Ok(())
}
