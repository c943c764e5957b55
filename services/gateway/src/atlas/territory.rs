use std::sync::Arc;

use askama::Template;

use super::{Line, Reader};
use crate::{
    model::{
        generation::{Member, Place, Rank},
        tally::Tally,
    },
    page::{Page, Shell, Site},
};

/// How many communes one page lists.
const PAGE: usize = 100;

/// A territory with what lives in it, counted.
#[derive(Debug, Clone)]
pub struct Counted {
    /// The address of its page.
    pub href: String,
    /// Its name.
    pub name: String,
    /// Its code.
    pub code: String,
    /// How many communes, as a number and in words.
    pub communes: [String; 2],
    /// How many groupings, as a number and in words.
    pub groupings: [String; 2],
}

impl Counted {
    /// A région, with all that its départements hold.
    #[must_use]
    pub fn region(reader: &Reader<'_>, code: &str) -> Option<Self> {
        let own = reader.region(code)?;
        let within = reader.departments_of(code).into_iter().filter_map(|code| reader.department(code));
        let (communes, groupings) = std::iter::once(own).chain(within).map(count).fold((0, 0), |(a, b), (c, d)| (a + c, b + d));
        Self::of(reader, own, "/regions", communes, groupings)
    }

    /// A département.
    #[must_use]
    pub fn department(reader: &Reader<'_>, code: &str) -> Option<Self> {
        let place = reader.department(code)?;
        let (communes, groupings) = count(place);
        Self::of(reader, place, "/departements", communes, groupings)
    }

    fn of(reader: &Reader<'_>, place: &Place, under: &str, communes: usize, groupings: usize) -> Option<Self> {
        let (words, (_, territory)) = (reader.words(), place.territory.as_ref()?);
        Some(Self {
            href: reader.path(&format!("{under}/{}", territory.code)),
            name: territory.name.clone(),
            code: territory.code.clone(),
            communes: [words.number(communes), words.count("count-communes", communes)],
            groupings: [words.number(groupings), words.count("count-groupings", groupings)],
        })
    }
}

fn count(place: &Place) -> (usize, usize) {
    let of = |rank| place.members.iter().filter(|member| member.rank == rank).count();
    (of(Rank::Commune), of(Rank::Grouping))
}

/// `GET /regions/{code}`
#[derive(Debug, Template)]
#[template(path = "atlas/region.html")]
pub struct Region {
    shell: Shell,
    abroad: String,
    departments: Vec<Counted>,
    own: Vec<Line>,
}

impl Region {
    /// The départements of a région, and what lives in none of them; none for a code that is none.
    #[must_use]
    pub fn new(reader: &Reader<'_>, site: &Arc<Site>, code: &str) -> Option<Self> {
        let place = reader.region(code)?;
        let (_, territory) = place.territory.as_ref()?;
        let title = reader.words().name("region-title", &territory.name);
        Some(Self {
            shell: Shell::new(reader, site, format!("/regions/{code}"), title),
            abroad: abroad(reader, &reader.tally_of_region(code)),
            departments: reader.departments_of(code).into_iter().filter_map(|code| Counted::department(reader, code)).collect(),
            own: lines(reader, place.members.iter()),
        })
    }
}

impl Page for Region {
    fn address(&self) -> &str {
        &self.shell.address
    }
}

/// `GET /departements/{code}?page={n}`
#[derive(Debug, Template)]
#[template(path = "atlas/department.html")]
pub struct Department {
    shell: Shell,
    abroad: String,
    institutions: Vec<Line>,
    communes: Vec<Line>,
    commune_count: String,
    pages: Pages,
}

impl Department {
    /// The institutions and communes of a département; none for a code or a page that is none.
    #[must_use]
    pub fn new(reader: &Reader<'_>, site: &Arc<Site>, code: &str, page: usize) -> Option<Self> {
        let place = reader.department(code)?;
        let (_, territory) = place.territory.as_ref()?;
        let words = reader.words();
        let communes: Vec<&Member> = place.members.iter().filter(|member| member.rank == Rank::Commune).collect();
        let pages = Pages::new(reader, &format!("/departements/{code}?"), page, communes.len(), PAGE)?;
        let institutions = place.members.iter().filter(|member| member.rank != Rank::Commune && page == 1);
        let address = if page == 1 { format!("/departements/{code}") } else { format!("/departements/{code}?page={page}") };
        let mut shell = Shell::new(reader, site, address, words.name("department-title", format!("{} ({code})", territory.name)));
        if let Some((_, region)) = reader.region(&territory.region_code).and_then(|region| region.territory.as_ref()) {
            shell = shell.step(&region.name, reader.path(&format!("/regions/{}", region.code)));
        }
        Some(Self {
            abroad: abroad(reader, &reader.tally_of_department(code)),
            institutions: lines(reader, institutions),
            communes: lines(reader, communes.iter().skip((page - 1) * PAGE).take(PAGE).copied()),
            commune_count: words.count("count-communes", communes.len()),
            pages,
            shell,
        })
    }
}

impl Page for Department {
    fn address(&self) -> &str {
        &self.shell.address
    }
}

fn lines<'m>(reader: &Reader<'_>, members: impl Iterator<Item = &'m Member>) -> Vec<Line> {
    members.filter_map(|member| Some(reader.line(member.key, reader.listed(member.key)?, String::new()))).collect()
}

/// What those of a territory do abroad, in one line; empty for nothing.
fn abroad(reader: &Reader<'_>, of: &Tally) -> String {
    let words = reader.words();
    match of.partnerships {
        0 => String::new(),
        some => [words.count("count-actions", some), words.count("count-countries", of.countries)].join(" · "),
    }
}

/// The way through the pages of a list.
#[derive(Debug, Clone)]
pub struct Pages {
    /// The number of this one.
    pub current: usize,
    /// How many there are.
    pub last: usize,
    /// The numbers that are offered; 0 stands for those left out.
    pub offered: Vec<usize>,
    around: (usize, usize),
    base: String,
}

impl Pages {
    /// Where one is in a list of so many; none for a page that it does not have.
    #[must_use]
    pub fn new(reader: &Reader<'_>, base: &str, current: usize, total: usize, size: usize) -> Option<Self> {
        let last = total.div_ceil(size).max(1);
        if !(1..=last).contains(&current) {
            return None;
        }
        let mut offered = Vec::new();
        for number in (1..=last).filter(|n| *n == 1 || *n == last || n.abs_diff(current) <= 1) {
            if offered.last().is_some_and(|before| before + 1 < number) {
                offered.push(0);
            }
            offered.push(number);
        }
        Some(Self { current, last, offered, around: (current - 1, current + 1), base: reader.path(base) })
    }

    /// The number of the page before.
    #[must_use]
    pub const fn previous(&self) -> &usize {
        &(self.around.0)
    }

    /// The number of the page after.
    #[must_use]
    pub const fn next(&self) -> &usize {
        &(self.around.1)
    }

    /// The address of a page.
    #[must_use]
    pub fn href(&self, page: &usize) -> String {
        match page {
            1 => self.base.trim_end_matches(['?', '&']).to_owned(),
            page => format!("{}page={page}", self.base),
        }
    }
}
