use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::domain::{AccountId, FlowId, PasskeyId, passkey::Passkey};

/// What a flow waits for a passkey to sign.
#[derive(Debug, Clone)]
pub struct Challenge {
    /// The challenge, and what was asked for.
    pub state: Vec<u8>,
    /// What the passkey that is being added is to be called; empty otherwise.
    pub name: String,
    /// It was answered in time.
    pub in_time: bool,
}

/// The passkeys of an account, in the order in which they were added.
pub async fn list(conn: &mut PgConnection, account: AccountId) -> sqlx::Result<Vec<Passkey>> {
    let rows = sqlx::query_as!(
        Passkey,
        r#"select passkey_id as "id: _", account_id as "account: _", name, credential_id as credential, public_key as key, state,
                  created_at, used_at
           from passkeys where account_id = $1 order by created_at, passkey_id"#,
        account as _,
    );
    rows.fetch_all(conn).await
}

/// Reads the passkey that an authenticator calls so; it changes only while its account is locked.
pub async fn find(conn: &mut PgConnection, credential: &[u8]) -> sqlx::Result<Option<Passkey>> {
    let row = sqlx::query_as!(
        Passkey,
        r#"select passkey_id as "id: _", account_id as "account: _", name, credential_id as credential, public_key as key, state,
                  created_at, used_at
           from passkeys where credential_id = $1"#,
        credential,
    );
    row.fetch_optional(conn).await
}

/// Adds a passkey; false when there is one that its authenticator calls the same.
pub async fn insert(conn: &mut PgConnection, passkey: &Passkey) -> sqlx::Result<bool> {
    let inserted = sqlx::query!(
        "insert into passkeys (passkey_id, account_id, name, credential_id, public_key, state, created_at)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (credential_id) do nothing",
        passkey.id as _,
        passkey.account as _,
        passkey.name,
        passkey.credential,
        passkey.key,
        passkey.state,
        passkey.created_at,
    );
    Ok(inserted.execute(conn).await?.rows_affected() == 1)
}

/// Notes that somebody signed in with a passkey.
pub async fn note_use(conn: &mut PgConnection, id: PasskeyId, state: &[u8], at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("update passkeys set state = $2, used_at = $3 where passkey_id = $1", id as _, state, at).execute(conn).await.map(drop)
}

/// Takes a passkey away.
pub async fn remove(conn: &mut PgConnection, id: PasskeyId) -> sqlx::Result<()> {
    sqlx::query!("delete from passkeys where passkey_id = $1", id as _).execute(conn).await.map(drop)
}

/// Keeps what a passkey is asked to sign in a flow, in the place of what it was asked before.
pub async fn ask(conn: &mut PgConnection, flow: FlowId, state: &[u8], name: &str, until: DateTime<Utc>) -> sqlx::Result<()> {
    let kept = sqlx::query!(
        "insert into passkey_challenges (flow_id, state, name, expires_at) values ($1, $2, $3, $4)
         on conflict (flow_id) do update set state = excluded.state, name = excluded.name, expires_at = excluded.expires_at",
        flow as _,
        state,
        name,
        until,
    );
    kept.execute(conn).await.map(drop)
}

/// Takes what a passkey was asked to sign in a flow: it is answered once, whatever the answer is.
pub async fn take(conn: &mut PgConnection, flow: FlowId) -> sqlx::Result<Option<Challenge>> {
    let taken = sqlx::query_as!(
        Challenge,
        r#"delete from passkey_challenges where flow_id = $1 returning state, name, expires_at > clock_timestamp() as "in_time!""#,
        flow as _,
    );
    taken.fetch_optional(conn).await
}
