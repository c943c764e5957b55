use askama::Template;

use crate::{
    atlas::Reader,
    i18n::{Locale, Words},
};

/// What is the same on every page of this site: where it is, what it looks like.
#[derive(Debug, Clone)]
pub struct Site {
    /// `https://…`, without a slash at the end.
    pub origin: String,
    /// Whose site it is: lines of the brand block; empty for the name of the Atlas alone.
    pub brand: Vec<String>,
    /// The State's own brand block and typeface, which only its sites may use.
    pub state_brand: bool,
    /// Addresses of the style sheets.
    pub styles: Vec<String>,
    /// The address of the icon.
    pub icon: String,
    /// The address of the script of pages for people.
    pub script: String,
    /// Who helps where nobody nearer is known.
    pub help: Help,
    /// A form of every name of this machine is ours.
    pub development: bool,
}

/// Who helps people whose own correspondent is not known yet; each part may be empty.
#[derive(Debug, Clone, Default)]
pub struct Help {
    /// As « Ministère des affaires étrangères, DAECT ».
    pub name: String,
    /// As it is dialled in France.
    pub telephone: String,
    /// Where questions are written to.
    pub email: String,
}

/// Who is signed in, as the header of their pages says.
#[derive(Debug, Clone)]
pub struct Person {
    /// First and last name.
    pub name: String,
    /// The token of the form that signs out.
    pub token: String,
}

/// One step of the way to a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What it is called.
    pub name: String,
    /// Its address.
    pub href: String,
}

/// What every page has around what it says.
#[derive(Debug, Clone)]
pub struct Shell {
    /// The words of its language.
    pub words: &'static Words,
    /// The title, without the name of the site.
    pub title: String,
    /// The way from home to here, without home and here.
    pub steps: Vec<Step>,
    /// Its address without the language, query included; empty for a page that has none (an error).
    pub address: String,
    /// What is in the search field.
    pub typed: String,
    /// From when the data is, where that is long ago.
    pub old: Option<String>,
    /// Something of what can be seen is of demonstration.
    pub invented: bool,
    /// The site.
    pub site: std::sync::Arc<Site>,
    /// Robots keep it.
    pub indexed: bool,
    /// It is for one visitor alone.
    pub personal: bool,
    /// Who is signed in; public pages know nobody.
    pub person: Option<Person>,
}

impl Shell {
    /// The shell of a page that a reader makes.
    #[must_use]
    pub fn new(reader: &Reader<'_>, site: &std::sync::Arc<Site>, address: impl Into<String>, title: impl Into<String>) -> Self {
        Self {
            words: reader.words(),
            title: title.into(),
            steps: Vec::new(),
            address: address.into(),
            typed: String::new(),
            old: reader.old(),
            invented: reader.invented(),
            site: std::sync::Arc::clone(site),
            indexed: true,
            personal: false,
            person: None,
        }
    }

    /// Adds a step to the way.
    #[must_use]
    pub fn step(mut self, name: impl Into<String>, href: impl Into<String>) -> Self {
        self.steps.push(Step { name: name.into(), href: href.into() });
        self
    }

    /// An address in this language.
    #[must_use]
    pub fn path(&self, path: &str) -> String {
        format!("{}{path}", self.words.locale.prefix())
    }

    /// The address of this page in a language.
    #[must_use]
    pub fn address_in(&self, locale: Locale) -> String {
        match (locale.prefix(), self.address.as_str()) {
            ("", "") => "/".to_owned(),
            ("", address) => address.to_owned(),
            (prefix, "" | "/") => prefix.to_owned(),
            (prefix, address) => format!("{prefix}{address}"),
        }
    }

    /// The whole address of this page in its language.
    #[must_use]
    pub fn here(&self) -> String {
        format!("{}{}", self.site.origin, self.address_in(self.words.locale))
    }

    /// The address of this page in the other language.
    #[must_use]
    pub fn elsewhere(&self) -> String {
        self.address_in(self.words.locale.other())
    }

    /// The tag of the other language.
    #[must_use]
    pub const fn other_tag(&self) -> &'static str {
        self.words.locale.other().tag()
    }

    /// Each language's tag, and the whole address of this page in it.
    #[must_use]
    pub fn alternates(&self) -> Vec<(&'static str, String)> {
        Locale::ALL.into_iter().map(|locale| (locale.tag(), format!("{}{}", self.site.origin, self.address_in(locale)))).collect()
    }

    /// Home in this language.
    #[must_use]
    pub fn home(&self) -> String {
        Self { address: String::new(), ..self.clone() }.address_in(self.words.locale)
    }
}

/// A page: a template whose shell is known.
pub trait Page: Template {
    /// Its address without the language, in the one form it has.
    fn address(&self) -> &str;
}
