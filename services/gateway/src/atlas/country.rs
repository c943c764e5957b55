use std::{collections::HashMap, sync::Arc};

use askama::Template;

use super::{
    Reader,
    action::{About, Named},
    territory::Pages,
};
use crate::{
    model::{cooperation::has_ended, id::Id, tally::Tally},
    page::{Page, Shell, Site},
};

/// How many partners one page lists.
const PAGE: usize = 50;
/// How many collectivités are named beside a partner; its own page has them all.
const NAMED: usize = 4;

/// `GET /pays/{iso2}?page={n}`
#[derive(Debug, Template)]
#[template(path = "atlas/country.html")]
pub struct Show {
    shell: Shell,
    continent: String,
    /// A number and what it counts.
    figures: Vec<(String, String)>,
    themes: Vec<Named>,
    partner_count: String,
    /// The partners of this page, by division.
    divisions: Vec<(String, Vec<Row>)>,
    pages: Pages,
}

/// A partner and who works with it.
#[derive(Debug)]
struct Row {
    partner: Named,
    demo: bool,
    who: Vec<Named>,
    /// How many more; empty for none.
    more: String,
    twinning: bool,
    /// Nothing goes on with it any more.
    ended: bool,
    to_confirm: bool,
}

impl Show {
    /// The partners of a country; none for a code or a page that is none.
    #[must_use]
    pub fn new(reader: &Reader<'_>, site: &Arc<Site>, iso2: &str, page: usize) -> Option<Self> {
        let country = reader.country(iso2)?;
        let words = reader.words();
        let all: Vec<Id> = reader.nation(iso2).iter().map(|listed| listed.id).filter(|id| reader.is_met(*id)).collect();
        let pages = Pages::new(reader, &format!("/pays/{iso2}?"), page, all.len(), PAGE)?;
        let address = if page == 1 { format!("/pays/{iso2}") } else { format!("/pays/{iso2}?page={page}") };
        let mut divisions: Vec<(String, Vec<Row>)> = Vec::new();
        for id in all.iter().skip((page - 1) * PAGE).take(PAGE) {
            let Some((division, row)) = row(reader, *id) else { continue };
            match divisions.last_mut().filter(|(before, _)| *before == division) {
                Some((_, rows)) => rows.push(row),
                None => divisions.push((division, vec![row])),
            }
        }
        Some(Self {
            shell: Shell::new(reader, site, address, reader.country_name(country)),
            continent: continent_key(&country.continent).map(|key| words.say(key)).unwrap_or_default(),
            figures: figures(reader, &reader.tally_of_nation(iso2)),
            themes: if page == 1 { themes(reader, &all) } else { Vec::new() },
            partner_count: words.count("count-partners", all.len()),
            divisions,
            pages,
        })
    }
}

impl Page for Show {
    fn address(&self) -> &str {
        &self.shell.address
    }
}

fn figures(reader: &Reader<'_>, of: &Tally) -> Vec<(String, String)> {
    let all = [
        ("figure-engaged", of.collectivites),
        ("figure-partners", of.partners),
        ("figure-actions", of.partnerships),
        ("figure-twinnings", of.twinnings),
        ("figure-projects", of.projects),
    ];
    let words = reader.words();
    all.into_iter().filter(|(_, n)| *n > 0).map(|(key, n)| (words.number(n), words.count(key, n))).collect()
}

/// Themes of the projects in a country, those with most projects first.
fn themes(reader: &Reader<'_>, partners: &[Id]) -> Vec<Named> {
    let projects: HashMap<Id, _> = partners.iter().flat_map(|id| reader.projects_listed(*id)).collect();
    let mut counts = HashMap::<&str, usize>::new();
    for theme in projects.values().flat_map(|project| &project.themes) {
        *counts.entry(&theme.theme_code).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(code, count)| (usize::MAX - count, (*code).to_owned()));
    let named = |(code, count): (&str, usize)| {
        let name = reader.theme_name(reader.theme(code)?).to_owned();
        Some(Named { name, href: reader.path(&super::theme::path(code)), about: reader.words().number(count) })
    };
    counts.into_iter().filter_map(named).collect()
}

fn row(reader: &Reader<'_>, id: Id) -> Option<(String, Row)> {
    let it = reader.partner(id)?;
    let words = reader.words();
    let partnerships = reader.with_partner(id);
    let living = partnerships.iter().filter(|(_, it)| !has_ended(it)).count();
    // Those who have gone are named only where nobody is left.
    let shown = || partnerships.iter().map(|(_, it)| *it).filter(move |it| living == 0 || !has_ended(it));
    let mut who: Vec<Named> = shown().flat_map(|it| reader.participants(it)).map(|(key, it)| reader.named_collectivite(key, it)).collect();
    who.sort_by_cached_key(|named| (crate::model::fold(&named.name), named.href.clone()));
    who.dedup();
    let more = who.len().saturating_sub(NAMED);
    who.truncate(NAMED);
    let row = Row {
        partner: Named { name: it.name.clone(), href: reader.path(&format!("/partenaires/{id}")), about: String::new() },
        demo: it.origin == "demo" || shown().any(|it| About::new(words, it).origin.demo),
        who,
        more: if more == 0 { String::new() } else { words.count("count-more", more) },
        twinning: shown().any(|it| it.twinning),
        ended: living == 0,
        to_confirm: shown().any(|it| it.provenance.as_ref().is_some_and(|it| it.to_confirm)),
    };
    Some((it.division.clone(), row))
}

/// The words for a part of the world, which directory names in French.
fn continent_key(name: &str) -> Option<&'static str> {
    Some(match name {
        "Afrique" => "continent-africa",
        "Amérique du Nord" | "Amérique du Nord et Caraïbes" => "continent-north-america",
        "Amérique du Sud" => "continent-south-america",
        "Antarctique" => "continent-antarctica",
        "Asie" => "continent-asia",
        "Europe" => "continent-europe",
        "Océanie" => "continent-oceania",
        _ => return None,
    })
}
