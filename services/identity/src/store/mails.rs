use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::accounts::locale;
use crate::domain::{
    AccountId, FlowId, MailId,
    mail::{Mail, Purpose},
    person::Locale,
};

/// A mail as it was asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Its intent.
    pub id: MailId,
    /// What its link or code proves, about what.
    pub proves: Option<(Purpose, Uuid)>,
    /// Whose account it is about.
    pub account: Option<AccountId>,
    /// Which flow asked for it.
    pub flow: Option<FlowId>,
    /// Where it leads when it proves nothing; empty for nowhere.
    pub path: String,
    /// What the template's words leave open.
    pub words: BTreeMap<String, String>,
    /// Points in time.
    pub times: BTreeMap<String, DateTime<Utc>>,
    /// The language of the act.
    pub locale: Locale,
    /// Print of the key that link and code are made with.
    pub made_with: String,
    /// Its link or code can still be used, or what it tells is still so.
    pub is_good: bool,
}

struct Row {
    id: MailId,
    purpose: Option<String>,
    subject: Option<Uuid>,
    account: Option<AccountId>,
    flow: Option<FlowId>,
    path: String,
    words: Json<BTreeMap<String, String>>,
    times: Json<BTreeMap<String, DateTime<Utc>>>,
    locale: String,
    made_with: String,
    is_good: bool,
}

impl From<Row> for Asked {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            proves: row.purpose.as_deref().and_then(Purpose::from_word).zip(row.subject),
            account: row.account,
            flow: row.flow,
            path: row.path,
            words: row.words.0,
            times: row.times.0,
            locale: locale(&row.locale),
            made_with: row.made_with,
            is_good: row.is_good,
        }
    }
}

/// Adds a mail; gives when it is no longer to be sent.
pub async fn insert(conn: &mut PgConnection, id: MailId, mail: &Mail, made_with: &str, now: DateTime<Utc>) -> sqlx::Result<DateTime<Utc>> {
    let inserted = sqlx::query_scalar!(
        "insert into mails (mail_id, template, recipient, purpose, subject, account_id, flow_id, collectivite_id, path, words, times, locale,
                            made_with, created_at, valid_for, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14::timestamptz, make_interval(secs => $15), $14::timestamptz + make_interval(secs => $16))
         returning expires_at",
        id as _,
        mail.template,
        mail.recipient.to_string(),
        mail.proves.map(|(purpose, _)| purpose.word()),
        mail.proves.map(|(_, subject)| subject),
        mail.account as _,
        mail.flow as _,
        mail.collectivite_id,
        mail.path,
        Json(&mail.words) as _,
        Json(&mail.times) as _,
        mail.locale.word(),
        made_with,
        now,
        mail.validity.valid_for.as_seconds_f64(),
        mail.validity.at_most.as_seconds_f64(),
    );
    inserted.fetch_one(conn).await
}

/// Reads a mail.
pub async fn find(conn: &mut PgConnection, id: MailId) -> sqlx::Result<Option<Asked>> {
    let row = sqlx::query_as!(
        Row,
        r#"select mail_id as "id: _", purpose, subject, account_id as "account: _", flow_id as "flow: _", path, words as "words: _",
                  times as "times: _", locale, made_with,
                  used_at is null and dead_at is null and clock_timestamp() < least(expires_at, accepted_at + valid_for) as "is_good!"
           from mails where mail_id = $1"#,
        id as _,
    );
    Ok(row.fetch_optional(conn).await?.map(Asked::from))
}

/// The mails that a flow asked for, whose code can be used; at most the ten newest.
pub async fn good_of_flow(conn: &mut PgConnection, flow: FlowId) -> sqlx::Result<Vec<Asked>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select mail_id as "id: _", purpose, subject, account_id as "account: _", flow_id as "flow: _", path, words as "words: _",
                  times as "times: _", locale, made_with, true as "is_good!"
           from mails
           where flow_id = $1 and purpose is not null and used_at is null and dead_at is null
             and clock_timestamp() < least(expires_at, accepted_at + valid_for)
           order by created_at desc limit 10"#,
        flow as _,
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(Asked::from).collect())
}

