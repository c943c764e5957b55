use std::{fmt, str::FromStr};

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// A name as searches compare it: lower case, without accents, punctuation as spaces, `st`/`ste` written out.
#[must_use]
pub fn folded(name: &str) -> String {
    let plain: String = name.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    let plain = plain.replace('œ', "oe").replace('æ', "ae");
    let words = plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(|word| match word {
        "st" => "saint",
        "ste" => "sainte",
        other => other,
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Why a text was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidText {
    /// It has more characters than the field takes.
    #[error("expected at most {0} characters")]
    TooLong(usize),
    /// It holds a line break or another control character.
    #[error("expected one line without control characters")]
    Control,
    /// It is not of the form that the field takes.
    #[error("{0}")]
    Form(&'static str),
}

/// One line of text of at most `MAX` characters, without spaces around it. It is read as JSON from the database alone, where it
/// was checked before.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Text<const MAX: usize>(String);

impl<const MAX: usize> Text<MAX> {
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
    #[must_use]
    pub(crate) const fn stored(text: String) -> Self {
        Self(text)
    }
}

impl<const MAX: usize> FromStr for Text<MAX> {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        let text: String = text.trim().nfc().collect();
        if text.chars().count() > MAX {
            return Err(InvalidText::TooLong(MAX));
        }
        if text.chars().any(is_unprintable) {
            return Err(InvalidText::Control);
        }
        Ok(Self(text))
    }
}

impl<const MAX: usize> fmt::Display for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Control characters, and those that turn or hide the text around them (Unicode UAX #9, bidirectional controls).
fn is_unprintable(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Makes a text of a certain form; the empty text is always one ("none").
macro_rules! formed {
    ($(#[$doc:meta])* $name:ident, $max:literal, $check:path, $expected:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Default)]
        pub struct $name(Text<$max>);

        impl $name {
            /// The text; empty for none.
            #[must_use]
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }

            /// From the database, where it was checked before.
            #[must_use]
            pub(crate) const fn stored(text: String) -> Self {
                Self(Text::stored(text))
            }
        }

        impl FromStr for $name {
            type Err = InvalidText;

            fn from_str(text: &str) -> Result<Self, InvalidText> {
                let text: Text<$max> = text.parse()?;
                if text.is_empty() || $check(text.as_str()) { Ok(Self(text)) } else { Err(InvalidText::Form($expected)) }
            }
        }
    };
}

formed! {
    /// The address of a web site.
    Website, 500, is_website, "expected an address that begins with https:// or http://"
}
formed! {
    /// A mailbox: one @, a domain with a dot, no spaces (a practical part of RFC 5321 §4.1.2).
    Email, 254, is_email, "expected an address such as mairie@example.org"
}
formed! {
    /// A telephone number: digits, spaces, dots, hyphens, parentheses, an optional + in front; 6 to 15 digits (ITU-T E.164).
    Telephone, 30, is_telephone, "expected a telephone number of 6 to 15 digits"
}

fn is_website(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    host.is_some_and(|host| host.contains('.') && !host.contains('@') && !host.starts_with('.'))
        && !text.contains([' ', '"', '<', '>', '\\'])
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let atom = |c: char| c.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(c);
    let label = |label: &str| {
        !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-') && !label.starts_with('-') && !label.ends_with('-')
    };
    let dotted = |text: &str| !text.starts_with('.') && !text.ends_with('.') && !text.contains("..");
    (1..=64).contains(&local.len()) && local.chars().all(atom) && dotted(local) && domain.contains('.') && domain.split('.').all(label)
}

fn is_telephone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let rest = text.strip_prefix('+').unwrap_or(text);
    (6..=15).contains(&digits) && rest.chars().all(|c| c.is_ascii_digit() || " .-()".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_compare_without_accents_case_or_punctuation() {
        for (name, expected) in [
            ("L'Abergement-Clémenciat", "l abergement clemenciat"),
            ("Plœuc-L’Hermitage", "ploeuc l hermitage"),
            ("ST-DENIS", "saint denis"),
            ("Ste  Adresse", "sainte adresse"),
            ("Saône-et-Loire", "saone et loire"),
            ("", ""),
        ] {
            assert_eq!(folded(name), expected);
        }
    }

    #[test]
    fn addresses_are_read_or_refused() {
        for good in ["", "mairie@example.org", "mairie.saint-jean+intl@ville.example.org", " mairie@example.org "] {
            assert!(good.parse::<Email>().is_ok(), "{good}");
        }
        for bad in
            ["mairie", "a@b", "a b@example.org", "a@@example.org", ".a@example.org", "a@example..org", "a@-x.org", "a\r\n@example.org"]
        {
            assert!(bad.parse::<Email>().is_err(), "{bad}");
        }
        for bad in
            ["javascript:alert(1)", "https://", "ftp://example.org", "https://a@example.org", "https://example.org/\"", "example.org"]
        {
            assert!(bad.parse::<Website>().is_err(), "{bad}");
        }
        assert!("https://www.example.org/mairie?x=1".parse::<Website>().is_ok());
        assert!("+33 (0)2 99 00 00 00".parse::<Telephone>().is_ok());
        assert!("12345".parse::<Telephone>().is_err());
    }

    #[test]
    fn a_line_is_one_line_without_hidden_characters() {
        assert_eq!("  Élise ".parse::<Text<10>>().unwrap().as_str(), "Élise");
        for bad in ["a\nb", "a\u{202e}b", "a\u{200b}b", "12345678901"] {
            assert!(bad.parse::<Text<10>>().is_err(), "{bad:?}");
        }
    }
}
