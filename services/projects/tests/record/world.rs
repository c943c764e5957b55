use std::{sync::Arc, time::Duration};

use atlas_proto::{
    access::ACCESS,
    directory::v1 as dir,
    projects::v1::{
        self as pb, export_service_client::ExportServiceClient, import_service_client::ImportServiceClient,
        record_service_client::RecordServiceClient,
    },
};
use kernel::SystemClock;
use projects::{Around, MIGRATORS, Stores};
use runtime::{Access, Lifecycle, Patience, Purpose, Secret, Sockets, Targets, Wire};
use sqlx::PgPool;
use testkit::{TestBroker, TestDatabase, TestIdentity, until};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;
use uuid::Uuid;

use crate::neighbours::Directory;

/// The commune of most tests: in Bretagne (53), Morbihan (56).
pub const VILLAGE: &str = "215600503";
/// A commune of another région (84) and département (01).
pub const ELSEWHERE: &str = "210100012";
/// What takes the place of the village, when a test lets it end.
pub const HEIR: &str = "200000172";

/// Partners that directory knows from the beginning: two of Mali, one of Germany.
pub const SIKASSO: &str = "00000000-0000-4000-8000-000000000001";
pub const KAYES: &str = "00000000-0000-4000-8000-000000000002";
pub const TRIER: &str = "00000000-0000-4000-8000-000000000003";

/// Two replicas of projects on one database and one broker, directory beside, and callers of every kind.
pub struct World {
    pub pool: PgPool,
    pub wire: Wire,
    pub identity: TestIdentity,
    pub directory: Directory,
    pub broker: TestBroker,
    replicas: Vec<Lifecycle>,
    lifecycle: Lifecycle,
    _database: TestDatabase,
}

impl World {
    pub async fn start() -> Self {
        Self::with_access(ACCESS).await
    }

    /// A world whose services go by another table of who may call what.
    pub async fn with_access(access: Access) -> Self {
        let database = TestDatabase::clone_of(&MIGRATORS).await;
        let broker = TestBroker::start().await;
        let (identity, directory, lifecycle) = (TestIdentity::default(), Directory::default(), Lifecycle::default());
        settle(&directory);
        let address: Targets = directory.serve(&identity, &lifecycle).await.parse().unwrap();
        let (mut replicas, mut targets) = (Vec::new(), Vec::new());
        for _ in 0..2 {
            let sockets = Sockets::loopback().await.unwrap();
            targets.push(sockets.grpc.local_addr().unwrap().to_string());
            let directory = Wire::open(address.clone(), &lifecycle).bearing(&identity.token("service:projects:reader"));
            let around = Around { verifier: identity.verifier("projects"), access, directory };
            replicas.push(replica(&database, &broker, around, sockets));
        }
        let targets: Targets = targets.join(",").parse().unwrap();
        let wire = Wire::open(targets, &lifecycle).within(Duration::from_secs(20));
        let pool = database.pool().await;
        let world = Self { pool, wire, identity, directory, broker, replicas, lifecycle, _database: database };
        until("both replicas answer", async || world.wire.replicas() == 2).await;
        world
    }

    pub fn record(&self, right: &str) -> RecordServiceClient<Wire> {
        RecordServiceClient::new(self.wire.bearing(&self.identity.token(right)))
    }

    /// An agent who may change the village's record.
    pub fn agent(&self) -> RecordServiceClient<Wire> {
        self.record(&format!("collectivite:{VILLAGE}:editor"))
    }

    pub fn ministry(&self) -> RecordServiceClient<Wire> {
        self.record("national:*:editor")
    }

    pub fn follower(&self) -> ExportServiceClient<Wire> {
        ExportServiceClient::new(self.wire.bearing(&self.identity.token("service:gateway:reader")))
    }

    /// Adds a partnership of the village as its agent does.
    pub async fn add(&self, partnership: pb::Partnership) -> Result<pb::Partnership, Status> {
        let request = pb::CreatePartnershipRequest { partnership: Some(partnership), request_id: request_id() };
        Ok(self.agent().create_partnership(request).await?.into_inner().partnership.unwrap())
    }

