use kernel::Version;
use sqlx::PgConnection;

use crate::domain::{Territory, TerritoryKind};

/// Reads all of them: some 130.
pub async fn all(conn: &mut PgConnection) -> sqlx::Result<Vec<Territory>> {
    let rows = sqlx::query_as!(
        Territory,
        r#"select kind as "kind: TerritoryKind", code, name, region_code, version as "version: Version" from territories order by kind, code"#
    );
    rows.fetch_all(conn).await
}
