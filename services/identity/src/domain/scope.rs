use std::{fmt, str::FromStr};

use kernel::{Caller, CollectiviteId, Right, RightKind, Role};

/// What a right is over: `collectivite:215600503`, `region:53`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Scope {
    /// Which kind of thing.
    pub kind: RightKind,
    /// Which one.
    pub key: String,
}

/// A scope, and where it lies: what decides who may see it, and who decides about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// What the right is over.
    pub scope: Scope,
    /// As the register writes it.
    pub name: String,
    /// The région it lies in, or is; empty for none.
    pub region: String,
    /// The département it lies in, or is; empty for none.
    pub department: String,
}

/// The text is no scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected kind:key, as collectivite:215600503 or region:53")]
pub struct InvalidScope;

/// What somebody may do with the team of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// It is as if it did not exist.
    Nothing,
    /// It is the caller's, and the role does not go that far.
    TooLow,
    /// Look at it.
    Sees,
    /// Say who belongs to it.
    Decides,
}

impl Scope {
    /// What this right is over.
    #[must_use]
    pub fn of(right: &Right) -> Self {
        Self { kind: right.kind, key: right.key.clone() }
    }

    /// One collectivité.
    #[must_use]
    pub fn collectivite(id: &CollectiviteId) -> Self {
        Self { kind: RightKind::Collectivite, key: id.to_string() }
    }

    /// The right over it that goes so far.
    #[must_use]
    pub fn with(&self, role: Role) -> Right {
        Right { kind: self.kind, key: self.key.clone(), role }
    }

    /// The page of the site where those who have a right over it work.
    #[must_use]
    pub fn page(&self) -> String {
        match self.kind {
            RightKind::Collectivite => format!("/espace/{}", self.key),
            RightKind::Region => format!("/sgar/{}", self.key),
            RightKind::Department => format!("/prefecture/{}", self.key),
            RightKind::National | RightKind::Operator => "/administration".to_owned(),
            RightKind::Country | RightKind::Service => "/espace".to_owned(),
        }
    }

    /// The collectivité, where it is one.
    #[must_use]
    pub fn as_collectivite(&self) -> Option<CollectiviteId> {
        if self.kind == RightKind::Collectivite { self.key.parse().ok() } else { None }
    }
}

impl FromStr for Scope {
    type Err = InvalidScope;

    fn from_str(text: &str) -> Result<Self, InvalidScope> {
        // A scope is a right that says nothing of how far it goes.
        let right: Right = format!("{text}:reader").parse().map_err(|_| InvalidScope)?;
        Ok(Self::of(&right))
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.key)
    }
}

impl Place {
    /// What the caller may do with who belongs to this place.
    ///
    /// A collectivité is its administrators', the SGAR's of its région and the ministry's; a préfecture the SGAR's and the
    /// ministry's; an SGAR, an embassy or the ministry the ministry's; operators are operators'. Whoever administers a place sees
    /// who belongs to it, and a préfecture sees the teams of its département.
    #[must_use]
    pub fn reach(&self, caller: &Caller) -> Reach {
        let Right { kind, key, role } = &caller.right;
        let own = *kind == self.scope.kind && (*key == self.scope.key || key == "*");
        let of_region = *kind == RightKind::Region && !self.region.is_empty() && *key == self.region;
        let of_department = *kind == RightKind::Department && !self.department.is_empty() && *key == self.department;
        let reach = match self.scope.kind {
            RightKind::Collectivite if own || of_region => Reach::Decides,
            RightKind::Department if of_region => Reach::Decides,
            RightKind::Operator if own => Reach::Decides,
            RightKind::Operator | RightKind::Service => Reach::Nothing,
            _ if *kind == RightKind::National => Reach::Decides,
            _ if own || of_department => Reach::Sees,
            _ => Reach::Nothing,
        };
        if reach > Reach::Nothing && *role < Role::Admin { Reach::TooLow } else { reach }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn village() -> Place {
        place("collectivite:215600503", "53", "56")
    }

    fn place(scope: &str, region: &str, department: &str) -> Place {
        Place { scope: scope.parse().unwrap(), name: String::new(), region: region.into(), department: department.into() }
    }

    fn reach(place: &Place, right: &str) -> Reach {
        place.reach(&Caller { subject: "a".into(), session: "s".into(), right: right.parse().unwrap() })
    }

    #[test]
    fn who_decides_about_whom_is_as_the_contract_says() {
        use Reach::{Decides, Nothing, Sees};
        let callers = [
            "collectivite:215600503:admin",
            "collectivite:210100012:admin",
            "region:53:admin",
            "region:84:admin",
            "department:56:admin",
            "department:35:admin",
            "country:SN:admin",
            "national:*:admin",
            "operator:*:admin",
            "service:gateway:admin",
        ];
        let table = [
            (village(), [Decides, Nothing, Decides, Nothing, Sees, Nothing, Nothing, Decides, Nothing, Nothing]),
            (place("department:56", "53", "56"), [Nothing, Nothing, Decides, Nothing, Sees, Nothing, Nothing, Decides, Nothing, Nothing]),
            (place("region:53", "53", ""), [Nothing, Nothing, Sees, Nothing, Nothing, Nothing, Nothing, Decides, Nothing, Nothing]),
            (place("country:SN", "", ""), [Nothing, Nothing, Nothing, Nothing, Nothing, Nothing, Sees, Decides, Nothing, Nothing]),
            (place("national:*", "", ""), [Nothing, Nothing, Nothing, Nothing, Nothing, Nothing, Nothing, Decides, Nothing, Nothing]),
            (place("operator:*", "", ""), [Nothing, Nothing, Nothing, Nothing, Nothing, Nothing, Nothing, Nothing, Decides, Nothing]),
        ];
        for (place, expected) in table {
            for (caller, expected) in callers.into_iter().zip(expected) {
                assert_eq!(reach(&place, caller), expected, "{} by {caller}", place.scope);
            }
        }
    }

    #[test]
    fn only_an_administrator_decides_or_sees() {
        for role in ["reader", "editor", "certifier"] {
            assert_eq!(reach(&village(), &format!("collectivite:215600503:{role}")), Reach::TooLow, "{role}");
            assert_eq!(reach(&village(), &format!("national:*:{role}")), Reach::TooLow, "{role}");
            assert_eq!(reach(&village(), &format!("region:84:{role}")), Reach::Nothing, "{role}");
        }
    }

    #[test]
    fn what_lies_nowhere_is_nobodys_by_its_place() {
        let nowhere = place("collectivite:215600503", "", "");
        assert_eq!(reach(&nowhere, "region:53:admin"), Reach::Nothing);
        assert_eq!(reach(&nowhere, "national:*:admin"), Reach::Decides);
    }

    #[test]
    fn a_scope_is_read_as_it_is_written() {
        for text in ["collectivite:215600503", "region:53", "national:*"] {
            assert_eq!(text.parse::<Scope>().unwrap().to_string(), text);
        }
        for bad in ["", "region", "region:*", "region:53:admin", "king:1"] {
            assert!(bad.parse::<Scope>().is_err(), "{bad}");
        }
    }
}
