use kernel::Version;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::record::domain::{PartnershipId, ProjectId};

/// How much there is of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Partnerships of demonstration.
    pub demo_partnerships: i64,
    /// Projects of demonstration.
    pub demo_projects: i64,
    /// All other partnerships.
    pub other_partnerships: i64,
    /// All other projects.
    pub other_projects: i64,
}

/// Counts what is of demonstration, and what is not.
pub async fn count(conn: &mut PgConnection) -> sqlx::Result<Counts> {
    let counted = sqlx::query_as!(
        Counts,
        r#"select (select count(*) from partnerships where origin = 'demo') as "demo_partnerships!",
                  (select count(*) from projects where origin = 'demo') as "demo_projects!",
                  (select count(*) from partnerships where origin <> 'demo') as "other_partnerships!",
                  (select count(*) from projects where origin <> 'demo') as "other_projects!""#,
    );
    counted.fetch_one(conn).await
}

/// Removes projects of demonstration with what is said of them; which, and the version each had.
pub async fn drop_projects(conn: &mut PgConnection, limit: i64) -> sqlx::Result<Vec<(ProjectId, Version)>> {
    let gone = sqlx::query!(
        r#"delete from projects where id in (select id from projects where origin = 'demo' order by id limit $1 for update)
           returning id as "id: ProjectId", version as "version: Version""#,
        limit,
    );
    let gone: Vec<_> = gone.fetch_all(&mut *conn).await?.into_iter().map(|one| (one.id, one.version)).collect();
    forget(conn, &gone.iter().map(|(id, _)| id.0).collect::<Vec<_>>()).await?;
    Ok(gone)
}

/// Removes partnerships of demonstration that no project is done under; which, and the version each had.
pub async fn drop_partnerships(conn: &mut PgConnection, limit: i64) -> sqlx::Result<Vec<(PartnershipId, Version)>> {
    let gone = sqlx::query!(
        r#"delete from partnerships where id in (
               select id from partnerships
               where origin = 'demo' and not exists (select from project_partnerships where partnership_id = partnerships.id)
               order by id limit $1 for update)
           returning id as "id: PartnershipId", version as "version: Version""#,
        limit,
    );
    let gone: Vec<_> = gone.fetch_all(&mut *conn).await?.into_iter().map(|one| (one.id, one.version)).collect();
    forget(conn, &gone.iter().map(|(id, _)| id.0).collect::<Vec<_>>()).await?;
    Ok(gone)
}

/// Forgets who changed these, and what imports brought them as.
async fn forget(conn: &mut PgConnection, ids: &[Uuid]) -> sqlx::Result<()> {
    sqlx::query!("delete from history where resource_id = any($1)", ids).execute(&mut *conn).await?;
    sqlx::query!("delete from import_keys where id = any($1)", ids).execute(conn).await.map(drop)
}

/// The partners that partnerships name.
pub async fn partners_in_use(conn: &mut PgConnection) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!("select distinct partner_id from partnerships order by partner_id").fetch_all(conn).await
}
