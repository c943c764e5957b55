use sqlx::PgConnection;

/// Who changes things when nobody is signed in.
pub const COMMAND_LINE: &str = "command line";

/// Writes down who did what.
pub async fn write(conn: &mut PgConnection, actor: &str, act: &str, subject: &str, detail: &str) -> sqlx::Result<()> {
    let written = sqlx::query!("insert into journal (actor, act, subject, detail) values ($1, $2, $3, $4)", actor, act, subject, detail);
    written.execute(conn).await.map(drop)
}
