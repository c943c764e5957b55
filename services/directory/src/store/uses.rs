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

/// Which collectivités use a partner, or one that was merged into it; while none does, the one that added it. In the place of
/// one that has ended stand those that took its place.
pub async fn of(conn: &mut PgConnection, partner: PartnerId, added_by: Option<&CollectiviteId>) -> sqlx::Result<Vec<CollectiviteId>> {
    let users = sqlx::query_scalar!(
        r#"with recursive using_it (id) as (
               select collectivite_id from partner_uses
               where partner_id = $1 or partner_id in (select id from partners where merged_into = $1)
           ),
           named (id) as (
               select id from using_it
               union
               select $2::text where $2 is not null and not exists (select from using_it)
           ),
           standing (id) as (
               select id from named
               union
               select successor_id from successions
               join standing on predecessor_id = standing.id
               join collectivites ended on ended.id = standing.id and ended.ended_on is not null
           )
           select id as "id!: CollectiviteId" from standing
           where not exists (select from collectivites ended where ended.id = standing.id and ended.ended_on is not null)"#,
        partner as _,
        added_by.map(ToString::to_string),
    );
    users.fetch_all(conn).await
}
