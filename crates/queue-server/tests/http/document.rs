//! The OpenAPI document: complete, and true to what the routes do.

use serde_json::Value;

use crate::hall::Hall;

/// Every call of the contract and of its additions.
const CALLS: [(&str, &str); 50] = [
    ("post", "/api/v1/session"),
    ("get", "/api/v1/session"),
    ("delete", "/api/v1/session"),
    ("post", "/api/v1/session/password"),
    ("get", "/api/v1/users"),
    ("post", "/api/v1/users"),
    ("post", "/api/v1/users/{name}/password"),
    ("get", "/api/v1/offices"),
    ("get", "/api/v1/offices/{office}"),
    ("post", "/api/v1/offices/{office}/tickets"),
    ("get", "/api/v1/offices/{office}/tickets"),
    ("post", "/api/v1/offices/{office}/tickets/ready"),
    ("get", "/api/v1/offices/{office}/tickets/{ticket}"),
    ("get", "/api/v1/tickets/{ticket}"),
    ("post", "/api/v1/offices/{office}/tickets/{ticket}/cancel"),
    ("post", "/api/v1/offices/{office}/tickets/{ticket}/confirm"),
    ("post", "/api/v1/offices/{office}/tickets/{ticket}/ready"),
    ("post", "/api/v1/offices/{office}/tickets/{ticket}/reinstate"),
    ("post", "/api/v1/offices/{office}/tickets/{ticket}/move"),
    ("post", "/api/v1/offices/{office}/tickets/{ticket}/release"),
    ("post", "/api/v1/offices/{office}/tickets/{ticket}/rating"),
    ("get", "/api/v1/offices/{office}/counters/{counter}"),
    ("post", "/api/v1/offices/{office}/counters/{counter}/open"),
    ("post", "/api/v1/offices/{office}/counters/{counter}/pause"),
    ("post", "/api/v1/offices/{office}/counters/{counter}/close"),
    ("post", "/api/v1/offices/{office}/counters/{counter}/call"),
    ("post", "/api/v1/offices/{office}/counters/{counter}/recall"),
    ("post", "/api/v1/offices/{office}/counters/{counter}/start"),
    ("post", "/api/v1/offices/{office}/counters/{counter}/finish"),
    ("post", "/api/v1/offices/{office}/counters/{counter}/absent"),
    ("post", "/api/v1/offices/{office}/counters/{counter}/park"),
    ("post", "/api/v1/offices/{office}/counters/{counter}/return"),
    ("post", "/api/v1/offices/{office}/counters/{counter}/transfer"),
    ("get", "/api/v1/offices/{office}/stats/today"),
    ("get", "/api/v1/offices/{office}/stats"),
    ("get", "/api/v1/offices/{office}/audit"),
    ("get", "/api/v1/offices/{office}/layout"),
    ("post", "/api/v1/offices/{office}/layout"),
    ("post", "/api/v1/offices/{office}/day/close"),
    ("post", "/api/v1/offices/{office}/day/reopen"),
    ("post", "/api/v1/offices/{office}/alarm"),
    ("post", "/api/v1/offices/{office}/alarm/end"),
    ("post", "/api/v1/offices/{office}/clock"),
    ("get", "/api/v1/sounds/{lang}/{clip}"),
    ("get", "/api/v1/offices/{office}/live/lobby"),
    ("get", "/api/v1/offices/{office}/live/counters/{counter}"),
    ("get", "/api/v1/offices/{office}/live/tickets/{ticket}"),
    ("get", "/api/v1/offices/{office}/live/dashboard"),
    ("get", "/api/v1/backup"),
    ("get", "/readyz"),
];

#[tokio::test]
async fn every_call_is_described() {
    let hall = Hall::open().await;
    let document = hall.get("/api/v1/openapi.json").send().await.json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    for (method, path) in CALLS {
        let call = &document["paths"][path][method];
        assert!(call["responses"].is_object(), "{method} {path}");
        if path.starts_with("/api/v1/") {
            let problem = &call["responses"]["404"]["content"]["application/problem+json"]["schema"]["$ref"];
            assert_eq!(problem, "#/components/schemas/Problem", "{method} {path}");
        }
        let parameters = call["parameters"].as_array().cloned().unwrap_or_default();
        let keyed = parameters.iter().any(|parameter| parameter["name"] == "Idempotency-Key");
        assert_eq!(keyed, method == "post" && path != "/api/v1/session", "{method} {path}");
    }
}

#[tokio::test]
async fn live_messages_are_described() {
    let hall = Hall::open().await;
    let document = hall.get("/api/v1/openapi.json").send().await.json();
    for schema in ["Message", "Board", "Call"] {
        assert!(document["components"]["schemas"][schema].is_object(), "{schema}");
    }
    let lobby = &document["paths"]["/api/v1/offices/{office}/live/lobby"]["get"];
    assert!(lobby["responses"]["101"].is_object() && lobby["responses"]["426"].is_object());
    let parameters = lobby["parameters"].as_array().unwrap();
    assert!(
        parameters.iter().any(|it| it["name"] == "since" && it["in"] == "query" && it["required"] != true)
    );
}

#[tokio::test]
async fn every_reference_of_the_document_leads_somewhere() {
    let hall = Hall::open().await;
    let document = hall.get("/api/v1/openapi.json").send().await.json();
    let mut references = Vec::new();
    collect(&document, &mut references);
    assert!(references.len() > 50);
    for reference in references {
        let pointer = reference.trim_start_matches('#');
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

#[tokio::test]
async fn the_page_of_the_document_passes_its_policy() {
    let hall = Hall::open().await;
    let page = hall.get("/api/v1/docs/").send().await;
    let text = String::from_utf8_lossy(&page.body);
    assert_eq!(page.status, 200);
    assert!(page.header("content-security-policy").contains("script-src 'self';"));
    assert!(text.contains("swagger-ui") && !text.contains("<script>"));
    let start = hall.get("/api/v1/docs/swagger-initializer.js").send().await;
    assert!(String::from_utf8_lossy(&start.body).contains("/api/v1/openapi.json"));
}

fn collect(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match value.as_str() {
                    Some(reference) if key == "$ref" => references.push(reference.to_owned()),
                    _ => collect(value, references),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, references)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
