use std::collections::BTreeSet;

use sqlx::PgConnection;

use crate::domain::{Partner, PartnerId, folded};

/// Writes all names of these partners, in place of those that were there.
pub async fn replace(conn: &mut PgConnection, partners: &[Partner]) -> sqlx::Result<()> {
    let ids: Vec<_> = partners.iter().map(|one| one.id.0).collect();
    sqlx::query!("delete from partner_names where partner_id = any($1)", &ids).execute(&mut *conn).await?;
    let names = |one: &Partner| one.fields.names().map(folded).filter(|name| !name.is_empty()).collect::<BTreeSet<_>>();
    let (ids, names): (Vec<_>, Vec<_>) = partners.iter().flat_map(|one| names(one).into_iter().map(move |name| (one.id.0, name))).unzip();
    let inserted =
        sqlx::query!("insert into partner_names (partner_id, folded) select * from unnest($1::uuid[], $2::text[])", &ids, &names,);
    inserted.execute(conn).await.map(drop)
}

/// Finds partners that stand by the beginning of any of their names; the exact and largest first.
///
/// What begins with a text is the range of the index from the text to the text followed by the last character there is.
pub async fn search(conn: &mut PgConnection, folded: &str, country: &str, limit: i64) -> sqlx::Result<Vec<PartnerId>> {
    let found = sqlx::query_scalar!(
        r#"
        select p.id as "id: PartnerId"
        from (select partner_id, bool_or(folded = $1) as exact from partner_names
              where folded >= $1 and folded < $1 || chr(1114111) group by partner_id) found
        join partners p on p.id = found.partner_id
        where p.merged_into is null and ($2 = '' or p.country_iso2 = $2)
        order by found.exact desc, p.population desc nulls last, p.name_folded, p.id
        limit $3
        "#,
        folded,
        country,
        limit,
    );
    found.fetch_all(conn).await
}
