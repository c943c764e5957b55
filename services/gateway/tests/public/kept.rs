//! Pages of the record are kept for as long as what they show is the same.

use std::{collections::BTreeMap, sync::Arc};

use atlas_proto::{
    directory::v1::{CollectiviteEvent, CountryEvent, Partner, PartnerEvent},
    projects::v1::{Partnership, PartnershipEvent, PartnershipStatus, Project, ProjectEvent, Provenance, ThemeEvent},
};
use gateway::model::draft::Draft;

use crate::{
    abroad::{
        ENDED_ONE, ERLANGEN, MERGED, OF_HELLEAN, SCHOOLS, SEGOU, TWINNING, WATER, country, partner, partner_event, partnership,
        partnership_event, project_event, theme, water,
    },
    fixture::{HELLEAN, RENNES, Visit, commune, france},
};

/// Changes the model, as a follower does, and shows it.
pub fn change(visit: &Visit, change: impl FnOnce(&mut Draft)) {
    visit.model.change(|making| change(&mut making.draft));
    visit.model.publish();
    visit.model.read().unwrap();
}

/// What happens, the change, and the pages that show it.
type Step<'p> = (&'static str, Box<dyn FnOnce(&mut Draft)>, Vec<&'p str>);

/// A page that is kept is sent only for as long as it is what would be made now: after each change, every page is compared with
/// one that nobody kept; and the pages that changed are those that show what changed.
#[tokio::test]
async fn pages_are_kept_until_something_that_they_show_changes() {
    let visit = Visit::new();
    let of = |kind: &str, ids: [&str; 2]| ids.map(|id| format!("/{kind}/{id}"));
    let collectivites = of("collectivites", [RENNES, HELLEAN]);
    let (partners, projects) = (of("partenaires", [ERLANGEN, SEGOU]), of("projets", [WATER, SCHOOLS]));
    let [rennes, hellean] = collectivites.each_ref().map(String::as_str);
    let [erlangen, segou] = partners.each_ref().map(String::as_str);
    let [water_page, schools] = projects.each_ref().map(String::as_str);
    let all = [
        "/",
        "/plan-du-site",
        "/regions/53",
        "/departements/35",
        "/departements/56",
        rennes,
        hellean,
        erlangen,
        segou,
        "/pays/DE",
        "/pays/DE?page=2",
        "/pays/ML",
        "/pays/IS",
        water_page,
        schools,
        "/themes/eau",
        "/themes/educ",
        "/odd/6",
        "/odd/4",
    ];
    let steps: Vec<Step<'_>> = vec![
        ("a year", Box::new(|draft| draft.partnership(of_hellean(2, |it| it.start_year = Some(2001)))), vec![hellean, segou]),
        (
            "it ends",
            Box::new(|draft| draft.partnership(of_hellean(3, |it| it.status = PartnershipStatus::Ended.into()))),
            vec!["/", "/regions/53", "/departements/56", hellean, segou, "/pays/ML"],
        ),
        (
            "a partner's name",
            Box::new(|draft| draft.partner(versioned(2, partner(SEGOU, "ML", "Ségou la neuve", "Ségou")))),
            vec![rennes, hellean, segou, "/pays/ML", water_page, "/themes/eau", "/odd/6"],
        ),
        (
            "a country's name",
            Box::new(|draft| {
                let named = country("ML", "Le Mali", "Mali", "Afrique");
                draft.country(CountryEvent { epoch: 1, version: 2, country: Some(named) });
            }),
            vec!["/plan-du-site", rennes, hellean, segou, "/pays/ML", water_page, "/themes/eau", "/odd/6"],
        ),
        (
            "a project's title",
            Box::new(|draft| draft.project(project(2, |it| it.title = "Eau pour Ségou".into()))),
            vec![rennes, hellean, segou, water_page, "/themes/eau", "/odd/6"],
        ),
        (
            "a theme's name",
            Box::new(|draft| {
                let named = theme("EAU", "Eau", "Water", "");
                draft.theme(ThemeEvent { epoch: 1, version: 2, theme: Some(named) });
            }),
            vec!["/plan-du-site", "/pays/ML", water_page, "/themes/eau"],
        ),
        (
            "a project moves to another partnership",
            Box::new(|draft| draft.project(project(3, |it| it.partnership_ids = vec![TWINNING.into()]))),
            vec![rennes, hellean, erlangen, segou, "/pays/DE", "/pays/DE?page=2", "/pays/ML", water_page, "/themes/eau", "/odd/6"],
        ),
        (
            "a collectivité's name",
            Box::new(|draft| {
                let named = commune(HELLEAN, "Croix-Neuve", "56", "53", 900);
                draft.collectivite(CollectiviteEvent { epoch: 1, version: 2, collectivite: Some(named) });
            }),
            vec!["/departements/56", hellean, segou, "/pays/ML"],
        ),
        (
            "a merge is taken back",
            Box::new(|draft| draft.partner(versioned(2, partner(MERGED, "DE", "Erlangen en Franconie", "Bavière")))),
            vec!["/", erlangen, "/pays/DE", "/pays/DE?page=2"],
        ),
        ("nothing", Box::new(|draft| draft.partner(versioned(3, partner(MERGED, "DE", "Erlangen en Franconie", "Bavière")))), vec![]),
        (
            "a partnership is removed",
            Box::new(|draft| {
                draft.partnership(PartnershipEvent { epoch: 1, version: 2, partnership_id: ENDED_ONE.into(), partnership: None });
            }),
            vec![rennes, segou, "/pays/ML"],
        ),
    ];
    let mut before = pages(&visit, &all).await;
    for (what, step, expected) in steps {
        change(&visit, step);
        let (kept, made) = (pages(&visit, &all).await, pages(&Visit::of(Arc::clone(&visit.model)), &all).await);
        for path in all {
            assert_eq!(kept[path], made[path], "{what}: {path} was kept too long");
        }
        let changed: Vec<&str> = all.into_iter().filter(|path| kept[*path] != before[*path]).collect();
        assert_eq!(changed, expected, "{what}");
        before = kept;
    }
}

