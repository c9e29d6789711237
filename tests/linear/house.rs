//! A real server with many offices, one for each history, behind a proxy that keeps its address over kills.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use queue_tests::api::Api;
use queue_tests::program::{Server, run};
use queue_tests::proxy::Proxy;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::Value;
use tempfile::TempDir;
use tokio::task::JoinSet;

use super::check::{Verdict, check};
use super::model::{Answer, Number, Rules};
use super::people::{self, CITIZENS, CLERKS, Hall, WINDOWS};
use super::planted::{Wrong, plant};
use super::record::{Attempt, Recorder, Seen, fold};

/// The office has a second class with four times the credit.
const PRIORITY: &str =
    "\n[[classes]]\nid = \"priority\"\nname = { vi = \"Ưu tiên\" }\ncredit_per_minute = 4.0\n";
/// Requests of a whole history, about.
const REQUESTS: usize = 32 * people::PRESSES;
/// How often the moment of a kill is looked for.
const LOOK_EVERY: Duration = Duration::from_millis(2);
/// Once in so many looks, a reply is lost.
const LOSS_EVERY: u32 = 60;

/// What the histories were.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Figures {
    pub(crate) histories: usize,
    pub(crate) operations: usize,
    pub(crate) open: usize,
    pub(crate) repeated: usize,
    /// Histories with a kill in their middle.
    pub(crate) killed: usize,
    pub(crate) replies_lost: usize,
    pub(crate) checking: Duration,
    pub(crate) longest_check: Duration,
}

/// A server on its own folder.
pub(crate) struct House {
    folder: TempDir,
    arguments: Vec<String>,
    server: Option<Server>,
    proxy: Proxy,
    citizen: Api,
    clerks: Vec<Api>,
    made: Vec<Made>,
}

/// A history that is to be checked.
struct Made {
    seed: u64,
    office: usize,
    kills: usize,
    attempts: Vec<Attempt>,
}

