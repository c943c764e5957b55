use std::{fmt, str::FromStr};

use kernel::{CollectiviteId, InvalidId};

/// What tells the overseas codes from SIREN numbers.
const OVERSEAS: u64 = 1 << 40;

/// A collectivité's id in eight bytes: maps, search and cache keys hold hundreds of thousands of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(u64);

impl Key {
    /// The number that the search index keeps.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }

    /// From the number that the search index kept.
    #[must_use]
    pub const fn from_number(number: u64) -> Self {
        Self(number)
    }
}

impl FromStr for Key {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let id: CollectiviteId = text.parse()?;
        let radix = |base: u32, digits: &str, first: u64| {
            digits.chars().filter_map(|c| c.to_digit(base)).fold(first, |sum, digit| sum * u64::from(base) + u64::from(digit))
        };
        Ok(Self(match id.as_str().strip_prefix("insee-") {
            // The leading 1 keeps the zeros in front.
            Some(code) => OVERSEAS | radix(36, code, 1),
            None => radix(10, id.as_str(), 0),
        }))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 & OVERSEAS == 0 {
            return write!(f, "{:09}", self.0);
        }
        let (mut rest, mut code) = (self.0 ^ OVERSEAS, Vec::new());
        while rest > 1 {
            code.extend(u32::try_from(rest % 36).ok().and_then(|digit| char::from_digit(digit, 36)));
            rest /= 36;
        }
        write!(f, "insee-{}", code.iter().rev().collect::<String>().to_uppercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_comes_back_as_it_was() {
        for id in ["210100012", "000000000", "insee-97502", "insee-2A004", "insee-975", "insee-00001"] {
            assert_eq!(id.parse::<Key>().unwrap().to_string(), id);
        }
        assert!("insee-2a004".parse::<Key>().is_err());
    }
}
