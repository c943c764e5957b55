//! What a collectivité does abroad, looked through, confirmed, changed and added by those who act for it.

use atlas_proto::projects::v1::{
    ConfirmPartnershipsRequest, ConfirmPartnershipsResponse, DeletePartnershipRequest, DeletePartnershipResponse, Framework,
    GetPartnershipRequest, GetPartnershipResponse, ListPartnershipsRequest, ListPartnershipsResponse, Partnership, PartnershipStatus,
    RequalifyPartnershipRequest, RequalifyPartnershipResponse, UpdatePartnershipRequest, UpdatePartnershipResponse,
};
use tonic::Code;

use crate::{
    abroad::{ERLANGEN, OF_HELLEAN, numbered, partnership},
    browser::{Site, leads, reads},
    fake::{fields, refusal},
    fixture::HELLEAN,
    record::{OVER, SIGNED, signed},
    samples::holds,
};

pub fn at(path: &str) -> String {
    format!("/espace/{HELLEAN}{path}")
}

fn list() -> String {
    at("/actions")
}

pub fn one(id: &str) -> String {
    at(&format!("/actions/{id}"))
}

const NEW: [(&str, &str); 12] = [
    ("act", "save"),
    ("etag", "1.5"),
    ("request_id", "r"),
    ("twinning", "yes"),
    ("start_year", "1999"),
    ("standing", "active"),
    ("standing_since", ""),
    ("oudin_santini", "no"),
    ("description", "Depuis vingt ans.\r\nEt plus."),
    ("object", "Échanges de lycéens"),
    ("amount", "15 000,50 €"),
    ("signed_on", "30/06/2019"),
];

/// The form with some fields otherwise.
pub fn form<'a>(other: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = NEW.into_iter().filter(|(name, _)| !other.iter().any(|(known, _)| known == name));
    kept.chain(other.iter().copied()).collect()
}

