use std::net::IpAddr;

use http::{HeaderMap, header};

/// Whose request it is, as the door found out.
#[derive(Debug, Clone, Copy)]
pub struct Client(pub IpAddr);

/// Whether a browser says that a form was sent by a page that is not ours (Fetch Metadata; older browsers: RFC 6454).
///
/// A page that sends no referrer has the origin `null` in them; then the token of the form alone decides.
#[must_use]
pub fn from_elsewhere(headers: &HeaderMap, origin: &str, development: bool) -> bool {
    let said = |name: http::HeaderName| headers.get_all(name).iter().map(|value| value.to_str().unwrap_or("?")).collect::<Vec<_>>();
    let site = said(http::HeaderName::from_static("sec-fetch-site"));
    if !site.is_empty() {
        return site != ["same-origin"];
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    let ours = |it: &str| it == origin || it == format!("https://{host}") || (development && it == format!("http://{host}"));
    match said(header::ORIGIN)[..] {
        [] | ["null"] => false,
        [one] => !ours(&one.to_ascii_lowercase()),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elsewhere(headers: &[(&'static str, &str)]) -> bool {
        let mut map = HeaderMap::new();
        map.insert("host", "atlas.test".parse().unwrap());
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        from_elsewhere(&map, "https://atlas.test", false)
    }

    #[test]
    fn a_form_of_another_site_is_known_by_what_the_browser_says() {
        for ours in [&[("sec-fetch-site", "same-origin")][..], &[("origin", "https://atlas.test")], &[("origin", "null")], &[]] {
            assert!(!elsewhere(ours), "{ours:?}");
        }
        for theirs in [
            &[("sec-fetch-site", "cross-site")][..],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "none")],
            &[("sec-fetch-site", "cross-site"), ("origin", "https://atlas.test")],
            &[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")],
            &[("origin", "http://atlas.test")],
            &[("origin", "https://atlas.test.evil.test")],
            &[("origin", "https://atlas.test"), ("origin", "https://evil.test")],
        ] {
            assert!(elsewhere(theirs), "{theirs:?}");
        }
    }
}
