//! Pages that say something about the site.

use std::sync::Arc;

use askama::Template;

use super::{Reader, action::Named, territory::Counted, theme::GOALS};
use crate::page::{Page, Shell, Site};

/// `GET /plan-du-site`
#[derive(Debug, Template)]
#[template(path = "atlas/map_of_site.html")]
pub struct MapOfSite {
    shell: Shell,
    territories: Vec<(Counted, Vec<Counted>)>,
    /// Those with partners that somebody works with.
    countries: Vec<Named>,
    themes: Vec<Named>,
    goals: Vec<Named>,
}

impl MapOfSite {
    /// Every page that is not a collectivité's, a partner's or a project's.
    #[must_use]
    pub fn new(reader: &Reader<'_>, site: &Arc<Site>) -> Self {
        let departments =
            |code: &str| reader.departments_of(code).into_iter().filter_map(|code| Counted::department(reader, code)).collect();
        let mut countries: Vec<Named> =
            reader.nations().into_iter().filter_map(|iso2| Some(reader.named_country(reader.country(iso2)?))).collect();
        countries.sort_by_cached_key(|country| crate::model::fold(&country.name));
        let goal = |goal| Some(Named { name: reader.goal_name(goal)?, href: reader.path(&format!("/odd/{goal}")), about: String::new() });
        let themes: Vec<Named> = reader.themes().into_iter().map(|theme| reader.named_theme(theme)).collect();
        // Goals say something once there are projects under themes.
        let goals = (1..=GOALS.len()).filter(|_| !themes.is_empty()).filter_map(goal).collect();
        let region = |code: &str| Some((Counted::region(reader, code)?, departments(code)));
        Self {
            shell: Shell::new(reader, site, "/plan-du-site", reader.words().say("sitemap-title")),
            countries,
            themes,
            goals,
            territories: reader.regions().into_iter().filter_map(region).collect(),
        }
    }
}

impl Page for MapOfSite {
    fn address(&self) -> &str {
        &self.shell.address
    }
}

/// `GET /accessibilite`
#[derive(Debug, Template)]
#[template(path = "atlas/accessibility.html")]
pub struct Accessibility {
    shell: Shell,
}

impl Accessibility {
    /// What can be said today.
    #[must_use]
    pub fn new(reader: &Reader<'_>, site: &Arc<Site>) -> Self {
        Self { shell: Shell::new(reader, site, "/accessibilite", reader.words().say("accessibility-title")) }
    }
}

impl Page for Accessibility {
    fn address(&self) -> &str {
        &self.shell.address
    }
}

/// `GET /donnees-personnelles`
#[derive(Debug, Template)]
#[template(path = "atlas/privacy.html")]
pub struct Privacy {
    shell: Shell,
}

impl Privacy {
    /// What is kept of visitors, and shown of people.
    #[must_use]
    pub fn new(reader: &Reader<'_>, site: &Arc<Site>) -> Self {
        Self { shell: Shell::new(reader, site, "/donnees-personnelles", reader.words().say("privacy-title")) }
    }
}

impl Page for Privacy {
    fn address(&self) -> &str {
        &self.shell.address
    }
}
