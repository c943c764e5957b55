use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::domain::AccountId;

/// Keeps what was typed into a form, in the place of what was kept before; of an account the hundred newest.
pub async fn save(conn: &mut PgConnection, account: AccountId, form: &str, fields: &[u8]) -> sqlx::Result<DateTime<Utc>> {
    let saved = sqlx::query_scalar!(
        "insert into drafts (account_id, form, fields) values ($1, $2, $3)
         on conflict (account_id, form) do update set fields = excluded.fields, saved_at = clock_timestamp() returning saved_at",
        account as _,
        form,
        fields,
    );
    let saved_at = saved.fetch_one(&mut *conn).await?;
    let forgotten = sqlx::query!(
        "delete from drafts where account_id = $1 and form in
             (select form from drafts where account_id = $1 order by saved_at desc offset 100)",
        account as _,
    );
    forgotten.execute(conn).await?;
    Ok(saved_at)
}

/// Reads what was kept of a form.
pub async fn find(conn: &mut PgConnection, account: AccountId, form: &str) -> sqlx::Result<Option<(Vec<u8>, DateTime<Utc>)>> {
    let row = sqlx::query!("select fields, saved_at from drafts where account_id = $1 and form = $2", account as _, form);
    Ok(row.fetch_optional(conn).await?.map(|row| (row.fields, row.saved_at)))
}

/// Forgets what was kept of a form.
pub async fn drop(conn: &mut PgConnection, account: AccountId, form: &str) -> sqlx::Result<()> {
    let dropped = sqlx::query!("delete from drafts where account_id = $1 and form = $2", account as _, form);
    dropped.execute(conn).await.map(|_| ())
}
