use atlas_proto::directory::v1::{CollectiviteEvent, TerritoryEvent, TerritoryKind};
use events::{Failure, Heard, consumers::Copy};
use prost::Message as _;
use sqlx::PgConnection;

use crate::{commands::successions, directory::told, store::places};

/// Keeps a copy of collectivités and territories.
#[derive(Debug, Clone, Copy)]
pub struct Places;

/// The name under which the broker and the inbox know this consumer.
pub const PLACES: &str = "identity-places";
/// What it listens to.
pub const RESOURCES: [&str; 2] = ["collectivite", "territory"];

impl Copy for Places {
    async fn keep(&self, tx: &mut PgConnection, heard: &Heard) -> Result<(), Failure> {
        if heard.resource == "territory" {
            return territory(tx, heard).await;
        }
        let event = CollectiviteEvent::decode(heard.payload.as_ref()).map_err(Failure::give_up)?;
        let told = event.collectivite.as_ref().and_then(told);
        let told = told.ok_or_else(|| Failure::give_up(anyhow::anyhow!("a collectivité without a valid id")))?;
        if places::keep(tx, &told).await? {
            successions::enqueue(tx, &told).await?;
        }
        Ok(())
    }

    async fn forget(&self, tx: &mut PgConnection, resource: &str, key: &str) -> Result<(), Failure> {
        let forgotten = if resource == "territory" { places::forget_territory(tx, key).await } else { places::forget(tx, key).await };
        Ok(forgotten?)
    }
}

async fn territory(tx: &mut PgConnection, heard: &Heard) -> Result<(), Failure> {
    let event = TerritoryEvent::decode(heard.payload.as_ref()).map_err(Failure::give_up)?;
    let territory = event.territory.unwrap_or_default();
    let kind = match territory.kind() {
        TerritoryKind::Region => "region",
        TerritoryKind::Department => "department",
        TerritoryKind::Unspecified => return Err(Failure::give_up(anyhow::anyhow!("a territory of no kind"))),
    };
    Ok(places::keep_territory(tx, kind, &territory.code, &territory.name, &territory.region_code).await?)
}
