use std::{fmt, str::FromStr};

use super::{Email, name::InvalidText};

/// The mailbox that a collectivité is officially reached at.
#[derive(Clone, PartialEq, Eq)]
pub struct OfficialAddress(Email);

/// Which domains an installation may send mail to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Domains {
    /// Those that exist: the real installation.
    Real,
    /// Those that nobody can own (RFC 2606, RFC 6761): everywhere else, so that no trial ever writes to a town hall.
    Reserved,
}

/// Why an address is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// It is none.
    #[error("expected an address such as mairie@example.org")]
    Missing,
    /// It is malformed.
    #[error(transparent)]
    Malformed(#[from] InvalidText),
    /// The real installation was given a reserved domain.
    #[error("expected a domain that exists: this is the real installation")]
    Invented,
    /// Another installation was given a domain that exists.
    #[error("expected a reserved domain (.example, .test, .invalid, example.org): this is not the real installation")]
    Real,
}

impl OfficialAddress {
    /// Reads an address, when its domain is one that this installation may write to.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(text: &str, domains: Domains) -> Result<Self, Unfit> {
        let email = Email::from_str(text)?;
        let (_, domain) = email.as_str().rsplit_once('@').ok_or(Unfit::Missing)?;
        match (domains, is_reserved(domain)) {
            (Domains::Real, true) => Err(Unfit::Invented),
            (Domains::Reserved, false) => Err(Unfit::Real),
            _ => Ok(Self(email)),
        }
    }

    /// From the database, where it was checked before.
    pub(crate) const fn stored(text: String) -> Self {
        Self(Email::stored(text))
    }

    /// The whole address: for who sends mail to it, and nobody else.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The first and last letter and the end of the domain, as `c…t@…bzh`: who knows the address recognises it.
    #[must_use]
    pub fn hint(&self) -> String {
        let (local, domain) = self.as_str().rsplit_once('@').unwrap_or_default();
        let letters: Vec<char> = local.chars().collect();
        let local = match letters[..] {
            [first, _, .., last] => format!("{first}…{last}"),
            _ => "…".to_owned(), // of two letters nothing would be hidden
        };
        let (_, end) = domain.rsplit_once('.').unwrap_or_default();
        format!("{local}@…{end}")
    }
}

/// It must not get into a log by accident.
impl fmt::Debug for OfficialAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hint())
    }
}

/// Whether nobody can own this domain: the names of RFC 2606 and RFC 6761.
fn is_reserved(domain: &str) -> bool {
    let domain = domain.to_ascii_lowercase();
    let under = |name: &str| domain == name || domain.strip_suffix(name).is_some_and(|rest| rest.ends_with('.'));
    ["test", "example", "invalid", "localhost", "example.com", "example.net", "example.org"].into_iter().any(under)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_installation_writes_to_its_own_kind_of_domain() {
        for reserved in ["mairie-56050@communes.example", "mairie@EXAMPLE.org", "a@x.example.net", "a@b.test", "a@b.invalid"] {
            assert!(OfficialAddress::read(reserved, Domains::Reserved).is_ok(), "{reserved}");
            assert_eq!(OfficialAddress::read(reserved, Domains::Real), Err(Unfit::Invented), "{reserved}");
        }
        for real in ["a@not-example.org", "a@example.fr", "a@example.org.fr", "a@testing.bzh"] {
            assert_eq!(OfficialAddress::read(real, Domains::Reserved), Err(Unfit::Real), "{real}");
            assert!(OfficialAddress::read(real, Domains::Real).is_ok(), "{real}");
        }
        assert_eq!(OfficialAddress::read("", Domains::Real), Err(Unfit::Missing));
        assert!(matches!(OfficialAddress::read("a b@example.org", Domains::Reserved), Err(Unfit::Malformed(_))));
    }

    #[test]
    fn a_hint_is_recognised_and_cannot_be_written_to() {
        for (address, hint) in [
            ("contact@lacroixhellean.example", "c…t@…example"),
            ("été@village.example", "é…é@…example"),
            ("ab@village.example", "…@…example"),
            ("a@village.example", "…@…example"),
        ] {
            let address = OfficialAddress::read(address, Domains::Reserved).unwrap();
            assert_eq!(address.hint(), hint);
            assert_eq!(format!("{address:?}"), hint, "a log shows no more");
        }
    }
}
