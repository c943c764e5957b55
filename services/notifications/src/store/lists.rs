use sqlx::PgConnection;

use crate::domain::{Message, MessageId, State};

/// Which mails are listed.
#[derive(Debug, Default)]
pub struct Filter {
    /// Only those about this collectivité.
    pub collectivite_id: Option<String>,
    /// Only those in this state.
    pub state: Option<State>,
    /// Only those to this recipient.
    pub recipient: Option<String>,
    /// Only those before this one.
    pub before: Option<MessageId>,
}

/// Reads a page, newest first.
pub async fn page(conn: &mut PgConnection, filter: &Filter, limit: i64) -> sqlx::Result<Vec<Message>> {
    let rows = sqlx::query_as!(
        Message,
        r#"select id as "id: _", source, intent_id, recipient, template, collectivite_id, lane as "lane: _", state as "state: _",
                  queued_at, expires_at, next_try_at, tries, resent, accepted_at, bounced_at, locale, masked_address, last_reply,
                  traceparent, version as "version: _"
           from messages
           where ($1::text is null or collectivite_id = $1) and ($2::text is null or state = $2)
             and ($3::text is null or recipient = $3) and ($4::uuid is null or id < $4)
           order by id desc limit $5"#,
        filter.collectivite_id.as_deref(),
        filter.state as _,
        filter.recipient.as_deref(),
        filter.before as _,
        limit,
    );
    rows.fetch_all(conn).await
}
