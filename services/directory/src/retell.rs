//! Everything that directory knows, told page by page: for a resync, and at the head of a change feed.

use events::{
    outbox::Event,
    resync::{Page, Retell},
};
use sqlx::PgConnection;

use crate::{
    facts,
    store::{self, collectivites::Filter},
};

/// Directory's whole state.
#[derive(Debug, Clone, Copy, Default)]
pub struct Everything;

/// What each state is told as.
const AGAIN: &str = "told-again";

impl Retell for Everything {
    /// Territories, countries, networks, collectivités, partners, contacts, in this order; `after` is the kind and the last key of the page before.
    async fn resources(&self, conn: &mut PgConnection, after: Option<String>, limit: i64) -> anyhow::Result<Page> {
        let after = after.unwrap_or_default();
        let (kind, last) = after.split_once('/').unwrap_or((facts::TERRITORY, ""));
        let (events, following) = match kind {
            facts::TERRITORY => (territories(conn).await?, facts::COUNTRY),
            facts::COUNTRY => (countries(conn).await?, facts::NETWORK),
            facts::NETWORK => (networks(conn, last, limit).await?, facts::COLLECTIVITE),
            facts::COLLECTIVITE => (collectivites(conn, last, limit).await?, facts::PARTNER),
            facts::PARTNER => (partners(conn, last, limit).await?, facts::CONTACT),
            _ => (contacts(conn, last, limit).await?, ""),
        };
        let at_once = [facts::TERRITORY, facts::COUNTRY].contains(&kind);
        let full = !at_once && i64::try_from(events.len())? == limit;
        let next = match events.last().filter(|_| full) {
            Some(last) => Some(format!("{kind}/{}", last.key)),
            None if following.is_empty() => None,
            None => Some(format!("{following}/")),
        };
        Ok(Page { events, next })
    }
}

async fn territories(conn: &mut PgConnection) -> sqlx::Result<Vec<Event>> {
    Ok(store::territories::all(conn).await?.iter().map(|one| facts::territory(one, AGAIN)).collect())
}

async fn countries(conn: &mut PgConnection) -> sqlx::Result<Vec<Event>> {
    Ok(store::countries::all(conn).await?.iter().map(|one| facts::country(one, AGAIN)).collect())
}

async fn partners(conn: &mut PgConnection, after: &str, limit: i64) -> sqlx::Result<Vec<Event>> {
    let found = store::partners::list_by_id(conn, after.parse().ok(), limit).await?;
    Ok(found.iter().map(|one| facts::partner(one, AGAIN)).collect())
}

async fn networks(conn: &mut PgConnection, after: &str, limit: i64) -> sqlx::Result<Vec<Event>> {
    let found = store::networks::list_by_id(conn, after.parse().ok(), limit).await?;
    Ok(found.iter().map(|one| facts::network(one, AGAIN)).collect())
}

async fn collectivites(conn: &mut PgConnection, after: &str, limit: i64) -> sqlx::Result<Vec<Event>> {
    let filter = Filter { after: after.to_owned(), ..Filter::default() };
    let found = store::collectivites::list(conn, &filter, limit).await?;
    Ok(found.iter().map(|one| facts::collectivite(one, AGAIN)).collect())
}

async fn contacts(conn: &mut PgConnection, after: &str, limit: i64) -> sqlx::Result<Vec<Event>> {
    let found = store::contacts::list_by_id(conn, after.parse().ok(), limit).await?;
    Ok(found.iter().map(|one| facts::contact(one, AGAIN)).collect())
}
