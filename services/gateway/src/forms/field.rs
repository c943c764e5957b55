use std::borrow::Cow;

use super::{Typed, label, sent::DRAFTED};
use crate::session::Visit;

/// How a field is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A line.
    Text,
    /// An e-mail address.
    Email,
    /// Something secret, hidden as it is typed, with a button that shows it.
    Password,
    /// Six digits, or what else a mail carried.
    Code,
    /// Several lines.
    Area,
    /// A day.
    Day,
    /// One of several, all in sight.
    Radios,
    /// One of several, unfolded.
    Select,
    /// Any of several, all in sight.
    Checks,
}

/// One of several answers.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// What tells it from the others; may be empty.
    pub hint: String,
    /// It is the present answer.
    pub chosen: bool,
}

/// A field, ready to be drawn.
#[derive(Debug, Clone)]
pub struct Field {
    /// Unique on the page.
    pub id: String,
    /// What is sent.
    pub name: Cow<'static, str>,
    /// The words above it.
    pub label: String,
    /// What helps to fill it; may be empty.
    pub hint: String,
    /// How it is drawn.
    pub kind: Kind,
    /// What is in it.
    pub value: String,
    /// What is wrong with it; empty when nothing is.
    pub problem: String,
    /// What the browser may fill it with (HTML `autocomplete`).
    pub complete: &'static str,
    /// It must not be left empty.
    pub required: bool,
    /// The answers of radios and selects.
    pub choices: Vec<Choice>,
    /// How much may be typed.
    pub longest: usize,
}

/// A button of a form.
#[derive(Debug, Clone)]
pub struct Button {
    /// What it says.
    pub label: String,
    /// Which act of the form it is.
    pub act: &'static str,
    /// `primary`, `secondary` or `tertiary`.
    pub rank: &'static str,
}

/// What a script does with an authenticator before a form is sent. Without scripts the form is not shown.
#[derive(Debug, Clone)]
pub struct Ceremony {
    /// `begin` only shows the form, `create` makes a passkey, `get` asks one.
    pub act: &'static str,
    /// What the authenticator is asked; empty for `begin`.
    pub options: String,
    /// What to do without scripts or passkeys.
    pub without: String,
    /// What is said when it does not work, by what happened.
    pub problems: Vec<(&'static str, String)>,
}

/// A form, ready to be drawn.
#[derive(Debug, Clone)]
pub struct FormView {
    /// Where it is sent.
    pub action: String,
    /// `post`, or `get` for a search.
    pub method: &'static str,
    /// Proves that the page is ours.
    pub token: String,
    /// What is sent unseen.
    pub hidden: Vec<(String, String)>,
    /// Its fields.
    pub fields: Vec<Field>,
    /// Its buttons, the most likely first: it is the one that the Enter key presses.
    pub buttons: Vec<Button>,
    /// What is proposed instead of what was typed, with the buttons that answer.
    pub proposal: Option<(String, Vec<Button>)>,
    /// What an authenticator is asked before it is sent.
    pub ceremony: Option<Ceremony>,
    typed: Typed,
    prefix: String,
}

/// What may happen before an authenticator, and what is said then.
const PROBLEMS: [(&str, &str); 5] = [
    ("cancelled", "passkey-cancelled"),
    ("late", "passkey-late"),
    ("known", "passkey-known"),
    ("unsupported", "passkey-unsupported"),
    ("failed", "passkey-failed"),
];

impl FormView {
    /// A form of the page that is visited, filled with what was typed.
    #[must_use]
    pub fn new(visit: &Visit, typed: &Typed) -> Self {
        Self {
            action: visit.at(&visit.path),
            method: "post",
            token: visit.token(),
            hidden: if typed.drafted { vec![(DRAFTED.to_owned(), "1".to_owned())] } else { Vec::new() },
            fields: Vec::new(),
            buttons: Vec::new(),
            proposal: None,
            ceremony: None,
            typed: typed.clone(),
            prefix: String::new(),
        }
    }

    /// The same sent elsewhere, by its path without the language.
    #[must_use]
    pub fn to(mut self, visit: &Visit, path: &str) -> Self {
        self.action = visit.at(path);
        self
    }

    /// The same as a search: nothing changes, and it can be kept as an address.
    #[must_use]
    pub fn searching(mut self) -> Self {
        self.method = "get";
        self.token.clear();
        self
    }

