use std::{fmt, str::FromStr};

/// The one right that an access token carries.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Right {
    /// Over what kind of thing.
    pub kind: RightKind,
    /// Over which one: a collectivité's id, a région's or département's INSEE code, a country's ISO code, a service's name; `*` for all.
    pub key: String,
    /// How far it goes.
    pub role: Role,
}

/// Over what kind of thing a right goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RightKind {
    /// One collectivité: its agents.
    Collectivite,
    /// One région: the SGAR.
    Region,
    /// One département: the préfecture.
    Department,
    /// One country: an embassy.
    Country,
    /// The whole record: the ministry.
    National,
    /// The installation.
    Operator,
    /// A process of the Atlas itself.
    Service,
}

/// How far a right goes; each includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// May read what is not public.
    Reader,
    /// May change.
    Editor,
    /// May confirm in the name of the collectivité.
    Certifier,
    /// May decide who else may.
    Admin,
}

/// Who calls, as the access token says and the service has checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The account or client.
    pub subject: String,
    /// The session the token belongs to.
    pub session: String,
    /// What the caller may do.
    pub right: Right,
}

impl Caller {
    /// Whether the caller's right is of this kind, over `key`, and goes as far as `role`.
    #[must_use]
    pub fn holds(&self, kind: RightKind, key: &str, role: Role) -> bool {
        self.right.kind == kind && (self.right.key == key || self.right.key == "*") && self.right.role >= role
    }
}

const KINDS: [(RightKind, &str); 7] = [
    (RightKind::Collectivite, "collectivite"),
    (RightKind::Region, "region"),
    (RightKind::Department, "department"),
    (RightKind::Country, "country"),
    (RightKind::National, "national"),
    (RightKind::Operator, "operator"),
    (RightKind::Service, "service"),
];

const ROLES: [(Role, &str); 4] =
    [(Role::Reader, "reader"), (Role::Editor, "editor"), (Role::Certifier, "certifier"), (Role::Admin, "admin")];

/// The text is not a right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected kind:key:role, as region:53:reader")]
pub struct InvalidRight;

impl FromStr for Right {
    type Err = InvalidRight;

    fn from_str(text: &str) -> Result<Self, InvalidRight> {
        let mut parts = text.split(':');
        let (Some(kind), Some(key), Some(role), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
            return Err(InvalidRight);
        };
        let (kind, _) = KINDS.into_iter().find(|(_, word)| *word == kind).ok_or(InvalidRight)?;
        let (role, _) = ROLES.into_iter().find(|(_, word)| *word == role).ok_or(InvalidRight)?;
        let plain = !key.is_empty() && key.len() <= 64 && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let all = key == "*" && matches!(kind, RightKind::National | RightKind::Operator);
        if plain || all { Ok(Self { kind, key: key.to_owned(), role }) } else { Err(InvalidRight) }
    }
}

impl fmt::Display for RightKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(KINDS.iter().find(|(kind, _)| kind == self).map_or("", |(_, word)| word))
    }
}

impl fmt::Display for Right {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let role = ROLES.iter().find(|(role, _)| *role == self.role).map_or("", |(_, word)| word);
        write!(f, "{}:{}:{role}", self.kind, self.key)
    }
}

impl TryFrom<String> for Right {
    type Error = InvalidRight;

    fn try_from(text: String) -> Result<Self, InvalidRight> {
        text.parse()
    }
}

impl From<Right> for String {
    fn from(right: Right) -> Self {
        right.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_right_is_read_as_it_is_written() {
        for text in ["region:53:reader", "collectivite:210100012:certifier", "national:*:admin", "service:gateway:reader"] {
            assert_eq!(text.parse::<Right>().unwrap().to_string(), text);
        }
        for bad in
            ["", "region", "region:53", "region:*:reader", "region::reader", "king:1:reader", "region:53:owner", "region:53:reader:x"]
        {
            assert!(bad.parse::<Right>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_role_includes_those_before_it_and_a_right_ends_at_its_key() {
        let caller = Caller { subject: "a".into(), session: "s".into(), right: "region:53:editor".parse().unwrap() };
        assert!(caller.holds(RightKind::Region, "53", Role::Reader));
        assert!(!caller.holds(RightKind::Region, "53", Role::Admin));
        assert!(!caller.holds(RightKind::Region, "52", Role::Reader));
        assert!(!caller.holds(RightKind::Department, "53", Role::Reader));
    }
}
