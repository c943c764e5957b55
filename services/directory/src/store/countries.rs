use kernel::Version;
use sqlx::PgConnection;

use super::register::Taken;
use crate::domain::{Country, CountryCode, Point, Text};

struct Row {
    iso2: CountryCode,
    iso3: String,
    name_fr: String,
    name_en: String,
    continent: String,
    latitude: Option<f64>,
    longitude: Option<f64>,
    dac_code: String,
    oda_eligible: bool,
    version: Version,
}

/// The constraint by which a partner lies in a country that is there.
pub const EXISTS: &str = "country_exists";

/// Reads all of them by code: some 250.
pub async fn all(conn: &mut PgConnection) -> sqlx::Result<Vec<Country>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select iso2 as "iso2: _", iso3, name_fr, name_en, continent, latitude, longitude, dac_code, oda_eligible,
                  version as "version: _" from countries order by iso2"#,
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(Country::from).collect())
}

/// Which of these countries are there.
pub async fn known(conn: &mut PgConnection, codes: &[String]) -> sqlx::Result<Vec<CountryCode>> {
    let known = sqlx::query_scalar!(r#"select iso2 as "iso2: CountryCode" from countries where iso2 = any($1)"#, codes);
    known.fetch_all(conn).await
}

/// Takes countries; what is there already and equal is left alone.
pub async fn take(conn: &mut PgConnection, batch: &[Country]) -> sqlx::Result<Vec<Taken<CountryCode>>> {
    let column = |read: fn(&Country) -> String| -> Vec<String> { batch.iter().map(read).collect() };
    let latitudes: Vec<_> = batch.iter().map(|one| one.capital.map(|point| point.latitude)).collect();
    let longitudes: Vec<_> = batch.iter().map(|one| one.capital.map(|point| point.longitude)).collect();
    let eligible: Vec<_> = batch.iter().map(|one| one.oda_eligible).collect();
    let taken = sqlx::query!(
        r#"
        insert into countries as there (iso2, iso3, name_fr, name_en, continent, latitude, longitude, dac_code, oda_eligible, version)
        select iso2, iso3, name_fr, name_en, continent, latitude, longitude, dac_code, oda_eligible, 1
        from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::double precision[], $7::double precision[],
                    $8::text[], $9::boolean[])
            as batch (iso2, iso3, name_fr, name_en, continent, latitude, longitude, dac_code, oda_eligible)
        order by iso2
        on conflict (iso2) do update set
            iso3 = excluded.iso3, name_fr = excluded.name_fr, name_en = excluded.name_en, continent = excluded.continent,
            latitude = excluded.latitude, longitude = excluded.longitude, dac_code = excluded.dac_code,
            oda_eligible = excluded.oda_eligible, version = there.version + 1
        where (there.iso3, there.name_fr, there.name_en, there.continent, there.latitude, there.longitude, there.dac_code,
               there.oda_eligible)
            is distinct from
              (excluded.iso3, excluded.name_fr, excluded.name_en, excluded.continent, excluded.latitude, excluded.longitude,
               excluded.dac_code, excluded.oda_eligible)
        returning iso2 as "iso2: CountryCode", xmax = 0 as "created!"
        "#,
        &column(|one| one.iso2.to_string()),
        &column(|one| one.iso3.clone()),
        &column(|one| one.name_fr.to_string()),
        &column(|one| one.name_en.to_string()),
        &column(|one| one.continent.clone()),
        &latitudes as _,
        &longitudes as _,
        &column(|one| one.dac_code.clone()),
        &eligible,
    )
    .fetch_all(conn)
    .await?;
    Ok(taken.into_iter().map(|row| Taken { key: row.iso2, created: row.created, moved: false }).collect())
}

impl From<Row> for Country {
    fn from(row: Row) -> Self {
        Self {
            iso2: row.iso2,
            iso3: row.iso3,
            name_fr: Text::stored(row.name_fr),
            name_en: Text::stored(row.name_en),
            continent: row.continent,
            capital: row.latitude.zip(row.longitude).map(|(latitude, longitude)| Point { latitude, longitude }),
            dac_code: row.dac_code,
            oda_eligible: row.oda_eligible,
            version: row.version,
        }
    }
}
