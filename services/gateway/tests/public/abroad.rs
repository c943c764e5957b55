//! What the small France does abroad.

use atlas_proto::{
    directory::v1::{Country, CountryEvent, ExportBatch, Partner, PartnerEvent, PartnerLevel, PartnerName, PartnerState},
    projects::v1::{
        BudgetLine, Convention, ExportBatch as RecordBatch, Framework, Partnership, PartnershipEvent, PartnershipStatus, Project,
        ProjectEvent, ProjectLink, ProjectStatus, ProjectTheme, Provenance, Theme, ThemeEvent,
    },
};

use crate::fixture::{HELLEAN, RENNES, siren};

pub const BRETAGNE: &str = "233500016";
pub const METROPOLE: &str = "243500139";
pub const ERLANGEN: &str = "0192f0c2-0000-7000-8000-000000000001";
pub const SEGOU: &str = "0192f0c2-0000-7000-8000-000000000002";
pub const JINAN: &str = "0192f0c2-0000-7000-8000-000000000003";
/// Found to be the same as Erlangen.
pub const MERGED: &str = "0192f0c2-0000-7000-8000-000000000004";
/// Nobody has told of it.
pub const UNKNOWN: &str = "0192f0c2-0000-7000-8000-00000000ffff";
pub const TWINNING: &str = "0192f0c3-0000-7000-8000-000000000001";
pub const OF_HELLEAN: &str = "0192f0c3-0000-7000-8000-000000000003";
pub const ENDED_ONE: &str = "0192f0c3-0000-7000-8000-000000000004";
pub const WATER: &str = "0192f0c4-0000-7000-8000-000000000001";
pub const SCHOOLS: &str = "0192f0c4-0000-7000-8000-000000000002";

/// Puts countries and partners beside the register.
pub fn world(batch: ExportBatch) -> ExportBatch {
    let countries = [
        country("CN", "Chine", "China", "Asie"),
        country("DE", "Allemagne", "Germany", "Europe"),
        country("IS", "Islande", "Iceland", "Europe"),
        country("ML", "Mali", "Mali", "Afrique"),
    ];
    let countries = countries.map(|country| CountryEvent { epoch: 1, version: 1, country: Some(country) }).to_vec();
    ExportBatch { countries, partners: partners().into_iter().map(partner_event).collect(), ..batch }
}

pub fn country(iso2: &str, name_fr: &str, name_en: &str, continent: &str) -> Country {
    Country {
        iso2: iso2.into(),
        iso3: format!("{iso2}X"),
        name_fr: name_fr.into(),
        name_en: name_en.into(),
        continent: continent.into(),
        version: 1,
        ..Country::default()
    }
}

fn partners() -> Vec<Partner> {
    let name = |name: &str, language: &str| PartnerName { name: name.into(), language: language.into() };
    let erlangen = Partner {
        population: Some(112_000),
        other_names: vec![name("Ерланген", "uk"), name("إرلنغن", "ar"), name("Erlang", "no language")],
        ..partner(ERLANGEN, "DE", "Erlangen", "Bavière")
    };
    let segou = Partner {
        level: PartnerLevel::Region.into(),
        place: "Ségou".into(),
        other_names: vec![name("Segu", "bm")],
        ..partner(SEGOU, "ML", "Région de Ségou", "Ségou")
    };
    let jinan = Partner { other_names: vec![name("济南市", "zh")], origin: "demo".into(), ..partner(JINAN, "CN", "Jinan", "") };
    let merged = Partner {
        state: PartnerState::Merged.into(),
        merged_into: ERLANGEN.into(),
        ..partner(MERGED, "DE", "Erlangen en Franconie", "Bavière")
    };
    let many = (0..55).map(|n| partner(&numbered(0xc2, n), "DE", &format!("Ort-{n:03}"), "Basse-Saxe"));
    [erlangen, segou, jinan, merged].into_iter().chain(many).collect()
}

/// One of many ids: 0xc2 for partners, 0xc3 for partnerships.
pub fn numbered(kind: u8, n: u32) -> String {
    format!("0192f0{kind:02x}-0000-7000-8000-00000001{n:04}")
}

pub fn partner(id: &str, country: &str, name: &str, division: &str) -> Partner {
    Partner {
        partner_id: id.into(),
        country_iso2: country.into(),
        level: PartnerLevel::Municipality.into(),
        name: name.into(),
        division: division.into(),
        origin: "officiel".into(),
        state: PartnerState::Active.into(),
        version: 1,
        ..Partner::default()
    }
}

pub fn partner_event(it: Partner) -> PartnerEvent {
    PartnerEvent { epoch: 1, version: it.version, partner_id: it.partner_id.clone(), partner: Some(it) }
}

/// What projects exports.
pub fn record() -> RecordBatch {
    let themes = [
        theme("EAU", "Eau et assainissement", "Water and sanitation", ""),
        theme("EDUC", "Éducation", "Education", ""),
        theme("EDUC_LYCEES", "Lycées", "Secondary schools", "EDUC"),
        theme("GOUV", "Gouvernance locale", "Local governance", ""),
    ];
    RecordBatch {
        themes: themes.map(|theme| ThemeEvent { epoch: 1, version: 1, theme: Some(theme) }).to_vec(),
        partnerships: partnerships().into_iter().map(partnership_event).collect(),
        projects: vec![project_event(water()), project_event(schools())],
    }
}

