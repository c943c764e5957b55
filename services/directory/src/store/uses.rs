use kernel::CollectiviteId;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::PartnerId;

/// Keeps who uses a partner by this partnership, in place of what was there.
pub async fn keep(conn: &mut PgConnection, partnership: Uuid, partner: PartnerId, users: &[CollectiviteId]) -> sqlx::Result<()> {
    forget(conn, partnership).await?;
    let users: Vec<String> = users.iter().map(ToString::to_string).collect();
    let kept = sqlx::query!(
        "insert into partner_uses (partnership_id, collectivite_id, partner_id) select distinct $1::uuid, id, $2::uuid from unnest($3::text[]) as id",
        partnership,
        partner as _,
        &users,
    );
    kept.execute(conn).await.map(drop)
}

/// Forgets a partnership.
pub async fn forget(conn: &mut PgConnection, partnership: Uuid) -> sqlx::Result<()> {
    sqlx::query!("delete from partner_uses where partnership_id = $1", partnership).execute(conn).await.map(drop)
}

/// Which collectivités use a partner, or one that was merged into it.
pub async fn of(conn: &mut PgConnection, partner: PartnerId) -> sqlx::Result<Vec<CollectiviteId>> {
    let users = sqlx::query_scalar!(
        r#"select distinct collectivite_id as "id!: CollectiviteId" from partner_uses
           where partner_id = $1 or partner_id in (select id from partners where merged_into = $1)"#,
        partner as _,
    );
    users.fetch_all(conn).await
}
