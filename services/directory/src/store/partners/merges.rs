use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::domain::PartnerId;

/// Remembers that these were merged into that one.
pub async fn insert(conn: &mut PgConnection, ids: &[PartnerId], into: PartnerId, at: DateTime<Utc>, by: &str) -> sqlx::Result<()> {
    let ids: Vec<_> = ids.iter().map(|id| id.0).collect();
    let inserted = sqlx::query!(
        "insert into partner_merges (partner_id, into_id, merged_at, merged_by) select id, $2, $3, $4 from unnest($1::uuid[]) as id",
        &ids,
        into as _,
        at,
        by,
    );
    inserted.execute(conn).await.map(drop)
}

/// Forgets that a partner was merged.
pub async fn remove(conn: &mut PgConnection, id: PartnerId) -> sqlx::Result<()> {
    sqlx::query!("delete from partner_merges where partner_id = $1", id as _).execute(conn).await.map(drop)
}

/// What was merged into these, over any number of steps.
pub async fn below(conn: &mut PgConnection, ids: &[PartnerId]) -> sqlx::Result<Vec<PartnerId>> {
    let ids: Vec<_> = ids.iter().map(|id| id.0).collect();
    let below = sqlx::query_scalar!(
        r#"
        with recursive below as (
            select partner_id from partner_merges where into_id = any($1)
            union select m.partner_id from partner_merges m join below on m.into_id = below.partner_id
        )
        select partner_id as "id!: PartnerId" from below
        "#,
        &ids,
    );
    below.fetch_all(conn).await
}