async fn pages<'p>(visit: &Visit, all: &[&'p str]) -> BTreeMap<&'p str, String> {
    let mut texts = BTreeMap::new();
    for path in all {
        texts.insert(*path, visit.get(path).await.text());
    }
    texts
}

pub fn of_hellean(version: u64, change: impl FnOnce(&mut Partnership)) -> PartnershipEvent {
    let mut it = Partnership { version, ..partnership(OF_HELLEAN, HELLEAN, SEGOU) };
    (it.twinning, it.start_year) = (true, Some(2001));
    it.provenance = Some(Provenance { origin: "wikipedia".into(), source: "liste".into(), to_confirm: true, ..Provenance::default() });
    change(&mut it);
    partnership_event(it)
}

pub fn versioned(version: u64, it: Partner) -> PartnerEvent {
    PartnerEvent { version, ..partner_event(it) }
}

pub fn project(version: u64, change: impl FnOnce(&mut Project)) -> ProjectEvent {
    let mut it = water();
    it.version = version;
    change(&mut it);
    project_event(it)
}

#[tokio::test]
async fn what_is_told_again_as_it_was_is_not_read_again() {
    let visit = Visit::new();
    let again = |draft: &mut Draft, epoch| {
        let (world, record) = (france(), crate::abroad::record());
        world.partners.into_iter().for_each(|told| draft.partner(PartnerEvent { epoch, ..told }));
        world.countries.into_iter().for_each(|told| draft.country(CountryEvent { epoch, ..told }));
        record.partnerships.into_iter().for_each(|told| draft.partnership(PartnershipEvent { epoch, ..told }));
        record.projects.into_iter().for_each(|told| draft.project(ProjectEvent { epoch, ..told }));
        record.themes.into_iter().for_each(|told| draft.theme(ThemeEvent { epoch, ..told }));
    };
    visit.model.change(|making| again(&mut making.draft, 2));
    assert!(visit.model.publish().is_none(), "there is something new to show");
    // And yet it is of the new epoch: an older state does not come through any more.
    change(&visit, |draft| draft.project(project(9, |it| it.title = "Trop vieux".into())));
    assert!(!visit.get(&format!("/projets/{WATER}")).await.text().contains("Trop vieux"));
}

/// As somebody does who takes the demonstration away.
fn without_demonstration(draft: &mut Draft) {
    let (world, record) = (france(), crate::abroad::record());
    let invented = |provenance: Option<&Provenance>| provenance.is_some_and(|it| it.origin == "demo");
    for told in record.projects.into_iter().filter(|told| invented(told.project.as_ref().and_then(|it| it.provenance.as_ref()))) {
        draft.project(ProjectEvent { version: 9, project: None, ..told });
    }
    for told in record.partnerships.into_iter().filter(|told| invented(told.partnership.as_ref().and_then(|it| it.provenance.as_ref()))) {
        draft.partnership(PartnershipEvent { version: 9, partnership: None, ..told });
    }
    for told in world.partners.into_iter().filter(|told| told.partner.as_ref().is_some_and(|it| it.origin == "demo")) {
        draft.partner(PartnerEvent { version: 9, partner: None, ..told });
    }
}

#[tokio::test]
async fn every_page_says_that_something_is_invented_for_as_long_as_it_is() {
    let visit = Visit::new();
    let banner = |path: &str| if path.starts_with("/en") { "Demonstration data: " } else { "Données de démonstration : " };
    let all = ["/", "/en", "/accessibilite", "/pays/ML", "/en/pays/ML", "/recherche?q=rennes", "/rien"];
    let mut tags = Vec::new();
    for path in all {
        let answer = visit.get(path).await;
        tags.push(answer.headers.get("etag").cloned());
        assert!(answer.text().contains(banner(path)), "{path} does not say so");
    }
    change(&visit, without_demonstration);
    for (path, before) in all.into_iter().zip(tags) {
        let answer = visit.get(path).await;
        assert!(before.is_none() || answer.headers.get("etag") != before.as_ref(), "{path} has the tag of another text");
        assert!(!answer.text().contains(banner(path)), "{path} still says so");
    }
    assert_eq!(visit.get(&format!("/partenaires/{}", crate::abroad::JINAN)).await.status, 404);
}
