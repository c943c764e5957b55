//! What is read: no locks, no facts; who may see what is decided here.

/// Partners and their countries.
pub mod partners;

use kernel::{Caller, CollectiviteId, RightKind, Role};
use sqlx::{PgConnection, PgPool};

use crate::{
    domain::{Collectivite, Contact, folded},
    error::Error,
    store::{collectivites, contacts},
};

/// A collectivité's page in one moment, for who may see all of it.
pub struct Sections {
    /// The collectivité, with its card and networks.
    pub collectivite: Collectivite,
    /// Its contacts.
    pub contacts: Vec<Contact>,
}

/// Reads a collectivité.
pub async fn collectivite(pool: &PgPool, id: &CollectiviteId) -> Result<Collectivite, Error> {
    let mut conn = pool.acquire().await?;
    collectivites::find(&mut conn, id).await?.ok_or_else(|| Error::CollectiviteNotFound(id.clone()))
}

/// Finds collectivités by what was typed, the best first.
pub async fn search(pool: &PgPool, query: &str, limit: i64) -> Result<Vec<Collectivite>, Error> {
    let mut conn = pool.acquire().await?;
    let code: String = query.split_whitespace().collect();
    let ids = collectivites::search(&mut conn, &folded(query), &code.to_uppercase(), limit).await?;
    let mut found = collectivites::find_many(&mut conn, &ids).await?;
    found.sort_by_key(|one| ids.iter().position(|id| id == one.id().as_str()));
    Ok(found)
}

/// Reads the contacts of a collectivité as the caller may see them, and the section's revision.
pub async fn contacts(pool: &PgPool, caller: &Caller, id: &CollectiviteId) -> Result<(Vec<Contact>, kernel::Version), Error> {
    database::snapshot(pool, async |tx| {
        let Sections { collectivite, contacts } = read(tx, id).await?;
        let all = sees_all(caller, &collectivite);
        let seen = contacts.into_iter().filter_map(|contact| if all { Some(contact) } else { contact.public() }).collect();
        Ok((seen, collectivite.contacts_revision))
    })
    .await
}

/// Reads a page's sections in one moment; one that is not the caller's is answered like one that does not exist.
pub async fn sections(pool: &PgPool, caller: &Caller, id: &CollectiviteId) -> Result<Sections, Error> {
    database::snapshot(pool, async |tx| {
        let sections = read(tx, id).await?;
        let projects = caller.holds(RightKind::Service, "projects", Role::Reader);
        if projects || sees_all(caller, &sections.collectivite) { Ok(sections) } else { Err(Error::CollectiviteNotFound(id.clone())) }
    })
    .await
}

/// Refuses who may not see what is not public of a collectivité.
pub async fn require_sight(conn: &mut PgConnection, caller: &Caller, id: &CollectiviteId) -> Result<(), Error> {
    let found = collectivites::find(conn, id).await?.filter(|collectivite| sees_all(caller, collectivite));
    found.map(drop).ok_or_else(|| Error::CollectiviteNotFound(id.clone()))
}

async fn read(tx: &mut PgConnection, id: &CollectiviteId) -> Result<Sections, Error> {
    let collectivite = collectivites::find(tx, id).await?.ok_or_else(|| Error::CollectiviteNotFound(id.clone()))?;
    let contacts = contacts::of(tx, id).await?;
    Ok(Sections { collectivite, contacts })
}

/// Whether the caller may see what is not public: its own agents, the State where it lies, the ministry.
fn sees_all(caller: &Caller, collectivite: &Collectivite) -> bool {
    let place = &collectivite.registered;
    caller.holds(RightKind::Collectivite, place.id.as_str(), Role::Reader)
        || caller.holds(RightKind::Region, &place.region_code, Role::Reader)
        || caller.holds(RightKind::Department, &place.department_code, Role::Reader)
        || caller.right.kind == RightKind::National
}
