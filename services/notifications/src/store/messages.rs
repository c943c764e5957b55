use chrono::{DateTime, Utc};
use kernel::Version;
use sqlx::{PgConnection, types::Uuid};

use crate::domain::{Lane, Message, MessageId, State};

/// A mail that is asked for.
#[derive(Debug)]
pub struct NewMessage<'a> {
    /// Its id.
    pub id: MessageId,
    /// The service whose act asks for it.
    pub source: &'a str,
    /// That service's name for it.
    pub intent_id: Uuid,
    /// Who gets it.
    pub recipient: &'a str,
    /// What it says.
    pub template: &'a str,
    /// The collectivité it is about; empty for none.
    pub collectivite_id: &'a str,
    /// How urgent it is.
    pub lane: Lane,
    /// Not sent after that.
    pub expires_at: DateTime<Utc>,
    /// The trace it belongs to.
    pub traceparent: Option<&'a str>,
}

/// Puts a mail in line; false when it was asked for before.
pub async fn insert(conn: &mut PgConnection, new: &NewMessage<'_>) -> sqlx::Result<bool> {
    let inserted = sqlx::query!(
        "insert into messages (id, source, intent_id, recipient, template, collectivite_id, lane, state, queued_at, expires_at, until,
                               next_try_at, traceparent, version)
         values ($1, $2, $3, $4, $5, $6, $7, 'queued', now(), $8, least(now() + interval '1 day', $8), now(), $9, 1)
         on conflict on constraint message_asked_once do nothing",
        new.id as _,
        new.source,
        new.intent_id,
        new.recipient,
        new.template,
        new.collectivite_id,
        new.lane as _,
        new.expires_at,
        new.traceparent,
    );
    Ok(inserted.execute(conn).await?.rows_affected() == 1)
}

/// Holds a mail until the transaction ends.
pub async fn lock(conn: &mut PgConnection, id: MessageId) -> sqlx::Result<Option<Message>> {
    let row = sqlx::query_as!(
        Message,
        r#"select id as "id: _", source, intent_id, recipient, template, collectivite_id, lane as "lane: _", state as "state: _",
                  queued_at, expires_at, next_try_at, tries, resent, accepted_at, bounced_at, locale, masked_address, last_reply,
                  traceparent, version as "version: _"
           from messages where id = $1 for update"#,
        id as _,
    );
    row.fetch_optional(conn).await
}

/// Reads a mail.
pub async fn find(conn: &mut PgConnection, id: MessageId) -> sqlx::Result<Option<Message>> {
    let row = sqlx::query_as!(
        Message,
        r#"select id as "id: _", source, intent_id, recipient, template, collectivite_id, lane as "lane: _", state as "state: _",
                  queued_at, expires_at, next_try_at, tries, resent, accepted_at, bounced_at, locale, masked_address, last_reply,
                  traceparent, version as "version: _"
           from messages where id = $1"#,
        id as _,
    );
    row.fetch_optional(conn).await
}

/// Puts a mail that has ended back in line, and gives it as it then stands; none when it may no longer be sent.
pub async fn put_back(conn: &mut PgConnection, id: MessageId) -> sqlx::Result<Option<Message>> {
    let row = sqlx::query_as!(
        Message,
        r#"update messages
           set state = 'queued', queued_at = now(), until = least(now() + interval '1 day', expires_at), next_try_at = now(), tries = 0,
               resent = resent + 1, accepted_at = null, bounced_at = null, version = version + 1
           where id = $1 and next_try_at is null and expires_at > now()
           returning id as "id: _", source, intent_id, recipient, template, collectivite_id, lane as "lane: _", state as "state: _",
                     queued_at, expires_at, next_try_at, tries, resent, accepted_at, bounced_at, locale, masked_address, last_reply,
                     traceparent, version as "version: _""#,
        id as _,
    );
    row.fetch_optional(conn).await
}

/// Notes that a mail came back; none when it did not stand as accepted, or was sent again since.
pub async fn bounce(conn: &mut PgConnection, id: MessageId, resent: i32, reply: &str) -> sqlx::Result<Option<Message>> {
    let row = sqlx::query_as!(
        Message,
        r#"update messages set bounced_at = now(), last_reply = $3, version = version + 1
           where id = $1 and resent = $2 and state = 'accepted' and bounced_at is null
           returning id as "id: _", source, intent_id, recipient, template, collectivite_id, lane as "lane: _", state as "state: _",
                     queued_at, expires_at, next_try_at, tries, resent, accepted_at, bounced_at, locale, masked_address, last_reply,
                     traceparent, version as "version: _""#,
        id as _,
        resent,
        reply,
    );
    row.fetch_optional(conn).await
}

/// How many mails of its lane the address of a mail got in a day; that mail itself counts.
pub async fn of_the_day(conn: &mut PgConnection, id: MessageId) -> sqlx::Result<i64> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from messages m join messages mine on m.address = mine.address and m.lane = mine.lane
           where mine.id = $1 and m.accepted_at > now() - interval '1 day'"#,
        id as _,
    );
    count.fetch_one(conn).await
}

/// What is told of a mail.
#[derive(Debug)]
pub struct Told {
    /// Its id.
    pub id: MessageId,
    /// The service whose act asked for it.
    pub source: String,
    /// That service's name for it.
    pub intent_id: Uuid,
    /// Who gets it.
    pub recipient: String,
    /// What it says.
    pub template: String,
    /// Where it stands.
    pub state: State,
    /// When the relay took it over.
    pub accepted_at: Option<DateTime<Utc>>,
    /// When it came back.
    pub bounced_at: Option<DateTime<Utc>>,
    /// Counts its changes.
    pub version: Version,
}

impl From<Message> for Told {
    fn from(message: Message) -> Self {
        let Message { id, source, intent_id, recipient, template, state, accepted_at, bounced_at, version, .. } = message;
        Self { id, source, intent_id, recipient, template, state, accepted_at, bounced_at, version }
    }
}

/// Removes mails with their tries after a year, and of those older than 90 days what is left of their addresses.
pub async fn forget(conn: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("delete from messages where id in (select id from messages where queued_at < now() - interval '12 months' limit 5000)")
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "update messages set masked_address = '', address = null, domain = null where id in (
             select id from messages where queued_at < now() - interval '90 days' and address is not null and next_try_at is null limit 5000)"
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("delete from slow_domains where until < now()").execute(conn).await.map(drop)
}
