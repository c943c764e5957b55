//! What a collectivité does abroad, looked through, confirmed, changed and added by those who act for it.

use atlas_proto::{
    directory::v1::{CreatePartnerRequest, CreatePartnerResponse, Partner, PartnerLevel, SearchPartnersRequest},
    projects::v1::{
        ConfirmPartnershipsRequest, ConfirmPartnershipsResponse, CreatePartnershipRequest, CreatePartnershipResponse,
        DeletePartnershipRequest, DeletePartnershipResponse, Framework, GetPartnershipRequest, GetPartnershipResponse,
        ListPartnershipsRequest, ListPartnershipsResponse, Partnership, PartnershipStatus, RequalifyPartnershipRequest,
        RequalifyPartnershipResponse, UpdatePartnershipRequest, UpdatePartnershipResponse,
    },
};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

use crate::{
    abroad::{ERLANGEN, OF_HELLEAN, SEGOU, numbered, partnership},
    browser::{Site, leads, reads},
    fake::{fields, refusal},
    fixture::HELLEAN,
    record::{OVER, SIGNED, signed},
    samples::holds,
};

fn at(path: &str) -> String {
    format!("/espace/{HELLEAN}{path}")
}

fn list() -> String {
    at("/actions")
}

fn one(id: &str) -> String {
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
fn form<'a>(other: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
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
async fn two_who_write_at_once_choose_line_by_line() {
    let site = Site::start().await;
    site.fake.refuse("UpdatePartnership", || refusal(Code::Aborted, "STALE_ETAG"));
    site.fake.on("GetPartnership", |_: GetPartnershipRequest| {
        let now = Partnership { etag: "1.9".into(), description: "Relu par Yann.".into(), start_year: Some(2001), ..signed() };
        Ok(GetPartnershipResponse { partnership: Some(now) })
    });
    let typed = form(&[
        ("base_start_year", "1999"),
        ("base_description", "Depuis vingt ans."),
        ("base_twinning", "no"),
        ("base_amount", "12000,50"),
        ("base_object", "Échanges de lycéens"),
    ]);
    let page = site.signed_in().post(&one(SIGNED), &typed).await;
    let text = reads(&page);
    assert_eq!(page.status, 409);
    for said in [
        "Cette fiche a été modifiée pendant que vous écriviez",
        "Yann Le Goff a enregistré à 12 h 52.",
        "Votre texte n’est pas perdu. Choisissez pour chaque ligne.",
        "Présentation * Avant : Depuis vingt ans. Garder mon texte Ce que vous avez écrit : Depuis vingt ans. Et plus. Garder l’autre Ce qui est enregistré : Relu par Yann.",
        "C’est un jumelage * Avant : non Garder mon texte Ce que vous avez écrit : oui Garder l’autre Ce qui est enregistré : non",
        "Enregistrer mes choix",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(!text.contains("Objet de la convention"), "what both have alike is no question: {text}");
    let html = page.text();
    assert!(html.contains("name=\"keep_start_year\" value=\"theirs\" checked"), "who did not touch a line wants the other's: {html}");
    assert!(html.contains("name=\"keep_twinning\" value=\"mine\" checked") && html.contains("name=\"etag\" value=\"1.9\""), "{html}");
    site.fake.on("UpdatePartnership", |_: UpdatePartnershipRequest| Ok(UpdatePartnershipResponse::default()));
    let chosen = form(&[
        ("etag", "1.9"),
        ("base_description", "Relu par Yann."),
        ("base_start_year", "2001"),
        ("base_twinning", "no"),
        ("keep_description", "mine"),
        ("keep_start_year", "theirs"),
        ("keep_twinning", "mine"),
    ]);
    assert_eq!(leads(&site.signed_in().post(&one(SIGNED), &chosen).await).1, one(SIGNED));
    let to = site.fake.asked::<UpdatePartnershipRequest>("UpdatePartnership").partnership.unwrap();
    assert_eq!((to.etag.as_str(), to.start_year, to.twinning), ("1.9", Some(2001), true));
    assert_eq!(to.description, "Depuis vingt ans.\nEt plus.");
}

#[tokio::test]
async fn a_service_that_is_away_leaves_everything_on_the_page_also_after_the_session() {
    let site = Site::start().await;
    site.fake.refuse("UpdatePartnership", || Status::unavailable("away"));
    let typed = form(&[("base_description", "Depuis vingt ans.")]);
    let page = site.signed_in().post(&one(SIGNED), &typed).await;
    let (html, text) = (page.text(), reads(&page));
    assert!(page.status == 503 && text.contains("Le service n’a pas pu enregistrer") && text.contains("Réessayer"), "{text}");
    assert!(text.contains("Présentation Depuis vingt ans.") && !text.contains("jumelage yes"), "{text}");
    for (name, value) in typed.iter().filter(|(_, value)| !value.contains('\r')) {
        assert!(html.contains(&format!("name=\"{name}\" value=\"{value}\"")), "{name}: {html}");
    }
    let page = site.browser().post(&one(SIGNED), &typed).await;
    assert!(page.status == 403 && page.text().contains("name=\"object\" value=\"Échanges de lycéens\""), "{}", page.text());
}

#[tokio::test]
async fn a_new_action_begins_with_a_partner_that_is_there() {
    let site = Site::start().await;
    let mut browser = site.signed_in();
    let page = browser.get(&at("/actions/nouvelle")).await.text();
    assert!(page.contains("<option value=\"DE\">Allemagne</option>") && !page.contains("value=\"add-partner\""), "{page}");
    let page = browser.get(&format!("{}?country=DE&partner=Erl", at("/actions/nouvelle"))).await.text();
    let asked: SearchPartnersRequest = site.fake.asked("SearchPartners");
    assert_eq!((asked.query.as_str(), asked.country_iso2.as_str()), ("Erl", "DE"));
    let way = format!("{}?partner_id={ERLANGEN}", at("/actions/nouvelle"));
    assert!(page.contains(&way) && page.contains("Erlangen, Bavière, Allemagne") && page.contains("value=\"add-partner\""), "{page}");
    site.fake.on("CreatePartnership", |asked: CreatePartnershipRequest| {
        Ok(CreatePartnershipResponse { partnership: Some(Partnership { partnership_id: SIGNED.into(), ..asked.partnership.unwrap() }) })
    });
    assert!(reads(&browser.get(&way).await).contains("Partenaire : Erlangen"));
    let sent = [
        ("act", "create"),
        ("request_id", "r"),
        ("partner_id", ERLANGEN),
        ("framework", "convention"),
        ("twinning", "no"),
        ("start_year", "2020"),
        ("standing", "active"),
        ("object", "Eau"),
    ];
    assert_eq!(leads(&browser.post(&at("/actions/nouvelle"), &sent).await).1, one(SIGNED));
    let new = site.fake.asked::<CreatePartnershipRequest>("CreatePartnership").partnership.unwrap();
    assert_eq!((new.lead_collectivite_id.as_str(), new.framework(), new.start_year), (HELLEAN, Framework::Convention, Some(2020)));
    assert_eq!((new.partner_id.as_str(), new.conventions[0].object.as_str()), (ERLANGEN, "Eau"));
    let none = [("act", "create"), ("request_id", "r"), ("partner_id", ERLANGEN), ("framework", "none"), ("object", "Eau")];
    let page = browser.post(&at("/actions/nouvelle"), &none).await.text();
    for place in ["#framework-1", "#twinning-1", "#start_year", "#standing-1"] {
        assert!(page.contains(&format!("href=\"{place}\"")), "{place}: {page}");
    }
}

#[tokio::test]
async fn an_action_that_is_there_already_is_shown_the_way_to() {
    let site = Site::start().await;
    site.fake.refuse("CreatePartnership", || {
        let details = ErrorDetails::with_error_info("PARTNERSHIP_EXISTS", "atlas", [("partnership_id".to_owned(), SIGNED.to_owned())]);
        Status::with_error_details(Code::AlreadyExists, "there", details)
    });
    let sent = [
        ("act", "create"),
        ("request_id", "r"),
        ("partner_id", ERLANGEN),
        ("framework", "none"),
        ("twinning", "yes"),
        ("start_year", "inconnue"),
        ("standing", "active"),
    ];
    let page = site.signed_in().post(&at("/actions/nouvelle"), &sent).await;
    assert!(page.status == 409 && page.text().contains(&one(SIGNED)) && page.text().contains("value=\"inconnue\""), "{}", page.text());
}

#[tokio::test]
async fn a_partner_that_is_not_there_is_added() {
    let site = Site::start().await;
    site.fake.on("CreatePartner", |asked: CreatePartnerRequest| {
        Ok(CreatePartnerResponse { partner: Some(Partner { partner_id: SEGOU.into(), ..asked.partner.unwrap() }) })
    });
    let sent = [
        ("act", "add-partner"),
        ("request_id", "r"),
        ("country", "ML"),
        ("partner_name", "Cercle de Ségou"),
        ("level", "district"),
        ("division", "Ségou"),
        ("partner_place", ""),
    ];
    let mut browser = site.signed_in();
    let next = format!("{}?partner_id={SEGOU}", at("/actions/nouvelle"));
    assert_eq!(leads(&browser.post(&at("/actions/nouvelle"), &sent).await).1, next);
    let asked = site.fake.asked::<CreatePartnerRequest>("CreatePartner").partner.unwrap();
    assert_eq!((asked.level(), asked.name.as_str(), asked.country_iso2.as_str()), (PartnerLevel::District, "Cercle de Ségou", "ML"));
    let page = browser.post(&at("/actions/nouvelle"), &[("act", "add-partner"), ("request_id", "r"), ("country", "")]).await.text();
    assert!(page.contains("href=\"#new-country\"") && page.contains("href=\"#new-level-1\""), "{page}");
    site.fake.refuse("CreatePartner", || {
        let details = ErrorDetails::with_error_info("PARTNER_EXISTS", "atlas", [("partner_id".to_owned(), SEGOU.to_owned())]);
        Status::with_error_details(Code::AlreadyExists, "there", details)
    });
    assert_eq!(leads(&browser.post(&at("/actions/nouvelle"), &sent).await).1, next);
    assert!(reads(&browser.get(&next).await).contains("Ce partenaire est déjà dans la liste."));
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
