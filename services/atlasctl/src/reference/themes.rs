use atlas_proto::projects::v1::Theme;

use super::table::{Layout, Row};

/// How a line of `thematiques.csv` is read; the order of the lines is the order of the list.
pub const LAYOUT: Layout<Theme> = Layout { columns: &["code", "nom_fr", "nom_en", "au_dessus", "cad3", "odd"], record: theme };

fn theme(row: &mut Row<'_>) -> Option<Theme> {
    let sdgs = several(row.text("odd")).map(str::parse).collect::<Result<Vec<i32>, _>>();
    row.check("odd", sdgs.is_ok(), "numbers from 1 to 17, separated by semicolons");
    Some(Theme {
        code: row.name("code", 40)?,
        name_fr: row.name("nom_fr", 200)?,
        name_en: row.name("nom_en", 200)?,
        parent_code: row.text("au_dessus").to_owned(),
        dac_sectors: several(row.text("cad3")).map(str::to_owned).collect(),
        sdgs: sdgs.ok()?,
        rank: row.line(),
        ..Theme::default()
    })
}

fn several(text: &str) -> impl Iterator<Item = &str> {
    text.split(';').map(str::trim).filter(|word| !word.is_empty())
}
