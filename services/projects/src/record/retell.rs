//! Everything that the record holds, told page by page: for a resync, and at the head of a change feed.

use events::{
    outbox::Event,
    resync::{Page, Retell},
};
use sqlx::PgConnection;

use super::{facts, store};

/// The whole state of projects.
#[derive(Debug, Clone, Copy, Default)]
pub struct Everything;

/// What each state is told as.
const AGAIN: &str = "told-again";

impl Retell for Everything {
    /// Themes, then partnerships, then projects; `after` is the kind and the last key of the page before.
    async fn resources(&self, conn: &mut PgConnection, after: Option<String>, limit: i64) -> anyhow::Result<Page> {
        let after = after.unwrap_or_default();
        let (kind, last) = after.split_once('/').unwrap_or((facts::THEME, ""));
        let (events, following) = match kind {
            facts::THEME => (themes(conn).await?, facts::PARTNERSHIP),
            facts::PARTNERSHIP => (partnerships(conn, last, limit).await?, facts::PROJECT),
            _ => (projects(conn, last, limit).await?, ""),
        };
        let full = kind != facts::THEME && i64::try_from(events.len())? == limit;
        let next = match events.last().filter(|_| full) {
            Some(last) => Some(format!("{kind}/{}", last.key)),
            None if following.is_empty() => None,
            None => Some(format!("{following}/")),
        };
        Ok(Page { events, next })
    }
}

async fn themes(conn: &mut PgConnection) -> sqlx::Result<Vec<Event>> {
    Ok(store::themes::all(conn).await?.iter().map(|one| facts::theme(one, AGAIN)).collect())
}

async fn partnerships(conn: &mut PgConnection, after: &str, limit: i64) -> sqlx::Result<Vec<Event>> {
    let filter = store::partnerships::Filter { after: after.parse().ok(), ..Default::default() };
    let found = store::partnerships::list(conn, &filter, limit).await?;
    Ok(found.iter().map(|one| facts::partnership(one, AGAIN)).collect())
}

async fn projects(conn: &mut PgConnection, after: &str, limit: i64) -> sqlx::Result<Vec<Event>> {
    let filter = store::projects::Filter { after: after.parse().ok(), ..Default::default() };
    let found = store::projects::list(conn, &filter, limit).await?;
    Ok(found.iter().map(|one| facts::project(one, AGAIN)).collect())
}
