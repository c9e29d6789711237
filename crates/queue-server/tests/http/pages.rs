//! Pages and files: which there are, and the headers that go with them.

use crate::hall::Hall;

#[tokio::test]
async fn pages_stand_where_the_contract_says() {
    let hall = Hall::open().await;
    for path in ["/", "/kim-lien/kiosk", "/kim-lien/lobby", "/t/00000000000000000000000000"] {
        let page = hall.get(path).header("host", "127.0.0.1:8080").send().await;
        assert_eq!(
            (page.status.as_u16(), page.header("content-type")),
            (200, "text/html; charset=utf-8"),
            "{path}"
        );
        let policy = page.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe-"), "{policy}");
        assert!(policy.contains("ws://127.0.0.1:8080"), "{policy}");
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
    }
}

#[tokio::test]
async fn where_there_is_no_page_a_kind_one_says_so() {
    let hall = Hall::open().await;
    for path in ["/nowhere/kiosk", "/kim-lien/cellar", "/a/b/c", "/%2e%2e/Cargo.toml"] {
        let page = hall.get(path).send().await;
        assert_eq!(
            (page.status.as_u16(), page.header("content-type")),
            (404, "text/html; charset=utf-8"),
            "{path}"
        );
        assert!(String::from_utf8(page.body).unwrap().contains("Không tìm thấy"), "{path}");
    }
    assert_eq!(
        hall.ask("POST", "/kim-lien/kiosk").send().await.told(),
        (405, "method-not-allowed".to_owned())
    );
}

#[tokio::test]
async fn files_of_the_build_may_be_kept() {
    let hall = Hall::open().await;
    let page = String::from_utf8(hall.get("/kim-lien/kiosk").send().await.body).unwrap();
    let start = page.find("/assets/").unwrap();
    let path: String = page[start..].chars().take_while(|c| *c != '"').collect();
    let file = hall.get(&path).send().await;
    assert_eq!(file.status, 200);
    assert!(file.header("cache-control").contains("immutable"));
    let etag = file.header("etag").to_owned();
    assert_eq!(hall.get(&path).header("if-none-match", &etag).send().await.status, 304);
    let clip = hall.get("/api/v1/sounds/vi/chime").send().await;
    assert_eq!((clip.header("content-type"), &clip.body[..4]), ("audio/flac", &b"fLaC"[..]));
}
