use super::{Asked, BESIDE, Kind};
use crate::{
    atlas::{
        Line, Reader,
        action::{Named, level_key},
    },
    model::{fold, id::Id},
};

/// A country is meant from this many letters on.
const SHORTEST_COUNTRY: usize = 3;
/// How many of them are proposed.
const MOST_COUNTRIES: usize = 3;

/// The first ones of another kind.
#[derive(Debug)]
pub struct Others {
    /// What they are.
    pub title: String,
    /// How many there are.
    pub total: usize,
    /// The first of them.
    pub lines: Vec<Line>,
    /// Where all of them are; none where these are all.
    pub all: Option<Named>,
}

impl Others {
    /// Foreign partners.
    pub fn partners(reader: &Reader<'_>, asked: &Asked<'_>) -> tantivy::Result<Self> {
        let found = asked.search.find_partners(&asked.typed, 0, BESIDE)?;
        let lines = found.keys.iter().filter_map(|id| partner(reader, *id)).collect();
        let words = [reader.words().say("search-partners"), reader.words().count("search-all-partners", found.total)];
        Ok(Self::new(reader, asked, Kind::Partners, words, found.total, lines))
    }

    /// Projects.
    pub fn projects(reader: &Reader<'_>, asked: &Asked<'_>) -> tantivy::Result<Self> {
        let found = asked.search.find_projects(&asked.typed, 0, BESIDE)?;
        let lines = found.keys.iter().filter_map(|id| project(reader, *id)).collect();
        let words = [reader.words().say("search-projects"), reader.words().count("search-all-projects", found.total)];
        Ok(Self::new(reader, asked, Kind::Projects, words, found.total, lines))
    }

    fn new(reader: &Reader<'_>, asked: &Asked<'_>, kind: Kind, [title, all]: [String; 2], total: usize, lines: Vec<Line>) -> Self {
        let all = Some(asked.way(reader, kind, all, total)).filter(|_| total > BESIDE);
        Self { title, total, lines, all }
    }
}

/// The line that leads to a partner's page.
pub fn partner(reader: &Reader<'_>, id: Id) -> Option<Line> {
    let (id, it, country) = reader.standing(&id.to_string())?;
    let place = [it.division.as_str(), reader.country_name(country)];
    Some(Line {
        href: reader.path(&format!("/partenaires/{id}")),
        name: it.name.clone(),
        kind: reader.words().say(level_key(it.level()).unwrap_or("level-other")),
        place: place.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "),
        ended: false,
    })
}

/// The line that leads to a project's page.
pub fn project(reader: &Reader<'_>, id: Id) -> Option<Line> {
    let Named { name, href, about } = reader.located_project(id)?;
    Some(Line { href, name, kind: about, place: String::new(), ended: false })
}

/// The countries that may be meant: those whose name begins so, in either language, or whose code it is.
pub fn countries(reader: &Reader<'_>, typed: &str) -> Vec<Named> {
    let (code, typed) = (typed.trim().to_uppercase(), fold(typed));
    let mut meant: Vec<_> = reader
        .countries()
        .filter_map(|it| {
            let named = [&it.name_fr, &it.name_en].map(|name| fold(name));
            let begins = typed.chars().count() >= SHORTEST_COUNTRY && named.iter().any(|name| name.starts_with(&typed));
            let whole = code == it.iso3 || named.contains(&typed);
            (begins || whole).then(|| (!whole, fold(reader.country_name(it)), it))
        })
        .collect();
    meant.sort_by(|(one, name, _), (other, other_name, _)| (one, name).cmp(&(other, other_name)));
    let counted = |it| {
        let named = reader.named_country(it);
        let partners = reader.tally_of_nation(&it.iso2).partners;
        Named { about: if partners == 0 { String::new() } else { reader.words().count("count-partners", partners) }, ..named }
    };
    meant.into_iter().take(MOST_COUNTRIES).map(|(_, _, it)| counted(it)).collect()
}
