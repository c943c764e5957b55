mod others;

use std::sync::Arc;

use askama::Template;

use self::others::{Others, countries};
use super::{Line, Reader, action::Named, territory::Pages};
use crate::{
    model::{
        id::Id,
        key::Key,
        search::{Found, Search},
    },
    page::{Page, Shell, Site},
};

/// How many one page lists.
const PAGE: usize = 20;
/// Nobody reads further; a deeper page costs more for each result.
const LAST_PAGE: usize = 50;
/// How many of the other kinds are shown beside collectivités.
const BESIDE: usize = 5;
/// What is typed beyond this is left out.
const LONGEST: usize = 200;

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Collectivités, with a few of the others beside.
    Collectivites,
    /// Foreign partners alone.
    Partners,
    /// Projects alone.
    Projects,
}

impl Kind {
    /// As addresses write it; none for what is no kind.
    #[must_use]
    pub fn read(text: Option<&str>) -> Option<Self> {
        match text {
            None | Some("") => Some(Self::Collectivites),
            Some("partenaires") => Some(Self::Partners),
            Some("projets") => Some(Self::Projects),
            Some(_) => None,
        }
    }

    const fn parameter(self) -> &'static str {
        match self {
            Self::Collectivites => "",
            Self::Partners => "&type=partenaires",
            Self::Projects => "&type=projets",
        }
    }
}

/// `GET /recherche?q={typed}&type={kind}&page={n}`
#[derive(Debug, Template)]
#[template(path = "atlas/search.html")]
pub struct Results {
    shell: Shell,
    asked: bool,
    summary: String,
    /// The kinds that were found, with where each is listed, and whether this is it.
    kinds: Vec<(Named, bool)>,
    countries: Vec<Named>,
    found: Vec<Line>,
    nearly: Vec<Line>,
    pages: Option<Pages>,
    /// The first of the other kinds.
    others: Vec<Others>,
}

/// What was asked.
pub struct Asked<'a> {
    typed: String,
    query: String,
    kind: Kind,
    page: usize,
    search: &'a Search,
}

impl Results {
    /// What was found for what was typed; none for a page that there is not.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn new(
        reader: &Reader<'_>,
        site: &Arc<Site>,
        search: &Search,
        typed: &str,
        (kind, page): (Kind, usize),
    ) -> tantivy::Result<Option<Self>> {
        let typed: String = typed.trim().chars().take(LONGEST).collect();
        if !(1..=LAST_PAGE).contains(&page) {
            return Ok(None);
        }
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", &typed).finish();
        let asked = Asked { typed, query, kind, page, search };
        let skip = (page - 1) * PAGE;
        match kind {
            Kind::Collectivites => {
                let Found { keys, total, nearly } = search.find(&asked.typed, skip, PAGE)?;
                let lines = |keys: &[Key]| {
                    keys.iter().filter_map(|key| reader.collectivite(*key).map(|it| reader.line(*key, it, reader.place_of(it)))).collect()
                };
                asked.page_of(reader, site, total, [lines(&keys), lines(&nearly)])
            }
            Kind::Partners => {
                let Found { keys, total, nearly } = search.find_partners(&asked.typed, skip, PAGE)?;
                let lines = |ids: &[Id]| ids.iter().filter_map(|id| others::partner(reader, *id)).collect();
                asked.page_of(reader, site, total, [lines(&keys), lines(&nearly)])
            }
            Kind::Projects => {
                let Found { keys, total, nearly } = search.find_projects(&asked.typed, skip, PAGE)?;
                let lines = |ids: &[Id]| ids.iter().filter_map(|id| others::project(reader, *id)).collect();
                asked.page_of(reader, site, total, [lines(&keys), lines(&nearly)])
            }
        }
    }
}

impl Asked<'_> {
    fn page_of(
        self,
        reader: &Reader<'_>,
        site: &Arc<Site>,
        total: usize,
        [found, nearly]: [Vec<Line>; 2],
    ) -> tantivy::Result<Option<Results>> {
        let words = reader.words();
        let base = format!("/recherche?{}{}&", self.query, self.kind.parameter());
        let Some(pages) = Pages::new(reader, &base, self.page, total.min(PAGE * LAST_PAGE), PAGE) else { return Ok(None) };
        let title = if self.typed.is_empty() { words.say("search-title") } else { words.name("search-title-for", &self.typed) };
        let address = if self.typed.is_empty() { "/recherche".to_owned() } else { base.trim_end_matches('&').to_owned() };
        let mut shell = Shell::new(reader, site, address, title);
        shell.indexed = self.typed.is_empty();
        shell.typed.clone_from(&self.typed);
        let partners = Others::partners(reader, &self)?;
        let projects = Others::projects(reader, &self)?;
        let kinds = self.kinds(reader, partners.total, projects.total)?;
        let first = self.kind == Kind::Collectivites && self.page == 1;
        Ok(Some(Results {
            shell,
            asked: !self.typed.is_empty(),
            summary: self.summary(reader, total),
            kinds,
            countries: if self.page == 1 { countries(reader, &self.typed) } else { Vec::new() },
            found,
            nearly,
            pages: Some(pages).filter(|pages| pages.last > 1),
            others: [partners, projects].into_iter().filter(|others| first && others.total > 0).collect(),
        }))
    }

    fn summary(&self, reader: &Reader<'_>, total: usize) -> String {
        let (none, some) = match self.kind {
            Kind::Collectivites => ("search-none", "search-found"),
            Kind::Partners => ("search-none-partner", "search-found-partners"),
            Kind::Projects => ("search-none-project", "search-found-projects"),
        };
        if total == 0 { reader.words().name(none, &self.typed) } else { reader.words().count(some, total) }
    }

    /// The ways to each kind; none where there are only collectivités.
    fn kinds(&self, reader: &Reader<'_>, partners: usize, projects: usize) -> tantivy::Result<Vec<(Named, bool)>> {
        if partners + projects == 0 && self.kind == Kind::Collectivites {
            return Ok(Vec::new());
        }
        let collectivites = self.search.find(&self.typed, 0, 1)?.total;
        let all = [
            (Kind::Collectivites, "search-collectivites", collectivites),
            (Kind::Partners, "search-partners", partners),
            (Kind::Projects, "search-projects", projects),
        ];
        let named = all.map(|(kind, key, total)| (self.way(reader, kind, reader.words().say(key), total), kind == self.kind));
        Ok(named.into_iter().collect())
    }

    fn way(&self, reader: &Reader<'_>, kind: Kind, name: String, total: usize) -> Named {
        let href = reader.path(&format!("/recherche?{}{}", self.query, kind.parameter()));
        Named { name, href, about: reader.words().number(total) }
    }
}

impl Page for Results {
    fn address(&self) -> &str {
        &self.shell.address
    }
}
