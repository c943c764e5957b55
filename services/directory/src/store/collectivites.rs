use kernel::{CollectiviteId, Version};
use sqlx::PgConnection;

use crate::domain::{Collectivite, CollectiviteType, Email, IdentityCard, Origin, Point, Registered, Telephone, Text, Website};

use super::{relations, successions};

struct Row {
    id: CollectiviteId,
    kind: CollectiviteType,
    name: String,
    siren: Option<String>,
    insee_code: String,
    postal_codes: Vec<String>,
    department_code: String,
    region_code: String,
    epci_id: String,
    population: Option<i64>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    origin: Origin,
    ended_on: Option<chrono::NaiveDate>,
    website: String,
    email: String,
    telephone: String,
    service: String,
    identity_card_revision: Version,
    contacts_revision: Version,
    networks_revision: Version,
    version: Version,
}

/// Where a list goes on, and what it is narrowed to; empty texts narrow nothing.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// The last id of the page before; empty for the first page.
    pub after: String,
    /// Only this région.
    pub region_code: String,
    /// Only this département.
    pub department_code: String,
    /// Only this type.
    pub kind: Option<CollectiviteType>,
}

/// Where a collectivité lies: what decides who of the State may see its drafts and contacts.
#[derive(Debug, Clone)]
pub struct Place {
    /// The collectivité.
    pub id: CollectiviteId,
    /// Its région.
    pub region_code: String,
    /// Its département.
    pub department_code: String,
}

/// Reads one collectivité.
pub async fn find(conn: &mut PgConnection, id: &CollectiviteId) -> sqlx::Result<Option<Collectivite>> {
    Ok(find_many(conn, &[id.to_string()]).await?.pop())
}

/// Holds one collectivité's row until the transaction ends, then reads it; whatever is told of it is told in this order.
pub async fn lock(conn: &mut PgConnection, id: &CollectiviteId) -> sqlx::Result<Option<Collectivite>> {
    sqlx::query_scalar!("select 1 from collectivites where id = $1 for update", id as _).fetch_optional(&mut *conn).await?;
    find(conn, id).await
}

/// Reads collectivités by id, in the order of ids; those that do not exist are left out.
pub async fn find_many(conn: &mut PgConnection, ids: &[String]) -> sqlx::Result<Vec<Collectivite>> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        select id as "id: _", type as "kind: _", name, siren, insee_code, postal_codes, department_code, region_code, epci_id,
               population, latitude, longitude, origin as "origin: _", ended_on, website, email, telephone, service,
               identity_card_revision as "identity_card_revision: _", contacts_revision as "contacts_revision: _",
               networks_revision as "networks_revision: _", version as "version: _"
        from collectivites
        where id = any($1)
        order by id
        "#,
        ids,
    )
    .fetch_all(&mut *conn)
    .await?;
    complete(conn, ids, rows).await
}

/// Reads a page of collectivités by id.
pub async fn list(conn: &mut PgConnection, filter: &Filter, limit: i64) -> sqlx::Result<Vec<Collectivite>> {
    let ids = sqlx::query_scalar!(
        r#"
        select id from collectivites
        where id > $1 and ($2 = '' or region_code = $2) and ($3 = '' or department_code = $3) and ($4::text is null or type = $4)
        order by id
        limit $5
        "#,
        filter.after,
        filter.region_code,
        filter.department_code,
        filter.kind as _,
        limit,
    )
    .fetch_all(&mut *conn)
    .await?;
    find_many(conn, &ids).await
}

/// Finds ids by the beginning of a name or of one of its words, or by a code; the nearest and largest first.
///
/// `folded` is the query as names are compared; `code` the query without spaces.
pub async fn search(conn: &mut PgConnection, folded: &str, code: &str, limit: i64) -> sqlx::Result<Vec<String>> {
    let pattern = folded.replace(['%', '_', '\\'], "");
    sqlx::query_scalar!(
        r#"
        select id from collectivites
        where ended_on is null
          and (siren = $2 or insee_code = $2 or $2 = any(postal_codes)
               or ($1 <> '' and (name_folded like $1 || '%' or name_folded like '% ' || $1 || '%')))
        order by (siren = $2 or insee_code = $2) is true desc, name_folded = $1 desc, name_folded like $1 || '%' desc,
                 population desc nulls last, id
        limit $3
        "#,
        pattern,
        code,
        limit,
    )
    .fetch_all(conn)
    .await
}

