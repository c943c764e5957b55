use chrono::{DateTime, Utc};
use sqlx::{PgConnection, types::Json};

use crate::domain::{Partner, PartnerId};

kernel::id! {
    /// One change of a partner; later changes have greater ids.
    PartnerEntryId
}

/// One change of a partner.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its id.
    pub id: PartnerEntryId,
    /// When.
    pub changed_at: DateTime<Utc>,
    /// The subject of the caller's token.
    pub changed_by: String,
    /// What was done.
    pub change: String,
    /// What it was before; none where it was not there.
    pub before: Option<Partner>,
}

/// A change that is to be written down: of which partner, and what it was before.
pub type Change<'a> = (PartnerId, Option<&'a Partner>);

/// Writes down the same change of partners.
pub async fn insert(conn: &mut PgConnection, changes: &[Change<'_>], at: DateTime<Utc>, by: &str, change: &str) -> sqlx::Result<()> {
    let ids: Vec<_> = changes.iter().map(|_| PartnerEntryId::made(at).0).collect();
    let partners: Vec<_> = changes.iter().map(|(id, _)| id.0).collect();
    let before: Vec<_> = changes.iter().map(|(_, before)| before.map(Json)).collect();
    let inserted = sqlx::query!(
        "insert into partner_history (id, partner_id, changed_at, changed_by, change, before)
         select id, partner_id, $4, $5, $6, before from unnest($1::uuid[], $2::uuid[], $3::jsonb[]) as entry (id, partner_id, before)",
        &ids,
        &partners,
        &before as _,
        at,
        by,
        change,
    );
    inserted.execute(conn).await.map(drop)
}

/// Reads a page, newest first.
pub async fn list(conn: &mut PgConnection, partner: PartnerId, before: Option<PartnerEntryId>, limit: i64) -> sqlx::Result<Vec<Entry>> {
    let rows = sqlx::query!(
        r#"select id as "id: PartnerEntryId", changed_at, changed_by, change, before as "before: Json<Partner>" from partner_history
           where partner_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3"#,
        partner as _,
        before as _,
        limit,
    );
    let rows = rows.fetch_all(conn).await?.into_iter().map(|row| Entry {
        id: row.id,
        changed_at: row.changed_at,
        changed_by: row.changed_by,
        change: row.change,
        before: row.before.map(|before| before.0),
    });
    Ok(rows.collect())
}
