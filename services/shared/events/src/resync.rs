//! Telling the whole state again, in a new epoch: after a loss it makes every copy right, whatever it had.

use std::time::Duration;

use atlas_proto::{events::v1::ResyncEndedEvent, subjects};
use kernel::{Epoch, SystemClock, Version};
use prost::Message as _;
use sqlx::{PgConnection, PgPool};
use tokio::time::sleep;

use crate::outbox::{self, Event, Telling, alone};

/// How many resources are read at once.
const PAGE: i64 = 500;
/// No page is told while more rows than this wait to be published: live events are not to queue behind a resync.
const BACKLOG: i64 = 2000;
const POLL: Duration = Duration::from_millis(500);

/// Some of the live resources of a service.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// Their present states.
    pub events: Vec<Event>,
    /// Where the next page begins; none after the last one.
    pub next: Option<String>,
}

/// Reads the present state of every live resource of a service: for a resync, and for those who begin to follow a feed.
pub trait Retell: Send + Sync {
    /// Reads the resources that follow `after` (what the page before gave as `next`; none at the beginning), about `limit` of them.
    fn resources(&self, conn: &mut PgConnection, after: Option<String>, limit: i64) -> impl Future<Output = anyhow::Result<Page>> + Send;
}

/// Of a service that keeps nothing others could copy.
#[derive(Debug, Clone, Copy, Default)]
pub struct Nothing;

impl Retell for Nothing {
    async fn resources(&self, _: &mut PgConnection, _: Option<String>, _: i64) -> anyhow::Result<Page> {
        Ok(Page::default())
    }
}

impl<R: Retell> Retell for std::sync::Arc<R> {
    fn resources(&self, conn: &mut PgConnection, after: Option<String>, limit: i64) -> impl Future<Output = anyhow::Result<Page>> + Send {
        self.as_ref().resources(conn, after, limit)
    }
}

/// Begins to tell all again, unless that goes on already; answers with the epoch that is told.
///
/// # Errors
/// The database's.
pub async fn start(pool: &PgPool) -> sqlx::Result<Epoch> {
    database::transact(pool, async |tx| {
        alone(tx, "outbox.resync").await?;
        let running = sqlx::query_scalar!(r#"select epoch as "epoch: Epoch" from outbox_resync"#);
        match running.fetch_optional(&mut *tx).await? {
            Some(epoch) => Ok(epoch),
            None => raise(tx).await,
        }
    })
    .await
}

/// Begins to tell all again from the beginning, whatever goes on.
pub(crate) async fn restart(tx: &mut PgConnection) -> sqlx::Result<Epoch> {
    alone(tx, "outbox.resync").await?;
    raise(tx).await
}

/// Raises the epoch, when nobody writes under the old one.
///
/// The new one is also beyond every epoch that a database restored from a backup has forgotten: hence the clock in it.
async fn raise(tx: &mut PgConnection) -> sqlx::Result<Epoch> {
    sqlx::query!("select pg_advisory_xact_lock(hashtext('outbox.epoch'))").fetch_one(&mut *tx).await?;
    let raised = sqlx::query_scalar!(
        r#"update outbox_state set epoch = greatest(epoch + 1, extract(epoch from clock_timestamp())::bigint)
           returning epoch as "epoch: Epoch""#
    );
    let epoch = raised.fetch_one(&mut *tx).await?;
    let begun = sqlx::query!(
        "insert into outbox_resync (epoch) values ($1)
         on conflict (single) do update set epoch = excluded.epoch, after = null, told = 0, started_at = now()",
        epoch as _,
    );
    begun.execute(tx).await?;
    Ok(epoch)
}

/// Tells all again when the database's history is another one than before: it was restored, or a standby took over.
pub(crate) async fn follow_timeline(pool: &PgPool) -> anyhow::Result<()> {
    let seen = sqlx::query!(
        r#"select ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint as "now!", timeline as before from outbox_state"#
    );
    let seen = seen.fetch_one(pool).await?;
    if seen.before == Some(seen.now) {
        return Ok(());
    }
    database::transact(pool, async |tx| {
        alone(tx, "outbox.resync").await?;
        let before = sqlx::query_scalar!("select timeline from outbox_state").fetch_one(&mut *tx).await?;
        sqlx::query!("update outbox_state set timeline = $1", seen.now).execute(&mut *tx).await?;
        if before.is_some_and(|before| before != seen.now) {
            let epoch = raise(tx).await?;
            tracing::warn!(%epoch, timeline = seen.now, "the database is on another timeline; telling all again");
        }
        Ok(())
    })
    .await
}

/// Tells what is to be told again, page by page, for as long as the process lives.
pub(crate) async fn run(pool: &PgPool, retell: &impl Retell) {
    loop {
        match tell(pool, retell).await {
            Ok(true) => {}
            Ok(false) => sleep(POLL).await,
            Err(error) => {
                tracing::warn!(error = &*error as &dyn std::error::Error, "the resync stands still; will try again");
                sleep(POLL).await;
            }
        }
    }
}

/// Tells one page, and says whether it did; the last page is followed by the end mark.
async fn tell(pool: &PgPool, retell: &impl Retell) -> anyhow::Result<bool> {
    let state = sqlx::query!(
        r#"select exists (select from outbox_resync) as "due!",
                  (select count(*) from (select from outbox where position is null limit $1) waiting)
                  + outbox_state.sequenced - outbox_cursor.position as "backlog!" from outbox_state, outbox_cursor"#,
        BACKLOG,
    );
    let state = state.fetch_one(pool).await?;
    if !state.due || state.backlog >= BACKLOG {
        return Ok(false);
    }
    database::transact(pool, async |tx| {
        alone(tx, "outbox.resync").await?;
        let due = sqlx::query!(r#"select epoch as "epoch: Epoch", after, told from outbox_resync"#);
        let Some(due) = due.fetch_optional(&mut *tx).await? else { return Ok(false) };
        let page = retell.resources(tx, due.after, PAGE).await?;
        outbox::write(tx, &SystemClock, &page.events, Telling::Again).await?;
        let told = due.told + i64::try_from(page.events.len())?;
        match page.next {
            Some(next) => {
                sqlx::query!("update outbox_resync set after = $1, told = $2", next, told).execute(tx).await?;
            }
            None => end(tx, due.epoch, told).await?,
        }
        Ok(true)
    })
    .await
}

async fn end(tx: &mut PgConnection, epoch: Epoch, told: i64) -> anyhow::Result<()> {
    let ended = ResyncEndedEvent { epoch: 0, version: 0, resource_count: u64::try_from(told)? };
    let ended = Event {
        resource: subjects::RESYNC_ENDED,
        key: epoch.to_string(),
        version: Version(1),
        change: "ended",
        state: ended.encode_to_vec(),
        removed: false,
    };
    outbox::write(tx, &SystemClock, &[ended], Telling::Again).await?;
    sqlx::query!("delete from outbox_resync").execute(tx).await?;
    Ok(())
}
