//! A hall in full work: citizens, two clerks, somebody who changes the settings, each with a key for every command.
//!
//! What they were answered is kept, so that it can be asked for again after whatever happened to the server.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::OFFICE;
use crate::api::{Api, Reply};
use crate::program::{Ended, Server};
use crate::shim::Watched;

/// Commands of one person in one go, where nothing ends them before.
const COMMANDS_MAX: usize = 100_000;
const CITIZENS: usize = 6;
const SERVICES: [&str; 3] = ["chung-thuc", "ho-tich", "tra-ket-qua"];

/// Who sends a command: a key belongs to a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// The administrator, for citizens at a staffed kiosk too.
    Admin,
    /// The clerk of counter 1.
    Lan,
    /// The clerk of counter 3.
    Minh,
}

/// A command, and its answer where one came.
#[derive(Clone, Debug)]
pub struct Command {
    /// Who.
    pub who: Who,
    /// The idempotency key.
    pub key: String,
    /// Under `/api/v1`.
    pub path: String,
    /// The body.
    pub body: Value,
}

/// An acknowledged command.
#[derive(Clone, Debug)]
pub struct Done {
    /// What was asked.
    pub command: Command,
    /// What was answered.
    pub reply: Reply,
}

/// The people, signed in.
#[derive(Clone)]
pub struct Hall {
    admin: Api,
    lan: Api,
    minh: Api,
}

/// What came of one go.
#[derive(Debug, Default)]
pub struct Work {
    /// Acknowledged.
    pub done: Vec<Done>,
    /// Without an answer, or `outcome-unknown`: at most one each.
    pub unclear: Vec<Command>,
    /// Answered with 503: the codes in order.
    pub unavailable: Vec<String>,
}

impl Hall {
    /// Everybody signs in; clerks are made where they are missing.
    ///
    /// # Errors
    /// When the server does not let in.
    pub async fn enter(url: &str) -> Result<Self> {
        let admin = Api::new(url).admin().await?;
        let (lan, minh) = tokio::join!(admin.clerk(&admin, "lan"), admin.clerk(&admin, "minh"));
        Ok(Self { lan: lan?, minh: minh?, admin })
    }

    /// The administrator.
    #[must_use]
    pub fn admin(&self) -> &Api {
        &self.admin
    }

    fn api(&self, who: Who) -> &Api {
        match who {
            Who::Admin => &self.admin,
            Who::Lan => &self.lan,
            Who::Minh => &self.minh,
        }
    }

    /// Sends a command.
    ///
    /// # Errors
    /// When no answer comes.
    pub async fn send(&self, command: &Command) -> Result<Reply> {
        self.api(command.who).post(&command.path, Some(&command.key), command.body.clone()).await
    }

    /// Everybody works at once until `enough` is raised, or the server is gone. `name` makes the keys of this go.
    ///
    /// # Errors
    /// When a person's task broke.
    pub async fn work(&self, name: &str, enough: &Arc<AtomicBool>) -> Result<Work> {
        let mut tasks = Vec::new();
        for person in 0..CITIZENS + 3 {
            let (hall, name, enough) = (self.clone(), format!("{name}-{person}"), Arc::clone(enough));
            tasks.push(tokio::spawn(async move { hall.person(person, &name, &enough).await }));
        }
        let mut work = Work::default();
        for task in tasks {
            let one = task.await?;
            work.done.extend(one.done);
            work.unclear.extend(one.unclear);
            work.unavailable.extend(one.unavailable);
        }
        Ok(work)
    }

    async fn person(&self, person: usize, name: &str, enough: &AtomicBool) -> Work {
        let mut work = Work::default();
        let mut serving = false;
        for index in 0..COMMANDS_MAX {
            if enough.load(Ordering::Relaxed) {
                break;
            }
            let key = format!("{name}-{index}");
            let command = match person.checked_sub(CITIZENS) {
                None => issue(person + index, key),
                Some(0) => at_counter(Who::Lan, 1, index, serving, key),
                Some(1) => at_counter(Who::Minh, 3, index, serving, key),
                Some(_) => settings(index, key),
            };
            match self.send(&command).await {
                Ok(reply) if (200..300).contains(&reply.status) => {
                    serving = !reply.body["ticket"].is_null();
                    work.done.push(Done { command, reply });
                }
                Ok(reply) if reply.status == 503 => {
                    if reply.code() == "outcome-unknown" {
                        work.unclear.push(command);
                    }
                    work.unavailable.push(reply.code().to_owned());
                }
                Ok(_) => serving = !serving,
                Err(_) => {
                    work.unclear.push(command);
                    break;
                }
            }
        }
        work
    }
}