/// Says where collectivités lie.
pub async fn places(conn: &mut PgConnection, ids: &[String]) -> sqlx::Result<Vec<Place>> {
    sqlx::query_as!(Place, r#"select id as "id: _", region_code, department_code from collectivites where id = any($1)"#, ids)
        .fetch_all(conn)
        .await
}

/// Counts them.
pub async fn count(conn: &mut PgConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar!(r#"select count(*) as "count!" from collectivites"#).fetch_one(conn).await
}

/// Writes the identity card and says the collectivité changed.
pub async fn save_card(conn: &mut PgConnection, id: &CollectiviteId, card: &IdentityCard) -> sqlx::Result<()> {
    sqlx::query!(
        "update collectivites set website = $2, email = $3, telephone = $4, service = $5, identity_card_revision = $6, version = version + 1 where id = $1",
        id as _,
        card.website.as_str(),
        card.email.as_str(),
        card.telephone.as_str(),
        card.service.as_str(),
        card.revision as _,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Counts a change of the section contacts, and gives the new count; what is public of the collectivité itself stays.
pub async fn touch_contacts(conn: &mut PgConnection, id: &CollectiviteId) -> sqlx::Result<Version> {
    let touched = sqlx::query_scalar!(
        r#"update collectivites set contacts_revision = contacts_revision + 1 where id = $1 returning contacts_revision as "revision: Version""#,
        id as _,
    );
    touched.fetch_one(conn).await
}

/// Counts a change of the section networks and says the collectivité changed.
pub async fn touch_networks(conn: &mut PgConnection, id: &CollectiviteId) -> sqlx::Result<()> {
    let touched =
        sqlx::query!("update collectivites set networks_revision = networks_revision + 1, version = version + 1 where id = $1", id as _);
    touched.execute(conn).await.map(drop)
}

/// Says when collectivités ended, and counts the change.
pub async fn end(conn: &mut PgConnection, ids: &[String], on: chrono::NaiveDate) -> sqlx::Result<()> {
    sqlx::query!("update collectivites set ended_on = $2, version = version + 1 where id = any($1)", ids, on).execute(conn).await.map(drop)
}

/// Counts a change of each of these collectivités.
pub async fn touch(conn: &mut PgConnection, ids: &[String]) -> sqlx::Result<()> {
    sqlx::query!("update collectivites set version = version + 1 where id = any($1)", ids).execute(conn).await.map(drop)
}

/// Adds networks and successions to rows: two more queries, however many rows.
async fn complete(conn: &mut PgConnection, ids: &[String], rows: Vec<Row>) -> sqlx::Result<Vec<Collectivite>> {
    let mut networks = relations::by_collectivite(conn, ids).await?;
    let mut links = successions::by_collectivite(conn, ids).await?;
    let completed = rows.into_iter().map(|row| {
        let networks = networks.remove(&row.id).unwrap_or_default();
        let links = links.remove(&row.id).unwrap_or_default();
        collectivite(row, networks, links)
    });
    Ok(completed.collect())
}

fn collectivite(row: Row, networks: Vec<crate::domain::Relation>, links: successions::Links) -> Collectivite {
    Collectivite {
        registered: Registered {
            id: row.id,
            kind: row.kind,
            name: Text::stored(row.name),
            siren: row.siren.unwrap_or_default(),
            insee_code: row.insee_code,
            postal_codes: row.postal_codes,
            department_code: row.department_code,
            region_code: row.region_code,
            epci_id: row.epci_id,
            population: row.population,
            point: row.latitude.zip(row.longitude).map(|(latitude, longitude)| Point { latitude, longitude }),
            origin: row.origin,
        },
        ended_on: row.ended_on,
        successors: links.successors,
        predecessors: links.predecessors,
        card: IdentityCard {
            website: Website::stored(row.website),
            email: Email::stored(row.email),
            telephone: Telephone::stored(row.telephone),
            service: Text::stored(row.service),
            revision: row.identity_card_revision,
        },
        networks,
        contacts_revision: row.contacts_revision,
        networks_revision: row.networks_revision,
        version: row.version,
    }
}
