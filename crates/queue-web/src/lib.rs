//! The pages, built from `web/` by the build script and embedded in the executable.
//! Which headers go with them (policy, caching) is the server's business; `page` only finds and describes.

use std::borrow::Cow;
use std::fmt::Write;
use std::sync::OnceLock;

use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

/// A file of the pages, ready to be sent.
#[derive(Clone, Debug)]
pub struct Asset {
    /// The content as it is.
    pub bytes: Cow<'static, [u8]>,
    /// The same, compressed, where that is smaller: for clients that accept `gzip`.
    pub gzip: Option<Cow<'static, [u8]>>,
    /// `text/html; charset=utf-8`, …
    pub mime: String,
    /// Quoted hash of the content.
    pub etag: String,
    /// Whether the name holds a hash of the content, so that it may be kept for ever.
    pub immutable: bool,
}

/// Finds what stands under a path of the site.
///
/// **Shape:** `/` is the page of roles, `/{office}/kiosk` and its like the pages of an office, `/t/{ticket id}` the
/// citizen's page; everything else is a file of the build, such as `assets/base-1a2b3c.js` or `kiosk.html`.
/// A leading `/` may be left out. Whether the office exists is not asked here.
#[must_use]
pub fn page(path: &str) -> Option<Asset> {
    let path = path.trim_matches('/');
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        [""] => file("index.html"),
        ["assets", _] | [_] => file(path),
        ["t", _ticket] => file("ticket.html"),
        [_office, page] if OFFICE_PAGES.contains(page) => file(&format!("{page}.html")),
        _ => None,
    }
}

/// A hash of all pages, 16 hex digits: it changes whenever any of them does, and only then.
#[must_use]
pub fn build_id() -> &'static str {
    static ID: OnceLock<String> = OnceLock::new();
    ID.get_or_init(|| {
        let mut names: Vec<_> = Dist::iter().collect();
        names.sort_unstable();
        let mut hash = Sha256::new();
        for name in names {
            if let Some(file) = Dist::get(&name) {
                hash.update(name.as_bytes());
                hash.update(file.metadata.sha256_hash());
            }
        }
        hex(&hash.finalize()[..8])
    })
}

/// Writes the nonce of this answer into a page, for browsers that get styles as elements.
///
/// The policy that lets them in is `style-src 'self' 'nonce-{nonce}'`; the other bytes stay as they are.
#[must_use]
pub fn with_style_nonce(html: &[u8], nonce: &str) -> Vec<u8> {
    let text = String::from_utf8_lossy(html);
    text.replacen(NONCE_HOLE, &format!(r#"<meta name="style-nonce" content="{nonce}" />"#), 1).into_bytes()
}

#[derive(RustEmbed)]
#[folder = "$OUT_DIR/dist"]
struct Dist;

/// The pages that stand under an office's name.
const OFFICE_PAGES: [&str; 6] = ["kiosk", "lobby", "clerk", "reception", "dashboard", "admin"];

const NONCE_HOLE: &str = r#"<meta name="style-nonce" content="" />"#;

fn file(name: &str) -> Option<Asset> {
    let file = Dist::get(name)?;
    let kind = mime_guess::from_path(name).first_or_octet_stream();
    let text = kind.type_() == "text" || kind.subtype() == "javascript";
    Some(Asset {
        gzip: Dist::get(&format!("{name}.gz")).map(|packed| packed.data),
        mime: if text { format!("{kind}; charset=utf-8") } else { kind.to_string() },
        etag: format!("\"{}\"", hex(&file.metadata.sha256_hash()[..12])),
        immutable: name.starts_with("assets/"),
        bytes: file.data,
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
