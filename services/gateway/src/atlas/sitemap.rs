//! For robots: which pages there are, in both languages.

use askama::Template;

use crate::{
    i18n::Locale,
    model::generation::{Generation, lives},
};

/// `GET /sitemap.xml`: one part for each région.
#[derive(Debug, Template)]
#[template(path = "atlas/sitemap.xml")]
pub struct Index {
    parts: Vec<String>,
}

/// `GET /sitemaps/{region}`
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
        Self { parts: generation.regions().map(|code| format!("{origin}/sitemaps/{code}")).collect() }
    }
}

impl Part {
    /// A région's pages; none for a code that is none. The first région's part has the pages of the site too.
    #[must_use]
    pub fn new(generation: &Generation, origin: &str, region: &str) -> Option<Self> {
        generation.region(region)?.territory.as_ref()?;
        let mut paths = vec![format!("/regions/{region}")];
        if generation.regions().next() == Some(region) {
            paths.extend(["", "/recherche", "/plan-du-site", "/accessibilite", "/donnees-personnelles"].map(str::to_owned));
        }
        paths.extend(generation.departments_of(region).map(|code| format!("/departements/{code}")));
        let mut own: Vec<_> = generation.all().filter(|(_, it)| it.region_code == region && lives(it)).map(|(key, _)| key).collect();
        own.sort_unstable();
        paths.extend(own.into_iter().map(|key| format!("/collectivites/{key}")));
        let both = |path: &String| Locale::ALL.map(|locale| format!("{origin}{}{path}", locale.prefix()));
        Some(Self { pages: paths.iter().map(both).collect() })
    }
}
