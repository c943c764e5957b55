use chrono::{DateTime, Utc};
use kernel::{CollectiviteId, Version};
use sqlx::{PgConnection, types::Json};

use super::names;
use crate::domain::{Origin, OtherName, Partner, PartnerFields, PartnerId, PartnerLevel};

/// What is known of an imported partner: by the id that follows from its natural key, or by the key itself.
#[derive(Debug, Clone)]
pub struct Known {
    /// The id it has, or will have.
    pub id: PartnerId,
    /// Its version; none where it is not there.
    pub version: Option<Version>,
    /// The one in its place.
    pub merged_into: Option<PartnerId>,
    /// What the last import gave.
    pub imported: Option<PartnerFields>,
    /// Where it comes from; none where it is not there.
    pub origin: Option<Origin>,
}

/// Looks up a batch, in its order. Ids follow from natural keys, so that two imports on two machines agree.
pub async fn look_up(conn: &mut PgConnection, batch: &[PartnerFields]) -> sqlx::Result<Vec<Known>> {
    let column = |read: fn(&PartnerFields) -> String| -> Vec<String> { batch.iter().map(read).collect() };
    let geonames: Vec<_> = batch.iter().map(|one| one.geonames_id).collect();
    let rows = sqlx::query!(
        r#"
        with batch as (
            select md5('partner ' || key)::uuid as id, country, geonames_id, division, name, place
            from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[])
                with ordinality as given (key, country, geonames_id, division, name, place)
        )
        select coalesce(i.id, g.id, n.id, batch.id) as "id!: PartnerId",
               coalesce(i.version, g.version, n.version) as "version: Version",
               i.merged_into as "merged_into: PartnerId", coalesce(i.origin, g.origin, n.origin) as "origin: Origin",
               case when i.id is not null then i.imported else coalesce(g.imported, n.imported) end as "imported: Json<PartnerFields>"
        from batch
        left join partners i on i.id = batch.id
        left join partners g on g.country_iso2 = batch.country and g.geonames_id = batch.geonames_id and g.merged_into is null
        left join partners n on batch.geonames_id is null and n.geonames_id is null and n.merged_into is null
            and n.country_iso2 = batch.country and n.division_folded = batch.division and n.name_folded = batch.name
        order by batch.place
        "#,
        &column(PartnerFields::natural_key),
        &column(|one| one.country.to_string()),
        &geonames as _,
        &column(PartnerFields::division_folded),
        &column(PartnerFields::name_folded),
    );
    let rows = rows.fetch_all(conn).await?.into_iter().map(|row| Known {
        id: row.id,
        version: row.version,
        merged_into: row.merged_into,
        imported: row.imported.map(|imported| imported.0),
        origin: row.origin,
    });
    Ok(rows.collect())
}

/// A row as the table has it: the names are those of its columns.
#[derive(serde::Serialize)]
struct Line<'a> {
    id: PartnerId,
    country_iso2: &'a str,
    level: PartnerLevel,
    name: &'a str,
    other_names: &'a [OtherName],
    division: &'a str,
    name_folded: String,
    division_folded: String,
    place: &'a str,
    geonames_id: Option<i64>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    population: Option<i64>,
    origin: Origin,
    merged_into: Option<PartnerId>,
    added_by: &'a str,
    imported: Option<&'a PartnerFields>,
    version: Version,
    updated_at: DateTime<Utc>,
}

impl<'a> Line<'a> {
    fn of(partner: &'a Partner, imported: bool) -> Self {
        let PartnerFields { country, level, name, other_names, division, place, geonames_id, point, population } = &partner.fields;
        Self {
            id: partner.id,
            country_iso2: country.as_str(),
            level: *level,
            name: name.as_str(),
            other_names,
            division: division.as_str(),
            name_folded: partner.fields.name_folded(),
            division_folded: partner.fields.division_folded(),
            place: place.as_str(),
            geonames_id: *geonames_id,
            latitude: point.map(|point| point.latitude),
            longitude: point.map(|point| point.longitude),
            population: *population,
            origin: partner.origin,
            merged_into: partner.merged_into,
            added_by: partner.added_by.as_ref().map(CollectiviteId::as_str).unwrap_or_default(),
            imported: imported.then_some(&partner.fields),
            version: partner.version,
            updated_at: partner.updated_at,
        }
    }
}

/// Writes partners, new or changed, each with its names; `imported` when an import gives them. One that is there already under
/// another id violates one of [`super::EXISTS`].
pub async fn put(conn: &mut PgConnection, partners: &[Partner], imported: bool) -> sqlx::Result<()> {
    let lines: Vec<_> = partners.iter().map(|one| Line::of(one, imported)).collect();
    let written = sqlx::query!(
        "insert into partners as there select * from jsonb_populate_recordset(null::partners, $1) order by id
         on conflict (id) do update set
             country_iso2 = excluded.country_iso2, level = excluded.level, name = excluded.name, name_folded = excluded.name_folded,
             other_names = excluded.other_names, division = excluded.division, division_folded = excluded.division_folded,
             place = excluded.place, geonames_id = excluded.geonames_id, latitude = excluded.latitude, longitude = excluded.longitude,
             population = excluded.population, origin = excluded.origin, merged_into = excluded.merged_into,
             imported = coalesce(excluded.imported, there.imported), version = excluded.version, updated_at = excluded.updated_at",
        Json(lines) as _,
    );
    written.execute(&mut *conn).await?;
    names::replace(conn, partners).await
}

/// Notes what an import gives of partners that stay as they are.
pub async fn note(conn: &mut PgConnection, given: &[(PartnerId, PartnerFields)]) -> sqlx::Result<()> {
    let ids: Vec<_> = given.iter().map(|(id, _)| id.0).collect();
    let fields: Vec<_> = given.iter().map(|(_, fields)| Json(fields)).collect();
    let noted = sqlx::query!(
        "update partners set imported = given.fields from unnest($1::uuid[], $2::jsonb[]) as given (id, fields)
         where partners.id = given.id",
        &ids,
        &fields as _,
    );
    noted.execute(conn).await.map(drop)
}
