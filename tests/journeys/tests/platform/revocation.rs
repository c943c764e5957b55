use crate::QUIMPER;
use atlas_proto::{
    directory::v1::{GetCollectiviteRequest, directory_service_client::DirectoryServiceClient},
    identity::v1::{DisableClientRequest, ListClientsRequest, client_service_client::ClientServiceClient},
};
use journeys::{Actor, Stage, eventually, reason, stage};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// What is void is refused within five seconds; one more for the asking itself.
const SOON: Duration = Duration::from_secs(6);

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_client_is_refused_everywhere_within_five_seconds() {
    let atlas = stage().await;

    refused_everywhere(&atlas, Actor::office(&atlas, "test-office-1"), "test-office-1").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_client_is_refused_everywhere_though_nats_is_down() {
    let atlas = stage().await;
    let office = Actor::office(&atlas, "test-office-2");
    atlas.stop("nats").unwrap();

    refused_everywhere(&atlas, office, "test-office-2").await;
}

async fn refused_everywhere(atlas: &Stage, office: Actor, id: &str) {
    let token = office.token("directory").await;
    for replica in 1..=2 {
        ask(atlas, &office, replica, &token).await.unwrap_or_else(|refusal| panic!("directory-{replica}: {refusal}"));
    }

    disable(atlas, id).await;

    let since = Instant::now();
    for replica in 1..=2 {
        eventually(&format!("{id} refused by directory-{replica}"), SOON, async || {
            ask(atlas, &office, replica, &token).await == Err("TOKEN_VOID".to_owned())
        })
        .await;
    }
    println!("disabled -> refused by both replicas: {:?}", since.elapsed());
    assert!(since.elapsed() < Duration::from_secs(5));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_identity_rights_are_refused_and_pages_go_on() {
    let atlas = stage().await;
    let office = Actor::office(&atlas, "test-office-3");
    let token = office.token("directory").await;
    assert_eq!(ask(&atlas, &office, 1, &token).await, Ok(()));

    ["identity-1", "identity-2"].iter().for_each(|name| atlas.pause(name).unwrap());
    for replica in 1..=2 {
        eventually(&format!("directory-{replica} trusts nobody"), Duration::from_secs(8), async || {
            ask(&atlas, &office, replica, &token).await == Err("FRESHNESS_UNKNOWN".to_owned())
        })
        .await;
    }
    let pages = atlas.pages(&format!("/collectivites/{QUIMPER}")).await;
    ["identity-1", "identity-2"].iter().for_each(|name| atlas.resume(name).unwrap());

    assert!(pages.iter().all(|page| page.status == 200));
    eventually("trust again", Duration::from_secs(15), async || ask(&atlas, &office, 1, &token).await.is_ok()).await;
}

/// Reads as the office, from one replica, with that token; the reason when it is refused.
async fn ask(atlas: &Stage, office: &Actor, replica: u16, token: &str) -> Result<(), String> {
    let mut directory = DirectoryServiceClient::new(office.replica(atlas, "directory", replica, token));
    let asked = directory.get_collectivite(GetCollectiviteRequest { collectivite_id: QUIMPER.to_owned() }).await;
    asked.map(drop).map_err(|status| reason(&status))
}

async fn disable(atlas: &Stage, id: &str) {
    let ministry = Actor::ministry(atlas);
    let mut clients = ClientServiceClient::new(ministry.wire(atlas, "identity"));
    let all = clients.list_clients(ListClientsRequest { page_size: 1000, ..Default::default() }).await.unwrap().into_inner().clients;
    let found = all.into_iter().find(|client| client.client_id == id).unwrap();
    let request = DisableClientRequest { client_id: id.to_owned(), etag: found.etag, request_id: Uuid::new_v4().to_string() };
    clients.disable_client(request).await.unwrap();
}
