//! kill -9 at any moment: what was answered is there, once, and the chain holds.
//!
//! `rounds` kills a hall in full work and servers that are only starting, again and again, on one data folder.

#[path = "crash/rounds.rs"]
mod rounds;

use anyhow::Result;
use queue_tests::OFFICE;
use queue_tests::api::Api;
use queue_tests::program::Server;
use serde_json::json;
use tempfile::tempdir;

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