/// The mails of a purpose and subject whose code can be used; at most the ten newest.
pub async fn good_of(conn: &mut PgConnection, purpose: Purpose, subject: Uuid) -> sqlx::Result<Vec<Asked>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select mail_id as "id: _", purpose, subject, account_id as "account: _", flow_id as "flow: _", path, words as "words: _",
                  times as "times: _", locale, made_with, true as "is_good!"
           from mails
           where subject = $1 and purpose = $2 and used_at is null and dead_at is null
             and clock_timestamp() < least(expires_at, accepted_at + valid_for)
           order by created_at desc limit 10"#,
        subject,
        purpose.word(),
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(Asked::from).collect())
}

/// When the newest mail of a purpose and subject was asked for whose code can be used.
pub async fn good_since(conn: &mut PgConnection, purpose: Purpose, subject: Uuid) -> sqlx::Result<Option<DateTime<Utc>>> {
    let since = sqlx::query_scalar!(
        "select max(created_at) from mails
         where subject = $1 and purpose = $2 and used_at is null and dead_at is null
           and clock_timestamp() < least(expires_at, accepted_at + valid_for)",
        subject,
        purpose.word(),
    );
    since.fetch_one(conn).await
}

/// Uses a mail's link or code, once, and lets all others of its purpose and subject die. False when it cannot be used.
///
/// All of them are held first, in one order: of many who come at once, with one link or with several, one succeeds.
pub async fn redeem(conn: &mut PgConnection, id: MailId, (purpose, subject): (Purpose, Uuid)) -> sqlx::Result<bool> {
    let held = sqlx::query!("select from mails where subject = $1 and purpose = $2 order by mail_id for update", subject, purpose.word());
    held.fetch_all(&mut *conn).await?;
    let used = sqlx::query!(
        "update mails set used_at = clock_timestamp()
         where mail_id = $1 and subject = $2 and purpose = $3 and used_at is null and dead_at is null
           and clock_timestamp() < least(expires_at, accepted_at + valid_for)",
        id as _,
        subject,
        purpose.word(),
    );
    if used.execute(&mut *conn).await?.rows_affected() == 0 {
        return Ok(false);
    }
    kill(conn, purpose, subject).await?;
    Ok(true)
}

/// Lets all unused links and codes of a purpose and subject die.
pub async fn kill(conn: &mut PgConnection, purpose: Purpose, subject: Uuid) -> sqlx::Result<()> {
    let killed = sqlx::query!(
        "update mails set dead_at = clock_timestamp()
         where mail_id in (select mail_id from mails where subject = $1 and purpose = $2 and used_at is null and dead_at is null
                           order by mail_id for update)",
        subject,
        purpose.word(),
    );
    killed.execute(conn).await.map(drop)
}

/// Lets all unused links and codes that a flow asked for die.
pub async fn kill_of_flow(conn: &mut PgConnection, flow: FlowId) -> sqlx::Result<()> {
    let killed = sqlx::query!(
        "update mails set dead_at = clock_timestamp()
         where mail_id in (select mail_id from mails where flow_id = $1 and used_at is null and dead_at is null order by mail_id for update)",
        flow as _,
    );
    killed.execute(conn).await.map(drop)
}

/// Notes when the next server took a mail over: its time runs from then on, and not again when it was sent twice.
pub async fn note_accepted(conn: &mut PgConnection, id: MailId, at: DateTime<Utc>) -> sqlx::Result<()> {
    let noted =
        sqlx::query!("update mails set accepted_at = coalesce(accepted_at, least($2, clock_timestamp())) where mail_id = $1", id as _, at,);
    noted.execute(conn).await.map(drop)
}
