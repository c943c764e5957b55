//! What directory's facts mean here.

use std::sync::Arc;

use atlas_proto::directory::v1::{CollectiviteEvent, PartnerEvent};
use events::{Failure, Heard, consumers::Copy};
use kernel::Clock;
use prost::Message as _;
use sqlx::PgConnection;

use crate::{
    directory::{told, told_partner},
    record::commands::moves,
    store::{collectivites, partners},
};

/// Keeps copies of collectivités and partners.
#[derive(Clone)]
pub struct Copies(pub Arc<dyn Clock>);

/// The name under which the broker and the inbox know this consumer.
pub const NAME: &str = "projects-directory";
/// What it listens to.
pub const RESOURCES: [&str; 2] = ["collectivite", "partner"];

impl Copy for Copies {
    async fn keep(&self, tx: &mut PgConnection, heard: &Heard) -> Result<(), Failure> {
        if heard.resource == "partner" {
            let event = PartnerEvent::decode(heard.payload.as_ref()).map_err(Failure::give_up)?;
            if event.partner.is_none() && !event.partner_id.is_empty() {
                return Ok(partners::forget(tx, event.partner_id.parse().map_err(Failure::give_up)?).await?);
            }
            let told = event.partner.as_ref().and_then(told_partner);
            let told = told.ok_or_else(|| Failure::give_up(anyhow::anyhow!("a partner without a valid id")))?;
            return Ok(partners::keep(tx, &told).await?);
        }
        let event = CollectiviteEvent::decode(heard.payload.as_ref()).map_err(Failure::give_up)?;
        let told = event.collectivite.as_ref().and_then(told);
        let told = told.ok_or_else(|| Failure::give_up(anyhow::anyhow!("a collectivité without a valid id")))?;
        if collectivites::keep(tx, &told).await? {
            moves::collectivite_moved(tx, &*self.0, &told.id).await?;
        }
        Ok(())
    }

    async fn forget(&self, tx: &mut PgConnection, resource: &str, key: &str) -> Result<(), Failure> {
        match (resource, key.parse()) {
            ("partner", Ok(id)) => partners::forget(tx, id).await?,
            ("partner", Err(_)) => {}
            _ => collectivites::forget(tx, key).await?,
        }
        Ok(())
    }
}
