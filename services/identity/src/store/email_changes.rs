use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::{AccountId, account::Account, person::Email};

/// A change of address that can still be undone.
#[derive(Debug, Clone)]
pub struct Change {
    /// Whose.
    pub account: AccountId,
    /// The address before.
    pub before: Email,
}

/// Remembers the address that an account had.
pub async fn insert(conn: &mut PgConnection, id: Uuid, before: &Account) -> sqlx::Result<()> {
    let inserted = sqlx::query!(
        "insert into email_changes (change_id, account_id, email, email_key) values ($1, $2, $3, $4)",
        id,
        before.id as _,
        before.email.as_str(),
        before.email.key(),
    );
    inserted.execute(conn).await.map(drop)
}

/// Reads a change.
pub async fn find(conn: &mut PgConnection, id: Uuid) -> sqlx::Result<Option<Change>> {
    let row = sqlx::query!(r#"select account_id as "account: AccountId", email from email_changes where change_id = $1"#, id);
    Ok(row.fetch_optional(conn).await?.map(|row| Change { account: row.account, before: Email::stored(row.email) }))
}

/// Forgets the changes that came with this one or after it: undoing it undoes them too.
pub async fn forget_from(conn: &mut PgConnection, id: Uuid) -> sqlx::Result<()> {
    let forgotten = sqlx::query!(
        "delete from email_changes later using email_changes this
         where this.change_id = $1 and later.account_id = this.account_id and later.changed_at >= this.changed_at",
        id,
    );
    forgotten.execute(conn).await.map(drop)
}
