use std::sync::Arc;

use askama::Template;

use super::{Line, Reader, territory::Pages};
use crate::{
    model::{
        key::Key,
        search::{Found, Search},
    },
    page::{Page, Shell, Site},
};

/// How many one page lists.
const PAGE: usize = 20;
/// Nobody reads further; a deeper page costs more for each result.
const LAST_PAGE: usize = 50;
/// What is typed beyond this is left out.
const LONGEST: usize = 200;

/// `GET /recherche?q={typed}&page={n}`
#[derive(Debug, Template)]
#[template(path = "atlas/search.html")]
pub struct Results {
    shell: Shell,
    asked: bool,
    summary: String,
    found: Vec<Line>,
    nearly: Vec<Line>,
    pages: Option<Pages>,
}

impl Results {
    /// What was found for what was typed; none for a page that there is not.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn new(reader: &Reader<'_>, site: &Arc<Site>, search: &Search, typed: &str, page: usize) -> tantivy::Result<Option<Self>> {
        let typed: String = typed.trim().chars().take(LONGEST).collect();
        if !(1..=LAST_PAGE).contains(&page) {
            return Ok(None);
        }
        let Found { keys, total, nearly } = search.find(&typed, (page - 1) * PAGE, PAGE)?;
        let words = reader.words();
        let query = |typed: &str| url::form_urlencoded::Serializer::new(String::new()).append_pair("q", typed).finish();
        let base = format!("/recherche?{}&", query(&typed));
        let Some(pages) = Pages::new(reader, &base, page, total.min(PAGE * LAST_PAGE), PAGE) else { return Ok(None) };
        let title = if typed.is_empty() { words.say("search-title") } else { words.name("search-title-for", &typed) };
        let address = if typed.is_empty() { "/recherche".to_owned() } else { format!("/recherche?{}", query(&typed)) };
        let summary = if total == 0 { words.name("search-none", &typed) } else { words.count("search-found", total) };
        let mut shell = Shell::new(reader, site, address, title);
        shell.indexed = typed.is_empty();
        shell.typed.clone_from(&typed);
        let lines = |keys: &[Key]| {
            keys.iter().filter_map(|key| reader.collectivite(*key).map(|it| reader.line(*key, it, reader.place_of(it)))).collect()
        };
        let (found, nearly) = (lines(&keys), lines(&nearly));
        Ok(Some(Self { shell, asked: !typed.is_empty(), summary, found, nearly, pages: Some(pages).filter(|pages| pages.last > 1) }))
    }
}

impl Page for Results {
    fn address(&self) -> &str {
        &self.shell.address
    }
}
