use std::{fmt, str::FromStr};

/// Why a text is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidId(pub(crate) &'static str);

/// Makes a kind of id: a UUID version 7, made from the clock, a value of its own type.
#[macro_export]
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type, serde::Serialize, serde::Deserialize)]
        #[sqlx(transparent)]
        #[serde(transparent)]
        pub struct $name(pub $crate::uuid::Uuid);

        impl $name {
            /// A new id, made at this time.
            #[must_use]
            pub fn made(at: chrono::DateTime<chrono::Utc>) -> Self {
                let seconds = u64::try_from(at.timestamp()).unwrap_or_default();
                let at = $crate::uuid::Timestamp::from_unix($crate::uuid::NoContext, seconds, at.timestamp_subsec_nanos());
                Self($crate::uuid::Uuid::new_v7(at))
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id! {
    /// Names one event for ever: the `Nats-Msg-Id` of every copy of it.
    EventId
}

id! {
    /// Chosen by the caller of a write; the same one again asks for the same answer.
    RequestId
}

/// A collectivité: its SIREN, or `insee-<code>` for the overseas ones without.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type, serde::Serialize, serde::Deserialize)]
#[sqlx(transparent)]
#[serde(try_from = "String", into = "String")]
pub struct CollectiviteId(String);

impl CollectiviteId {
    /// The id as it is written in addresses and on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CollectiviteId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let valid = match text.strip_prefix("insee-") {
            Some(code) => (3..=5).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()),
            None => is_siren(text),
        };
        if valid {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidId("expected a SIREN (nine digits, the last a check digit) or insee-<code>"))
        }
    }
}

/// A SIREN has nine digits and a Luhn check digit (ISO/IEC 7812-1 annex B, as INSEE applies it).
fn is_siren(text: &str) -> bool {
    let luhn = |sum, (place, digit): (usize, u8)| {
        let value = u32::from(digit - b'0') * if place % 2 == 1 { 2 } else { 1 };
        sum + value / 10 + value % 10
    };
    text.len() == 9 && text.bytes().all(|b| b.is_ascii_digit()) && text.bytes().rev().enumerate().fold(0, luhn) % 10 == 0
}

impl TryFrom<String> for CollectiviteId {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl From<CollectiviteId> for String {
    fn from(id: CollectiviteId) -> Self {
        id.0
    }
}

impl fmt::Display for CollectiviteId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A system that calls by itself: 3 to 63 of a–z, 0–9 and hyphen, beginning with a letter.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type, serde::Serialize)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct ClientId(String);

impl ClientId {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ClientId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let valid = (3..=63).contains(&text.len()) && text.starts_with(|c: char| c.is_ascii_lowercase()) && text.bytes().all(allowed);
        if valid {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidId("expected 3 to 63 of a–z, 0–9 and hyphen, beginning with a letter"))
        }
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collectivite_is_known_by_its_siren_or_its_insee_code() {
        for good in ["210100012", "200000172", "insee-97502", "insee-2A004", "insee-975"] {
            assert_eq!(good.parse::<CollectiviteId>().unwrap().as_str(), good);
        }
        for bad in ["", "210100013", "21010001", "insee-", "insee-2a004", "insee-975021", "../etc", "21010001２"] {
            assert!(bad.parse::<CollectiviteId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_client_is_a_short_lower_case_word() {
        assert!("sgar-bretagne".parse::<ClientId>().is_ok());
        for bad in ["", "ab", "1abc", "Sgar", "sgar_x", "sgar bretagne"] {
            assert!(bad.parse::<ClientId>().is_err(), "{bad}");
        }
    }
}
