use chrono::{DateTime, Utc};
use kernel::{CollectiviteId, Version};
use sqlx::PgConnection;

use crate::domain::{
    AccountId, MembershipId, RequestId,
    approval::{Approver, RequestState},
    request::{Asking, Request},
};

/// The account has an open request for the collectivité already.
pub const OPEN: &str = "membership_requests_open_key";

struct Row {
    id: RequestId,
    account: AccountId,
    collectivite: String,
    collectivite_name: Option<String>,
    region_code: Option<String>,
    region_name: Option<String>,
    department_code: Option<String>,
    state: RequestState,
    approver: Approver,
    message: String,
    replaces: Option<MembershipId>,
    replaces_name: Option<String>,
    delegate_of: String,
    asked_at: DateTime<Utc>,
    escalates_at: Option<DateTime<Utc>>,
    reason: String,
    version: i64,
    first_name: String,
    last_name: String,
    function: String,
    email: String,
}

/// Adds a request.
pub async fn insert(conn: &mut PgConnection, id: RequestId, asking: &Asking) -> sqlx::Result<()> {
    let inserted = sqlx::query!(
        "insert into membership_requests (request_id, account_id, collectivite_id, state, approver, message, replaces, delegate_of, escalates_at)
         values ($1, $2, $3, 'open', $4, $5, $6, $7, $8)",
        id as _,
        asking.account as _,
        asking.collectivite.as_str(),
        asking.approver as _,
        asking.message,
        asking.replaces as _,
        asking.delegate_of,
        asking.escalates_at,
    );
    inserted.execute(conn).await.map(drop)
}

/// Holds a request until the transaction ends; false when there is none.
pub async fn hold(conn: &mut PgConnection, id: RequestId) -> sqlx::Result<bool> {
    let held = sqlx::query!("select from membership_requests where request_id = $1 for update", id as _);
    Ok(held.fetch_optional(conn).await?.is_some())
}

/// Reads a request.
pub async fn find(conn: &mut PgConnection, id: RequestId) -> sqlx::Result<Option<Request>> {
    Ok(select(conn, Wanted { id: Some(id), limit: 1, ..Wanted::default() }).await?.pop())
}

/// The requests of an account, newest first; at most 50.
pub async fn of_account(conn: &mut PgConnection, account: AccountId) -> sqlx::Result<Vec<Request>> {
    let mut found = select(conn, Wanted { account: Some(account), limit: 50, newest: true, ..Wanted::default() }).await?;
    found.sort_by_key(|request| std::cmp::Reverse(request.asked_at));
    Ok(found)
}

/// The open request of an account for a collectivité.
pub async fn open_of(conn: &mut PgConnection, account: AccountId, collectivite: &CollectiviteId) -> sqlx::Result<Option<Request>> {
    let wanted = Wanted { account: Some(account), collectivite: collectivite.as_str(), open: Some(true), limit: 1, ..Wanted::default() };
    Ok(select(conn, wanted).await?.pop())
}

/// Which requests, and whose.
#[derive(Debug, Clone, Default)]
pub struct Wanted<'a> {
    /// This one.
    pub id: Option<RequestId>,
    /// Of this account.
    pub account: Option<AccountId>,
    /// For this collectivité; empty for all.
    pub collectivite: &'a str,
    /// For collectivités of this région; empty for all.
    pub region: &'a str,
    /// That wait at this step, or at one above it.
    pub from: Option<Approver>,
    /// Open ones, or decided ones.
    pub open: Option<bool>,
    /// Decided for this office (kind:key) in the last 90 days.
    pub decided_for: Option<&'a str>,
    /// After this one.
    pub after: Option<(DateTime<Utc>, RequestId)>,
    /// Newest first, else oldest first.
    pub newest: bool,
    /// So many.
    pub limit: i64,
}

/// Reads requests in the order they were asked.
pub async fn select(conn: &mut PgConnection, wanted: Wanted<'_>) -> sqlx::Result<Vec<Request>> {
    let (after_at, after_id) = wanted.after.unzip();
    let rows = sqlx::query_as!(
        Row,
        r#"select r.request_id as "id: _", r.account_id as "account: _", r.collectivite_id as collectivite,
                  c.name as "collectivite_name?", c.region_code as "region_code?", c.region_name as "region_name?",
                  c.department_code as "department_code?", r.state as "state: _", r.approver as "approver: _", r.message,
                  r.replaces as "replaces: _", (select b.first_name || ' ' || b.last_name from memberships m join accounts b using (account_id)
                                                where m.membership_id = r.replaces) as replaces_name,
                  r.delegate_of, r.asked_at, r.escalates_at, r.reason, r.version, a.first_name, a.last_name, a.function, a.email
           from membership_requests r join accounts a using (account_id) left join collectivites c using (collectivite_id)
           where ($1::uuid is null or r.request_id = $1)
             and ($2::uuid is null or r.account_id = $2)
             and ($3 = '' or r.collectivite_id = $3)
             and ($4 = '' or c.region_code = $4)
             and ($5::text is null or array_position(array['administrators', 'region', 'ministry'], r.approver)
                                      >= array_position(array['administrators', 'region', 'ministry'], $5))
             and ($6::bool is null or (r.state = 'open') = $6)
             and ($7::text is null or (r.decided_for = $7 and r.decided_at > clock_timestamp() - interval '90 days'))
             and ($8::timestamptz is null or case when $10 then (r.asked_at, r.request_id) < ($8, $9) else (r.asked_at, r.request_id) > ($8, $9) end)
           order by case when $10 then r.asked_at end desc, case when $10 then r.request_id end desc, r.asked_at, r.request_id
           limit $11"#,
        wanted.id as _,
        wanted.account as _,
        wanted.collectivite,
        wanted.region,
        wanted.from as _,
        wanted.open,
        wanted.decided_for,
        after_at,
        after_id as _,
        wanted.newest,
        wanted.limit,
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(request).collect())
}

