mod record;

use std::{cell::RefCell, collections::HashMap};

use atlas_proto::directory::v1::{Collectivite, Network};

use super::{Line, kind_key};
use crate::{
    i18n::{Locale, Words},
    model::{
        generation::{Contacts, Figures, Generation, Place, lives},
        id::Id,
        key::Key,
    },
};

/// Something a page shows, whose change makes the page old.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
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
    /// Whether anything is of demonstration.
    Invented,
    /// A country itself.
    Country(String),
    /// The list of its partners, and what is done with them.
    Nation(String),
    /// Which countries there are partners in.
    Nations,
    /// A partner itself.
    Partner(Id),
    /// Which partners were merged into it.
    Merged(Id),
    /// Which partnerships name it.
    Naming(Id),
    /// Which partnerships a collectivité takes part in.
    Actions(Key),
    /// A partnership itself.
    Partnership(Id),
    /// Which projects are under it.
    Under(Id),
    /// A project itself.
    Project(Id),
    /// The list of themes.
    Themes,
    /// The projects of a theme.
    OfTheme(String),
    /// The projects of a goal.
    OfGoal(i32),
    /// What those of a département do abroad.
    DepartmentAbroad(String),
    /// What those of a région that are in no département do abroad.
    RegionAbroad(String),
    /// What is counted of all that.
    Tally,
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
            Self::Invented => Some(u64::from(generation.is_invented())),
            Self::Country(iso2) => generation.country(iso2).map(|it| it.changed),
            Self::Nation(iso2) => generation.nation(iso2).map(|it| it.changed),
            Self::Nations => Some(record::print(generation)),
            Self::Partner(id) => generation.partner(*id).map(|it| it.changed),
            Self::Merged(id) => generation.merged_into(*id).map(|it| it.changed),
            Self::Naming(id) => generation.naming(*id).map(|it| it.changed),
            Self::Actions(key) => generation.actions(*key).map(|it| it.changed),
            Self::Partnership(id) => generation.partnership(*id).map(|it| it.changed),
            Self::Under(id) => generation.under(*id).map(|it| it.changed),
            Self::Project(id) => generation.project(*id).map(|it| it.changed),
            Self::Themes => Some(generation.themed()),
            Self::OfTheme(code) => generation.of_theme(code).map(|it| it.changed),
            Self::OfGoal(goal) => generation.of_goal(*goal).map(|it| it.changed),
            Self::DepartmentAbroad(code) => generation.department(code).map(|it| it.acted),
            Self::RegionAbroad(code) => generation.region(code).map(|it| it.acted),
            Self::Tally => Some(generation.tally().print()),
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

    /// How many bytes it takes.
    #[must_use]
    pub const fn size(&self) -> usize {
        self.0.len() * size_of::<(Shown, u64)>()
    }
}

/// Reads a generation for a page, and remembers what was read: no page can forget what it depends on.
#[derive(Debug)]
pub struct Reader<'g> {
    generation: &'g Generation,
    seen: RefCell<HashMap<Shown, u64>>,
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
        Seen(self.seen.into_inner().into_iter().collect())
    }

    /// The words of its language.
    #[must_use]
    pub fn words(&self) -> &'static Words {
        self.locale.words()
    }

    fn note(&self, shown: Shown) {
        let changed = |shown: &Shown| shown.changed(self.generation);
        self.seen.borrow_mut().entry(shown).or_insert_with_key(changed);
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

    /// Whether anything is of demonstration.
    pub fn invented(&self) -> bool {
        self.note(Shown::Invented);
        self.generation.is_invented()
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
