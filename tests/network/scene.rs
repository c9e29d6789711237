//! One office whose four lines have one trouble, for a while; and what must be true afterwards.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use queue_client::client::{Act, Client};
use queue_client::key::Key;
use queue_client::retry::Patience;
use queue_tests::api::Api;
use queue_tests::proxy::{Line, Proxy};
use serde_json::{Value, json};

use crate::watch::{Program, Screen, until};

/// A screen is right so soon after its line has healed, whatever was wrong with it.
const RIGHT_AFTER: Duration = Duration::from_secs(5);
/// How long the trouble lasts, with people at work: longer than a line may be silent.
const TROUBLE: Duration = Duration::from_secs(5);
/// Between two presses and two acts.
const STEP: Duration = Duration::from_millis(150);
/// People who stand in line before it begins.
const BEFORE: usize = 12;
/// Calls of the clerk behind the bad line.
const CALLS: usize = 6;
/// How long anything may take that has no limit of its own.
const PATIENCE: Duration = Duration::from_secs(40);

/// What is wrong with the lines.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trouble {
    pub(crate) name: &'static str,
    pub(crate) line: Line,
    /// Every connection is cut when it begins.
    pub(crate) cuts: bool,
    /// Answers are lost after their requests went through.
    pub(crate) loses_replies: bool,
    /// The screen sees nothing of it while it lasts.
    pub(crate) blinds: bool,
    /// The screen has to make its line anew.
    pub(crate) ends_lines: bool,
}

/// An office and its people.
pub(crate) struct Scene {
    pub(crate) office: String,
    pub(crate) server: String,
    pub(crate) folder: PathBuf,
    pub(crate) sounds: PathBuf,
    pub(crate) admin: Api,
    pub(crate) clerk: Api,
}

/// The four bad lines.
struct Lines([Proxy; 4]);

impl Scene {
    /// Plays it; gives a line with what was counted.
    ///
    /// # Errors
    /// When something happened twice, was lost, or a screen stayed wrong.
    pub(crate) async fn play(self, trouble: Trouble) -> Result<String> {
        let start = || Proxy::start(&self.server);
        let lines = Lines([start().await?, start().await?, start().await?, start().await?]);
        let [to_kiosk, to_clerk, to_lobby, to_announcer] = lines.0.each_ref().map(Proxy::url);
        for _ in 0..BEFORE {
            self.post("tickets", json!({"service": "chung-thuc"})).await?;
        }
        let screen = Screen::start(&to_lobby, &self.office)?;
        let straight = Screen::start(&self.server, &self.office)?;
        let announcer = self.announcer(&to_announcer)?;
        let mut kiosk = self.kiosk(&to_kiosk)?;
        until(PATIENCE, || !announcer.said("connected").is_empty(), || announcer.all()).await?;
        kiosk.press("1")?;
        until(PATIENCE, || kiosk.said("\"number\"").len() == 1, || kiosk.all()).await?;
        until(PATIENCE, || screen.words().is_some() && screen.words() == straight.words(), String::new)
            .await?;

        lines.begin(trouble);
        let clerk = tokio::spawn(clerk_calls(self.client(&to_clerk)?, self.office.clone()));
        let neighbour = self.neighbour();
        let trouble_ends = tokio::time::sleep(TROUBLE);
        tokio::pin!(trouble_ends, neighbour);
        let mut neighbour_called = None;
        loop {
            tokio::select! {
                () = &mut trouble_ends => break,
                called = &mut neighbour, if neighbour_called.is_none() => neighbour_called = Some(called?),
                () = tokio::time::sleep(STEP) => {
                    kiosk.press("1")?;
                    if trouble.loses_replies {
                        lines.0.iter().for_each(|line| line.lose_replies(1));
                    }
                }
            }
        }
        let missed = screen.words() != straight.words();
        lines.heal();
        // On a busy machine the neighbour may still be at it.
        let neighbour_called = match neighbour_called {
            Some(called) => called,
            None => tokio::time::timeout(PATIENCE, neighbour).await.context("the neighbour's call")??,
        };

        let right = || screen.words().is_some() && screen.words() == straight.words();
        let told = || format!("{:?} is shown, {:?} is right", screen.words(), straight.words());
        let screen_right = until(RIGHT_AFTER, right, told).await.context("the lobby screen")?;
        let called = tokio::time::timeout(PATIENCE, clerk).await.context("the clerk's calls")???;
        let all = called.iter().cloned().chain([neighbour_called]);
        let all: BTreeSet<String> = all.collect();
        ensure!(all.len() == CALLS + 1, "each call called somebody else: {called:?}");
        // The clerk may have called on until now: the screen follows.
        until(RIGHT_AFTER, || right() && screen.called().is_ok_and(|called| called == all), told)
            .await
            .with_context(|| format!("calls on the screen: {:?}, made: {all:?}", screen.called()))?;
        let announced = || announcer.said(" announced ").len() >= all.len();
        until(PATIENCE, announced, || announcer.all()).await.context("the loudspeaker")?;
        check_announced(&announcer, &all)?;
        let taken = self.check_kiosk(kiosk).await?;
        let lost = screen.shown().lost;
        let replies: u64 = lines.0.iter().map(Proxy::replies_lost).sum();
        ensure!(missed || !trouble.blinds, "the screen saw everything: there was no trouble");
        ensure!(lost > 0 || !trouble.ends_lines, "no line of the screen ended: there was no trouble");
        ensure!(replies > 0 || !trouble.loses_replies, "no answer was lost: there was no trouble");
        Ok(format!(
            "{}: screen right {screen_right:?} after healing, line lost {lost} times, {taken} numbers from the kiosk, \
             {} calls, each announced once, {replies} replies lost",
            trouble.name,
            all.len()
        ))
    }

