use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use askama::Template;
use atlas_proto::{directory::v1::Partner, projects::v1::Partnership};

use super::{
    Reader,
    action::{About, Named, level_key},
};
use crate::{
    model::{fold, id::Id},
    page::{Page, Shell, Site},
};

/// `GET /partenaires/{id}`
#[derive(Debug, Template)]
#[template(path = "atlas/partner.html")]
pub struct Show {
    shell: Shell,
    about: String,
    demo: bool,
    names: Vec<Name>,
    /// A label and what it says.
    facts: Vec<(String, String)>,
    country: Option<Named>,
    summary: String,
    living: Vec<Row>,
    ended: Vec<Row>,
    unconfirmed: bool,
    sources: BTreeSet<String>,
    projects: Vec<Named>,
}

/// Another name, in any script.
#[derive(Debug)]
struct Name {
    text: String,
    /// Empty where it is not known.
    language: String,
}

/// One partnership, as its partner sees it.
#[derive(Debug)]
struct Row {
    who: Vec<Named>,
    about: About,
}

/// A page, or where it has gone.
#[derive(Debug)]
pub enum Found {
    /// It stands.
    Here(Box<Show>),
    /// It was found to be the same as another.
    Moved(Id),
}

impl Show {
    /// One partner's page; where another took its place, which one; none for an id that is unknown.
    #[must_use]
    pub fn find(reader: &Reader<'_>, site: &Arc<Site>, id: Id) -> Option<Found> {
        let (standing, it, country) = reader.standing(&id.to_string())?;
        if standing != id {
            return Some(Found::Moved(standing));
        }
        let words = reader.words();
        let named = reader.named_country(country);
        let mut shell = Shell::new(reader, site, format!("/partenaires/{id}"), &it.name);
        shell = shell.step(&named.name, &named.href);
        let level = level_key(it.level()).map(|key| words.say(key));
        let about = level.into_iter().chain([it.division.clone()]).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
        let mut page = Self {
            shell,
            about,
            demo: it.origin == "demo",
            names: names(it),
            facts: facts(reader, it),
            country: Some(named),
            summary: String::new(),
            living: Vec::new(),
            ended: Vec::new(),
            unconfirmed: false,
            sources: BTreeSet::new(),
            projects: Vec::new(),
        };
        page.fill(reader, reader.with_partner(id));
        Some(Found::Here(Box::new(page)))
    }

    fn fill(&mut self, reader: &Reader<'_>, partnerships: Vec<(Id, &Partnership)>) {
        let words = reader.words();
        let (mut rows, mut projects, mut collectivites) = (Vec::new(), BTreeMap::new(), BTreeSet::new());
        for (id, it) in partnerships {
            let who = reader.participants(it);
            let Some((_, lead)) = who.first() else { continue };
            let about = About::new(words, it);
            self.unconfirmed |= about.origin.to_confirm;
            self.sources.extend(Some(about.origin.source.clone()).filter(|source| !source.is_empty()));
            collectivites.extend(who.iter().filter(|_| !about.ended).map(|(key, _)| *key));
            let place = (about.ended, fold(&lead.name), id);
            rows.push((place, Row { who: who.iter().map(|(key, it)| reader.placed_collectivite(*key, it)).collect(), about }));
            projects.extend(reader.under(id).into_iter().map(|(id, it)| ((fold(&it.title), id), reader.named_project(id, it))));
        }
        rows.sort_by(|(one, _), (other, _)| one.cmp(other));
        let (ended, living): (Vec<_>, Vec<_>) = rows.into_iter().map(|(_, row)| row).partition(|row| row.about.ended);
        if !collectivites.is_empty() {
            self.summary = words.count("count-collectivites", collectivites.len());
        }
        (self.living, self.ended, self.projects) = (living, ended, projects.into_values().collect());
    }
}

impl Page for Show {
    fn address(&self) -> &str {
        &self.shell.address
    }
}

fn names(it: &Partner) -> Vec<Name> {
    let known = |language: &str| language.parse::<unic_langid::LanguageIdentifier>().is_ok();
    let others = it.other_names.iter().filter(|other| other.name != it.name);
    others
        .map(|other| Name {
            text: other.name.clone(),
            language: if known(&other.language) { other.language.clone() } else { String::new() },
        })
        .collect()
}

fn facts(reader: &Reader<'_>, it: &Partner) -> Vec<(String, String)> {
    let words = reader.words();
    let population = it.population.and_then(|people| usize::try_from(people).ok()).filter(|people| *people > 0);
    let all = [
        ("fact-division", it.division.clone()),
        ("fact-place", it.place.clone()),
        ("fact-population", population.map(|people| words.count("fact-population-value", people)).unwrap_or_default()),
    ];
    all.into_iter().filter(|(_, value)| !value.is_empty()).map(|(key, value)| (words.say(key), value)).collect()
}
