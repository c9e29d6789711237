//! kill -9 at any moment: what was answered is there, once, and the chain holds.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use anyhow::Result;
use queue_tests::OFFICE;
use queue_tests::api::Api;
use queue_tests::program::{Server, run};
use serde_json::json;
use tempfile::tempdir;

/// Rounds of kill and restart; `QUEUE_LONG=1` runs two hundred.
const ROUNDS: u64 = 8;
/// Citizens pressing at once.
const CITIZENS: u64 = 8;

#[tokio::test]
async fn what_was_answered_survives_kill_9() -> Result<()> {
    let data = tempdir()?;
    let rounds = if std::env::var_os("QUEUE_LONG").is_some() { 200 } else { ROUNDS };
    // What the server answered: the number given for each key.
    let mut answered: BTreeMap<String, String> = BTreeMap::new();
    for round in 0..rounds {
        let server = Server::start(data.path())?;
        let admin = Api::new(&server.url).admin().await?;
        for (key, number) in &answered {
            let again = admin.issue("tra-ket-qua", Some(key)).await?;
            assert_eq!((again.status, again.number()), (201, number.as_str()), "round {round}, key {key}");
        }
        let presses: Vec<_> = (0..CITIZENS)
            .map(|citizen| tokio::spawn(press(admin.clone(), format!("r{round}-c{citizen}"))))
            .collect();
        // A different moment each round, between the first answers and the thick of it.
        tokio::time::sleep(Duration::from_millis(20 + (round * 37) % 150)).await;
        server.kill()?;
        for press in presses {
            answered.extend(press.await?);
        }
    }
    let numbers: BTreeSet<&String> = answered.values().collect();
    assert_eq!(numbers.len(), answered.len(), "no number was given twice");
    assert!(
        answered.len() as u64 >= rounds,
        "only {} presses were answered in {rounds} rounds",
        answered.len()
    );

    let server = Server::start(data.path())?;
    let stats = Api::new(&server.url).admin().await?.get(&format!("/offices/{OFFICE}/stats/today")).await?;
    let issued = stats.body["issued"].as_u64().unwrap_or(0);
    assert!(issued >= answered.len() as u64, "{issued} issued, {} answered", answered.len());
    server.stop()?;
    let verified = run("queue-server", &["verify", "--data", &data.path().to_string_lossy()])?;
    assert_eq!(verified.code, Some(0), "{}{}", verified.stdout, verified.stderr);
    Ok(())
}

/// Presses again and again, each time with a key of its own, until the server is gone.
async fn press(api: Api, name: String) -> Vec<(String, String)> {
    let mut answered = Vec::new();
    for index in 0..10_000 {
        let key = format!("{name}-{index}");
        match api.issue("tra-ket-qua", Some(&key)).await {
            Ok(reply) if reply.status == 201 => answered.push((key, reply.number().to_owned())),
            Ok(_) => {}
            Err(_) => break,
        }
    }
    answered
}

#[tokio::test]
async fn calls_and_clerks_come_back_as_they_were() -> Result<()> {
    let data = tempdir()?;
    let server = Server::start(data.path())?;
    let admin = Api::new(&server.url).admin().await?;
    for _ in 0..3 {
        admin.issue("chung-thuc", None).await?;
    }
    admin.at(1, "open", None, json!({})).await?;
    admin.at(1, "call", Some("call-1"), json!({})).await?;
    let before = admin.get(&format!("/offices/{OFFICE}/counters/1")).await?;
    server.kill()?;
    let server = Server::start(data.path())?;
    let admin = Api::new(&server.url).admin().await?;
    let after = admin.get(&format!("/offices/{OFFICE}/counters/1")).await?;
    for key in ["state", "clerk", "waiting", "since"] {
        assert_eq!(after.body[key], before.body[key], "{key}");
    }
    assert_eq!(after.number(), "A001");
    let again = admin.at(1, "call", Some("call-1"), json!({})).await?;
    assert_eq!((again.status, again.number()), (200, "A001"), "the same key calls nobody else");
    Ok(())
}
