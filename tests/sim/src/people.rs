//! Citizens at kiosks: they take numbers, ask again with the same key until they are answered, press twice, come
//! back to an old key, give numbers back; and how everybody asks until there is an answer.

use std::time::Duration;

use serde_json::Value;
use tokio::time::sleep;

use crate::dice::Dice;
use crate::ledger::Heard;
use crate::net::{Answer, Request, send};
use crate::shared::Shared;

/// Attempts of one request at most.
const ATTEMPTS_MAX: u32 = 80;

/// Somebody who asks.
#[derive(Clone)]
pub struct Asker {
    /// What is shared.
    pub shared: Shared,
    /// Own dice.
    pub dice: Dice,
    /// The user, for staff.
    pub user: Option<&'static str>,
    /// The name in keys.
    pub name: String,
    count: u64,
}

impl Asker {
    /// Somebody with this name; `user` where signed in.
    #[must_use]
    pub fn new(shared: &Shared, user: Option<&'static str>, name: String) -> Self {
        let dice = shared.plan.dice.split();
        Self { shared: shared.clone(), dice, user, name, count: 0 }
    }

    /// A key that was never used.
    pub fn key(&mut self) -> String {
        self.count += 1;
        format!("{}-{}", self.name, self.count)
    }

    /// Posts until somebody answers otherwise than «ask again»; nothing where the run ended before.
    pub async fn post(&self, path: &str, key: &str, body: &str) -> Option<Answer> {
        self.ask("POST", path, Some(key.to_owned()), body).await
    }

    /// Reads.
    pub async fn get(&self, path: &str) -> Option<Answer> {
        self.ask("GET", path, None, "").await
    }

    async fn ask(&self, method: &'static str, path: &str, key: Option<String>, body: &str) -> Option<Answer> {
        let sent_ms = self.shared.now_ms();
        let mut first_seq = None;
        for _ in 0..ATTEMPTS_MAX {
            if self.shared.server().over {
                return None;
            }
            let token = self.user.and_then(|user| self.shared.token(user));
            let sent_seq = self.shared.disk.state().durable.0;
            let first_seq = *first_seq.get_or_insert(sent_seq);
            if self.user.is_none() || token.is_some() {
                let (path, body) = (path.to_owned(), body.to_owned());
                let request = Request { method, path, token, key: key.clone(), body };
                let answer = send(&request).await;
                if let Some(answer) = answer.filter(|answer| !matches!(answer.status, 401 | 503)) {
                    // Done before it was asked again: the first answer was lost.
                    let done = |seq: u64| key.is_some() && (first_seq + 1..=sent_seq).contains(&seq);
                    if answer.status < 300 && answer.seq.is_some_and(done) {
                        self.shared.ledger().sums.lost_replies += 1;
                    }
                    self.heard(request, (sent_ms, sent_seq), &answer);
                    return Some(answer);
                }
            }
            sleep(self.dice.millis(60, 700)).await;
        }
        None
    }
}

impl Asker {
    /// Writes an answer into the ledger.
    fn heard(&self, request: Request, (sent_ms, sent_seq): (u64, u64), answer: &Answer) {
        let (now, heard_seq) = {
            let state = self.shared.disk.state();
            (state.now_ms, state.durable.0)
        };
        let scope = self.user.map_or("anyone".to_owned(), |user| format!("user:{user}"));
        let what = format!("{} {}", request.method, request.path);
        let mut ledger = self.shared.ledger();
        ledger.note(now, &format!("{scope} {:?} {what} {} {}", request.key, answer.status, answer.body));
        if let Some(wrong) = impossible(&answer.body) {
            ledger.violations.push(format!("{what} was answered with {wrong}"));
        }
        ledger.heard.push(Heard {
            scope,
            key: request.key,
            what,
            sent: request.body,
            sent_ms,
            sent_seq,
            heard_seq,
            status: answer.status,
            seq: answer.seq,
            body: answer.body.clone(),
        });
    }
}

/// Lengths of time in a body that nobody can have waited or will wait.
#[must_use]
pub fn impossible(body: &Value) -> Option<String> {
    const LONGEST_S: f64 = 60.0 * 86_400.0;
    match body {
        Value::Object(fields) => fields.iter().find_map(|(name, value)| {
            let timed = name.ends_with("_s") || name == "ahead" || name == "waiting";
            match value.as_f64() {
                Some(number) if timed && !(0.0..=LONGEST_S).contains(&number) => {
                    Some(format!("{name} {number}"))
                }
                _ => impossible(value),
            }
        }),
        Value::Array(items) => items.iter().find_map(impossible),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// A kiosk, at which citizens come one after another.
pub async fn kiosk(shared: Shared, index: u64) {
    let mut asker = Asker::new(&shared, None, format!("kiosk{index}"));
    let dice = asker.dice.clone();
    let mut old: Vec<(String, String)> = Vec::new();
    while !shared.closing() {
        sleep(dice.millis(5, shared.plan.arrival_ms)).await;
        if dice.chance(12) && !old.is_empty() {
            // A kiosk that was off comes back to a press of before.
            let (key, body) = dice.pick(&old).clone();
            asker.post("/tickets", &key, &body).await;
            continue;
        }
        let (key, body) = (asker.key(), wanted(&dice, &shared));
        let answer = if dice.chance(10) {
            let (one, other) =
                tokio::join!(asker.post("/tickets", &key, &body), asker.post("/tickets", &key, &body));
            one.or(other)
        } else {
            asker.post("/tickets", &key, &body).await
        };
        let Some(answer) = answer else { continue };
        old.push((key.clone(), body.clone()));
        if answer.status == 201 {
            visit(&mut asker, &key, &answer.body).await;
        }
    }
}

/// What a citizen does with the ticket before somebody else comes to the kiosk.
async fn visit(asker: &mut Asker, key: &str, ticket: &Value) {
    let dice = asker.dice.clone();
    let Some(id) = ticket["id"].as_str().map(str::to_owned) else { return };
    match dice.below(20) {
        0 | 1 => {
            sleep(dice.millis(0, 1500)).await;
            let own = asker.key();
            asker.post(&format!("/tickets/{id}/cancel"), &own, "{}").await;
        }
        2 => {
            // The same key for something else is refused, whoever forgot to compare.
            let other = wanted_plainly(&dice, &asker.shared);
            let body = format!("{{\"dossiers\":7,{}", &other[1..]);
            asker.post("/tickets", key, &body).await;
        }
        3 | 4 => {
            asker.get(&format!("/tickets/{id}")).await;
        }
        5 => {
            let own = asker.key();
            asker.post(&format!("/tickets/{id}/rating"), &own, "{\"score\":4}").await;
        }
        _ => {}
    }
}

fn wanted_plainly(dice: &Dice, shared: &Shared) -> String {
    format!("{{\"service\":\"{}\"}}", dice.pick(&shared.plan.services).id)
}

fn wanted(dice: &Dice, shared: &Shared) -> String {
    let service = dice.pick(&shared.plan.services).id;
    let class = if dice.chance(25) { ",\"class\":\"priority\"" } else { "" };
    let then = if dice.chance(15) {
        format!(",\"then\":[\"{}\"]", dice.pick(&shared.plan.services).id)
    } else {
        String::new()
    };
    format!("{{\"service\":\"{service}\"{class}{then}}}")
}

/// A pause that every actor may take.
pub async fn rest(dice: &Dice, most_ms: u64) {
    sleep(dice.millis(most_ms / 8, most_ms).max(Duration::from_millis(1))).await;
}
