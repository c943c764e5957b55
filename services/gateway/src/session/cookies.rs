use http::{HeaderMap, HeaderValue, header};

/// What the site keeps in a browser: secrets whose hashes identity has, and nothing about anybody.
///
/// The prefix lets a browser take them from this very host alone, over a connection it trusts (RFC 6265bis §4.1.3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cookie {
    /// Who is signed in.
    Session,
    /// What the browser is in the middle of: a sign-up, a recovery.
    Flow,
    /// That somebody signed in here before.
    Device,
    /// What the tokens of forms are made from.
    Form,
    /// The link of a mail, so that it is in no address.
    Link,
    /// The link of an invitation.
    Invitation,
    /// What the next page says has happened.
    Note,
}

const SECRET: usize = 43;

impl Cookie {
    /// All of them.
    pub const ALL: [Self; 7] = [Self::Session, Self::Flow, Self::Device, Self::Form, Self::Link, Self::Invitation, Self::Note];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Session => "__Host-atlas-session",
            Self::Flow => "__Host-atlas-flow",
            Self::Device => "__Host-atlas-device",
            Self::Form => "__Host-atlas-form",
            Self::Link => "__Host-atlas-link",
            Self::Invitation => "__Host-atlas-invitation",
            Self::Note => "__Host-atlas-note",
        }
    }

    /// How many seconds the browser keeps it; none: until it is closed.
    const fn life(self) -> Option<u32> {
        match self {
            Self::Session | Self::Form => None,
            Self::Flow => Some(24 * 3600),
            Self::Device => Some(365 * 24 * 3600),
            Self::Link => Some(3600),
            Self::Invitation => Some(7 * 24 * 3600),
            Self::Note => Some(60),
        }
    }

    /// Whether it can have this value: nothing else is looked at, still less passed on.
    fn takes(self, value: &str) -> bool {
        let plain = value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        let long = match self {
            Self::Session | Self::Flow | Self::Device | Self::Form => value.len() == SECRET,
            Self::Link | Self::Invitation => (16..=128).contains(&value.len()),
            Self::Note => (1..=64).contains(&value.len()),
        };
        plain && long
    }

    /// Its value in a request: exactly one, exactly as it was set; else it is not there.
    #[must_use]
    pub fn read(self, headers: &HeaderMap) -> Option<String> {
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let mut named = pairs.filter(|(name, _)| *name == self.name()).map(|(_, value)| value);
        match (named.next(), named.next()) {
            (Some(value), None) if self.takes(value) => Some(value.to_owned()),
            _ => None,
        }
    }

    /// The header that sets it; none takes it away. What it cannot have is not set.
    #[must_use]
    pub fn set(self, value: Option<&str>) -> Option<HeaderValue> {
        let (value, life) = match value {
            Some(value) if self.takes(value) => (value, self.life().map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default()),
            Some(_) => return None,
            None => ("", "; Max-Age=0".to_owned()),
        };
        let line = format!("{}={value}; Path=/; Secure; HttpOnly; SameSite=Lax{life}", self.name());
        HeaderValue::try_from(line).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOME: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    fn read(lines: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::COOKIE, line.parse().unwrap());
        }
        Cookie::Session.read(&headers)
    }

    #[test]
    fn only_one_cookie_that_is_exactly_right_counts() {
        let name = Cookie::Session.name();
        assert_eq!(read(&[&format!("a=b; {name}={SOME}; c=d")]).as_deref(), Some(SOME));
        let wrong = [
            format!("{name}="),
            format!("{name}={}", &SOME[1..]),
            format!("{name}={SOME}A"),
            format!("{name}=\"{}\"", &SOME[2..]),
            format!("{name}={SOME}; {name}={SOME}"),
            format!("{}={SOME}", name.to_uppercase()),
            format!("atlas-session={SOME}"),
            format!("{name}={}é", &SOME[2..]),
            format!("{name}={}.", &SOME[1..]),
            name.to_owned(),
        ];
        for line in &wrong {
            assert_eq!(read(&[line]), None, "{line}");
        }
        assert_eq!(read(&[&format!("{name}={SOME}"), &format!("{name}={}", SOME.replace('A', "B"))]), None, "two of them");
    }

    #[test]
    fn every_cookie_is_for_this_host_alone_and_no_script_reads_it() {
        for cookie in Cookie::ALL {
            let line = cookie.set(Some(SOME)).unwrap();
            let line = line.to_str().unwrap();
            assert!(line.starts_with("__Host-atlas-"), "{line}");
            for flag in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
                assert!(line.contains(flag), "{line}");
            }
            assert!(!line.to_lowercase().contains("domain"), "{line}");
            assert_eq!(cookie.set(Some("a; Domain=evil.test")), None);
            assert_eq!(cookie.set(Some("a\r\nset-cookie: b=c")), None);
        }
    }
}
