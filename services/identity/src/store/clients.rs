use chrono::{DateTime, Utc};
use kernel::{ClientId, Right, Version};
use runtime::PublicKey;
use sqlx::PgConnection;

use super::parse;
use crate::domain::client::{Client, ClientKey};

struct Row {
    client_id: String,
    description: String,
    rights: Vec<String>,
    audiences: Vec<String>,
    generation: i64,
    version: i64,
    disabled_at: Option<DateTime<Utc>>,
}

/// Reads a client.
pub async fn find(conn: &mut PgConnection, id: &ClientId) -> sqlx::Result<Option<Client>> {
    let row = sqlx::query_as!(
        Row,
        "select client_id, description, rights, audiences, generation, version, disabled_at from clients where client_id = $1",
        id.as_str(),
    );
    let row = row.fetch_optional(&mut *conn).await?;
    with_keys(conn, row.into_iter().collect()).await.map(|mut clients| clients.pop())
}

/// Reads a client, and holds it until the transaction ends.
pub async fn lock(conn: &mut PgConnection, id: &ClientId) -> sqlx::Result<Option<Client>> {
    let row = sqlx::query_as!(
        Row,
        "select client_id, description, rights, audiences, generation, version, disabled_at from clients where client_id = $1 for update",
        id.as_str(),
    );
    let row = row.fetch_optional(&mut *conn).await?;
    with_keys(conn, row.into_iter().collect()).await.map(|mut clients| clients.pop())
}

/// The clients after one, by id.
pub async fn list(conn: &mut PgConnection, after: &str, limit: i64) -> sqlx::Result<Vec<Client>> {
    let rows = sqlx::query_as!(
        Row,
        "select client_id, description, rights, audiences, generation, version, disabled_at from clients
         where client_id > $1 order by client_id limit $2",
        after,
        limit,
    );
    let rows = rows.fetch_all(&mut *conn).await?;
    with_keys(conn, rows).await
}

/// Adds a client, without keys.
pub async fn insert(conn: &mut PgConnection, client: &Client) -> sqlx::Result<()> {
    let inserted = sqlx::query!(
        "insert into clients (client_id, description, rights, audiences) values ($1, $2, $3, $4)",
        client.id.as_str(),
        client.description.as_str(),
        &rights(client),
        &client.audiences,
    );
    inserted.execute(conn).await.map(drop)
}

/// Saves a client that is locked: what it may do, its generation, whether it is shut out.
pub async fn save(conn: &mut PgConnection, client: &Client) -> sqlx::Result<()> {
    let saved = sqlx::query!(
        "update clients set description = $2, rights = $3, audiences = $4, generation = $5, version = $6, disabled_at = $7
         where client_id = $1",
        client.id.as_str(),
        client.description.as_str(),
        &rights(client),
        &client.audiences,
        client.generation,
        client.version.0,
        client.disabled_at,
    );
    saved.execute(conn).await.map(drop)
}

/// Adds a key; one that the client has and retired is not taken again.
pub async fn add_key(conn: &mut PgConnection, id: &ClientId, key: &PublicKey) -> sqlx::Result<()> {
    let added =
        sqlx::query!("insert into client_keys (client_id, kid, x, y) values ($1, $2, $3, $4)", id.as_str(), key.kid(), key.x(), key.y(),);
    added.execute(conn).await.map(drop)
}

/// Retires a key.
pub async fn retire_key(conn: &mut PgConnection, id: &ClientId, kid: &str) -> sqlx::Result<()> {
    let retired = sqlx::query!(
        "update client_keys set retired_at = clock_timestamp() where client_id = $1 and kid = $2 and retired_at is null",
        id.as_str(),
        kid,
    );
    retired.execute(conn).await.map(drop)
}

fn rights(client: &Client) -> Vec<String> {
    client.rights.iter().map(Right::to_string).collect()
}

async fn with_keys(conn: &mut PgConnection, rows: Vec<Row>) -> sqlx::Result<Vec<Client>> {
    let ids: Vec<String> = rows.iter().map(|row| row.client_id.clone()).collect();
    let keys = sqlx::query!(
        "select client_id, x, y, added_at, retired_at from client_keys where client_id = any($1) order by added_at, kid",
        &ids,
    );
    let keys = keys.fetch_all(conn).await?;
    let mut clients = rows.into_iter().map(client).collect::<sqlx::Result<Vec<Client>>>()?;
    for key in keys {
        let public = PublicKey::from_coordinates(&key.x, &key.y).map_err(|error| sqlx::Error::Decode(error.into()))?;
        let owner = clients.iter_mut().find(|client| client.id.as_str() == key.client_id);
        owner.into_iter().for_each(|client| {
            client.keys.push(ClientKey { public, added_at: key.added_at, retired_at: key.retired_at });
        });
    }
    Ok(clients)
}

fn client(row: Row) -> sqlx::Result<Client> {
    Ok(Client {
        id: parse(&row.client_id)?,
        description: parse(&row.description)?,
        rights: row.rights.iter().map(|right| parse(right)).collect::<sqlx::Result<_>>()?,
        audiences: row.audiences,
        generation: row.generation,
        version: Version(row.version),
        keys: Vec::new(),
        disabled_at: row.disabled_at,
    })
}
