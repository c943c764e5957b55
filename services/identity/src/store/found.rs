//! Accounts as those find them who help.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{accounts, memberships};
use crate::domain::{AccountId, found::Found};

/// Where a page goes on: last name, first name, account.
pub type Key = (String, String, AccountId);

/// Whose accounts somebody sees.
#[derive(Debug, Clone, Copy)]
pub enum Seen<'a> {
    /// Everybody's.
    All,
    /// Those that act for a collectivité or office of this région, or have asked to.
    Region(&'a str),
}

impl<'a> Seen<'a> {
    const fn region(self) -> &'a str {
        match self {
            Self::All => "",
            Self::Region(code) => code,
        }
    }
}

struct Row {
    id: AccountId,
    bounced: bool,
    seen_at: Option<DateTime<Utc>>,
}

/// A page of accounts by name: all, or those whose address or name begins so, or that act for this collectivité.
pub async fn list(conn: &mut PgConnection, seen: Seen<'_>, query: &str, after: Option<Key>, limit: i64) -> sqlx::Result<Vec<Found>> {
    let (last, first, id) = after.map_or((None, None, None), |(last, first, id)| (Some(last), Some(first), Some(id)));
    let begins = format!("{}%", query.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
    let rows = sqlx::query_as!(
        Row,
        r#"select a.account_id as "id: _", a.bounced_at is not null as "bounced!",
                  greatest((select max(seen_at) from sessions s where s.account_id = a.account_id),
                           (select max(seen_at) from devices d where d.account_id = a.account_id)) as seen_at
           from accounts a
           where ($1 = '' or a.email_key like $2 or lower(a.last_name) like $2 or lower(a.first_name) like $2
                  or lower(a.first_name || ' ' || a.last_name) like $2
                  or exists (select from memberships m where m.account_id = a.account_id and m.ended_at is null
                             and m.right_kind = 'collectivite' and m.right_key = $1))
             and ($3 = '' or account_in_region(a.account_id, $3))
             and ($4::text is null or (lower(a.last_name), lower(a.first_name), a.account_id) > ($4, $5, $6))
           order by lower(a.last_name), lower(a.first_name), a.account_id limit $7"#,
        query,
        begins,
        seen.region(),
        last,
        first,
        id as _,
        limit,
    );
    let rows = rows.fetch_all(&mut *conn).await?;
    let ids: Vec<AccountId> = rows.iter().map(|row| row.id).collect();
    let mut held: HashMap<AccountId, Vec<_>> = HashMap::new();
    for (account, membership) in memberships::of_accounts(conn, &ids).await? {
        held.entry(account).or_default().push(membership);
    }
    let mut found = Vec::with_capacity(rows.len());
    for account in accounts::find_many(conn, &ids).await? {
        let Some(row) = rows.iter().find(|row| row.id == account.id) else { continue };
        let memberships = held.remove(&account.id).unwrap_or_default();
        found.push(Found { account, memberships, seen_at: row.seen_at, bounced: row.bounced });
    }
    found.sort_by_key(|found| ids.iter().position(|id| *id == found.account.id));
    Ok(found)
}

/// Whether somebody sees an account.
pub async fn is_seen(conn: &mut PgConnection, seen: Seen<'_>, id: AccountId) -> sqlx::Result<bool> {
    let is_seen = sqlx::query_scalar!(r#"select $2 = '' or account_in_region($1, $2) as "seen!""#, id as _, seen.region());
    is_seen.fetch_one(conn).await
}
