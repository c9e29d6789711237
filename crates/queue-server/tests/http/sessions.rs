//! Signing in and out, roles, passwords, the limits of trying, and pages from elsewhere.

use serde_json::json;

use crate::hall::{Answer, Hall, PASSWORD};

async fn sign_in(hall: &Hall, user: &str, password: &str) -> Answer {
    let body = json!({ "user": user, "password": password }).to_string();
    hall.post("/api/v1/session", &body).send().await
}

#[tokio::test]
async fn a_session_begins_by_password_and_ends() {
    let hall = Hall::open().await;
    let answer = sign_in(&hall, "supervisor", PASSWORD).await;
    let session = answer.json();
    assert_eq!((session["user"].as_str(), &session["roles"]), (Some("supervisor"), &json!(["supervisor"])));
    let cookie = answer.header("set-cookie").to_owned();
    for part in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let bearer = format!("Bearer {}", session["token"].as_str().unwrap());
    assert_eq!(hall.get("/api/v1/session").header("cookie", &cookie).send().await.status, 200);
    let who = hall.get("/api/v1/session").header("authorization", &bearer).send().await.json();
    assert_eq!((who["user"].as_str(), who["token"].as_str()), (Some("supervisor"), Some("")));
    assert_eq!(hall.ask("DELETE", "/api/v1/session").header("cookie", &cookie).send().await.status, 204);
    let gone = hall.get("/api/v1/session").header("authorization", &bearer).send().await;
    assert_eq!(gone.told(), (401, "not-signed-in".to_owned()));
}

#[tokio::test]
async fn after_ten_failures_even_the_right_password_waits() {
    let hall = Hall::open().await;
    for _ in 0..10 {
        assert_eq!(sign_in(&hall, "clerk", "wrong").await.told(), (401, "wrong-credentials".to_owned()));
    }
    let refused = sign_in(&hall, "clerk", PASSWORD).await;
    assert_eq!(refused.told(), (429, "too-many-attempts".to_owned()));
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 0);
    assert_eq!(sign_in(&hall, "other", PASSWORD).await.status, 200);
    assert_eq!(sign_in(&hall, "nobody", PASSWORD).await.told(), (401, "wrong-credentials".to_owned()));
}

#[tokio::test]
async fn who_must_change_the_password_does_only_that() {
    let hall = Hall::open().await;
    let bearer = format!("Bearer {}", hall.token("fresh"));
    let ask = |path: &str, body: &str| hall.post(path, body).header("authorization", &bearer);
    let barred = (403, "must-change-password".to_owned());
    assert_eq!(ask("~/counters/1/open", "").send().await.told(), barred);
    assert_eq!(ask("~/tickets", r#"{"service":"chung-thuc"}"#).send().await.told(), barred);
    let change = |old: &str, new: &str| json!({ "old": old, "new": new }).to_string();
    for (old, new, told) in [
        ("wrong", "a better password", (401, "wrong-credentials")),
        (PASSWORD, "short", (422, "weak-password")),
        (PASSWORD, PASSWORD, (422, "weak-password")),
        (PASSWORD, "a better password", (204, "")),
    ] {
        let answer = ask("/api/v1/session/password", &change(old, new)).send().await;
        assert_eq!(answer.told(), (told.0, told.1.to_owned()), "{new}");
    }
    assert_eq!(ask("~/counters/1/open", "").send().await.status, 200);
    assert_eq!(sign_in(&hall, "fresh", "a better password").await.status, 200);
}

#[tokio::test]
async fn a_changed_password_ends_the_other_sessions() {
    let hall = Hall::open().await;
    let (here, elsewhere) =
        (format!("Bearer {}", hall.token("clerk")), format!("Bearer {}", hall.token("clerk")));
    let body = json!({ "old": PASSWORD, "new": "a better password" }).to_string();
    assert_eq!(
        hall.post("/api/v1/session/password", &body).header("authorization", &here).send().await.status,
        204
    );
    assert_eq!(hall.get("/api/v1/session").header("authorization", &here).send().await.status, 200);
    assert_eq!(hall.get("/api/v1/session").header("authorization", &elsewhere).send().await.status, 401);
}

#[tokio::test]
async fn an_admin_adds_users_and_resets_passwords() {
    let hall = Hall::open().await;
    let add = |body: serde_json::Value| hall.post("/api/v1/users", &body.to_string()).by("admin");
    for (user, password, roles, told) in [
        ("lan", "short", json!(["clerk"]), (422, "weak-password")),
        ("lan mai", "a good password", json!(["clerk"]), (422, "invalid-field")),
        ("lan", "a good password", json!([]), (422, "invalid-field")),
        ("lan", "a good password", json!(["boss"]), (422, "invalid-field")),
        ("lan", "a good password", json!(["clerk", "supervisor"]), (201, "")),
        ("lan", "a good password", json!(["clerk"]), (409, "user-exists")),
    ] {
        let answer = add(json!({ "user": user, "password": password, "roles": roles })).send().await;
        assert_eq!(answer.told(), (told.0, told.1.to_owned()), "{user} {password} {roles}");
    }
    let users = hall.get("/api/v1/users").by("admin").send().await.json();
    let lan = users["items"].as_array().unwrap().iter().find(|user| user["user"] == "lan").unwrap().clone();
    assert_eq!(lan, json!({ "user": "lan", "roles": ["clerk", "supervisor"], "must_change": false }));

    let bearer = format!("Bearer {}", hall.token("lan"));
    let reset = hall.post("/api/v1/users/lan/password", r#"{"password":"one of the admin"}"#);
    assert_eq!(reset.by("admin").send().await.json()["must_change"], true);
    assert_eq!(hall.get("/api/v1/session").header("authorization", &bearer).send().await.status, 401);
    let nobody = hall.post("/api/v1/users/nobody/password", r#"{"password":"one of the admin"}"#);
    assert_eq!(nobody.by("admin").send().await.told(), (404, "unknown-user".to_owned()));
}

#[tokio::test]
async fn a_page_from_elsewhere_cannot_ride_on_the_cookie() {
    let hall = Hall::open().await;
    let cookie = format!("queue_session={}", hall.token("clerk"));
    let open =
        || hall.post("~/counters/1/open", "").header("cookie", &cookie).header("host", "127.0.0.1:8080");
    let foreign = (403, "foreign-origin".to_owned());
    assert_eq!(open().header("origin", "http://evil.example").send().await.told(), foreign);
    assert_eq!(open().header("sec-fetch-site", "cross-site").send().await.told(), foreign);
    assert_eq!(open().header("origin", "http://127.0.0.1:8080").send().await.status, 200);
    assert_eq!(open().send().await.status, 200);
    let program = hall.post("~/counters/1/open", "").by("clerk").header("origin", "http://evil.example");
    assert_eq!(program.send().await.status, 200);
}

#[tokio::test]
async fn a_class_that_needs_confirmation_counts_at_once_from_a_staff_session() {
    let hall = Hall::open().await;
    let take = || hall.post("~/tickets", r#"{"service":"chung-thuc","class":"priority"}"#);
    let asked = take().send().await.json();
    assert_eq!((asked["class"].as_str(), asked["asked"].as_str()), (Some("normal"), Some("priority")));
    assert_eq!(take().by("clerk").send().await.json()["class"], "priority");
    let path = format!("~/tickets/{}/confirm", asked["id"].as_str().unwrap());
    let confirmed = hall.post(&path, "").by("clerk").send().await.json();
    assert_eq!(confirmed["class"], "priority");
}
