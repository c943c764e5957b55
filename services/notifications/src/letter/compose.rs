use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{
    Button, Code, Letter, Locale, Quote,
    neutral::neutral,
    words::{Args, Words},
};
use crate::domain::{Part, Template};

/// What the act says for a mail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cause {
    /// Words by name.
    pub words: BTreeMap<String, String>,
    /// Points in time by name.
    pub times: BTreeMap<String, DateTime<Utc>>,
    /// The path of the link; empty for none.
    pub link_path: String,
    /// The code; empty for none.
    pub code: String,
    /// How the recipient is addressed; may be empty.
    pub name: String,
}

/// Why a letter cannot be written: what the act gave does not make one. It never will.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unwritable {
    /// A word, time, link or code that this mail needs is not there.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A word with a character that a line of text has not.
    #[error("the word {0} has a control character, or more than 2000 characters")]
    NotText(String),
    /// Nothing that an address may have as its path.
    #[error("the link is not a path")]
    NotAPath,
    /// Not letters and digits.
    #[error("the code is not letters and digits")]
    NotACode,
}

/// Words that templates may name; for each, `$has-word` tells them whether it is there.
const WORDS: [&str; 13] = [
    "collectivite",
    "person",
    "function",
    "region",
    "reason",
    "role",
    "receipt",
    "answer",
    "email",
    "browser",
    "helper_name",
    "helper_office",
    "helper_telephone",
];
/// Points in time that templates may name.
const TIMES: [&str; 4] = ["sent", "expires", "escalates", "until"];
/// Words that may have several lines: what one person writes to another.
const LONG: [&str; 2] = ["reason", "answer"];

/// Writes the letter of a template.
///
/// # Errors
/// What the act gave does not make one.
pub fn compose(template: Template, locale: Locale, origin: &str, cause: &Cause) -> Result<Letter, Unwritable> {
    let args = args(template, locale, cause)?;
    let words = locale.words();
    let part = |part: &str| words.about(template.key, part, &args);
    let lines = ["who", "what", "until"].map(part).into_iter().filter(|line| !line.is_empty()).collect();
    Ok(Letter {
        locale,
        brand: words.say("brand", &args),
        subject: part("subject"),
        greeting: words.say("greeting", &args),
        lines,
        quote: quote(template, words, cause, &args),
        code: code(template, words, cause, &args)?,
        button: button(template, words, origin, cause, &args)?,
        otherwise: vec![part("otherwise")].into_iter().filter(|line| !line.is_empty()).collect(),
        help: words.say("help", &args),
        foot: words.say("foot", &args),
    })
}

/// Checks what the act gave, and makes it fit for phrases: nothing in it becomes a link, or a line of its own.
fn args(template: Template, locale: Locale, cause: &Cause) -> Result<Args, Unwritable> {
    if let Some(missing) = template.words.iter().find(|name| cause.words.get(**name).is_none_or(|word| word.trim().is_empty())) {
        return Err(Unwritable::Missing(missing));
    }
    if let Some(missing) = template.times.iter().find(|name| !cause.times.contains_key(**name)) {
        return Err(Unwritable::Missing(missing));
    }
    let mut args = Args::new();
    for name in WORDS {
        let word = cause.words.get(name).map(|word| word.trim()).unwrap_or_default();
        if !is_text(word, LONG.contains(&name)) {
            return Err(Unwritable::NotText(name.to_owned()));
        }
        let shown = match name {
            "role" => word.to_owned(),
            "helper_telephone" => neutral(word).replace(' ', "\u{a0}"), // not broken over two lines
            _ => neutral(word),
        };
        set(&mut args, name, shown);
    }
    if !is_text(&cause.name, false) {
        return Err(Unwritable::NotText("name".to_owned()));
    }
    set(&mut args, "name", neutral(cause.name.trim()));
    args.set("has-code", if cause.code.is_empty() { "no" } else { "yes" });
    for name in TIMES {
        set(&mut args, name, cause.times.get(name).map(|at| locale.words().time(*at)).unwrap_or_default());
    }
    Ok(args)
}

fn set(args: &mut Args, name: &str, value: String) {
    let fluent = name.replace('_', "-");
    args.set(format!("has-{fluent}"), if value.is_empty() { "no" } else { "yes" });
    args.set(fluent, value);
}

fn is_text(word: &str, long: bool) -> bool {
    let allowed = |c: char| !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    word.chars().count() <= 2000 && word.chars().all(|c| allowed(c) || long && matches!(c, '\n' | '\r'))
}

fn quote(template: Template, words: &Words, cause: &Cause, args: &Args) -> Option<Quote> {
    let label = words.about(template.key, "quote", args);
    let name = if template.key == "missing-answer" { "answer" } else { "reason" };
    let said = cause.words.get(name).map(|said| said.trim()).filter(|said| !said.is_empty() && !label.is_empty())?;
    Some(Quote { label, lines: said.lines().map(|line| neutral(line.trim())).filter(|line| !line.is_empty()).collect() })
}

fn code(template: Template, words: &Words, cause: &Cause, args: &Args) -> Result<Option<Code>, Unwritable> {
    if !wanted(template.code, "code", &cause.code)? {
        return Ok(None);
    }
    let plain = cause.code.len() <= 40 && cause.code.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if !plain {
        return Err(Unwritable::NotACode);
    }
    Ok(Some(Code { label: words.about(template.key, "code", args), code: cause.code.clone() }))
}

fn button(template: Template, words: &Words, origin: &str, cause: &Cause, args: &Args) -> Result<Option<Button>, Unwritable> {
    if !wanted(template.link, "link", &cause.link_path)? {
        return Ok(None);
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.' | '~');
    if !cause.link_path.starts_with('/')
        || cause.link_path.contains("//")
        || cause.link_path.len() > 300
        || !cause.link_path.chars().all(plain)
    {
        return Err(Unwritable::NotAPath);
    }
    let label = words.about(template.key, "button", args);
    Ok(Some(Button { label, hint: words.say("button-hint", args), address: format!("{origin}{}", cause.link_path) }))
}

fn wanted(part: Part, name: &'static str, given: &str) -> Result<bool, Unwritable> {
    match part {
        Part::Always if given.is_empty() => Err(Unwritable::Missing(name)),
        Part::Always => Ok(true),
        Part::Maybe => Ok(!given.is_empty()),
        Part::Never => Ok(false),
    }
}
