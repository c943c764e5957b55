/// Bringing partners in, whole batches at a time.
pub mod batch;
/// Who changed what.
pub mod history;
/// Which was merged into which.
pub mod merges;
/// Their names, as searches find them.
pub mod names;

use chrono::{DateTime, Utc};
use kernel::Version;
use sqlx::{PgConnection, types::Json};

use crate::domain::{CountryCode, Origin, OtherName, Partner, PartnerFields, PartnerId, PartnerLevel, Point, Text};

struct Row {
    id: PartnerId,
    country_iso2: CountryCode,
    level: PartnerLevel,
    name: String,
    other_names: Json<Vec<OtherName>>,
    division: String,
    place: String,
    geonames_id: Option<i64>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    population: Option<i64>,
    origin: Origin,
    merged_into: Option<PartnerId>,
    added_by: String,
    version: Version,
    updated_at: DateTime<Utc>,
}

/// The constraints by which a partner is there already.
pub const EXISTS: [&str; 2] = ["partner_of_place", "partner_of_name"];

/// Has whoever adds, renames or merges partners wait for each other until the transaction ends, before any row is locked: what is
/// looked for and not found is then not there.
pub async fn one_at_a_time(conn: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("select pg_advisory_xact_lock(hashtext('partners'))").fetch_one(conn).await.map(drop)
}

/// Reads partners by id, in the order of ids; those that do not exist are left out.
pub async fn find_many(conn: &mut PgConnection, ids: &[PartnerId]) -> sqlx::Result<Vec<Partner>> {
    let ids: Vec<_> = ids.iter().map(|id| id.0).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"select id as "id: _", country_iso2 as "country_iso2: _", level as "level: _", name, other_names as "other_names: _", division,
                  place, geonames_id, latitude, longitude, population, origin as "origin: _", merged_into as "merged_into: _", added_by,
                  version as "version: _", updated_at
           from partners where id = any($1) order by id"#,
        &ids,
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(Partner::from).collect())
}

/// Reads one partner.
pub async fn find(conn: &mut PgConnection, id: PartnerId) -> sqlx::Result<Option<Partner>> {
    Ok(find_many(conn, &[id]).await?.pop())
}

/// Reads a page of partners by id.
pub async fn list_by_id(conn: &mut PgConnection, after: Option<PartnerId>, limit: i64) -> sqlx::Result<Vec<Partner>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id as "id: _", country_iso2 as "country_iso2: _", level as "level: _", name, other_names as "other_names: _", division,
                  place, geonames_id, latitude, longitude, population, origin as "origin: _", merged_into as "merged_into: _", added_by,
                  version as "version: _", updated_at
           from partners where $1::uuid is null or id > $1 order by id limit $2"#,
        after as _,
        limit,
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(Partner::from).collect())
}

/// Counts them, those that were merged among them.
pub async fn count(conn: &mut PgConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar!(r#"select count(*) as "count!" from partners"#).fetch_one(conn).await
}

/// Another partner that stands and has the natural key of this one.
pub async fn same(conn: &mut PgConnection, partner: &Partner) -> sqlx::Result<Option<PartnerId>> {
    let found = sqlx::query_scalar!(
        r#"
        select id as "id: PartnerId" from partners
        where merged_into is null and id <> $1 and country_iso2 = $2
          and (geonames_id = $3 or ($3::bigint is null and geonames_id is null and division_folded = $4 and name_folded = $5))
        limit 1
        "#,
        partner.id as _,
        partner.fields.country.as_str(),
        partner.fields.geonames_id,
        partner.fields.division_folded(),
        partner.fields.name_folded(),
    );
    found.fetch_optional(conn).await
}

/// Another partner that stands and is the same as this one would be: of its place, or of its name in its division. Two places of
/// one name are two when the place of both is known.
pub async fn like(conn: &mut PgConnection, fields: &PartnerFields, but: Option<PartnerId>) -> sqlx::Result<Option<PartnerId>> {
    let found = sqlx::query_scalar!(
        r#"
        select id as "id: PartnerId" from partners
        where merged_into is null and country_iso2 = $1 and ($5::uuid is null or id <> $5)
          and (geonames_id = $2
               or (division_folded = $3 and name_folded = $4 and (geonames_id is null or $2::bigint is null)))
        order by geonames_id = $2 desc nulls last, id
        limit 1
        "#,
        fields.country.as_str(),
        fields.geonames_id,
        fields.division_folded(),
        fields.name_folded(),
        but as _,
    );
    found.fetch_optional(conn).await
}

impl From<Row> for Partner {
    fn from(row: Row) -> Self {
        let fields = PartnerFields {
            country: row.country_iso2,
            level: row.level,
            name: Text::stored(row.name),
            other_names: row.other_names.0,
            division: Text::stored(row.division),
            place: Text::stored(row.place),
            geonames_id: row.geonames_id,
            point: row.latitude.zip(row.longitude).map(|(latitude, longitude)| Point { latitude, longitude }),
            population: row.population,
        };
        Self {
            id: row.id,
            fields,
            origin: row.origin,
            merged_into: row.merged_into,
            added_by: row.added_by.parse().ok(),
            version: row.version,
            updated_at: row.updated_at,
        }
    }
}
