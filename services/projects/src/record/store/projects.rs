mod row;

use std::collections::HashMap;

use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use crate::record::domain::{PartnerId, PartnershipId, Project, ProjectId};
use row::Row;

/// Where a list goes on, and what it is narrowed to; empty texts narrow nothing.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// The last id of the page before.
    pub after: Option<ProjectId>,
    /// Only those under a partnership that it takes part in.
    pub collectivite: String,
    /// Only those under it.
    pub partnership: Option<PartnershipId>,
    /// Only those with it, or with one whose place it took.
    pub partner: Option<PartnerId>,
    /// Only those with partners of the country.
    pub country_iso2: String,
    /// Only those of the theme, or of one below it.
    pub theme: String,
    /// Only those of the goal; 0 for all.
    pub sdg: i32,
}

/// Reads projects by id, in the order of ids; those that do not exist are left out.
pub async fn find_many(conn: &mut PgConnection, ids: &[Uuid]) -> sqlx::Result<Vec<Project>> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        select id as "id: _", legacy_id, title, sdgs, status as "status: _", starts_on, ends_on, context, history, budget as "budget: _",
               operators, links as "links: _", origin as "origin: _", source, to_confirm, verified_at, verified_as, changed_here,
               version as "version: _", updated_at,
               array(select partnership_id from project_partnerships where project_id = id order by place) as "partnerships!",
               array(select theme_code from project_themes where project_id = id order by place) as "themes!",
               array(select priority from project_themes where project_id = id order by place) as "priorities!"
        from projects
        where id = any($1)
        order by id
        "#,
        ids,
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(Project::from).collect())
}

/// Reads one project.
pub async fn find(conn: &mut PgConnection, id: ProjectId) -> sqlx::Result<Option<Project>> {
    Ok(find_many(conn, &[id.0]).await?.pop())
}

/// Holds projects until the transaction ends, then reads them.
pub async fn lock_many(conn: &mut PgConnection, ids: &[Uuid]) -> sqlx::Result<Vec<Project>> {
    sqlx::query_scalar!("select id from projects where id = any($1) order by id for update", ids).fetch_all(&mut *conn).await?;
    find_many(conn, ids).await
}

/// Which projects have these numbers in the former Atlas.
pub async fn with_legacy_ids(conn: &mut PgConnection, legacy_ids: &[i64]) -> sqlx::Result<HashMap<i64, ProjectId>> {
    let rows =
        sqlx::query!(r#"select legacy_id as "legacy_id!", id as "id: ProjectId" from projects where legacy_id = any($1)"#, legacy_ids,);
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (row.legacy_id, row.id)).collect())
}

/// Reads a page of projects by id.
pub async fn list(conn: &mut PgConnection, filter: &Filter, limit: i64) -> sqlx::Result<Vec<Project>> {
    let ids = sqlx::query_scalar!(
        r#"
        with recursive below (code) as (
            select $6::text
            union
            select themes.code from themes join below on themes.parent_code = below.code
        )
        select id from projects p
        where ($1::uuid is null or id > $1)
          and ($2 = '' or exists (select from project_partnerships join participants using (partnership_id)
                                  where project_id = p.id and collectivite_id = $2))
          and ($3::uuid is null or exists (select from project_partnerships where project_id = p.id and partnership_id = $3))
          and ($4::uuid is null and $5 = '' or exists (
                  select from project_partnerships
                  join partnerships on partnerships.id = partnership_id
                  left join partners on partners.id = partner_id
                  where project_id = p.id and ($4 is null or $4 in (partner_id, merged_into)) and ($5 = '' or country_iso2 = $5)))
          and ($6 = '' or exists (select from project_themes join below on code = theme_code where project_id = p.id))
          and ($7 = 0 or $7 = any(sdgs))
        order by id
        limit $8
        "#,
        filter.after as _,
        filter.collectivite,
        filter.partnership as _,
        filter.partner as _,
        filter.country_iso2,
        filter.theme,
        filter.sdg,
        limit,
    )
    .fetch_all(&mut *conn)
    .await?;
    find_many(conn, &ids).await
}

