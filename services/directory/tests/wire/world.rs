use std::{sync::Arc, time::Duration};

use atlas_proto::{
    access::ACCESS,
    directory::v1::{
        self as pb, directory_service_client::DirectoryServiceClient, export_service_client::ExportServiceClient,
        import_service_client::ImportServiceClient, partner_service_client::PartnerServiceClient,
    },
};
use directory::{MIGRATORS, Stores};
use kernel::SystemClock;
use runtime::{Access, Lifecycle, Patience, Purpose, Secret, Sockets, Targets, Wire};
use sqlx::PgPool;
use testkit::{TestBroker, TestDatabase, TestIdentity};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;
use uuid::Uuid;

/// The commune of most tests: in Bretagne (53), Morbihan (56).
pub const VILLAGE: &str = "215600503";
/// A commune of another région (84) and département (01).
pub const ELSEWHERE: &str = "210100012";

/// Two replicas of directory on one database and one broker, and callers of every kind.
pub struct World {
    pub pool: PgPool,
    pub wire: Wire,
    pub identity: TestIdentity,
    replicas: Vec<Lifecycle>,
    lifecycle: Lifecycle,
    _database: TestDatabase,
    pub broker: TestBroker,
}

impl World {
    pub async fn start() -> Self {
        Self::with_access(ACCESS).await
    }

    /// A world whose services go by another table of who may call what.
    pub async fn with_access(access: Access) -> Self {
        Self::made(access, Purpose::Development).await
    }

    /// A world that serves another purpose.
    pub async fn of(purpose: Purpose) -> Self {
        Self::made(ACCESS, purpose).await
    }

    async fn made(access: Access, purpose: Purpose) -> Self {
        let database = TestDatabase::clone_of(&MIGRATORS).await;
        let broker = TestBroker::start().await;
        let identity = TestIdentity::default();
        let (mut replicas, mut targets) = (Vec::new(), Vec::new());
        for _ in 0..2 {
            let sockets = Sockets::loopback().await.unwrap();
            targets.push(sockets.grpc.local_addr().unwrap().to_string());
            replicas.push(replica(&database, &broker, &identity, (access, purpose), sockets));
        }
        let lifecycle = Lifecycle::default();
        let targets: Targets = targets.join(",").parse().unwrap();
        let wire = Wire::open(targets, &lifecycle).within(Duration::from_secs(20));
        let pool = database.pool().await;
        let world = Self { pool, wire, identity, replicas, lifecycle, _database: database, broker };
        until("both replicas answer", async || world.wire.replicas() == 2).await;
        world
    }

    /// A world with two communes, of two régions.
    pub async fn settled() -> Self {
        let world = Self::start().await;
        world
            .register(vec![commune(VILLAGE, "La Croix-Helléan", "56", "53"), commune(ELSEWHERE, "L'Abergement-Clémenciat", "01", "84")])
            .await;
        world
    }

    pub fn directory(&self, right: &str) -> DirectoryServiceClient<Wire> {
        DirectoryServiceClient::new(self.wire.bearing(&self.identity.token(right)))
    }

    /// An agent who may change the village's page.
    pub fn agent(&self) -> DirectoryServiceClient<Wire> {
        self.directory(&format!("collectivite:{VILLAGE}:editor"))
    }

    pub fn partners(&self, right: &str) -> PartnerServiceClient<Wire> {
        PartnerServiceClient::new(self.wire.bearing(&self.identity.token(right)))
    }

    /// A world with two communes, and Germany, Mali and Japan.
    pub async fn abroad() -> Self {
        let world = Self::settled().await;
        let countries = vec![
            country("DE", "DEU", "Allemagne", "Europe"),
            country("ML", "MLI", "Mali", "Afrique"),
            country("JP", "JPN", "Japon", "Asie"),
        ];
        world.import(pb::ImportReferenceRequest { batch: 2, countries, ..Default::default() }).await.unwrap();
        world
    }

