//! What is read: no locks, no facts. The record is public; only who changed it is not.

use kernel::{Caller, CollectiviteId, RightKind, Role};
use sqlx::PgPool;

use super::{
    commands::{self, Record},
    domain::{Partnership, PartnershipId, Project, ProjectId, Theme, in_order},
    store::{
        history::{self, Entry, EntryId},
        partnerships, projects, themes,
    },
};
use crate::{directory::Names, error::Error, store::collectivites};

/// How a project is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// By its id.
    Id(ProjectId),
    /// By its number in the former Atlas.
    Legacy(i64),
}

/// Reads a partnership.
pub async fn partnership(pool: &PgPool, id: PartnershipId) -> Result<Partnership, Error> {
    let found = partnerships::find(&mut *pool.acquire().await?, id).await?;
    found.ok_or(Error::PartnershipNotFound(id))
}

/// Reads a project.
pub async fn project(pool: &PgPool, which: Which) -> Result<Project, Error> {
    let mut conn = pool.acquire().await?;
    let (id, name) = match which {
        Which::Id(id) => (Some(id), id.to_string()),
        Which::Legacy(number) => (projects::with_legacy_ids(&mut conn, &[number]).await?.remove(&number), number.to_string()),
    };
    let found = match id {
        Some(id) => projects::find(&mut conn, id).await?,
        None => None,
    };
    found.ok_or(Error::ProjectNotFound(name))
}

/// Reads all themes, each before those below it.
pub async fn all_themes(pool: &PgPool) -> Result<Vec<Theme>, Error> {
    Ok(in_order(themes::all(&mut *pool.acquire().await?).await?))
}

/// Reads a page of who changed what in a collectivité's record, newest first, for its agents, the State where it lies and the
/// ministry. One that is not the caller's to see is answered like one that does not exist.
pub async fn history(
    record: &Record,
    caller: &Caller,
    id: &CollectiviteId,
    before: Option<EntryId>,
    limit: i64,
) -> Result<Vec<Entry>, Error> {
    record.directory.learn(&Names { collectivites: vec![id.clone()], partners: Vec::new() }).await?;
    let mut conn = record.pool.acquire().await?;
    let place = collectivites::places(&mut conn, &[id.to_string()]).await?.remove(id.as_str());
    let Some(place) = place else { return Err(Error::CollectiviteNotFound(id.clone())) };
    let sees = commands::mine(&mut conn, caller).await?.contains(id.as_str())
        || caller.holds(RightKind::Region, &place.region_code, Role::Reader)
        || caller.holds(RightKind::Department, &place.department_code, Role::Reader)
        || caller.right.kind == RightKind::National;
    if !sees {
        return Err(Error::CollectiviteNotFound(id.clone()));
    }
    Ok(history::list(&mut conn, id.as_str(), before, limit).await?)
}
