use std::sync::Arc;

use askama::Template;

use super::{Reader, territory::Counted};
use crate::page::{Page, Shell, Site};

/// `GET /`
#[derive(Debug, Template)]
#[template(path = "atlas/home.html")]
pub struct Home {
    shell: Shell,
    figures: Vec<(String, String)>,
    regions: Vec<Counted>,
}

impl Home {
    /// The search, the figures, the régions.
    #[must_use]
    pub fn new(reader: &Reader<'_>, site: &Arc<Site>) -> Self {
        let words = reader.words();
        let of = reader.figures();
        let figures = [
            ("figure-communes", of.communes),
            ("figure-groupings", of.groupings),
            ("figure-councils", of.councils),
            ("figure-cards", of.with_card),
        ];
        let mut regions: Vec<Counted> = reader.regions().into_iter().filter_map(|code| Counted::region(reader, code)).collect();
        regions.sort_by_key(|region| crate::model::fold(&region.name));
        Self {
            shell: Shell::new(reader, site, "/", words.say("home-title")),
            figures: figures.into_iter().filter(|(_, n)| *n > 0).map(|(key, n)| (words.number(n), words.count(key, n))).collect(),
            regions,
        }
    }
}

impl Page for Home {
    fn address(&self) -> &str {
        &self.shell.address
    }
}
