//! As much external action as the Atlas must hold, invented: names that are found, texts that weigh something.

use atlas_proto::{
    directory::v1::{Country, CountryEvent, Partner, PartnerEvent, PartnerLevel, PartnerName, PartnerState},
    projects::v1::{
        ExportHeader, Framework, Partnership, PartnershipEvent, PartnershipStatus, Project, ProjectEvent, ProjectStatus, ProjectTheme,
        Provenance, Theme, ThemeEvent,
    },
};
use gateway::model::draft::Draft;

const COUNTRIES: usize = 146;
const PARTNERS: usize = 8_674;
const PARTNERSHIPS: usize = 14_000;
const PROJECTS: usize = 12_756;
const THEMES: usize = 22;
const SYLLABLES: [&str; 12] = ["ba", "den", "kou", "li", "mar", "né", "ouag", "pra", "ri", "sé", "tan", "vol"];
const TEXT: &str = "Le projet accompagne les services techniques de la ville partenaire. Il forme des agents et équipe les quartiers. ";

/// Puts it beside the register; some 4,800 collectivités take part.
pub fn fill(draft: &mut Draft, collectivites: &[String], times: usize) {
    for n in 0..COUNTRIES {
        let country = Country { iso2: iso2(n), name_fr: format!("Pays {}", name(n)), name_en: name(n), version: 1, ..Country::default() };
        draft.country(CountryEvent { epoch: 1, version: 1, country: Some(country) });
    }
    (0..PARTNERS * times)
        .for_each(|n| draft.partner(PartnerEvent { epoch: 1, version: 1, partner: Some(partner(n)), partner_id: String::new() }));
    draft.begin_record(&ExportHeader { epoch: 1, ..ExportHeader::default() });
    for n in 0..THEMES {
        let theme = Theme { code: format!("THEME_{n}"), name_fr: name(n), name_en: name(n), version: 1, ..Theme::default() };
        draft.theme(ThemeEvent { epoch: 1, version: 1, theme: Some(theme) });
    }
    for it in (0..PARTNERSHIPS * times).map(|n| partnership(n, times, collectivites)) {
        draft.partnership(PartnershipEvent { epoch: 1, version: 1, partnership_id: it.partnership_id.clone(), partnership: Some(it) });
    }
    for it in (0..PROJECTS * times).map(|n| project(n, times)) {
        draft.project(ProjectEvent { epoch: 1, version: 1, project_id: it.project_id.clone(), project: Some(it) });
    }
}

fn iso2(n: usize) -> String {
    [n / 26, n % 26].map(|letter| char::from(b'A' + u8::try_from(letter).unwrap_or_default())).iter().collect()
}

fn name(n: usize) -> String {
    let syllable = |step: usize| SYLLABLES[n / SYLLABLES.len().pow(u32::try_from(step).unwrap_or_default()) % SYLLABLES.len()];
    let name: String = (0..4).map(syllable).collect();
    name[..1].to_uppercase() + &name[1..]
}

fn id(kind: u8, n: usize) -> String {
    format!("0192f0{kind:02x}-0000-7000-8000-{n:012x}")
}

/// A fifth of them is in the first country, as with Germany.
fn partner(n: usize) -> Partner {
    let country = if n.is_multiple_of(5) { 0 } else { n % COUNTRIES };
    Partner {
        partner_id: id(1, n),
        country_iso2: iso2(country),
        level: PartnerLevel::Municipality.into(),
        name: name(n),
        other_names: vec![PartnerName { name: format!("{} am Fluss", name(n)), language: "de".to_owned() }],
        division: format!("Province {}", name(n % 20)),
        population: i64::try_from(n * 37 % 900_000).ok(),
        origin: "demo".to_owned(),
        state: PartnerState::Active.into(),
        version: 1,
        ..Partner::default()
    }
}

fn partnership(n: usize, times: usize, collectivites: &[String]) -> Partnership {
    let lead = collectivites[n * 7 % collectivites.len().min(4_788 * times)].clone();
    Partnership {
        partnership_id: id(2, n),
        partner_id: id(1, n % (PARTNERS * times)),
        collectivite_ids: vec![lead.clone()],
        lead_collectivite_id: lead,
        framework: if n.is_multiple_of(3) { Framework::Convention } else { Framework::None }.into(),
        twinning: n.is_multiple_of(2),
        status: if n.is_multiple_of(10) { PartnershipStatus::Ended } else { PartnershipStatus::Active }.into(),
        start_year: i32::try_from(1950 + n % 70).ok(),
        provenance: Some(Provenance { origin: "demo".to_owned(), ..Provenance::default() }),
        version: 1,
        ..Partnership::default()
    }
}

fn project(n: usize, times: usize) -> Project {
    Project {
        project_id: id(3, n),
        legacy_id: u64::try_from(n).ok(),
        partnership_ids: vec![id(2, n % (PARTNERSHIPS * times))],
        title: format!("Appui à {} et échanges avec {}", name(n), name(n + 5)),
        themes: vec![ProjectTheme { theme_code: format!("THEME_{}", n % THEMES), priority: 1 }],
        sdgs: vec![i32::try_from(1 + n % 17).unwrap_or(1)],
        status: ProjectStatus::Ongoing.into(),
        starts_on: "2019".to_owned(),
        context: TEXT.repeat(3),
        history: TEXT.repeat(2),
        provenance: Some(Provenance { origin: "demo".to_owned(), ..Provenance::default() }),
        version: 1,
        ..Project::default()
    }
}
