//! What others' facts mean here.

use atlas_proto::projects::v1::PartnershipEvent;
use events::{Failure, Heard, consumers::Copy};
use kernel::CollectiviteId;
use prost::Message as _;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{domain::PartnerId, store::uses};

/// Keeps a copy of who uses which partner: it decides who may change one.
#[derive(Debug, Clone, Copy)]
pub struct Uses;

/// The name under which the broker and the inbox know this consumer.
pub const USES: &str = "directory-partner-uses";

impl Copy for Uses {
    async fn keep(&self, tx: &mut PgConnection, heard: &Heard) -> Result<(), Failure> {
        let event = PartnershipEvent::decode(heard.payload.as_ref()).map_err(Failure::give_up)?;
        let id: Uuid = event.partnership_id.parse().map_err(Failure::give_up)?;
        let Some(partnership) = event.partnership else { return Ok(uses::forget(tx, id).await?) };
        let partner: PartnerId = partnership.partner_id.parse().map_err(Failure::give_up)?;
        let users: Result<Vec<CollectiviteId>, _> = partnership.collectivite_ids.iter().map(|id| id.parse()).collect();
        Ok(uses::keep(tx, id, partner, &users.map_err(Failure::give_up)?).await?)
    }

    async fn forget(&self, tx: &mut PgConnection, _: &str, key: &str) -> Result<(), Failure> {
        Ok(uses::forget(tx, key.parse().map_err(Failure::give_up)?).await?)
    }
}
