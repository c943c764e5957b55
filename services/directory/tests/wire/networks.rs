use atlas_proto::directory::v1 as pb;
use tonic::Code;

use crate::world::{VILLAGE, World, refusal, request_id};

async fn network(world: &World, acronym: &str, name: &str) -> Result<pb::Network, tonic::Status> {
    let network =
        pb::Network { acronym: acronym.into(), name: name.into(), kind: "réseau".into(), scope: "national".into(), ..Default::default() };
    let request = pb::CreateNetworkRequest { network: Some(network), request_id: request_id() };
    world.directory("national:*:admin").create_network(request).await.map(|answer| answer.into_inner().network.unwrap())
}

fn set(network_id: &str, etag: &str) -> pb::SetNetworkRelationsRequest {
    let relation = pb::NetworkRelation { network_id: network_id.into(), member: true, ..Default::default() };
    pb::SetNetworkRelationsRequest {
        collectivite_id: VILLAGE.into(),
        networks: vec![relation],
        etag: etag.into(),
        request_id: request_id(),
    }
}

#[tokio::test]
async fn a_collectivite_says_which_networks_it_is_a_member_of() {
    let world = World::settled().await;
    let cuf = network(&world, "CUF", "Cités Unies France").await.unwrap();

    let saved = world.agent().set_network_relations(set(&cuf.network_id, "v0")).await.unwrap().into_inner();
    let late = world.agent().set_network_relations(set(&cuf.network_id, "v0")).await.unwrap_err();

    assert_eq!((saved.networks[0].name.as_str(), saved.networks[0].member, saved.networks[0].uses), ("CUF", true, false));
    assert_eq!((saved.etag.as_str(), saved.revision), ("v1", 1));
    assert_eq!(refusal(&late), (Code::Aborted, "STALE_ETAG".into()));
    world.end().await;
}

#[tokio::test]
async fn a_network_that_is_not_there_leaves_the_list_as_it_was() {
    let world = World::settled().await;
    let cuf = network(&world, "CUF", "Cités Unies France").await.unwrap();
    world.agent().set_network_relations(set(&cuf.network_id, "v0")).await.unwrap();

    let refused = world.agent().set_network_relations(set(&request_id(), "v1")).await.unwrap_err();

    assert_eq!(refusal(&refused), (Code::NotFound, "NETWORK_NOT_FOUND".into()));
    let page = world.agent().get_sections(pb::GetSectionsRequest { collectivite_id: VILLAGE.into() }).await.unwrap().into_inner();
    assert_eq!((page.collectivite.unwrap().networks.len(), page.networks_etag.as_str()), (1, "v1"));
    world.end().await;
}

#[tokio::test]
async fn two_networks_do_not_share_a_name() {
    let world = World::start().await;
    network(&world, "CUF", "Cités Unies France").await.unwrap();

    let refused = network(&world, "", "CITES UNIES FRANCE").await.unwrap_err();

    assert_eq!(refusal(&refused), (Code::AlreadyExists, "NETWORK_NAME_TAKEN".into()));
    world.end().await;
}

#[tokio::test]
async fn networks_are_listed_by_name_page_by_page() {
    let world = World::start().await;
    for name in ["Énergie", "Alsace", "Zones", "Bretagne solidaire", "eau"] {
        network(&world, "", name).await.unwrap();
    }
    let mut names = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = pb::ListNetworksRequest { page_size: 2, page_token };
        let page = world.agent().list_networks(request).await.unwrap().into_inner();
        names.extend(page.networks.into_iter().map(|network| network.name));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(names, ["Alsace", "Bretagne solidaire", "eau", "Énergie", "Zones"]);
    world.end().await;
}
