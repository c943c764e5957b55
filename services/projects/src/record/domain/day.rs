use std::{fmt, str::FromStr};

use chrono::NaiveDate;

/// A year that something may have happened in.
pub type Year = i32;

/// A day, or a year where no more is known: `2024-06-30`, `2024`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Day(String);

/// Not a day that can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a day as 2024-06-30, or a year as 2024, from 1900 to 2200")]
pub struct InvalidDay;

impl Day {
    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The year it lies in.
    #[must_use]
    pub fn year(&self) -> Year {
        self.0[..4].parse().unwrap_or_default()
    }

    /// Whether this is certainly before the other: a year is before no day that lies in it.
    #[must_use]
    pub fn is_before(&self, other: &Self) -> bool {
        let common = self.0.len().min(other.0.len());
        self.0[..common] < other.0[..common]
    }

    /// From the database, where it was checked before.
    pub(crate) const fn stored(text: String) -> Self {
        Self(text)
    }
}

impl FromStr for Day {
    type Err = InvalidDay;

    fn from_str(text: &str) -> Result<Self, InvalidDay> {
        let year = text.get(..4).filter(|year| year.bytes().all(|b| b.is_ascii_digit())).and_then(|year| year.parse::<Year>().ok());
        let is_day = text.len() == 4 || text.len() == 10 && text.parse::<NaiveDate>().is_ok();
        if is_day && year.is_some_and(|year| (1900..=2200).contains(&year)) { Ok(Self(text.to_owned())) } else { Err(InvalidDay) }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_may_be_a_year_only() {
        for good in ["2024", "2024-06-30", "1900", "2024-02-29"] {
            assert_eq!(good.parse::<Day>().unwrap().as_str(), good);
        }
        for bad in ["", "24", "2024-06", "2023-02-29", "2024-6-30", "1899", "2201-01-01", "+024", "20é4", "2024-06-30T00:00:00Z"] {
            assert!(bad.parse::<Day>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_year_is_before_no_day_that_lies_in_it() {
        let before = |one: &str, other: &str| one.parse::<Day>().unwrap().is_before(&other.parse().unwrap());
        assert!(before("2023", "2024-01-01"));
        assert!(before("2024-01-01", "2024-01-02"));
        assert!(!before("2024", "2024-06-30"));
        assert!(!before("2024-06-30", "2024"));
        assert!(!before("2025", "2024"));
    }
}
