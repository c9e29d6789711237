//! At the counters: calling, serving, absent, parked, sent on.

use anyhow::Result;
use queue_tests::OFFICE;
use queue_tests::api::Api;
use queue_tests::program::Server;
use serde_json::{Value, json};
use tempfile::tempdir;

#[tokio::test]
async fn two_clerks_at_once_call_two_people() -> Result<()> {
    let data = tempdir()?;
    let server = Server::start(data.path())?;
    let citizen = Api::new(&server.url);
    let admin = citizen.admin().await?;
    let lan = citizen.clerk(&admin, "lan").await?;
    let minh = citizen.clerk(&admin, "minh").await?;
    for _ in 0..20 {
        admin.issue("chung-thuc", None).await?;
    }
    assert_eq!(lan.at(1, "open", None, json!({})).await?.body["clerk"], "lan");
    assert_eq!(minh.at(2, "open", None, json!({})).await?.status, 200);
    let mut seen = Vec::new();
    for _ in 0..10 {
        let (one, two) =
            tokio::join!(lan.at(1, "call", None, json!({})), minh.at(2, "call", None, json!({})));
        let (one, two) = (one?, two?);
        seen.extend([one.number().to_owned(), two.number().to_owned()]);
        lan.at(1, "start", None, json!({})).await?;
        minh.at(2, "start", None, json!({})).await?;
    }
    seen.sort();
    assert_eq!(seen, (1..=20).map(|n| format!("A{n:03}")).collect::<Vec<_>>());
    let nobody = lan.at(1, "call", Some("nobody"), json!({})).await?;
    assert_eq!((nobody.status, &nobody.body["ticket"]), (200, &Value::Null));
    admin.issue("chung-thuc", None).await?;
    let repeated = lan.at(1, "call", Some("nobody"), json!({})).await?;
    assert_eq!(repeated.body["ticket"], Value::Null, "a repeated key calls nobody new");
    Ok(())
}

#[tokio::test]
async fn a_visit_goes_its_way() -> Result<()> {
    let data = tempdir()?;
    let server = Server::start(data.path())?;
    let citizen = Api::new(&server.url);
    let clerk = citizen.admin().await?;
    let ticket = citizen.issue("chung-thuc", None).await?;
    let id = ticket.body["id"].as_str().unwrap_or("").to_owned();
    let refused = clerk.at(1, "call", None, json!({})).await?;
    assert_eq!((refused.status, refused.code()), (409, "counter-closed"));
    clerk.at(1, "open", None, json!({})).await?;
    clerk.at(1, "call", None, json!({})).await?;
    let twice = clerk.at(1, "call", None, json!({})).await?;
    assert_eq!((twice.status, twice.code()), (409, "ticket-open"));
    let recalled = clerk.at(1, "recall", None, json!({})).await?;
    assert_eq!((recalled.status, recalled.number()), (200, "A001"));
    assert_eq!(citizen.on(&id, "rating", json!({"score": 5})).await?.code(), "not-served");
    clerk.at(1, "start", None, json!({})).await?;
    let finished = clerk.at(1, "finish", None, json!({"outcome": "done"})).await?;
    assert_eq!((finished.status, &finished.body["ticket"]), (200, &Value::Null));
    assert_eq!(citizen.on(&id, "rating", json!({"score": 5, "comment": "Cảm ơn!"})).await?.status, 200);
    let again = citizen.on(&id, "rating", json!({"score": 1})).await?;
    assert_eq!((again.status, again.code()), (409, "already-rated"));
    let stats = clerk.get(&format!("/offices/{OFFICE}/stats/today")).await?;
    assert_eq!((&stats.body["issued"], &stats.body["served"]), (&json!(1), &json!(1)), "{stats:?}");
    assert_eq!((&stats.body["rating"]["count"], &stats.body["rating"]["mean"]), (&json!(1), &json!(5.0)));
    Ok(())
}

#[tokio::test]
async fn an_absent_citizen_comes_back_once() -> Result<()> {
    let data = tempdir()?;
    let server = Server::start(data.path())?;
    let citizen = Api::new(&server.url);
    let clerk = citizen.admin().await?;
    let ticket = citizen.issue("chung-thuc", None).await?;
    let id = ticket.body["id"].as_str().unwrap_or("").to_owned();
    clerk.at(1, "open", None, json!({})).await?;
    clerk.at(1, "call", None, json!({})).await?;
    assert_eq!(clerk.at(1, "absent", None, json!({})).await?.status, 200);
    let back = clerk.on(&id, "reinstate", json!({})).await?;
    assert_eq!((back.status, &back.body["state"]), (200, &json!("waiting")));
    clerk.at(1, "call", None, json!({})).await?;
    clerk.at(1, "absent", None, json!({})).await?;
    assert_eq!(clerk.on(&id, "reinstate", json!({})).await?.status, 409);
    Ok(())
}

