use kernel::Position;
use sqlx::{PgConnection, PgPool};

/// How many rows get their position in one transaction.
const BATCH: i64 = 4096;

/// Gives committed rows their position: live events first, each kind in the order it was written. Says how many there were.
///
/// What commits late gets a later position, so who has read up to a position has missed nothing before it.
pub(super) async fn sequence(pool: &PgPool) -> sqlx::Result<u64> {
    database::transact(pool, async |tx| {
        alone(tx, "outbox.sequence").await?;
        let numbered = sqlx::query!(
            "update outbox set position = fresh.position
             from (select created_at, number,
                          (select sequenced from outbox_state) + row_number() over (order by resync, number) as position
                   from (select created_at, number, resync from outbox
                         where position is null order by resync, number limit $1) waiting) fresh
             where outbox.created_at = fresh.created_at and outbox.number = fresh.number",
            BATCH,
        );
        let numbered = numbered.execute(&mut *tx).await?.rows_affected();
        let count = i64::try_from(numbered).unwrap_or(i64::MAX);
        sqlx::query!("update outbox_state set sequenced = sequenced + $1", count).execute(tx).await?;
        Ok(numbered)
    })
    .await
}

/// Whether rows wait for a position, and the newest position: a look that takes no lock and disturbs nobody.
pub(super) async fn look(pool: &PgPool) -> sqlx::Result<(bool, Position)> {
    let state = sqlx::query!(
        r#"select exists (select from outbox where position is null) as "waiting!", sequenced as "sequenced: Position" from outbox_state"#
    );
    let state = state.fetch_one(pool).await?;
    Ok((state.waiting, state.sequenced))
}

/// Waits until no other replica takes this step, and keeps them out until the transaction ends.
///
/// It is a statement of its own, so that the next one sees what the replica before us committed.
pub(crate) async fn alone(tx: &mut PgConnection, step: &str) -> sqlx::Result<()> {
    sqlx::raw_sql("set local lock_timeout = '2s'; set local idle_in_transaction_session_timeout = '15s'").execute(&mut *tx).await?;
    sqlx::query!("select pg_advisory_xact_lock(hashtext($1))", step).fetch_one(tx).await.map(drop)
}
