//! Directory, asked for what its events have not told yet.

use std::time::Duration;

use atlas_proto::directory::v1::{
    Collectivite, CollectiviteState, GetCollectiviteRequest, GetOfficialAddressHintRequest,
    directory_service_client::DirectoryServiceClient, official_address_service_client::OfficialAddressServiceClient,
};
use chrono::NaiveDate;
use database::transact;
use kernel::CollectiviteId;
use runtime::{Credentials, Environment, Lifecycle, Targets, Tokens, Wire};
use sqlx::PgPool;
use tonic::Code;

use crate::{
    domain::place::Known,
    error::Error,
    store::places::{self, Told},
};

/// A page waits no longer for what is not here.
const PATIENCE: Duration = Duration::from_secs(2);

/// Where directory is, and who we are there.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where directory is.
    pub directory: Targets,
    /// Where we are ourselves: our tokens come over the network, as everybody's.
    pub identity: Targets,
    /// Who this process is.
    pub credentials: Credentials,
}

impl Settings {
    /// Reads `ATLAS_DIRECTORY`, `ATLAS_IDENTITY` and this process's credentials.
    pub fn read(environment: &mut Environment) -> Option<Self> {
        let directory = environment.required("ATLAS_DIRECTORY");
        let identity = environment.required("ATLAS_IDENTITY");
        let credentials = Credentials::read(environment);
        Some(Self { directory: directory?, identity: identity?, credentials: credentials? })
    }
}

/// Collectivités: the copy of what directory told, and directory itself for one that is not in it.
#[derive(Clone)]
pub struct Directory {
    pool: PgPool,
    wire: Wire,
}

impl Directory {
    /// Reads the copy in this database.
    #[must_use]
    pub fn new(pool: PgPool, settings: Settings, lifecycle: &Lifecycle) -> Self {
        let tokens = Tokens::new(Wire::open(settings.identity, lifecycle), settings.credentials, lifecycle.clock());
        let wire = Wire::open(settings.directory, lifecycle).with_tokens(tokens.for_audience("directory")).within(PATIENCE);
        Self { pool, wire }
    }

    /// A collectivité, as far as anybody knows it. What is not here is asked for and kept, as if the event had come; outside of
    /// any transaction, because directory may be slow.
    ///
    /// # Errors
    /// There is none of that id; the database's. While directory is away, what is not here does not exist.
    pub async fn collectivite(&self, id: &CollectiviteId) -> Result<Known, Error> {
        let mut conn = self.pool.acquire().await?;
        if let Some(known) = places::find(&mut conn, id).await? {
            return Ok(known);
        }
        drop(conn);
        let told = self.ask(id).await.ok_or_else(|| Error::CollectiviteNotFound(id.clone()))?;
        transact(&self.pool, async |tx| {
            places::keep_missing(tx, &told).await?;
            places::find(tx, id).await?.ok_or_else(|| Error::CollectiviteNotFound(id.clone()))
        })
        .await
    }

    /// Asks for a collectivité that is not here; whether it is now, and was not before.
    ///
    /// # Errors
    /// The database's.
    pub async fn learns(&self, id: &CollectiviteId) -> Result<bool, Error> {
        let known = places::find(&mut *self.pool.acquire().await?, id).await?;
        Ok(known.is_none() && self.collectivite(id).await.is_ok())
    }

    async fn ask(&self, id: &CollectiviteId) -> Option<Told> {
        let request = GetCollectiviteRequest { collectivite_id: id.to_string() };
        match DirectoryServiceClient::new(self.wire.clone()).get_collectivite(request).await {
            Ok(answer) => told(&answer.into_inner().collectivite?),
            Err(status) if status.code() == Code::NotFound => None,
            Err(status) => {
                tracing::warn!(error = &status as &dyn std::error::Error, %id, "directory does not answer");
                None
            }
        }
    }

    /// The official address with its middle left out: empty where none is known, `None` while directory is away.
    pub async fn official_hint(&self, id: &CollectiviteId) -> Option<String> {
        let request = GetOfficialAddressHintRequest { collectivite_id: id.to_string() };
        match OfficialAddressServiceClient::new(self.wire.clone()).get_official_address_hint(request).await {
            Ok(answer) => Some(answer.into_inner().hint),
            Err(status) if status.code() == Code::NotFound => Some(String::new()),
            Err(status) => {
                tracing::warn!(error = &status as &dyn std::error::Error, %id, "directory does not answer");
                None
            }
        }
    }
}

/// What directory says of a collectivité, as far as we keep it; none when it says nothing that can be.
#[must_use]
pub fn told(wire: &Collectivite) -> Option<Told> {
    let ended = wire.state() == CollectiviteState::Ended;
    let days = wire.successors.iter().filter_map(|link| link.effective_on.parse::<NaiveDate>().ok());
    Some(Told {
        id: wire.collectivite_id.parse().ok()?,
        name: wire.name.clone(),
        department_code: wire.department_code.clone(),
        region_code: wire.region_code.clone(),
        // One that ended without heirs ended long enough ago.
        ended_on: ended.then(|| days.min().unwrap_or_default()),
        successors: wire.successors.iter().map(|link| link.collectivite_id.clone()).collect(),
    })
}
