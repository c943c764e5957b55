//! The copy of what directory tells, with a real directory beside.

use std::{sync::Arc, time::Duration};

use atlas_proto::{
    access::ACCESS,
    directory::v1::{self as dir, directory_service_client::DirectoryServiceClient, import_service_client::ImportServiceClient},
    identity::v1 as pb,
};
use directory::Stores;
use runtime::{Credentials, Lifecycle, Purpose, Secret, Sockets, Timing};
use testkit::TestDatabase;

use super::stage::{ELSEWHERE, HEIR, Stage, VILLAGE, by, reason, request_id};
use crate::world::{World, own_key};

/// A directory that believes this identity, and where it is.
struct Beside {
    address: String,
    lifecycle: Lifecycle,
    _database: TestDatabase,
}

async fn beside(world: &World) -> Beside {
    let database = TestDatabase::clone_of(&directory::MIGRATORS).await;
    let client = world.client("atlas-directory", &["service:directory:reader"]).await;
    let verifier = world.follower(&client, Timing::default()).verifier();
    let (nats_url, nats_prefix) = world.broker.address();
    let stores = Stores {
        database_url: Secret::new(database.url.clone()),
        nats_url: nats_url.to_owned(),
        nats_prefix: nats_prefix.to_owned(),
        purpose: Purpose::Development,
    };
    let (lifecycle, sockets) = (Lifecycle::default(), Sockets::loopback().await.unwrap());
    let address = sockets.grpc.local_addr().unwrap().to_string();
    let serving = lifecycle.clone();
    lifecycle.spawn_to_end("directory", async move { directory::run(stores, verifier, ACCESS, sockets, serving).await });
    Beside { address, lifecycle, _database: database }
}

impl Beside {
    fn wire(&self, world: &World, client: &Credentials) -> runtime::Wire {
        let wire = runtime::Wire::open(self.address.parse().unwrap(), &world.lifecycle).within(Duration::from_secs(20));
        wire.with_tokens(world.tokens_of(client).for_audience("directory"))
    }

    async fn register(&self, world: &World, collectivites: Vec<dir::Collectivite>) {
        let operator = world.client("operator", &["operator:*:admin"]).await;
        let territory = |code: &str, name: &str| dir::Territory {
            kind: dir::TerritoryKind::Region.into(),
            code: code.into(),
            name: name.into(),
            region_code: code.into(),
            version: 0,
        };
        let batch = dir::ImportReferenceRequest {
            batch: 1,
            territories: vec![territory("53", "Bretagne"), territory("84", "Auvergne-Rhône-Alpes")],
            collectivites,
            ..Default::default()
        };
        let import = async || {
            let mut import = ImportServiceClient::new(self.wire(world, &operator));
            let answers = import.import_reference(tokio_stream::once(batch.clone())).await;
            match answers {
                Ok(answers) => answers.into_inner().message().await.is_ok(),
                Err(_) => false,
            }
        };
        testkit::until("directory takes the register", import).await;
    }

    async fn merge(&self, world: &World, from: &[&str], to: &[&str]) {
        let ministry = world.client("ministry", &["national:*:admin"]).await;
        let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
        let succession = dir::RecordSuccessionRequest {
            predecessor_ids: ids(from),
            successor_ids: ids(to),
            effective_on: "2026-01-01".into(),
            request_id: request_id(),
        };
        DirectoryServiceClient::new(self.wire(world, &ministry)).record_succession(succession).await.unwrap();
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        self.lifecycle.force();
    }
}

fn commune(id: &str, name: &str, department: &str, region: &str) -> dir::Collectivite {
    dir::Collectivite {
        collectivite_id: id.into(),
        r#type: dir::CollectiviteType::Commune.into(),
        name: name.into(),
        siren: id.into(),
        insee_code: format!("{department}050"),
        department_code: department.into(),
        region_code: region.into(),
        origin: "officiel".into(),
        ..Default::default()
    }
}

fn communes() -> Vec<dir::Collectivite> {
    vec![
        commune(VILLAGE, "La Croix-Helléan", "56", "53"),
        commune(ELSEWHERE, "L'Abergement-Clémenciat", "01", "84"),
        commune(HEIR, "Croix-et-Bois", "56", "53"),
    ]
}

