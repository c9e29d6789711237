//! The record that proves it all: exported, checked by hand as `docs/protocol.md` says, verified, kept.

use anyhow::{Context, Result};
use queue_tests::api::Api;
use queue_tests::program::{Server, run};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::tempdir;

async fn some_history(server: &Server) -> Result<()> {
    let citizen = Api::new(&server.url);
    let clerk = citizen.admin().await?;
    for _ in 0..5 {
        citizen.issue("chung-thuc", None).await?;
    }
    clerk.at(1, "open", None, json!({})).await?;
    clerk.at(1, "call", None, json!({"number": "A003", "reason": "người cao tuổi"})).await?;
    clerk.at(1, "start", None, json!({})).await?;
    clerk.at(1, "call", None, json!({})).await?;
    Ok(())
}

#[tokio::test]
async fn an_outsider_can_check_the_chain_by_hand() -> Result<()> {
    let data = tempdir()?;
    let folder = data.path().to_string_lossy().into_owned();
    let server = Server::start(data.path())?;
    some_history(&server).await?;
    assert_eq!(server.stop()?.code(), Some(0));

    let exported = run("queue-server", &["export", "--data", &folder])?;
    assert_eq!(exported.code, Some(0), "{}", exported.stderr);
    let (mut head, mut count) = ("0".repeat(64), 0_u64);
    for line in exported.stdout.lines() {
        count += 1;
        let record: Value = serde_json::from_str(line)?;
        assert_eq!(record["seq"], json!(count), "numbers without gaps");
        assert_eq!(record["prev_hash"], json!(head));
        let end = line.find(",\"hash\":\"").context("a record has its hash after what is hashed")?;
        let digest = Sha256::digest(format!("{}}}", &line[..end]).as_bytes());
        head = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(record["hash"], json!(head), "record {count}");
        assert!(!line[..end].contains("cao tuổi"), "texts of people stand outside the hashed part");
    }
    assert!(count >= 10, "the history has {count} records");

    let verified = run("queue-server", &["verify", "--data", &folder])?;
    assert_eq!(verified.code, Some(0), "{}", verified.stderr);
    let lines: Vec<&str> = verified.stdout.lines().collect();
    assert_eq!(lines.len(), 1, "one line for each office: {lines:?}");
    for part in ["two-lines", &count.to_string(), &head] {
        assert!(lines[0].contains(part), "{} names {part}", lines[0]);
    }
    Ok(())
}

#[tokio::test]
async fn a_folder_in_use_is_left_alone() -> Result<()> {
    let data = tempdir()?;
    let folder = data.path().to_string_lossy().into_owned();
    let server = Server::start(data.path())?;
    let second = run("queue-server", &["--data", &folder, "--listen", "127.0.0.1:0"])?;
    assert_eq!(second.code, Some(3), "{}", second.stderr);
    assert_eq!(Api::new(&server.url).issue("chung-thuc", None).await?.status, 201);
    Ok(())
}

#[tokio::test]
async fn a_backup_taken_while_it_runs_restores_into_an_empty_folder() -> Result<()> {
    let (data, other) = (tempdir()?, tempdir()?);
    let server = Server::start(data.path())?;
    some_history(&server).await?;
    let admin = Api::new(&server.url).admin().await?;
    let backup = admin.get("/backup").await?;
    assert_eq!(backup.status, 200);
    let text = backup.body.as_str().context("a backup is no JSON document")?;
    let file = other.path().join("office.backup");
    std::fs::write(&file, text)?;
    let file = file.to_string_lossy().into_owned();
    let folder = other.path().join("data").to_string_lossy().into_owned();
    let restored = run("queue-server", &["restore", "--data", &folder, "--from", &file])?;
    assert_eq!(restored.code, Some(0), "{}", restored.stderr);
    let twice = run("queue-server", &["restore", "--data", &folder, "--from", &file])?;
    assert_ne!(twice.code, Some(0), "a folder that is not empty is refused");

    let again = Server::start(other.path().join("data").as_path())?;
    let next = Api::new(&again.url).admin().await?.issue("chung-thuc", None).await?;
    assert_eq!(next.number(), "A006", "the series goes on where it stood");
    Ok(())
}
