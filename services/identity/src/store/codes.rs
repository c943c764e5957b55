use chrono::NaiveDate;
use kernel::CollectiviteId;
use sqlx::PgConnection;

/// Keeps codes of circulars in place of those before.
pub async fn keep(conn: &mut PgConnection, collectivites: &[String], hashes: &[Vec<u8>], until: NaiveDate, by: &str) -> sqlx::Result<()> {
    let kept = sqlx::query!(
        "insert into circular_codes (collectivite_id, hash, until_day, created_by)
         select id, hash, $3, $4 from unnest($1::text[], $2::bytea[]) as new (id, hash) order by id
         on conflict (collectivite_id) do update
             set hash = excluded.hash, until_day = excluded.until_day, created_at = excluded.created_at, created_by = excluded.created_by",
        collectivites,
        hashes,
        until,
        by,
    );
    kept.execute(conn).await.map(drop)
}

/// Whether this is the code of a collectivité today.
pub async fn is_good(conn: &mut PgConnection, collectivite: &CollectiviteId, hash: &[u8]) -> sqlx::Result<bool> {
    let good = sqlx::query_scalar!(
        r#"select exists (select from circular_codes where collectivite_id = $1 and hash = $2
                          and (clock_timestamp() at time zone 'Europe/Paris')::date <= until_day) as "good!""#,
        collectivite.as_str(),
        hash,
    );
    good.fetch_one(conn).await
}