    /// Changes a partnership of the village as its agent does.
    pub async fn change(&self, partnership: pb::Partnership, paths: &[&str]) -> Result<pb::Partnership, Status> {
        Ok(self.agent().update_partnership(update(partnership, paths)).await?.into_inner().partnership.unwrap())
    }

    pub async fn get(&self, id: &str) -> Result<pb::Partnership, Status> {
        let request = pb::GetPartnershipRequest { partnership_id: id.into() };
        Ok(self.agent().get_partnership(request).await?.into_inner().partnership.unwrap())
    }

    /// Brings a batch in, as an operator does.
    pub async fn import(&self, batch: pb::ImportRecordRequest) -> Result<pb::ImportRecordResponse, Status> {
        self.import_as("operator:*:admin", batch).await
    }

    /// Brings a batch in by a right.
    pub async fn import_as(&self, right: &str, batch: pb::ImportRecordRequest) -> Result<pb::ImportRecordResponse, Status> {
        let wire = self.wire.bearing(&self.identity.token(right));
        let answers = ImportServiceClient::new(wire).import_record(tokio_stream::once(batch)).await?;
        Ok(answers.into_inner().message().await?.expect("an answer to the batch"))
    }

    /// Brings two themes in, one of them retired.
    pub async fn with_themes(&self) {
        let theme = |code: &str, retired| pb::Theme { code: code.into(), name_fr: code.into(), retired, ..Default::default() };
        let themes = vec![theme("EAU", false), theme("JUMELAGE", true)];
        let taken = self.import(pb::ImportRecordRequest { batch: 1, themes, ..Default::default() }).await.unwrap();
        assert_eq!(taken.created_count, 2);
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

/// What directory knows from the beginning.
fn settle(directory: &Directory) {
    directory.add_collectivite(commune(VILLAGE, "56", "53"));
    directory.add_collectivite(commune(ELSEWHERE, "01", "84"));
    directory.add_collectivite(commune(HEIR, "56", "53"));
    for (partner, country) in [(SIKASSO, "ML"), (KAYES, "ML"), (TRIER, "DE")] {
        directory.add_partner(partner, country);
    }
}

fn replica(database: &TestDatabase, broker: &TestBroker, around: Around, sockets: Sockets) -> Lifecycle {
    let lifecycle = Lifecycle::new(Arc::new(SystemClock), Patience::default());
    let (nats_url, nats_prefix) = broker.address();
    let stores = Stores {
        database_url: Secret::new(database.url.clone()),
        nats_url: nats_url.to_owned(),
        nats_prefix: nats_prefix.to_owned(),
        purpose: Purpose::Development,
    };
    let serving = lifecycle.clone();
    lifecycle.spawn_to_end("projects", async move { projects::run(stores, around, sockets, serving).await });
    lifecycle
}

pub fn commune(id: &str, department: &str, region: &str) -> dir::Collectivite {
    dir::Collectivite {
        collectivite_id: id.into(),
        name: format!("Commune {id}"),
        department_code: department.into(),
        region_code: region.into(),
        state: dir::CollectiviteState::Active.into(),
        ..Default::default()
    }
}

/// A partnership of the village with a partner, of which everything mandatory is said.
pub fn with(partner: &str) -> pb::Partnership {
    pb::Partnership {
        partner_id: partner.into(),
        lead_collectivite_id: VILLAGE.into(),
        collectivite_ids: vec![VILLAGE.into()],
        framework: pb::Framework::None.into(),
        twinning: true,
        status: pb::PartnershipStatus::Active.into(),
        start_year: Some(1987),
        ..Default::default()
    }
}

pub fn update(partnership: pb::Partnership, paths: &[&str]) -> pb::UpdatePartnershipRequest {
    let paths = paths.iter().map(|path| (*path).to_owned()).collect();
    pb::UpdatePartnershipRequest {
        partnership: Some(partnership),
        update_mask: Some(prost_types::FieldMask { paths }),
        request_id: request_id(),
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
