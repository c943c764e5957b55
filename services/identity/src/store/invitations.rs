use chrono::{DateTime, NaiveDate, Utc};
use kernel::Right;
use sqlx::PgConnection;

use super::parse;
use crate::domain::{
    AccountId, InvitationId, MailId,
    invitation::Invitation,
    person::{Email, Locale},
    scope::Scope,
};

struct Row {
    id: InvitationId,
    email: String,
    right: String,
    name: String,
    from_day: Option<NaiveDate>,
    until_day: Option<NaiveDate>,
    delegate_of: String,
    invited_by: String,
    inviter: String,
    invited_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

/// Adds an invitation.
pub async fn insert(conn: &mut PgConnection, invitation: &Invitation, locale: Locale) -> sqlx::Result<()> {
    let scope = Scope::of(&invitation.right);
    let inserted = sqlx::query!(
        "insert into invitations (invitation_id, email, email_key, right_kind, right_key, role, name, from_day, until_day, delegate_of, locale,
                                  invited_by, inviter, invited_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        invitation.id as _,
        invitation.email.as_str(),
        invitation.email.key(),
        scope.kind.to_string(),
        scope.key,
        super::teams::role(invitation.right.role),
        invitation.name,
        invitation.from,
        invitation.until,
        invitation.delegate_of,
        locale.word(),
        invitation.invited_by,
        invitation.inviter,
        invitation.invited_at,
        invitation.expires_at,
    );
    inserted.execute(conn).await.map(drop)
}

/// Notes which mail carries the link.
pub async fn set_mail(conn: &mut PgConnection, id: InvitationId, mail: MailId) -> sqlx::Result<()> {
    sqlx::query!("update invitations set mail_id = $2 where invitation_id = $1", id as _, mail as _).execute(conn).await.map(drop)
}

/// An invitation that can still be accepted, held until the transaction ends.
pub async fn lock_open(conn: &mut PgConnection, id: InvitationId) -> sqlx::Result<Option<Invitation>> {
    let held = sqlx::query!("select from invitations where invitation_id = $1 for update", id as _);
    held.fetch_optional(&mut *conn).await?;
    find_open(conn, id).await
}

/// An invitation that can still be accepted.
pub async fn find_open(conn: &mut PgConnection, id: InvitationId) -> sqlx::Result<Option<Invitation>> {
    let row = sqlx::query_as!(
        Row,
        r#"select invitation_id as "id: _", email, right_kind || ':' || right_key || ':' || role as "right!", name, from_day, until_day,
                  delegate_of, invited_by, inviter, invited_at, expires_at
           from invitations
           where invitation_id = $1 and accepted_at is null and withdrawn_at is null and clock_timestamp() < expires_at
             and coalesce(until_day >= (clock_timestamp() at time zone 'Europe/Paris')::date, true)"#,
        id as _,
    );
    row.fetch_optional(conn).await?.map(invitation).transpose()
}

/// The invitations to a team that can still be accepted, newest first.
pub async fn open(conn: &mut PgConnection, scope: &Scope) -> sqlx::Result<Vec<Invitation>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select invitation_id as "id: _", email, right_kind || ':' || right_key || ':' || role as "right!", name, from_day, until_day,
                  delegate_of, invited_by, inviter, invited_at, expires_at
           from invitations
           where right_kind = $1 and right_key = $2 and accepted_at is null and withdrawn_at is null and clock_timestamp() < expires_at
             and coalesce(until_day >= (clock_timestamp() at time zone 'Europe/Paris')::date, true)
           order by invited_at desc, invitation_id"#,
        scope.kind.to_string(),
        scope.key,
    );
    rows.fetch_all(conn).await?.into_iter().map(invitation).collect()
}

/// Notes that an invitation was accepted.
pub async fn accept(conn: &mut PgConnection, id: InvitationId, by: AccountId) -> sqlx::Result<()> {
    let accepted = sqlx::query!(
        "update invitations set accepted_at = clock_timestamp(), accepted_by = $2 where invitation_id = $1",
        id as _,
        by as _,
    );
    accepted.execute(conn).await.map(drop)
}

/// Takes an invitation back.
pub async fn withdraw(conn: &mut PgConnection, id: InvitationId) -> sqlx::Result<()> {
    let withdrawn = sqlx::query!("update invitations set withdrawn_at = clock_timestamp() where invitation_id = $1", id as _);
    withdrawn.execute(conn).await.map(drop)
}

/// Takes back what somebody invited to a team whom they may no longer decide about; gives which.
pub async fn withdraw_of(conn: &mut PgConnection, scope: &Scope, by: &str) -> sqlx::Result<Vec<InvitationId>> {
    let withdrawn = sqlx::query_scalar!(
        r#"update invitations set withdrawn_at = clock_timestamp()
           where right_kind = $1 and right_key = $2 and invited_by = $3 and accepted_at is null and withdrawn_at is null
           returning invitation_id as "id: InvitationId""#,
        scope.kind.to_string(),
        scope.key,
        by,
    );
    withdrawn.fetch_all(conn).await
}

/// Takes back every open invitation to a team; gives which.
pub async fn withdraw_all(conn: &mut PgConnection, scope: &Scope) -> sqlx::Result<Vec<InvitationId>> {
    let withdrawn = sqlx::query_scalar!(
        r#"update invitations set withdrawn_at = clock_timestamp()
           where right_kind = $1 and right_key = $2 and accepted_at is null and withdrawn_at is null
           returning invitation_id as "id: InvitationId""#,
        scope.kind.to_string(),
        scope.key,
    );
    withdrawn.fetch_all(conn).await
}

/// The address that was invited, and the language of the mail; while the invitation can be accepted.
pub async fn written_to(conn: &mut PgConnection, id: InvitationId) -> sqlx::Result<Option<(String, String)>> {
    let row = sqlx::query!(
        "select email, locale from invitations
         where invitation_id = $1 and accepted_at is null and withdrawn_at is null and clock_timestamp() < expires_at",
        id as _,
    );
    Ok(row.fetch_optional(conn).await?.map(|row| (row.email, row.locale)))
}

fn invitation(row: Row) -> sqlx::Result<Invitation> {
    let right: Right = parse(&row.right)?;
    Ok(Invitation {
        id: row.id,
        email: Email::stored(row.email),
        right,
        name: row.name,
        from: row.from_day,
        until: row.until_day,
        delegate_of: row.delegate_of,
        invited_by: row.invited_by,
        inviter: row.inviter,
        invited_at: row.invited_at,
        expires_at: row.expires_at,
    })
}