#[tokio::test]
async fn parked_and_sent_on_tickets_keep_number_and_place() -> Result<()> {
    let data = tempdir()?;
    let server = Server::start(data.path())?;
    let citizen = Api::new(&server.url);
    let admin = citizen.admin().await?;
    let lan = citizen.clerk(&admin, "lan").await?;
    let first = citizen.issue("chung-thuc", None).await?;
    let id = first.body["id"].as_str().unwrap_or("").to_owned();
    citizen.issue("chung-thuc", None).await?;
    citizen.issue("ho-tich", None).await?;
    lan.at(1, "open", None, json!({})).await?;
    lan.at(1, "call", None, json!({})).await?;
    lan.at(1, "start", None, json!({})).await?;
    let parked = lan.at(1, "park", None, json!({"reason": "chờ ký"})).await?;
    assert_eq!((parked.status, &parked.body["ticket"]), (200, &Value::Null));
    let state = citizen.get(&format!("/offices/{OFFICE}/tickets/{id}")).await?;
    assert_eq!(state.body["state"], "parked");
    assert_eq!(admin.on(&id, "ready", json!({})).await?.status, 200);
    let result = lan.at(1, "call", None, json!({})).await?;
    assert_eq!(result.number(), "A001", "its place by issue time is kept");
    lan.at(1, "start", None, json!({})).await?;
    lan.at(1, "transfer", None, json!({"service": "ho-tich"})).await?;
    admin.at(3, "open", None, json!({})).await?;
    let sent = admin.at(3, "call", None, json!({})).await?;
    assert_eq!(sent.number(), "A001", "it waited longer than B001");
    assert_eq!(lan.at(1, "call", None, json!({})).await?.number(), "A002");
    let taken = lan.at(1, "start", None, json!({})).await?;
    assert_eq!(taken.body["ticket"]["state"], "serving");
    Ok(())
}

#[tokio::test]
async fn out_of_order_takes_a_reason_that_stands_in_the_record() -> Result<()> {
    let data = tempdir()?;
    let server = Server::start(data.path())?;
    let citizen = Api::new(&server.url);
    let clerk = citizen.admin().await?;
    for _ in 0..3 {
        citizen.issue("chung-thuc", None).await?;
    }
    clerk.at(1, "open", None, json!({})).await?;
    let silent = clerk.at(1, "call", None, json!({"number": "A003"})).await?;
    assert_eq!((silent.status, silent.code()), (422, "reason-required"));
    let told = clerk.at(1, "call", None, json!({"number": "A003", "reason": "người cao tuổi"})).await?;
    assert_eq!((told.status, told.number()), (200, "A003"));
    let audit = clerk.get(&format!("/offices/{OFFICE}/audit")).await?;
    let items = audit.body["items"].as_array().cloned().unwrap_or_default();
    let call =
        items.iter().find(|item| item["act"] == "ticket_called").expect("the call stands in the record");
    assert_eq!(
        (&call["number"], &call["actor"], &call["reason"]),
        (&json!("A003"), &json!("user:admin"), &json!("người cao tuổi"))
    );
    clerk.at(1, "start", None, json!({})).await?;
    let gone = clerk.at(1, "call", None, json!({"number": "A003", "reason": "x"})).await?;
    assert_eq!((gone.status, gone.code()), (409, "not-waiting"));
    Ok(())
}

#[tokio::test]
async fn a_supervisor_frees_a_counter_and_its_ticket_waits_again() -> Result<()> {
    let data = tempdir()?;
    let server = Server::start(data.path())?;
    let citizen = Api::new(&server.url);
    let admin = citizen.admin().await?;
    let lan = citizen.clerk(&admin, "lan").await?;
    let minh = citizen.clerk(&admin, "minh").await?;
    let ticket = citizen.issue("chung-thuc", None).await?;
    let id = ticket.body["id"].as_str().unwrap_or("").to_owned();
    lan.at(1, "open", None, json!({})).await?;
    lan.at(1, "call", None, json!({})).await?;
    let taken = minh.at(1, "open", None, json!({})).await?;
    assert_eq!((taken.status, taken.code()), (409, "counter-taken"));
    assert_eq!(minh.at(1, "close", None, json!({})).await?.status, 409);
    assert_eq!(admin.at(1, "close", None, json!({})).await?.body["state"], "closed");
    let state = citizen.get(&format!("/offices/{OFFICE}/tickets/{id}")).await?;
    assert_eq!(state.body["state"], "waiting");
    assert_eq!(minh.at(1, "open", None, json!({})).await?.body["clerk"], "minh");
    Ok(())
}
