//! How a collectivité is reached, its people and its networks, kept by those who act for it.

use atlas_proto::directory::v1::{
    ContactKind, CreateContactRequest, CreateContactResponse, DeleteContactRequest, DeleteContactResponse, SetNetworkRelationsRequest,
    SetNetworkRelationsResponse, UpdateContactRequest, UpdateContactResponse, UpdateIdentityCardRequest, UpdateIdentityCardResponse,
};
use tonic::{Code, Status};

use crate::{
    browser::{Site, leads, reads},
    fake::{fields, refusal},
    fixture::{CONTACT, HELLEAN},
    samples::holds,
};

fn at(path: &str) -> String {
    format!("/espace/{HELLEAN}{path}")
}

const CARD: [(&str, &str); 7] = [
    ("act", "save"),
    ("etag", "c1"),
    ("request_id", "r"),
    ("website", "https://helléan.fr"),
    ("email", "mairie@example.org"),
    ("telephone", "02 97 00 00 00"),
    ("service", ""),
];

#[tokio::test]
async fn the_card_is_changed_and_what_is_wrong_is_said() {
    let site = Site::start().await;
    site.fake.on("UpdateIdentityCard", |_: UpdateIdentityCardRequest| Ok(UpdateIdentityCardResponse::default()));
    let mut browser = site.signed_in();
    let page = browser.get(&at("/fiche")).await.text();
    assert!(page.contains("value=\"https://ancien.fr\"") && page.contains("name=\"base_website\" value=\"https://ancien.fr\""), "{page}");
    assert_eq!(leads(&browser.post(&at("/fiche"), &CARD).await).1, at("/fiche"));
    let asked: UpdateIdentityCardRequest = site.fake.asked("UpdateIdentityCard");
    let to = asked.identity_card.unwrap();
    assert_eq!((to.website.as_str(), to.etag.as_str(), asked.collectivite_id.as_str()), ("https://helléan.fr", "c1", HELLEAN));
    site.fake.refuse("UpdateIdentityCard", || fields(&[("identity_card.website", "expected https"), ("identity_card.telephone", "no")]));
    let page = browser.post(&at("/fiche"), &CARD).await;
    assert!(
        page.status == 422 && page.text().contains("href=\"#website\"") && page.text().contains("href=\"#telephone\""),
        "{}",
        page.text()
    );
    site.fake.refuse("UpdateIdentityCard", || refusal(Code::Aborted, "STALE_ETAG"));
    let page = browser.post(&at("/fiche"), &[&CARD[..], &[("base_website", "https://avant.fr")]].concat()).await;
    let said = "Avant : https://avant.fr Garder mon texte Ce que vous avez écrit : https://helléan.fr Garder l’autre Ce qui est enregistré : https://ancien.fr";
    assert!(page.status == 409 && reads(&page).contains(said), "{}", reads(&page));
    site.fake.refuse("UpdateIdentityCard", || Status::deadline_exceeded("late"));
    let page = browser.post(&at("/fiche"), &CARD).await;
    assert!(page.status == 503 && page.text().contains("name=\"telephone\" value=\"02 97 00 00 00\""), "{}", page.text());
    holds(&site.fake, &[(&format!("collectivite:{HELLEAN}:reader"), "La Croix-Helléan")]);
    let page = browser.get(&at("/fiche")).await;
    assert!(reads(&page).contains("Site internet https://ancien.fr") && !page.text().contains("name=\"website\""), "{}", page.text());
}

#[tokio::test]
async fn people_are_added_changed_and_removed() {
    let site = Site::start().await;
    site.fake.on("CreateContact", |_: CreateContactRequest| Ok(CreateContactResponse::default()));
    site.fake.on("UpdateContact", |_: UpdateContactRequest| Ok(UpdateContactResponse::default()));
    site.fake.on("DeleteContact", |_: DeleteContactRequest| Ok(DeleteContactResponse {}));
    let (mut browser, path) = (site.signed_in(), at("/contacts"));
    let text = reads(&browser.get(&path).await);
    assert!(text.contains("1 personne") && text.contains("Ce que le public voit le nom et la fonction, le prénom"), "{text}");
    let sent = [("kind", "officer"), ("first_name", "Paul"), ("last_name", "Durand"), ("function", "agent"), ("email", "paul@example.org")];
    let add = [&sent[..], &[("act", "add"), ("request_id", "r"), ("visibility", "public"), ("visibility", "email")]].concat();
    assert_eq!(leads(&browser.post(&path, &add).await).1, path);
    let new = site.fake.asked::<CreateContactRequest>("CreateContact").contact.unwrap();
    let shown = new.visibility.unwrap();
    assert_eq!((new.kind(), new.title.as_str(), new.collectivite_id.as_str()), (ContactKind::Officer, "agent", HELLEAN));
    assert_eq!((shown.public, shown.first_name, shown.email), (true, false, true));
    let change = [&sent[..], &[("act", "save"), ("request_id", "r"), ("contact_id", CONTACT), ("etag", "k1")]].concat();
    browser.post(&path, &change).await;
    let to = site.fake.asked::<UpdateContactRequest>("UpdateContact").contact.unwrap();
    assert_eq!((to.contact_id.as_str(), to.etag.as_str(), to.visibility.unwrap().public), (CONTACT, "k1", false));
    let page = browser.post(&path, &[("act", "save"), ("request_id", "r"), ("contact_id", CONTACT), ("last_name", "")]).await.text();
    assert!(page.contains(&format!("href=\"#c{CONTACT}-last_name\"")) && !page.contains("href=\"#new-last_name\""), "{page}");
    site.fake.refuse("UpdateContact", || refusal(Code::Aborted, "STALE_ETAG"));
    let page = browser.post(&path, &change).await;
    assert!(page.status == 409 && page.text().contains(&format!("name=\"contact_id\" value=\"{CONTACT}\"")), "{}", page.text());
    browser.post(&path, &[("act", "delete"), ("contact_id", CONTACT), ("etag", "k1"), ("request_id", "r")]).await;
    assert_eq!(site.fake.asked::<DeleteContactRequest>("DeleteContact").etag, "k1");
    assert!(reads(&browser.get(&path).await).contains("La personne est supprimée, aussi de la page publique."));
}

#[tokio::test]
async fn networks_are_ticked() {
    let site = Site::start().await;
    site.fake.on("SetNetworkRelations", |_: SetNetworkRelationsRequest| Ok(SetNetworkRelationsResponse::default()));
    let (mut browser, path) = (site.signed_in(), at("/reseaux"));
    let page = browser.get(&path).await.text();
    assert!(page.contains("name=\"members\" value=\"n1\" checked") && page.contains("name=\"base_uses\" value=\"\""), "{page}");
    let sent = [("act", "save"), ("etag", "n.1"), ("request_id", "r"), ("members", "n1"), ("members", "n2"), ("uses", "n2")];
    assert_eq!(leads(&browser.post(&path, &sent).await).1, path);
    let asked: SetNetworkRelationsRequest = site.fake.asked("SetNetworkRelations");
    let told: Vec<_> = asked.networks.iter().map(|it| (it.network_id.as_str(), it.member, it.uses)).collect();
    assert_eq!((told, asked.etag.as_str()), (vec![("n1", true, false), ("n2", true, true)], "n.1"));
    site.fake.refuse("SetNetworkRelations", || refusal(Code::Aborted, "STALE_ETAG"));
    let page = browser.post(&path, &[&sent[..], &[("base_members", "")]].concat()).await;
    assert!(page.status == 409 && reads(&page).contains("Ce que vous avez écrit : AFCCRE, Cités Unies France"), "{}", reads(&page));
}
