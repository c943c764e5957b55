use chrono::{DateTime, Utc};
use kernel::{CollectiviteId, Version};
use sqlx::PgConnection;

use crate::domain::{Contact, ContactId, ContactKind, Email, Origin, Text, Visibility};

struct Row {
    id: ContactId,
    collectivite_id: CollectiviteId,
    kind: ContactKind,
    first_name: String,
    last_name: String,
    title: String,
    email: String,
    public: bool,
    public_first_name: bool,
    public_email: bool,
    origin: Origin,
    version: Version,
    updated_at: DateTime<Utc>,
}

/// Reads the contacts of a collectivité: the elected first, then by name.
pub async fn of(conn: &mut PgConnection, collectivite: &CollectiviteId) -> sqlx::Result<Vec<Contact>> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        select id as "id: _", collectivite_id as "collectivite_id: _", kind as "kind: _", first_name, last_name, title, email,
               public, public_first_name, public_email, origin as "origin: _", version as "version: _", updated_at
        from contacts
        where collectivite_id = $1
        order by kind, last_name, first_name, id
        limit $2
        "#,
        collectivite as _,
        Contact::LIMIT,
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(Contact::from).collect())
}

/// Reads a page of contacts by id.
pub async fn list_by_id(conn: &mut PgConnection, after: Option<ContactId>, limit: i64) -> sqlx::Result<Vec<Contact>> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        select id as "id: _", collectivite_id as "collectivite_id: _", kind as "kind: _", first_name, last_name, title, email,
               public, public_first_name, public_email, origin as "origin: _", version as "version: _", updated_at
        from contacts
        where $1::uuid is null or id > $1
        order by id
        limit $2
        "#,
        after as _,
        limit,
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(Contact::from).collect())
}

/// Reads contacts by id; those that are gone are left out.
pub async fn find_many(conn: &mut PgConnection, ids: &[ContactId]) -> sqlx::Result<Vec<Contact>> {
    let ids: Vec<_> = ids.iter().map(|id| id.0).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"
        select id as "id: _", collectivite_id as "collectivite_id: _", kind as "kind: _", first_name, last_name, title, email,
               public, public_first_name, public_email, origin as "origin: _", version as "version: _", updated_at
        from contacts
        where id = any($1)
        order by id
        "#,
        &ids,
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(Contact::from).collect())
}

/// Counts the contacts of a collectivité.
pub async fn count(conn: &mut PgConnection, collectivite: &CollectiviteId) -> sqlx::Result<i64> {
    sqlx::query_scalar!(r#"select count(*) as "count!" from contacts where collectivite_id = $1"#, collectivite as _).fetch_one(conn).await
}

/// Counts those that are public.
pub async fn count_public(conn: &mut PgConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar!(r#"select count(*) as "count!" from contacts where public"#).fetch_one(conn).await
}

/// Writes a new contact.
pub async fn insert(conn: &mut PgConnection, contact: &Contact) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into contacts (id, collectivite_id, kind, first_name, last_name, title, email, public, public_first_name, public_email, version, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        contact.id as _,
        contact.collectivite as _,
        contact.kind as _,
        contact.first_name.as_str(),
        contact.last_name.as_str(),
        contact.title.as_str(),
        contact.email.as_str(),
        contact.visibility.public,
        contact.visibility.first_name,
        contact.visibility.email,
        contact.version as _,
        contact.updated_at,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Writes a changed contact.
pub async fn save(conn: &mut PgConnection, contact: &Contact) -> sqlx::Result<()> {
    sqlx::query!(
        "update contacts set kind = $2, first_name = $3, last_name = $4, title = $5, email = $6, public = $7, public_first_name = $8,
                public_email = $9, version = $10, updated_at = $11
         where id = $1",
        contact.id as _,
        contact.kind as _,
        contact.first_name.as_str(),
        contact.last_name.as_str(),
        contact.title.as_str(),
        contact.email.as_str(),
        contact.visibility.public,
        contact.visibility.first_name,
        contact.visibility.email,
        contact.version as _,
        contact.updated_at,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Counts a change of every contact of these collectivités, and reads them as they now stand.
pub async fn touch(conn: &mut PgConnection, collectivites: &[String]) -> sqlx::Result<Vec<Contact>> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        update contacts set version = version + 1
        where collectivite_id = any($1)
        returning id as "id: _", collectivite_id as "collectivite_id: _", kind as "kind: _", first_name, last_name, title, email,
                  public, public_first_name, public_email, origin as "origin: _", version as "version: _", updated_at
        "#,
        collectivites,
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(Contact::from).collect())
}

/// Removes a contact.
pub async fn remove(conn: &mut PgConnection, id: ContactId) -> sqlx::Result<()> {
    sqlx::query!("delete from contacts where id = $1", id as _).execute(conn).await.map(drop)
}

impl From<Row> for Contact {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            collectivite: row.collectivite_id,
            kind: row.kind,
            first_name: Text::stored(row.first_name),
            last_name: Text::stored(row.last_name),
            title: Text::stored(row.title),
            email: Email::stored(row.email),
            visibility: Visibility { public: row.public, first_name: row.public_first_name, email: row.public_email },
            origin: row.origin,
            version: row.version,
            updated_at: row.updated_at,
        }
    }
}
