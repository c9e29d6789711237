//! What stands under which path, and that the pages keep to the content security policy.

use queue_web::{build_id, page, with_style_nonce};

fn text(path: &str) -> String {
    let asset = page(path).unwrap_or_else(|| panic!("nothing under {path}"));
    String::from_utf8(asset.bytes.into_owned()).expect("a page is UTF-8")
}

#[test]
fn every_role_has_its_page() {
    for path in ["/", "/kim-lien/kiosk", "/kim-lien/lobby", "/t/01jabc"] {
        let asset = page(path).unwrap_or_else(|| panic!("nothing under {path}"));
        assert_eq!(asset.mime, "text/html; charset=utf-8", "{path}");
        assert!(!asset.immutable, "{path} would never be asked for again");
    }
}

#[test]
fn what_is_not_there_is_not_found() {
    for path in [
        "/kim-lien",
        "/kim-lien/other",
        "/assets",
        "/assets/none.js",
        "/../Cargo.toml",
        "/t/a/b",
        "/api/v1/offices",
    ] {
        assert!(page(path).is_none(), "{path}");
    }
}

#[test]
fn files_with_a_hash_in_their_name_are_kept_for_ever() {
    let html = text("/kim-lien/kiosk");
    let start = html.find("/assets/").expect("a page loads its script");
    let path = html[start..].split('"').next().expect("an attribute ends");
    let asset = page(path).unwrap_or_else(|| panic!("nothing under {path}"));
    assert!(asset.immutable, "{path}");
    assert_eq!(asset.mime, "text/javascript; charset=utf-8");
    let packed = asset.gzip.unwrap_or_else(|| panic!("{path} is not compressed"));
    assert!(packed.len() < asset.bytes.len());
}

#[test]
fn no_page_holds_inline_scripts_or_styles() {
    for path in ["/", "/o/kiosk", "/o/lobby", "/t/x"] {
        let html = text(path);
        for script in html.split("<script").skip(1) {
            let tag = script.split('>').next().expect("a tag ends");
            assert!(tag.contains("src="), "{path}: inline script: <script{tag}>");
        }
        assert!(!html.contains("<style") && !html.contains(" style="), "{path}: inline style");
    }
}

#[test]
fn a_nonce_is_written_where_scripts_look_for_it() {
    let html = with_style_nonce(text("/").as_bytes(), "abc123");
    let html = String::from_utf8(html).expect("a page is UTF-8");
    assert!(html.contains(r#"<meta name="style-nonce" content="abc123" />"#));
}

#[test]
fn the_build_has_a_name() {
    assert_eq!(build_id().len(), 16);
    assert_eq!(build_id(), build_id());
}