pub fn theme(code: &str, name_fr: &str, name_en: &str, parent: &str) -> Theme {
    Theme {
        code: code.into(),
        name_fr: name_fr.into(),
        name_en: name_en.into(),
        parent_code: parent.into(),
        version: 1,
        ..Theme::default()
    }
}

fn partnerships() -> Vec<Partnership> {
    let provenance = |origin: &str, source: &str, to_confirm| {
        Some(Provenance { origin: origin.into(), source: source.into(), to_confirm, ..Provenance::default() })
    };
    let twinning = Partnership {
        collectivite_ids: vec![RENNES.into(), METROPOLE.into()],
        framework: Framework::Convention.into(),
        twinning: true,
        start_year: Some(1964),
        conventions: vec![
            Convention { signed_on: "2014-05-01".into(), ..Convention::default() },
            Convention { signed_on: "1964".into(), ..Convention::default() },
        ],
        provenance: provenance("officiel", "Annuaire des jumelages", false),
        ..partnership(TWINNING, RENNES, ERLANGEN)
    };
    let invented = Partnership {
        framework: Framework::None.into(),
        start_year_unknown: true,
        provenance: provenance("demo", "", false),
        ..partnership("0192f0c3-0000-7000-8000-000000000002", RENNES, JINAN)
    };
    let doubtful =
        Partnership { twinning: true, provenance: provenance("wikipedia", "liste", true), ..partnership(OF_HELLEAN, HELLEAN, SEGOU) };
    let ended = Partnership {
        framework: Framework::Convention.into(),
        start_year: Some(1985),
        status: PartnershipStatus::Ended.into(),
        status_since: "2015-06-30".into(),
        ..partnership(ENDED_ONE, RENNES, SEGOU)
    };
    let through_merge = Partnership {
        framework: Framework::Convention.into(),
        start_year: Some(2003),
        ..partnership("0192f0c3-0000-7000-8000-000000000005", BRETAGNE, MERGED)
    };
    let nowhere = partnership("0192f0c3-0000-7000-8000-000000000006", RENNES, UNKNOWN);
    let many =
        (0..55).map(|n| Partnership { twinning: true, ..partnership(&numbered(0xc3, n), &siren(21_620_100 + n), &numbered(0xc2, n)) });
    [twinning, invented, doubtful, ended, through_merge, nowhere].into_iter().chain(many).collect()
}

pub fn partnership(id: &str, lead: &str, partner: &str) -> Partnership {
    Partnership {
        partnership_id: id.into(),
        partner_id: partner.into(),
        lead_collectivite_id: lead.into(),
        collectivite_ids: vec![lead.into()],
        status: PartnershipStatus::Active.into(),
        version: 1,
        ..Partnership::default()
    }
}

pub fn partnership_event(it: Partnership) -> PartnershipEvent {
    PartnershipEvent { epoch: 1, version: it.version, partnership_id: it.partnership_id.clone(), partnership: Some(it) }
}

pub fn water() -> Project {
    let theme = |code: &str, priority| ProjectTheme { theme_code: code.into(), priority };
    Project {
        project_id: WATER.into(),
        legacy_id: Some(12_825),
        partnership_ids: vec![ENDED_ONE.into(), OF_HELLEAN.into()],
        title: "Eau potable à Ségou".into(),
        themes: vec![theme("EAU", 1), theme("GOUV", 2)],
        sdgs: vec![6, 17],
        status: ProjectStatus::Completed.into(),
        starts_on: "2008".into(),
        ends_on: "2014-12-31".into(),
        context: "Deux cercles manquent d’eau.\n\nLes puits sont loin.".into(),
        history: "Une première mission en 2007.".into(),
        budget: vec![
            BudgetLine { year: 2008, source: "Ville de Rennes".into(), amount_cents: 1_234_550 },
            BudgetLine { year: 2009, source: "Agence de l’eau".into(), amount_cents: 4_000_000 },
        ],
        operators: vec!["Comité de jumelage".into()],
        links: vec![
            ProjectLink { label: "Le bilan".into(), url: "https://example.org/bilan".into() },
            ProjectLink { label: "Ailleurs".into(), url: "javascript:alert(1)".into() },
        ],
        provenance: Some(Provenance { origin: "demo".into(), ..Provenance::default() }),
        version: 1,
        ..Project::default()
    }
}

fn schools() -> Project {
    Project {
        project_id: SCHOOLS.into(),
        partnership_ids: vec![TWINNING.into()],
        title: "Échange de lycées".into(),
        themes: vec![ProjectTheme { theme_code: "EDUC_LYCEES".into(), priority: 1 }],
        sdgs: vec![4],
        status: ProjectStatus::Planned.into(),
        version: 1,
        ..Project::default()
    }
}

pub fn project_event(it: Project) -> ProjectEvent {
    ProjectEvent { epoch: 1, version: it.version, project_id: it.project_id.clone(), project: Some(it) }
}
