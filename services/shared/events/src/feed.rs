//! Change feeds: the log read by position, on any replica, with the broker or without.

use std::{collections::VecDeque, time::Duration};

use bytes::Bytes;
use futures_util::{Stream, stream};
use kernel::{Code, Epoch, Fault, PageToken, Position, Version};
use sqlx::PgPool;
use tokio::{sync::watch, time::timeout};

use crate::{outbox, resync::Retell};

/// How many rows are read at once.
const PAGE: i64 = 500;

/// The feed of a service: present state first, then every change.
#[derive(Debug, Clone)]
pub struct Feed<R> {
    pool: PgPool,
    retell: R,
    log: watch::Receiver<Position>,
    heartbeat: Duration,
}

/// What a feed gives; each item's token is the place to go on from after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// A resource as it is (in the beginning), or as a change left it.
    Change(Change),
    /// Nothing happened; all before is told.
    Heartbeat {
        /// Where to go on from.
        token: String,
    },
}

/// One resource after a change, or as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The kind of thing.
    pub resource: String,
    /// Which one.
    pub key: String,
    /// What happened to it.
    pub change: String,
    /// With `version`, orders all its states.
    pub epoch: Epoch,
    /// Grows with every change of it; (resource, key, version) is unique.
    pub version: Version,
    /// It no longer exists.
    pub removed: bool,
    /// The event message, encoded.
    pub payload: Bytes,
    /// Where to go on from.
    pub token: String,
}

