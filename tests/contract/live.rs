//! Live messages: hello, missed calls, board; then calls before the boards that show them.

use anyhow::Result;
use queue_tests::api::Api;
use queue_tests::live::Live;
use queue_tests::program::Server;
use serde_json::{Value, json};
use tempfile::tempdir;

#[tokio::test]
async fn a_lobby_hears_each_call_once_and_before_its_board() -> Result<()> {
    let data = tempdir()?;
    let server = Server::start(data.path())?;
    let citizen = Api::new(&server.url);
    let clerk = citizen.admin().await?;
    let mut lobby = Live::connect(&server.url, "lobby", None).await?;
    let hello = lobby.next().await?;
    assert_eq!(
        (&hello["type"], &hello["protocol"], &hello["office"]),
        (&json!("hello"), &json!(1), &json!("two-lines"))
    );
    assert_eq!(lobby.next().await?["type"], "board");
    for _ in 0..3 {
        citizen.issue("chung-thuc", None).await?;
    }
    clerk.at(1, "open", None, json!({})).await?;
    clerk.at(1, "call", None, json!({})).await?;
    clerk.at(1, "recall", None, json!({})).await?;
    clerk.at(1, "start", None, json!({})).await?;
    clerk.at(1, "call", None, json!({})).await?;
    let (mut calls, mut boards, mut last) = (Vec::new(), Vec::new(), 0);
    while calls.len() < 3 || boards.last() != Some(&json!("A002")) {
        let message = lobby.next().await?;
        let seq = message["seq"].as_u64().unwrap_or(0);
        assert!(seq >= last, "seq never decreases");
        last = seq;
        if message["type"] == "call" {
            calls.push((message["call"]["number"].clone(), message["call"]["recall"].clone()));
            assert!(message["call"]["clips"].as_array().is_some_and(|clips| clips.len() > 5), "{message}");
            assert!(
                message["call"]["text"]["vi"].as_str().is_some_and(|text| text.contains("quầy số 1")),
                "{message}"
            );
        } else {
            let newest = message["board"]["calls"][0]["number"].clone();
            let known = newest == Value::Null || calls.iter().any(|(number, _)| *number == newest);
            assert!(known, "the board shows {newest} before its call");
            boards.push(newest);
        }
    }
    assert_eq!(calls, [(json!("A001"), json!(0)), (json!("A001"), json!(1)), (json!("A002"), json!(0))]);
    Ok(())
}

#[tokio::test]
async fn a_lobby_that_was_away_gets_what_it_missed() -> Result<()> {
    let data = tempdir()?;
    let server = Server::start(data.path())?;
    let citizen = Api::new(&server.url);
    let clerk = citizen.admin().await?;
    let seq = {
        let mut lobby = Live::connect(&server.url, "lobby", None).await?;
        lobby.next_of("board").await?["seq"].as_u64().unwrap_or(0)
    };
    citizen.issue("chung-thuc", None).await?;
    clerk.at(1, "open", None, json!({})).await?;
    clerk.at(1, "call", None, json!({})).await?;
    let mut lobby = Live::connect(&server.url, &format!("lobby?since={seq}"), None).await?;
    let kinds = [lobby.next().await?, lobby.next().await?, lobby.next().await?]
        .map(|message| message["type"].clone());
    assert_eq!(kinds, [json!("hello"), json!("call"), json!("board")]);
    let mut fresh = Live::connect(&server.url, "lobby", None).await?;
    assert_eq!(fresh.next().await?["type"], "hello");
    assert_eq!(fresh.next().await?["type"], "board", "without `since` nothing is replayed");
    Ok(())
}

#[tokio::test]
async fn topics_are_for_whom_they_are() -> Result<()> {
    let data = tempdir()?;
    let server = Server::start(data.path())?;
    let citizen = Api::new(&server.url);
    let admin = citizen.admin().await?;
    let lan = citizen.clerk(&admin, "lan").await?;
    let ticket = citizen.issue("chung-thuc", None).await?;
    let id = ticket.body["id"].as_str().unwrap_or("").to_owned();
    let refusal = |result: Result<Live>| result.err().map(|error| error.to_string()).unwrap_or_default();
    assert!(refusal(Live::connect(&server.url, "counters/1", None).await).contains("401"));
    assert!(refusal(Live::connect(&server.url, "dashboard", None).await).contains("401"));
    assert!(refusal(Live::connect(&server.url, "dashboard", lan.token()).await).contains("403"));
    assert!(
        refusal(Live::connect(&server.url, "tickets/00000000000000000000000000", None).await).contains("404")
    );

    let mut phone = Live::connect(&server.url, &format!("tickets/{id}"), None).await?;
    let mut desk = Live::connect(&server.url, "counters/1", lan.token()).await?;
    let mut figures = Live::connect(&server.url, "dashboard", admin.token()).await?;
    assert_eq!(phone.next_of("ticket").await?["ticket"]["state"], "waiting");
    assert_eq!(desk.next_of("counter").await?["counter"]["state"], "closed");
    assert_eq!(figures.next_of("stats").await?["stats"]["issued"], 1);
    lan.at(1, "open", None, json!({})).await?;
    lan.at(1, "call", None, json!({})).await?;
    let called = phone.until(|message| message["ticket"]["state"] == "called").await?;
    assert_eq!(called["ticket"]["counter"], 1);
    desk.until(|message| message["counter"]["ticket"]["number"] == "A001").await?;
    figures.until(|message| message["stats"]["called"] == 1).await?;
    Ok(())
}

#[tokio::test]
async fn what_the_hall_sees_names_nobody() -> Result<()> {
    let data = tempdir()?;
    let server = Server::start(data.path())?;
    let citizen = Api::new(&server.url);
    let admin = citizen.admin().await?;
    let clerk = citizen.clerk(&admin, "nguyen.thi.lan").await?;
    citizen.issue("chung-thuc", None).await?;
    citizen.issue("chung-thuc", None).await?;
    clerk.at(1, "open", None, json!({})).await?;
    clerk.at(1, "call", None, json!({"number": "A002", "reason": "bà Tư bị ốm"})).await?;
    let mut lobby = Live::connect(&server.url, "lobby?since=0", None).await?;
    for _ in 0..3 {
        let text = lobby.next().await?.to_string();
        assert!(!text.contains("nguyen.thi.lan") && !text.contains("bà Tư"), "{text}");
    }
    for path in ["/offices", "/offices/two-lines"] {
        let text = citizen.get(path).await?.body.to_string();
        assert!(!text.contains("nguyen.thi.lan") && !text.contains("bà Tư"), "{text}");
    }
    Ok(())
}
