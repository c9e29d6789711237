//! Every route: what it answers when all is well, and each no with its status and code.

use crate::hall::Hall;

/// Who, method, path, body, status, code (empty when all is well). `~` stands for the office, `{t}` for a ticket.
type Row = (&'static str, &'static str, &'static str, &'static str, u16, &'static str);

async fn check(hall: &Hall, rows: &[Row]) {
    let ticket = hall.take("chung-thuc").await;
    for (who, method, path, body, status, code) in rows {
        let path = path.replace("{t}", &ticket);
        let ask = if *method == "POST" { hall.post(&path, body) } else { hall.ask(method, &path) };
        let ask = if who.is_empty() { ask } else { ask.by(who) };
        let answer = ask.send().await;
        let row = format!("{who} {method} {path} {body}: {}", String::from_utf8_lossy(&answer.body));
        assert_eq!(answer.told(), (*status, (*code).to_owned()), "{row}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{row}");
    }
}

#[tokio::test]
async fn what_everybody_may_read() {
    let rows = [
        ("", "GET", "/healthz", "", 200, ""),
        ("", "GET", "/readyz", "", 200, ""),
        ("", "GET", "/metrics", "", 200, ""),
        ("", "GET", "/api/v1/offices", "", 200, ""),
        ("", "GET", "~", "", 200, ""),
        ("", "GET", "/api/v1/offices/nowhere", "", 404, "unknown-office"),
        ("", "GET", "~/tickets/{t}", "", 200, ""),
        ("", "GET", "/api/v1/tickets/{t}", "", 200, ""),
        ("", "GET", "~/tickets/00000000000000000000000000", "", 404, "unknown-ticket"),
        ("", "GET", "~/tickets/short", "", 404, "unknown-ticket"),
        ("", "GET", "/api/v1/tickets/short", "", 404, "unknown-ticket"),
        ("", "GET", "/api/v1/sounds/vi/chime", "", 200, ""),
        ("", "GET", "/api/v1/sounds/vi/..%2Fen%2Fchime", "", 404, "not-found"),
        ("", "GET", "/api/v1/nothing", "", 404, "not-found"),
        ("", "PUT", "/api/v1/offices", "", 405, "method-not-allowed"),
        ("", "DELETE", "~/tickets/{t}", "", 405, "method-not-allowed"),
    ];
    check(&Hall::open().await, &rows).await;
}

#[tokio::test]
async fn a_body_that_is_said_to_be_too_long_is_not_read() {
    let hall = Hall::open().await;
    let ask = hall.post("~/tickets", r#"{"service":"chung-thuc"}"#).header("content-length", "65537");
    assert_eq!(ask.send().await.told(), (413, "body-too-large".to_owned()));
}

#[tokio::test]
async fn a_counter_that_is_no_number_is_named_to_those_who_may_know() {
    let hall = Hall::open().await;
    for (method, path) in
        [("GET", "~/counters/abc"), ("POST", "~/counters/abc/open"), ("POST", "~/counters/abc/call")]
    {
        assert_eq!(hall.ask(method, path).send().await.told(), (401, "not-signed-in".to_owned()));
        let answer = hall.ask(method, path).by("clerk").send().await;
        assert_eq!(answer.told(), (404, "unknown-counter".to_owned()), "{path}");
        assert_eq!(answer.json()["detail"], "there is no counter `abc`");
    }
}

#[tokio::test]
async fn staff_routes_ask_who_it_is_before_anything_else() {
    let hall = Hall::open().await;
    let staff = [
        "~/tickets/{t}/confirm",
        "~/tickets/{t}/ready",
        "~/tickets/{t}/reinstate",
        "~/tickets/{t}/move",
        "~/tickets/ready",
        "~/counters/1/open",
        "~/counters/1/pause",
        "~/counters/1/close",
        "~/counters/1/call",
        "~/counters/1/recall",
        "~/counters/1/start",
        "~/counters/1/finish",
        "~/counters/1/absent",
        "~/counters/1/park",
        "~/counters/1/return",
        "~/counters/1/transfer",
        "~/alarm",
    ];
    let supervisors = ["~/tickets/{t}/release", "~/day/close", "~/day/reopen", "~/alarm/end"];
    let admins = ["~/layout", "~/clock", "/api/v1/users", "/api/v1/users/lan/password"];
    for path in staff.iter().chain(&supervisors).chain(&admins) {
        check(&hall, &[("", "POST", path, "{}", 401, "not-signed-in")]).await;
    }
    for path in supervisors.iter().chain(&admins) {
        check(&hall, &[("clerk", "POST", path, "{}", 403, "not-allowed")]).await;
    }
    for path in staff.iter().chain(&supervisors) {
        check(&hall, &[("fresh", "POST", path, "{}", 403, "must-change-password")]).await;
    }
    for path in [
        "~/counters/1",
        "~/tickets?list=parked",
        "~/stats/today",
        "~/audit",
        "~/layout",
        "/api/v1/users",
        "/api/v1/backup",
        "/api/v1/session",
    ] {
        check(&hall, &[("", "GET", path, "", 401, "not-signed-in")]).await;
    }
    for path in [
        "~/stats/today",
        "~/stats?from=2026-11-01&to=2026-11-02",
        "~/audit",
        "~/layout",
        "/api/v1/users",
        "/api/v1/backup",
    ] {
        check(&hall, &[("clerk", "GET", path, "", 403, "not-allowed")]).await;
    }
}

#[tokio::test]
async fn a_ticket_goes_its_way() {
    let rows = [
        ("", "POST", "~/tickets", r#"{"service":"chung-thuc"}"#, 201, ""),
        (
            "",
            "POST",
            "~/tickets",
            r#"{"service":"chung-thuc","class":"priority","lang":"en","dossiers":3}"#,
            201,
            "",
        ),
        ("", "POST", "~/tickets", r#"{"service":"nope"}"#, 404, "unknown-service"),
        ("", "POST", "~/tickets", r#"{"service":"Chứng thực"}"#, 404, "unknown-service"),
        ("", "POST", "~/tickets", r#"{"service":"chung-thuc","class":"vip"}"#, 404, "unknown-class"),
        ("", "POST", "~/tickets", r#"{"service":"chung-thuc","lang":"fr"}"#, 422, "unknown-language"),
        ("", "POST", "~/tickets", r#"{"service":"chung-thuc","dossiers":0}"#, 422, "invalid-field"),
        ("", "POST", "~/tickets", r#"{"service":"chung-thuc","dossiers":70000}"#, 422, "invalid-field"),
        ("", "POST", "~/tickets", r#"{"service":7}"#, 422, "invalid-field"),
        ("", "POST", "~/tickets", "{}", 422, "invalid-field"),
        ("", "POST", "~/tickets", "", 422, "invalid-field"),
        ("", "POST", "~/tickets", "{", 400, "bad-json"),
        ("", "POST", "~/tickets", "[]", 400, "bad-json"),
        ("", "POST", "/api/v1/offices/nowhere/tickets", "{}", 404, "unknown-office"),
        ("", "POST", "~/tickets/{t}/rating", r#"{"score":5}"#, 409, "not-served"),
        ("clerk", "POST", "~/counters/99/open", "", 404, "unknown-counter"),
        ("clerk", "POST", "~/counters/one/open", "", 404, "unknown-counter"),
        ("clerk", "POST", "~/counters/1/call", "", 409, "counter-closed"),
        ("clerk", "POST", "~/counters/1/open", "", 200, ""),
        ("other", "POST", "~/counters/1/open", "{}", 409, "counter-taken"),
        ("clerk", "POST", "~/counters/1/pause", "{}", 422, "reason-required"),
        ("clerk", "POST", "~/counters/1/call", r#"{"number":"A002"}"#, 422, "reason-required"),
        ("clerk", "POST", "~/counters/1/call", r#"{"number":"Z999","reason":"x"}"#, 404, "unknown-ticket"),
        ("clerk", "POST", "~/counters/1/call", "{}", 200, ""),
        ("clerk", "POST", "~/counters/1/call", "{}", 409, "ticket-open"),
        ("clerk", "POST", "~/counters/1/absent", "", 409, "too-early"),
        ("clerk", "POST", "~/counters/1/recall", "", 200, ""),
        ("clerk", "POST", "~/counters/1/start", "", 200, ""),
        ("clerk", "POST", "~/counters/1/park", "{}", 422, "reason-required"),
        ("clerk", "POST", "~/counters/1/transfer", "{}", 422, "invalid-field"),
        ("clerk", "POST", "~/counters/1/finish", r#"{"outcome":"done"}"#, 200, ""),
        ("clerk", "POST", "~/counters/1/finish", "", 409, "no-ticket"),
        ("", "POST", "~/tickets/{t}/rating", r#"{"score":6}"#, 422, "invalid-field"),
        ("", "POST", "~/tickets/{t}/rating", r#"{"score":5,"comment":"tốt"}"#, 200, ""),
        ("", "POST", "~/tickets/{t}/rating", r#"{"score":5}"#, 409, "already-rated"),
        ("", "POST", "~/tickets/{t}/cancel", "", 409, "not-cancellable"),
        ("clerk", "GET", "~/counters/1", "", 200, ""),
        ("clerk", "GET", "~/counters/99", "", 404, "unknown-counter"),
        ("clerk", "GET", "~/tickets?list=asked", "", 200, ""),
        ("clerk", "GET", "~/tickets?list=waiting", "", 400, "bad-query"),
        ("clerk", "GET", "~/tickets", "", 400, "bad-query"),
    ];
    check(&Hall::open().await, &rows).await;
}

#[tokio::test]
async fn those_who_lead_the_hall() {
    let rows = [
        ("supervisor", "GET", "~/stats/today", "", 200, ""),
        ("supervisor", "GET", "~/stats?from=2026-11-01&to=2026-11-23", "", 200, ""),
        ("supervisor", "GET", "~/stats?from=2026-11-23&to=2026-11-01", "", 422, "invalid-field"),
        ("supervisor", "GET", "~/stats?from=yesterday&to=2026-11-01", "", 400, "bad-query"),
        ("supervisor", "GET", "~/stats", "", 400, "bad-query"),
        ("supervisor", "GET", "~/audit?limit=5", "", 200, ""),
        ("supervisor", "GET", "~/audit?limit=many", "", 400, "bad-query"),
        ("supervisor", "POST", "~/tickets/{t}/release", "{}", 422, "reason-required"),
        ("supervisor", "POST", "~/tickets/{t}/release", r#"{"reason":"left"}"#, 200, ""),
        ("clerk", "POST", "~/alarm", r#"{"reason":"smoke"}"#, 200, ""),
        ("", "POST", "~/tickets", r#"{"service":"chung-thuc"}"#, 409, "alarm"),
        ("supervisor", "POST", "~/alarm/end", "", 200, ""),
        ("supervisor", "POST", "~/alarm/end", "", 409, "alarm-unchanged"),
        ("supervisor", "POST", "~/day/close", r#"{"reason":"power cut"}"#, 200, ""),
        ("", "POST", "~/tickets", r#"{"service":"chung-thuc"}"#, 409, "office-closed"),
        ("supervisor", "POST", "~/day/reopen", r#"{"reason":"power is back"}"#, 200, ""),
        ("", "POST", "~/tickets", r#"{"service":"chung-thuc"}"#, 201, ""),
        ("admin", "GET", "~/layout", "", 200, ""),
        ("admin", "POST", "~/layout", "{}", 422, "invalid-field"),
        ("admin", "GET", "/api/v1/backup", "", 200, ""),
    ];
    check(&Hall::open().await, &rows).await;
}

#[tokio::test]
async fn a_layout_is_read_changed_and_kept() {
    let hall = Hall::open().await;
    let mut layout = hall.get("~/layout").by("admin").send().await.json();
    layout["counters"][0]["services"] = serde_json::json!(["chung-thuc", "nowhere"]);
    let wrong = hall.post("~/layout", &layout.to_string()).by("admin").send().await;
    assert_eq!(wrong.told(), (422, "bad-layout".to_owned()));
    assert!(wrong.json()["detail"].as_str().unwrap().contains("counters[0].services[1]"));
    layout["counters"][0]["services"] = serde_json::json!(["chung-thuc", "ho-tich"]);
    layout["hours"] = serde_json::json!({"mon_fri": ["07:30-12:00", "13:00-16:30"]});
    let changed = hall.post("~/layout", &layout.to_string()).by("admin").send().await;
    assert_eq!(changed.status, 200, "{changed:?}");
    let read = hall.get("~/layout").by("admin").send().await.json();
    assert_eq!(read, layout);
}

#[tokio::test]
async fn a_body_is_bounded_and_json() {
    let hall = Hall::open().await;
    let long = format!("{{\"service\":\"{}\"}}", "x".repeat(70_000));
    assert_eq!(hall.post("~/tickets", &long).send().await.told(), (413, "body-too-large".to_owned()));
    let mut form = hall.ask("POST", "~/tickets").header("content-type", "text/plain");
    form.body = r#"{"service":"chung-thuc"}"#.to_owned();
    assert_eq!(form.send().await.told(), (415, "unsupported-media-type".to_owned()));
    let deep = "[".repeat(5_000);
    assert_eq!(hall.post("~/tickets", &deep).send().await.told(), (400, "bad-json".to_owned()));
}

#[tokio::test]
async fn an_address_takes_thirty_numbers_and_waits() {
    let hall = Hall::open().await;
    let take = || hall.post("~/tickets", r#"{"service":"chung-thuc"}"#);
    for _ in 0..30 {
        assert_eq!(take().at("10.0.0.1").send().await.status, 201);
    }
    let refused = take().at("10.0.0.1").send().await;
    assert_eq!(refused.told(), (429, "too-many-requests".to_owned()));
    assert!(refused.header("retry-after").parse::<u64>().unwrap() >= 1);
    assert_eq!(take().at("10.0.0.2").send().await.status, 201);
    assert_eq!(take().at("10.0.0.1").by("clerk").send().await.status, 201);
    assert_eq!(hall.get("~").at("10.0.0.1").send().await.status, 200);
}

#[tokio::test]
async fn a_proxy_is_believed_only_where_it_is_trusted() {
    let hall = Hall::open().await;
    let take = |from: &str, forwarded: &str| {
        let ask = hall.post("~/tickets", r#"{"service":"chung-thuc"}"#);
        ask.at(from).header("x-forwarded-for", forwarded)
    };
    for _ in 0..30 {
        assert_eq!(take("10.9.9.9", "1.1.1.1, 192.168.0.7").send().await.status, 201);
    }
    assert_eq!(take("10.9.9.9", "2.2.2.2, 192.168.0.7").send().await.status, 429);
    assert_eq!(take("10.9.9.9", "192.168.0.8").send().await.status, 201);
    assert_eq!(take("192.168.0.7", "192.168.0.9").send().await.status, 429);
}

#[tokio::test]
async fn a_backup_that_continues_another_holds_what_is_new() {
    let hall = Hall::open().await;
    let since = |since: &str| hall.get(&format!("/api/v1/backup?since={since}")).by("admin");
    let answer = since("house:3,kim-lien:1").send().await;
    let text = String::from_utf8(answer.body).unwrap();
    assert_eq!(answer.status, 200, "{text}");
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (first, last) = (&lines[0], &lines[lines.len() - 1]);
    assert_eq!((&first["backup"], &last["end"]), (&2.into(), &2.into()));
    assert_eq!(first["streams"][0]["after"]["seq"], 3);
    assert_eq!((&first["streams"][0]["records"], &first["streams"][1]["records"]), (&2.into(), &0.into()));
    assert_eq!((&lines[1]["stream"], &lines[1]["seq"]), (&"house".into(), &4.into()));
    for (bad, told) in [("house", "no place"), ("house:x", "no place"), ("house:99", "it ends with record 5")]
    {
        let answer = since(bad).send().await;
        assert_eq!(answer.status, 400, "{bad}");
        let text = String::from_utf8(answer.body).unwrap();
        assert!(text.contains("bad-query") && text.contains(told), "{text}");
    }
}

#[tokio::test]
async fn so_many_backups_are_under_way_and_no_more() {
    let hall = Hall::open().await;
    let under_way: Vec<_> =
        (0..queue_server::site::BACKUPS_MAX).map(|_| hall.site.send_backup().unwrap()).collect();
    let ask = || hall.get("/api/v1/backup").by("admin").send();
    let busy = ask().await;
    assert_eq!(busy.told(), (503, "busy".to_owned()));
    assert!(busy.headers.contains_key("retry-after"));
    drop(under_way);
    assert_eq!(ask().await.status, 200);
}
