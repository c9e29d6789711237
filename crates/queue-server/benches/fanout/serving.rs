//! The server: the whole one, with its journal on disk, and a clerk who does what standard input asks for.

use std::io::BufRead;
use std::num::NonZeroU32;
use std::path::Path;

use queue_core::command::{Command, Issue};
use queue_core::ids::{CounterId, ServiceId, Slug, TicketId, UserId};
use queue_core::permit::{Actor, Role};
use queue_server::engine::handle::{OfficeHandle, Rejection, Released, Submission};
use queue_server::server::{Start, start};
use tokio::runtime::Runtime;

use crate::part::{now_ns, process_cpu_ns, resident_bytes, say};

const COUNTER: CounterId = CounterId(1);
const SERVICE: &str = "chung-thuc";

/// Says its port, then does what standard input asks for.
pub(crate) fn run(data: &Path, port: u16) {
    let runtime = Runtime::new().unwrap();
    let running = runtime.block_on(async {
        let mut parts = Start::for_tests(data);
        parts.settings.server.listen.set_port(port);
        parts.settings.limits.connections = NonZeroU32::new(20_000).unwrap();
        start(parts).await.unwrap()
    });
    let office = running.site.offices.iter().next().unwrap().clone();
    say(running.address.port());
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        match line.split(' ').collect::<Vec<_>>().as_slice() {
            ["tickets", count, file] => {
                let ids = runtime.block_on(tickets(&office, count.parse().unwrap()));
                std::fs::write(file, ids.join("\n")).unwrap();
                say("issued");
            }
            ["open"] => say(runtime.block_on(order(&office, Command::OpenCounter { counter: COUNTER }))),
            ["next"] => {
                // Only a ticket that is being served can be finished by the next call; the first has none before it.
                drop(runtime.block_on(submit(&office, Command::Start { counter: COUNTER })));
                say(runtime.block_on(order(&office, Command::CallNext { counter: COUNTER })));
            }
            ["recall"] => say(runtime.block_on(order(&office, Command::Recall { counter: COUNTER }))),
            ["cpu"] => say(process_cpu_ns()),
            ["memory"] => say(resident_bytes()),
            other => panic!("{other:?}"),
        }
    }
}

/// Submits what must be accepted; gives the times before it was submitted and when it was durable.
async fn order(office: &OfficeHandle, command: Command) -> String {
    let begun = now_ns();
    submit(office, command).await.unwrap();
    format!("{begun} {}", now_ns())
}

async fn submit(office: &OfficeHandle, command: Command) -> Result<Released, Rejection> {
    let actor = Actor::User { name: UserId("lan".into()), role: Role::Clerk };
    office.submit(Submission { actor, key: None, command, status: 200 }).await
}

/// Takes `count` numbers of the counter's service; gives their ids.
async fn tickets(office: &OfficeHandle, count: u128) -> Vec<String> {
    let mut ids = Vec::new();
    for number in 1..=count {
        let ticket = TicketId(number << 64 | 0x5eed);
        let command = Command::Issue(Issue::plain(
            ticket,
            ServiceId(Slug::new(SERVICE).unwrap()),
            Slug::new("kiosk").unwrap(),
        ));
        office.submit(Submission { actor: Actor::Anyone, key: None, command, status: 201 }).await.unwrap();
        ids.push(ticket.to_string());
    }
    ids
}
