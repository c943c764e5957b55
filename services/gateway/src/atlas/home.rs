use std::sync::Arc;

use askama::Template;

use super::{Reader, territory::Counted};
use crate::page::{Page, Shell, Site};

/// `GET /`
#[derive(Debug, Template)]
#[template(path = "atlas/home.html")]
pub struct Home {
    shell: Shell,
    /// A number, what it counts, and where those are; empty for nowhere.
    figures: Vec<(String, String, String)>,
    regions: Vec<Counted>,
}

impl Home {
    /// The search, the figures, the régions.
    #[must_use]
    pub fn new(reader: &Reader<'_>, site: &Arc<Site>) -> Self {
        let words = reader.words();
        let (of, abroad) = (reader.figures(), reader.tally());
        let figures = [
            ("figure-engaged", abroad.collectivites, ""),
            ("figure-partners", abroad.partners, ""),
            ("figure-countries", abroad.countries, "/plan-du-site#pays"),
            ("figure-projects", abroad.projects, "/plan-du-site#themes"),
            ("figure-communes", of.communes, ""),
            ("figure-groupings", of.groupings, ""),
            ("figure-councils", of.councils, ""),
            ("figure-cards", of.with_card, ""),
        ];
        let href = |path: &str| if path.is_empty() { String::new() } else { reader.path(path) };
        let figures = figures.into_iter().filter(|(_, n, _)| *n > 0);
        let mut regions: Vec<Counted> = reader.regions().into_iter().filter_map(|code| Counted::region(reader, code)).collect();
        regions.sort_by_key(|region| crate::model::fold(&region.name));
        Self {
            shell: Shell::new(reader, site, "/", words.say("home-title")),
            figures: figures.map(|(key, n, path)| (words.number(n), words.count(key, n), href(path))).collect(),
            regions,
        }
    }
}

impl Page for Home {
    fn address(&self) -> &str {
        &self.shell.address
    }
}
