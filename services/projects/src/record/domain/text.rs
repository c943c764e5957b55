use std::{fmt, str::FromStr};

use unicode_normalization::UnicodeNormalization as _;

/// Why a text was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidText {
    /// It has more characters than the field takes.
    #[error("expected at most {0} characters")]
    TooLong(usize),
    /// It holds a line break or another control character.
    #[error("expected one line without control characters")]
    Control,
    /// It holds a control character other than a line break.
    #[error("expected text without control characters")]
    ProseControl,
    /// It is no address of the web.
    #[error("expected an address that begins with https:// or http://")]
    Address,
}

/// One line of text of at most `MAX` characters, without spaces around it.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Line<const MAX: usize>(String);

/// Text of several lines and at most `MAX` characters, without spaces around it.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Prose<const MAX: usize>(String);

/// A page of the web.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct WebAddress(Line<500>);

impl<const MAX: usize> Line<MAX> {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing is written.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// From the database, where it was checked before.
    pub(crate) const fn stored(text: String) -> Self {
        Self(text)
    }
}

impl<const MAX: usize> Prose<MAX> {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// From the database, where it was checked before.
    pub(crate) const fn stored(text: String) -> Self {
        Self(text)
    }
}

impl WebAddress {
    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl<const MAX: usize> FromStr for Line<MAX> {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        let text = bounded(text, MAX)?;
        if text.chars().any(is_unprintable) { Err(InvalidText::Control) } else { Ok(Self(text)) }
    }
}

impl<const MAX: usize> FromStr for Prose<MAX> {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        let text = bounded(&text.replace("\r\n", "\n"), MAX)?;
        let is_bad = |c: char| !matches!(c, '\n' | '\t') && is_unprintable(c);
        if text.chars().any(is_bad) { Err(InvalidText::ProseControl) } else { Ok(Self(text)) }
    }
}

impl FromStr for WebAddress {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        let line: Line<500> = text.parse()?;
        let rest = line.as_str().strip_prefix("https://").or_else(|| line.as_str().strip_prefix("http://"));
        let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
        let has_host = host.is_some_and(|host| host.contains('.') && !host.contains('@') && !host.starts_with('.'));
        if has_host && !line.as_str().contains([' ', '"', '<', '>', '\\']) { Ok(Self(line)) } else { Err(InvalidText::Address) }
    }
}

impl<const MAX: usize> fmt::Display for Line<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn bounded(text: &str, max: usize) -> Result<String, InvalidText> {
    let text: String = text.trim().nfc().collect();
    if text.chars().count() > max { Err(InvalidText::TooLong(max)) } else { Ok(text) }
}

/// Control characters, and those that turn or hide the text around them (Unicode UAX #9, bidirectional controls).
fn is_unprintable(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_has_lines_and_nothing_hidden() {
        assert_eq!(" Été\r\nhiver ".parse::<Prose<20>>().unwrap().as_str(), "Été\nhiver");
        for bad in ["a\u{202e}b", "a\u{0}b", "123456"] {
            assert!(bad.parse::<Prose<5>>().is_err(), "{bad:?}");
        }
        assert!("a\nb".parse::<Line<5>>().is_err());
    }

    #[test]
    fn only_the_web_can_be_linked_to() {
        assert!("https://www.example.org/projet?x=1".parse::<WebAddress>().is_ok());
        for bad in ["", "javascript:alert(1)", "https://", "https://a@example.org", "ftp://example.org", "https://example.org/\""] {
            assert!(bad.parse::<WebAddress>().is_err(), "{bad}");
        }
    }
}
