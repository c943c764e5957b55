use atlas_proto::{
    directory::v1::{self as pb, official_address_service_client::OfficialAddressServiceClient},
    mail::v1::{self as mail, recipient_service_client::RecipientServiceClient},
};
use prost::Message as _;
use runtime::Purpose;
use tonic::{Code, Status};

use crate::world::{ELSEWHERE, VILLAGE, World, commune, refusal};

/// Found nowhere but where it belongs.
const CANARY: &str = "canari-mairie@la-croix.example";

fn addressed(email: &str) -> pb::ImportReferenceRequest {
    let address = pb::OfficialAddress { collectivite_id: VILLAGE.into(), email: email.into() };
    pb::ImportReferenceRequest { batch: 1, official_addresses: vec![address], ..Default::default() }
}

async fn settled() -> World {
    let world = World::settled().await;
    world.import(addressed(CANARY)).await.unwrap();
    world
}

async fn hint(world: &World, right: &str, id: &str) -> Result<String, Status> {
    let mut official = OfficialAddressServiceClient::new(world.wire.bearing(&world.identity.token(right)));
    let request = pb::GetOfficialAddressHintRequest { collectivite_id: id.into() };
    official.get_official_address_hint(request).await.map(|answer| answer.into_inner().hint)
}

async fn resolve(world: &World, right: &str, recipient: &str) -> Result<mail::ResolveRecipientResponse, Status> {
    let mut recipients = RecipientServiceClient::new(world.wire.bearing(&world.identity.token(right)));
    recipients.resolve_recipient(mail::ResolveRecipientRequest { recipient: recipient.into() }).await.map(tonic::Response::into_inner)
}

#[tokio::test]
async fn the_join_page_gets_a_hint_and_the_mail_the_address() {
    let world = settled().await;
    let recipient = format!("directory:official:{VILLAGE}");

    assert_eq!(hint(&world, "service:gateway:reader", VILLAGE).await.unwrap(), "c…e@…example");
    assert_eq!(hint(&world, "service:identity:reader", ELSEWHERE).await.unwrap(), "");
    let resolved = resolve(&world, "service:notifications:reader", &recipient).await.unwrap();
    assert_eq!((resolved.email.as_str(), resolved.display_name.as_str(), resolved.locale.as_str()), (CANARY, "La Croix-Helléan", "fr"));
    world.end().await;
}

#[tokio::test]
async fn the_address_is_for_who_sends_mail_and_for_nobody_else() {
    let world = settled().await;
    let recipient = format!("directory:official:{VILLAGE}");
    let nobody = (Code::NotFound, "RECIPIENT_NOT_FOUND".to_owned());

    for service in ["gateway", "identity", "directory", "projects"] {
        let refused = resolve(&world, &format!("service:{service}:admin"), &recipient).await.unwrap_err();
        assert_eq!(refusal(&refused), nobody, "{service}");
    }
    let strange =
        [format!("directory:official:{ELSEWHERE}"), "directory:official:insee-97502".into(), "identity:account:x".into(), String::new()];
    for recipient in strange {
        let refused = resolve(&world, "service:notifications:reader", &recipient).await.unwrap_err();
        assert_eq!(refusal(&refused), nobody, "{recipient}");
    }
    for service in ["notifications", "projects"] {
        let refused = hint(&world, &format!("service:{service}:admin"), VILLAGE).await.unwrap_err();
        assert_eq!(refusal(&refused), (Code::NotFound, "COLLECTIVITE_NOT_FOUND".to_owned()), "{service}");
    }
    world.end().await;
}

#[tokio::test]
async fn the_address_is_in_nothing_that_others_hear_or_read() {
    let world = settled().await;
    world.register(vec![commune(VILLAGE, "Autre nom", "56", "53")]).await;

    let mut heard = sqlx::query_scalar::<_, Vec<u8>>("select state from outbox").fetch_all(&world.pool).await.unwrap();
    let mut parts = world.follower().export_directory(pb::ExportDirectoryRequest {}).await.unwrap().into_inner();
    while let Some(part) = parts.message().await.unwrap() {
        heard.push(part.encode_to_vec());
    }
    let history = pb::ListHistoryRequest { collectivite_id: VILLAGE.into(), ..Default::default() };
    let history = world.agent().list_history(history).await.unwrap().into_inner();
    heard.push(history.encode_to_vec());

    assert!(!heard.is_empty() && !heard.iter().any(|bytes| bytes.windows(6).any(|six| six == b"canari")));
    assert_eq!(history.entries[0].fields, ["official_address"], "but that it changed can be seen");
    world.end().await;
}

#[tokio::test]
async fn the_same_address_again_changes_nothing_and_another_one_does() {
    let world = settled().await;

    let again = world.import(addressed(CANARY)).await.unwrap();
    let other = world.import(addressed("accueil@la-croix.example")).await.unwrap();

    assert_eq!((again.created_count, again.updated_count, again.unchanged_count), (0, 0, 1));
    assert_eq!((other.created_count, other.updated_count, other.unchanged_count), (0, 1, 0));
    let resolved = resolve(&world, "service:notifications:reader", &format!("directory:official:{VILLAGE}")).await.unwrap();
    assert_eq!(resolved.email, "accueil@la-croix.example");
    world.end().await;
}

#[tokio::test]
async fn no_trial_writes_to_a_town_hall_and_the_real_installation_to_no_invented_one() {
    for (purpose, taken, refused) in [
        (Purpose::Development, "mairie@la-croix.example", "mairie@la-croix.bzh"),
        (Purpose::Sandbox, "mairie@la-croix.test", "mairie@la-croix.fr"),
        (Purpose::Production, "mairie@la-croix.bzh", "mairie@la-croix.example"),
    ] {
        let world = World::of(purpose).await;
        world.register(vec![commune(VILLAGE, "La Croix-Helléan", "56", "53")]).await;

        let no = world.import(addressed(refused)).await.unwrap();
        let yes = world.import(addressed(taken)).await.unwrap();

        assert_eq!((no.created_count, no.refused[0].field.as_str(), no.refused[0].resource.as_str()), (0, "email", "official_address"));
        assert_eq!((yes.created_count, yes.refused.len()), (1, 0), "{purpose}");
        world.end().await;
    }
}

#[tokio::test]
async fn an_address_of_a_collectivite_that_is_not_there_is_refused_with_its_place() {
    let world = World::settled().await;
    let at = |id: &str| pb::OfficialAddress { collectivite_id: id.into(), email: "mairie@village.example".into() };
    let official_addresses = vec![at(VILLAGE), at("insee-97502"), at("no id")];

    let answer = world.import(pb::ImportReferenceRequest { batch: 1, official_addresses, ..Default::default() }).await.unwrap();

    let mut places: Vec<u32> = answer.refused.iter().map(|refused| refused.index).collect();
    places.sort_unstable();
    assert_eq!((answer.created_count, places), (1, vec![1, 2]));
    world.end().await;
}
