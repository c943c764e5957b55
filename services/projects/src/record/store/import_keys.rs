use std::collections::HashMap;

use sqlx::PgConnection;
use uuid::Uuid;

/// What an import brought under the name that its source has for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// What it became.
    pub id: Uuid,
    /// Of what was imported last.
    pub hash: Vec<u8>,
}

/// A source, and its name for something.
pub type Key = (String, String);

/// Lets one import at a time go on, until the transaction ends.
pub async fn one_at_a_time(conn: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('import', 0))").fetch_one(conn).await.map(drop)
}

/// What these keys became.
pub async fn find_many(conn: &mut PgConnection, resource: &str, keys: &[Key]) -> sqlx::Result<HashMap<Key, Known>> {
    let (sources, natural): (Vec<String>, Vec<String>) = keys.iter().cloned().unzip();
    let rows = sqlx::query!(
        "select source, natural_key, id, hash from import_keys
         where resource = $1 and (source, natural_key) in (select * from unnest($2::text[], $3::text[]) as asked (source, natural_key))",
        resource,
        &sources,
        &natural,
    );
    let known = |id, hash| Known { id, hash };
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| ((row.source, row.natural_key), known(row.id, row.hash))).collect())
}

/// Remembers what keys became.
pub async fn save(conn: &mut PgConnection, resource: &str, known: &[(Key, Known)]) -> sqlx::Result<()> {
    let saved = sqlx::query!(
        "insert into import_keys (resource, source, natural_key, id, hash)
         select $1, source, natural_key, id, hash
         from unnest($2::text[], $3::text[], $4::uuid[], $5::bytea[]) as known (source, natural_key, id, hash)
         on conflict (resource, source, natural_key) do update set id = excluded.id, hash = excluded.hash",
        resource,
        &known.iter().map(|((source, _), _)| source.clone()).collect::<Vec<_>>(),
        &known.iter().map(|((_, natural), _)| natural.clone()).collect::<Vec<_>>(),
        &known.iter().map(|(_, known)| known.id).collect::<Vec<_>>(),
        &known.iter().map(|(_, known)| known.hash.clone()).collect::<Vec<_>>(),
    );
    saved.execute(conn).await.map(drop)
}
