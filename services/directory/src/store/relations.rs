use std::collections::HashMap;

use kernel::CollectiviteId;
use sqlx::PgConnection;

use crate::domain::{NetworkId, Origin, Relation, RelationChoice};

/// Reads the networks of collectivités, each list by name.
pub async fn by_collectivite(conn: &mut PgConnection, ids: &[String]) -> sqlx::Result<HashMap<CollectiviteId, Vec<Relation>>> {
    let rows = sqlx::query!(
        r#"
        select collectivite_id as "collectivite: CollectiviteId", network_id as "network: NetworkId",
               case when acronym = '' then name else acronym end as "name!", member, uses, network_relations.origin as "origin: Origin"
        from network_relations join networks on networks.id = network_id
        where collectivite_id = any($1)
        order by name_folded
        "#,
        ids,
    );
    let mut relations: HashMap<CollectiviteId, Vec<Relation>> = HashMap::new();
    for row in rows.fetch_all(conn).await? {
        let relation = Relation { network: row.network, name: row.name, member: row.member, uses: row.uses, origin: row.origin };
        relations.entry(row.collectivite).or_default().push(relation);
    }
    Ok(relations)
}

/// Replaces the networks of a collectivité; what stays keeps its origin. A network that does not exist violates `network_exists`.
pub async fn replace(conn: &mut PgConnection, id: &CollectiviteId, choices: &[RelationChoice]) -> sqlx::Result<()> {
    let networks: Vec<_> = choices.iter().map(|choice| choice.network.0).collect();
    let gone = sqlx::query!("delete from network_relations where collectivite_id = $1 and network_id <> all($2)", id as _, &networks);
    gone.execute(&mut *conn).await?;
    let member: Vec<_> = choices.iter().map(|choice| choice.member).collect();
    let uses: Vec<_> = choices.iter().map(|choice| choice.uses).collect();
    sqlx::query!(
        "insert into network_relations (collectivite_id, network_id, member, uses)
         select $1, network, member, uses from unnest($2::uuid[], $3::boolean[], $4::boolean[]) as chosen (network, member, uses)
         on conflict (collectivite_id, network_id) do update set member = excluded.member, uses = excluded.uses",
        id as _,
        &networks,
        &member,
        &uses,
    )
    .execute(conn)
    .await
    .map(drop)
}
