use std::time::Duration;

use sqlx::{PgConnection, PgPool, postgres::types::PgInterval};

use super::messages::Told;
use crate::domain::{Lane, Message, MessageId, State};

/// Where a mail stands among those to the same domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum Place {
    /// It may go.
    Taken,
    /// Too many are under way to its domain.
    Full,
    /// Its address has had as many as a day allows.
    Enough,
    /// Somebody else has it now.
    Lost,
}

/// What to know to give a mail its place.
#[derive(Debug)]
pub struct Going<'a> {
    /// The mail.
    pub id: MessageId,
    /// Which try it is.
    pub tries: i32,
    /// Keyed hash of the domain.
    pub domain: &'a [u8],
    /// Keyed hash of the address.
    pub address: &'a [u8],
    /// The address with the middle left out.
    pub masked: &'a str,
    /// The language it goes in.
    pub locale: &'a str,
    /// How many may be under way to a domain.
    pub at_once: i32,
    /// How many of the lane an address gets in a day.
    pub a_day: i32,
}

/// Takes mails of a lane that are due, the oldest first, and holds them for `lease`: whoever has not ended one by then is dead.
///
/// Those to domains with as many mails under way as may be are passed over.
pub async fn claim(pool: &PgPool, lane: Lane, limit: i64, at_once: i64, lease: Duration) -> sqlx::Result<Vec<Message>> {
    let rows = sqlx::query_as!(
        Message,
        r#"with full_domains as materialized (
               select sending.domain from messages sending
               where sending.state = 'sending' and sending.domain is not null and sending.next_try_at > now()
               group by sending.domain
               having count(*) >= $3
                   or exists (select from slow_domains slow where slow.domain = sending.domain and slow.until > now())
           ), due as (
               select m.id from messages m
               where m.next_try_at <= now() and m.lane = $1 and m.until > now()
                 and (m.domain is null or m.domain not in (select domain from full_domains))
               order by m.next_try_at, m.id limit $2 for update skip locked
           )
           update messages m set state = 'sending', tries = m.tries + 1, next_try_at = now() + $4
           from due where m.id = due.id
           returning m.id as "id: _", source, intent_id, recipient, template, collectivite_id, lane as "lane: _", state as "state: _",
                     queued_at, expires_at, next_try_at, tries, resent, accepted_at, bounced_at, locale, masked_address, last_reply,
                     traceparent, version as "version: _""#,
        lane as _,
        limit,
        at_once,
        interval(lease),
    );
    rows.fetch_all(pool).await
}

/// Gives a mail that was claimed its place among those to its domain, and notes whereto it goes.
pub async fn place(pool: &PgPool, going: &Going<'_>) -> sqlx::Result<Place> {
    let place = sqlx::query_scalar!(
        r#"select message_place($1, $2, $3, $4, $5, $6, $7, $8) as "place!: Place""#,
        going.id as _,
        going.tries,
        going.domain,
        going.address,
        going.masked,
        going.locale,
        going.at_once,
        going.a_day,
    );
    place.fetch_one(pool).await
}

/// Gives a mail back that was claimed and not tried: it waits, and this was no try.
pub async fn give_back(pool: &PgPool, id: MessageId, tries: i32, wait: Duration) -> sqlx::Result<()> {
    let given = sqlx::query!(
        "update messages set state = case when tries > 1 then 'deferred' else 'queued' end, tries = tries - 1, next_try_at = now() + $3
         where id = $1 and state = 'sending' and tries = $2",
        id as _,
        tries,
        interval(wait),
    );
    given.execute(pool).await.map(drop)
}

/// How a try ended.
#[derive(Debug)]
pub struct End<'a> {
    /// The mail.
    pub id: MessageId,
    /// Which try it was.
    pub tries: i32,
    /// Where it stands now.
    pub state: State,
    /// When it is tried again, for a mail that is.
    pub wait: Option<Duration>,
    /// What was said.
    pub reply: &'a str,
    /// Whether a server was tried at all.
    pub tried: bool,
}

/// Writes down how a try ended; none when somebody else has the mail now, because this try took longer than its lease.
pub async fn end(tx: &mut PgConnection, end: &End<'_>) -> sqlx::Result<Option<Told>> {
    let row = sqlx::query_as!(
        Told,
        r#"with ended as (
               update messages set state = $3, last_reply = $5, version = version + 1,
                      next_try_at = case when $4::interval is not null then least(now() + $4::interval, until) end,
                      accepted_at = case when $3 = 'accepted' then now() end
               where id = $1 and state = 'sending' and tries = $2
               returning id, source, intent_id, recipient, template, state, accepted_at, bounced_at, version, resent
           ), noted as (
               insert into deliveries (message_id, number, outcome, reply)
               select id, coalesce((select max(number) from deliveries where message_id = $1), 0) + 1, $3, $5 from ended where $6
           )
           select id as "id: _", source, intent_id, recipient, template, state as "state: _", accepted_at, bounced_at, version as "version: _"
           from ended"#,
        end.id as _,
        end.tries,
        end.state as _,
        end.wait.map(interval) as _,
        end.reply,
        end.tried,
    );
    row.fetch_optional(tx).await
}

/// Ends mails whose time is over; as many as one transaction can tell.
pub async fn expire(tx: &mut PgConnection) -> sqlx::Result<Vec<Told>> {
    let rows = sqlx::query_as!(
        Told,
        r#"with late as (
               select id from messages where until <= now() and next_try_at is not null and (state <> 'sending' or next_try_at <= now())
               order by until limit 500 for update skip locked
           )
           update messages m set state = 'expired', next_try_at = null, version = version + 1 from late where m.id = late.id
           returning m.id as "id: _", source, intent_id, recipient, template, state as "state: _", accepted_at, bounced_at,
                     version as "version: _""#
    );
    rows.fetch_all(tx).await
}

/// Notes that the server of a domain hung: one mail at a time goes there for a while.
pub async fn slow(pool: &PgPool, domain: &[u8]) -> sqlx::Result<()> {
    let noted = sqlx::query!(
        "insert into slow_domains (domain, until) values ($1, now() + interval '10 minutes')
         on conflict (domain) do update set until = excluded.until",
        domain,
    );
    noted.execute(pool).await.map(drop)
}

fn interval(wait: Duration) -> PgInterval {
    PgInterval { months: 0, days: 0, microseconds: i64::try_from(wait.as_micros()).unwrap_or(i64::MAX) }
}
