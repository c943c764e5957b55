use std::{fmt, str::FromStr};

use unicode_normalization::UnicodeNormalization as _;

/// Why what a person typed is not taken. The first word is for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidWords {
    /// Nothing was typed.
    #[error("REQUIRED: expected some text")]
    Required,
    /// It has more characters than the field takes.
    #[error("TOO_LONG: expected at most {0} characters")]
    TooLong(usize),
    /// It holds a line break, another control character, or one that hides or turns the text around it.
    #[error("NOT_TEXT: expected one line without control characters")]
    NotText,
    /// It is no address of a mailbox.
    #[error("INVALID: expected an address such as mairie@example.org")]
    NotAnAddress,
    /// It is no language of ours.
    #[error("INVALID: expected fr or en")]
    NotALocale,
}

/// One line that says something, of at most `MAX` characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words<const MAX: usize>(String);

/// A first or last name.
pub type PersonName = Words<100>;
/// What somebody does: « secrétaire générale ».
pub type Function = Words<150>;

impl<const MAX: usize> Words<MAX> {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// From the database, where it was checked before.
    #[must_use]
    pub(crate) const fn stored(text: String) -> Self {
        Self(text)
    }
}

impl<const MAX: usize> FromStr for Words<MAX> {
    type Err = InvalidWords;

    fn from_str(text: &str) -> Result<Self, InvalidWords> {
        let text: String = text.trim().nfc().collect();
        if text.is_empty() {
            return Err(InvalidWords::Required);
        }
        if text.chars().count() > MAX {
            return Err(InvalidWords::TooLong(MAX));
        }
        if text.chars().any(is_unprintable) { Err(InvalidWords::NotText) } else { Ok(Self(text)) }
    }
}

/// Control characters, and those that turn or hide the text around them (Unicode UAX #9, bidirectional controls).
fn is_unprintable(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// The address of a mailbox, and the name that an account signs in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// The address as it is written to.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address as it is compared.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }

    /// From the database, where it was checked before.
    #[must_use]
    pub(crate) const fn stored(text: String) -> Self {
        Self(text)
    }
}

impl FromStr for Email {
    type Err = InvalidWords;

    /// Reads an address. It is kept in NFKC, so that two that are compared as one are written to as one.
    fn from_str(text: &str) -> Result<Self, InvalidWords> {
        let text: String = text.trim().nfkc().collect();
        if text.is_empty() {
            return Err(InvalidWords::Required);
        }
        if text.len() <= 254 && is_mailbox(&text) { Ok(Self(text)) } else { Err(InvalidWords::NotAnAddress) }
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One @, a domain with a dot, no spaces (a practical part of RFC 5321 §4.1.2).
fn is_mailbox(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let atom = |c: char| c.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(c);
    let dotted = |text: &str| !text.starts_with('.') && !text.ends_with('.') && !text.contains("..");
    let label = |label: &str| {
        let inner = |c: char| c.is_alphanumeric() || c == '-';
        !label.is_empty() && label.chars().all(inner) && !label.starts_with('-') && !label.ends_with('-')
    };
    (1..=64).contains(&local.len()) && local.chars().all(atom) && dotted(local) && domain.contains('.') && domain.split('.').all(label)
}

/// The language a person reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Locale {
    /// French.
    #[default]
    Fr,
    /// English.
    En,
}

impl Locale {
    /// As the wire and the database have it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
        }
    }
}

impl FromStr for Locale {
    type Err = InvalidWords;

    fn from_str(text: &str) -> Result<Self, InvalidWords> {
        match text {
            "fr" => Ok(Self::Fr),
            "en" => Ok(Self::En),
            _ => Err(InvalidWords::NotALocale),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_mailbox_has_one_key() {
        let key = |text: &str| text.parse::<Email>().unwrap().key();
        for other in [" Mairie@Example.org ", "MAIRIE@EXAMPLE.ORG", "ｍairie@example.org"] {
            assert_eq!(key(other), "mairie@example.org");
        }
        assert_eq!("ｍairie@example.org".parse::<Email>().unwrap().as_str(), "mairie@example.org");
    }

    #[test]
    fn what_is_no_mailbox_is_refused() {
        let long = format!("{}@example.org", "a".repeat(65));
        for bad in ["mairie", "a@b", "a b@example.org", "a@@example.org", "a@example.org,b@example.org", "a\r\n@example.org", long.as_str()]
        {
            assert_eq!(bad.parse::<Email>(), Err(InvalidWords::NotAnAddress), "{bad}");
        }
        assert_eq!("  ".parse::<Email>(), Err(InvalidWords::Required));
    }

    #[test]
    fn a_name_is_one_line_that_says_something() {
        assert_eq!("  Éloïse ".parse::<PersonName>().unwrap().as_str(), "Éloïse");
        assert_eq!(" ".parse::<PersonName>(), Err(InvalidWords::Required));
        assert_eq!("a".repeat(101).parse::<PersonName>(), Err(InvalidWords::TooLong(100)));
        for bad in ["a\nb", "a\u{202e}b", "a\u{0}b"] {
            assert_eq!(bad.parse::<PersonName>(), Err(InvalidWords::NotText), "{bad:?}");
        }
    }
}
