use chrono::NaiveDate;
use kernel::{CollectiviteId, RightKind};
use sqlx::PgConnection;

use crate::domain::{
    place::Known,
    scope::{Place, Scope},
};

/// A collectivité as directory tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Which one.
    pub id: CollectiviteId,
    /// As the register writes it.
    pub name: String,
    /// Its département; empty for none.
    pub department_code: String,
    /// Its région.
    pub region_code: String,
    /// The day from which it is no more.
    pub ended_on: Option<NaiveDate>,
    /// What took its place.
    pub successors: Vec<String>,
}

/// Reads a collectivité.
pub async fn find(conn: &mut PgConnection, id: &CollectiviteId) -> sqlx::Result<Option<Known>> {
    let row = sqlx::query_as!(
        Known,
        r#"select collectivite_id as "id: CollectiviteId", name, department_code, region_code, region_name, ended, ended_on, successors
           from collectivites where collectivite_id = $1"#,
        id.as_str(),
    );
    row.fetch_optional(conn).await
}

/// Keeps what directory told, in place of what was there; says whether its end is news.
pub async fn keep(conn: &mut PgConnection, told: &Told) -> sqlx::Result<bool> {
    let before = sqlx::query!("select ended_on, successors from collectivites where collectivite_id = $1 for update", told.id.as_str());
    let before = before.fetch_optional(&mut *conn).await?;
    let is_news = told.ended_on.is_some() && before.is_none_or(|row| row.ended_on != told.ended_on || row.successors != told.successors);
    store(conn, told, true).await?;
    Ok(is_news)
}

/// Keeps what directory answered, unless the event about it was faster.
pub async fn keep_missing(conn: &mut PgConnection, told: &Told) -> sqlx::Result<()> {
    store(conn, told, false).await
}

async fn store(conn: &mut PgConnection, told: &Told, replace: bool) -> sqlx::Result<()> {
    let stored = sqlx::query!(
        "insert into collectivites (collectivite_id, name, department_code, region_code, region_name, ended, ended_on, successor_id, successors)
         values ($1, $2, $3, $4, coalesce((select name from territories where kind = 'region' and code = $4), ''),
                 coalesce($5 <= (clock_timestamp() at time zone 'Europe/Paris')::date, false), $5, $6, $7)
         on conflict (collectivite_id) do update set
             name = excluded.name, department_code = excluded.department_code, region_code = excluded.region_code,
             region_name = excluded.region_name, ended = excluded.ended, ended_on = excluded.ended_on,
             successor_id = excluded.successor_id, successors = excluded.successors
         where $8",
        told.id.as_str(),
        told.name,
        told.department_code,
        told.region_code,
        told.ended_on,
        if let [only] = told.successors.as_slice() { only.as_str() } else { "" },
        &told.successors,
        replace,
    );
    stored.execute(conn).await.map(drop)
}

/// Notes that a collectivité is no more, when its last day is over.
pub async fn note_end(conn: &mut PgConnection, id: &CollectiviteId) -> sqlx::Result<()> {
    sqlx::query!("update collectivites set ended = true where collectivite_id = $1", id.as_str()).execute(conn).await.map(drop)
}

/// Forgets a collectivité that directory no longer has.
pub async fn forget(conn: &mut PgConnection, id: &str) -> sqlx::Result<()> {
    sqlx::query!("delete from collectivites where collectivite_id = $1", id).execute(conn).await.map(drop)
}

/// Keeps a territory; its collectivités bear the name of their région.
pub async fn keep_territory(conn: &mut PgConnection, kind: &str, code: &str, name: &str, region: &str) -> sqlx::Result<()> {
    let kept = sqlx::query!(
        "insert into territories (kind, code, name, region_code) values ($1, $2, $3, $4)
         on conflict (kind, code) do update set name = excluded.name, region_code = excluded.region_code",
        kind,
        code,
        name,
        region,
    );
    kept.execute(&mut *conn).await?;
    if kind == "region" {
        let named = sqlx::query!("update collectivites set region_name = $2 where region_code = $1 and region_name <> $2", code, name);
        named.execute(conn).await?;
    }
    Ok(())
}

/// Forgets a territory; the key is kind-code.
pub async fn forget_territory(conn: &mut PgConnection, key: &str) -> sqlx::Result<()> {
    sqlx::query!("delete from territories where kind || '-' || code = $1", key).execute(conn).await.map(drop)
}

/// Where a scope lies; none when there is no such thing.
pub async fn place(conn: &mut PgConnection, scope: &Scope) -> sqlx::Result<Option<Place>> {
    let place = |name: String, region: String, department: String| Some(Place { scope: scope.clone(), name, region, department });
    Ok(match scope.kind {
        RightKind::Collectivite => {
            let Some(id) = scope.as_collectivite() else { return Ok(None) };
            find(conn, &id).await?.and_then(|known| place(known.name, known.region_code, known.department_code))
        }
        RightKind::Region => {
            let name = territory(conn, "region", &scope.key).await?;
            name.and_then(|(name, region)| place(name, region, String::new()))
        }
        RightKind::Department => {
            let name = territory(conn, "department", &scope.key).await?;
            name.and_then(|(name, region)| place(name, region, scope.key.clone()))
        }
        RightKind::Country if is_country(&scope.key) => place(scope.key.clone(), String::new(), String::new()),
        RightKind::National if scope.key == "*" => place("DAECT".to_owned(), String::new(), String::new()),
        RightKind::Operator if scope.key == "*" => place("Atlas".to_owned(), String::new(), String::new()),
        _ => None,
    })
}

async fn territory(conn: &mut PgConnection, kind: &str, code: &str) -> sqlx::Result<Option<(String, String)>> {
    let row = sqlx::query!("select name, region_code from territories where kind = $1 and code = $2", kind, code);
    Ok(row.fetch_optional(conn).await?.map(|row| (row.name, row.region_code)))
}

/// Two letters, as ISO 3166-1 writes countries.
fn is_country(key: &str) -> bool {
    key.len() == 2 && key.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Which of these collectivités there are, with their names and régions.
pub async fn find_many(conn: &mut PgConnection, ids: &[String]) -> sqlx::Result<Vec<(String, String, String)>> {
    let rows = sqlx::query!("select collectivite_id, name, region_code from collectivites where collectivite_id = any($1)", ids);
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (row.collectivite_id, row.name, row.region_code)).collect())
}
