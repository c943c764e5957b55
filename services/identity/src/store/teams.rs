//! Memberships as teams see them: who holds what over one thing.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Right, Role, Version};
use sqlx::PgConnection;

use super::{accounts::locale, parse};
use crate::domain::{
    AccountId, MembershipId,
    membership::Membership,
    person::Locale,
    scope::Scope,
    team::{Granted, Member},
};

/// The account holds a right over it already.
pub const LIVE: &str = "memberships_live_key";

struct Row {
    id: MembershipId,
    account: AccountId,
    right: String,
    name: String,
    from_day: NaiveDate,
    until_day: Option<NaiveDate>,
    delegate_of: String,
    proved_by: String,
    version: i64,
}

/// Keeps others from changing who belongs to a team until the transaction ends: of two administrators who take each other's
/// right away at once, one finds that they would be the last.
pub async fn hold(conn: &mut PgConnection, scope: &Scope) -> sqlx::Result<()> {
    let held = sqlx::query!("select pg_advisory_xact_lock(hashtextextended('identity.team ' || $1, 0))", scope.to_string());
    held.fetch_one(conn).await.map(drop)
}

/// A membership that was not ended, and whose it is.
pub async fn find(conn: &mut PgConnection, id: MembershipId) -> sqlx::Result<Option<(AccountId, Membership)>> {
    let row = sqlx::query_as!(
        Row,
        r#"select membership_id as "id: _", account_id as "account: _", right_kind || ':' || right_key || ':' || role as "right!", name,
                  from_day, until_day, delegate_of, proved_by, version
           from memberships where membership_id = $1 and ended_at is null"#,
        id as _,
    );
    row.fetch_optional(conn).await?.map(membership).transpose()
}

/// The membership of an account in a team, not ended; it may begin later.
pub async fn of(conn: &mut PgConnection, account: AccountId, scope: &Scope) -> sqlx::Result<Option<Membership>> {
    let row = sqlx::query_as!(
        Row,
        r#"select membership_id as "id: _", account_id as "account: _", right_kind || ':' || right_key || ':' || role as "right!", name,
                  from_day, until_day, delegate_of, proved_by, version
           from memberships where account_id = $1 and right_kind = $2 and right_key = $3 and ended_at is null"#,
        account as _,
        scope.kind.to_string(),
        scope.key,
    );
    Ok(row.fetch_optional(conn).await?.map(membership).transpose()?.map(|(_, membership)| membership))
}

/// The addresses of everybody of a team, as they are compared.
pub async fn addresses(conn: &mut PgConnection, scope: &Scope) -> sqlx::Result<Vec<String>> {
    let keys = sqlx::query_scalar!(
        "select a.email_key from memberships m join accounts a using (account_id)
         where m.right_kind = $1 and m.right_key = $2 and m.ended_at is null",
        scope.kind.to_string(),
        scope.key,
    );
    keys.fetch_all(conn).await
}

/// Everybody of a team, and whose each is.
pub async fn all(conn: &mut PgConnection, scope: &Scope) -> sqlx::Result<Vec<(AccountId, Membership)>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select membership_id as "id: _", account_id as "account: _", right_kind || ':' || right_key || ':' || role as "right!", name,
                  from_day, until_day, delegate_of, proved_by, version
           from memberships where right_kind = $1 and right_key = $2 and ended_at is null order by created_at, membership_id"#,
        scope.kind.to_string(),
        scope.key,
    );
    rows.fetch_all(conn).await?.into_iter().map(membership).collect()
}

fn membership(row: Row) -> sqlx::Result<(AccountId, Membership)> {
    let right: Right = parse(&row.right)?;
    let Row { id, account, name, from_day: from, until_day: until, delegate_of, proved_by, version, .. } = row;
    Ok((account, Membership { id, right, name, from, until, delegate_of, proved_by, version: Version(version) }))
}

struct MemberRow {
    id: MembershipId,
    account: AccountId,
    right: String,
    name: String,
    from_day: NaiveDate,
    until_day: Option<NaiveDate>,
    delegate_of: String,
    proved_by: String,
    version: i64,
    first_name: String,
    last_name: String,
    function: String,
    email: String,
    bounced: bool,
    seen_at: Option<DateTime<Utc>>,
}

/// A team as its page shows it: administrators first, then by name; at most 200.
pub async fn members(conn: &mut PgConnection, scope: &Scope) -> sqlx::Result<Vec<Member>> {
    let rows = sqlx::query_as!(
        MemberRow,
        r#"select m.membership_id as "id: _", m.account_id as "account: _", m.right_kind || ':' || m.right_key || ':' || m.role as "right!",
                  m.name, m.from_day, m.until_day, m.delegate_of, m.proved_by, m.version,
                  a.first_name, a.last_name, a.function, a.email, a.bounced_at is not null as "bounced!",
                  greatest((select max(seen_at) from sessions s where s.account_id = a.account_id),
                           (select max(seen_at) from devices d where d.account_id = a.account_id)) as seen_at
           from memberships m join accounts a using (account_id)
           where m.right_kind = $1 and m.right_key = $2 and m.ended_at is null
           order by m.role <> 'admin', lower(a.last_name), lower(a.first_name), m.membership_id limit 200"#,
        scope.kind.to_string(),
        scope.key,
    );
    rows.fetch_all(conn).await?.into_iter().map(member).collect()
}

