use chrono::{DateTime, Utc};
use kernel::CollectiviteId;
use sqlx::PgConnection;

kernel::id! {
    /// One change of a page; later changes have greater ids.
    EntryId
}

/// One change of a page.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its id.
    pub id: EntryId,
    /// When.
    pub changed_at: DateTime<Utc>,
    /// The subject of the caller's token.
    pub changed_by: String,
    /// identity_card, contacts, networks or register.
    pub section: String,
    /// What was done.
    pub change: String,
    /// The fields that changed.
    pub fields: Vec<String>,
}

/// Writes one change.
pub async fn insert(conn: &mut PgConnection, collectivite: &CollectiviteId, entry: &Entry) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into history (id, collectivite_id, changed_at, changed_by, section, change, fields) values ($1, $2, $3, $4, $5, $6, $7)",
        entry.id as _,
        collectivite as _,
        entry.changed_at,
        entry.changed_by,
        entry.section,
        entry.change,
        &entry.fields,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Writes the same change of many pages; each entry has an id of its own, made at its time.
pub async fn insert_all<'a>(
    conn: &mut PgConnection,
    collectivites: impl Iterator<Item = &'a CollectiviteId>,
    entry: &Entry,
) -> sqlx::Result<()> {
    let collectivites: Vec<String> = collectivites.map(ToString::to_string).collect();
    let ids: Vec<_> = collectivites.iter().map(|_| EntryId::made(entry.changed_at).0).collect();
    let inserted = sqlx::query!(
        "insert into history (id, collectivite_id, changed_at, changed_by, section, change, fields)
         select id, collectivite_id, $3, $4, $5, $6, $7 from unnest($1::uuid[], $2::text[]) as entry (id, collectivite_id)",
        &ids,
        &collectivites,
        entry.changed_at,
        entry.changed_by,
        entry.section,
        entry.change,
        &entry.fields,
    );
    inserted.execute(conn).await.map(drop)
}

/// Reads a page, newest first.
pub async fn list(conn: &mut PgConnection, collectivite: &CollectiviteId, before: Option<EntryId>, limit: i64) -> sqlx::Result<Vec<Entry>> {
    let rows = sqlx::query_as!(
        Entry,
        r#"select id as "id: EntryId", changed_at, changed_by, section, change, fields from history
           where collectivite_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3"#,
        collectivite as _,
        before as _,
        limit,
    );
    rows.fetch_all(conn).await
}