/// Why a feed ends.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// The token is not one of ours.
    #[error("not a token of this feed: send the one from the message before, or none")]
    InvalidToken,
    /// The log does not reach back to the token, or is another one: list again, with an empty token.
    #[error("the feed no longer reaches back to this token: begin again without one")]
    Expired,
    /// The log could not be read.
    #[error("the log could not be read")]
    Database(#[from] sqlx::Error),
    /// The present state could not be read.
    #[error("the present state could not be read")]
    Present(#[source] anyhow::Error),
}

impl Fault for FeedError {
    fn code(&self) -> (Code, &'static str) {
        match self {
            Self::InvalidToken => (Code::InvalidArgument, "INVALID_TOKEN"),
            Self::Expired => (Code::OutOfRange, "CURSOR_EXPIRED"),
            Self::Database(error) if database::is_away(error) => (Code::Unavailable, "DATABASE_AWAY"),
            Self::Database(_) | Self::Present(_) => (Code::Internal, "INTERNAL"),
        }
    }
}

/// A place in the feed: what is told before it need not be told again.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct Cursor {
    epoch: Epoch,
    position: Position,
    phase: Phase,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
enum Phase {
    /// The present state is being told; from here on.
    Present(Option<String>),
    /// Changes are being told.
    Changes,
}

impl<R: Retell + Clone> Feed<R> {
    /// A feed over the log in `pool`; `log` is [`outbox::Relay::log`] of this process.
    pub const fn new(pool: PgPool, retell: R, log: watch::Receiver<Position>) -> Self {
        Self { pool, retell, log, heartbeat: Duration::from_secs(10) }
    }

    /// Another time between heartbeats than ten seconds.
    #[must_use]
    pub fn heartbeat(self, heartbeat: Duration) -> Self {
        Self { heartbeat, ..self }
    }

    /// Begins after `token`, or with the present state when it is empty. At least once: what changes meanwhile comes again.
    ///
    /// # Errors
    /// [`FeedError::InvalidToken`], [`FeedError::Expired`], or the database's. The stream ends after an error.
    pub async fn open(&self, token: &str) -> Result<impl Stream<Item = Result<Item, FeedError>> + Send + use<R>, FeedError> {
        let cursor = match PageToken::read(token).map_err(|_| FeedError::InvalidToken)? {
            Some(cursor) => cursor,
            None => self.here().await?,
        };
        let reader = Reader { feed: self.clone(), cursor, ready: VecDeque::new() };
        reader.reach().await?;
        Ok(stream::try_unfold(reader, |mut reader| async move { Ok(Some((reader.next().await?, reader))) }))
    }

    /// The present end of the log: who reads the present state after it and then goes on from it misses nothing.
    async fn here(&self) -> sqlx::Result<Cursor> {
        let mut conn = self.pool.acquire().await?;
        let (epoch, position) = (outbox::epoch(&mut conn).await?, outbox::position(&mut conn).await?);
        Ok(Cursor { epoch, position, phase: Phase::Present(None) })
    }
}

struct Reader<R> {
    feed: Feed<R>,
    cursor: Cursor,
    ready: VecDeque<Item>,
}

impl<R: Retell + Clone> Reader<R> {
    async fn next(&mut self) -> Result<Item, FeedError> {
        loop {
            if let Some(item) = self.ready.pop_front() {
                return Ok(item);
            }
            match self.cursor.phase.clone() {
                Phase::Present(after) => self.read_present(after).await?,
                Phase::Changes => self.read_changes().await?,
            }
        }
    }

    /// Reads a page of the present state. Its last item carries the place of the next page, those before it that of this one.
    async fn read_present(&mut self, after: Option<String>) -> Result<(), FeedError> {
        self.reach().await?;
        let mut conn = self.feed.pool.acquire().await?;
        let page = self.feed.retell.resources(&mut conn, after, PAGE).await.map_err(FeedError::Present)?;
        drop(conn);
        let here = self.token();
        let ended = page.next.is_none();
        self.cursor.phase = page.next.map_or(Phase::Changes, |next| Phase::Present(Some(next)));
        let (epoch, next) = (self.cursor.epoch, self.token());
        let last = page.events.len().saturating_sub(1);
        self.ready.extend(page.events.into_iter().enumerate().map(|(place, event)| {
            Item::Change(Change {
                resource: event.resource.to_owned(),
                change: event.change.to_owned(),
                epoch,
                version: event.version,
                removed: event.removed,
                payload: outbox::body(epoch, event.version, &event.state).into(),
                token: if place == last { next.clone() } else { here.clone() },
                key: event.key,
            })
        }));
        if ended {
            self.ready.push_back(Item::Heartbeat { token: next });
        }
        Ok(())
    }

    /// Reads what follows the cursor; when there is nothing, waits for it as long as between two heartbeats.
    async fn read_changes(&mut self) -> Result<(), FeedError> {
        self.feed.log.borrow_and_update();
        let end = self.reach().await?;
        if end == self.cursor.position {
            if timeout(self.feed.heartbeat, self.feed.log.changed()).await.is_err() {
                self.reach().await?;
                self.ready.push_back(Item::Heartbeat { token: self.token() });
            }
            return Ok(());
        }
        let rows = self.rows(end).await?;
        let full = i64::try_from(rows.len()).is_ok_and(|count| count == PAGE);
        for (position, mut change) in rows {
            self.cursor.position = position;
            change.token = self.token();
            self.ready.push_back(Item::Change(change));
        }
        if !full {
            self.cursor.position = end;
        }
        Ok(())
    }
}

impl<R: Retell + Clone> Reader<R> {
    /// The end of the log, when it still reaches from the cursor to there.
    async fn reach(&self) -> Result<Position, FeedError> {
        let log = sqlx::query!(
            r#"select epoch as "epoch: Epoch", sequenced as "end: Position",
                      coalesce((select min(position) from outbox), sequenced + 1) as "first!: Position",
                      coalesce(timeline = ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint, true) as "same!"
               from outbox_state"#
        );
        let log = log.fetch_one(&self.feed.pool).await?;
        let Cursor { epoch, position, .. } = self.cursor;
        let reaches = log.same && epoch == log.epoch && position <= log.end && position.next() >= log.first;
        if reaches { Ok(log.end) } else { Err(FeedError::Expired) }
    }

    /// Changes after the cursor, up to `end`; each with its position, and no token yet. What is told again is left out.
    async fn rows(&self, end: Position) -> sqlx::Result<Vec<(Position, Change)>> {
        let rows = sqlx::query!(
            r#"select position as "position!: Position", resource, key, change, epoch as "epoch: Epoch", version as "version: Version",
                      removed, state
               from outbox where position > $1 and position <= $2 and not resync order by position limit $3"#,
            self.cursor.position as _,
            end as _,
            PAGE,
        );
        let rows = rows.fetch_all(&self.feed.pool).await?.into_iter().map(|row| {
            let payload = outbox::body(row.epoch, row.version, &row.state).into();
            let token = String::new();
            let (resource, key, change) = (row.resource, row.key, row.change);
            (row.position, Change { resource, key, change, epoch: row.epoch, version: row.version, removed: row.removed, payload, token })
        });
        Ok(rows.collect())
    }

    fn token(&self) -> String {
        PageToken::write(&self.cursor)
    }
}