    async fn post(&self, path: &str, body: Value) -> Result<Value> {
        let reply = self.admin.post(&format!("/offices/{}/{path}", self.office), None, body).await?;
        ensure!(reply.status < 300, "{path}: {reply:?}");
        Ok(reply.body)
    }

    /// A colleague whose line is good calls somebody meanwhile, so that the screen has something to miss.
    async fn neighbour(&self) -> Result<String> {
        tokio::time::sleep(TROUBLE / 2).await;
        let path = |act: &str| format!("/offices/{}/counters/3/{act}", self.office);
        self.clerk.post(&path("open"), None, json!({})).await?;
        let reply = self.clerk.post(&path("call"), None, json!({})).await?;
        ensure!(reply.status == 200 && !reply.number().is_empty(), "the neighbour's call: {reply:?}");
        Ok(reply.number().to_owned())
    }

    fn client(&self, url: &str) -> Result<Client> {
        let token = self.admin.token().context("the administrator is signed in")?;
        Ok(Client::new(url)?.with_token(token).with_patience(Patience::Forever))
    }

    fn announcer(&self, url: &str) -> Result<Program> {
        let out = format!("wav:{}", self.folder.join(format!("{}.wav", self.office)).display());
        let sounds = self.sounds.display().to_string();
        let place = ["--server", url, "--office", &self.office];
        Program::start(
            "queue-announcer",
            &[&place[..], &["--out", &out, "--lang", "vi", "--sounds", &sounds]].concat(),
        )
    }

    fn kiosk(&self, url: &str) -> Result<Program> {
        let state = self.folder.join(format!("{}-kiosk.json", self.office)).display().to_string();
        let place = ["run", "--server", url, "--office", &self.office, "--state", &state];
        Program::start("queue-kiosk", &[&place[..], &["--keys", "1=chung-thuc"]].concat())
    }

    /// Every press that was taken has its number, once, and the server gave no other.
    async fn check_kiosk(&self, mut kiosk: Program) -> Result<usize> {
        // A line that died without a word is noticed by the first press; this one also shows that it goes on.
        let before = kiosk.said("\"number\"").len();
        kiosk.press("1")?;
        until(PATIENCE, || kiosk.said("\"number\"").len() > before, || kiosk.all())
            .await
            .context("the kiosk")?;
        let issued = || async {
            let stats = self.admin.get(&format!("/offices/{}/stats/today", self.office)).await?;
            stats.body["issued"].as_u64().context("a figure")
        };
        let told = kiosk.lines();
        kiosk.end().await?;
        let tickets: Vec<Value> = told
            .lock()
            .expect("no reader panics")
            .iter()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect();
        let numbers: BTreeSet<&str> = tickets.iter().filter_map(|ticket| ticket["number"].as_str()).collect();
        ensure!(numbers.len() == tickets.len(), "no number twice: {numbers:?}");
        let issued = issued().await?;
        ensure!(
            issued == (BEFORE + tickets.len()) as u64,
            "{issued} issued, {} told by the kiosk",
            tickets.len()
        );
        for ticket in &tickets {
            let id = ticket["id"].as_str().context("a ticket has an id")?;
            let known = self.admin.get(&format!("/offices/{}/tickets/{id}", self.office)).await?;
            ensure!(known.number() == ticket["number"], "{known:?} is not {ticket}");
        }
        Ok(tickets.len())
    }
}

impl Lines {
    fn begin(&self, trouble: Trouble) {
        for line in &self.0 {
            line.set(trouble.line);
            if trouble.cuts {
                line.cut();
            }
        }
    }

    fn heal(&self) {
        for line in &self.0 {
            line.set(Line::default());
            line.lose_replies(0);
        }
    }
}

/// The clerk of counter 1 calls one after another, asking on until each answer is known.
async fn clerk_calls(client: Client, office: String) -> Result<Vec<String>> {
    let mut called = Vec::new();
    client.act(&office, 1, &Act::Open, &Key::fresh()?).await?;
    for _ in 0..CALLS {
        let counter = client.act(&office, 1, &Act::CallNext, &Key::fresh()?).await?;
        called.push(counter.ticket.context("somebody waits")?.number);
        client.act(&office, 1, &Act::Start, &Key::fresh()?).await?;
        tokio::time::sleep(STEP).await;
    }
    ensure!(called.is_sorted(), "in the order of issue: {called:?}");
    Ok(called)
}

/// Each call was announced, once.
fn check_announced(announcer: &Program, all: &BTreeSet<String>) -> Result<()> {
    let said = announcer.said(" announced ");
    let number = |line: &String| line.split("number=\"").nth(1)?.split('"').next().map(str::to_owned);
    let numbers: Vec<String> = said.iter().filter_map(number).collect();
    let distinct: BTreeSet<String> = numbers.iter().cloned().collect();
    ensure!(numbers.len() == distinct.len(), "announced twice: {numbers:?}");
    ensure!(distinct == *all, "announced {distinct:?}, called {all:?}");
    Ok(())
}
