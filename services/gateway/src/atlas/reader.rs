use std::cell::RefCell;

use atlas_proto::directory::v1::{Collectivite, Network};

use super::{Line, kind_key};
use crate::{
    i18n::{Locale, Words},
    model::{
        generation::{Contacts, Figures, Generation, Place, lives},
        key::Key,
    },
};

/// Something a page shows, whose change makes the page old.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// A collectivité itself.
    Collectivite(Key),
    /// Its contacts.
    Contacts(Key),
    /// The list of what belongs to it.
    Grouping(Key),
    /// A network.
    Network(String),
    /// A département's name and list.
    Department(String),
    /// A région's name and list.
    Region(String),
    /// The figures, and which territories there are.
    Figures,
    /// Whether the data is old.
    Age,
}

impl Shown {
    /// The generation in which it last changed; 0 while it is unknown.
    fn changed(&self, generation: &Generation) -> u64 {
        match self {
            Self::Collectivite(key) => generation.collectivite(*key).map(|it| it.changed),
            Self::Contacts(key) => generation.contacts(*key).map(|it| it.changed),
            Self::Grouping(key) => generation.grouping(*key).map(|it| it.changed),
            Self::Network(id) => generation.network(id).map(|it| it.changed),
            Self::Department(code) => generation.department(code).map(|it| it.changed),
            Self::Region(code) => generation.region(code).map(|it| it.changed),
            Self::Figures => Some(generation.figures.0),
            Self::Age => Some(generation.aged),
        }
        .unwrap_or_default()
    }
}

/// Everything a page was made of, with the states it had.
#[derive(Debug, Clone, Default)]
pub struct Seen(Vec<(Shown, u64)>);

impl Seen {
    /// Whether a page made of this would still look the same.
    #[must_use]
    pub fn holds(&self, generation: &Generation) -> bool {
        self.0.iter().all(|(shown, changed)| shown.changed(generation) == *changed)
    }
}

/// Reads a generation for a page, and remembers what was read: no page can forget what it depends on.
#[derive(Debug)]
pub struct Reader<'g> {
    generation: &'g Generation,
    seen: RefCell<Seen>,
    /// The language it is read for.
    pub locale: Locale,
}

impl<'g> Reader<'g> {
    /// Begins a page.
    #[must_use]
    pub fn new(generation: &'g Generation, locale: Locale) -> Self {
        Self { generation, locale, seen: RefCell::default() }
    }

    /// What was read.
    #[must_use]
    pub fn seen(self) -> Seen {
        self.seen.into_inner()
    }

    /// The words of its language.
    #[must_use]
    pub fn words(&self) -> &'static Words {
        self.locale.words()
    }

    fn note(&self, shown: Shown) {
        let seen = &mut self.seen.borrow_mut().0;
        if !seen.iter().any(|(before, _)| *before == shown) {
            let changed = shown.changed(self.generation);
            seen.push((shown, changed));
        }
    }

    /// One collectivité.
    pub fn collectivite(&self, key: Key) -> Option<&'g Collectivite> {
        self.note(Shown::Collectivite(key));
        self.generation.collectivite(key).map(|record| &record.value)
    }

    /// One of a list whose own changes cover it.
    pub fn listed(&self, key: Key) -> Option<&'g Collectivite> {
        self.generation.collectivite(key).map(|record| &record.value)
    }

    /// Its contacts.
    pub fn contacts(&self, key: Key) -> Option<&'g Contacts> {
        self.note(Shown::Contacts(key));
        self.generation.contacts(key)
    }

    /// What belongs to a grouping.
    pub fn grouping(&self, key: Key) -> Option<&'g Place> {
        self.note(Shown::Grouping(key));
        self.generation.grouping(key)
    }

    /// One network.
    pub fn network(&self, id: &str) -> Option<&'g Network> {
        self.note(Shown::Network(id.to_owned()));
        self.generation.network(id).map(|record| &record.value)
    }

    /// One département.
    pub fn department(&self, code: &str) -> Option<&'g Place> {
        self.note(Shown::Department(code.to_owned()));
        self.generation.department(code)
    }

    /// One région.
    pub fn region(&self, code: &str) -> Option<&'g Place> {
        self.note(Shown::Region(code.to_owned()));
        self.generation.region(code)
    }

    /// The codes of all régions.
    pub fn regions(&self) -> Vec<&'g str> {
        self.note(Shown::Figures);
        self.generation.regions().collect()
    }

    /// The codes of a région's départements.
    pub fn departments_of(&self, region: &str) -> Vec<&'g str> {
        self.note(Shown::Figures);
        self.generation.departments_of(region).collect()
    }

    /// What is counted.
    pub fn figures(&self) -> Figures {
        self.note(Shown::Figures);
        self.generation.figures.1
    }

    /// From when the data is, where that is long ago, as a day.
    pub fn old(&self) -> Option<String> {
        self.note(Shown::Age);
        let paris = self.generation.old?.with_timezone(&chrono_tz::Europe::Paris);
        Some(self.words().day(&paris.format("%Y-%m-%d").to_string()))
    }

    /// An address in its language.
    #[must_use]
    pub fn path(&self, path: &str) -> String {
        format!("{}{path}", self.locale.prefix())
    }

    /// The line that leads to a collectivité's page.
    #[must_use]
    pub fn line(&self, key: Key, it: &Collectivite, place: String) -> Line {
        Line {
            href: self.path(&format!("/collectivites/{key}")),
            name: it.name.clone(),
            kind: self.words().say(kind_key(it.r#type())),
            place,
            ended: !lives(it),
        }
    }

    /// Where a collectivité is, as homonyms are told apart: « Ille-et-Vilaine (35) »; its région where it is in no département.
    #[must_use]
    pub fn place_of(&self, it: &Collectivite) -> String {
        let name = |place: Option<&Place>| place.and_then(|place| place.territory.as_ref()).map(|(_, territory)| territory.name.clone());
        if it.department_code.is_empty() {
            return name(self.region(&it.region_code)).unwrap_or_default();
        }
        name(self.department(&it.department_code)).map(|name| format!("{name} ({})", it.department_code)).unwrap_or_default()
    }
}