impl House {
    /// Starts a server with `offices` offices `h0`, `h1`, …; every third has two classes.
    ///
    /// # Errors
    /// When it does not come up.
    pub(crate) async fn open(offices: usize) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let plain = queue_tests::office::text("hall")?;
        let config = folder.path().join("config.toml");
        std::fs::write(&config, "[limits]\ntickets_per_minute = 1000000\ntickets_burst = 1000000\n")?;
        let mut arguments = vec!["--config".to_owned(), config.display().to_string()];
        for office in 0..offices {
            let mut text = plain.replace("id = \"hall\"", &format!("id = \"h{office}\""));
            if has_priority(office) {
                let (head, tail) = text.split_once("\n[[services]]").context("an office has services")?;
                text = format!("{head}{PRIORITY}\n[[services]]{tail}");
            }
            let file = folder.path().join(format!("h{office}.toml"));
            std::fs::write(&file, text)?;
            arguments.extend(["--office".to_owned(), file.display().to_string()]);
        }
        let server = start(folder.path().join("data"), arguments.clone()).await?;
        let proxy = Proxy::start(&server.url).await?;
        let citizen = Api::new(&proxy.url());
        let admin = citizen.admin().await?;
        let mut clerks = Vec::new();
        for clerk in 0..CLERKS {
            clerks.push(citizen.clerk(&admin, &people::name(clerk)).await?);
        }
        Ok(Self { folder, arguments, server: Some(server), proxy, citizen, clerks, made: Vec::new() })
    }

    /// Makes the histories of these offices at once, with so many kills in their middle.
    ///
    /// # Errors
    /// When the server answers what no contract allows, or no more.
    pub(crate) async fn round(&mut self, offices: Range<usize>, seed: u64, kills: usize) -> Result<()> {
        let mut dice = StdRng::seed_from_u64(seed);
        let mut people = JoinSet::new();
        let mut halls = Vec::new();
        for office in offices {
            let hall = Arc::new(Hall {
                office: format!("h{office}"),
                classes: if has_priority(office) { 2 } else { 1 },
                citizen: self.citizen.clone(),
                clerks: self.clerks.clone(),
                recorder: Recorder::new(),
                press: AtomicU64::new(0),
            });
            let seed = (seed * 1_000 + office as u64) * 1_000;
            for citizen in 0..CITIZENS {
                people.spawn(people::citizen(Arc::clone(&hall), seed + citizen as u64));
            }
            for (index, window) in WINDOWS.into_iter().enumerate() {
                people.spawn(people::clerk(Arc::clone(&hall), window, seed + 500 + index as u64));
            }
            halls.push((office, hall));
        }
        let mut at_kills: Vec<Vec<usize>> = halls.iter().map(|_| Vec::new()).collect();
        for kill in 0..kills {
            let moment = dice.random_range(REQUESTS / 8..REQUESTS * 5 / 8) * (kill + 1) / kills;
            self.wait_for(&mut people, &halls, moment, &mut dice).await?;
            for ((_, hall), counts) in halls.iter().zip(&mut at_kills) {
                counts.push(hall.recorder.count());
            }
            self.kill_and_restart().await?;
        }
        self.wait_for(&mut people, &halls, usize::MAX, &mut dice).await?;
        for ((office, hall), counts) in halls.into_iter().zip(at_kills) {
            let mut attempts = hall.recorder.take();
            // A kill is one of this history only where people were still at work here.
            let kills = counts.iter().filter(|count| **count < attempts.len()).count();
            people::look_around(&hall, &told(&attempts)).await?;
            attempts.extend(hall.recorder.take());
            self.made.push(Made { seed, office, kills, attempts });
        }
        Ok(())
    }

    /// Until each history has so many requests, or all have gone home. Now and then a reply is lost.
    async fn wait_for(
        &self,
        people: &mut JoinSet<Result<()>>,
        halls: &[(usize, Arc<Hall>)],
        requests: usize,
        dice: &mut StdRng,
    ) -> Result<()> {
        while !people.is_empty() && halls.iter().any(|(_, hall)| hall.recorder.count() < requests) {
            while let Some(person) = people.try_join_next() {
                person??;
            }
            if dice.random_range(0..LOSS_EVERY) == 0 {
                self.proxy.lose_replies(1);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Ok(())
    }

    async fn kill_and_restart(&mut self) -> Result<()> {
        self.server.take().context("a server runs")?.kill()?;
        let server = start(self.folder.path().join("data"), self.arguments.clone()).await?;
        self.proxy.lead_to(&server.url)?;
        self.server = Some(server);
        Ok(())
    }

    /// Stops the server; the chain of every office holds, and every history has an order that explains it.
    ///
    /// # Errors
    /// When that is not so; the history is kept in a file then.
    pub(crate) fn judge(mut self, figures: &mut Figures) -> Result<()> {
        self.server.take().context("a server runs")?.stop()?;
        let data = self.folder.path().join("data").display().to_string();
        let verified = run("queue-server", &["verify", "--data", &data])?;
        ensure!(verified.code == Some(0), "verify: {}{}", verified.stdout, verified.stderr);
        let journal = journal(&data)?;
        let none = BTreeMap::new();
        figures.replies_lost += usize::try_from(self.proxy.replies_lost())?;
        for (index, Made { seed, office, kills, attempts }) in self.made.into_iter().enumerate() {
            let mut lines: Vec<String> = attempts.iter().map(|attempt| format!("{attempt:?}")).collect();
            let journal = journal.get(&format!("h{office}")).unwrap_or(&none);
            let name = format!("seed {seed}, office {office}");
            let history = fold(attempts, journal).with_context(|| name.clone())?;
            let rules = rules(if has_priority(office) { 2 } else { 1 }, history.issued_at);
            figures.histories += 1;
            figures.operations += history.events.len();
            figures.open += history.open;
            figures.repeated += history.repeated;
            figures.killed += usize::from(kills > 0);
            if index == 0 {
                let wrong =
                    plant(Wrong::Swapped, history.events.clone()).context("two numbers of one service")?;
                ensure!(
                    check(&rules, wrong) != Verdict::Fits,
                    "{name}: two swapped numbers are explained away"
                );
            }
            let start = Instant::now();
            let verdict = check(&rules, history.events);
            figures.checking += start.elapsed();
            figures.longest_check = figures.longest_check.max(start.elapsed());
            if verdict != Verdict::Fits {
                let file = std::env::temp_dir().join(format!("history-{seed}-{office}.txt"));
                lines.push(format!("{verdict:?}"));
                std::fs::write(&file, lines.join("\n"))?;
                bail!("{name}: {verdict:?}; the history stands in {}", file.display());
            }
        }
        Ok(())
    }
}

/// Every ticket that anybody was told of.
fn told(attempts: &[Attempt]) -> BTreeMap<Number, String> {
    let mut told = BTreeMap::new();
    for attempt in attempts {
        if let Some(Seen { answer: Answer::Ticket(number, _), id: Some(id), .. }) = &attempt.seen {
            told.insert(*number, id.clone());
        }
    }
    told
}

/// Of each office, the place of each press in the journal.
fn journal(data: &str) -> Result<BTreeMap<String, BTreeMap<u64, u64>>> {
    let exported = run("queue-server", &["export", "--data", data])?;
    ensure!(exported.code == Some(0), "export: {}", exported.stderr);
    let mut places: BTreeMap<String, BTreeMap<u64, u64>> = BTreeMap::new();
    for line in exported.stdout.lines() {
        let record: Value = serde_json::from_str(line)?;
        let press = record["key"]["key"].as_str().and_then(|key| key.strip_prefix("press-")?.parse().ok());
        if let (Some(press), Some(seq), Some(stream)) =
            (press, record["seq"].as_u64(), record["stream"].as_str())
        {
            places.entry(stream.to_owned()).or_default().insert(press, seq);
        }
    }
    Ok(places)
}

fn has_priority(office: usize) -> bool {
    office % 3 == 2
}

/// What stands in `tests/offices/hall.toml`.
pub(crate) fn rules(classes: usize, issued_at: BTreeMap<Number, i64>) -> Rules {
    let counters = vec![
        (vec![0], vec![]),
        (vec![0, 1], vec![]),
        (vec![1], vec![]),
        (vec![1], vec![2]),
        (vec![2], vec![0]),
        (vec![0, 1, 2], vec![]),
    ];
    Rules { counters, rates: [1, 4][..classes].to_vec(), issued_at }
}

async fn start(data: PathBuf, arguments: Vec<String>) -> Result<Server> {
    let starting = move || {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        Server::start_with(&data, &arguments)
    };
    tokio::task::spawn_blocking(starting).await?
}
