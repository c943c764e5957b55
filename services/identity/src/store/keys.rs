use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::domain::signing::Span;

/// A signing key as the database has it: its private half sealed.
#[derive(Debug)]
pub struct Row {
    /// Its thumbprint.
    pub kid: String,
    /// The sealed scalar.
    pub sealed: Vec<u8>,
    /// By which key-encryption key.
    pub sealed_by: String,
    /// Signs from then on.
    pub signs_from: DateTime<Utc>,
    /// Until then.
    pub signs_until: DateTime<Utc>,
    /// Tokens it signed are refused from then on.
    pub valid_until: DateTime<Utc>,
}

impl Row {
    /// When it signs.
    #[must_use]
    pub const fn span(&self) -> Span {
        Span { from: self.signs_from, until: self.signs_until, valid_until: self.valid_until }
    }
}

/// Waits until no other replica changes the keys; until the transaction ends, none will.
pub async fn alone(conn: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("select pg_advisory_xact_lock(hashtext('identity.signing_keys'))").fetch_one(conn).await.map(drop)
}

/// The keys that sign, will sign, or signed what is still good.
pub async fn list(conn: &mut PgConnection) -> sqlx::Result<Vec<Row>> {
    let rows = sqlx::query_as!(
        Row,
        "select kid, sealed, sealed_by, signs_from, signs_until, valid_until from signing_keys
         where valid_until > clock_timestamp() order by signs_from"
    );
    rows.fetch_all(conn).await
}

/// Adds a key.
pub async fn insert(conn: &mut PgConnection, row: &Row, x: &[u8], y: &[u8]) -> sqlx::Result<()> {
    let inserted = sqlx::query!(
        "insert into signing_keys (kid, x, y, sealed, sealed_by, signs_from, signs_until, valid_until)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        row.kid,
        x,
        y,
        row.sealed,
        row.sealed_by,
        row.signs_from,
        row.signs_until,
        row.valid_until,
    );
    inserted.execute(conn).await.map(drop)
}

/// Puts a key under another seal.
pub async fn reseal(conn: &mut PgConnection, kid: &str, sealed: &[u8], by: &str) -> sqlx::Result<()> {
    let resealed = sqlx::query!("update signing_keys set sealed = $2, sealed_by = $3 where kid = $1", kid, sealed, by);
    resealed.execute(conn).await.map(drop)
}
