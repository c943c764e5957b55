use chrono::{DateTime, Utc};
use kernel::{CollectiviteId, Version};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use crate::domain::{Contact, ContactId, ContactKind, Origin, PartnerId};

/// A contact as the table has it: the names are those of its columns.
#[derive(serde::Serialize)]
struct Line<'a> {
    id: Uuid,
    collectivite_id: &'a str,
    kind: ContactKind,
    first_name: &'a str,
    last_name: &'a str,
    title: &'a str,
    email: &'a str,
    public: bool,
    public_first_name: bool,
    public_email: bool,
    origin: Origin,
    version: i64,
    updated_at: DateTime<Utc>,
}

impl<'a> Line<'a> {
    fn of(contact: &'a Contact) -> Self {
        Self {
            id: contact.id.0,
            collectivite_id: contact.collectivite.as_str(),
            kind: contact.kind,
            first_name: contact.first_name.as_str(),
            last_name: contact.last_name.as_str(),
            title: contact.title.as_str(),
            email: contact.email.as_str(),
            public: contact.visibility.public,
            public_first_name: contact.visibility.first_name,
            public_email: contact.visibility.email,
            origin: contact.origin,
            version: contact.version.0,
            updated_at: contact.updated_at,
        }
    }
}

/// A tie to a network, by the name that networks are compared by.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Tie {
    /// Whose.
    pub collectivite_id: CollectiviteId,
    /// The network's name, folded.
    pub network: String,
    /// It adheres to it.
    pub member: bool,
    /// It uses it.
    pub uses: bool,
}

/// Which of these contacts are not there.
pub async fn new_contacts(conn: &mut PgConnection, ids: &[Uuid]) -> sqlx::Result<Vec<Uuid>> {
    let new = sqlx::query_scalar!(
        r#"select id as "id!" from unnest($1::uuid[]) as id where not exists (select from contacts where contacts.id = id.id)"#,
        ids,
    );
    new.fetch_all(conn).await
}

/// Writes new contacts, and counts a change of the section of their collectivités.
pub async fn put_contacts(conn: &mut PgConnection, contacts: &[Contact]) -> sqlx::Result<()> {
    let lines: Vec<_> = contacts.iter().map(Line::of).collect();
    sqlx::query!("insert into contacts select * from jsonb_populate_recordset(null::contacts, $1)", Json(lines) as _)
        .execute(&mut *conn)
        .await?;
    touch_contacts(conn, contacts.iter().map(|one| one.collectivite.to_string()).collect()).await
}

async fn touch_contacts(conn: &mut PgConnection, collectivites: Vec<String>) -> sqlx::Result<()> {
    sqlx::query!("update collectivites set contacts_revision = contacts_revision + 1 where id = any($1)", &collectivites)
        .execute(conn)
        .await
        .map(drop)
}

/// Writes ties that are not there; whose. Ties to networks that do not exist are left out.
pub async fn put_ties(conn: &mut PgConnection, ties: &[Tie]) -> sqlx::Result<Vec<String>> {
    let put = sqlx::query_scalar!(
        "insert into network_relations (collectivite_id, network_id, member, uses, origin)
         select given.collectivite_id, networks.id, given.member, given.uses, 'demo'
         from jsonb_to_recordset($1) as given (collectivite_id text, network text, member boolean, uses boolean)
         join networks on networks.name_folded = given.network
         on conflict (collectivite_id, network_id) do nothing
         returning collectivite_id",
        Json(ties) as _,
    );
    let whose = put.fetch_all(&mut *conn).await?;
    touch_networks(conn, &whose).await?;
    Ok(whose)
}

async fn touch_networks(conn: &mut PgConnection, collectivites: &[String]) -> sqlx::Result<()> {
    sqlx::query!(
        "update collectivites set networks_revision = networks_revision + 1, version = version + 1 where id = any($1)",
        collectivites
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Removes contacts; which, whose, and the version each had.
pub async fn drop_contacts(conn: &mut PgConnection, limit: i64) -> sqlx::Result<Vec<(ContactId, CollectiviteId, Version)>> {
    let dropped = sqlx::query!(
        r#"delete from contacts where id in (select id from contacts where origin = 'demo' order by id limit $1 for update)
           returning id as "id: ContactId", collectivite_id as "collectivite: CollectiviteId", version as "version: Version""#,
        limit,
    );
    let dropped = dropped.fetch_all(&mut *conn).await?;
    touch_contacts(conn, dropped.iter().map(|one| one.collectivite.to_string()).collect()).await?;
    Ok(dropped.into_iter().map(|one| (one.id, one.collectivite, one.version)).collect())
}

/// Removes ties to networks of so many collectivités; whose each was.
pub async fn drop_ties(conn: &mut PgConnection, limit: i64) -> sqlx::Result<Vec<String>> {
    let dropped = sqlx::query_scalar!(
        "delete from network_relations where origin = 'demo' and collectivite_id in (
             select distinct collectivite_id from network_relations where origin = 'demo' order by collectivite_id limit $1)
         returning collectivite_id",
        limit,
    );
    let whose = dropped.fetch_all(&mut *conn).await?;
    touch_networks(conn, &whose).await?;
    Ok(whose)
}

/// Removes partners with all that is said of them, but those that stay: the named ones, and those that real ones were merged into.
/// Those that were merged go first, so that none leads to one that is gone.
pub async fn drop_partners(conn: &mut PgConnection, kept: &[Uuid], limit: i64) -> sqlx::Result<Vec<(PartnerId, Version)>> {
    let found = sqlx::query!(
        r#"select p.id as "id: PartnerId", p.version as "version: Version" from partners p
           where p.origin = 'demo' and p.id <> all($1)
             and not exists (select from partner_merges m join partners o on o.id = m.partner_id
                             where m.into_id = p.id and (o.origin <> 'demo' or o.id = any($1)))
             and not exists (select from partners o where o.merged_into = p.id and (o.origin <> 'demo' or o.id = any($1)))
           order by p.merged_into is null, p.id limit $2 for update"#,
        kept,
        limit,
    );
    let found: Vec<_> = found.fetch_all(&mut *conn).await?.into_iter().map(|one| (one.id, one.version)).collect();
    let ids: Vec<Uuid> = found.iter().map(|(id, _)| id.0).collect();
    sqlx::query!("delete from partner_proposals where partner_id = any($1)", &ids).execute(&mut *conn).await?;
    sqlx::query!("delete from partner_merges where partner_id = any($1) or into_id = any($1)", &ids).execute(&mut *conn).await?;
    sqlx::query!("delete from partner_names where partner_id = any($1)", &ids).execute(&mut *conn).await?;
    sqlx::query!("delete from partner_history where partner_id = any($1)", &ids).execute(&mut *conn).await?;
    sqlx::query!("delete from partners where id = any($1)", &ids).execute(&mut *conn).await?;
    Ok(found)
}

/// Counts the partners of demonstration.
pub async fn count_partners(conn: &mut PgConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar!(r#"select count(*) as "count!" from partners where origin = 'demo'"#).fetch_one(conn).await
}