#[tokio::test]
async fn the_list_shows_each_action_with_what_is_missing() {
    let site = Site::start().await;
    let page = site.signed_in().get(&list()).await;
    let text = reads(&page);
    for said in [
        "La Croix-Helléan Voir notre page publique",
        "Avec convention (coopération décentralisée)",
        "Allemagne Erlangen non en cours 1999 0 le 11 mai 2027, par la collectivité",
        "Sans convention Partenaire",
        "Mali Région de Ségou oui en cours 1 À compléter : année de début jamais",
        "À préciser : avec ou sans convention",
        "Chine Jinan non terminée depuis 30/06/2015 inconnue 0 À compléter : avec ou sans convention jamais",
        "Ajouter une action",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert_eq!(page.text().matches("type=\"checkbox\"").count(), 2, "what is over cannot be confirmed as it is");
    let asked = ["ListPartnerships", "BatchGetPartners", "ListProjects"].map(|method| site.fake.calls(method).len());
    assert_eq!(asked, [1, 1, 1], "however many there are");
    let english = reads(&site.signed_in().get(&format!("/en{}", list())).await);
    assert!(english.contains("Germany Erlangen no"), "{english}");
}

#[tokio::test]
async fn an_empty_list_leads_on_and_a_crowded_one_has_pages() {
    let site = Site::start().await;
    site.fake.on("ListPartnerships", |_: ListPartnershipsRequest| Ok(ListPartnershipsResponse::default()));
    let text = reads(&site.signed_in().get(&list()).await);
    assert!(text.contains("Aucune action n’est encore enregistrée.") && text.contains("Ajouter une action"), "{text}");
    site.fake.on("ListPartnerships", |_: ListPartnershipsRequest| {
        let partnerships = (0..200).map(|n| partnership(&numbered(0xc3, n), HELLEAN, ERLANGEN)).collect();
        Ok(ListPartnershipsResponse { partnerships, next_page_token: "more".into() })
    });
    let page = site.signed_in().get(&list()).await.text();
    assert!(page.matches("type=\"checkbox\"").count() == 200 && page.contains(&format!("{}?page=more", list())), "{page}");
    site.signed_in().get(&format!("{}?page=more", list())).await;
    assert_eq!(site.fake.asked::<ListPartnershipsRequest>("ListPartnerships").page_token, "more");
}

#[tokio::test]
async fn many_are_confirmed_at_once() {
    let site = Site::start().await;
    site.fake.on("ConfirmPartnerships", |_: ConfirmPartnershipsRequest| Ok(ConfirmPartnershipsResponse::default()));
    let mut browser = site.signed_in();
    let ticked = [("act", "confirm"), ("request_id", "r"), ("actions", OF_HELLEAN), ("actions", SIGNED)];
    assert_eq!(leads(&browser.post(&list(), &ticked).await), (303.try_into().unwrap(), list()));
    let asked: ConfirmPartnershipsRequest = site.fake.asked("ConfirmPartnerships");
    assert_eq!((asked.partnership_ids, asked.request_id.as_str()), (vec![OF_HELLEAN.to_owned(), SIGNED.to_owned()], "r"));
    assert!(reads(&browser.get(&list()).await).contains("Ces actions sont vérifiées à la date d’aujourd’hui."));
    let page = browser.post(&list(), &[("act", "confirm"), ("request_id", "r")]).await;
    assert!(page.status == 422 && reads(&page).contains("Cochez au moins une action."), "{}", page.text());
    site.fake.refuse("ConfirmPartnerships", || refusal(Code::FailedPrecondition, "PARTNERSHIP_ENDED"));
    let page = browser.post(&list(), &ticked).await;
    assert!(page.text().matches(" checked>").count() == 2 && page.text().contains("href=\"#actions\""), "{}", page.text());
}

#[tokio::test]
async fn a_reader_sees_everything_and_changes_nothing() {
    let site = Site::start().await;
    holds(&site.fake, &[(&format!("collectivite:{HELLEAN}:reader"), "La Croix-Helléan")]);
    let mut browser = site.signed_in();
    for path in [list(), one(SIGNED)] {
        let page = browser.get(&path).await;
        let buttons = page.text().matches("name=\"act\"").count();
        assert!(page.status == 200 && buttons == 0 && reads(&page).contains("Vous pouvez tout lire ici."), "{}", page.text());
    }
    assert_eq!(browser.get(&at("/actions/nouvelle")).await.status, 403);
    for (path, act) in [(list(), "confirm"), (one(SIGNED), "delete"), (at("/actions/nouvelle"), "create")] {
        assert_eq!(browser.post(&path, &[("act", act), ("request_id", "r")]).await.status, 403, "{path}");
    }
    holds(&site.fake, &[("region:11:admin", "")]);
    assert_eq!(browser.get(&list()).await.status, 404, "another région's");
    holds(&site.fake, &[("region:53:reader", "")]);
    assert!(reads(&browser.get(&list()).await).contains("Vous agissez au titre de : SGAR Bretagne."));
}

#[tokio::test]
async fn an_action_is_changed_and_published() {
    let site = Site::start().await;
    site.fake.on("UpdatePartnership", |_: UpdatePartnershipRequest| Ok(UpdatePartnershipResponse::default()));
    let mut browser = site.signed_in();
    let page = browser.get(&one(SIGNED)).await;
    for said in [
        "name=\"base_description\" value=\"Depuis vingt ans.\"",
        "value=\"12000,50\"",
        "value=\"30/06/2019\"",
        "name=\"etag\" value=\"1.5\"",
    ] {
        assert!(page.text().contains(said), "{said}: {}", page.text());
    }
    let text = reads(&page);
    assert!(text.contains("Convention précédente 1999 · Premier texte") && text.contains("Enregistrer et publier"), "{text}");
    assert_eq!(leads(&browser.post(&one(SIGNED), &form(&[])).await).1, one(SIGNED));
    let asked: UpdatePartnershipRequest = site.fake.asked("UpdatePartnership");
    let (to, mask) = (asked.partnership.unwrap(), asked.update_mask.unwrap());
    assert_eq!((to.etag.as_str(), to.twinning, to.start_year, to.status()), ("1.5", true, Some(1999), PartnershipStatus::Active));
    assert_eq!((to.description.as_str(), to.conventions.len()), ("Depuis vingt ans.\nEt plus.", 2));
    assert_eq!((to.conventions[0].forecast_cents, to.conventions[0].signed_on.as_str()), (Some(1_500_050), "2019-06-30"));
    assert!(!mask.paths.iter().any(|path| path == "collectivite_ids" || path == "partner_id"), "{mask:?}");
    assert!(reads(&browser.get(&one(SIGNED)).await).contains("C’est enregistré et publié."));
}

#[tokio::test]
async fn what_is_wrong_is_said_beside_each_field() {
    let site = Site::start().await;
    let wrong = form(&[("twinning", ""), ("start_year", "jadis"), ("standing", ""), ("amount", "beaucoup"), ("signed_on", "hier")]);
    let page = site.signed_in().post(&one(SIGNED), &wrong).await;
    assert_eq!(page.status, 422);
    for place in ["#twinning-1", "#start_year", "#standing-1", "#amount", "#signed_on"] {
        assert!(page.text().contains(&format!("href=\"{place}\"")), "{place}: {}", page.text());
    }
    assert!(page.text().contains("value=\"jadis\"") && page.text().contains("Et plus."), "{}", page.text());
    assert!(site.fake.calls("UpdatePartnership").is_empty());
    site.fake.refuse("UpdatePartnership", || fields(&[("partnership.start_year", "expected 1900 to next year")]));
    let page = site.signed_in().post(&one(SIGNED), &form(&[("start_year", "2199")])).await;
    assert!(page.text().contains("href=\"#start_year\""), "{}", page.text());
    let page = site.signed_in().post(&one(SIGNED), &form(&[("lead_collectivite_id", "1")])).await;
    assert_eq!(page.status, 400, "a field that the form does not have");
}

#[tokio::test]
async fn a_year_that_nobody_knows_is_said_to_be_unknown() {
    let site = Site::start().await;
    site.fake.on("UpdatePartnership", |_: UpdatePartnershipRequest| Ok(UpdatePartnershipResponse::default()));
    let over = form(&[("start_year", "Inconnue"), ("standing", "ended"), ("standing_since", "2020")]);
    site.signed_in().post(&one(SIGNED), &over).await;
    let to = site.fake.asked::<UpdatePartnershipRequest>("UpdatePartnership").partnership.unwrap();
    assert_eq!((to.start_year, to.start_year_unknown, to.status_since.as_str()), (None, true, "2020"));
}

#[tokio::test]
async fn with_and_without_a_convention_is_one_act() {
    let site = Site::start().await;
    site.fake.on("RequalifyPartnership", |_: RequalifyPartnershipRequest| Ok(RequalifyPartnershipResponse::default()));
    let act = [("act", "requalify"), ("framework", "none"), ("etag", "1.5"), ("request_id", "r")];
    assert_eq!(leads(&site.signed_in().post(&one(SIGNED), &act).await).1, one(SIGNED));
    let asked: RequalifyPartnershipRequest = site.fake.asked("RequalifyPartnership");
    assert_eq!((asked.framework(), asked.etag.as_str(), asked.request_id.as_str()), (Framework::None, "1.5", "r"));
}

#[tokio::test]
async fn a_newer_convention_is_added_before_the_others() {
    let site = Site::start().await;
    site.fake.on("UpdatePartnership", |_: UpdatePartnershipRequest| Ok(UpdatePartnershipResponse::default()));
    let sent = [("act", "convention"), ("request_id", "r"), ("object", "Eau"), ("signed_on", "2026"), ("tacit", "yes")];
    assert_eq!(leads(&site.signed_in().post(&one(SIGNED), &sent).await).1, one(SIGNED));
    let to = site.fake.asked::<UpdatePartnershipRequest>("UpdatePartnership").partnership.unwrap();
    let objects: Vec<&str> = to.conventions.iter().map(|it| it.object.as_str()).collect();
    assert_eq!((objects, to.conventions[0].tacit_renewal), (vec!["Eau", "Échanges de lycéens", "Premier texte"], true));
    let page = site.signed_in().post(&one(SIGNED), &[("act", "convention"), ("request_id", "r"), ("amount", "x")]).await.text();
    assert!(page.contains("href=\"#newer-amount\"") && !page.contains("href=\"#amount\""), "{page}");
}

#[tokio::test]
async fn an_action_is_removed_after_a_question() {
    let site = Site::start().await;
    site.fake.on("DeletePartnership", |_: DeletePartnershipRequest| Ok(DeletePartnershipResponse {}));
    let mut browser = site.signed_in();
    let page = browser.get(&format!("{}?supprimer=1", one(SIGNED))).await;
    assert!(reads(&page).contains("Supprimer l’action avec Erlangen ?") && reads(&page).contains("Ne pas supprimer"), "{}", reads(&page));
    let act = [("act", "delete"), ("etag", "1.5"), ("request_id", "r")];
    assert_eq!(leads(&browser.post(&one(SIGNED), &act).await).1, list());
    site.fake.refuse("DeletePartnership", || refusal(Code::FailedPrecondition, "HAS_PROJECTS"));
    let page = browser.post(&one(SIGNED), &act).await;
    assert!(page.status == 409 && reads(&page).contains("Des projets sont rattachés à cette action."), "{}", reads(&page));
}

#[tokio::test]
async fn the_history_says_who_and_an_earlier_state_can_come_back() {
    let site = Site::start().await;
    site.fake.on("RequalifyPartnership", |_: RequalifyPartnershipRequest| {
        Ok(RequalifyPartnershipResponse { partnership: Some(Partnership { etag: "1.6".into(), ..signed() }) })
    });
    site.fake.on("UpdatePartnership", |_: UpdatePartnershipRequest| Ok(UpdatePartnershipResponse::default()));
    let text = reads(&site.signed_in().get(&one(SIGNED)).await);
    for said in
        ["Par Yann Le Goff", "Informations modifiées année de début, C’est un jumelage", "Par une autre personne Ce qui a été fait Ajout"]
    {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert_eq!(text.matches("Remettre la version d’avant").count(), 1, "there is nothing before it was added");
    let act = [("act", "restore"), ("entry", "h2"), ("etag", "1.5"), ("request_id", "r"), ("page", "")];
    assert_eq!(leads(&site.signed_in().post(&one(SIGNED), &act).await).1, one(SIGNED));
    assert_eq!(site.fake.asked::<RequalifyPartnershipRequest>("RequalifyPartnership").framework(), Framework::None);
    let to = site.fake.asked::<UpdatePartnershipRequest>("UpdatePartnership").partnership.unwrap();
    assert_eq!((to.etag.as_str(), to.start_year, to.twinning), ("1.6", Some(1998), true));
}

#[tokio::test]
async fn what_is_not_this_collectivites_is_not_there() {
    let site = Site::start().await;
    site.fake.on("GetPartnership", |_: GetPartnershipRequest| {
        Ok(GetPartnershipResponse { partnership: Some(partnership(OVER, "213502388", ERLANGEN)) })
    });
    for path in [one(OVER), one("x"), at("/actions/nouvelle?partner_id=x"), "/espace/213502388/actions".to_owned()] {
        assert_eq!(site.signed_in().get(&path).await.status, 404, "{path}");
    }
}
