//! For robots: which pages there are, in both languages.

use askama::Template;

use super::theme;
use crate::{
    i18n::Locale,
    model::{
        generation::{Generation, lives},
        id::Id,
    },
};

/// How many projects one part names, in both languages: readers take 50,000 addresses at most.
const PROJECTS: usize = 20_000;

/// `GET /sitemap.xml`: a part for each région, each country that somebody works in, themes and goals, and projects.
#[derive(Debug, Template)]
#[template(path = "atlas/sitemap.xml")]
pub struct Index {
    parts: Vec<String>,
}

/// `GET /sitemaps/{part}`
#[derive(Debug, Template)]
#[template(path = "atlas/sitemap_part.xml")]
pub struct Part {
    /// Each page's address in each language.
    pages: Vec<[String; 2]>,
}

impl Index {
    /// All parts.
    #[must_use]
    pub fn new(generation: &Generation, origin: &str) -> Self {
        let named = |part: String| format!("{origin}/sitemaps/{part}");
        let regions = generation.regions().map(str::to_owned);
        let countries =
            generation.countries().filter(|it| !partners(generation, &it.iso2).is_empty()).map(|it| format!("pays-{}", it.iso2));
        let themes = generation.themes().next().map(|_| "themes".to_owned());
        let projects = (1..=generation.projects().count().div_ceil(PROJECTS)).map(|part| format!("projets-{part}"));
        Self { parts: regions.chain(countries).chain(themes).chain(projects).map(named).collect() }
    }
}

impl Part {
    /// The pages of one part; none for a name that is none.
    #[must_use]
    pub fn new(generation: &Generation, origin: &str, part: &str) -> Option<Self> {
        let paths = match part.split_once('-') {
            Some(("pays", iso2)) => of_country(generation, iso2)?,
            Some(("projets", number)) => of_projects(generation, number.parse().ok()?)?,
            _ if part == "themes" => of_themes(generation)?,
            _ => of_region(generation, part)?,
        };
        let both = |path: &String| Locale::ALL.map(|locale| format!("{origin}{}{path}", locale.prefix()));
        Some(Self { pages: paths.iter().map(both).collect() })
    }
}

/// A région's pages. The first région's part has the pages of the site too.
fn of_region(generation: &Generation, region: &str) -> Option<Vec<String>> {
    generation.region(region)?.territory.as_ref()?;
    let mut paths = vec![format!("/regions/{region}")];
    if generation.regions().next() == Some(region) {
        paths.extend(["", "/recherche", "/plan-du-site", "/accessibilite", "/donnees-personnelles"].map(str::to_owned));
    }
    paths.extend(generation.departments_of(region).map(|code| format!("/departements/{code}")));
    let mut own: Vec<_> = generation.all().filter(|(_, it)| it.region_code == region && lives(it)).map(|(key, _)| key).collect();
    own.sort_unstable();
    paths.extend(own.into_iter().map(|key| format!("/collectivites/{key}")));
    Some(paths)
}

/// The partners of a country that somebody works with.
fn partners(generation: &Generation, iso2: &str) -> Vec<Id> {
    let all = generation.nation(iso2).into_iter().flat_map(|nation| &nation.members).map(|listed| listed.id);
    all.filter(|id| generation.with_partner(*id).next().is_some()).collect()
}

fn of_country(generation: &Generation, iso2: &str) -> Option<Vec<String>> {
    generation.country(iso2)?;
    let partners = partners(generation, iso2).into_iter().map(|id| format!("/partenaires/{id}"));
    Some(std::iter::once(format!("/pays/{iso2}")).chain(partners).collect())
}

fn of_themes(generation: &Generation) -> Option<Vec<String>> {
    let themes: Vec<String> = generation.themes().map(|theme| theme::path(&theme.code)).collect();
    let goals = (1..=theme::GOALS.len()).map(|goal| format!("/odd/{goal}"));
    if themes.is_empty() { None } else { Some(themes.into_iter().chain(goals).collect()) }
}

fn of_projects(generation: &Generation, number: usize) -> Option<Vec<String>> {
    let mut all: Vec<Id> = generation.projects().collect();
    all.sort_unstable();
    let part = all.chunks(PROJECTS).nth(number.checked_sub(1)?)?;
    Some(part.iter().map(|id| format!("/projets/{id}")).collect())
}
