use std::collections::{HashMap, HashSet};

use sqlx::PgConnection;
use uuid::Uuid;

use crate::record::domain::PartnerId;

/// A partner as directory tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Which one.
    pub id: PartnerId,
    /// Its country, ISO 3166-1 alpha-2.
    pub country_iso2: String,
    /// The one that took its place.
    pub merged_into: Option<PartnerId>,
}

/// Keeps what directory told, in place of what was there.
pub async fn keep(conn: &mut PgConnection, told: &Told) -> sqlx::Result<()> {
    store(conn, std::slice::from_ref(told), true).await
}

/// Keeps what directory answered, unless the event about it was faster.
pub async fn keep_missing(conn: &mut PgConnection, told: &[Told]) -> sqlx::Result<()> {
    store(conn, told, false).await
}

async fn store(conn: &mut PgConnection, told: &[Told], replace: bool) -> sqlx::Result<()> {
    let ids: Vec<Uuid> = told.iter().map(|one| one.id.0).collect();
    let countries: Vec<String> = told.iter().map(|one| one.country_iso2.clone()).collect();
    let merged: Vec<Option<Uuid>> = told.iter().map(|one| one.merged_into.map(|into| into.0)).collect();
    let stored = sqlx::query!(
        "insert into partners (id, country_iso2, merged_into)
         select id, country_iso2, merged_into from unnest($1::uuid[], $2::text[], $3::uuid[]) as told (id, country_iso2, merged_into)
         order by id
         on conflict (id) do update set country_iso2 = excluded.country_iso2, merged_into = excluded.merged_into
         where $4",
        &ids,
        &countries,
        &merged as _,
        replace,
    );
    stored.execute(conn).await.map(drop)
}

/// Forgets a partner that directory no longer has.
pub async fn forget(conn: &mut PgConnection, id: Uuid) -> sqlx::Result<()> {
    sqlx::query!("delete from partners where id = $1", id).execute(conn).await.map(drop)
}

/// Which of these are not here, they or one that took their place.
pub async fn unknown(conn: &mut PgConnection, ids: &[Uuid]) -> sqlx::Result<HashSet<Uuid>> {
    let rows = sqlx::query_scalar!(
        r#"with recursive named (id) as (
               select unnest($1::uuid[])
               union
               select merged_into from partners join named using (id) where merged_into is not null
           )
           select id as "id!" from named where not exists (select from partners where partners.id = named.id)"#,
        ids,
    );
    Ok(rows.fetch_all(conn).await?.into_iter().collect())
}

/// For each of these the one that stands in its place, itself while it stands; those that are not here are left out.
pub async fn standing(conn: &mut PgConnection, ids: &[Uuid]) -> sqlx::Result<HashMap<PartnerId, PartnerId>> {
    let rows = sqlx::query!(
        r#"with recursive named (asked, id) as (
               select id, id from unnest($1::uuid[]) as id
               union
               select asked, merged_into from partners join named using (id) where merged_into is not null
           )
           select asked as "asked!: PartnerId", partners.id as "stands!: PartnerId"
           from named join partners on partners.id = named.id and partners.merged_into is null"#,
        ids,
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (row.asked, row.stands)).collect())
}
