use atlas_proto::mail::v1 as pb;
use sqlx::{PgConnection, PgPool};

use crate::{
    domain::{AccountId, FlowId, InvitationId, MailId, ReportId, mail::Purpose},
    error::{Error, accounts::Refused},
    links::Links,
    store::{self, mails::Asked},
    voids::timestamp,
};

/// What mails say, and to whom they go, as they are about to be sent.
#[derive(Clone)]
pub struct MailQueries {
    /// The database.
    pub pool: PgPool,
    /// Makes links and codes.
    pub links: Links,
}

impl MailQueries {
    /// What a mail says: the same at every try. One whose link is dead is cancelled.
    ///
    /// # Errors
    /// No such mail was asked for.
    pub async fn prepare(&self, intent: &str) -> Result<pb::PrepareMailResponse, Error> {
        let id: MailId = intent.parse().map_err(|_| Refused::IntentNotFound)?;
        let mut conn = self.pool.acquire().await?;
        let asked = store::mails::find(&mut conn, id).await?.ok_or(Refused::IntentNotFound)?;
        Ok(self.said(asked).unwrap_or_else(|| pb::PrepareMailResponse { cancelled: true, ..Default::default() }))
    }

    fn said(&self, asked: Asked) -> Option<pb::PrepareMailResponse> {
        if !asked.is_good {
            return None;
        }
        let purpose = asked.proves.map(|(purpose, _)| purpose);
        let link = match purpose.and_then(Purpose::path) {
            Some(path) => format!("{path}{}", self.links.link(asked.id, &asked.made_with)?),
            None => asked.path,
        };
        // A code is typed in the browser that asked; where none did, the link alone is good.
        let code = match purpose.filter(|purpose| purpose.has_code(asked.flow.is_some())) {
            Some(_) => self.links.code(asked.id, &asked.made_with)?,
            None if purpose.is_some_and(Purpose::has_long_code) => self.links.long_code(asked.id, &asked.made_with)?.printed(),
            None => String::new(),
        };
        Some(pb::PrepareMailResponse {
            cancelled: false,
            words: asked.words.into_iter().collect(),
            times: asked.times.into_iter().map(|(name, at)| (name, timestamp(at))).collect(),
            link_path: link,
            code,
            locale: asked.locale.word().to_owned(),
        })
    }

    /// The address behind a reference of ours.
    ///
    /// # Errors
    /// Nobody is behind it, or no longer.
    pub async fn resolve(&self, reference: &str) -> Result<pb::ResolveRecipientResponse, Error> {
        let (kind, key) = reference.strip_prefix("identity:").and_then(|rest| rest.split_once(':')).ok_or(Refused::RecipientNotFound)?;
        let mut conn = self.pool.acquire().await?;
        let resolved = match kind {
            "account" => account(&mut conn, key).await?,
            "flow" => flow(&mut conn, key).await?,
            "former" => former(&mut conn, key).await?,
            "invitation" => invitation(&mut conn, key).await?,
            "report" => report(&mut conn, key).await?,
            _ => None,
        };
        Ok(resolved.ok_or(Refused::RecipientNotFound)?)
    }
}

async fn account(conn: &mut PgConnection, key: &str) -> sqlx::Result<Option<pb::ResolveRecipientResponse>> {
    let Ok(id) = key.parse::<AccountId>() else { return Ok(None) };
    let account = store::accounts::find(conn, id).await?;
    Ok(account.map(|account| pb::ResolveRecipientResponse {
        email: account.email.to_string(),
        display_name: account.person.name(),
        locale: account.person.locale.word().to_owned(),
    }))
}

async fn flow(conn: &mut PgConnection, key: &str) -> sqlx::Result<Option<pb::ResolveRecipientResponse>> {
    let Ok(id) = key.parse::<FlowId>() else { return Ok(None) };
    let written_to = store::flows::written_to(conn, id).await?;
    Ok(written_to.map(nameless))
}

async fn invitation(conn: &mut PgConnection, key: &str) -> sqlx::Result<Option<pb::ResolveRecipientResponse>> {
    let Ok(id) = key.parse::<InvitationId>() else { return Ok(None) };
    Ok(store::invitations::written_to(conn, id).await?.map(nameless))
}

async fn report(conn: &mut PgConnection, key: &str) -> sqlx::Result<Option<pb::ResolveRecipientResponse>> {
    let Ok(id) = key.parse::<ReportId>() else { return Ok(None) };
    Ok(store::reports::written_to(conn, id).await?.map(nameless))
}

/// An address of which no name is known.
fn nameless((email, locale): (String, String)) -> pb::ResolveRecipientResponse {
    pb::ResolveRecipientResponse { email, display_name: String::new(), locale }
}

/// The address that an account had before it was changed.
async fn former(conn: &mut PgConnection, key: &str) -> sqlx::Result<Option<pb::ResolveRecipientResponse>> {
    let Ok(id) = key.parse() else { return Ok(None) };
    let Some(change) = store::email_changes::find(conn, id).await? else { return Ok(None) };
    let account = store::accounts::find(conn, change.account).await?;
    Ok(account.map(|account| pb::ResolveRecipientResponse {
        email: change.before.to_string(),
        display_name: account.person.name(),
        locale: account.person.locale.word().to_owned(),
    }))
}
