use atlas_proto::directory::v1::{CollectiviteEvent, ExportHeader};
use gateway::model::{draft::Draft, snapshot::Position};

use crate::fixture::{ENDED, HELLEAN, RENNES, Visit, commune, event, france, model};

fn find(visit: &Visit, typed: &str) -> Vec<String> {
    let found = visit.model.search().find(typed, 0, 20).unwrap();
    found.keys.into_iter().chain(found.nearly).map(|key| key.to_string()).collect()
}

fn first(typed: &str) -> String {
    find(&Visit::new(), typed).first().cloned().unwrap_or_default()
}

#[test]
fn accents_capitals_and_signs_do_not_matter() {
    let visit = Visit::new();
    for typed in ["La Croix-Helléan", "la croix hellean", "LA CROIX HELLEAN", "croix helléan", "  hellean  la croix ", "la croix-hell"] {
        assert_eq!(find(&visit, typed).first().map(String::as_str), Some(HELLEAN), "{typed}");
    }
    assert_eq!(first("l'hay les roses"), "219400389");
    assert_eq!(first("oeuilly"), "216204982");
    assert_eq!(first("st malo"), "213502883");
}

#[test]
fn the_beginning_is_enough_and_the_larger_comes_first() {
    let visit = Visit::new();
    assert_eq!(find(&visit, "ren")[..2], ["243500139", RENNES]);
    assert_eq!(find(&visit, "rennes").first().map(String::as_str), Some(RENNES), "the whole name comes before the larger");
    assert_eq!(find(&visit, "saint-denis"), ["219740115", "219300662"]);
}

#[test]
fn one_typo_is_forgiven() {
    let visit = Visit::new();
    for typed in ["rens", "renes", "rennnes", "rnenes", "xennes", "helléam", "saint-mallo", "hrllean"] {
        let found = find(&visit, typed);
        assert!([RENNES, HELLEAN, "213502883"].iter().any(|id| found.iter().any(|it| it == id)), "{typed}: {found:?}");
    }
    assert!(find(&visit, "rxnxes").is_empty(), "two typos are another name");
}

#[test]
fn codes_find_what_they_name() {
    let visit = Visit::new();
    for typed in ["35200", "352", "213502388", "213 502 388", "21350238800019", "13502"] {
        assert!(find(&visit, typed).iter().any(|id| id == RENNES), "{typed}");
    }
    assert_eq!(find(&visit, "35700"), [RENNES]);
}

#[test]
fn homonyms_are_told_apart_by_where_they_are() {
    let visit = Visit::new();
    assert_eq!(find(&visit, "saint-denis réunion"), ["219740115"]);
    assert_eq!(find(&visit, "saint denis 93"), ["219300662"]);
}

#[tokio::test]
async fn results_say_where_and_whether_it_ended() {
    let visit = Visit::new();
    let html = visit.get("/recherche?q=saint-denis").await.text();
    assert!(html.contains("Commune · La Réunion (974)") && html.contains("Commune · Seine-Saint-Denis (93)"), "{html}");
    let ended = visit.get("/recherche?q=vieux-bourg").await.text();
    assert!(ended.contains(&format!("/collectivites/{ENDED}")) && ended.contains("n’existe plus"), "{ended}");
}

#[tokio::test]
async fn empty_crowded_and_long_queries_have_answers() {
    let visit = Visit::new();
    for empty in ["/recherche", "/recherche?q=", "/recherche?q=%20%20", "/recherche?q=---"] {
        let answer = visit.get(empty).await;
        assert_eq!(answer.status, 200, "{empty}");
        assert!(!answer.text().contains("id=\"results\""), "{empty}");
    }
    let crowded = visit.get("/recherche?q=saint").await.text();
    assert!(crowded.contains("133 collectivités trouvées"), "{crowded}");
    assert!(crowded.contains("/recherche?q=saint&#38;page=2") || crowded.contains("/recherche?q=saint&amp;page=2"), "{crowded}");
    let last = visit.get("/recherche?q=saint&page=7").await;
    assert_eq!((last.status.as_u16(), last.text().matches("<li><a class=\"fr-link\"").count()), (200, 3 + 13));
    assert_eq!(visit.get("/recherche?q=saint&page=8").await.status, 404);
    let long = format!("/recherche?q={}", "é".repeat(200).bytes().map(|b| format!("%{b:02X}")).collect::<String>());
    assert_eq!(visit.get(&long).await.status, 200);
    assert_eq!(visit.get(&format!("/recherche?q={}", "a".repeat(3000))).await.status, 200);
    assert_eq!(visit.get(&format!("/recherche?q={}", "a".repeat(5000))).await.status, 400);
}

#[test]
fn what_is_told_again_as_it_was_makes_nothing_old() {
    let model = model(france());
    let again = |making: &mut gateway::model::Making, epoch| {
        france().collectivites.into_iter().for_each(|told| making.draft.collectivite(CollectiviteEvent { epoch, ..told }));
    };

    model.change(|making| again(making, 2));
    assert!(model.publish().is_none(), "there is something new to show");

    let mut draft = Draft::begin(&ExportHeader { epoch: 3, ..ExportHeader::default() }, model.number());
    draft.take(france());
    let renamed = commune(HELLEAN, "Autrement", "56", "53", 900);
    draft.collectivite(CollectiviteEvent { version: 2, ..event(renamed) });
    model.replace(draft, Position::default());
    let read_again = model.publish().unwrap().touched;
    assert_eq!(read_again.into_iter().map(|key| key.to_string()).collect::<Vec<_>>(), [HELLEAN]);
}

#[test]
fn what_changes_is_found_by_its_new_name_alone() {
    let visit = Visit::new();
    visit.model.change(|making| {
        let mut it = crate::fixture::commune(HELLEAN, "Nouvelle-Croix", "56", "53", 900);
        it.version = 2;
        making.draft.collectivite(atlas_proto::directory::v1::CollectiviteEvent { epoch: 1, version: 2, collectivite: Some(it) });
    });
    visit.model.publish();
    visit.model.read().unwrap();
    assert_eq!(find(&visit, "nouvelle croix"), [HELLEAN]);
    assert!(find(&visit, "hellean").is_empty());
}
