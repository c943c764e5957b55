//! Directory, asked for what its events have not told yet.

use std::{collections::HashSet, time::Duration};

use atlas_proto::directory::v1::{
    self as pb, directory_service_client::DirectoryServiceClient, partner_service_client::PartnerServiceClient,
};
use database::transact;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use kernel::CollectiviteId;
use runtime::Wire;
use sqlx::PgPool;
use tonic::{Code, Status};
use uuid::Uuid;

use crate::{
    error::Error,
    record::domain::PartnerId,
    store::{collectivites, partners},
};

/// A write waits no longer for what is not here.
const PATIENCE: Duration = Duration::from_secs(2);
/// How many are asked for at the same time.
const AT_ONCE: usize = 8;
/// How many partners one call may ask for.
const TOGETHER: usize = 500;
/// How often a partner's place may have been taken by one that is not here either.
const CHAIN: usize = 8;

/// What a write names of directory's.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// Collectivités.
    pub collectivites: Vec<CollectiviteId>,
    /// Partners.
    pub partners: Vec<PartnerId>,
}

/// The copies of what directory told, and directory itself for what is not in them.
#[derive(Clone)]
pub struct Directory {
    pool: PgPool,
    wire: Wire,
}

impl Directory {
    /// Reads the copies in this database.
    #[must_use]
    pub fn new(pool: PgPool, wire: Wire) -> Self {
        Self { pool, wire: wire.within(PATIENCE) }
    }

    /// Asks for what is named and not here, and keeps the answers as if the events had come: afterwards what is not here does
    /// not exist. Outside of any transaction, because directory may be slow.
    ///
    /// # Errors
    /// Something is not here, and directory is away; the database's.
    pub async fn learn(&self, names: &Names) -> Result<(), Error> {
        self.learn_collectivites(&names.collectivites).await?;
        self.learn_partners(&names.partners).await
    }

    async fn learn_collectivites(&self, named: &[CollectiviteId]) -> Result<(), Error> {
        if named.is_empty() {
            return Ok(());
        }
        let texts: Vec<String> = named.iter().map(ToString::to_string).collect();
        let known = collectivites::known(&mut *self.pool.acquire().await?, &texts).await?;
        let unknown: HashSet<String> = texts.into_iter().filter(|id| !known.contains_key(id)).collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let asked = stream::iter(unknown).map(|id| self.collectivite(id)).buffer_unordered(AT_ONCE);
        let told: Vec<collectivites::Told> = asked.try_filter_map(async |told| Ok(told)).try_collect().await?;
        Ok(transact(&self.pool, async |tx| collectivites::keep_missing(tx, &told).await).await?)
    }

    async fn learn_partners(&self, named: &[PartnerId]) -> Result<(), Error> {
        let named: Vec<Uuid> = named.iter().map(|id| id.0).collect();
        let mut nobody: HashSet<Uuid> = HashSet::new();
        for _ in 0..CHAIN {
            if named.is_empty() {
                return Ok(());
            }
            let unknown = partners::unknown(&mut *self.pool.acquire().await?, &named).await?;
            let unknown: Vec<Uuid> = unknown.into_iter().filter(|id| !nobody.contains(id)).collect();
            if unknown.is_empty() {
                return Ok(());
            }
            for some in unknown.chunks(TOGETHER) {
                let told = self.partners(some).await?;
                nobody.extend(some.iter().filter(|id| told.iter().all(|told| told.id.0 != **id)));
                transact(&self.pool, async |tx| partners::keep_missing(tx, &told).await).await?;
            }
        }
        Ok(())
    }

    async fn collectivite(&self, id: String) -> Result<Option<collectivites::Told>, Error> {
        let request = pb::GetCollectiviteRequest { collectivite_id: id };
        match DirectoryServiceClient::new(self.wire.clone()).get_collectivite(request).await {
            Ok(answer) => Ok(answer.into_inner().collectivite.as_ref().and_then(told)),
            Err(status) if status.code() == Code::NotFound => Ok(None),
            Err(status) => Err(away(status)),
        }
    }

    async fn partners(&self, ids: &[Uuid]) -> Result<Vec<partners::Told>, Error> {
        let request = pb::BatchGetPartnersRequest { partner_ids: ids.iter().map(ToString::to_string).collect() };
        let answer = PartnerServiceClient::new(self.wire.clone()).batch_get_partners(request).await.map_err(away)?;
        Ok(answer.into_inner().partners.iter().filter_map(told_partner).collect())
    }
}

fn away(status: Status) -> Error {
    Error::DirectoryAway(Box::new(status))
}

/// What directory says of a collectivité, as far as we keep it; none when it says nothing that can be.
#[must_use]
pub fn told(wire: &pb::Collectivite) -> Option<collectivites::Told> {
    Some(collectivites::Told {
        id: wire.collectivite_id.parse().ok()?,
        name: wire.name.clone(),
        region_code: wire.region_code.clone(),
        department_code: wire.department_code.clone(),
        ended: wire.state() == pb::CollectiviteState::Ended,
        successors: wire.successors.iter().map(|link| link.collectivite_id.clone()).collect(),
    })
}

/// What directory says of a partner, as far as we keep it.
#[must_use]
pub fn told_partner(wire: &pb::Partner) -> Option<partners::Told> {
    let merged = wire.state() == pb::PartnerState::Merged;
    Some(partners::Told {
        id: wire.partner_id.parse().ok()?,
        country_iso2: wire.country_iso2.clone(),
        merged_into: if merged { Some(wire.merged_into.parse().ok()?) } else { None },
    })
}
