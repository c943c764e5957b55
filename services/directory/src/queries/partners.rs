use sqlx::PgPool;

use crate::{
    domain::{Country, CountryCode, Partner, PartnerId},
    error::Error,
    store::{
        countries,
        partners::{
            self,
            history::{self, Entry, PartnerEntryId},
            names,
        },
    },
};

/// What is looked for among partners.
pub struct Search {
    /// What was typed, as names are compared.
    pub folded: String,
    /// Only in this country.
    pub country: Option<CountryCode>,
    /// How many at most.
    pub limit: i64,
}

/// Reads all countries.
pub async fn countries(pool: &PgPool) -> Result<Vec<Country>, Error> {
    Ok(countries::all(&mut *pool.acquire().await?).await?)
}

/// Reads a partner; of one that was merged, the one that took its place.
pub async fn standing(pool: &PgPool, id: PartnerId) -> Result<Partner, Error> {
    let mut conn = pool.acquire().await?;
    let found = partners::find(&mut conn, id).await?.ok_or(Error::PartnerNotFound(id))?;
    match found.merged_into {
        None => Ok(found),
        Some(into) => partners::find(&mut conn, into).await?.ok_or(Error::PartnerNotFound(id)),
    }
}

/// Reads partners by id, as they are.
pub async fn many(pool: &PgPool, ids: &[PartnerId]) -> Result<Vec<Partner>, Error> {
    Ok(partners::find_many(&mut *pool.acquire().await?, ids).await?)
}

/// Finds partners by what was typed, the best first; by nothing that can be compared, none.
pub async fn search(pool: &PgPool, search: &Search) -> Result<Vec<Partner>, Error> {
    if search.folded.is_empty() {
        return Ok(Vec::new());
    }
    let mut conn = pool.acquire().await?;
    let country = search.country.as_ref().map(CountryCode::as_str).unwrap_or_default();
    let ids = names::search(&mut conn, &search.folded, country, search.limit).await?;
    let mut found = partners::find_many(&mut conn, &ids).await?;
    found.sort_by_key(|one| ids.iter().position(|id| *id == one.id));
    Ok(found)
}

/// Reads a page of a partner's history, newest first.
pub async fn history(pool: &PgPool, id: PartnerId, before: Option<PartnerEntryId>, limit: i64) -> Result<Vec<Entry>, Error> {
    let mut conn = pool.acquire().await?;
    partners::find(&mut conn, id).await?.ok_or(Error::PartnerNotFound(id))?;
    Ok(history::list(&mut conn, id, before, limit).await?)
}
