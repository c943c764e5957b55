use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::domain::{MessageId, State};

/// One try to send a mail.
#[derive(Debug)]
pub struct Delivery {
    /// When.
    pub tried_at: DateTime<Utc>,
    /// How it ended.
    pub outcome: State,
    /// What was said.
    pub reply: String,
}

/// The last fifty tries of a mail, oldest first.
pub async fn of(conn: &mut PgConnection, id: MessageId) -> sqlx::Result<Vec<Delivery>> {
    let rows = sqlx::query_as!(
        Delivery,
        r#"select tried_at as "tried_at!", outcome as "outcome!: _", reply as "reply!" from (
               select number, tried_at, outcome, reply from deliveries where message_id = $1 order by number desc limit 50
           ) last order by number"#,
        id as _,
    );
    rows.fetch_all(conn).await
}
