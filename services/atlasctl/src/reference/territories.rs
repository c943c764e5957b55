use atlas_proto::directory::v1::{Territory, TerritoryKind};

use super::table::{Layout, Row};

/// How a line of `territories.csv` is read.
pub const LAYOUT: Layout<Territory> = Layout { columns: &["kind", "code", "nom", "region"], record: territory };

fn territory(row: &mut Row<'_>) -> Option<Territory> {
    let kind = kind(row.text("kind"));
    row.check("kind", kind.is_some(), "region or department");
    let code = row.text("code").to_owned();
    row.check("code", is_code(&code), "an INSEE code of two or three characters (01, 2A, 974)");
    let name = row.name("nom", 200)?;
    let kind = kind?;
    let region_code = row.text("region").to_owned();
    match kind {
        TerritoryKind::Department => row.check("region", is_code(&region_code), "the INSEE code of its région"),
        _ => row.check("region", region_code.is_empty(), "nothing: a région lies in none"),
    };
    Some(Territory { kind: kind.into(), code, name, region_code, version: 0 })
}

fn kind(text: &str) -> Option<TerritoryKind> {
    match text {
        "region" => Some(TerritoryKind::Region),
        "department" => Some(TerritoryKind::Department),
        _ => None,
    }
}

/// Whether a text can be the INSEE code of a région or a département.
pub fn is_code(text: &str) -> bool {
    (2..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
}
