use std::collections::HashSet;

use kernel::CollectiviteId;
use sqlx::PgConnection;

use super::register::Taken;
use crate::domain::OfficialAddress;

/// Takes addresses, those that differ from what is there; the collectivités exist.
pub async fn take(conn: &mut PgConnection, batch: &[(CollectiviteId, OfficialAddress)]) -> sqlx::Result<Vec<Taken<CollectiviteId>>> {
    let ids: Vec<String> = batch.iter().map(|(id, _)| id.to_string()).collect();
    let emails: Vec<String> = batch.iter().map(|(_, address)| address.as_str().to_owned()).collect();
    let taken = sqlx::query!(
        r#"
        insert into official_addresses as there (collectivite_id, email)
        select id, email from unnest($1::text[], $2::text[]) as batch (id, email) order by id
        on conflict (collectivite_id) do update set email = excluded.email, updated_at = excluded.updated_at
        where there.email <> excluded.email
        returning collectivite_id as "id: CollectiviteId", xmax = 0 as "created!"
        "#,
        &ids,
        &emails,
    );
    let taken = taken.fetch_all(conn).await?;
    Ok(taken.into_iter().map(|row| Taken { key: row.id, created: row.created, moved: false }).collect())
}

/// Which of these collectivités exist.
pub async fn known(conn: &mut PgConnection, ids: &[String]) -> sqlx::Result<HashSet<CollectiviteId>> {
    let known = sqlx::query_scalar!(r#"select id as "id: CollectiviteId" from collectivites where id = any($1)"#, ids);
    Ok(known.fetch_all(conn).await?.into_iter().collect())
}

/// The official address of a collectivité, and its name; the outer option says whether it exists.
pub async fn find(conn: &mut PgConnection, id: &CollectiviteId) -> sqlx::Result<Option<(String, Option<OfficialAddress>)>> {
    let found = sqlx::query!(
        r#"select c.name, a.email as "email?" from collectivites c left join official_addresses a on a.collectivite_id = c.id where c.id = $1"#,
        id as _,
    );
    Ok(found.fetch_optional(conn).await?.map(|row| (row.name, row.email.map(OfficialAddress::stored))))
}
