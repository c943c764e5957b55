use atlas_proto::directory::v1 as pb;
use tonic::Code;

use crate::world::{ELSEWHERE, VILLAGE, World, fields, refusal, request_id};

pub fn anne(public: bool) -> pb::Contact {
    pb::Contact {
        collectivite_id: VILLAGE.into(),
        kind: pb::ContactKind::Officer.into(),
        first_name: "Anne".into(),
        last_name: "Martin-Canari".into(),
        title: "secrétaire générale".into(),
        email: "anne.canari@example.org".into(),
        visibility: Some(pb::ContactVisibility { public, first_name: true, email: false }),
        ..Default::default()
    }
}

async fn added(world: &World, public: bool) -> pb::Contact {
    let request = pb::CreateContactRequest { contact: Some(anne(public)), request_id: request_id() };
    world.agent().create_contact(request).await.unwrap().into_inner().contact.unwrap()
}

async fn seen_by(world: &World, right: &str) -> Vec<(String, String)> {
    let request = pb::ListContactsRequest { collectivite_id: VILLAGE.into() };
    let contacts = world.directory(right).list_contacts(request).await.unwrap().into_inner().contacts;
    contacts.into_iter().map(|contact| (contact.last_name, contact.email)).collect()
}

#[tokio::test]
async fn who_sees_an_address_that_is_not_public() {
    let world = World::settled().await;
    added(&world, true).await;
    let (whole, public) = (("Martin-Canari".to_owned(), "anne.canari@example.org".to_owned()), ("Martin-Canari".to_owned(), String::new()));

    for right in
        [format!("collectivite:{VILLAGE}:reader"), "region:53:reader".into(), "department:56:reader".into(), "national:*:reader".into()]
    {
        assert_eq!(seen_by(&world, &right).await, std::slice::from_ref(&whole), "{right}");
    }
    for right in [
        format!("collectivite:{ELSEWHERE}:admin"),
        "region:84:reader".into(),
        "department:01:reader".into(),
        "country:SN:reader".into(),
        "operator:*:admin".into(),
    ] {
        assert_eq!(seen_by(&world, &right).await, std::slice::from_ref(&public), "{right}");
    }
    world.end().await;
}

#[tokio::test]
async fn a_contact_that_is_not_public_is_not_there_for_others() {
    let world = World::settled().await;
    added(&world, false).await;

    assert_eq!(seen_by(&world, "region:84:reader").await, []);
    assert_eq!(seen_by(&world, "region:53:reader").await.len(), 1);
    world.end().await;
}

#[tokio::test]
async fn nothing_of_a_person_is_in_the_log_or_the_history() {
    let world = World::settled().await;
    let contact = added(&world, true).await;
    let request = pb::DeleteContactRequest { contact_id: contact.contact_id, etag: contact.etag, request_id: request_id() };
    world.agent().delete_contact(request).await.unwrap();

    assert_eq!(world.told().await[2..], ["contact added", "contact removed"]);
    let states: Vec<Vec<u8>> = sqlx::query_scalar("select state from outbox").fetch_all(&world.pool).await.unwrap();
    assert!(states.iter().all(|state| !String::from_utf8_lossy(state).contains("anari")));
    let history: Vec<String> = sqlx::query_scalar("select history::text from history").fetch_all(&world.pool).await.unwrap();
    assert!(history.len() == 2 && history.iter().all(|row| !row.contains("anari")), "{history:?}");
    world.end().await;
}

#[tokio::test]
async fn a_contact_of_another_is_answered_like_none() {
    let world = World::settled().await;
    let contact = added(&world, true).await;
    let other = format!("collectivite:{ELSEWHERE}:admin");
    let delete = |contact_id: String| pb::DeleteContactRequest { contact_id, etag: contact.etag.clone(), request_id: request_id() };

    let theirs = world.directory(&other).delete_contact(delete(contact.contact_id.clone())).await.unwrap_err();
    let nobodys = world.directory(&other).delete_contact(delete(uuid::Uuid::new_v4().to_string())).await.unwrap_err();

    assert_eq!(refusal(&theirs), (Code::NotFound, "CONTACT_NOT_FOUND".into()));
    assert_eq!(refusal(&theirs), refusal(&nobodys));
    world.end().await;
}

#[tokio::test]
async fn a_contact_is_edited_with_the_etag_that_was_read() {
    let world = World::settled().await;
    let contact = added(&world, true).await;
    let edit = |title: &str| pb::UpdateContactRequest {
        contact: Some(pb::Contact { title: title.into(), ..contact.clone() }),
        update_mask: Some(prost_types::FieldMask { paths: vec!["title".into()] }),
        request_id: request_id(),
    };

    let edited = world.agent().update_contact(edit("maire")).await.unwrap().into_inner().contact.unwrap();
    let late = world.agent().update_contact(edit("adjoint")).await.unwrap_err();

    assert_eq!((edited.title.as_str(), edited.last_name.as_str(), edited.version), ("maire", "Martin-Canari", 2));
    assert_eq!(refusal(&late), (Code::Aborted, "STALE_ETAG".into()));
    world.end().await;
}

#[tokio::test]
async fn a_contact_needs_a_name_and_a_kind() {
    let world = World::settled().await;
    let nameless = pb::Contact { last_name: "  ".into(), kind: 0, email: "a@b".into(), ..anne(true) };

    let refused =
        world.agent().create_contact(pb::CreateContactRequest { contact: Some(nameless), request_id: request_id() }).await.unwrap_err();

    assert_eq!(fields(&refused), ["contact.kind", "contact.last_name", "contact.email"]);
    world.end().await;
}

#[tokio::test]
async fn sections_count_their_own_changes() {
    let world = World::settled().await;
    added(&world, true).await;
    added(&world, true).await;

    let sections = world.agent().get_sections(pb::GetSectionsRequest { collectivite_id: VILLAGE.into() }).await.unwrap().into_inner();

    let card = sections.collectivite.unwrap().identity_card.unwrap();
    assert_eq!((sections.contacts.len(), sections.contacts_revision, sections.networks_revision, card.revision), (2, 2, 0, 0));
    let outside =
        world.directory("region:84:reader").get_sections(pb::GetSectionsRequest { collectivite_id: VILLAGE.into() }).await.unwrap_err();
    assert_eq!(refusal(&outside), (Code::NotFound, "COLLECTIVITE_NOT_FOUND".into()));
    world.end().await;
}
