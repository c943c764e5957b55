use atlas_proto::directory::v1 as pb;
use tonic::Code;

use crate::world::{ELSEWHERE, VILLAGE, World, fields, refusal, request_id};

fn card(email: &str, etag: &str) -> pb::UpdateIdentityCardRequest {
    pb::UpdateIdentityCardRequest {
        collectivite_id: VILLAGE.into(),
        identity_card: Some(pb::IdentityCard { email: email.into(), etag: etag.into(), ..Default::default() }),
        update_mask: None,
        request_id: request_id(),
    }
}

#[tokio::test]
async fn an_agent_corrects_the_card_and_everybody_hears_it_once() {
    let world = World::settled().await;
    let request = card("mairie@example.org", "v0");

    let saved = world.agent().update_identity_card(request.clone()).await.unwrap().into_inner();
    let repeated = world.agent().update_identity_card(request).await.unwrap().into_inner();

    assert_eq!(saved, repeated);
    assert_eq!(saved.identity_card.unwrap().email, "mairie@example.org");
    assert_eq!(world.told().await, ["collectivite registered", "collectivite registered", "collectivite card-updated"]);
    world.end().await;
}

#[tokio::test]
async fn one_request_id_is_for_one_request() {
    let world = World::settled().await;
    let first = card("mairie@example.org", "v0");
    let other = pb::UpdateIdentityCardRequest { request_id: first.request_id.clone(), ..card("accueil@example.org", "v0") };
    world.agent().update_identity_card(first).await.unwrap();

    let refused = world.agent().update_identity_card(other).await.unwrap_err();

    assert_eq!(refusal(&refused), (Code::InvalidArgument, "REQUEST_ID_REUSED".into()));
    world.end().await;
}

#[tokio::test]
async fn of_two_agents_the_second_is_told_and_nothing_is_lost() {
    let world = World::settled().await;
    world.agent().update_identity_card(card("first@example.org", "v0")).await.unwrap();

    let late = world.agent().update_identity_card(card("second@example.org", "v0")).await.unwrap_err();

    assert_eq!(refusal(&late), (Code::Aborted, "STALE_ETAG".into()));
    let now = world.agent().get_collectivite(pb::GetCollectiviteRequest { collectivite_id: VILLAGE.into() }).await.unwrap().into_inner();
    assert_eq!(now.collectivite.unwrap().identity_card.unwrap().email, "first@example.org");
    world.end().await;
}

#[tokio::test]
async fn parallel_twins_on_two_replicas_have_one_effect() {
    let world = World::settled().await;
    let request = card("mairie@example.org", "v0");

    let twins = (0..20).map(|_| {
        let (mut agent, request) = (world.agent(), request.clone());
        async move { agent.update_identity_card(request).await.unwrap().into_inner() }
    });
    let answers = futures_util::future::join_all(twins).await;

    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(world.told().await.iter().filter(|told| *told == "collectivite card-updated").count(), 1);
    world.end().await;
}

#[tokio::test]
async fn nobody_changes_the_page_of_another() {
    let world = World::settled().await;
    for right in [format!("collectivite:{ELSEWHERE}:admin"), "region:53:admin".into()] {
        let refused = world.directory(&right).update_identity_card(card("x@example.org", "v0")).await.unwrap_err();
        assert!(matches!(refused.code(), Code::NotFound | Code::PermissionDenied), "{right}: {refused:?}");
    }
    let unknown = pb::UpdateIdentityCardRequest { collectivite_id: "200000172".into(), ..card("x@example.org", "v0") };
    let theirs =
        world.directory(&format!("collectivite:{ELSEWHERE}:admin")).update_identity_card(card("x@example.org", "v0")).await.unwrap_err();
    let nobodys = world.directory(&format!("collectivite:{ELSEWHERE}:admin")).update_identity_card(unknown).await.unwrap_err();
    assert_eq!(refusal(&theirs), refusal(&nobodys), "another's page is answered like one that does not exist");

    let reader =
        world.directory(&format!("collectivite:{VILLAGE}:reader")).update_identity_card(card("x@example.org", "v0")).await.unwrap_err();
    assert_eq!(refusal(&reader), (Code::PermissionDenied, "ROLE_TOO_LOW".into()));
    world.end().await;
}

#[tokio::test]
async fn everything_wrong_is_told_at_once_and_nothing_is_written() {
    let world = World::settled().await;
    let wrong = pb::UpdateIdentityCardRequest {
        collectivite_id: "12".into(),
        identity_card: Some(pb::IdentityCard {
            website: "javascript:alert(1)".into(),
            email: "mairie".into(),
            telephone: "1".into(),
            etag: "7".into(),
            ..Default::default()
        }),
        update_mask: Some(prost_types::FieldMask { paths: vec!["website".into(), "email".into(), "telephone".into(), "colour".into()] }),
        request_id: "x".into(),
    };

    let refused = world.agent().update_identity_card(wrong).await.unwrap_err();

    let expected = [
        "collectivite_id",
        "identity_card.etag",
        "request_id",
        "update_mask",
        "identity_card.website",
        "identity_card.email",
        "identity_card.telephone",
    ];
    assert_eq!(fields(&refused), expected);
    world.end().await;
}

#[tokio::test]
async fn a_mask_leaves_the_rest_as_it_is() {
    let world = World::settled().await;
    world.agent().update_identity_card(card("mairie@example.org", "v0")).await.unwrap();
    let site = pb::UpdateIdentityCardRequest {
        identity_card: Some(pb::IdentityCard { website: "https://example.org".into(), etag: "v1".into(), ..Default::default() }),
        update_mask: Some(prost_types::FieldMask { paths: vec!["website".into()] }),
        ..card("", "v1")
    };

    let saved = world.agent().update_identity_card(site).await.unwrap().into_inner().identity_card.unwrap();

    assert_eq!((saved.website.as_str(), saved.email.as_str(), saved.etag.as_str()), ("https://example.org", "mairie@example.org", "v2"));
    world.end().await;
}