/// Counts them.
pub async fn count(conn: &mut PgConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar!(r#"select count(*) as "count!" from projects"#).fetch_one(conn).await
}

/// The projects that are done under any of these partnerships.
pub async fn under(conn: &mut PgConnection, partnerships: &[Uuid]) -> sqlx::Result<Vec<Uuid>> {
    let ids = sqlx::query_scalar!(
        "select distinct project_id from project_partnerships where partnership_id = any($1) order by project_id",
        partnerships,
    );
    ids.fetch_all(conn).await
}

/// Writes projects, new ones and those that are there.
pub async fn save(conn: &mut PgConnection, projects: &[&Project]) -> sqlx::Result<()> {
    let rows: Vec<Row> = projects.iter().map(|one| Row::from(*one)).collect();
    sqlx::query!(
        "insert into projects (id, legacy_id, title, sdgs, status, starts_on, ends_on, context, history, budget, operators, links,
                               origin, source, to_confirm, verified_at, verified_as, changed_here, version, updated_at)
         select id, legacy_id, title, sdgs, status, starts_on, ends_on, context, history, budget, operators, links,
                origin, source, to_confirm, verified_at, verified_as, changed_here, version, updated_at
         from jsonb_populate_recordset(null::projects, $1)
         order by id
         on conflict (id) do update set
             legacy_id = excluded.legacy_id, title = excluded.title, sdgs = excluded.sdgs, status = excluded.status,
             starts_on = excluded.starts_on, ends_on = excluded.ends_on, context = excluded.context, history = excluded.history,
             budget = excluded.budget, operators = excluded.operators, links = excluded.links, origin = excluded.origin,
             source = excluded.source, to_confirm = excluded.to_confirm, verified_at = excluded.verified_at,
             verified_as = excluded.verified_as, changed_here = excluded.changed_here, version = excluded.version,
             updated_at = excluded.updated_at",
        Json(rows) as _,
    )
    .execute(&mut *conn)
    .await?;
    save_partnerships(conn, projects).await?;
    save_themes(conn, projects).await
}

async fn save_partnerships(conn: &mut PgConnection, projects: &[&Project]) -> sqlx::Result<()> {
    let ids: Vec<Uuid> = projects.iter().map(|one| one.id.0).collect();
    let (mut project, mut partnership, mut places) = (Vec::new(), Vec::new(), Vec::new());
    for one in projects {
        for (place, id) in (0..).zip(&one.work.partnerships) {
            project.push(one.id.0);
            partnership.push(id.0);
            places.push(place);
        }
    }
    sqlx::query!("delete from project_partnerships where project_id = any($1)", &ids).execute(&mut *conn).await?;
    let added = sqlx::query!(
        "insert into project_partnerships (project_id, partnership_id, place) select * from unnest($1::uuid[], $2::uuid[], $3::integer[])",
        &project,
        &partnership,
        &places,
    );
    added.execute(conn).await.map(drop)
}

async fn save_themes(conn: &mut PgConnection, projects: &[&Project]) -> sqlx::Result<()> {
    let ids: Vec<Uuid> = projects.iter().map(|one| one.id.0).collect();
    let (mut project, mut codes, mut priorities, mut places) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for one in projects {
        for (place, theme) in (0..).zip(&one.work.themes) {
            project.push(one.id.0);
            codes.push(theme.code.to_string());
            priorities.push(theme.priority);
            places.push(place);
        }
    }
    sqlx::query!("delete from project_themes where project_id = any($1)", &ids).execute(&mut *conn).await?;
    let added = sqlx::query!(
        "insert into project_themes (project_id, theme_code, priority, place)
         select * from unnest($1::uuid[], $2::text[], $3::integer[], $4::integer[])",
        &project,
        &codes,
        &priorities,
        &places,
    );
    added.execute(conn).await.map(drop)
}

/// Counts a change of each of these, though nothing that is said of them changed.
pub async fn touch(conn: &mut PgConnection, ids: &[Uuid]) -> sqlx::Result<()> {
    sqlx::query!("update projects set version = version + 1 where id = any($1)", ids).execute(conn).await.map(drop)
}

/// Removes a project.
pub async fn remove(conn: &mut PgConnection, id: ProjectId) -> sqlx::Result<()> {
    sqlx::query!("delete from projects where id = $1", id as _).execute(conn).await.map(drop)
}
