use std::collections::HashMap;

use atlas_proto::projects::v1::{BudgetLine, ImportedProject, PartnershipStatus, Project, ProjectStatus, ProjectTheme, Theme};

use super::{
    Invented,
    bodies::PARIS,
    dice::{Dice, cumulated},
    partnerships::{self, Made, THIS_YEAR, provenance},
    words::{self, Names, Words},
};

/// All projects: so many in all, in Mali, and of Paris.
pub fn all(invented: &Invented, made: &[Made]) -> Vec<ImportedProject> {
    let mut dice = Dice::of(4);
    let under = under(invented, &mut dice);
    let mut beside: HashMap<usize, Vec<usize>> = HashMap::new();
    for (at, link) in invented.links.iter().enumerate().filter(|(_, link)| link.convention) {
        beside.entry(link.body).or_default().push(at);
    }
    let mut numbers: HashMap<usize, usize> = HashMap::new();
    let mut projects = Vec::with_capacity(under.len());
    for at in under {
        let number = numbers.entry(at).or_default();
        *number += 1;
        let mut project = project(at, invented, made, &mut dice);
        let second = *dice.pick(&beside[&invented.links[at].body]);
        if second != at && dice.percent(2) && !is_counted(invented, at) && !is_counted(invented, second) {
            project.partnership_ids.push(made[second].natural_key.clone());
        }
        let natural_key = format!("{} {number}", made[at].natural_key);
        projects.push(ImportedProject { natural_key, project: Some(project) });
    }
    projects
}

/// Whether the share of its country or collectivité is exact.
fn is_counted(invented: &Invented, at: usize) -> bool {
    let link = &invented.links[at];
    invented.bodies[link.body].id == PARIS || invented.places[link.place].country() == "ML"
}

/// The partnership of each project, by its place among the links: cooperation projects are done under conventions.
fn under(invented: &Invented, dice: &mut Dice) -> Vec<usize> {
    let of = |wanted: &dyn Fn(usize) -> bool| -> Vec<usize> {
        (0..invented.links.len()).filter(|at| invented.links[*at].convention && wanted(*at)).collect()
    };
    let is_paris = |at: usize| invented.bodies[invented.links[at].body].id == PARIS;
    let in_mali = |at: usize| invented.places[invented.links[at].place].country() == "ML";
    let sizes = &invented.sizes;
    let rest = sizes.projects - sizes.mali_projects - sizes.paris_projects;
    let mut under = Vec::with_capacity(sizes.projects);
    for (group, many) in
        [(of(&in_mali), sizes.mali_projects), (of(&is_paris), sizes.paris_projects), (of(&|at| !in_mali(at) && !is_paris(at)), rest)]
    {
        let weight = |at: &usize| {
            let link = &invented.links[*at];
            let distance = if invented.places[link.place].is_near { 2 } else { 7 };
            distance * if invented.bodies[link.body].population > 50_000 { 2 } else { 1 }
        };
        let weights = cumulated(group.iter().map(weight));
        under.extend((0..many).map(|_| group[dice.weighted(&weights)]));
    }
    under.sort_unstable();
    under
}

fn project(at: usize, invented: &Invented, made: &[Made], dice: &mut Dice) -> Project {
    let (link, one) = (&invented.links[at], &made[at]);
    let (body, place) = (&invented.bodies[link.body], &invented.places[link.place]);
    let theme = if dice.percent(55) { one.theme } else { partnerships::theme(&invented.themes, link, place, dice) };
    let names = Names { place: &place.partner.record.name, within: &place.within, lead: &body.name };
    let begins = dice.between(one.since.max(1998), last_year(one).max(one.since.max(1998)));
    let ends = begins + dice.between(1, 4);
    let say = |text: &str| words::fill(&text.replace("{année}", &one.since.to_string()), &names);
    let context = [dice.pick(theme.needs), dice.pick(theme.actions), dice.pick(&words::ENDINGS)].map(|text| say(text)).join(" ");
    let (themes, sdgs) = themes(theme, &invented.themes, one.theme, dice);
    let (title, history) = (*dice.pick(theme.titles), *dice.pick(&words::HISTORIES));
    Project {
        partnership_ids: vec![one.natural_key.clone()],
        title: say(title),
        themes,
        sdgs,
        status: status(one, begins, ends, dice).into(),
        starts_on: begins.to_string(),
        ends_on: if dice.percent(80) { ends.to_string() } else { String::new() },
        context,
        history: if dice.percent(60) { say(history) } else { String::new() },
        budget: budget(begins, ends, &body.name, theme, dice),
        provenance: Some(provenance()),
        ..Project::default()
    }
}

/// The last year that a project of a partnership may begin in.
fn last_year(one: &Made) -> i64 {
    let ended = one.partnership.status() == PartnershipStatus::Ended;
    if ended { one.partnership.status_since.parse().unwrap_or(THIS_YEAR) } else { THIS_YEAR }
}

fn status(one: &Made, begins: i64, ends: i64, dice: &mut Dice) -> ProjectStatus {
    let over = ends < THIS_YEAR || one.partnership.status() == PartnershipStatus::Ended;
    match (over, one.partnership.status()) {
        (true, _) if dice.percent(4) => ProjectStatus::Abandoned,
        (true, _) => ProjectStatus::Completed,
        (false, PartnershipStatus::Suspended) => ProjectStatus::Suspended,
        (false, _) if begins >= THIS_YEAR => ProjectStatus::Planned,
        (false, _) => ProjectStatus::Ongoing,
    }
}

/// The theme and its goals, and often the one of the partnership.
fn themes(theme: &Words, all: &[Theme], other: &Words, dice: &mut Dice) -> (Vec<ProjectTheme>, Vec<i32>) {
    let mut themes = vec![ProjectTheme { theme_code: theme.code.to_owned(), priority: 1 }];
    if other.code != theme.code && dice.percent(70) {
        themes.push(ProjectTheme { theme_code: other.code.to_owned(), priority: 2 });
    }
    let of_theme = all.iter().find(|known| known.code == theme.code);
    let mut sdgs: Vec<i32> = of_theme.map(|known| known.sdgs.clone()).unwrap_or_default();
    sdgs.truncate(3);
    if dice.percent(50) {
        sdgs.push(17);
    }
    sdgs.sort_unstable();
    sdgs.dedup();
    (themes, sdgs)
}

/// What each year costs, and who pays: the collectivité more than the State.
fn budget(begins: i64, ends: i64, lead: &str, theme: &Words, dice: &mut Dice) -> Vec<BudgetLine> {
    if dice.percent(25) {
        return Vec::new();
    }
    let own = dice.between(3, 60) * 50_000;
    let lead = super::french::capital(lead);
    let mut lines = Vec::new();
    for year in (begins..=ends).take(3) {
        let mut pays = |source: &str, amount_cents: i64| {
            lines.push(BudgetLine { year: i32::try_from(year).unwrap_or_default(), source: source.to_owned(), amount_cents });
        };
        pays(&lead, own);
        if own > 500_000 {
            pays("Ministère de l'Europe et des affaires étrangères", own / 2);
        }
        if theme.code == "EAU" {
            pays("Agence de l'eau", own / 3);
        }
    }
    lines
}
