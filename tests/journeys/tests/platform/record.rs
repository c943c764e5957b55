use crate::HELLEAN;
use atlas_local::Client;
use atlas_proto::{
    directory::v1::{CreatePartnerRequest, Partner, PartnerLevel, partner_service_client::PartnerServiceClient},
    projects::v1::{CreatePartnershipRequest, GetPartnershipRequest, Partnership, record_service_client::RecordServiceClient},
};
use journeys::{Actor, stage};
use std::time::Duration;
use uuid::Uuid;

const LIMIT: Duration = Duration::from_secs(10);
const NAME: &str = "Kéniéba-les-Essais";

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_that_was_just_added_is_worked_with_and_soon_shown() {
    let atlas = stage().await;
    let rights = &["collectivite:215600503:editor"];
    let agent = Actor::of(&atlas, &Client { id: "test-village", rights, audiences: &["directory", "projects"] });
    let partner =
        Partner { country_iso2: "ML".to_owned(), level: PartnerLevel::Municipality.into(), name: NAME.to_owned(), ..Partner::default() };
    let request = CreatePartnerRequest { partner: Some(partner), request_id: Uuid::new_v4().to_string() };
    let partner = PartnerServiceClient::new(agent.wire(&atlas, "directory")).create_partner(request).await.unwrap();
    let partner_id = partner.into_inner().partner.unwrap().partner_id;

    let partnership = Partnership {
        partner_id: partner_id.clone(),
        lead_collectivite_id: HELLEAN.to_owned(),
        collectivite_ids: vec![HELLEAN.to_owned()],
        twinning: true,
        ..Partnership::default()
    };
    let request = CreatePartnershipRequest { partnership: Some(partnership), request_id: Uuid::new_v4().to_string() };
    let added = RecordServiceClient::new(agent.wire(&atlas, "projects")).create_partnership(request).await.unwrap();
    let added = added.into_inner().partnership.unwrap();

    let token = agent.token("projects").await;
    for replica in 1..=atlas.replicas() {
        let mut record = RecordServiceClient::new(agent.replica(&atlas, "projects", replica, &token));
        let asked = GetPartnershipRequest { partnership_id: added.partnership_id.clone() };
        assert_eq!(record.get_partnership(asked).await.unwrap().into_inner().partnership.as_ref(), Some(&added), "replica {replica}");
    }
    let page = atlas.shown(&format!("/collectivites/{HELLEAN}"), NAME, LIMIT).await;
    let partner = atlas.shown(&format!("/partenaires/{partner_id}"), NAME, LIMIT).await;
    println!("a partnership -> the page of its collectivité {page:?}, of its partner {partner:?}");
}