/// A hall in full work for `lasting`, until `fault` ends the `server` of `watched`: how it ended, and what everybody
/// was answered. `name` is in every key.
///
/// # Errors
/// When the server does not end with 4, or anybody hears what a failing server does not say.
pub async fn work_until(
    (watched, server): (&Watched, Server),
    name: &'static str,
    lasting: Duration,
    fault: &str,
) -> Result<(Ended, Work)> {
    let hall = Hall::enter(&server.url).await?;
    let enough = Arc::new(AtomicBool::new(false));
    let working = {
        let enough = Arc::clone(&enough);
        tokio::spawn(async move { hall.work(name, &enough).await })
    };
    tokio::time::sleep(lasting).await;
    watched.fail(&[fault])?;
    let ended = tokio::task::spawn_blocking(move || server.ended()).await??;
    enough.store(true, Ordering::Relaxed);
    let work = working.await??;
    ensure!(ended.code == Some(4), "it ended with {:?}: {}", ended.code, ended.stderr);
    Ok((ended, work))
}

impl Done {
    /// Checks that a later answer under the same key is the same: the status and the whole body, but for what tells of
    /// those who wait at the moment of the answer.
    ///
    /// # Errors
    /// When it is another.
    pub fn same(&self, again: &Reply) -> Result<()> {
        let facts = |reply: &Reply| {
            let mut body = reply.body.clone();
            without(&mut body, &["ahead", "wait", "waiting", "oldest_s"]);
            // The contract promises ticket and counter: of a layout, which the next change makes older, the office's id.
            if body["services"].is_array() {
                body = body["id"].take();
            }
            (reply.status, body)
        };
        let (first, later) = (facts(&self.reply), facts(again));
        ensure!(first == later, "{:?}: first {first:?}, then {later:?}", self.command);
        Ok(())
    }

    /// The ticket that this command gave out: id and number.
    #[must_use]
    pub fn issued(&self) -> Option<(&str, &str)> {
        let is_issue = self.command.path.ends_with("/tickets");
        is_issue
            .then(|| Some((self.reply.body["id"].as_str()?, self.reply.body["number"].as_str()?)))
            .flatten()
    }
}

/// Takes these members away, wherever they stand.
fn without(value: &mut Value, names: &[&str]) {
    match value {
        Value::Object(members) => {
            members.retain(|name, _| !names.contains(&name.as_str()));
            members.values_mut().for_each(|member| without(member, names));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| without(item, names)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The command that takes a number.
#[must_use]
pub fn issue(index: usize, key: String) -> Command {
    let body = json!({"service": SERVICES[index % SERVICES.len()]});
    Command { who: Who::Admin, key, path: format!("/offices/{OFFICE}/tickets"), body }
}

/// One after the other: call, start, and then what clerks do with a ticket.
fn at_counter(who: Who, counter: u32, index: usize, serving: bool, key: String) -> Command {
    let (act, body) = match (index % 12, serving) {
        (0, _) => ("open", json!({})),
        (2 | 8, true) => ("start", json!({})),
        (3, true) => ("transfer", json!({"service": "tra-ket-qua"})),
        (5 | 6, true) => ("absent", json!({})),
        (7, true) => ("recall", json!({})),
        (9, true) => ("park", json!({"reason": "chờ ký"})),
        (11, true) => ("finish", json!({})),
        _ => ("call", json!({})),
    };
    Command { who, key, path: format!("/offices/{OFFICE}/counters/{counter}/{act}"), body }
}

/// In turn: another notice, another user.
fn settings(index: usize, key: String) -> Command {
    if index % 4 == 3 {
        let body = json!({"user": format!("u-{key}"), "password": "matkhau-2026", "roles": ["clerk"]});
        return Command { who: Who::Admin, key, path: "/users".to_owned(), body };
    }
    let mut layout = layout();
    layout["notices"] =
        json!([{"id": "n1", "text": {"vi": format!("Thông báo {key}"), "en": format!("Notice {key}")}}]);
    Command { who: Who::Admin, key, path: format!("/offices/{OFFICE}/layout"), body: layout }
}

/// The small office as the admin page sends it.
fn layout() -> Value {
    let text = crate::office::text(OFFICE).expect("the office file is there");
    let table: toml::Table = text.parse().expect("the office file is TOML");
    serde_json::to_value(table).expect("TOML without dates is JSON")
}
