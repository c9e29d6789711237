//! Taking numbers: distinct, without gaps, once for each key, also after a restart.

use std::collections::BTreeSet;

use anyhow::Result;
use futures_util::future::join_all;
use queue_tests::OFFICE;
use queue_tests::api::Api;
use queue_tests::program::Server;
use serde_json::{Value, json};
use tempfile::tempdir;

#[tokio::test]
async fn forty_at_once_get_forty_numbers_without_a_gap() -> Result<()> {
    let data = tempdir()?;
    let server = Server::start(data.path())?;
    let admin = Api::new(&server.url).admin().await?;
    let replies = join_all((0..40).map(|_| admin.issue("chung-thuc", None))).await;
    let mut numbers = BTreeSet::new();
    for reply in replies {
        let reply = reply?;
        assert_eq!(reply.status, 201, "{reply:?}");
        numbers.insert(reply.number().to_owned());
    }
    let wanted: BTreeSet<String> = (1..=40).map(|n| format!("A{n:03}")).collect();
    assert_eq!(numbers, wanted);
    Ok(())
}

#[tokio::test]
async fn a_ticket_tells_its_place_and_wait_until_it_is_called() -> Result<()> {
    let data = tempdir()?;
    let server = Server::start(data.path())?;
    let citizen = Api::new(&server.url);
    let first = citizen.issue("chung-thuc", None).await?;
    let second = citizen.issue("chung-thuc", None).await?;
    assert_eq!((&first.body["ahead"], &second.body["ahead"]), (&json!(0), &json!(1)));
    assert!(second.body["wait"]["likely_s"].is_u64() && second.body["wait"]["high_s"].is_u64(), "{second:?}");
    assert!(second.body["wait"]["high_s"].as_u64() >= second.body["wait"]["likely_s"].as_u64());
    assert_eq!(second.body["counter"], Value::Null);
    let id = first.body["id"].as_str().unwrap_or("");
    assert!(id.len() * 5 >= 120, "an id of {} characters holds 120 random bits", id.len());
    assert_eq!(first.body["url"], json!(format!("/t/{id}")));
    let issued_at = first.body["issued_at"].as_str().unwrap_or("");
    assert!(
        issued_at.ends_with(&queue_tests::office::offset()) && issued_at.as_bytes().get(19) == Some(&b'.'),
        "{issued_at}"
    );

    let clerk = citizen.admin().await?;
    clerk.at(1, "open", None, json!({})).await?;
    let counter = clerk.at(1, "call", None, json!({})).await?;
    assert_eq!(counter.number(), "A001");
    let called = citizen.get(&format!("/offices/{OFFICE}/tickets/{id}")).await?;
    assert_eq!(called.body["state"], "called");
    assert_eq!((&called.body["ahead"], &called.body["wait"]), (&Value::Null, &Value::Null));
    assert_eq!(called.body["counter"], json!(1));
    Ok(())
}

#[tokio::test]
async fn a_key_answers_once_also_after_a_kill() -> Result<()> {
    let data = tempdir()?;
    let server = Server::start(data.path())?;
    let citizen = Api::new(&server.url);
    let first = citizen.issue("chung-thuc", Some("press-1")).await?;
    let again = citizen.issue("chung-thuc", Some("press-1")).await?;
    assert_eq!((again.status, &again.body["id"]), (201, &first.body["id"]));
    let other = citizen.issue("ho-tich", Some("press-1")).await?;
    assert_eq!((other.status, other.code()), (422, "idempotency-key-reused"));
    server.kill()?;

    let server = Server::start(data.path())?;
    let citizen = Api::new(&server.url);
    let after = citizen.issue("chung-thuc", Some("press-1")).await?;
    assert_eq!((after.status, &after.body["id"]), (201, &first.body["id"]));
    let next = citizen.issue("chung-thuc", Some("press-2")).await?;
    assert_eq!(next.number(), "A002", "a repeated key used up no number");
    Ok(())
}

#[tokio::test]
async fn a_priority_waits_as_normal_until_staff_confirm_it() -> Result<()> {
    let data = tempdir()?;
    let server = Server::start(data.path())?;
    let citizen = Api::new(&server.url);
    let admin = citizen.admin().await?;
    citizen.issue("chung-thuc", None).await?;
    let tickets = format!("/offices/{OFFICE}/tickets");
    let asked = citizen.post(&tickets, None, json!({"service": "chung-thuc", "class": "priority"})).await?;
    assert_eq!((asked.status, &asked.body["class"]), (201, &json!("normal")));
    let by_staff = admin.post(&tickets, None, json!({"service": "chung-thuc", "class": "priority"})).await?;
    assert_eq!(by_staff.body["class"], "priority");
    let id = asked.body["id"].as_str().unwrap_or("");
    assert_eq!(citizen.on(id, "confirm", json!({})).await?.status, 401);
    let confirmed = admin.on(id, "confirm", json!({})).await?;
    assert_eq!((confirmed.status, &confirmed.body["class"]), (200, &json!("priority")));
    assert_eq!(confirmed.body["issued_at"], asked.body["issued_at"]);
    Ok(())
}

#[tokio::test]
async fn strangers_take_thirty_a_minute_and_read_without_limit() -> Result<()> {
    let data = tempdir()?;
    let server = Server::start(data.path())?;
    let citizen = Api::new(&server.url);
    let mut refused = None;
    for _ in 0..40 {
        let reply = citizen.issue("chung-thuc", None).await?;
        if reply.status != 201 {
            refused = Some(reply);
            break;
        }
    }
    let refused = refused.expect("forty in a moment are too many");
    assert_eq!((refused.status, refused.code()), (429, "too-many-requests"));
    for _ in 0..100 {
        assert_eq!(citizen.get(&format!("/offices/{OFFICE}")).await?.status, 200);
    }
    assert_eq!(citizen.admin().await?.issue("chung-thuc", None).await?.status, 201);
    Ok(())
}
