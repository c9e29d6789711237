//! Where browsers may act from: requests that ride on a cookie are compared with a fixed list.
//!
//! A name that is not on the list may have been bent to this address (DNS rebinding), so that Origin and Host are
//! never believed only because they agree. Numbers (`192.168.1.10`) cannot be bent; programs send no Origin.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;
use axum::http::header::{HOST, HeaderName, ORIGIN};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The allow-list.
#[derive(Clone, Debug)]
pub struct Origins {
    /// `scheme://host[:port]`, lower case.
    origins: Vec<String>,
    /// Names of this computer, lower case, without port.
    names: Vec<String>,
}

impl Origins {
    /// Allows the listen address, this computer's own names, `public_url` and `further` origins.
    #[must_use]
    pub fn new(listen: SocketAddr, public_url: &str, further: &[String]) -> Self {
        let mut origins = vec![format!("http://{listen}"), public_url.to_ascii_lowercase()];
        origins.extend(further.iter().map(|origin| origin.to_ascii_lowercase()));
        let mut names: Vec<String> =
            origins.iter().filter_map(|origin| origin.split_once("://")).map(host).collect();
        names.push("localhost".to_owned());
        if let Ok(own) = rustix::system::uname().nodename().to_str() {
            names.push(own.to_ascii_lowercase());
            names.push(format!("{}.local", own.to_ascii_lowercase()));
        }
        Self { origins, names }
    }

    /// Whether a request that carries the cookie may act.
    #[must_use]
    pub fn allow(&self, headers: &HeaderMap) -> bool {
        let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let (origin, site) = (text(&ORIGIN), text(&SEC_FETCH_SITE));
        if origin.is_none() && site.is_none() {
            // No browser; SameSite=Strict has kept foreign pages of old ones away.
            return true;
        }
        if origin.is_some_and(|origin| self.origins.contains(&origin.to_ascii_lowercase())) {
            return true;
        }
        let Some(served) = text(&HOST).map(str::to_ascii_lowercase) else { return false };
        let own = self.is_own(&host(("", &served)));
        let same_site = site.is_none_or(|site| matches!(site, "same-origin" | "none"));
        let same_host = origin.is_none_or(|origin| {
            origin.split_once("://").is_some_and(|(_, from)| from.eq_ignore_ascii_case(&served))
        });
        own && same_site && same_host
    }

    fn is_own(&self, host: &str) -> bool {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        bare.parse::<IpAddr>().is_ok() || self.names.iter().any(|name| name == host)
    }
}

/// The host of `host[:port]`, without the port.
fn host((_, authority): (&str, &str)) -> String {
    let cut = if authority.ends_with(']') { None } else { authority.rfind(':') };
    authority[..cut.unwrap_or(authority.len())].to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(pairs: &[(&'static str, &str)]) -> bool {
        let listen = "0.0.0.0:8080".parse().unwrap();
        let origins = Origins::new(listen, "https://queue.example.vn", &["http://proxy.lan".to_owned()]);
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, value.parse().unwrap());
        }
        origins.allow(&headers)
    }

    #[test]
    fn own_pages_act_and_foreign_ones_do_not() {
        for (pairs, may) in [
            (&[("host", "192.168.1.10:8080")][..], true),
            (&[("host", "anything")], true),
            (&[("host", "192.168.1.10:8080"), ("origin", "http://192.168.1.10:8080")], true),
            (&[("host", "[::1]:8080"), ("origin", "http://[::1]:8080")], true),
            (&[("host", "localhost:8080"), ("origin", "http://localhost:8080")], true),
            (&[("host", "10.0.0.1"), ("origin", "https://queue.example.vn")], true),
            (
                &[("host", "proxy.lan"), ("origin", "http://proxy.lan"), ("sec-fetch-site", "same-origin")],
                true,
            ),
            (&[("host", "192.168.1.10:8080"), ("origin", "http://192.168.1.66:8080")], false),
            (&[("host", "evil.example:8080"), ("origin", "http://evil.example:8080")], false),
            (&[("host", "evil.example"), ("sec-fetch-site", "same-origin")], false),
            (&[("host", "localhost:8080"), ("sec-fetch-site", "cross-site")], false),
            (&[("host", "localhost:8080"), ("origin", "null")], false),
        ] {
            assert_eq!(allowed(pairs), may, "{pairs:?}");
        }
    }
}
