//! What a collectivité does abroad, by country.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::{
    atlas::{
        Reader,
        action::{About, Named},
    },
    model::{fold, key::Key},
};

/// The external actions of one collectivité.
#[derive(Debug)]
pub struct Abroad {
    /// How many, in how many countries; empty where there is none.
    pub summary: String,
    /// Those that go on, by country.
    pub countries: Vec<(Named, Vec<Row>)>,
    /// Those that have ended.
    pub ended: Vec<Row>,
    /// One of them is to be confirmed.
    pub unconfirmed: bool,
    /// Where they come from.
    pub sources: BTreeSet<String>,
}

/// One external action.
#[derive(Debug)]
pub struct Row {
    /// With whom abroad.
    pub partner: Named,
    /// In which country, for a list that does not say so.
    pub country: String,
    /// Who else takes part.
    pub others: Vec<Named>,
    /// What it is.
    pub about: About,
    /// What is done under it.
    pub projects: Vec<Named>,
}

impl Abroad {
    /// All that is known of it. What refers to something unknown is left out until that comes.
    #[must_use]
    pub fn new(reader: &Reader<'_>, of: Key) -> Self {
        let (words, mut countries, mut ended) = (reader.words(), BTreeMap::<_, (Named, Vec<Row>)>::new(), Vec::new());
        let (mut unconfirmed, mut sources, mut abroad) = (false, BTreeSet::new(), 0);
        for (id, it) in reader.actions(of) {
            let Some((partner_id, partner, country)) = reader.standing(&it.partner_id) else { continue };
            let about = About::new(words, it);
            unconfirmed |= about.origin.to_confirm;
            sources.extend(Some(about.origin.source.clone()).filter(|source| !source.is_empty()));
            let others = reader.participants(it).into_iter().filter(|(key, _)| *key != of);
            let row = Row {
                partner: Named {
                    name: partner.name.clone(),
                    href: reader.path(&format!("/partenaires/{partner_id}")),
                    about: partner.division.clone(),
                },
                country: reader.country_name(country).to_owned(),
                others: others.map(|(key, it)| reader.named_collectivite(key, it)).collect(),
                about,
                projects: reader.under(id).into_iter().map(|(id, it)| reader.named_project(id, it)).collect(),
            };
            if row.about.ended {
                ended.push(row);
                continue;
            }
            abroad += 1;
            let place = (fold(&row.country), country.iso2.clone());
            countries.entry(place).or_insert_with(|| (reader.named_country(country), Vec::new())).1.push(row);
        }
        let mut countries: Vec<_> = countries.into_values().collect();
        for rows in countries.iter_mut().map(|(_, rows)| rows).chain([&mut ended]) {
            rows.sort_by_cached_key(|row| (fold(&row.partner.name), row.partner.href.clone()));
        }
        let summary = [words.count("count-actions", abroad), words.count("count-countries", countries.len())].join(" · ");
        let summary = if abroad == 0 { String::new() } else { summary };
        Self { summary, countries, ended, unconfirmed, sources }
    }

    /// Whether there is nothing to show.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.countries.is_empty() && self.ended.is_empty()
    }

    /// How many projects there are in all, each once.
    #[must_use]
    pub fn project_count(&self) -> usize {
        let rows = self.countries.iter().flat_map(|(_, rows)| rows).chain(&self.ended);
        rows.flat_map(|row| &row.projects).map(|project| &project.href).collect::<HashSet<_>>().len()
    }
}
