use atlas_proto::projects::v1 as projects;
use events::{
    outbox::{self, Event, Relay},
    resync,
};
use kernel::{SystemClock, Version};
use prost::Message as _;
use runtime::Lifecycle;
use sqlx::PgPool;
use testkit::TestDatabase;

use crate::world::{World, until};

/// What the service projects tells, on the broker of a world.
pub struct Projects {
    pool: PgPool,
    lifecycle: Lifecycle,
    _database: TestDatabase,
}

impl Projects {
    pub async fn beside(world: &World) -> Self {
        let database = TestDatabase::clone_of(&[&events::MIGRATOR]).await;
        let (pool, lifecycle) = (database.pool().await, Lifecycle::default());
        let relay = Relay::new("projects", pool.clone(), world.broker.another().await);
        lifecycle.spawn("log", relay.run(resync::Nothing));
        Self { pool, lifecycle, _database: database }
    }

    /// Tells that these collectivités have a partnership with a partner; with none, that it is gone.
    pub async fn tell(&self, version: i64, partnership: &str, partner: &str, collectivites: &[&str]) {
        let partnership_id = partnership.to_owned();
        let told = projects::Partnership {
            partnership_id: partnership_id.clone(),
            partner_id: partner.to_owned(),
            collectivite_ids: collectivites.iter().map(|id| (*id).to_owned()).collect(),
            ..Default::default()
        };
        let removed = collectivites.is_empty();
        let partnership = (!removed).then_some(told);
        let state = projects::PartnershipEvent { partnership_id, partnership, ..Default::default() };
        let event = Event {
            resource: "partnership",
            key: state.partnership_id.clone(),
            version: Version(version),
            change: if removed { "removed" } else { "added" },
            state: state.encode_to_vec(),
            removed,
        };
        let told = database::transact(&self.pool, async |tx| outbox::append(tx, &SystemClock, &event).await);
        told.await.unwrap();
    }

    /// Tells everything again, which is nothing.
    pub async fn forget_all(&self) {
        resync::start(&self.pool).await.unwrap();
    }

    pub async fn end(self) {
        self.lifecycle.finish().await.unwrap();
    }
}

/// Waits until directory knows of so many uses of partners.
pub async fn uses(world: &World, many: i64) {
    let count = async || sqlx::query_scalar::<_, i64>("select count(*) from partner_uses").fetch_one(&world.pool).await.unwrap();
    until("the uses of partners are known", async || count().await == many).await;
}
