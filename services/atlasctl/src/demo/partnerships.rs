use std::collections::HashMap;

use atlas_proto::projects::v1::{Convention, Framework, ImportedPartnership, Partnership, PartnershipStatus, Provenance, Theme};

use super::{
    Invented,
    bodies::{Body, PARIS},
    dice::Dice,
    french::{capital, of},
    links::Link,
    places::PartnerPlace,
    words::{self, Names, Words},
};

/// As the source of everything that is invented is called, where sources are shown.
pub const SOURCE: &str = "Données de démonstration";
/// The year in which the demonstration was written: nothing begins after it, whenever it is loaded.
pub const THIS_YEAR: i64 = 2026;

/// A partnership, and what projects under it follow from.
pub struct Made {
    /// What it is known by.
    pub natural_key: String,
    /// When it began.
    pub since: i64,
    /// What it is about.
    pub theme: &'static Words,
    /// Its message, but for the id of the partner.
    pub partnership: Partnership,
}

impl Made {
    /// The message, once directory has said which partner it is.
    pub fn imported(&self, partner_id: &str) -> ImportedPartnership {
        let partnership = Partnership { partner_id: partner_id.to_owned(), ..self.partnership.clone() };
        ImportedPartnership { natural_key: self.natural_key.clone(), partnership: Some(partnership) }
    }
}

/// Where everything invented comes from.
pub fn provenance() -> Provenance {
    Provenance { origin: "demo".to_owned(), source: SOURCE.to_owned(), ..Provenance::default() }
}

/// Words of one of the themes, those that suit the place.
pub fn theme(themes: &[Theme], link: &Link, place: &PartnerPlace, dice: &mut Dice) -> &'static Words {
    const NEAR: [&str; 12] = ["JUM", "CULT", "EDUC", "JEUN", "SPORT", "ENV", "TOUR", "URB", "ECO", "ENER", "FRANCO", "ECMS"];
    const FAR: [&str; 18] = [
        "EAU", "EDUC", "SANTE", "GOUV", "AGRI", "EAU", "EDUC", "ENV", "DECH", "ENER", "CULT", "ECO", "JEUN", "SOC", "NUM", "URB", "MIGR",
        "URG",
    ];
    const NEIGHBOURS: [&str; 6] = ["BE", "CH", "DE", "ES", "IT", "LU"];
    let code = match place.is_near {
        true if NEIGHBOURS.contains(&place.country()) && dice.percent(8) => "TRANSF",
        true if link.twinning && dice.percent(35) => "JUM",
        true => dice.pick(&NEAR),
        false => dice.pick(&FAR),
    };
    let known = themes.iter().find(|theme| theme.code == code).or_else(|| themes.first());
    words::of_theme(known.map_or(code, |theme| &theme.code))
}

/// All partnerships, in the order of links.
pub fn all(invented: &Invented) -> Vec<Made> {
    let mut dice = Dice::of(3);
    let mut neighbours: HashMap<&str, Vec<&Body>> = HashMap::new();
    for body in invented.bodies.iter().filter(|body| !body.department.is_empty() && body.id != PARIS) {
        neighbours.entry(&body.department).or_default().push(body);
    }
    let near = |body: &Body| neighbours.get(body.department.as_str()).map(Vec::as_slice).unwrap_or_default();
    invented.links.iter().map(|link| made(link, invented, near(&invented.bodies[link.body]), &mut dice)).collect()
}

fn made(link: &Link, invented: &Invented, neighbours: &[&Body], dice: &mut Dice) -> Made {
    let (body, place) = (&invented.bodies[link.body], &invented.places[link.place]);
    let theme = theme(&invented.themes, link, place, dice);
    let since = since(link, place, dice);
    let mut together = vec![body.id.clone()];
    if body.id != PARIS && !neighbours.is_empty() && dice.percent(3) {
        together.extend((0..dice.between(1, 3)).map(|_| dice.pick(neighbours).id.clone()));
    }
    together.sort();
    together.dedup();
    let (status, status_since) = status(link, since, dice);
    let names = Names { place: &place.partner.record.name, within: &place.within, lead: &body.name };
    let description = dice.pick(&words::DESCRIPTIONS).replace("{objet}", theme.object).replace("{année}", &since.to_string());
    let unknown = dice.percent(6) && !link.ended;
    let partnership = Partnership {
        lead_collectivite_id: body.id.clone(),
        collectivite_ids: together,
        framework: if link.convention { Framework::Convention } else { Framework::None }.into(),
        twinning: link.twinning,
        oudin_santini: theme.code == "EAU" && dice.percent(40),
        status: status.into(),
        status_since,
        start_year: if unknown { None } else { i32::try_from(since).ok() },
        start_year_unknown: unknown,
        conventions: if link.convention { conventions(link, since, theme, &names, dice) } else { Vec::new() },
        description: words::fill(&description, &names),
        provenance: Some(provenance()),
        ..Partnership::default()
    };
    Made { natural_key: format!("{} {}", body.id, place.number), since, theme, partnership }
}

/// Twinnings of Europe began after the war, the others later.
fn since(link: &Link, place: &PartnerPlace, dice: &mut Dice) -> i64 {
    let last = if link.ended { 2012 } else { 2024 };
    match (place.is_near, link.twinning) {
        (true, true) if dice.percent(70) => dice.between(1958, 1998),
        (true, _) => dice.between(1985, last),
        (false, true) => dice.between(1975, last),
        (false, false) => dice.between(1992, last),
    }
}

fn status(link: &Link, since: i64, dice: &mut Dice) -> (PartnershipStatus, String) {
    if link.ended {
        return (PartnershipStatus::Ended, dice.between((since + 4).max(2005), 2025).to_string());
    }
    match dice.below(100) {
        0..3 => (PartnershipStatus::Suspended, dice.between(2019, 2025).max(since).to_string()),
        3..15 => (PartnershipStatus::Dormant, String::new()),
        _ => (PartnershipStatus::Active, String::new()),
    }
}

fn conventions(link: &Link, since: i64, theme: &Words, names: &Names<'_>, dice: &mut Dice) -> Vec<Convention> {
    let between = format!("entre {} et {}", names.lead, names.place);
    let first = Convention {
        object: if link.twinning { format!("Serment de jumelage {between}") } else { about(theme, &between) },
        forecast_cents: (!link.twinning).then(|| dice.between(8, 240) * 100_000),
        signed_on: day(since, dice),
        tacit_renewal: link.twinning,
        ..Convention::default()
    };
    if !dice.percent(30) || link.ended || since > 2020 {
        return vec![first];
    }
    let signed = dice.between(2021, 2025);
    let next = Convention {
        object: about(theme, &between),
        forecast_cents: Some(dice.between(10, 400) * 100_000),
        signed_on: day(signed, dice),
        ends_on: format!("{}-12-31", signed + dice.between(2, 4)),
        ..Convention::default()
    };
    vec![next, first]
}

/// « Convention de coopération entre … et … pour l'éducation ».
fn about(theme: &Words, between: &str) -> String {
    capital(&format!("convention {} décentralisée {between} : {}", of("coopération"), theme.object))
}

fn day(year: i64, dice: &mut Dice) -> String {
    format!("{year}-{:02}-{:02}", dice.between(1, 12), dice.between(1, 28))
}
