use chrono::{DateTime, Utc};
use database::transact;

use super::{accounts::Accounts, sessions::signed_in};
use crate::{
    domain::secret::SecretHash,
    error::{Error, accounts::Refused},
    store,
};

impl Accounts {
    /// Keeps what was typed into a form; also for a session that ended in the last day.
    ///
    /// # Errors
    /// The session is over for longer, or never was.
    pub async fn save_draft(&self, session: &str, form: &str, fields: &[u8]) -> Result<DateTime<Utc>, Error> {
        transact(&self.pool, async |tx| {
            let secret = SecretHash::of(session).ok_or(Refused::SessionEnded)?;
            let now = store::now(tx).await?;
            let session = store::sessions::find(tx, &secret).await?.filter(|session| session.keeps_drafts(now));
            let session = session.ok_or(Refused::SessionEnded)?;
            let account = store::accounts::find(tx, session.account).await?.filter(|account| account.disabled_at.is_none());
            let account = account.ok_or(Refused::SessionEnded)?;
            Ok(store::drafts::save(tx, account.id, form, fields).await?)
        })
        .await
    }

    /// Reads what was kept of a form.
    ///
    /// # Errors
    /// The session is over; nothing was kept.
    pub async fn draft(&self, session: &str, form: &str) -> Result<(Vec<u8>, DateTime<Utc>), Error> {
        transact(&self.pool, async |tx| {
            let who = signed_in(tx, session).await?;
            Ok(store::drafts::find(tx, who.account.id, form).await?.ok_or(Refused::DraftNotFound)?)
        })
        .await
    }

    /// Forgets what was kept of a form.
    ///
    /// # Errors
    /// The session is over.
    pub async fn drop_draft(&self, session: &str, form: &str) -> Result<(), Error> {
        transact(&self.pool, async |tx| {
            let who = signed_in(tx, session).await?;
            Ok(store::drafts::drop(tx, who.account.id, form).await?)
        })
        .await
    }
}