    /// Tells its fields from those of other forms on the page.
    #[must_use]
    pub fn named(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Sends something unseen.
    #[must_use]
    pub fn hidden(mut self, name: &str, value: impl Into<String>) -> Self {
        self.unseen(name, value);
        self
    }

    /// Sends something unseen.
    pub fn unseen(&mut self, name: &str, value: impl Into<String>) {
        self.hidden.push((name.to_owned(), value.into()));
    }

    /// Adds a field with the words of its name.
    #[must_use]
    pub fn field(self, visit: &Visit, name: impl Into<Cow<'static, str>>, kind: Kind, change: impl FnOnce(&mut Field)) -> Self {
        let (words, name) = (visit.words(), name.into());
        let label = label(&name).map(|key| words.say(key)).unwrap_or_default();
        let field = Field {
            id: if self.prefix.is_empty() { name.to_string() } else { format!("{}-{name}", self.prefix) },
            label,
            hint: String::new(),
            kind,
            value: if kind == Kind::Checks { self.typed.all(&name) } else { self.typed.value(&name).to_owned() },
            problem: self.typed.problem(&name).to_owned(),
            name,
            complete: "off",
            required: true,
            choices: Vec::new(),
            longest: if kind == Kind::Area { 1000 } else { 254 },
        };
        self.with(field, change)
    }

    fn with(mut self, mut field: Field, change: impl FnOnce(&mut Field)) -> Self {
        change(&mut field);
        for choice in &mut field.choices {
            choice.chosen = match field.kind {
                Kind::Checks => field.value.split_whitespace().any(|ticked| ticked == choice.value),
                _ => choice.value == field.value,
            };
        }
        self.fields.push(field);
        self
    }

    /// Adds the button that is meant.
    #[must_use]
    pub fn button(self, label: impl Into<String>, act: &'static str) -> Self {
        self.ranked(label, act, "primary")
    }

    /// Adds a button beside it.
    #[must_use]
    pub fn beside(self, label: impl Into<String>, act: &'static str) -> Self {
        self.ranked(label, act, "secondary")
    }

    /// Adds a button for something small.
    #[must_use]
    pub fn small(self, label: impl Into<String>, act: &'static str) -> Self {
        self.ranked(label, act, "tertiary")
    }

    fn ranked(mut self, label: impl Into<String>, act: &'static str, rank: &'static str) -> Self {
        self.buttons.push(Button { label: label.into(), act, rank });
        self
    }

    /// Shows it where there are passkeys only; elsewhere these words.
    #[must_use]
    pub fn where_passkeys_are(mut self, without: impl Into<String>) -> Self {
        self.ceremony = Some(Ceremony { act: "begin", options: String::new(), without: without.into(), problems: Vec::new() });
        self
    }

    /// Sends what an authenticator answers: to `create` a passkey, or to `get` what it signs.
    #[must_use]
    pub fn answering(mut self, visit: &Visit, act: &'static str, options: impl Into<String>) -> Self {
        let words = visit.words();
        let problems = PROBLEMS.map(|(name, key)| (name, words.say(key)));
        self.ceremony = Some(Ceremony { act, options: options.into(), without: words.say("passkey-without"), problems: problems.into() });
        self.hidden("credential", "")
    }

    /// Whether anything is wrong with it.
    #[must_use]
    pub fn is_wrong(&self) -> bool {
        self.fields.iter().any(|field| !field.problem.is_empty())
    }

    /// What is wrong, with where it is.
    pub fn problems(&self) -> impl Iterator<Item = (String, String)> + '_ {
        let wrong = self.fields.iter().filter(|field| !field.problem.is_empty());
        wrong.map(|field| {
            let first = if field.is_choice() && !field.choices.is_empty() { "-1" } else { "" };
            (format!("#{}{first}", field.id), format!("{} – {}", field.label, field.problem))
        })
    }
}

impl Field {
    /// The ids of what explains it, for those who cannot see that it stands beside it.
    #[must_use]
    pub fn described(&self) -> String {
        let hint = (!self.hint.is_empty() && !self.is_choice()).then(|| format!("{}-hint", self.id));
        let problem = (!self.problem.is_empty()).then(|| format!("{}-problem", self.id));
        [hint, problem].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// How HTML names the kind of input.
    #[must_use]
    pub const fn input(&self) -> &'static str {
        match self.kind {
            Kind::Email => "email",
            Kind::Password => "password",
            Kind::Day => "date",
            _ => "text",
        }
    }

    /// All its answers are in sight.
    #[must_use]
    pub const fn is_choice(&self) -> bool {
        matches!(self.kind, Kind::Radios | Kind::Checks)
    }

    /// What HTML calls one of its answers.
    #[must_use]
    pub const fn choice(&self) -> &'static str {
        if matches!(self.kind, Kind::Checks) { "checkbox" } else { "radio" }
    }

    /// It has several lines.
    #[must_use]
    pub fn is_area(&self) -> bool {
        self.kind == Kind::Area
    }

    /// Something copied from a mail.
    #[must_use]
    pub fn is_code(&self) -> bool {
        self.kind == Kind::Code
    }

    /// Something hidden as it is typed.
    #[must_use]
    pub fn is_password(&self) -> bool {
        self.kind == Kind::Password
    }

    /// Not words of a language.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        matches!(self.kind, Kind::Email | Kind::Password | Kind::Code)
    }

    /// With help under its words.
    pub fn hint(&mut self, text: impl Into<String>) {
        self.hint = text.into();
    }

    /// May be left empty.
    pub const fn optional(&mut self) {
        self.required = false;
    }

    /// With these answers, as (sent, read, hint).
    pub fn choose(&mut self, from: impl IntoIterator<Item = (String, String, String)>) {
        let choice = |(value, label, hint)| Choice { value, label, hint, chosen: false };
        self.choices = from.into_iter().map(choice).collect();
    }
}
