//! Idempotency: the same key and body give the first answer again and change nothing.

use serde_json::json;

use crate::hall::{Hall, PASSWORD};

#[tokio::test]
async fn a_repeated_ticket_is_the_same_ticket() {
    let hall = Hall::open().await;
    let take = |body: &str| hall.post("~/tickets", body).key("press-1");
    let first = take(r#"{"service":"chung-thuc","lang":"en"}"#).send().await;
    let again = take(r#" { "lang" : "en", "service":"chung-thuc" } "#).send().await;
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 201));
    assert_eq!(first.json()["id"], again.json()["id"]);
    let waiting = hall.get("~").send().await.json()["services"][0]["waiting"].clone();
    assert_eq!(waiting, 1);
    let other = take(r#"{"service":"ho-tich","lang":"en"}"#).send().await;
    assert_eq!(other.told(), (422, "idempotency-key-reused".to_owned()));
}

#[tokio::test]
async fn a_key_belongs_to_its_user_and_not_to_the_session() {
    let hall = Hall::open().await;
    let call = |user: &str| hall.post("~/counters/1/call", "").key("call-1").by(user);
    assert_eq!(hall.post("~/counters/1/open", "").by("clerk").send().await.status, 200);
    hall.take("chung-thuc").await;
    hall.take("chung-thuc").await;
    let first = call("clerk").send().await.json();
    let again = call("clerk").send().await.json();
    assert_eq!(first["ticket"]["id"], again["ticket"]["id"]);
    assert_eq!(call("other").send().await.status, 409);
}

#[tokio::test]
async fn no_body_and_an_empty_object_are_the_same() {
    let hall = Hall::open().await;
    let open = |body: &str| hall.post("~/counters/1/open", body).key("open-1").by("clerk");
    assert_eq!(open("").send().await.status, 200);
    assert_eq!(open("{}").send().await.status, 200);
    let elsewhere = hall.post("~/counters/2/open", "").key("open-1").by("clerk").send().await;
    assert_eq!(elsewhere.told(), (422, "idempotency-key-reused".to_owned()));
}

#[tokio::test]
async fn a_refusal_is_not_remembered() {
    let hall = Hall::open().await;
    let start = || hall.post("~/counters/1/call", "").key("k").by("clerk");
    assert_eq!(start().send().await.told(), (409, "counter-closed".to_owned()));
    hall.post("~/counters/1/open", "").by("clerk").send().await;
    assert_eq!(start().send().await.status, 200);
}

#[tokio::test]
async fn a_key_is_short_and_visible() {
    let hall = Hall::open().await;
    for key in ["", "with space", "tab\there", &"k".repeat(65)] {
        let answer = hall.post("~/tickets", r#"{"service":"chung-thuc"}"#).key(key).send().await;
        assert_eq!(answer.told(), (400, "bad-idempotency-key".to_owned()), "{key:?}");
    }
    let longest = hall.post("~/tickets", r#"{"service":"chung-thuc"}"#).key(&"k".repeat(64)).send().await;
    assert_eq!(longest.status, 201);
}

#[tokio::test]
async fn users_and_passwords_keep_their_keys_too() {
    let hall = Hall::open().await;
    let body = json!({ "user": "lan", "password": "hoa sen trang", "roles": ["clerk"] }).to_string();
    let add = |body: &str| hall.post("/api/v1/users", body).key("add-lan").by("admin");
    let first = add(&body).send().await;
    assert_eq!(first.status, 201, "{first:?}");
    assert_eq!(first.json(), add(&body).send().await.json());
    let other = json!({ "user": "lan", "password": "another one", "roles": ["clerk"] }).to_string();
    assert_eq!(add(&other).send().await.told(), (422, "idempotency-key-reused".to_owned()));
    let unkeyed = hall.post("/api/v1/users", &body).by("admin").send().await;
    assert_eq!(unkeyed.told(), (409, "user-exists".to_owned()));

    let change = json!({ "old": PASSWORD, "new": "hoa sen hồng" }).to_string();
    let token = hall.token("clerk");
    for _ in 0..2 {
        let ask = hall.post("/api/v1/session/password", &change).key("change-1");
        let answer = ask.header("authorization", &format!("Bearer {token}")).send().await;
        assert_eq!(answer.status, 204, "{answer:?}");
    }
}
