use std::{fmt, str::FromStr};

use uuid::Uuid;

/// An id that a service gave to a partner, a partnership or a project, in sixteen bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(u128);

/// A text that is no id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a UUID as the services write it")]
pub struct NoId;

impl Id {
    /// Its halves, as the search index keeps them.
    #[must_use]
    pub fn halves(self) -> (u64, u64) {
        Uuid::from_u128(self.0).as_u64_pair()
    }

    /// From the halves that the search index kept.
    #[must_use]
    pub fn from_halves(high: u64, low: u64) -> Self {
        Self(Uuid::from_u64_pair(high, low).as_u128())
    }

    /// Reads what a message refers to; nothing where the reference is no id.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl FromStr for Id {
    type Err = NoId;

    /// In the one form that it has: two addresses for one page would be two pages.
    fn from_str(text: &str) -> Result<Self, NoId> {
        let id: Uuid = text.parse().map_err(|_| NoId)?;
        let same = id.as_hyphenated().encode_lower(&mut Uuid::encode_buffer()) == text;
        if same { Ok(Self(id.as_u128())) } else { Err(NoId) }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Uuid::from_u128(self.0).as_hyphenated().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_form_and_comes_back_as_it_was() {
        let text = "0192f0c1-0000-7000-8000-0000000000ab";
        let id: Id = text.parse().unwrap();
        let (high, low) = id.halves();
        assert_eq!((id.to_string().as_str(), Id::from_halves(high, low)), (text, id));
        for other in
            ["0192F0C1-0000-7000-8000-0000000000AB", "0192f0c100007000800000000000000ab", "{0192f0c1-0000-7000-8000-0000000000ab}", ""]
        {
            assert_eq!(other.parse::<Id>(), Err(NoId), "{other}");
        }
    }
}
