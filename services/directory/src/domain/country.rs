use std::{fmt, str::FromStr};

use kernel::Version;

use super::{Point, Text};

/// A country or territory of ISO 3166-1.
#[derive(Debug, Clone, PartialEq)]
pub struct Country {
    /// Its code.
    pub iso2: CountryCode,
    /// Three letters.
    pub iso3: String,
    /// Its French name.
    pub name_fr: Text<100>,
    /// Its English name.
    pub name_en: Text<100>,
    /// Its part of the world, in French.
    pub continent: String,
    /// Where its capital is; none where it has none.
    pub capital: Option<Point>,
    /// Recipient code of the OECD's development assistance committee; empty for none.
    pub dac_code: String,
    /// It is on the committee's list of recipients.
    pub oda_eligible: bool,
    /// Counts its changes.
    pub version: Version,
}

impl Country {
    /// The parts of the world that a country can be of.
    pub const CONTINENTS: [&str; 7] = ["Afrique", "Amérique du Nord", "Amérique du Sud", "Antarctique", "Asie", "Europe", "Océanie"];
}

/// Two capital letters (ISO 3166-1 alpha-2).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type, serde::Serialize, serde::Deserialize)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct CountryCode(String);

/// The text is not a country's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected two capital letters (ISO 3166-1 alpha-2)")]
pub struct InvalidCountryCode;

impl CountryCode {
    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CountryCode {
    type Err = InvalidCountryCode;

    fn from_str(text: &str) -> Result<Self, InvalidCountryCode> {
        let valid = text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase());
        if valid { Ok(Self(text.to_owned())) } else { Err(InvalidCountryCode) }
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
