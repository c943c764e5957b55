use std::{fmt, str::FromStr};

/// Makes a counter: a number of its own type that only grows.
macro_rules! counter {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, sqlx::Type, serde::Serialize, serde::Deserialize)]
        #[sqlx(transparent)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl $name {
            /// The one after.
            #[must_use]
            pub const fn next(self) -> Self {
                Self(self.0 + 1)
            }

            /// As the wire has it; never negative.
            #[must_use]
            pub const fn wire(self) -> u64 {
                self.0.unsigned_abs()
            }

            /// From the wire; what does not fit is the largest there is.
            #[must_use]
            pub fn from_wire(value: u64) -> Self {
                Self(i64::try_from(value).unwrap_or(i64::MAX))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

counter! {
    /// Counts the changes of one resource; begins at 1.
    Version
}

counter! {
    /// Counts how often a service told its whole state; begins at 1. (epoch, version) orders all states of a resource.
    Epoch
}

counter! {
    /// The place of an event in a service's log, given after commit: it grows in commit order.
    Position
}

/// Opaque proof of what the caller read; changes with every write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Etag(pub Version);

impl FromStr for Etag {
    type Err = InvalidEtag;

    fn from_str(text: &str) -> Result<Self, InvalidEtag> {
        let number = text.strip_prefix('v').and_then(|digits| digits.parse().ok()).filter(|number| *number >= 0);
        number.map(|number| Self(Version(number))).ok_or(InvalidEtag)
    }
}

impl fmt::Display for Etag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}", self.0)
    }
}

/// The text is not an etag that this system gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an etag of ours: send the one that was read")]
pub struct InvalidEtag;
