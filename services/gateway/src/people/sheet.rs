use std::sync::Arc;

use askama::Template;
use atlas_proto::identity::v1::Helper;
use axum::{body::Body, response::IntoResponse as _};
use http::{HeaderValue, StatusCode, header};

use super::{Answer, Ledger, Rich, notes};
use crate::{
    atlas::Reader,
    forms::{FormView, Kind},
    model::key::Key,
    page::{Person, Shell},
    session::{Cookie, SignedIn, Visitor},
};

/// A part of a page for people.
#[derive(Debug)]
pub enum Block {
    /// A paragraph.
    Text(Rich),
    /// The heading of what follows.
    Heading(String),
    /// Something to be noticed: `info`, `success`, `warning` or `error`.
    Notice(&'static str, Rich),
    /// A form.
    Form(Box<FormView>),
    /// A form behind its words.
    Fold(String, Box<FormView>),
    /// Ways on.
    Links(Vec<Link>),
    /// Ways on that look like buttons, the first as the one that is meant.
    Ways(Vec<Link>),
    /// What is known, by name.
    Facts(Vec<(String, Rich)>),
    /// Several of one kind.
    Cards(Vec<Card>),
    /// A table.
    Table(Table),
    /// Tables whose rows can be ticked.
    Ledger(Box<Ledger>),
    /// Texts to be copied exactly.
    Codes(Vec<String>),
    /// A picture, as a data address, and what it shows.
    Picture(String, String),
}

/// A way on.
#[derive(Debug, Clone)]
pub struct Link {
    /// What it says.
    pub label: String,
    /// Where it leads.
    pub href: String,
}

/// One of several of one kind.
#[derive(Debug, Default)]
pub struct Card {
    /// What it is.
    pub title: String,
    /// Where it leads; empty for nowhere.
    pub href: String,
    /// What kind of thing, or how it stands; may be empty.
    pub badge: String,
    /// What is known of it.
    pub facts: Vec<(String, Rich)>,
    /// No heading stands above it but the page's own.
    pub top: bool,
    /// What can be done with it: each behind its words, or in sight where there are none.
    pub forms: Vec<(String, FormView)>,
}

/// A table.
#[derive(Debug)]
pub struct Table {
    /// What it shows.
    pub caption: String,
    /// What its columns are.
    pub head: Vec<String>,
    /// Its rows.
    pub rows: Vec<Vec<String>>,
}

/// For what somebody is at work here.
#[derive(Debug)]
struct Scope {
    name: String,
    public: String,
}

/// A page for people, made of parts.
#[derive(Debug, Template)]
#[template(path = "people/sheet.html")]
pub struct Sheet {
    shell: Shell,
    /// What the tab says: the heading, for whom it is, and whether something is wrong.
    title: String,
    heading: String,
    scope: Option<Scope>,
    note: Option<(&'static str, Rich)>,
    problems: Vec<(String, String)>,
    blocks: Vec<Block>,
    help: Rich,
    help_mail: String,
    /// What the button says that shows a password, and hides it again.
    show: String,
    hide: String,
    status: StatusCode,
    /// The note was shown, and need not be again.
    noted: bool,
    visitor: Option<Visitor>,
}

impl Link {
    /// A way on.
    #[must_use]
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into() }
    }
}

impl Sheet {
    /// A page for whoever visits.
    #[must_use]
    pub fn new(visitor: &Visitor, heading: impl Into<String>) -> Self {
        let heading = heading.into();
        let (words, site) = (visitor.words(), &visitor.desk.app.site);
        let generation = visitor.desk.app.model.now();
        let reader = Reader::new(&generation, visitor.locale);
        let query = if visitor.query.is_empty() { String::new() } else { format!("?{}", visitor.query) };
        let mut shell = Shell::new(&reader, site, format!("{}{query}", visitor.path), &heading);
        (shell.indexed, shell.old, shell.personal) = (false, None, true);
        let note = visitor.note.as_deref().and_then(|note| notes::say(words, note));
        let help = &site.help;
        let help_text = match (help.name.as_str(), help.telephone.as_str()) {
            ("", _) => words.say("help-anyone"),
            (name, "") => words.with("help-name", &[("name", name)]),
            (name, telephone) => words.with("help-name-telephone", &[("name", name), ("telephone", telephone)]),
        };
        Self {
            shell,
            title: String::new(),
            heading,
            scope: None,
            noted: note.is_some(),
            note,
            problems: Vec::new(),
            blocks: Vec::new(),
            help: help_text.into(),
            help_mail: if help.email.is_empty() { String::new() } else { format!("mailto:{}", help.email) },
            show: words.say("password-show"),
            hide: words.say("password-hide"),
            status: StatusCode::OK,
            visitor: Some(visitor.clone()),
        }
    }

