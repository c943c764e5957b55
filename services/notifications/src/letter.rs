//! What mails say: one letter for each template of the catalogue, in the reader's language, as text and as HTML.

mod compose;
mod mime;
mod neutral;
mod words;

pub use compose::{Cause, Unwritable, compose};
pub use mime::{Sender, mime};
pub use words::Locale;

/// A letter, before it is text or HTML: both are made of nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The language it is written in.
    pub locale: Locale,
    /// Whose letter it is: above it, as on the pages.
    pub brand: String,
    /// The subject line.
    pub subject: String,
    /// How it begins.
    pub greeting: String,
    /// Who, what to do, until when: a paragraph each.
    pub lines: Vec<String>,
    /// What another person wrote, set apart.
    pub quote: Option<Quote>,
    /// The code to copy, set apart.
    pub code: Option<Code>,
    /// The link to follow.
    pub button: Option<Button>,
    /// What to do when it is not as it should be.
    pub otherwise: Vec<String>,
    /// Who helps.
    pub help: String,
    /// Who sends this.
    pub foot: String,
}

/// What another person wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// Says what it is.
    pub label: String,
    /// Its lines.
    pub lines: Vec<String>,
}

/// A code to copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// Says where to.
    pub label: String,
    /// The code.
    pub code: String,
}

/// A link to follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    /// Says what it does.
    pub label: String,
    /// Before the bare address, for who cannot press the button.
    pub hint: String,
    /// The address.
    pub address: String,
}

/// The subject line of a template without what it is about: what may be kept and shown to who looks after mails.
#[must_use]
pub fn listed_subject(template: &str, locale: &str) -> String {
    let Ok(template) = template.parse::<crate::domain::Template>() else { return String::new() };
    Locale::named(locale).map(|locale| locale.words().about(template.key, "listed", &words::Args::default())).unwrap_or_default()
}
