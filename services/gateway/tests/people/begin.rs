//! A new external action: the country, the partner, then what there is with it.

use atlas_proto::{
    directory::v1::{CreatePartnerRequest, CreatePartnerResponse, Partner, PartnerLevel, SearchPartnersRequest},
    projects::v1::{CreatePartnershipRequest, CreatePartnershipResponse, Framework, Partnership},
};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

use crate::{
    abroad::{ERLANGEN, SEGOU},
    actions::{at, one},
    browser::{Site, leads, reads},
    fixture::HELLEAN,
    record::SIGNED,
};

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