/// How many open requests wait at this step, or at one above it.
pub async fn count_open(conn: &mut PgConnection, collectivite: &str, region: &str, from: Approver) -> sqlx::Result<i64> {
    let counted = sqlx::query_scalar!(
        r#"select count(*) as "count!" from membership_requests r left join collectivites c using (collectivite_id)
           where r.state = 'open' and ($1 = '' or r.collectivite_id = $1) and ($2 = '' or c.region_code = $2)
             and array_position(array['administrators', 'region', 'ministry'], r.approver)
                 >= array_position(array['administrators', 'region', 'ministry'], $3::text)"#,
        collectivite,
        region,
        from as _,
    );
    counted.fetch_one(conn).await
}

/// How many requests of an account are open.
pub async fn count_open_of(conn: &mut PgConnection, account: AccountId) -> sqlx::Result<i64> {
    let counted = sqlx::query_scalar!(
        r#"select count(*) as "count!" from membership_requests where account_id = $1 and state = 'open'"#,
        account as _,
    );
    counted.fetch_one(conn).await
}

/// Passes a request on to the next step.
pub async fn escalate(conn: &mut PgConnection, id: RequestId, approver: Approver, until: Option<DateTime<Utc>>) -> sqlx::Result<()> {
    let passed = sqlx::query!(
        "update membership_requests set approver = $2, escalates_at = $3, version = version + 1 where request_id = $1",
        id as _,
        approver as _,
        until,
    );
    passed.execute(conn).await.map(drop)
}

/// Ends a request.
pub async fn decide(
    conn: &mut PgConnection,
    id: RequestId,
    state: RequestState,
    reason: &str,
    (by, office): (&str, Option<&str>),
) -> sqlx::Result<()> {
    let decided = sqlx::query!(
        "update membership_requests
         set state = $2, reason = $3, decided_at = clock_timestamp(), decided_by = $4, decided_for = $5, escalates_at = null, version = version + 1
         where request_id = $1",
        id as _,
        state as _,
        reason,
        by,
        office,
    );
    decided.execute(conn).await.map(drop)
}

/// Open requests for a collectivité that is no more are requests for its only heir; those that the person has there already
/// are withdrawn, and all are where there are several heirs.
pub async fn follow(conn: &mut PgConnection, from: &CollectiviteId, to: Option<&str>) -> sqlx::Result<()> {
    let moved = sqlx::query!(
        "update membership_requests r set collectivite_id = $2, version = version + 1
         where collectivite_id = $1 and state = 'open' and $2::text is not null
           and not exists (select from membership_requests o where o.account_id = r.account_id and o.collectivite_id = $2 and o.state = 'open')
           and not exists (select from memberships m where m.account_id = r.account_id and m.right_kind = 'collectivite'
                           and m.right_key = $2 and m.ended_at is null)",
        from.as_str(),
        to,
    );
    moved.execute(&mut *conn).await?;
    let ended = sqlx::query!(
        "update membership_requests
         set state = 'withdrawn', decided_at = clock_timestamp(), decided_by = 'succession', escalates_at = null, version = version + 1
         where collectivite_id = $1 and state = 'open'",
        from.as_str(),
    );
    ended.execute(conn).await.map(drop)
}

fn request(row: Row) -> Request {
    Request {
        id: row.id,
        account: row.account,
        collectivite: row.collectivite,
        collectivite_name: row.collectivite_name.unwrap_or_default(),
        region_code: row.region_code.unwrap_or_default(),
        region_name: row.region_name.unwrap_or_default(),
        department_code: row.department_code.unwrap_or_default(),
        state: row.state,
        approver: row.approver,
        message: row.message,
        replaces: row.replaces,
        replaces_name: row.replaces_name.unwrap_or_default(),
        delegate_of: row.delegate_of,
        asked_at: row.asked_at,
        escalates_at: row.escalates_at,
        reason: row.reason,
        version: Version(row.version),
        first_name: row.first_name,
        last_name: row.last_name,
        function: row.function,
        email: row.email,
    }
}
