use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// A void as the database has it.
#[derive(Debug, Clone)]
pub struct Row {
    /// Given when it was written, not when it was committed: a later one may be seen first.
    pub id: i64,
    /// Every token of this session…
    pub sid: Option<String>,
    /// …or of this subject…
    pub sub: Option<String>,
    /// …below this generation.
    pub below: Option<i64>,
    /// When it was decided.
    pub voided_at: DateTime<Utc>,
}

/// Voids a session; false when it was before.
pub async fn void_session(conn: &mut PgConnection, sid: &str) -> sqlx::Result<bool> {
    let voided = sqlx::query!("insert into voids (sid) values ($1) on conflict do nothing", sid);
    Ok(voided.execute(conn).await?.rows_affected() == 1)
}

/// Voids a subject's tokens below a generation.
pub async fn void_generation(conn: &mut PgConnection, sub: &str, below: i64) -> sqlx::Result<()> {
    sqlx::query!("insert into voids (sub, below) values ($1, $2)", sub, below).execute(conn).await.map(drop)
}

/// What was voided in the last `seconds`.
pub async fn list(conn: &mut PgConnection, seconds: f64) -> sqlx::Result<Vec<Row>> {
    let rows = sqlx::query_as!(
        Row,
        "select id, sid, sub, below, voided_at from voids where voided_at > clock_timestamp() - make_interval(secs => $1) order by id",
        seconds,
    );
    rows.fetch_all(conn).await
}
