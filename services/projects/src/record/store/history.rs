use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

kernel::id! {
    /// One change of the record; later changes have greater ids.
    EntryId
}

/// One change of the record.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its id.
    pub id: EntryId,
    /// When.
    pub changed_at: DateTime<Utc>,
    /// The subject of the caller's token.
    pub changed_by: String,
    /// What was done.
    pub change: String,
    /// The paths that changed.
    pub fields: Vec<String>,
    /// partnership or project.
    pub resource: String,
    /// Which.
    pub resource_id: Uuid,
    /// What it was before, as the contract's message; none where it was added.
    pub before: Option<Vec<u8>>,
    /// Whose record it is in.
    pub collectivites: Vec<String>,
}

/// Writes changes.
pub async fn insert(conn: &mut PgConnection, entries: &[Entry]) -> sqlx::Result<()> {
    let column = |read: fn(&Entry) -> String| -> Vec<String> { entries.iter().map(read).collect() };
    let inserted = sqlx::query!(
        "insert into history (id, changed_at, changed_by, change, fields, resource, resource_id, before, collectivites)
         select id, changed_at, changed_by, change, string_to_array(fields, ' '), resource, resource_id, before,
                string_to_array(collectivites, ' ')
         from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::bytea[], $9::text[])
             as entry (id, changed_at, changed_by, change, fields, resource, resource_id, before, collectivites)",
        &entries.iter().map(|entry| entry.id.0).collect::<Vec<_>>(),
        &entries.iter().map(|entry| entry.changed_at).collect::<Vec<_>>(),
        &column(|entry| entry.changed_by.clone()),
        &column(|entry| entry.change.clone()),
        &column(|entry| entry.fields.join(" ")),
        &column(|entry| entry.resource.clone()),
        &entries.iter().map(|entry| entry.resource_id).collect::<Vec<_>>(),
        &entries.iter().map(|entry| entry.before.clone()).collect::<Vec<_>>() as _,
        &column(|entry| entry.collectivites.join(" ")),
    );
    inserted.execute(conn).await.map(drop)
}

/// Reads a page of the changes in a collectivité's record, newest first.
pub async fn list(conn: &mut PgConnection, collectivite: &str, before: Option<EntryId>, limit: i64) -> sqlx::Result<Vec<Entry>> {
    let rows = sqlx::query_as!(
        Entry,
        r#"select id as "id: EntryId", changed_at, changed_by, change, fields, resource, resource_id, before, collectivites
           from history where collectivites @> array[$1::text] and ($2::uuid is null or id < $2) order by id desc limit $3"#,
        collectivite,
        before as _,
        limit,
    );
    rows.fetch_all(conn).await
}
