use sqlx::PgConnection;

use crate::domain::{AccountId, secret::SecretHash};

/// Whether an authenticator is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is being set up.
    Pending,
    /// It is asked for.
    Live,
}

impl State {
    const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Live => "live",
        }
    }
}

/// The secret of an authenticator, as the database has it.
#[derive(Debug, Clone)]
pub struct Sealed {
    /// The secret, sealed.
    pub sealed: Vec<u8>,
    /// By which key-encryption key.
    pub sealed_by: String,
}

/// Reads the authenticator of an account.
pub async fn find(conn: &mut PgConnection, account: AccountId, state: State) -> sqlx::Result<Option<Sealed>> {
    let row = sqlx::query_as!(
        Sealed,
        "select sealed, sealed_by from second_factors where account_id = $1 and state = $2",
        account as _,
        state.word(),
    );
    row.fetch_optional(conn).await
}

/// Begins to set one up, in the place of one that was begun before.
pub async fn start(conn: &mut PgConnection, account: AccountId, secret: &Sealed) -> sqlx::Result<()> {
    let started = sqlx::query!(
        "insert into second_factors (account_id, state, sealed, sealed_by) values ($1, 'pending', $2, $3)
         on conflict (account_id, state) do update
         set sealed = excluded.sealed, sealed_by = excluded.sealed_by, last_step = 0, created_at = clock_timestamp()",
        account as _,
        secret.sealed,
        secret.sealed_by,
    );
    started.execute(conn).await.map(drop)
}

/// Takes a step of an authenticator, once: neither it nor one before is good again. False when it was taken.
pub async fn take_step(conn: &mut PgConnection, account: AccountId, state: State, step: i64) -> sqlx::Result<bool> {
    let taken = sqlx::query!(
        "update second_factors set last_step = $3 where account_id = $1 and state = $2 and last_step < $3",
        account as _,
        state.word(),
        step,
    );
    Ok(taken.execute(conn).await?.rows_affected() == 1)
}

/// Puts the one that was set up in force.
pub async fn confirm(conn: &mut PgConnection, account: AccountId) -> sqlx::Result<()> {
    remove(&mut *conn, account, State::Live).await?;
    sqlx::query!("update second_factors set state = 'live' where account_id = $1 and state = 'pending'", account as _)
        .execute(conn)
        .await
        .map(drop)
}

/// Gives an account these recovery codes, in the place of those it had.
pub async fn keep_codes(conn: &mut PgConnection, account: AccountId, codes: &[SecretHash]) -> sqlx::Result<()> {
    forget_codes(&mut *conn, account).await?;
    let codes: Vec<Vec<u8>> = codes.iter().map(|code| code.bytes().to_vec()).collect();
    let added = sqlx::query!("insert into recovery_codes (account_id, hash) select $1, unnest($2::bytea[])", account as _, &codes);
    added.execute(conn).await.map(drop)
}

/// Forgets the recovery codes of an account: nothing is left that they could stand for.
pub async fn forget_codes(conn: &mut PgConnection, account: AccountId) -> sqlx::Result<()> {
    sqlx::query!("delete from recovery_codes where account_id = $1", account as _).execute(conn).await.map(drop)
}

/// Takes an authenticator away.
pub async fn remove(conn: &mut PgConnection, account: AccountId, state: State) -> sqlx::Result<()> {
    let removed = sqlx::query!("delete from second_factors where account_id = $1 and state = $2", account as _, state.word());
    removed.execute(conn).await.map(drop)
}

/// Uses a recovery code, once.
pub async fn use_code(conn: &mut PgConnection, account: AccountId, code: &SecretHash) -> sqlx::Result<bool> {
    let used = sqlx::query!("delete from recovery_codes where account_id = $1 and hash = $2", account as _, code.bytes());
    Ok(used.execute(conn).await?.rows_affected() == 1)
}

/// Some secrets that another key-encryption key sealed than this one, held until the transaction ends.
pub async fn sealed_otherwise(conn: &mut PgConnection, print: &str) -> sqlx::Result<Vec<(AccountId, String, Sealed)>> {
    let rows = sqlx::query!(
        r#"select account_id as "account: AccountId", state, sealed, sealed_by from second_factors where sealed_by <> $1
           order by account_id limit 100 for update skip locked"#,
        print,
    );
    let rows = rows.fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.account, row.state, Sealed { sealed: row.sealed, sealed_by: row.sealed_by })).collect())
}

/// Puts a secret under another seal.
pub async fn reseal(conn: &mut PgConnection, account: AccountId, state: &str, secret: &Sealed) -> sqlx::Result<()> {
    let resealed = sqlx::query!(
        "update second_factors set sealed = $3, sealed_by = $4 where account_id = $1 and state = $2",
        account as _,
        state,
        secret.sealed,
        secret.sealed_by,
    );
    resealed.execute(conn).await.map(drop)
}
