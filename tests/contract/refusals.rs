//! What is refused, with which status and code, always as a problem.

use anyhow::Result;
use queue_tests::OFFICE;
use queue_tests::api::{Api, Reply};
use queue_tests::program::{Server, run};
use serde_json::json;
use tempfile::tempdir;

fn check(reply: &Reply, status: u16, code: &str) {
    assert_eq!((reply.status, reply.code()), (status, code), "{reply:?}");
    assert!(reply.media_type.starts_with("application/problem+json"), "{reply:?}");
    assert!(reply.body["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{reply:?}");
}

#[tokio::test]
async fn every_no_has_its_code() -> Result<()> {
    let data = tempdir()?;
    let server = Server::start(data.path())?;
    let citizen = Api::new(&server.url);
    let admin = citizen.admin().await?;
    let lan = citizen.clerk(&admin, "lan").await?;
    let office = format!("/offices/{OFFICE}");
    let tickets = format!("{office}/tickets");
    check(&citizen.issue("khong-co", None).await?, 404, "unknown-service");
    check(&citizen.get("/offices/khong-co").await?, 404, "unknown-office");
    check(&citizen.get(&format!("{tickets}/00000000000000000000000000")).await?, 404, "unknown-ticket");
    check(&citizen.get(&format!("{tickets}/khong-phai-ma")).await?, 404, "unknown-ticket");
    check(&citizen.at(1, "call", None, json!({})).await?, 401, "not-signed-in");
    check(&citizen.get(&format!("{office}/counters/1")).await?, 401, "not-signed-in");
    check(&citizen.get(&format!("{office}/stats/today")).await?, 401, "not-signed-in");
    check(&lan.get(&format!("{office}/stats/today")).await?, 403, "not-allowed");
    check(&lan.get(&format!("{office}/audit")).await?, 403, "not-allowed");
    check(&lan.get("/backup").await?, 403, "not-allowed");
    let user = json!({"user": "hoa", "password": "matkhau-2026", "roles": ["clerk"]});
    check(&lan.post("/users", None, user.clone()).await?, 403, "not-allowed");
    assert_eq!(admin.post("/users", None, user.clone()).await?.status, 201);
    check(&admin.post("/users", None, user).await?, 409, "user-exists");
    check(&lan.get(&format!("{office}/counters/99")).await?, 404, "unknown-counter");
    check(&lan.at(99, "open", None, json!({})).await?, 404, "unknown-counter");
    lan.at(1, "open", None, json!({})).await?;
    check(&lan.at(1, "start", None, json!({})).await?, 409, "no-ticket");
    check(&lan.at(1, "pause", None, json!({"reason": " "})).await?, 422, "reason-required");
    let large = "x".repeat(70_000);
    check(&citizen.post(&tickets, None, json!({"service": large})).await?, 413, "body-too-large");
    Ok(())
}

#[tokio::test]
async fn ten_wrong_passwords_are_enough() -> Result<()> {
    let data = tempdir()?;
    let server = Server::start(data.path())?;
    let citizen = Api::new(&server.url);
    let wrong = json!({"user": "admin", "password": "sai-mat-khau"});
    for _ in 0..10 {
        check(&citizen.post("/session", None, wrong.clone()).await?, 401, "wrong-credentials");
    }
    check(&citizen.post("/session", None, wrong).await?, 429, "too-many-attempts");
    let right = json!({"user": "admin", "password": queue_tests::PASSWORD});
    check(&citizen.post("/session", None, right).await?, 429, "too-many-attempts");
    Ok(())
}

#[tokio::test]
async fn a_session_ends_and_a_password_changes() -> Result<()> {
    let data = tempdir()?;
    let server = Server::start(data.path())?;
    let citizen = Api::new(&server.url);
    let admin = citizen.admin().await?;
    let lan = citizen.clerk(&admin, "lan").await?;
    let wrong = json!({"old": "khong-dung", "new": "mot-mat-khau-moi"});
    assert_eq!(lan.post("/session/password", None, wrong).await?.status, 401);
    let change = json!({"old": "matkhau-2026", "new": "mot-mat-khau-moi"});
    assert_eq!(lan.post("/session/password", None, change).await?.status, 204);
    assert!(citizen.sign_in("lan", "matkhau-2026").await.is_err());
    assert!(citizen.sign_in("lan", "mot-mat-khau-moi").await.is_ok());
    Ok(())
}

#[test]
fn a_wrong_office_file_is_told_by_file_line_and_key() -> Result<()> {
    let folder = tempdir()?;
    let good = queue_tests::office::text("two-lines")?;
    let cases = [
        ("absent_after_s = 0", "absent_after = 0", "absent_after"),
        ("services = [\"ho-tich\"]", "services = [\"ho-tach\"]", "ho-tach"),
        ("id = \"ho-tich\"\nprefix = \"B\"", "id = \"chung-thuc\"\nprefix = \"B\"", "chung-thuc"),
        ("digits = 3", "digits = 9", "digits"),
        ("id = 2\n", "id = 1\n", "counter"),
    ];
    for (index, (from, to, named)) in cases.into_iter().enumerate() {
        let file = folder.path().join(format!("office-{index}.toml"));
        std::fs::write(&file, good.replacen(from, to, 1))?;
        let data = folder.path().join(format!("data-{index}"));
        let (data, file) = (data.to_string_lossy().into_owned(), file.to_string_lossy().into_owned());
        let ended = run("queue-server", &["--data", &data, "--listen", "127.0.0.1:0", "--office", &file])?;
        assert_eq!(ended.code, Some(2), "{to}: {}", ended.stderr);
        let told = ended.stderr.lines().any(|line| line.contains(&file) && line.contains(named));
        assert!(told && ended.stderr.contains(&format!("{file}:")), "{to}: {}", ended.stderr);
    }
    Ok(())
}

#[test]
fn a_wrong_option_is_a_usage_error() -> Result<()> {
    let ended = run("queue-server", &["--no-such-option"])?;
    assert_eq!(ended.code, Some(2), "{}", ended.stderr);
    Ok(())
}
