use chrono::NaiveDate;
use kernel::{Right, Version};
use sqlx::PgConnection;

use super::parse;
use crate::domain::{AccountId, MembershipId, membership::Membership};

struct Row {
    id: MembershipId,
    right: String,
    name: String,
    from_day: NaiveDate,
    until_day: Option<NaiveDate>,
    delegate_of: String,
    proved_by: String,
    version: i64,
}

/// The memberships of an account that are in force today, in Paris; by name.
pub async fn of_account(conn: &mut PgConnection, account: AccountId) -> sqlx::Result<Vec<Membership>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select membership_id as "id: _", right_kind || ':' || right_key || ':' || role as "right!", name, from_day, until_day,
                  delegate_of, proved_by, version
           from memberships
           where account_id = $1 and ended_at is null
             and (clock_timestamp() at time zone 'Europe/Paris')::date between from_day and coalesce(until_day, 'infinity')
           order by name, right_kind, right_key limit 500"#,
        account as _,
    );
    rows.fetch_all(conn).await?.into_iter().map(membership).collect()
}

/// The accounts that act for a collectivité today and may sign in; at most 100.
pub async fn accounts_of(conn: &mut PgConnection, collectivite_id: &str) -> sqlx::Result<Vec<AccountId>> {
    let rows = sqlx::query_scalar!(
        r#"select account_id as "id: AccountId" from memberships join accounts using (account_id)
           where right_kind = 'collectivite' and right_key = $1 and ended_at is null and disabled_at is null
             and (clock_timestamp() at time zone 'Europe/Paris')::date between from_day and coalesce(until_day, 'infinity')
           order by account_id limit 100"#,
        collectivite_id,
    );
    rows.fetch_all(conn).await
}

fn membership(row: Row) -> sqlx::Result<Membership> {
    let right: Right = parse(&row.right)?;
    Ok(Membership {
        id: row.id,
        right,
        name: row.name,
        from: row.from_day,
        until: row.until_day,
        delegate_of: row.delegate_of,
        proved_by: row.proved_by,
        version: Version(row.version),
    })
}

/// The memberships of accounts that are in force today, in Paris; by name.
pub async fn of_accounts(conn: &mut PgConnection, accounts: &[AccountId]) -> sqlx::Result<Vec<(AccountId, Membership)>> {
    let ids: Vec<uuid::Uuid> = accounts.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"select account_id as "account: AccountId", membership_id as "id: MembershipId",
                  right_kind || ':' || right_key || ':' || role as "right!", name, from_day, until_day, delegate_of, proved_by, version
           from memberships
           where account_id = any($1) and ended_at is null
             and (clock_timestamp() at time zone 'Europe/Paris')::date between from_day and coalesce(until_day, 'infinity')
           order by name, right_kind, right_key limit 5000"#,
        &ids,
    );
    let rows = rows.fetch_all(conn).await?.into_iter().map(|row| {
        let (from_day, until_day, delegate_of, proved_by) = (row.from_day, row.until_day, row.delegate_of, row.proved_by);
        let held = Row { id: row.id, right: row.right, name: row.name, from_day, until_day, delegate_of, proved_by, version: row.version };
        Ok((row.account, membership(held)?))
    });
    rows.collect()
}
