use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// How often a client may try in a minute, by how it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It got a token.
    Issued,
    /// It was refused.
    Refused,
}

impl Outcome {
    const fn word(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Refused => "refused",
        }
    }
}

/// Marks an assertion as used; false when it was before. A twin in flight waits here for the other.
pub async fn mark_used(conn: &mut PgConnection, client: &str, jti: &str, ends: DateTime<Utc>) -> sqlx::Result<bool> {
    let used = sqlx::query!(
        "insert into used_assertions (client_id, jti, expires_at) values ($1, $2, $3) on conflict do nothing",
        client,
        jti,
        ends,
    );
    Ok(used.execute(conn).await?.rows_affected() == 1)
}

/// Counts an attempt; says the how many-th of the minute it is.
pub async fn count(conn: &mut PgConnection, client: &str, outcome: Outcome) -> sqlx::Result<i32> {
    let counted = sqlx::query_scalar!(
        "insert into attempts as known (client_id, outcome, minute, count) values ($1, $2, date_trunc('minute', clock_timestamp()), 1)
         on conflict (client_id, outcome) do update
         set minute = excluded.minute, count = case when known.minute = excluded.minute then known.count + 1 else 1 end
         returning count",
        client,
        outcome.word(),
    );
    counted.fetch_one(conn).await
}
