use std::sync::Arc;

use askama::Template;
use atlas_proto::projects::v1::{BudgetLine, Partnership, PartnershipStatus, Project, ProjectLink};

use super::{
    Reader,
    action::{Named, Origin, project_status_key},
};
use crate::{
    model::{cooperation::has_ended, id::Id},
    page::{Page, Shell, Site},
};

/// `GET /projets/{id}`
#[derive(Debug, Template)]
#[template(path = "atlas/project.html")]
pub struct Show {
    shell: Shell,
    about: String,
    origin: Origin,
    who: Vec<Named>,
    partners: Vec<Named>,
    /// What the fiche says first, in the order of the former Atlas.
    facts: Vec<(String, String)>,
    theme: Vec<Named>,
    /// Other themes, with how much they count.
    themes: Vec<(Named, String)>,
    goals: Vec<Named>,
    context: Vec<String>,
    history: Vec<String>,
    operators: Vec<String>,
    /// Year, source, amount.
    budget: Vec<[String; 3]>,
    links: Vec<Link>,
}

/// A page elsewhere; what is no address of the web is shown, and leads nowhere.
#[derive(Debug)]
struct Link {
    label: String,
    href: Option<String>,
}

impl Show {
    /// One project's page; none for an id that is unknown.
    #[must_use]
    pub fn new(reader: &Reader<'_>, site: &Arc<Site>, id: Id) -> Option<Self> {
        let it = reader.project(id)?;
        let words = reader.words();
        let partnerships: Vec<&Partnership> = it.partnership_ids.iter().filter_map(|id| reader.partnership(Id::read(id)?)).collect();
        let mut shell = Shell::new(reader, site, format!("/projets/{id}"), &it.title);
        let (mut who, mut partners) = (Vec::new(), Vec::new());
        for partnership in &partnerships {
            who.extend(reader.participants(partnership).into_iter().map(|(key, it)| reader.placed_collectivite(key, it)));
            let Some((id, partner, country)) = reader.standing(&partnership.partner_id) else { continue };
            let (country, href) = (reader.named_country(country), reader.path(&format!("/partenaires/{id}")));
            if partners.is_empty() {
                shell = shell.step(&country.name, &country.href).step(&partner.name, &href);
            }
            partners.push(Named { name: partner.name.clone(), href, about: country.name });
        }
        (who, partners) = (once_each(who), once_each(partners));
        let lead = partnerships.first().copied();
        Some(Self {
            shell,
            about: project_status_key(it.status()).map(|key| words.say(key)).unwrap_or_default(),
            origin: Origin::new(words, it.provenance.as_ref()),
            who,
            partners,
            facts: facts(reader, it, lead),
            theme: it.themes.first().map(|theme| way(reader, &theme.theme_code)).unwrap_or_default(),
            themes: themes(reader, it),
            goals: it.sdgs.iter().filter_map(|goal| goal_line(reader, *goal)).collect(),
            context: paragraphs(&it.context),
            history: paragraphs(&it.history),
            operators: it.operators.clone(),
            budget: it.budget.iter().map(|line| budget_line(reader, line)).collect(),
            links: it.links.iter().map(Link::from).collect(),
        })
    }
}

impl Page for Show {
    fn address(&self) -> &str {
        &self.shell.address
    }
}

fn once_each(all: Vec<Named>) -> Vec<Named> {
    let mut each: Vec<Named> = Vec::with_capacity(all.len());
    for one in all {
        if !each.contains(&one) {
            each.push(one);
        }
    }
    each
}

fn facts(reader: &Reader<'_>, it: &Project, lead: Option<&Partnership>) -> Vec<(String, String)> {
    let words = reader.words();
    let signed = lead.into_iter().flat_map(|lead| &lead.conventions).map(|convention| &convention.signed_on);
    let first = signed.filter(|day| !day.is_empty()).min().and_then(|day| day.get(..4)).unwrap_or_default().to_owned();
    let ended = lead.filter(|lead| has_ended(lead)).map(|lead| words.day(&lead.status_since)).unwrap_or_default();
    let state = lead.and_then(|lead| partnership_state(lead.status())).map(|key| words.say(key)).unwrap_or_default();
    let all = [
        ("project-first-signed", first),
        ("project-partnership-began", lead.and_then(|lead| lead.start_year).map(|year| year.to_string()).unwrap_or_default()),
        ("project-partnership-is", state),
        ("project-partnership-ended", ended),
        ("project-starts", words.day(&it.starts_on)),
        ("project-ends", words.day(&it.ends_on)),
        ("project-number", it.legacy_id.map(|number| number.to_string()).unwrap_or_default()),
    ];
    all.into_iter().filter(|(_, value)| !value.is_empty()).map(|(key, value)| (words.say(key), value)).collect()
}

const fn partnership_state(status: PartnershipStatus) -> Option<&'static str> {
    match status {
        PartnershipStatus::Active => Some("action-active"),
        PartnershipStatus::Dormant => Some("action-dormant"),
        PartnershipStatus::Suspended => Some("action-suspended"),
        PartnershipStatus::Ended => Some("action-ended"),
        PartnershipStatus::Unspecified => None,
    }
}

/// The way from the top of the list of themes to one.
fn way(reader: &Reader<'_>, code: &str) -> Vec<Named> {
    let mut way = Vec::new();
    let mut next = reader.theme(code);
    while let Some(theme) = next.filter(|_| way.len() < 5) {
        way.insert(0, reader.named_theme(theme));
        next = reader.theme(&theme.parent_code);
    }
    way
}

fn themes(reader: &Reader<'_>, it: &Project) -> Vec<(Named, String)> {
    let named = |code: &str| reader.theme(code).map(|theme| reader.named_theme(theme));
    let others = it.themes.iter().skip(1);
    others.filter_map(|theme| Some((named(&theme.theme_code)?, theme.priority.to_string()))).collect()
}

fn goal_line(reader: &Reader<'_>, goal: i32) -> Option<Named> {
    let name = reader.goal_name(usize::try_from(goal).ok()?)?;
    Some(Named { name, href: reader.path(&format!("/odd/{goal}")), about: String::new() })
}

/// A text as its lines part it.
fn paragraphs(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

fn budget_line(reader: &Reader<'_>, line: &BudgetLine) -> [String; 3] {
    [line.year.to_string(), line.source.clone(), reader.words().money(line.amount_cents)]
}

impl From<&ProjectLink> for Link {
    fn from(it: &ProjectLink) -> Self {
        let href = url::Url::parse(&it.url).ok().filter(|url| matches!(url.scheme(), "http" | "https")).map(String::from);
        Self { label: if it.label.is_empty() { it.url.clone() } else { it.label.clone() }, href }
    }
}
