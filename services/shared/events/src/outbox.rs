//! The log of facts: written with the change that made them, numbered after commit, published in that order.

mod cursor;
mod publish;
mod relay;
mod sequence;
mod stream;

use std::collections::HashMap;

use atlas_proto::events::v1::Stamp;
use chrono::{DateTime, Utc};
use kernel::{Clock, Epoch, EventId, Position, Version};
use prost::Message as _;
use sqlx::PgConnection;

pub use relay::{Relay, Signal};
pub(crate) use sequence::alone;
pub(crate) use stream::created;

use crate::trace;

/// The largest state of an event, in bytes: with its headers it stays under the broker's limit of 1 MiB.
pub const MAX_STATE: usize = 1_000_000;

/// A fact to tell: what happened to one resource, and its whole new state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The kind of thing: `collectivite`.
    pub resource: &'static str,
    /// Which one; letters, digits, hyphen and underscore.
    pub key: String,
    /// The version that this change made.
    pub version: Version,
    /// What happened, in the past: `updated`.
    pub change: &'static str,
    /// The event message, encoded with `epoch` and `version` left at 0: they are put in front of it.
    pub state: Vec<u8>,
    /// The thing no longer exists.
    pub removed: bool,
}

/// Something that no longer exists, by its last version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone {
    /// The kind of thing.
    pub resource: String,
    /// Which one it was.
    pub key: String,
    /// The epoch in which it was removed.
    pub epoch: Epoch,
    /// The version that the removal made.
    pub version: Version,
    /// When it was removed, by the database's clock.
    pub removed_at: DateTime<Utc>,
}

/// Writes a fact in the transaction that made it: both are there, or neither.
///
/// The writer holds the lock of the resource's row, so that facts about one thing are written in the order they happened.
///
/// # Errors
/// The database's; a key, change or state against the rules of the log breaks a constraint.
pub async fn append(tx: &mut PgConnection, clock: &dyn Clock, event: &Event) -> sqlx::Result<()> {
    append_all(tx, clock, std::slice::from_ref(event)).await
}

/// Writes many facts at once, in their order; a few thousand at a time suit the database best.
///
/// # Errors
/// As [`append`].
pub async fn append_all(tx: &mut PgConnection, clock: &dyn Clock, events: &[Event]) -> sqlx::Result<()> {
    append_as(tx, clock, events, Telling::Change).await
}

/// As [`append_all`], for an import: nobody waits for these, and what is new is published before them.
///
/// # Errors
/// As [`append`].
pub async fn append_bulk(tx: &mut PgConnection, clock: &dyn Clock, events: &[Event]) -> sqlx::Result<()> {
    append_as(tx, clock, events, Telling::Bulk).await
}

async fn append_as(tx: &mut PgConnection, clock: &dyn Clock, events: &[Event], telling: Telling) -> sqlx::Result<()> {
    write(tx, clock, events, telling).await?;
    if events.iter().any(|event| event.removed) { bury(tx, events).await } else { Ok(()) }
}

/// Why state is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Telling {
    /// It changed.
    Change,
    /// It changed with many others, and nobody waits for it.
    Bulk,
    /// It is told again.
    Again,
}

pub(crate) async fn write(tx: &mut PgConnection, clock: &dyn Clock, events: &[Event], telling: Telling) -> sqlx::Result<()> {
    let now = clock.now();
    let ids: Vec<_> = events.iter().map(|_| EventId::made(now).0).collect();
    let rows = sqlx::query!(
        "with present as materialized (select outbox_epoch() as epoch)
         insert into outbox (id, resource, key, change, epoch, version, removed, resync, bulk, state, traceparent)
         select e.id, e.resource, e.key, e.change, present.epoch, e.version, e.removed, $8, $9, e.state, $10
         from present, unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::boolean[], $7::bytea[])
             with ordinality as e (id, resource, key, change, version, removed, state, place)
         order by e.place",
        &ids,
        &events.iter().map(|e| e.resource.to_owned()).collect::<Vec<_>>(),
        &events.iter().map(|e| e.key.clone()).collect::<Vec<_>>(),
        &events.iter().map(|e| e.change.to_owned()).collect::<Vec<_>>(),
        &events.iter().map(|e| e.version.0).collect::<Vec<_>>(),
        &events.iter().map(|e| e.removed).collect::<Vec<_>>(),
        &events.iter().map(|e| e.state.clone()).collect::<Vec<_>>(),
        telling == Telling::Again,
        telling != Telling::Change,
        trace::current(),
    );
    rows.execute(tx).await.map(drop)
}

/// Remembers what these events removed.
async fn bury(tx: &mut PgConnection, events: &[Event]) -> sqlx::Result<()> {
    let gone: Vec<&Event> = events.iter().filter(|event| event.removed).collect();
    let rows = sqlx::query!(
        "insert into tombstones (resource, key, epoch, version)
         select distinct on (gone.resource, gone.key) gone.resource, gone.key, outbox_state.epoch, gone.version
         from outbox_state, unnest($1::text[], $2::text[], $3::bigint[]) as gone (resource, key, version)
         order by gone.resource, gone.key, gone.version desc
         on conflict (resource, key) do update
             set epoch = excluded.epoch, version = excluded.version, removed_at = excluded.removed_at",
        &gone.iter().map(|e| e.resource.to_owned()).collect::<Vec<_>>(),
        &gone.iter().map(|e| e.key.clone()).collect::<Vec<_>>(),
        &gone.iter().map(|e| e.version.0).collect::<Vec<_>>(),
    );
    rows.execute(tx).await.map(drop)
}

/// The present epoch: an export names it.
///
/// # Errors
/// The database's.
pub async fn epoch(conn: &mut PgConnection) -> sqlx::Result<Epoch> {
    let state = sqlx::query_scalar!(r#"select epoch as "epoch: Epoch" from outbox_state"#);
    state.fetch_one(conn).await
}

/// The newest position that was given.
///
/// # Errors
/// The database's.
pub async fn position(conn: &mut PgConnection) -> sqlx::Result<Position> {
    let state = sqlx::query_scalar!(r#"select sequenced as "sequenced: Position" from outbox_state"#);
    state.fetch_one(conn).await
}

/// What was removed in the last 30 days: an export names it, because an older event about it must not bring it back.
///
/// # Errors
/// The database's.
pub async fn tombstones(conn: &mut PgConnection) -> sqlx::Result<Vec<Tombstone>> {
    let rows = sqlx::query_as!(
        Tombstone,
        r#"select resource, key, epoch as "epoch: _", version as "version: _", removed_at
           from tombstones where removed_at > now() - interval '30 days' order by resource, key"#
    );
    rows.fetch_all(conn).await
}

/// The versions at which these things went, of those that did: who brings one of them back begins after it, or nobody would hear.
///
/// # Errors
/// The database's.
pub async fn buried(conn: &mut PgConnection, resource: &str, keys: &[String]) -> sqlx::Result<HashMap<String, Version>> {
    let rows =
        sqlx::query!(r#"select key, version as "version: Version" from tombstones where resource = $1 and key = any($2)"#, resource, keys,);
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (row.key, row.version)).collect())
}

/// The event as others get it: epoch and version, then its state.
pub(crate) fn body(epoch: Epoch, version: Version, state: &[u8]) -> Vec<u8> {
    let mut body = Stamp { epoch: epoch.wire(), version: version.wire() }.encode_to_vec();
    body.extend_from_slice(state);
    body
}