fn member(row: MemberRow) -> sqlx::Result<Member> {
    let right: Right = parse(&row.right)?;
    let MemberRow { id, name, from_day: from, until_day: until, delegate_of, proved_by, version, .. } = row;
    Ok(Member {
        membership: Membership { id, right, name, from, until, delegate_of, proved_by, version: Version(version) },
        account: row.account,
        first_name: row.first_name,
        last_name: row.last_name,
        function: row.function,
        email: row.email,
        bounced: row.bounced,
        seen_at: row.seen_at,
    })
}

/// Adds a member; the first day is today when it is over already.
pub async fn insert(conn: &mut PgConnection, id: MembershipId, granted: &Granted) -> sqlx::Result<()> {
    let inserted = sqlx::query!(
        "insert into memberships (membership_id, account_id, right_kind, right_key, role, name, from_day, until_day, delegate_of, proved_by, granted_by)
         values ($1, $2, $3, $4, $5, $6, greatest($7, (clock_timestamp() at time zone 'Europe/Paris')::date), $8, $9, $10, $11)",
        id as _,
        granted.account as _,
        granted.scope.kind.to_string(),
        granted.scope.key,
        role(granted.role),
        granted.name,
        granted.from,
        granted.until,
        granted.delegate_of,
        granted.proved_by,
        granted.by,
    );
    inserted.execute(conn).await.map(drop)
}

/// Saves role, last day and delegation.
pub async fn save(conn: &mut PgConnection, membership: &Membership) -> sqlx::Result<()> {
    let saved = sqlx::query!(
        "update memberships set role = $2, until_day = $3, delegate_of = $4, version = $5 where membership_id = $1",
        membership.id as _,
        role(membership.right.role),
        membership.until,
        membership.delegate_of,
        membership.version.0,
    );
    saved.execute(conn).await.map(drop)
}

/// Ends a membership.
pub async fn end(conn: &mut PgConnection, id: MembershipId, by: &str) -> sqlx::Result<()> {
    let ended = sqlx::query!(
        "update memberships set ended_at = clock_timestamp(), ended_by = $2, version = version + 1 where membership_id = $1 and ended_at is null",
        id as _,
        by,
    );
    ended.execute(conn).await.map(drop)
}

/// Voids what an account's tokens say: all of an earlier generation are refused everywhere within five seconds.
pub async fn raise_generation(conn: &mut PgConnection, account: AccountId) -> sqlx::Result<i64> {
    let raised =
        sqlx::query_scalar!("update accounts set generation = generation + 1 where account_id = $1 returning generation", account as _,);
    raised.fetch_one(conn).await
}

/// How many may decide about a team beside this member, for good: with a right that has no last day, and not shut out.
pub async fn lasting_administrators(conn: &mut PgConnection, scope: &Scope, beside: MembershipId) -> sqlx::Result<i64> {
    let counted = sqlx::query_scalar!(
        r#"select count(*) as "count!" from memberships m join accounts a using (account_id)
           where m.right_kind = $1 and m.right_key = $2 and m.role = 'admin' and m.until_day is null and m.ended_at is null
             and a.disabled_at is null and m.membership_id <> $3"#,
        scope.kind.to_string(),
        scope.key,
        beside as _,
    );
    counted.fetch_one(conn).await
}

/// Somebody who may decide about a team today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Administrator {
    /// Whose account.
    pub account: AccountId,
    /// First and last name.
    pub name: String,
    /// What they read.
    pub locale: Locale,
}

/// Those who may decide about a team today, longest first; at most 50: a mail goes to each.
pub async fn administrators(conn: &mut PgConnection, scope: &Scope) -> sqlx::Result<Vec<Administrator>> {
    let rows = sqlx::query!(
        r#"select a.account_id as "account: AccountId", a.first_name || ' ' || a.last_name as "name!", a.locale
           from memberships m join accounts a using (account_id)
           where m.right_kind = $1 and m.right_key = $2 and m.role = 'admin' and m.ended_at is null and a.disabled_at is null
             and (clock_timestamp() at time zone 'Europe/Paris')::date between m.from_day and coalesce(m.until_day, 'infinity')
           order by m.created_at, m.membership_id limit 50"#,
        scope.kind.to_string(),
        scope.key,
    );
    let administrator = rows.fetch_all(conn).await?.into_iter();
    Ok(administrator.map(|row| Administrator { account: row.account, name: row.name, locale: locale(&row.locale) }).collect())
}

/// Whether a system may decide in this scope's name: an SGAR can work with one and without accounts.
pub async fn has_deciding_client(conn: &mut PgConnection, scope: &Scope) -> sqlx::Result<bool> {
    let found = sqlx::query_scalar!(
        r#"select exists (select from clients where $1 = any(rights) and disabled_at is null) as "found!""#,
        scope.with(Role::Admin).to_string(),
    );
    found.fetch_one(conn).await
}

/// The role as the database has it.
pub fn role(role: Role) -> &'static str {
    match role {
        Role::Reader => "reader",
        Role::Editor => "editor",
        Role::Certifier => "certifier",
        Role::Admin => "admin",
    }
}
