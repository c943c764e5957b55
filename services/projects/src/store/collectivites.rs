use std::collections::{HashMap, HashSet};

use kernel::CollectiviteId;
use sqlx::PgConnection;

/// A collectivité as directory tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Which one.
    pub id: CollectiviteId,
    /// As the register writes it.
    pub name: String,
    /// Its région.
    pub region_code: String,
    /// Its département; empty for none.
    pub department_code: String,
    /// Others took its place.
    pub ended: bool,
    /// Which.
    pub successors: Vec<String>,
}

/// Where a collectivité lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its région.
    pub region_code: String,
    /// Its département; empty for none.
    pub department_code: String,
}

/// Keeps what directory told, in place of what was there; says whether it lay elsewhere before.
pub async fn keep(conn: &mut PgConnection, told: &Told) -> sqlx::Result<bool> {
    let before = sqlx::query!("select region_code, department_code from collectivites where id = $1 for update", told.id.as_str());
    let before = before.fetch_optional(&mut *conn).await?;
    store(conn, std::slice::from_ref(told), true).await?;
    Ok(before.is_some_and(|row| row.region_code != told.region_code || row.department_code != told.department_code))
}

/// Keeps what directory answered, unless the event about it was faster.
pub async fn keep_missing(conn: &mut PgConnection, told: &[Told]) -> sqlx::Result<()> {
    store(conn, told, false).await
}

async fn store(conn: &mut PgConnection, told: &[Told], replace: bool) -> sqlx::Result<()> {
    let column = |read: fn(&Told) -> String| -> Vec<String> { told.iter().map(read).collect() };
    let ended: Vec<bool> = told.iter().map(|one| one.ended).collect();
    let stored = sqlx::query!(
        "insert into collectivites (id, name, region_code, department_code, ended, successors)
         select id, name, region_code, department_code, ended, string_to_array(successors, ' ')
         from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::boolean[], $6::text[])
             as told (id, name, region_code, department_code, ended, successors)
         order by id
         on conflict (id) do update set
             name = excluded.name, region_code = excluded.region_code, department_code = excluded.department_code,
             ended = excluded.ended, successors = excluded.successors
         where $7",
        &column(|one| one.id.to_string()),
        &column(|one| one.name.clone()),
        &column(|one| one.region_code.clone()),
        &column(|one| one.department_code.clone()),
        &ended,
        &column(|one| one.successors.join(" ")),
        replace,
    );
    stored.execute(conn).await.map(drop)
}

/// Forgets a collectivité that directory no longer has.
pub async fn forget(conn: &mut PgConnection, id: &str) -> sqlx::Result<()> {
    sqlx::query!("delete from collectivites where id = $1", id).execute(conn).await.map(drop)
}

/// Which of these are here; each with whether others took its place.
pub async fn known(conn: &mut PgConnection, ids: &[String]) -> sqlx::Result<HashMap<String, bool>> {
    let rows = sqlx::query!("select id, ended from collectivites where id = any($1)", ids);
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (row.id, row.ended)).collect())
}

/// Says where collectivités lie.
pub async fn places(conn: &mut PgConnection, ids: &[String]) -> sqlx::Result<HashMap<String, Place>> {
    let rows = sqlx::query!("select id, region_code, department_code from collectivites where id = any($1)", ids);
    let place = |region_code, department_code| Place { region_code, department_code };
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (row.id, place(row.region_code, row.department_code))).collect())
}

/// A collectivité and all that it took the place of, at once or by and by: its agents act for each of them.
pub async fn with_predecessors(conn: &mut PgConnection, id: &str) -> sqlx::Result<HashSet<String>> {
    let rows = sqlx::query_scalar!(
        r#"with recursive mine (id) as (
               select $1::text
               union
               select before.id from collectivites before join mine on before.successors @> array[mine.id]
           )
           select id as "id!" from mine"#,
        id,
    );
    Ok(rows.fetch_all(conn).await?.into_iter().collect())
}
