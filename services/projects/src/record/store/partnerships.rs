mod row;

use std::collections::HashMap;

use kernel::CollectiviteId;
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use crate::record::domain::{PartnerId, Partnership, PartnershipId};
use row::Row;

/// Where a list goes on, and what it is narrowed to; empty texts narrow nothing.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// The last id of the page before.
    pub after: Option<PartnershipId>,
    /// Only those that it takes part in.
    pub collectivite: String,
    /// Only those with it, or with one whose place it took.
    pub partner: Option<PartnerId>,
    /// Only those with partners of the country.
    pub country_iso2: String,
    /// Only those that a collectivité of the région takes part in.
    pub region_code: String,
}

/// The constraint by which a collectivité leads one partnership with a partner.
pub const TAKEN: &str = "partnership_taken";

/// Reads partnerships by id, in the order of ids; those that do not exist are left out.
pub async fn find_many(conn: &mut PgConnection, ids: &[Uuid]) -> sqlx::Result<Vec<Partnership>> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        select id as "id: _", partner_id as "partner_id: _", lead_collectivite_id as "lead_collectivite_id: _", framework as "framework: _",
               twinning, oudin_santini, status as "status: _", status_since, start_year, start_year_unknown,
               conventions as "conventions: _", description, origin as "origin: _", source, to_confirm, verified_at, verified_as,
               changed_here, version as "version: _", updated_at,
               array(select collectivite_id from participants where partnership_id = id order by collectivite_id) as "participants!"
        from partnerships
        where id = any($1)
        order by id
        "#,
        ids,
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(Partnership::from).collect())
}

/// Holds partnerships until the transaction ends, then reads them.
pub async fn lock_many(conn: &mut PgConnection, ids: &[Uuid]) -> sqlx::Result<Vec<Partnership>> {
    sqlx::query_scalar!("select id from partnerships where id = any($1) order by id for no key update", ids).fetch_all(&mut *conn).await?;
    find_many(conn, ids).await
}

/// Reads one partnership.
pub async fn find(conn: &mut PgConnection, id: PartnershipId) -> sqlx::Result<Option<Partnership>> {
    Ok(find_many(conn, &[id.0]).await?.pop())
}

/// Holds one partnership until the transaction ends, then reads it.
pub async fn lock(conn: &mut PgConnection, id: PartnershipId) -> sqlx::Result<Option<Partnership>> {
    Ok(lock_many(conn, &[id.0]).await?.pop())
}

/// Keeps these from being removed until the transaction ends; which of them exist.
pub async fn hold(conn: &mut PgConnection, ids: &[Uuid]) -> sqlx::Result<Vec<Partnership>> {
    sqlx::query_scalar!("select id from partnerships where id = any($1) order by id for key share", ids).fetch_all(&mut *conn).await?;
    find_many(conn, ids).await
}

/// Reads a page of partnerships by id.
pub async fn list(conn: &mut PgConnection, filter: &Filter, limit: i64) -> sqlx::Result<Vec<Partnership>> {
    let ids = sqlx::query_scalar!(
        r#"
        select id from partnerships p
        where ($1::uuid is null or id > $1)
          and ($2 = '' or exists (select from participants where partnership_id = p.id and collectivite_id = $2))
          and ($3::uuid is null or partner_id = $3 or partner_id in (select id from partners where merged_into = $3))
          and ($4 = '' or exists (select from partners where partners.id = partner_id and country_iso2 = $4))
          and ($5 = '' or exists (select from participants join collectivites c on c.id = collectivite_id
                                  where partnership_id = p.id and region_code = $5))
        order by id
        limit $6
        "#,
        filter.after as _,
        filter.collectivite,
        filter.partner as _,
        filter.country_iso2,
        filter.region_code,
        limit,
    )
    .fetch_all(&mut *conn)
    .await?;
    find_many(conn, &ids).await
}

/// Counts them.
pub async fn count(conn: &mut PgConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar!(r#"select count(*) as "count!" from partnerships"#).fetch_one(conn).await
}

/// The partnership that a collectivité leads with a partner and that has not ended; nobody adds another until the transaction ends.
pub async fn led_with(conn: &mut PgConnection, lead: &CollectiviteId, partner: PartnerId) -> sqlx::Result<Option<PartnershipId>> {
    let key = format!("{lead} {partner}");
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1, 0))", key).fetch_one(&mut *conn).await?;
    let found = sqlx::query_scalar!(
        r#"select id as "id: PartnershipId" from partnerships
           where lead_collectivite_id = $1 and status is distinct from 'ended'
             and (partner_id = $2 or partner_id in (select id from partners where merged_into = $2))
           limit 1"#,
        lead as _,
        partner as _,
    );
    found.fetch_optional(conn).await
}

