use kernel::Version;
use sqlx::{PgConnection, types::Json};

use crate::record::domain::{Line, Theme, ThemeCode};

#[derive(serde::Serialize)]
struct Row {
    code: String,
    name_fr: String,
    name_en: String,
    parent_code: Option<String>,
    dac_sectors: Vec<String>,
    sdgs: Vec<i32>,
    retired: bool,
    rank: i32,
    changed_here: bool,
    version: Version,
}

/// Reads all of them: some dozens.
pub async fn all(conn: &mut PgConnection) -> sqlx::Result<Vec<Theme>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select code, name_fr, name_en, parent_code, dac_sectors, sdgs, retired, rank, changed_here, version as "version: _"
           from themes order by code"#
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(Theme::from).collect())
}

/// Reads all of them, and lets nobody else change one until the transaction ends: what is above what is decided on the whole list.
pub async fn lock_all(conn: &mut PgConnection) -> sqlx::Result<Vec<Theme>> {
    sqlx::query!("lock table themes in share row exclusive mode").execute(&mut *conn).await?;
    all(conn).await
}

/// Writes themes, new ones and those that are there; what is above what is looked at when the transaction ends.
pub async fn save(conn: &mut PgConnection, themes: &[&Theme]) -> sqlx::Result<()> {
    let rows: Vec<Row> = themes.iter().map(|one| Row::from(*one)).collect();
    let saved = sqlx::query!(
        "insert into themes (code, name_fr, name_en, parent_code, dac_sectors, sdgs, retired, rank, changed_here, version)
         select code, name_fr, name_en, parent_code, dac_sectors, sdgs, retired, rank, changed_here, version
         from jsonb_populate_recordset(null::themes, $1)
         on conflict (code) do update set
             name_fr = excluded.name_fr, name_en = excluded.name_en, parent_code = excluded.parent_code,
             dac_sectors = excluded.dac_sectors, sdgs = excluded.sdgs, retired = excluded.retired, rank = excluded.rank,
             changed_here = excluded.changed_here, version = excluded.version",
        Json(rows) as _,
    );
    saved.execute(conn).await.map(drop)
}

impl From<&Theme> for Row {
    fn from(from: &Theme) -> Self {
        Self {
            code: from.code.to_string(),
            name_fr: from.name_fr.to_string(),
            name_en: from.name_en.to_string(),
            parent_code: from.parent.as_ref().map(ToString::to_string),
            dac_sectors: from.dac_sectors.clone(),
            sdgs: from.sdgs.clone(),
            retired: from.retired,
            rank: from.rank,
            changed_here: from.changed_here,
            version: from.version,
        }
    }
}

impl From<Row> for Theme {
    fn from(row: Row) -> Self {
        Self {
            code: ThemeCode::stored(row.code),
            name_fr: Line::stored(row.name_fr),
            name_en: Line::stored(row.name_en),
            parent: row.parent_code.map(ThemeCode::stored),
            dac_sectors: row.dac_sectors,
            sdgs: row.sdgs,
            retired: row.retired,
            rank: row.rank,
            changed_here: row.changed_here,
            version: row.version,
        }
    }
}
