use kernel::CollectiviteId;
use sqlx::PgConnection;

/// What identity knows of a collectivité.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collectivite {
    /// As the register writes it.
    pub name: String,
    /// Its département.
    pub department_code: String,
    /// Its région.
    pub region_code: String,
    /// The région in words.
    pub region_name: String,
    /// It is no more.
    pub ended: bool,
}

/// Reads a collectivité.
pub async fn find(conn: &mut PgConnection, id: &CollectiviteId) -> sqlx::Result<Option<Collectivite>> {
    let row = sqlx::query_as!(
        Collectivite,
        "select name, department_code, region_code, region_name, ended from collectivites where collectivite_id = $1",
        id.as_str(),
    );
    row.fetch_optional(conn).await
}