/// The same for many pairs at once, without holding anything.
pub async fn led_with_many(
    conn: &mut PgConnection,
    leads: &[String],
    partners: &[Uuid],
) -> sqlx::Result<HashMap<(CollectiviteId, PartnerId), PartnershipId>> {
    let rows = sqlx::query!(
        r#"select p.id as "id: PartnershipId", p.lead_collectivite_id as "lead: CollectiviteId", asked.partner as "partner!: PartnerId"
           from (select distinct lead, partner from unnest($1::text[], $2::uuid[]) as asked (lead, partner)) asked
           join partnerships p on p.lead_collectivite_id = asked.lead
           join partners known on known.id = p.partner_id and coalesce(known.merged_into, known.id) = asked.partner
           where p.status is distinct from 'ended'"#,
        leads,
        partners,
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| ((row.lead, row.partner), row.id)).collect())
}

/// Who takes part in partnerships.
pub async fn participants(conn: &mut PgConnection, ids: &[Uuid]) -> sqlx::Result<Vec<(PartnershipId, String)>> {
    let rows = sqlx::query!(
        r#"select partnership_id as "partnership: PartnershipId", collectivite_id from participants where partnership_id = any($1)"#,
        ids,
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (row.partnership, row.collectivite_id)).collect())
}

/// The partnerships that a collectivité takes part in.
pub async fn of(conn: &mut PgConnection, collectivite: &str) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!("select partnership_id from participants where collectivite_id = $1 order by partnership_id", collectivite)
        .fetch_all(conn)
        .await
}

/// Writes partnerships, new ones and those that are there. Two of one lead with one partner violate `partnership_taken`.
pub async fn save(conn: &mut PgConnection, partnerships: &[&Partnership]) -> sqlx::Result<()> {
    let rows: Vec<Row> = partnerships.iter().map(|one| Row::from(*one)).collect();
    sqlx::query!(
        "insert into partnerships (id, partner_id, lead_collectivite_id, framework, twinning, oudin_santini, status, status_since,
                                   start_year, start_year_unknown, conventions, description, origin, source, to_confirm, verified_at,
                                   verified_as, changed_here, version, updated_at)
         select id, partner_id, lead_collectivite_id, framework, twinning, oudin_santini, status, status_since,
                start_year, start_year_unknown, conventions, description, origin, source, to_confirm, verified_at,
                verified_as, changed_here, version, updated_at
         from jsonb_populate_recordset(null::partnerships, $1)
         order by id
         on conflict (id) do update set
             partner_id = excluded.partner_id, lead_collectivite_id = excluded.lead_collectivite_id, framework = excluded.framework,
             twinning = excluded.twinning, oudin_santini = excluded.oudin_santini, status = excluded.status,
             status_since = excluded.status_since, start_year = excluded.start_year, start_year_unknown = excluded.start_year_unknown,
             conventions = excluded.conventions, description = excluded.description, origin = excluded.origin,
             source = excluded.source, to_confirm = excluded.to_confirm, verified_at = excluded.verified_at,
             verified_as = excluded.verified_as, changed_here = excluded.changed_here, version = excluded.version,
             updated_at = excluded.updated_at",
        Json(rows) as _,
    )
    .execute(&mut *conn)
    .await?;
    save_participants(conn, partnerships).await
}

async fn save_participants(conn: &mut PgConnection, partnerships: &[&Partnership]) -> sqlx::Result<()> {
    let pairs = || partnerships.iter().flat_map(|one| one.terms.participants.iter().map(|participant| (one.id.0, participant.to_string())));
    let ids: Vec<Uuid> = partnerships.iter().map(|one| one.id.0).collect();
    let (partnership, collectivite): (Vec<Uuid>, Vec<String>) = pairs().unzip();
    sqlx::query!(
        "delete from participants
         where partnership_id = any($1)
           and (partnership_id, collectivite_id) not in (select * from unnest($2::uuid[], $3::text[]) as wanted (partnership, collectivite))",
        &ids,
        &partnership,
        &collectivite,
    )
    .execute(&mut *conn)
    .await?;
    let added = sqlx::query!(
        "insert into participants (partnership_id, collectivite_id)
         select * from unnest($1::uuid[], $2::text[]) as wanted (partnership, collectivite) on conflict do nothing",
        &partnership,
        &collectivite,
    );
    added.execute(conn).await.map(drop)
}

/// Counts a change of each of these, though nothing that is said of them changed.
pub async fn touch(conn: &mut PgConnection, ids: &[Uuid]) -> sqlx::Result<()> {
    sqlx::query!("update partnerships set version = version + 1 where id = any($1)", ids).execute(conn).await.map(drop)
}

/// Removes a partnership.
pub async fn remove(conn: &mut PgConnection, id: PartnershipId) -> sqlx::Result<()> {
    sqlx::query!("delete from partnerships where id = $1", id as _).execute(conn).await.map(drop)
}