async fn names(stage: &Stage) -> Vec<(String, String)> {
    let rows = sqlx::query_as("select name, region_name from collectivites order by name").fetch_all(&stage.world.pool);
    rows.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn members_keep_their_access_when_communes_merge() {
    let stage = Stage::start().await;
    let beside = beside(&stage.world).await;
    beside.register(&stage.world, communes()).await;
    let (anne, _) = stage.member("Anne", &format!("collectivite:{VILLAGE}:admin")).await;
    stage.member("Paul", &format!("collectivite:{ELSEWHERE}:admin")).await;
    let yann = stage.person("Yann").await;
    let request = stage.join().request_membership(super::stage::asks(&yann, VILLAGE)).await.unwrap().into_inner().request.unwrap();

    beside.merge(&stage.world, &[VILLAGE, ELSEWHERE], &[HEIR]).await;

    testkit::until("both teams are with the heir", async || stage.members_of(HEIR).await.len() == 2).await;
    assert_eq!(stage.members_of(HEIR).await, [("Anne".to_owned(), "admin".to_owned()), ("Paul".to_owned(), "admin".to_owned())]);
    assert_eq!((stage.members_of(VILLAGE).await.len(), stage.mailed(&anne).await.last().cloned()), (0, Some("membership-accepted".into())));
    let own = pb::ListOwnRequestsRequest { session_secret: yann.secret.clone() };
    let moved = stage.join().list_own_requests(by(own)).await.unwrap().into_inner().requests;
    assert_eq!((moved[0].request_id.as_str(), moved[0].collectivite_id.as_str()), (request.request_id.as_str(), HEIR));
    let late = stage.join().request_membership(super::stage::asks(&anne, VILLAGE)).await.unwrap_err();
    assert_eq!(reason(&late), "COLLECTIVITE_ENDED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merger_gives_nobody_the_say_over_a_team_that_has_its_own() {
    let stage = Stage::start().await;
    let beside = beside(&stage.world).await;
    beside.register(&stage.world, communes()).await;
    stage.member("Anne", &format!("collectivite:{VILLAGE}:admin")).await;
    stage.member("Zoé", &format!("collectivite:{HEIR}:admin")).await;

    beside.merge(&stage.world, &[VILLAGE], &[HEIR]).await;

    testkit::until("the team is with the heir", async || stage.members_of(HEIR).await.len() == 2).await;
    assert_eq!(stage.members_of(HEIR).await, [("Anne".to_owned(), "editor".to_owned()), ("Zoé".to_owned(), "admin".to_owned())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_directory_tells_is_kept_and_what_it_has_not_told_is_asked_for() {
    let world = World::start().await;
    let stage = Stage::of(world).await;
    sqlx::raw_sql("delete from collectivites; delete from territories").execute(&stage.world.pool).await.unwrap();
    let beside = beside(&stage.world).await;
    beside.register(&stage.world, communes()).await;
    testkit::until("the copy has all", async || names(&stage).await.len() == 3).await;
    assert_eq!(names(&stage).await[2], ("La Croix-Helléan".to_owned(), "Bretagne".to_owned()));

    let key = Arc::new(own_key().parse::<runtime::PrivateKey>().unwrap());
    let file = stage.world.files.path().join("own.pem");
    std::fs::write(&file, key.public().to_pem().unwrap()).unwrap();
    let file = file.to_str().unwrap().to_owned();
    let words = [
        "create-client",
        "--id",
        "atlas-identity",
        "--right",
        "service:identity:reader",
        "--audience",
        "directory",
        "--public-key-file",
        &file,
    ];
    stage.world.say(&words).await.unwrap();
    let targets = stage.world.targets().to_string();
    let config = stage.world.config(&[("ATLAS_DIRECTORY", &beside.address), ("ATLAS_IDENTITY", &targets)]);
    let third = stage.world.replica(config).await;
    sqlx::raw_sql("delete from collectivites").execute(&stage.world.pool).await.unwrap();
    let gateway = stage.world.client("gateway", &["service:gateway:reader"]).await;
    let wire = runtime::Wire::open(third.address.to_string().parse().unwrap(), &stage.world.lifecycle);
    let wire = wire.with_tokens(stage.world.tokens_of(&gateway)).within(Duration::from_secs(20));
    let anne = stage.person("Anne").await;
    let ask = |id: &str| by(pb::GetStandingRequest { session_secret: anne.secret.clone(), collectivite_id: id.into() });

    let mut join = pb::join_service_client::JoinServiceClient::new(wire);
    let known = join.get_standing(ask(VILLAGE)).await.unwrap().into_inner().collectivite.unwrap();
    let unknown = join.get_standing(ask("insee-97502")).await.unwrap_err();

    assert_eq!((known.name.as_str(), reason(&unknown).as_str()), ("La Croix-Helléan", "COLLECTIVITE_NOT_FOUND"));
    assert_eq!(names(&stage).await.len(), 1, "it is kept");
    third.lifecycle.force();
}
