//! The journal as it is read: in the order of its chain.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// One line of the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place in the chain.
    pub position: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// The subject of who did it.
    pub actor: String,
    /// First and last name, where it is an account.
    pub actor_name: String,
    /// What they did.
    pub act: String,
    /// To whom or what.
    pub subject: String,
    /// First and last name, where it is an account.
    pub subject_name: String,
    /// Within what.
    pub scope: String,
    /// What else there is to know.
    pub detail: String,
    /// From which network.
    pub network: String,
}

/// Which lines; each empty for all.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Who did it: the subject, or an account's whole name or address.
    pub actor: String,
    /// What they did.
    pub act: String,
    /// To what.
    pub subject: String,
    /// Within what.
    pub scope: String,
    /// Of this région's collectivités and offices only.
    pub region: String,
    /// Not before.
    pub since: Option<DateTime<Utc>>,
    /// Before.
    pub until: Option<DateTime<Utc>>,
    /// Before this position.
    pub before: Option<i64>,
    /// So many.
    pub limit: i64,
}

/// A page of the journal, newest first.
pub async fn list(conn: &mut PgConnection, wanted: &Wanted) -> sqlx::Result<Vec<Entry>> {
    let rows = sqlx::query_as!(
        Entry,
        r#"select c.position, j.at, j.actor,
                  coalesce((select a.first_name || ' ' || a.last_name from accounts a where 'account:' || a.account_id = j.actor), '')
                      as "actor_name!",
                  coalesce((select a.first_name || ' ' || a.last_name from accounts a where 'account:' || a.account_id = j.subject), '')
                      as "subject_name!",
                  j.act, j.subject, j.scope, j.detail, j.network
           from journal_chain c join journal j on j.id = c.entry_id
           where ($1 = '' or j.actor = $1 or j.actor in (select 'account:' || a.account_id from accounts a
                      where lower(a.first_name || ' ' || a.last_name) = lower($1) or a.email_key = lower($1)))
             and ($2 = '' or j.act = $2)
             and ($3 = '' or j.subject = $3 or j.subject in (select 'account:' || a.account_id from accounts a
                      where lower(a.first_name || ' ' || a.last_name) = lower($3) or a.email_key = lower($3)))
             and ($4 = '' or j.scope = $4)
             and ($5 = '' or j.scope = 'region:' || $5
                  or exists (select from collectivites p where j.scope = 'collectivite:' || p.collectivite_id and p.region_code = $5)
                  or exists (select from territories t where j.scope = t.kind || ':' || t.code and t.region_code = $5))
             and ($6::timestamptz is null or j.at >= $6) and ($7::timestamptz is null or j.at < $7)
             and ($8::bigint is null or c.position < $8)
           order by c.position desc limit $9"#,
        wanted.actor,
        wanted.act,
        wanted.subject,
        wanted.scope,
        wanted.region,
        wanted.since,
        wanted.until,
        wanted.before,
        wanted.limit,
    );
    rows.fetch_all(conn).await
}

/// One link of the chain, and the line it is of, where that is there still.
#[derive(Debug, Clone)]
pub struct Link {
    /// Its place.
    pub position: i64,
    /// Made of the link before it and of the line.
    pub hash: Vec<u8>,
    /// The line.
    pub line: Option<Line>,
}

/// What a link is made of.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its id.
    pub id: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Actor, act, subject, scope, network, detail: in the order they are hashed.
    pub fields: [String; 6],
}

/// Links from a place on.
pub async fn links(conn: &mut PgConnection, from: i64, limit: i64) -> sqlx::Result<Vec<Link>> {
    let rows = sqlx::query!(
        r#"select c.position, c.hash, j.id as "id?", j.at as "at?", j.actor as "actor?", j.act as "act?", j.subject as "subject?",
                  j.scope as "scope?", j.network as "network?", j.detail as "detail?"
           from journal_chain c left join journal j on j.id = c.entry_id
           where c.position >= $1 order by c.position limit $2"#,
        from,
        limit,
    );
    let links = rows.fetch_all(conn).await?.into_iter().map(|row| {
        let line = (|| {
            let fields = [row.actor?, row.act?, row.subject?, row.scope?, row.network?, row.detail?];
            Some(Line { id: row.id?, at: row.at?, fields })
        })();
        Link { position: row.position, hash: row.hash, line }
    });
    Ok(links.collect())
}

/// The hash of the link at a place.
pub async fn hash_at(conn: &mut PgConnection, position: i64) -> sqlx::Result<Option<Vec<u8>>> {
    sqlx::query_scalar!("select hash from journal_chain where position = $1", position).fetch_optional(conn).await
}

/// Whether a line is in no chain: it was put there beside all rules.
pub async fn has_loose_line(conn: &mut PgConnection) -> sqlx::Result<bool> {
    let loose = sqlx::query_scalar!(
        r#"select exists (select from journal j where not exists (select from journal_chain c where c.entry_id = j.id)) as "loose!""#
    );
    loose.fetch_one(conn).await
}
