use atlas_proto::directory::v1::{Country, Point};

use super::table::{Layout, Row};

/// How a line of `pays.csv` is read.
pub const LAYOUT: Layout<Country> =
    Layout { columns: &["iso2", "iso3", "nom_fr", "nom_en", "continent", "lat", "lon", "code_cad", "eligible_apd"], record: country };

/// What directory decides about codes and continents is left to it: it names the column.
fn country(row: &mut Row<'_>) -> Option<Country> {
    let latitude = row.optional("lat", |degrees: &f64| degrees.abs() <= 90.0, "degrees from −90 to 90")?;
    let longitude = row.optional("lon", |degrees: &f64| degrees.abs() <= 180.0, "degrees from −180 to 180")?;
    row.check("lon", latitude.is_some() == longitude.is_some(), "lat and lon, or neither");
    let eligible = row.text("eligible_apd").to_owned();
    row.check("eligible_apd", matches!(eligible.as_str(), "0" | "1"), "0 or 1");
    Some(Country {
        iso2: row.name("iso2", 2)?,
        iso3: row.name("iso3", 3)?,
        name_fr: row.name("nom_fr", 100)?,
        name_en: row.name("nom_en", 100)?,
        continent: row.name("continent", 50)?,
        capital: latitude.zip(longitude).map(|(latitude, longitude)| Point { latitude, longitude }),
        dac_code: row.text("code_cad").to_owned(),
        oda_eligible: eligible == "1",
        version: 0,
    })
}
