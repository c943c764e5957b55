use sqlx::PgConnection;

use crate::domain::FlowId;

/// The address that a flow is to prove, and the language it is read in.
pub async fn written_to(conn: &mut PgConnection, id: FlowId) -> sqlx::Result<Option<(String, String)>> {
    let row =
        sqlx::query!("select email, locale from flows where flow_id = $1 and email <> '' and expires_at > clock_timestamp()", id as _,);
    Ok(row.fetch_optional(conn).await?.map(|row| (row.email, row.locale)))
}