    /// A page for who is signed in.
    #[must_use]
    pub fn of(person: &SignedIn, heading: impl Into<String>) -> Self {
        let mut sheet = Self::new(person, heading);
        sheet.shell.person = Some(Person { name: person.name(), token: person.token() });
        sheet
    }

    /// For which collectivité it is; its name stays in sight, and the way to its public page.
    #[must_use]
    pub fn about(mut self, id: &str, name: &str) -> Self {
        let known = id.parse::<Key>().ok().is_some_and(|key| {
            let app = self.visitor.as_ref().map(|visitor| Arc::clone(&visitor.desk.app));
            app.is_some_and(|app| app.model.now().collectivite(key).is_some())
        });
        let public = if known { self.shell.path(&format!("/collectivites/{id}")) } else { String::new() };
        self.scope = Some(Scope { name: name.to_owned(), public });
        self
    }

    /// For which office it is.
    #[must_use]
    pub fn office(mut self, name: impl Into<String>) -> Self {
        self.scope = Some(Scope { name: name.into(), public: String::new() });
        self
    }

    /// Who helps here.
    #[must_use]
    pub fn helped_by(mut self, helper: Option<&Helper>) -> Self {
        if let Some(Helper { name, office, telephone }) = helper {
            let all = [name, office, telephone].into_iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>();
            if !all.is_empty() {
                self.help = self.shell.words.with("help-named", &[("who", &all.join(", "))]).into();
            }
        }
        self
    }

    /// A step of the way here.
    #[must_use]
    pub fn step(mut self, name: impl Into<String>, path: &str) -> Self {
        let href = self.shell.path(path);
        self.shell = self.shell.step(name, href);
        self
    }

    /// Adds a part.
    #[must_use]
    pub fn part(mut self, mut block: Block) -> Self {
        if let Block::Form(form) | Block::Fold(_, form) = &block {
            self.problems.extend(form.problems());
        }
        if let Block::Ledger(ledger) = &block {
            self.problems.extend(ledger.problems());
        }
        if let Block::Cards(cards) = &mut block {
            let top = !self.blocks.iter().any(|before| matches!(before, Block::Heading(_)));
            for card in cards {
                card.top = top;
                self.problems.extend(card.forms.iter().flat_map(|(_, form)| form.problems()));
            }
        }
        self.blocks.push(block);
        self
    }

    /// Adds a part where there is one.
    #[must_use]
    pub fn maybe(self, block: Option<Block>) -> Self {
        match block {
            Some(block) => self.part(block),
            None => self,
        }
    }

    /// Adds a paragraph.
    #[must_use]
    pub fn text(self, text: impl Into<Rich>) -> Self {
        self.part(Block::Text(text.into()))
    }

    /// Adds a heading.
    #[must_use]
    pub fn heading(self, text: impl Into<String>) -> Self {
        self.part(Block::Heading(text.into()))
    }

    /// Adds something to be noticed.
    #[must_use]
    pub fn notice(self, kind: &'static str, text: impl Into<Rich>) -> Self {
        self.part(Block::Notice(kind, text.into()))
    }

    /// Adds a form.
    #[must_use]
    pub fn form(self, form: FormView) -> Self {
        self.part(Block::Form(Box::new(form)))
    }

    /// Adds a form behind its words.
    #[must_use]
    pub fn fold(self, words: impl Into<String>, form: FormView) -> Self {
        self.part(Block::Fold(words.into(), Box::new(form)))
    }

    /// Answers with another status than 200.
    #[must_use]
    pub const fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// The page as an answer; one with problems says so in its title and its status.
    ///
    /// # Errors
    /// When it cannot be rendered.
    pub fn answer(mut self) -> Answer {
        let scope = self.scope.as_ref().map(|scope| scope.name.as_str()).filter(|name| !self.heading.contains(name));
        self.title = [Some(self.heading.as_str()), scope].into_iter().flatten().collect::<Vec<_>>().join(" – ");
        if !self.problems.is_empty() {
            self.status = StatusCode::UNPROCESSABLE_ENTITY;
            self.title = self.shell.words.name("problem-title", &self.title);
        }
        if let Some(visitor) = self.visitor.take().filter(|_| self.noted) {
            visitor.take(Cookie::Note);
        }
        let mut response = Body::from(self.render()?).into_response();
        *response.status_mut() = self.status;
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        Ok(response)
    }
}
