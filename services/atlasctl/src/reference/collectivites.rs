use atlas_proto::directory::v1::{Collectivite, CollectiviteState, CollectiviteType, Point};
use kernel::CollectiviteId;

use super::{
    table::{Layout, Row},
    territories::is_code,
};

/// How a line of `collectivites.csv` is read.
pub const LAYOUT: Layout<Collectivite> = Layout {
    columns: &["type", "code", "siren", "nom", "departement", "region", "epci", "population", "lat", "lon", "codes_postaux"],
    record: collectivite,
};

fn collectivite(row: &mut Row<'_>) -> Option<Collectivite> {
    let kind = kind(row.text("type"));
    row.check("type", kind.is_some(), "one of commune, departement, region, communaute_communes… (see reference/README.md)");
    let name = row.name("nom", 200);
    let id = id(row);
    let (department_code, region_code) = (territory(row, "departement"), territory(row, "region"));
    row.check("region", !region_code.is_empty(), "the INSEE code of a région");
    let population = row.optional("population", |people: &i64| *people >= 0, "a whole number of inhabitants, or nothing");
    let point = point(row);
    let postal_codes = postal_codes(row);
    let kind = kind?;
    let insee_code = insee_code(row, kind);
    Some(Collectivite {
        collectivite_id: id?.into(),
        r#type: kind.into(),
        name: name?,
        siren: row.text("siren").to_owned(),
        insee_code,
        postal_codes: postal_codes?,
        department_code,
        region_code,
        epci_id: if kind == CollectiviteType::Commune { epci(row) } else { String::new() },
        population: population?,
        point: point?,
        state: CollectiviteState::Active.into(),
        origin: "officiel".to_owned(),
        ..Collectivite::default()
    })
}

/// Its SIREN, or `insee-<code>` where the register has none.
fn id(row: &mut Row<'_>) -> Option<CollectiviteId> {
    let (siren, code) = (row.text("siren").to_owned(), row.text("code").to_owned());
    if siren.is_empty() {
        let id = format!("insee-{code}").parse().ok();
        row.check("code", id.is_some(), "an INSEE code, since there is no SIREN");
        return id;
    }
    let id = siren.parse().ok().filter(|_| !siren.starts_with("insee-"));
    row.check("siren", id.is_some(), "a SIREN (nine digits, the last a check digit), or nothing");
    id
}

/// The code of a grouping is its SIREN again, and no INSEE code.
fn insee_code(row: &mut Row<'_>, kind: CollectiviteType) -> String {
    let code = row.text("code").to_owned();
    if is_grouping(kind) {
        row.check("code", code == row.text("siren"), "the SIREN again: groupings have no INSEE code");
        return String::new();
    }
    let ok = if kind == CollectiviteType::Commune { is_commune(&code) } else { is_code(&code) };
    row.check("code", ok, "an INSEE code (01004, 2A004; 01 or 6AE for territories)");
    code
}

fn territory(row: &mut Row<'_>, column: &'static str) -> String {
    let code = row.text(column).to_owned();
    row.check(column, code.is_empty() || is_code(&code), "an INSEE code of two or three characters (01, 2A, 974)");
    code
}

fn epci(row: &mut Row<'_>) -> String {
    let epci = row.text("epci").to_owned();
    row.check("epci", epci.is_empty() || epci.parse::<CollectiviteId>().is_ok(), "the SIREN of a grouping, or nothing");
    epci
}

fn point(row: &mut Row<'_>) -> Option<Option<Point>> {
    let latitude = row.optional("lat", |degrees: &f64| degrees.abs() <= 90.0, "degrees from -90 to 90, or nothing")?;
    let longitude = row.optional("lon", |degrees: &f64| degrees.abs() <= 180.0, "degrees from -180 to 180, or nothing")?;
    let half = if latitude.is_none() { "lat" } else { "lon" };
    row.check(half, latitude.is_some() == longitude.is_some(), "a latitude and a longitude, or neither");
    Some(latitude.zip(longitude).map(|(latitude, longitude)| Point { latitude, longitude }))
}

fn postal_codes(row: &mut Row<'_>) -> Option<Vec<String>> {
    let codes: Vec<_> = row.text("codes_postaux").split(';').filter(|code| !code.is_empty()).map(str::to_owned).collect();
    let ok = codes.iter().all(|code| code.len() == 5 && code.bytes().all(|b| b.is_ascii_digit()));
    row.check("codes_postaux", ok, "postal codes of five digits, separated by ;").then_some(codes)
}

fn is_commune(code: &str) -> bool {
    code.len() == 5 && code.bytes().enumerate().all(|(place, b)| b.is_ascii_digit() || place == 1 && matches!(b, b'A' | b'B'))
}

/// Whether it is made of communes and known by its SIREN alone.
pub const fn is_grouping(kind: CollectiviteType) -> bool {
    use CollectiviteType as T;
    matches!(kind, T::CommunauteCommunes | T::CommunauteAgglomeration | T::CommunauteUrbaine | T::Metropole | T::MetropoleLyon | T::Ept)
}

fn kind(text: &str) -> Option<CollectiviteType> {
    Some(match text {
        "commune" => CollectiviteType::Commune,
        "departement" => CollectiviteType::Departement,
        "region" => CollectiviteType::Region,
        "communaute_communes" => CollectiviteType::CommunauteCommunes,
        "communaute_agglomeration" => CollectiviteType::CommunauteAgglomeration,
        "communaute_urbaine" => CollectiviteType::CommunauteUrbaine,
        "metropole" => CollectiviteType::Metropole,
        "metropole_lyon" => CollectiviteType::MetropoleLyon,
        "ept" => CollectiviteType::Ept,
        "collectivite_unique" => CollectiviteType::CollectiviteUnique,
        "collectivite_europeenne" => CollectiviteType::CollectiviteEuropeenne,
        "collectivite_outre_mer" => CollectiviteType::CollectiviteOutreMer,
        _ => return None,
    })
}
