//! Two who write at once, a service that is away, a session that ended: nothing typed is lost.

use atlas_proto::{
    identity::v1::{Draft, DraftField, GetDraftRequest, GetDraftResponse},
    projects::v1::{GetPartnershipRequest, GetPartnershipResponse, Partnership, UpdatePartnershipRequest, UpdatePartnershipResponse},
};
use tonic::{Code, Status};

use crate::{
    actions::{form, one},
    browser::{Site, leads, reads},
    fake::refusal,
    record::{SIGNED, signed},
};

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
async fn what_was_typed_before_the_session_ended_is_there_again() {
    let site = Site::start().await;
    site.fake.on("GetDraft", |asked: GetDraftRequest| {
        let field = |name: &str, value: &str| DraftField { name: name.into(), value: value.into() };
        let fields = vec![field("act", "save"), field("etag", "1.4"), field("description", "Gardé."), field("base_description", "Avant.")];
        Ok(GetDraftResponse { draft: Some(Draft { form: asked.form, fields, saved_at: None }) })
    });
    let page = site.signed_in().get(&format!("{}?brouillon=1", one(SIGNED))).await.text();
    for said in ["Gardé.</textarea>", "name=\"base_description\" value=\"Avant.\"", "name=\"etag\" value=\"1.4\"", "name=\"_draft\""] {
        assert!(page.contains(said), "{said}: {page}");
    }
}
