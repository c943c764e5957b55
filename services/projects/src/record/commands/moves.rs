//! What lies elsewhere than before: who may hear of it changes, so it is told again.

use events::outbox::{self, Event};
use kernel::{Clock, CollectiviteId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::record::{
    facts,
    store::{partnerships, projects},
};

/// A collectivité lies in another région or département: its partnerships go with it.
pub async fn collectivite_moved(tx: &mut PgConnection, clock: &dyn Clock, id: &CollectiviteId) -> sqlx::Result<()> {
    let ids = partnerships::of(tx, id.as_str()).await?;
    if ids.is_empty() {
        return Ok(());
    }
    partnerships::lock_many(tx, &ids).await?;
    partnerships::touch(tx, &ids).await?;
    let moved: Vec<_> = partnerships::find_many(tx, &ids).await?.iter().map(|one| facts::partnership(one, facts::MOVED)).collect();
    outbox::append_all(tx, clock, &moved).await?;
    projects_moved(tx, clock, &ids).await
}

/// Others take part in these partnerships: the projects under them go with them.
pub(super) async fn projects_moved(tx: &mut PgConnection, clock: &dyn Clock, partnerships: &[Uuid]) -> sqlx::Result<()> {
    let moved = touched_projects(tx, partnerships).await?;
    outbox::append_all(tx, clock, &moved).await
}

/// Counts a change of the projects under these partnerships; what is to be told of them.
pub(super) async fn touched_projects(tx: &mut PgConnection, partnerships: &[Uuid]) -> sqlx::Result<Vec<Event>> {
    let ids = projects::under(tx, partnerships).await?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    projects::lock_many(tx, &ids).await?;
    projects::touch(tx, &ids).await?;
    Ok(projects::find_many(tx, &ids).await?.iter().map(|one| facts::project(one, facts::MOVED)).collect())
}
