use std::collections::HashMap;

use kernel::CollectiviteId;
use sqlx::PgConnection;

use crate::domain::{Link, Succession};

/// What came before and after a collectivité, oldest first.
#[derive(Debug, Default)]
pub struct Links {
    /// What took its place.
    pub successors: Vec<Link>,
    /// What it took the place of.
    pub predecessors: Vec<Link>,
}

/// Reads the successions that collectivités are part of.
pub async fn by_collectivite(conn: &mut PgConnection, ids: &[String]) -> sqlx::Result<HashMap<CollectiviteId, Links>> {
    let rows = sqlx::query!(
        r#"
        select predecessor_id as "predecessor: CollectiviteId", before.name as predecessor_name,
               successor_id as "successor: CollectiviteId", after.name as successor_name, effective_on
        from successions
        join collectivites before on before.id = predecessor_id
        join collectivites after on after.id = successor_id
        where predecessor_id = any($1) or successor_id = any($1)
        order by effective_on, predecessor_id, successor_id
        "#,
        ids,
    );
    let mut links: HashMap<CollectiviteId, Links> = HashMap::new();
    for row in rows.fetch_all(conn).await? {
        let before = Link { id: row.predecessor.clone(), name: row.predecessor_name, effective_on: row.effective_on };
        let after = Link { id: row.successor.clone(), name: row.successor_name, effective_on: row.effective_on };
        links.entry(row.predecessor).or_default().successors.push(after);
        links.entry(row.successor).or_default().predecessors.push(before);
    }
    Ok(links)
}

/// Reads every link, and keeps others from adding one until the transaction ends: cycles are refused on the whole graph.
pub async fn lock_graph(conn: &mut PgConnection) -> sqlx::Result<HashMap<CollectiviteId, Vec<CollectiviteId>>> {
    sqlx::query!("lock table successions in share row exclusive mode").execute(&mut *conn).await?;
    let rows =
        sqlx::query!(r#"select predecessor_id as "before: CollectiviteId", successor_id as "after: CollectiviteId" from successions"#);
    let mut graph: HashMap<CollectiviteId, Vec<CollectiviteId>> = HashMap::new();
    for row in rows.fetch_all(conn).await? {
        graph.entry(row.before).or_default().push(row.after);
    }
    Ok(graph)
}

/// Writes each predecessor's link to each successor.
pub async fn insert(conn: &mut PgConnection, succession: &Succession) -> sqlx::Result<()> {
    let before: Vec<String> = succession.predecessors.iter().map(ToString::to_string).collect();
    let after: Vec<String> = succession.successors.iter().map(ToString::to_string).collect();
    sqlx::query!(
        "insert into successions (predecessor_id, successor_id, effective_on)
         select before, after, $3 from unnest($1::text[]) before cross join unnest($2::text[]) after",
        &before,
        &after,
        succession.effective_on,
    )
    .execute(conn)
    .await
    .map(drop)
}
