use std::{fmt, str::FromStr};

use lettre::transport::smtp::{
    authentication::Credentials,
    client::{Certificate, TlsParameters},
    extension::ClientId,
};
use url::{Host, Url};

/// Where mails are handed over, read from a URL: `smtps://user:password@host`, `smtp://host?tls=required`, or, to this machine or
/// in development only, `smtp://host` without encryption. A path is the name that we give ourselves: `smtps://host/atlas.example`.
#[derive(Clone)]
pub struct Relay {
    /// Its name, which its certificate has to bear.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// Who we are to it.
    pub(super) credentials: Option<Credentials>,
    /// What we call ourselves.
    pub(super) hello: ClientId,
}

/// How the connection to the relay is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Not at all.
    None,
    /// By TLS from the first byte.
    Tls,
    /// By STARTTLS, or no mail is handed over.
    StartTls,
}

/// The text names no relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected smtps://host, smtp://host?tls=required, or smtp://host for this machine")]
pub struct InvalidRelay;

impl Relay {
    /// Whether it is this machine: what goes there needs no encryption.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
    }

    /// How its certificate is checked: by name, against the authorities that this machine trusts, and `authority` when there is one.
    ///
    /// # Errors
    /// The authority is none.
    pub fn tls(&self, authority: Option<&str>) -> Result<Option<TlsParameters>, lettre::transport::smtp::Error> {
        if self.security == Security::None {
            return Ok(None);
        }
        let mut tls = TlsParameters::builder(self.host.clone());
        if let Some(pem) = authority {
            tls = tls.add_root_certificate(Certificate::from_pem(pem.as_bytes())?);
        }
        tls.build().map(Some)
    }
}

impl FromStr for Relay {
    type Err = InvalidRelay;

    fn from_str(text: &str) -> Result<Self, InvalidRelay> {
        let url = Url::parse(text).map_err(|_| InvalidRelay)?;
        let queries: Vec<_> = url.query_pairs().collect();
        let (security, standard) = match (url.scheme(), queries.as_slice()) {
            ("smtps", []) => (Security::Tls, 465),
            ("smtp", []) => (Security::None, 25),
            ("smtp", [(name, value)]) if name == "tls" && value == "required" => (Security::StartTls, 587),
            _ => return Err(InvalidRelay),
        };
        // The scheme is none that the URL standard knows: its host is not parsed as one.
        let host = url.host_str().map(|host| host.trim_matches(['[', ']'])).filter(|host| !host.is_empty()).ok_or(InvalidRelay)?;
        Host::parse(url.host_str().unwrap_or_default()).map_err(|_| InvalidRelay)?;
        let decoded = |text: &str| {
            url::form_urlencoded::parse(format!("x={}", text.replace('+', "%2B")).as_bytes()).next().map(|(_, value)| value.into_owned())
        };
        let credentials = match url.password() {
            Some(password) => Some(Credentials::new(decoded(url.username()).ok_or(InvalidRelay)?, decoded(password).ok_or(InvalidRelay)?)),
            None => None,
        };
        let name = url.path().trim_matches('/');
        let hello = if name.is_empty() { ClientId::default() } else { ClientId::Domain(name.to_owned()) };
        Ok(Self { host: host.to_owned(), port: url.port().unwrap_or(standard), security, credentials, hello })
    }
}

impl fmt::Debug for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{} ({:?})", self.host, self.port, self.security)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relay_is_read_with_its_protection() {
        let read = |text: &str| text.parse::<Relay>().map(|relay| (relay.host.clone(), relay.port, relay.security, relay.is_loopback()));
        assert_eq!(read("smtps://mail.example.org"), Ok(("mail.example.org".into(), 465, Security::Tls, false)));
        assert_eq!(
            read("smtp://a%40b:p%3Aw@mail.example.org?tls=required"),
            Ok(("mail.example.org".into(), 587, Security::StartTls, false))
        );
        assert_eq!(read("smtp://127.0.0.1:1025"), Ok(("127.0.0.1".into(), 1025, Security::None, true)));
        assert_eq!(read("smtp://[::1]:1025"), Ok(("::1".into(), 1025, Security::None, true)));
        for bad in ["", "mail.example.org", "http://x", "smtp://", "smtp://x?tls=opportunistic", "smtps://x?tls=none"] {
            assert_eq!(read(bad), Err(InvalidRelay), "{bad}");
        }
    }

    #[test]
    fn a_password_is_not_printed() {
        let relay: Relay = "smtps://atlas:hunter2@mail.example.org".parse().unwrap();
        assert!(!format!("{relay:?}").contains("hunter2"));
        assert!(relay.credentials.is_some());
    }
}