    pub fn follower(&self) -> ExportServiceClient<Wire> {
        ExportServiceClient::new(self.wire.bearing(&self.identity.token("service:gateway:reader")))
    }

    /// Brings collectivités in, as an operator does, and gives what became of them.
    pub async fn register(&self, collectivites: Vec<pb::Collectivite>) -> pb::ImportReferenceResponse {
        self.import(pb::ImportReferenceRequest { batch: 1, collectivites, ..Default::default() }).await.unwrap()
    }

    pub async fn import(&self, batch: pb::ImportReferenceRequest) -> Result<pb::ImportReferenceResponse, Status> {
        let wire = self.wire.bearing(&self.identity.token("operator:*:admin"));
        let answers = ImportServiceClient::new(wire).import_reference(tokio_stream::once(batch)).await?;
        Ok(answers.into_inner().message().await?.expect("an answer to the batch"))
    }

    /// What was told, in the order it was written: resource and change.
    pub async fn told(&self) -> Vec<String> {
        let rows =
            sqlx::query_scalar::<_, String>("select resource || ' ' || change from outbox order by position nulls last, created_at, id");
        rows.fetch_all(&self.pool).await.unwrap()
    }

    /// Ends both replicas; nothing of theirs may have failed.
    pub async fn end(self) {
        for replica in self.replicas {
            replica.finish().await.unwrap();
        }
        self.lifecycle.finish().await.unwrap();
    }
}

fn replica(
    database: &TestDatabase,
    broker: &TestBroker,
    identity: &TestIdentity,
    (access, purpose): (Access, Purpose),
    sockets: Sockets,
) -> Lifecycle {
    let lifecycle = Lifecycle::new(Arc::new(SystemClock), Patience::default());
    let (nats_url, nats_prefix) = broker.address();
    let stores = Stores {
        database_url: Secret::new(database.url.clone()),
        nats_url: nats_url.to_owned(),
        nats_prefix: nats_prefix.to_owned(),
        purpose,
    };
    let verifier = identity.verifier("directory");
    let serving = lifecycle.clone();
    lifecycle.spawn_to_end("directory", async move { directory::run(stores, verifier, access, sockets, serving).await });
    lifecycle
}

/// Waits until something named holds.
pub async fn until(what: &str, holds: impl AsyncFn() -> bool) {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
    while !holds().await {
        assert!(tokio::time::Instant::now() < deadline, "waited for: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

pub fn commune(id: &str, name: &str, department: &str, region: &str) -> pb::Collectivite {
    pb::Collectivite {
        collectivite_id: id.into(),
        r#type: pb::CollectiviteType::Commune.into(),
        name: name.into(),
        siren: id.into(),
        insee_code: format!("{department}050"),
        postal_codes: vec![format!("{department}120")],
        department_code: department.into(),
        region_code: region.into(),
        population: Some(892),
        point: Some(pb::Point { latitude: 47.95, longitude: -2.46 }),
        origin: "officiel".into(),
        ..Default::default()
    }
}

pub fn country(iso2: &str, iso3: &str, name: &str, continent: &str) -> pb::Country {
    pb::Country {
        iso2: iso2.into(),
        iso3: iso3.into(),
        name_fr: name.into(),
        name_en: name.into(),
        continent: continent.into(),
        capital: Some(pb::Point { latitude: 12.65, longitude: -8.0 }),
        dac_code: "255".into(),
        oda_eligible: continent == "Afrique",
        version: 0,
    }
}

pub fn request_id() -> String {
    Uuid::new_v4().to_string()
}

/// What a refusal means: its code and its reason.
pub fn refusal(status: &Status) -> (Code, String) {
    (status.code(), status.get_details_error_info().expect("a reason").reason)
}

/// The fields that a refusal names.
pub fn fields(status: &Status) -> Vec<String> {
    status.get_details_bad_request().expect("violations").field_violations.into_iter().map(|violation| violation.field).collect()
}
