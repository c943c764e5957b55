use atlas_proto::directory::v1::Network;

use super::table::{Layout, Row};

/// How a line of `reseaux.csv` is read.
pub const LAYOUT: Layout<Network> = Layout { columns: &["sigle", "nom", "type", "perimetre"], record: network };

fn network(row: &mut Row<'_>) -> Option<Network> {
    let acronym = row.text("sigle").to_owned();
    row.check("sigle", acronym.chars().count() <= 50, "at most 50 characters");
    let (name, kind, scope) = (row.name("nom", 200), row.name("type", 100), row.name("perimetre", 100));
    let origin = "officiel".to_owned();
    Some(Network { acronym, name: name?, kind: kind?, scope: scope?, origin, ..Network::default() })
}
