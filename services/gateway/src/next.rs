//! Where to go on after signing in: an address of ours, or nowhere.

/// What stands in for our origin: an address that leads elsewhere no longer has it.
const HERE: &str = "https://atlas.invalid";
/// Longer ones are not ours.
const LONGEST: usize = 512;

/// The address, when it is a path of this site and nothing else; read by the rules that browsers have (WHATWG).
#[must_use]
pub fn safe(text: &str) -> Option<String> {
    // Our own addresses have these characters: with no others, nothing is left that could be read in two ways.
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'-' | b'_' | b'?' | b'=' | b'&' | b'.' | b'%' | b'*' | b'+');
    if !text.starts_with('/') || text.starts_with("//") || text.len() > LONGEST || !text.bytes().all(plain) {
        return None;
    }
    let (path, _) = text.split_once('?').unwrap_or((text, ""));
    if path.contains(['%', '+']) || path.contains("//") {
        return None;
    }
    let url = url::Url::parse(HERE).ok()?.join(text).ok()?;
    if url.origin().ascii_serialization() != HERE || url.fragment().is_some() {
        return None;
    }
    let path = url.path();
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    (path.starts_with('/') && !path.starts_with("//")).then(|| format!("{path}{query}"))
}

#[cfg(test)]
mod tests {
    use super::safe;

    /// Ways out of the site that were found elsewhere.
    const OUT: [&str; 46] = [
        "",
        " ",
        "espace",
        "?next=/",
        "#",
        "https://evil.test",
        "https:evil.test",
        "https:/evil.test",
        "http://atlas.invalid@evil.test",
        "//evil.test",
        "///evil.test",
        "////evil.test",
        "/\\evil.test",
        "\\/evil.test",
        "\\\\evil.test",
        "/\\/evil.test",
        "/\t/evil.test",
        "/\n/evil.test",
        "/\r\n/evil.test",
        "/%09/evil.test",
        "/%5cevil.test",
        "/%2f/evil.test",
        "/%2fevil.test",
        "/.//evil.test",
        "/..//evil.test",
        "/./\\evil.test",
        "/@evil.test",
        "/user@evil.test/",
        "/a@b@evil.test",
        "javascript:alert(1)",
        "/javascript:alert(1)",
        "data:text/html,x",
        "JaVaScRiPt:alert(1)",
        "/\u{0}/evil.test",
        "\u{0}//evil.test",
        "/\u{2028}/evil.test",
        "/\u{ff0f}evil.test",
        "/\u{3002}evil.test",
        "/espace#//evil.test",
        "/;@evil.test",
        "/<script>",
        "/\"onmouseover=",
        "/espace/../..//evil.test",
        " /espace",
        "/espace ",
        "/%00",
    ];

    #[test]
    fn nothing_leads_out_of_the_site() {
        for text in OUT {
            assert_eq!(safe(text), None, "{text:?}");
        }
        assert_eq!(safe(&format!("/{}", "a".repeat(600))), None);
    }

    #[test]
    fn our_own_addresses_lead_on() {
        for text in ["/", "/espace", "/en/espace/215600503/equipe?brouillon=1", "/administration/journal?since=2027-05-12&act=x"] {
            assert_eq!(safe(text).as_deref(), Some(text));
        }
        assert_eq!(safe("/espace/../compte").as_deref(), Some("/compte"));
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_taken_stays_on_the_site(text in "[/\\\\a-z.:@%0-9?#&;\t ]{0,24}") {
            if let Some(taken) = safe(&text) {
                let base = url::Url::parse("https://here.test/x").unwrap();
                let there = base.join(&taken).unwrap();
                proptest::prop_assert_eq!(there.origin(), base.origin());
                let twice = base.join(&text).unwrap();
                proptest::prop_assert_eq!(twice.origin(), base.origin());
            }
        }
    }
}
