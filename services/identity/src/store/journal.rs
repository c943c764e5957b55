use sqlx::PgConnection;

/// Who changes things when nobody is signed in.
pub const COMMAND_LINE: &str = "command line";

/// Writes down who did what.
pub async fn write(conn: &mut PgConnection, actor: &str, act: &str, subject: &str, detail: &str) -> sqlx::Result<()> {
    let written = sqlx::query!("insert into journal (actor, act, subject, detail) values ($1, $2, $3, $4)", actor, act, subject, detail);
    written.execute(conn).await.map(drop)
}

/// What somebody did, for the journal.
#[derive(Debug, Clone, Copy)]
pub struct Act<'a> {
    /// The subject of who did it.
    pub actor: &'a str,
    /// What they did: `account.signed-in`.
    pub act: &'a str,
    /// To whom or what.
    pub subject: &'a str,
    /// Within what: kind and key of a right; empty for none.
    pub scope: &'a str,
    /// From which network; empty when it was a process of ours.
    pub network: &'a str,
    /// What else there is to know; never a secret.
    pub detail: &'a str,
}

/// Writes down an act.
pub async fn record(conn: &mut PgConnection, act: Act<'_>) -> sqlx::Result<()> {
    let written = sqlx::query!(
        "insert into journal (actor, act, subject, scope, network, detail) values ($1, $2, $3, $4, $5, $6)",
        act.actor,
        act.act,
        act.subject,
        act.scope,
        act.network,
        act.detail,
    );
    written.execute(conn).await.map(drop)
}
