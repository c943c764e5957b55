use kernel::{Epoch, EventId, Position, Version};
use sqlx::PgConnection;

use crate::broker::Lane;

/// How many changes are published in one transaction, and how many bytes of them at most.
const CHANGES: i64 = 256;
const BYTES: i64 = 16 << 20;

/// How far the log is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cursor {
    /// All up to here is published.
    position: Position,
    /// Changes are published up to here, before all others.
    ahead: Position,
    /// Of what a lost stream had, all up to here is published again…
    again_position: Position,
    /// …and is to be up to here.
    again_until: Position,
}

/// What is to be published next, and where the cursor stands after it.
pub(super) struct Batch {
    pub(super) rows: Vec<(Lane, Row)>,
    pub(super) past: Cursor,
    /// Whether that is further than before.
    pub(super) moves: bool,
}

/// An event of the log.
pub(super) struct Row {
    pub(super) position: Position,
    pub(super) id: EventId,
    pub(super) resource: String,
    pub(super) key: String,
    pub(super) change: String,
    pub(super) epoch: Epoch,
    pub(super) version: Version,
    pub(super) resync: bool,
    pub(super) state: Vec<u8>,
    pub(super) traceparent: Option<String>,
}

impl Cursor {
    /// Changes first, then at most `others` of what an import brought or a resync tells, and of what a lost stream had: each
    /// in the order of positions.
    pub(super) async fn next(tx: &mut PgConnection, others: i64) -> sqlx::Result<Batch> {
        let numbered = super::position(tx).await?;
        let before = Self::read(tx).await?;
        let changes = rows(tx, Kind::Changes, before.ahead, numbered, CHANGES).await?;
        let ahead = end(&changes, numbered);
        let bulk = rows(tx, Kind::Bulk, before.position, ahead, others).await?;
        let again = rows(tx, Kind::Again, before.again_position, before.again_until, others).await?;
        let past = Self { position: end(&bulk, ahead), ahead, again_position: end(&again, before.again_until), ..before };
        let new = changes.into_iter().chain(bulk).map(|row| (Lane::New, row));
        let rows = new.chain(again.into_iter().map(|row| (Lane::Again, row))).collect();
        Ok(Batch { rows, past, moves: past != before })
    }

    async fn read(tx: &mut PgConnection) -> sqlx::Result<Self> {
        let row = sqlx::query_as!(
            Self,
            r#"select position as "position: _", greatest(ahead, position) as "ahead!: _", again_position as "again_position: _",
                      again_until as "again_until: _" from outbox_cursor"#
        );
        row.fetch_one(tx).await
    }

    /// Moves it, with the newest message of the stream.
    pub(super) async fn save(self, tx: &mut PgConnection, sequence: i64) -> sqlx::Result<()> {
        let row = sqlx::query!(
            "update outbox_cursor set position = $1, ahead = $2, again_position = $3, again_until = $4, stream_sequence = $5",
            self.position as _,
            self.ahead as _,
            self.again_position as _,
            self.again_until as _,
            sequence,
        );
        row.execute(tx).await.map(drop)
    }

    /// The stream is lost: what happened is to be published again.
    pub(super) async fn again(tx: &mut PgConnection) -> sqlx::Result<()> {
        let row = sqlx::query!("update outbox_cursor set again_position = 0, again_until = greatest(ahead, position)");
        row.execute(tx).await.map(drop)
    }
}

/// Which rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// What somebody may wait for.
    Changes = 0,
    /// What an import brought, or a resync tells, unless a later one made it pointless.
    Bulk = 1,
    /// All that happened.
    Again = 2,
}

/// Rows after a position, up to another: at least one where there is one, then as many as fit.
async fn rows(tx: &mut PgConnection, kind: Kind, after: Position, until: Position, limit: i64) -> sqlx::Result<Vec<Row>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select position as "position!: _", id as "id!: _", resource as "resource!", key as "key!", change as "change!",
                  epoch as "epoch!: _", version as "version!: _", resync as "resync!", state as "state!", traceparent
           from (select *, sum(octet_length(state)) over (order by position) - octet_length(state) as before
                 from (select * from outbox where position > $1 and position <= $2
                           and case $3::integer
                                   when 0 then not (bulk or resync)
                                   when 1 then bulk and not resync or resync and epoch = (select epoch from outbox_state)
                                   else not resync
                               end
                       order by position limit $4) next) sized
           where before < $5 order by position"#,
        after as _,
        until as _,
        kind as i32,
        limit,
        BYTES as _,
    );
    rows.fetch_all(tx).await
}

/// Where these end; `all` when there are none left.
fn end(rows: &[Row], all: Position) -> Position {
    rows.last().map_or(all, |row| row.position)
}
