use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::domain::{
    AccountId, DeviceId, SessionId,
    secret::SecretHash,
    session::{IDLE, Session},
};

/// Reads a session by its secret, whether it is over or not.
pub async fn find(conn: &mut PgConnection, secret: &SecretHash) -> sqlx::Result<Option<Session>> {
    let row = sqlx::query_as!(
        Session,
        r#"select session_id as "id: _", account_id as "account: _", browser, began_at, seen_at, authenticated_at, ends_at, ended_at
           from sessions where secret_hash = $1"#,
        secret.bytes(),
    );
    row.fetch_optional(conn).await
}

/// Notes that a session was used; not more often than each half minute, which says enough.
pub async fn touch(conn: &mut PgConnection, id: SessionId, now: DateTime<Utc>) -> sqlx::Result<()> {
    let touched = sqlx::query!(
        "update sessions set seen_at = $2 where session_id = $1 and ended_at is null and seen_at < $2::timestamptz - interval '30 seconds'",
        id as _,
        now,
    );
    touched.execute(conn).await.map(drop)
}

/// Adds a session.
pub async fn insert(conn: &mut PgConnection, session: &Session, secret: &SecretHash) -> sqlx::Result<()> {
    let inserted = sqlx::query!(
        "insert into sessions (session_id, account_id, secret_hash, browser, began_at, seen_at, authenticated_at, ends_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        session.id as _,
        session.account as _,
        secret.bytes(),
        session.browser,
        session.began_at,
        session.seen_at,
        session.authenticated_at,
        session.ends_at,
    );
    inserted.execute(conn).await.map(drop)
}

/// Gives a session another secret: the one before is worth nothing.
pub async fn renew(conn: &mut PgConnection, id: SessionId, secret: &SecretHash, authenticated_at: DateTime<Utc>) -> sqlx::Result<()> {
    let renewed = sqlx::query!(
        "update sessions set secret_hash = $2, authenticated_at = $3, seen_at = clock_timestamp() where session_id = $1",
        id as _,
        secret.bytes(),
        authenticated_at,
    );
    renewed.execute(conn).await.map(drop)
}

/// The live sessions of an account, the last used first.
pub async fn list(conn: &mut PgConnection, account: AccountId, now: DateTime<Utc>) -> sqlx::Result<Vec<Session>> {
    let rows = sqlx::query_as!(
        Session,
        r#"select session_id as "id: _", account_id as "account: _", browser, began_at, seen_at, authenticated_at, ends_at, ended_at
           from sessions where account_id = $1 and ended_at is null and ends_at > $2 and seen_at > $3
           order by seen_at desc limit 100"#,
        account as _,
        now,
        now - IDLE,
    );
    rows.fetch_all(conn).await
}

/// Ends a session of this account; false when there is none, or it was over.
pub async fn end(conn: &mut PgConnection, account: AccountId, id: SessionId) -> sqlx::Result<bool> {
    let ended = sqlx::query!(
        "update sessions set ended_at = clock_timestamp() where account_id = $1 and session_id = $2 and ended_at is null",
        account as _,
        id as _,
    );
    Ok(ended.execute(conn).await?.rows_affected() == 1)
}

/// Ends all sessions of an account but one, or all; gives those that were live.
pub async fn end_all(conn: &mut PgConnection, account: AccountId, but: Option<SessionId>) -> sqlx::Result<Vec<SessionId>> {
    let ended = sqlx::query_scalar!(
        r#"update sessions set ended_at = clock_timestamp()
           where account_id = $1 and ended_at is null and session_id is distinct from $2
           returning session_id as "id: SessionId""#,
        account as _,
        but as _,
    );
    ended.fetch_all(conn).await
}

/// The device of this account that holds a secret.
pub async fn find_device(conn: &mut PgConnection, account: AccountId, secret: &SecretHash) -> sqlx::Result<Option<DeviceId>> {
    let device = sqlx::query_scalar!(
        r#"update devices set seen_at = clock_timestamp() where account_id = $1 and secret_hash = $2 returning device_id as "id: DeviceId""#,
        account as _,
        secret.bytes(),
    );
    device.fetch_optional(conn).await
}

/// Remembers a device, and forgets those beyond the twenty that were used last.
pub async fn add_device(conn: &mut PgConnection, account: AccountId, id: DeviceId, secret: &SecretHash, browser: &str) -> sqlx::Result<()> {
    let added = sqlx::query!(
        "insert into devices (device_id, account_id, secret_hash, browser) values ($1, $2, $3, $4)",
        id as _,
        account as _,
        secret.bytes(),
        browser,
    );
    added.execute(&mut *conn).await?;
    let forgotten = sqlx::query!(
        "delete from devices where device_id in
             (select device_id from devices where account_id = $1 order by seen_at desc offset 20)",
        account as _,
    );
    forgotten.execute(conn).await.map(drop)
}

/// Forgets every device of an account: whoever holds their secrets is a stranger again.
pub async fn forget_devices(conn: &mut PgConnection, account: AccountId) -> sqlx::Result<()> {
    sqlx::query!("delete from devices where account_id = $1", account as _).execute(conn).await.map(drop)
}
