use kernel::Version;
use sqlx::PgConnection;

use crate::domain::{Network, NetworkId, Origin, Text};

struct Row {
    id: NetworkId,
    acronym: String,
    name: String,
    kind: String,
    scope: String,
    origin: Origin,
    version: Version,
}

/// The constraint that keeps two networks from having one name.
pub const NAME_TAKEN: &str = "network_name_taken";
/// The constraint by which a relation names a network that exists.
pub const EXISTS: &str = "network_exists";

/// Reads a page of networks by id.
pub async fn list_by_id(conn: &mut PgConnection, after: Option<NetworkId>, limit: i64) -> sqlx::Result<Vec<Network>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id as "id: _", acronym, name, kind, scope, origin as "origin: _", version as "version: _"
           from networks where $1::uuid is null or id > $1 order by id limit $2"#,
        after as _,
        limit,
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(Network::from).collect())
}

/// Reads a page of networks by name, as names are compared; `after` is the last one of the page before.
pub async fn list(conn: &mut PgConnection, after: &str, limit: i64) -> sqlx::Result<Vec<Network>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id as "id: _", acronym, name, kind, scope, origin as "origin: _", version as "version: _"
           from networks where name_folded > $1 order by name_folded limit $2"#,
        after,
        limit,
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(Network::from).collect())
}

/// Counts them.
pub async fn count(conn: &mut PgConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar!(r#"select count(*) as "count!" from networks"#).fetch_one(conn).await
}

/// Reads networks by id, in the order of ids.
pub async fn find_many(conn: &mut PgConnection, ids: &[NetworkId]) -> sqlx::Result<Vec<Network>> {
    let ids: Vec<_> = ids.iter().map(|id| id.0).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"select id as "id: _", acronym, name, kind, scope, origin as "origin: _", version as "version: _"
           from networks where id = any($1) order by id"#,
        &ids,
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(Network::from).collect())
}

/// Reads one network, and holds it until the transaction ends.
pub async fn lock(conn: &mut PgConnection, id: NetworkId) -> sqlx::Result<Option<Network>> {
    let row = sqlx::query_as!(
        Row,
        r#"select id as "id: _", acronym, name, kind, scope, origin as "origin: _", version as "version: _"
           from networks where id = $1 for update"#,
        id as _,
    );
    Ok(row.fetch_optional(conn).await?.map(Network::from))
}

/// Writes a new network. One of the same name violates [`NAME_TAKEN`].
pub async fn insert(conn: &mut PgConnection, network: &Network) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into networks (id, acronym, name, name_folded, kind, scope, origin, version) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        network.id as _,
        network.acronym.as_str(),
        network.name.as_str(),
        network.natural_key(),
        network.kind.as_str(),
        network.scope.as_str(),
        network.origin as _,
        network.version as _,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Writes a changed network. One of the same name violates [`NAME_TAKEN`].
pub async fn save(conn: &mut PgConnection, network: &Network) -> sqlx::Result<()> {
    sqlx::query!(
        "update networks set acronym = $2, name = $3, name_folded = $4, kind = $5, scope = $6, version = $7 where id = $1",
        network.id as _,
        network.acronym.as_str(),
        network.name.as_str(),
        network.natural_key(),
        network.kind.as_str(),
        network.scope.as_str(),
        network.version as _,
    )
    .execute(conn)
    .await
    .map(drop)
}

impl From<Row> for Network {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            acronym: Text::stored(row.acronym),
            name: Text::stored(row.name),
            kind: Text::stored(row.kind),
            scope: Text::stored(row.scope),
            origin: row.origin,
            version: row.version,
        }
    }
}
